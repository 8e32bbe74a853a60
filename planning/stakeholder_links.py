"""Stakeholders by their private links: finding one, and what the asking looks like to us."""

import datetime as dt
from dataclasses import dataclass

from activity.links import Delivery, delivery_of, find_by_token, url_of
from planning.models import Stakeholder

PUBLIC_PAGE = "answer_as_stakeholder"
VIEW = ("stance", "hopes", "worries", "needs")
"""What a stakeholder says."""


def find_stakeholder(token: str) -> Stakeholder | None:
    """The stakeholder behind a link; None for unknown, expired and withdrawn ones, and for one whose plan
    was decided before anything was handed in, all alike."""
    rows = Stakeholder.objects.select_related("organization", "asked_by__user", "plan__service")
    person: Stakeholder | None = find_by_token(rows, token)
    if person is None or not (person.answered_at or person.plan.is_draft):
        return None
    person.plan.organization = person.plan.service.organization = person.organization
    return person


def is_said(person: Stakeholder) -> bool:
    """Is what stands there theirs: handed in, or told to one of us? Else it is a draft that only they see."""
    return bool(person.answered_at or person.noted_by_id)


@dataclass(frozen=True)
class Asking:
    """How far it has come: `url` to be copied while the link works, else empty."""

    delivery: Delivery
    url: str
    works: bool


def asking_of(person: Stakeholder, now: dt.datetime) -> Asking:
    """Select `mail` with the stakeholder."""
    works = person.link_works(now)
    waits = works and not person.answered_at and person.plan.is_draft
    return Asking(delivery_of(person, now), url_of(person, PUBLIC_PAGE) if waits else "", works)
