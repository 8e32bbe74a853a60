"""What people type on the page of a review, and how a form tells what it showed. Pure.

Everything on that page saves itself beside what others type on it. So each field carries a fingerprint of
what it showed: what a person left alone is left alone, and what somebody else changed meanwhile is not
overwritten but shown.
"""

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

from evaluations.marks import fingerprint

HELD_ON, ATTENDEES, MINUTES, AGREEMENTS = "held_on", "attendees", "minutes", "agreements"
STANDING, STANDING_REASON = "standing", "standing_reason"
TEXTS = (HELD_ON, ATTENDEES, MINUTES, AGREEMENTS, STANDING, STANDING_REASON)


@dataclass(frozen=True)
class MarkEntry:
    """One criterion as posted: the mark as typed, the comment, and the fingerprint of what was shown."""

    criterion_id: int
    mark: str
    comment: str
    shown: str

    @property
    def key(self) -> str:
        return mark_key(self.criterion_id)


@dataclass(frozen=True)
class TextEntry:
    """One of TEXTS as posted: a text, or the day on which it was held."""

    name: str
    value: Any
    shown: str

    @property
    def key(self) -> str:
        return self.name


@dataclass
class Outcome:
    """What became of the entries, by key: how many were saved, which were refused (with why), and which
    were left alone although somebody else changed them, so that the page can show the new value. `weighs`:
    a mark or the standing was saved, so that what follows from them may be something else now."""

    saved: int = 0
    weighs: bool = False
    refused: dict[str, Exception] = field(default_factory=dict)
    fresh: set[str] = field(default_factory=set)


def mark_key(criterion_id: int) -> str:
    return f"mark-{criterion_id}"


def shown_of_mark(mark: str, comment: str) -> str:
    """The fingerprint of one criterion's fields."""
    return fingerprint(mark, comment)


def shown_of_text(value: Any) -> str:
    """The fingerprint of one other field."""
    return fingerprint(text_of(value))


def text_of(value: Any) -> str:
    """A field's value as it stands in the form."""
    if value is None:
        return ""
    return value.isoformat() if isinstance(value, dt.date) else str(value)
