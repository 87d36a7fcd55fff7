"""The HTTP service: routes, bodies, problems and pages. Everything behind it is `Service`."""
