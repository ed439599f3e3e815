"""Pressure-density fits of matter without composition: formulas, one file each."""
