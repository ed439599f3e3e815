"""Collocated problems solved: Newton's method, linear problems, accuracy, derivatives."""
