"""Oscillation modes: what is asked for, what is found, how modes are labelled."""
