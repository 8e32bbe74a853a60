"""Choosing a vendor: criteria sets, evaluations, scorecards, ranking and award."""
