"""Pages of services and outsourcing plans, one module for each part of the work."""
