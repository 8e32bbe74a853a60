"""Watching days: called by the actions of higher apps, inside their own transaction.

A row's `next_at` says from when there is something to send. New and moved days get the present moment:
the next tick looks at them, reminds at once of what has passed, and works out when the next reminder is due.
"""

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any

from django.db import transaction
from django.utils import timezone

from activity.models import OutgoingMail, Reminder, WatchedDate
from activity.watching import Day

BATCH = 500
WRITTEN = [
    "title",
    "sentence",
    "path",
    "responsible",
    "due_on",
    "next_at",
    "problem",
    "snoozed_until_on",
    "snooze_reason",
    "snoozed_by",
    "settled_at",
    "settled_note",
    "settled_by",
    "version",
]


@transaction.atomic
def watch(*, day: Day) -> None:
    """Watch one day, or stop if it has no `due_on`; see watch_days."""
    watch_days(days=[day])


@transaction.atomic
def watch_days(*, days: Sequence[Day]) -> None:
    """Watch each of these days of one organization; a handful of queries for each 500.

    The same again changes nothing; other words change only the words. A moved day begins anew: nobody
    has settled or snoozed it, and what still waits to be sent about the old day is not sent. A new
    responsible person gets what the old one was not sent yet. A day without `due_on` is not watched any more.
    """
    now = timezone.now()
    # The last word on a day counts, should it be named twice.
    latest = list({_key(day): day for day in days}.values())
    for start in range(0, len(latest), BATCH):
        _watch_batch(latest[start : start + BATCH], now)


@transaction.atomic
def unwatch(*, target: Any) -> None:
    """Stop watching every day of this thing."""
    _forget(WatchedDate.objects.about(target).filter(organization_id=target.organization_id))


@transaction.atomic
def look_again(*, organization_id: int) -> None:
    """Its hour, rules or clock changed: work out anew when each open day is reminded of, at the next tick."""
    days = WatchedDate.objects.filter(organization_id=organization_id)
    days.open().update(next_at=timezone.now())


@transaction.atomic
def supersede_unsent(*, watched_ids: Iterable[int], now: dt.datetime | None = None) -> None:
    """Nobody needs to be reminded of these any more: what no mail server has seen yet is not sent.

    For settling and snoozing. A digest that also tells of other days is made again without these.
    """
    own = Reminder.objects.filter(watched__in=list(watched_ids))
    in_mails = own.unsent().exclude(mail=None).values("mail")
    # Locked: a worker that is about to claim one of these mails comes before us or after us.
    mails = OutgoingMail.objects.select_for_update().filter(pk__in=in_mails)
    cancelled = list(
        mails.filter(state=OutgoingMail.State.QUEUED).order_by("pk").values_list("pk", flat=True)
    )
    if cancelled:
        state = OutgoingMail.State.CANCELLED
        OutgoingMail.objects.filter(pk__in=cancelled).update(state=state)
    own.unsent().filter(mail=None).update(superseded_at=now or timezone.now())
    if cancelled:
        in_cancelled = Reminder.objects.filter(mail__in=cancelled, superseded_at=None)
        in_cancelled.filter(watched__in=list(watched_ids)).update(
            superseded_at=now or timezone.now()
        )
        in_cancelled.update(mail=None)


# One batch ------------------------------------------------------------------------------------------

Key = tuple[str, str, int]


def _key(day: Day) -> Key:
    return day.kind, day.target._meta.label_lower, day.target.pk


def _watch_batch(days: Sequence[Day], now: dt.datetime) -> None:
    stored = _stored(days)
    new, said, handed_over, anew, gone = [], [], [], [], []
    for day in days:
        row = stored.get(_key(day))
        if day.due_on is None:
            gone += [row.pk] if row else []
        elif row is None:
            new.append(_new_row(day, day.due_on, now))
        elif row.due_on != day.due_on:
            anew.append(_begin_anew(row, day, day.due_on, now))
        elif row.responsible_id != (day.responsible.pk if day.responsible else None):
            handed_over.append(_hand_over(row, day, now))
        elif _say(row, day):
            said.append(row)
    if anew or handed_over:
        supersede_unsent(watched_ids=[row.pk for row in [*anew, *handed_over]], now=now)
    _write([*new, *said, *handed_over, *anew])
    if gone:
        _forget(WatchedDate.objects.filter(pk__in=gone))


def _stored(days: Sequence[Day]) -> dict[Key, WatchedDate]:
    rows = WatchedDate.objects.filter(
        organization_id=days[0].target.organization_id,
        target_type__in={day.target._meta.label_lower for day in days},
        target_id__in={day.target.pk for day in days},
    )
    locked = rows.select_for_update(of=("self",)).order_by("pk")
    return {(row.kind, row.target_type, row.target_id): row for row in locked}


def _new_row(day: Day, due_on: dt.date, now: dt.datetime) -> WatchedDate:
    row = WatchedDate(
        organization_id=day.target.organization_id,
        kind=day.kind,
        target_type=day.target._meta.label_lower,
        target_id=day.target.pk,
        due_on=due_on,
        next_at=now,
        created_at=now,
    )
    _say(row, day)
    return row


def _say(row: WatchedDate, day: Day) -> bool:
    """Set the words and who is responsible; whether any word differs."""
    before = row.title, row.sentence, row.path
    row.title, row.sentence, row.path = day.title[:300], day.sentence[:500], day.path
    row.responsible = day.responsible
    return before != (row.title, row.sentence, row.path)


def _hand_over(row: WatchedDate, day: Day, now: dt.datetime) -> WatchedDate:
    """Somebody else is responsible: looked at again, so that nothing unsent is lost between the two."""
    _say(row, day)
    row.next_at = None if row.settled_at else now
    return row


def _begin_anew(row: WatchedDate, day: Day, due_on: dt.date, now: dt.datetime) -> WatchedDate:
    _say(row, day)
    row.due_on, row.next_at, row.problem = due_on, now, ""
    row.snoozed_until_on, row.snooze_reason, row.snoozed_by = None, "", None
    row.settled_at, row.settled_note, row.settled_by = None, "", None
    row.version += 1
    return row


def _write(rows: list[WatchedDate]) -> None:
    """All in one statement, new ones and stored ones: many times faster than bulk_update.

    Whoever watches the same new day at the same moment writes the same row.
    """
    for row in rows:
        row.pk = None  # found by what it is about
    WatchedDate.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["organization", "kind", "target_type", "target_id"],
        update_fields=WRITTEN,
    )


def _forget(rows: Any) -> None:
    """Not watched any more; the reminders that were sent stay to be seen."""
    ids = list(rows.select_for_update().order_by("pk").values_list("pk", flat=True))
    if ids:
        supersede_unsent(watched_ids=ids)
        WatchedDate.objects.filter(pk__in=ids).delete()
