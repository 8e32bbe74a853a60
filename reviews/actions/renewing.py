"""Deciding whether a contract goes on: votes, the decision with its record, the notice letter."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.models import Membership
from accounts.permissions import Perm
from activity import log
from activity.actions import watch
from activity.actions.snoozing import settle_date
from activity.models import WatchedDate
from activity.records import freeze
from contracts.dates import NOTICE
from contracts.locking import lock_contract
from core.errors import Refused
from core.templatetags.ui import format_date
from core.versions import Stale, lock
from reviews import renewal_letter as letter
from reviews import renewal_mail, renewal_record
from reviews.actions.renewal_days import decision_day
from reviews.models import Choice, RenewalBrief, RenewalVote
from reviews.renewing import facts_of, letter_facts

State = RenewalBrief.State
# Whoever leaves needs a letter; it is drafted with the decision.
LEAVING = (Choice.EXIT, Choice.RE_TENDER)


class NotNow(Refused):
    """The brief is not to be decided any more."""


@transaction.atomic
def vote_renewal(
    *, brief: RenewalBrief, values: Mapping[str, Any], version: int, by: Membership
) -> RenewalVote:
    """Say what you would do, or say it anew until it is decided. `version` 0: not said yet.

    The brief counts on, so that nobody decides without having seen the vote. Raises Stale, NotNow.
    """
    row = _lock(brief)
    _refuse_unless_open(row)
    vote: RenewalVote | None = row.votes.filter(member=by).first()
    if vote and (vote.choice, vote.reason) == (values["choice"], values["reason"]):
        return vote
    if vote and vote.version != version:
        raise Stale(vote)
    was = {"choice": Choice(vote.choice).label, "reason": vote.reason} if vote else {}
    if vote is None:
        vote = RenewalVote(organization=row.organization, brief=row, member=by, version=0)
    vote.choice, vote.reason = values["choice"], values["reason"]
    vote.version += 1
    vote.voted_at = timezone.now()
    vote.save()
    row.version += 1
    row.save(update_fields=["version"])
    said = {"choice": Choice(vote.choice).label, "reason": vote.reason}
    log.record(by=by, verb="renewal.voted", target=row, before=was, after=said)
    return vote


@transaction.atomic
def decide_renewal(
    *,
    brief: RenewalBrief,
    values: Mapping[str, Any],
    version: int,
    today: dt.date,
    by: Membership,
) -> RenewalBrief:
    """Decide, and freeze the decision with the votes and everything that the brief shows. Twice is once.

    Nobody is reminded to decide any more; kept as it is, nor of the notice day. Raises Stale, NotNow.
    """
    contract = lock_contract(brief.contract)
    row = _lock(brief)
    same = (row.choice, row.rationale) == (values["choice"], values["rationale"])
    if row.is_decided and row.decided_by_id == by.pk and same:
        return row
    _refuse_unless_open(row)
    if row.version != version:
        raise Stale(row)
    row.contract, row.organization = contract, contract.organization
    row.choice, row.rationale = values["choice"], values["rationale"]
    row.facts = facts_of(contract, row.safe_notice_on, today)
    row.state, row.decided_by, row.decided_at = State.DECIDED, by, timezone.now()
    content = renewal_record.record_data(row)
    row.record = freeze(by=by, kind=renewal_record.KIND, subject=row, content=content)
    if row.choice in LEAVING and not row.letter_body:
        _draft_letter(row, by, today)
    row.version += 1
    row.save()
    log.record(
        by=by,
        verb="renewal.decided",
        target=row,
        after={
            "decision": Choice(row.choice).label,
            "reason": row.rationale,
            "record": row.record.number,
            "SHA-256": row.record.sha256,
        },
    )
    # The older day first, as the worker takes hold of them.
    if row.choice == Choice.RENEW:
        _settle_notice(row, by)
    watch(day=decision_day(row))
    renewal_mail.decided(row, by, _concerned(row, by))
    return row


@transaction.atomic
def save_letter(
    *, brief: RenewalBrief, values: Mapping[str, Any], version: int, by: Membership
) -> RenewalBrief:
    """Keep the notice letter as the person wrote it; we send nothing. Raises Stale."""
    row = _lock(brief)
    if (row.letter_subject, row.letter_body) == (values["letter_subject"], values["letter_body"]):
        return row
    if row.version != version:
        raise Stale(row)
    row.letter_subject, row.letter_body = values["letter_subject"], values["letter_body"]
    row.version += 1
    row.save()
    log.record(
        by=by, verb="renewal.letter_changed", target=row, after={"subject": row.letter_subject}
    )
    return row


# Checks and small steps ------------------------------------------------------------------------------


def _lock(brief: RenewalBrief) -> RenewalBrief:
    people = ("contract__vendor", "contract__manager", "organization", "decided_by__user")
    row: RenewalBrief = lock(RenewalBrief.objects.select_related(*people), brief.pk)
    row.contract.organization = row.contract.vendor.organization = row.organization
    return row


def _refuse_unless_open(row: RenewalBrief) -> None:
    if row.is_open:
        return
    if row.is_decided and row.decided_by:
        wish = Choice(row.choice).label.lower()
        raise NotNow(f"{row.decided_by.name} has decided already: {wish}.")
    if row.state == State.LAPSED:
        day = format_date(row.safe_notice_on, row.organization)
        raise NotNow(f"It is too late: the last day to decide was {day}.")
    raise NotNow(f"There is nothing to decide any more. {row.rationale}")


def _draft_letter(row: RenewalBrief, by: Membership, today: dt.date) -> None:
    facts = letter_facts(row, by, today)
    row.letter_subject, row.letter_body = letter.subject(facts), letter.body(facts)


def _settle_notice(row: RenewalBrief, by: Membership) -> None:
    """It is kept: the reminders of this notice day have done their work."""
    days = WatchedDate.objects.about(row.contract).open()
    watched = days.filter(
        organization=row.organization, kind=NOTICE, due_on=row.safe_notice_on
    ).first()
    if watched:
        note = f"Decided: {Choice.RENEW.label.lower()}"
        settle_date(watched=watched, values={"note": note}, version=watched.version, by=by)


def _concerned(row: RenewalBrief, by: Membership) -> list[Membership]:
    voted = set(row.votes.values_list("member", flat=True)) | {row.contract.manager_id}
    current = Membership.objects.filter(organization=row.organization).current().by_name()
    return [
        member
        for member in current
        if member != by and (member.pk in voted or member.can(Perm.RENEWAL_DECIDE))
    ]
