"""Decisions as canonical JSON, each chained to the one before by SHA-256. Pure."""
