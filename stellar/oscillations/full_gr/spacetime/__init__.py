"""Strongly damped modes, all of a region of the complex plane, with proof."""
