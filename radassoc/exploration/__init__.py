"""The exploration room."""
