"""Commit: what was agreed with a vendor, and until when."""
