"""A problem on the nodes of its elements: what is stated, what is checked, what is left over."""
