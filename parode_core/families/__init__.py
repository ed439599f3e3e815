"""Families of problems: one inverse, found once, serves all members of a cell of a chart."""
