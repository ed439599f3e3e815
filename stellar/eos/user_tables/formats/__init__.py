"""File formats of tabulated equations of state: one file a format."""
