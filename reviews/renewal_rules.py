"""When a renewal has to be decided, and what the votes say. Pure."""
