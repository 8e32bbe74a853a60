"""What a credential is worth on a day: in force, about to end, over, or not checked by anybody yet. Pure."""

import datetime as dt
from enum import StrEnum

from core.folding import fold

SOON = dt.timedelta(days=60)
"""So long before its last day a credential counts as expiring."""


class State(StrEnum):
    """Of a credential on one day. Only `VALID` and `SOON` are proof of anything."""

    VALID = "valid"
    SOON = "soon"
    UNCHECKED = "unchecked"
    EXPIRED = "expired"
    REPLACED = "replaced"


WORDS = {
    State.VALID: "Valid",
    State.SOON: "Expires soon",
    State.UNCHECKED: "Not checked",
    State.EXPIRED: "Expired",
    State.REPLACED: "Replaced by a newer one",
}
TONES = {
    State.VALID: "ok",
    State.SOON: "warn",
    State.UNCHECKED: "info",
    State.EXPIRED: "bad",
    State.REPLACED: "neutral",
}
PROVES = frozenset({State.VALID, State.SOON})


def state_of(
    *, expires_on: dt.date | None, checked: bool, today: dt.date, replaced: bool = False
) -> State:
    """The state on `today`. `expires_on` is the last day on which it holds; None: no end is known, or none
    is set. `replaced`: the same vendor has one of the same kind and name that holds longer."""
    if replaced:
        return State.REPLACED
    if expires_on is not None and expires_on < today:
        return State.EXPIRED
    if not checked:
        return State.UNCHECKED
    if expires_on is not None and expires_on <= today + SOON:
        return State.SOON
    return State.VALID


def is_named(wanted: str, name: str) -> bool:
    """Is a credential called `name` the one that is asked for? Every word of what is wanted stands in it:
    "ISO 27001" asks for "ISO/IEC 27001:2022" too. Nothing wanted: any will do."""
    return set(fold(wanted).split()) <= set(fold(name).split())
