"""Pages of criteria sets and evaluations, one module for each part of the work."""
