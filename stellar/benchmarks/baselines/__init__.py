"""Ways to build the stars of `family`, one a file: the engine's and what it is held against."""
