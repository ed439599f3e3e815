"""Neutron stars and their oscillation spectra from equations of state, many at a time."""
