"""Criteria sets: made, saved as a new version, archived."""

from accounts.models import Membership


def add_standard_set(*, by: Membership) -> None:
    """Placed here first; the criteria part fills it."""
