"""The baseline: textbook equations integrated by scipy, one star at a time."""
