"""References as pages read them. What somebody has only saved is nobody's business but theirs."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from activity.links import Delivery, delivery_of, find_by_token, url_of
from vendors.models import Reference, Vendor
from vendors.reference_questions import QUESTIONS, in_words
from vendors.reference_summary import Said, Summary, summary

RELATED = ("mail", "asked_by__user", "called_by__user")
URL_NAME = "answer_reference"


def has_said(reference: Reference) -> bool:
    """Whether there is anything to be read: handed in, or noted by one of us on the telephone."""
    return reference.answered_at is not None or reference.called_on is not None


@dataclass(frozen=True)
class Referee:
    """One reference with how far the asking has come, and what was said."""

    reference: Reference
    delivery: Delivery

    @property
    def has_said(self) -> bool:
        return has_said(self.reference)

    @property
    def is_independent(self) -> bool:
        return self.reference.found == Reference.Found.INDEPENDENT

    @property
    def answers(self) -> list[tuple[str, str]]:
        """(question in short, answer in words) of what was answered."""
        if not self.has_said:
            return []
        said = self.reference.answers
        rows = [
            (question.short, in_words(question, said.get(question.key))) for question in QUESTIONS
        ]
        return [(short, words) for short, words in rows if words]


def referee_of(reference: Reference, now: dt.datetime) -> Referee:
    """Select `mail` with it."""
    if reference.answered_at is None and reference.called_on is not None:
        return Referee(reference, Delivery("ok", "Talked to on the telephone"))
    return Referee(reference, delivery_of(reference, now))


def references_of(vendor: Vendor, now: dt.datetime) -> list[Referee]:
    """All of a vendor, those whom we found first; one query."""
    rows = vendor.references.kept().select_related(*RELATED).order_by("found", "company", "pk")
    return [referee_of(row, now) for row in rows]


def summary_of(references: Iterable[Reference]) -> Summary:
    """Of those that can be read."""
    return summary(
        Said(row.name, row.found == Reference.Found.INDEPENDENT, row.answers)
        for row in references
        if has_said(row)
    )


def link_of(reference: Reference, now: dt.datetime) -> str:
    """The private link, to be copied again by those who may ask; "" while none works."""
    if reference.answered_at is not None or not reference.link_works(now):
        return ""
    return url_of(reference, URL_NAME)


def found_by(token: str) -> Any:
    """The reference behind a private link, or None; see activity.links.find_by_token."""
    rows = Reference.objects.select_related("organization", "vendor", "asked_by__user")
    row = find_by_token(rows, token)
    return row if row is not None and row.removed_at is None else None
