"""The enrichment room."""
