"""Pieces of matter as functions of log-enthalpy: closed forms, series, and stacks of them."""
