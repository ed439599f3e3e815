"""Data of the equations of state; MANIFEST.toml describes every file."""
