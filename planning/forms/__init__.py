"""Forms of services and outsourcing plans."""
