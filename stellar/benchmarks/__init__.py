"""What things cost: methods beside their baselines, timed in turn in one process."""
