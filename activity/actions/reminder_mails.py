"""Putting claimed reminders into mails: at once, or all of a person's in the digest of a day.

A reminder without a mail waits in the table, so nothing is lost between claiming and mailing. The mail's key
holds what makes it the only one of its kind; a mail that was taken back before it went out is used again.
"""

import contextlib
import datetime as dt
import logging
from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.db import transaction
from django.db.models import Case, When

from activity import emails, schedule
from activity.models import (
    OutgoingMail,
    Reminder,
    ReminderPreference,
    ReminderSettings,
    WatchedDate,
)
from activity.schedule import Rules

if TYPE_CHECKING:
    from accounts.models import Membership

log = logging.getLogger(__name__)

BATCH = 500
PEOPLE = 100  # whose digests are made at a time
MOST_IN_A_MAIL = 30
AT_ONCE = ReminderPreference.Way.AT_ONCE


def mail_waiting_reminders(*, now: dt.datetime) -> None:
    """Write the mails of all reminders that wait and may go out now."""
    after = 0
    while found := _mail_each(now, after):
        after = found
    after = 0
    while found := _mail_digests(now, after):
        after = found


# One mail for each -------------------------------------------------------------------------------


@transaction.atomic
def _mail_each(now: dt.datetime, after: int) -> int:
    """The next batch of those who want a mail for each; gives the last one's id, 0 at the end."""
    waiting = Reminder.objects.waiting().filter(
        recipient__reminder_preference__way=AT_ONCE, pk__gt=after
    )
    locked = waiting.select_for_update(skip_locked=True, of=("self",)).order_by("pk")
    reminders = list(
        locked.select_related("organization", "recipient__user", "watched__responsible__user")[
            :BATCH
        ]
    )
    mails: dict[str, _Wanted] = {}
    for reminder in reminders:
        rules = Rules(zone=reminder.organization.time_zone)
        with _alone(reminder.recipient):
            words = emails.one_mail(reminder, schedule.local_day(now, rules))
            mails[_key(reminder)] = _Wanted(reminder.recipient, words, [reminder.pk])
    _promise(mails, now)
    return reminders[-1].pk if reminders else 0


def _key(reminder: Reminder) -> str:
    thing = f"{reminder.kind}:{reminder.target_type}:{reminder.target_id}"
    return f"reminder:{thing}:{reminder.rule}:{reminder.due_on}:{reminder.recipient_id}"


# Digests -----------------------------------------------------------------------------------------


@transaction.atomic
def _mail_digests(now: dt.datetime, after: int) -> int:
    """The digests of the next people who have something waiting; gives the last one's id, 0 at the end.

    A person is locked meanwhile, so that two workers don't make two halves of one digest.
    """
    waiting = Reminder.objects.waiting().filter(recipient_id__gt=after)
    waiting = waiting.exclude(recipient__reminder_preference__way=AT_ONCE)
    people = list(
        waiting.order_by("recipient_id").values_list("recipient_id", flat=True).distinct()[:PEOPLE]
    )
    if not people:
        return 0
    memberships: Any = apps.get_model("accounts", "Membership")._default_manager
    members = memberships.filter(pk__in=people).select_related("user", "organization")
    locked = list(members.select_for_update(skip_locked=True, no_key=True, of=("self",)))
    plan = _Plan(locked, now)
    mine = _waiting_of(locked)
    chosen = {member: plan.chosen(member, mine[member.pk]) for member in locked}
    shown = _shown([ids for _, ids in chosen.values()])
    mails: dict[str, _Wanted] = {}
    for member, (key, ids) in chosen.items():
        with _alone(member):
            if ids:
                words = emails.digest_mail(shown[member.pk], len(ids), plan.today(member))
                mails[key] = _Wanted(member, words, ids)
    _promise(mails, now)
    return people[-1]


def _waiting_of(members: "Sequence[Membership]") -> dict[int, list[tuple[int, dt.date]]]:
    """(id, day) of what each of them waits for, soonest first; locked, so that nobody takes it back meanwhile."""
    waiting = Reminder.objects.waiting().filter(recipient__in=members)
    rows = waiting.select_for_update().order_by("due_on", "pk")
    found: dict[int, list[tuple[int, dt.date]]] = defaultdict(list)
    for pk, recipient, due_on in rows.values_list("pk", "recipient_id", "due_on"):
        found[recipient].append((pk, due_on))
    return found


def _shown(chosen: Sequence[list[int]]) -> dict[int, list[Reminder]]:
    """The first of each person's, with all that their words need."""
    wanted = [pk for ids in chosen for pk in ids[:MOST_IN_A_MAIL]]
    rows = Reminder.objects.filter(pk__in=wanted).select_related(
        "organization", "recipient__user", "watched__responsible__user"
    )
    found: dict[int, list[Reminder]] = defaultdict(list)
    for row in rows.order_by("due_on", "pk"):
        found[row.recipient_id].append(row)
    return found


