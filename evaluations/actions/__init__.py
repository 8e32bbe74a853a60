"""Every write about criteria sets and evaluations. Each function is one thing a person can be said to have done."""

from evaluations.actions.criteria import add_standard_set

__all__ = ["add_standard_set"]
