"""Claiming reminders: which rule of which watched day is due, and who is told. activity/emails.py words the mails.

A day's row is found by `next_at`. In one transaction its reminders are written and `next_at` moves on, so that
whoever dies in between has done nothing; whoever comes at the same time skips what is locked.
"""

import datetime as dt
import logging
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.db import transaction
from django.db.models import F, Q

from activity import schedule
from activity.actions.reminder_mails import mail_waiting_reminders
from activity.models import OutgoingMail, Reminder, ReminderSettings, WatchedDate
from activity.schedule import Past, Rules

if TYPE_CHECKING:
    from accounts.models import Membership

log = logging.getLogger(__name__)

BATCH = 500
TRY_AGAIN_AFTER = dt.timedelta(minutes=15)
TOLD_OF_EVERYTHING = "reminder:escalation"  # the permission of those whom escalations go to


def send_due_reminders(*, now: dt.datetime) -> int:
    """Remind of everything that is due by `now`, in all organizations; how many reminders are new.

    Called as often as one likes, by as many as one likes: a reminder is written once for each day, rule
    and person. A missed minute or week is made up for by the latest rule. Each batch is one transaction;
    a day that breaks its batch fails alone, says so in its row, and is tried again.
    """
    _drop_those_of_former_members(now=now)
    new = 0
    while (found := _claim_some(now)) is not None:
        new += found
    mail_waiting_reminders(now=now)
    return new


def _claim_some(now: dt.datetime) -> int | None:
    """New reminders of the next batch; None when nothing is due, or others have it."""
    due = WatchedDate.objects.due_at(now)
    try:
        return _claim(due[:BATCH], now)
    except Exception:
        log.exception("A batch of watched days failed; each of them is tried alone")
    ids = list(due.values_list("pk", flat=True)[:BATCH])
    return sum(_claim_alone(watched_id, now) for watched_id in ids) if ids else None


def _claim_alone(watched_id: int, now: dt.datetime) -> int:
    own = WatchedDate.objects.filter(pk=watched_id)
    try:
        return _claim(own.due_at(now), now) or 0
    except Exception as error:
        log.exception("Nobody could be reminded of watched day %s", watched_id)
        own.update(next_at=now + TRY_AGAIN_AFTER, problem=_words(error))
        return 0


def _words(error: Exception) -> str:
    said = " ".join(str(error).split())
    return f"Nobody could be reminded ({type(error).__name__}: {said}"[:298] + ")."


@transaction.atomic
def _claim(due: Any, now: dt.datetime) -> int | None:
    """One batch: the same number of queries whether it holds one day or 500."""
    zoned = due.annotate(zone=F("organization__time_zone"))
    rows = list(zoned.select_for_update(skip_locked=True, of=("self",)))
    if not rows:
        return None
    known = _Known(rows)
    new: list[Reminder] = []
    for row in rows:
        try:
            claims, row.next_at = known.claims(row, now)
        except Exception as error:
            log.exception("Nobody could be reminded of watched day %s", row.pk)
            row.next_at, row.problem = now + TRY_AGAIN_AFTER, _words(error)
        else:
            new += claims
            row.problem = ""
    _write(new, known, now)
    _move_on(rows)
    return len(new)


def _write(new: list[Reminder], known: "_Known", now: dt.datetime) -> None:
    """Those that were taken back before anybody saw them come back under their old row."""
    again = []
    for reminder in new:
        reminder.pk = known.taken_back.get(_claim_key(reminder))
        if reminder.pk:
            again.append(reminder)
    Reminder.objects.bulk_create([reminder for reminder in new if not reminder.pk])
    if again:
        columns = ["watched", "title", "sentence", "path", "mail", "superseded_at", "created_at"]
        Reminder.objects.bulk_update(again, columns)


def _move_on(rows: list[WatchedDate]) -> None:
    """Write when to look again. The rows are there (and locked), so they are updated by it; many times
    faster than bulk_update."""
    WatchedDate.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["id"], update_fields=["next_at", "problem"]
    )


@transaction.atomic
def _drop_those_of_former_members(*, now: dt.datetime) -> None:
    """Who left is not written to; the day is looked at again, for whoever is responsible now."""
    gone = Q(recipient__ended_at__isnull=False) | Q(recipient__user__is_active=False)
    left = Reminder.objects.unsent().filter(gone).order_by("pk")
    lost = list(left.values_list("pk", "mail_id", "watched_id")[:BATCH])
    if not lost:
        return
    own = Reminder.objects.filter(pk__in=[pk for pk, _, _ in lost])
    mails = [mail for _, mail, _ in lost if mail]
    state = OutgoingMail.State
    OutgoingMail.objects.filter(pk__in=mails, state=state.QUEUED).update(state=state.CANCELLED)
    in_cancelled = Reminder.objects.filter(mail__in=mails, mail__state=state.CANCELLED)
    own.filter(Q(mail=None) | Q(pk__in=in_cancelled.values("pk"))).update(superseded_at=now)
    # What else stood in those mails is found the next time.
    Reminder.objects.filter(pk__in=in_cancelled.values("pk"), superseded_at=None).update(mail=None)
    days = WatchedDate.objects.open().filter(pk__in=[day for _, _, day in lost if day])
    days.update(next_at=now)


