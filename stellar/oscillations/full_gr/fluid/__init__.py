"""Weakly damped modes, each next to a pole of the response of the interior."""
