"""The registry of energy-density functionals with composition; filled by its members."""

FUNCTIONALS: dict = {}
