"""Cold equations of state in log-enthalpy: where they come from and how they are evaluated."""
