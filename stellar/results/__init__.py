"""Results: the table of columns, the object that holds them, and the files they live in."""