class _Plan:
    """Who of these people gets a digest now, and of what."""

    def __init__(self, members: "Sequence[Membership]", now: dt.datetime) -> None:
        organizations = {member.organization_id for member in members}
        self.now = now
        self.settings = {
            row.organization_id: row
            for row in ReminderSettings.objects.filter(organization_id__in=organizations)
        }
        # Another worker still claims for these: it makes their digests when it is done.
        unfinished = WatchedDate.objects.due_at(now).order_by()
        self.unfinished = set(unfinished.values_list("organization_id", flat=True).distinct())
        keys = []
        for member in members:
            with _alone(member):
                keys.append(self._key(member))
        made = OutgoingMail.objects.filter(key__in=keys)
        self.made = set(
            made.exclude(state=OutgoingMail.State.CANCELLED).values_list("key", flat=True)
        )

    def _rules(self, member: "Membership") -> Rules:
        return Rules.of(self.settings.get(member.organization_id), member.organization.time_zone)

    def today(self, member: "Membership") -> dt.date:
        return schedule.local_day(self.now, self._rules(member))

    def _key(self, member: "Membership") -> str:
        return f"digest:{member.pk}:{self.today(member)}"

    def chosen(
        self, member: "Membership", waiting: Sequence[tuple[int, dt.date]]
    ) -> tuple[str, list[int]]:
        """(key of the mail, ids of the reminders in it, soonest first); no ids: not now."""
        if member.organization_id in self.unfinished or not waiting:
            return "", []
        try:
            rules, key = self._rules(member), self._key(member)
            if schedule.digest_day(self.now, rules) and key not in self.made:
                return key, [pk for pk, _ in waiting]
            # Today's is sent, or not to be sent yet: what is over before the next one can't wait for it.
            today, following = self.today(member), schedule.next_digest_day(self.now, rules)
        except Exception:
            log.exception("The digest of member %s could not be planned", member.pk)
            return "", []
        urgent = [pk for pk, due_on in waiting if today <= due_on < following]
        return (f"{key}:{urgent[0]}", urgent) if urgent else ("", [])


# The queue ---------------------------------------------------------------------------------------


class _Wanted:
    """A mail to a member, and the reminders that it tells of."""

    def __init__(self, member: "Membership", words: dict[str, str], reminders: list[int]) -> None:
        self.member, self.words, self.reminders = member, words, reminders


def _promise(wanted: dict[str, _Wanted], now: dt.datetime) -> None:
    """Queue the mails by key, and note in the reminders where they stand."""
    if not wanted:
        return
    stored = {mail.key: mail for mail in OutgoingMail.objects.filter(key__in=wanted)}
    again = [mail for mail in stored.values() if mail.state == OutgoingMail.State.CANCELLED]
    for mail in again:
        _set(mail, wanted[mail.key], now)
    if again:
        # Those that are not told of any more leave the mail.
        Reminder.objects.filter(mail__in=again).update(mail=None)
        OutgoingMail.objects.bulk_update(
            again, ["to", "subject", "text", "html", "state", "due_at", "error"], batch_size=BATCH
        )
    new = [_set(OutgoingMail(key=key), wanted[key], now) for key in wanted if key not in stored]
    OutgoingMail.objects.bulk_create(new, batch_size=BATCH)
    mails = {**stored, **{mail.key: mail for mail in new}}
    _stand_in([(pk, mails[key].pk) for key, mail in wanted.items() for pk in mail.reminders])


def _set(mail: OutgoingMail, wanted: _Wanted, now: dt.datetime) -> OutgoingMail:
    mail.to = wanted.member.user.email
    for name, value in wanted.words.items():
        setattr(mail, name, value)
    mail.state, mail.due_at, mail.error = OutgoingMail.State.QUEUED, now, ""
    mail.repeat_if_lost = True
    return mail


def _stand_in(places: Sequence[tuple[int, int]]) -> None:
    """Write (reminder, mail) down, 500 in a query."""
    for start in range(0, len(places), BATCH):
        by_mail: dict[int, list[int]] = defaultdict(list)
        for pk, mail in places[start : start + BATCH]:
            by_mail[mail].append(pk)
        own = Reminder.objects.filter(pk__in=[pk for pks in by_mail.values() for pk in pks])
        own.update(mail=Case(*(When(pk__in=pks, then=mail) for mail, pks in by_mail.items())))


@contextlib.contextmanager
def _alone(member: "Membership") -> Iterator[None]:
    """What goes wrong inside concerns this person only: it is logged, and tried again by the next tick."""
    try:
        yield
    except Exception:
        log.exception("Member %s could not be reminded", member.pk)
