"""Tables by path: read, checked, completed, and made into matter."""
