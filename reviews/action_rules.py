"""When so many misses start a corrective action. Pure."""
