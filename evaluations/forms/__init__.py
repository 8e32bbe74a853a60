"""Shapes of input for criteria sets and evaluations."""
