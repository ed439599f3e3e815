"""Uniform nuclear matter: its energy in several models, and beta equilibrium with leptons."""
