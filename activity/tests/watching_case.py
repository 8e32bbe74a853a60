"""What the tests of reminders have in common: days that are watched, and a look at what comes of them."""

import datetime as dt
import email
from email import policy
from typing import Any

from activity import actions
from activity.models import OutgoingMail, Reminder, WatchedDate
from activity.watching import Day
from vendors.models import Vendor

DUE = dt.date(2026, 6, 30)  # a Tuesday


def at(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=dt.UTC)


def thing(org: Any, name: str = "Help desk") -> Vendor:
    """Any row may have a day; vendors are easily made."""
    vendor = Vendor(organization=org, legal_name=name)
    vendor.refresh_keys()
    vendor.save()
    return vendor


def day(target: Any, due_on: dt.date | None = DUE, **values: Any) -> Day:
    words = {
        "kind": "contract.notice",
        "title": f"Notice: {target.legal_name}",
        "sentence": "If you do nothing you commit to €14,832.",
        "path": f"/o/{target.organization.slug}/contracts/{target.pk}/",
    }
    return Day(target=target, due_on=due_on, **{**words, **values})


def watched(target: Any, due_on: dt.date | None = DUE, **values: Any) -> WatchedDate:
    actions.watch(day=day(target, due_on, **values))
    return WatchedDate.objects.about(target).get()


def reminded() -> list[tuple[str, str]]:
    """(rule, recipient) of every reminder that counts, oldest first."""
    rows = Reminder.objects.filter(superseded_at=None).order_by("pk")
    return [(row.rule, row.recipient.name) for row in rows.select_related("recipient__user")]


def mails(state: str = "queued") -> list[OutgoingMail]:
    return list(OutgoingMail.objects.filter(state=state).order_by("pk"))


def message_ids(envelopes: list[Any]) -> list[str]:
    return [
        email.message_from_bytes(envelope.content, policy=policy.default)["Message-ID"]
        for envelope in envelopes
    ]
