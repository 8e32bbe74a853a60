"""Every write of this app, one module for each part of the work."""
