"""Tests of the scoring engine: published tables, properties, refusals."""
