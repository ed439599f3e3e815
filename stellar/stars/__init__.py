"""Equilibrium stars of one equation of state: sequences, stable branches, chosen members."""
