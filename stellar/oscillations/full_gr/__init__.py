"""Non-radial modes of many stars at once in full general relativity."""
