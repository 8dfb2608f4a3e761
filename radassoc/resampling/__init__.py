"""The resampling room."""
