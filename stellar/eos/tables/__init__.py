"""Tables that this package computes itself: core and crust, joined, sampled and stored."""
