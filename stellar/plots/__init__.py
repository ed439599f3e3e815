"""Pictures: one figure a file and one line in `registry`."""
