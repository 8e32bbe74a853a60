"""Python's collector of unused memory, set for a process that answers requests."""

import gc

from django.urls import reverse

# Most requests leave few cycles behind: look for them after 20 000 new objects, not after 700.
YOUNG, MIDDLE, OLD = 20_000, 20, 20


def settle() -> None:
    """Load the addresses with all that they import, and keep the collector from walking what is there by
    now: it lives as long as the process."""
    reverse("account_login")
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNG, MIDDLE, OLD)
