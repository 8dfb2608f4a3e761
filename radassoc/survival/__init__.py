"""The survival room."""
