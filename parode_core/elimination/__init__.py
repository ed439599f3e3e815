"""The linear step of a collocated problem: unknowns inside elements first, then the edges."""
