"""What people do about a watched day: put it off, wake it up again, settle it, take that back."""

import zoneinfo
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils import timezone

from activity import log
from activity.actions.watching import supersede_unsent
from activity.kinds import kind_of
from activity.models import WatchedDate
from core.errors import Refused
from core.versions import Stale, lock

if TYPE_CHECKING:
    from accounts.models import Membership

SETTLED = "This day is settled already: nobody is reminded of it. Take that back first."
ENDS_THERE = "This day ends by itself once it is recorded on its own page. Open it, and say there what was done."


@transaction.atomic
def snooze_date(
    *, watched: WatchedDate, values: dict[str, Any], version: int, by: "Membership"
) -> WatchedDate:
    """Nobody is reminded of this day before `values["until_on"]`, for a reason that everybody sees.

    Never up to the day itself or past it: what must not be missed can't be put off until it is missed.
    """
    row = _open(watched, version)
    until_on, zone = values["until_on"], zoneinfo.ZoneInfo(by.organization.time_zone)
    if until_on <= timezone.localdate(timezone=zone):
        raise Refused("Choose a day after today.", field="until_on")
    if until_on >= row.due_on:
        raise Refused(
            f"Choose a day before {row.due_on:%-d %B %Y}, when it is due: a reminder after that"
            " comes too late.",
            field="until_on",
        )
    wanted = {
        "snoozed_until_on": until_on,
        "snooze_reason": values["reason"],
        "snoozed_by": by,
    }
    return _change(row, wanted, "watched_date.snoozed", by)


@transaction.atomic
def wake_date(*, watched: WatchedDate, by: "Membership") -> WatchedDate:
    """Remind of this day again, as if it had not been put off."""
    row = _open(watched)
    if row.snoozed_until_on is None:
        return row
    wanted = {"snoozed_until_on": None, "snooze_reason": "", "snoozed_by": None}
    return _change(row, wanted, "watched_date.woken", by)


@transaction.atomic
def settle_date(
    *, watched: WatchedDate, values: dict[str, Any], version: int, by: "Membership"
) -> WatchedDate:
    """Say that what had to be done or decided by this day is: nobody is reminded of it any more.

    Raises Refused for a kind of day that ends by what is recorded on its own page.
    """
    row = _open(watched, version)
    if kind_of(row.kind).ends_there:
        raise Refused(ENDS_THERE)
    wanted = {"settled_at": timezone.now(), "settled_note": values["note"], "settled_by": by}
    return _change(row, wanted, "watched_date.settled", by)


@transaction.atomic
def reopen_date(*, watched: WatchedDate, by: "Membership") -> WatchedDate:
    """Take back that it is settled: people are reminded again."""
    row = lock(WatchedDate.objects.all(), watched.pk)
    if row.settled_at is None:
        return row
    wanted = {"settled_at": None, "settled_note": "", "settled_by": None}
    return _change(row, wanted, "watched_date.reopened", by)


def _open(watched: WatchedDate, version: int | None = None) -> WatchedDate:
    """The row, locked, as it was shown and not settled. Whoever comes second sees who was quicker."""
    row = lock(WatchedDate.objects.all(), watched.pk)
    if row.settled_at:
        raise Refused(SETTLED)
    if version is not None and row.version != version:
        raise Stale(row)
    return row


def _change(row: WatchedDate, wanted: dict[str, Any], verb: str, by: "Membership") -> WatchedDate:
    """Write it. What no mail server has seen yet is not sent; what is due now is found anew."""
    before, after = log.apply_changes(row, wanted)
    row.version += 1
    now = timezone.now()
    row.next_at = None if row.settled_at else now
    row.save()
    supersede_unsent(watched_ids=[row.pk], now=now)
    log.record(by=by, verb=verb, target=row, before=before, after=after)
    return row
