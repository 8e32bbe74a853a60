"""Watched days and reminders for the tests of their pages."""

import datetime as dt
import itertools
from typing import Any

from django.utils import timezone

from accounts.models import Membership, Organization
from activity.models import OutgoingMail, Reminder, WatchedDate
from core.tenancy import organization_scope

numbers = itertools.count(1)


def in_days(days: int) -> dt.date:
    return timezone.localdate() + dt.timedelta(days=days)


def watch(org: Organization, due_on: dt.date | int, title: str = "Help desk", **fields: Any) -> Any:
    """A watched day, so many days from today or on that day."""
    usual = {"kind": "contract.notice", "target_type": "contracts.contract"}
    usual |= {"target_id": next(numbers), "path": f"/o/{org.slug}/contracts/"}
    due_on = in_days(due_on) if isinstance(due_on, int) else due_on
    with organization_scope(org):
        return WatchedDate.objects.create(
            organization=org, due_on=due_on, title=title, **{**usual, **fields}
        )


def remind(watched: WatchedDate, recipient: Membership, state: str = "", **mail: Any) -> Reminder:
    """A reminder with a mail in that state; without one it waits for the digest."""
    rule = mail.pop("rule", "30")
    with organization_scope(watched.organization):
        queued = state and OutgoingMail.objects.create(
            key=f"test:{next(numbers)}",
            to=recipient.user.email,
            subject="Reminder",
            text="Text",
            state=state,
            **mail,
        )
        return Reminder.objects.create(
            organization=watched.organization,
            watched=watched,
            kind=watched.kind,
            target_type=watched.target_type,
            target_id=watched.target_id,
            due_on=watched.due_on,
            rule=rule,
            recipient=recipient,
            title=watched.title,
            path=watched.path,
            mail=queued or None,
        )


def again(row: Any) -> Any:
    """The row as it is stored now."""
    with organization_scope(row.organization):
        return type(row).objects.get(pk=row.pk)
