"""Inside the star: perturbed matter and metric as the response to a gravitational wave."""
