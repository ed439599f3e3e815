"""Outside the star: outgoing gravitational waves on a Schwarzschild background."""
