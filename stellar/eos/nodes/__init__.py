"""Equations of state on torch: batches with one equation a lane, evaluated at nodes."""
