"""Stars by collocation: all radii and all stars at once, on the nodes of their elements."""
