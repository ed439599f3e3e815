"""From a validated configuration to rows: plan, tiles, executors."""
