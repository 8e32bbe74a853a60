"""The mails that remind of days: worded here, queued by actions/reminder_mails.py."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string

from activity.kinds import kind_of
from activity.models import Reminder
from activity.schedule import ESCALATION
from core.templatetags.ui import format_date

SOON = 7  # days


@dataclass(frozen=True)
class Line:
    """One day in a mail: what is due, when in two ways, what is at stake, and where something can be done."""

    title: str
    day: str
    when: str
    sentence: str
    url: str
    ignored: str


def one_mail(reminder: Reminder, today: dt.date) -> dict[str, str]:
    """Subject, text and HTML of the mail about one day; `today` is the recipient's."""
    line = _line(reminder, today)
    subject = f"{line.title}: {line.day} ({line.when})"
    context = {"line": line, "title": line.title, **_frame(reminder)}
    context["why"] = _why([reminder], reminder.organization)
    watched = reminder.watched_id
    context["settle_url"] = f"{context['calendar_url']}{watched}/" if watched else ""
    context["ends_there"] = kind_of(reminder.kind).ends_there
    return _mail(f"To look at: {subject}" if line.ignored else subject, "one", context)


def digest_mail(reminders: Sequence[Reminder], count: int, today: dt.date) -> dict[str, str]:
    """The mail of a day about `count` days, of which the soonest are given; of one, it is that one's mail."""
    if count == 1:
        return one_mail(reminders[0], today)
    first = _line(reminders[0], today)
    subject = f"{count} dates to look at. First: {first.title}, {first.day}"
    context = {
        "title": f"{count} dates to look at",
        "groups": _groups(reminders, today),
        "more": count - len(reminders),
        **_frame(reminders[0]),
    }
    context["why"] = _why(reminders, reminders[0].organization)
    return _mail(subject, "digest", context)


def _mail(subject: str, kind: str, context: dict[str, Any]) -> dict[str, str]:
    return {
        "subject": " ".join(subject.split())[:300],
        "text": render_to_string(f"activity/emails/reminder_{kind}.txt", context),
        "html": render_to_string(f"activity/emails/reminder_{kind}.html", context),
    }


def _frame(reminder: Reminder) -> dict[str, Any]:
    organization = reminder.organization
    # Pages of a higher app: their addresses are fixed.
    start = f"{settings.PUBLIC_URL}/o/{organization.slug}"
    return {
        "name": reminder.recipient.name,
        "organization": organization,
        "calendar_url": f"{start}/calendar/",
        "reminders_url": f"{start}/reminders/",
    }


def _line(reminder: Reminder, today: dt.date) -> Line:
    left = (reminder.due_on - today).days
    return Line(
        title=reminder.title,
        day=f"{reminder.due_on:%a} {format_date(reminder.due_on, reminder.organization)}",
        when=days_left(left),
        sentence=reminder.sentence,
        url=f"{settings.PUBLIC_URL}{reminder.path}",
        ignored=_ignored(reminder),
    )


def days_left(days: int) -> str:
    """How far away a day is: "in 7 days", "tomorrow", "today", "2 days overdue"."""
    if days in (0, 1):
        return "tomorrow" if days else "today"
    if days > 0:
        return f"in {days} days"
    return f"{-days} {'day' if days == -1 else 'days'} overdue"


def _ignored(reminder: Reminder) -> str:
    """Why somebody hears of it who is not in charge."""
    if reminder.rule != ESCALATION:
        return ""
    watched = reminder.watched
    member = watched.responsible if watched else None
    who = member.name if member else "Whoever is in charge"
    return f"{who} was reminded, but nobody has noted yet that it is dealt with."


def _why(reminders: Sequence[Reminder], organization: Any) -> str:
    if all(reminder.rule == ESCALATION for reminder in reminders):
        reason = "you are an Owner and this date is still without an answer"
    else:
        reason = "you are in charge of this, or nobody else is"
    return f"You get this mail because {reason} ({organization.name})."


def _groups(reminders: Sequence[Reminder], today: dt.date) -> list[tuple[str, list[Line]]]:
    """In the order in which they are due, under a few headings."""
    soon = today + dt.timedelta(days=SOON)
    headings: dict[str, list[Line]] = {}
    for reminder in reminders:
        if reminder.due_on < today:
            heading = "Overdue"
        else:
            heading = f"Within {SOON} days" if reminder.due_on <= soon else "Later"
        headings.setdefault(heading, []).append(_line(reminder, today))
    return list(headings.items())