# What a batch needs to know -------------------------------------------------------------------------

DayKey = tuple[int, str, str, int, dt.date]
ClaimKey = tuple[DayKey, str, int]


def _day_key(row: Any) -> DayKey:
    return row.organization_id, row.kind, row.target_type, row.target_id, row.due_on


def _claim_key(reminder: Reminder) -> ClaimKey:
    return _day_key(reminder), reminder.rule, reminder.recipient_id


class _Known:
    """Settings, people and earlier reminders of all days of a batch, read at once: each person once, not
    with every day."""

    def __init__(self, rows: Sequence[WatchedDate]) -> None:
        organizations = {row.organization_id for row in rows}
        self.settings = {
            row.organization_id: row
            for row in ReminderSettings.objects.filter(organization_id__in=organizations)
        }
        self.owners = _owners(organizations)
        self.people = _people({row.responsible_id for row in rows if row.responsible_id})
        self.rules: dict[tuple[int, str], Rules] = {}
        self.standing: dict[DayKey, dict[tuple[str, int], dt.datetime]] = defaultdict(dict)
        self.taken_back: dict[ClaimKey, int] = {}
        self._read_reminders(rows)

    def _read_reminders(self, rows: Sequence[WatchedDate]) -> None:
        wanted = {_day_key(row) for row in rows}
        found = Reminder.objects.filter(
            organization_id__in={row.organization_id for row in rows},
            kind__in={row.kind for row in rows},
            target_type__in={row.target_type for row in rows},
            target_id__in={row.target_id for row in rows},
        )
        columns = found.values_list(
            "organization_id",
            "kind",
            "target_type",
            "target_id",
            "due_on",
            "rule",
            "recipient_id",
            "created_at",
            "superseded_at",
            "pk",
        )
        for *day, rule, recipient, created_at, superseded_at, pk in columns.iterator():
            key: DayKey = tuple(day)
            if key not in wanted:
                continue
            if superseded_at:
                self.taken_back[key, rule, recipient] = pk
            else:
                self.standing[key][rule, recipient] = created_at

    def past(self, row: WatchedDate) -> Past:
        standing = self.standing[_day_key(row)]
        usual = [at for (rule, _), at in standing.items() if rule != schedule.ESCALATION]
        escalated = len(usual) < len(standing)
        return Past(min(usual, default=None), max(usual, default=None), escalated)

    def claims(
        self, row: WatchedDate, now: dt.datetime
    ) -> tuple[list[Reminder], dt.datetime | None]:
        """The reminders that the day needs now, and when to look at it again."""
        rules = self._rules(row)
        day, snooze, past = row.due_on, row.snoozed_until_on, self.past(row)
        owners = self.owners[row.organization_id]
        responsible = self.people.get(row.responsible_id)
        people = [responsible] if responsible else owners
        due = schedule.due_now(day, rules, now, past, snooze)
        told = schedule.escalation(day, rules, past, snooze)
        claims = self._new(row, due.rule, people, now) if due else []
        if told and told.at <= now:
            others = [owner for owner in owners if owner not in people]
            claims += self._new(row, schedule.ESCALATION, others, now)
        if due and past.first_at is None:
            past = Past(now, now)
        return claims, schedule.next_moment(day, rules, now, past, snooze)

    def _rules(self, row: Any) -> Rules:
        key = row.organization_id, row.kind
        if key not in self.rules:
            self.rules[key] = Rules.of(self.settings.get(key[0]), row.zone, row.kind)
        return self.rules[key]

    def _new(
        self, row: WatchedDate, rule: str, people: Iterable[Any], now: dt.datetime
    ) -> list[Reminder]:
        standing = self.standing[_day_key(row)]
        return [
            Reminder(
                organization_id=row.organization_id,
                watched=row,
                kind=row.kind,
                target_type=row.target_type,
                target_id=row.target_id,
                due_on=row.due_on,
                rule=rule,
                recipient=member,
                title=row.title,
                sentence=row.sentence,
                path=row.path,
                created_at=now,
            )
            for member in people
            if (rule, member.pk) not in standing
        ]


def _memberships() -> Any:
    return apps.get_model("accounts", "Membership")._default_manager


def _people(ids: Iterable[int]) -> "dict[int | None, Membership]":
    """Those of them who are still here."""
    here = _memberships().filter(pk__in=ids, ended_at=None, user__is_active=True)
    return {member.pk: member for member in here.select_related("user")}


def _owners(organizations: Iterable[int]) -> dict[int, list[Any]]:
    """Whom escalations go to, of each organization."""
    found: dict[int, list[Any]] = defaultdict(list)
    able = (
        _memberships()
        .able_to(TOLD_OF_EVERYTHING)
        .filter(organization_id__in=organizations, user__is_active=True)
    )
    for member in able.select_related("user").order_by("pk"):
        found[member.organization_id].append(member)
    return found
