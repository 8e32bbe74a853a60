"""How often a service level was kept, its trend, and what a miss gives back. Pure."""
