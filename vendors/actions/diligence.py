"""Rounds of security questions to a vendor: begun, changed, asked by private link, taken back."""

import uuid
from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.db.models import F, Max
from django.utils import timezone

from accounts.models import Membership
from activity import log
from activity.links import end_link, open_anew
from core.errors import Refused
from core.versions import lock
from vendors import diligence_mail
from vendors.diligence_days import watch_last, watch_round
from vendors.diligence_queries import OPEN, questions_asked
from vendors.diligence_questions import VERSION, questions_of
from vendors.models import Contact, DiligenceCheck, Vendor

State = DiligenceCheck.State
RELATED = ("organization", "vendor__inside_owner__user", "responsible__user", "asked_by__user")
FIELDS = ("due_on", "introduction", "responsible", "repeat_months")


@transaction.atomic
def start_round(
    *, vendor: Vendor, values: Mapping[str, Any], creation_key: uuid.UUID, by: Membership
) -> DiligenceCheck:
    """Begin a round; nobody is asked yet. Sent twice, it is there once.

    `values`: left_out (keys of questions), due_on, introduction, responsible, repeat_months.
    """
    row: Vendor = lock(
        Vendor.objects.select_related("organization", "inside_owner__user"), vendor.pk
    )
    again: DiligenceCheck | None = DiligenceCheck.objects.filter(
        organization=row.organization, creation_key=creation_key
    ).first()
    if again is not None:
        return again
    if row.archived_at is not None:
        raise Refused(f"{row} is archived. Restore it first.")
    rounds = DiligenceCheck.objects.filter(vendor=row)
    if rounds.filter(state__in=OPEN).exists():
        raise Refused("A round is open already. Finish it or withdraw it first.")
    number = (rounds.aggregate(last=Max("number"))["last"] or 0) + 1
    left_out = _known(values["left_out"])
    check: DiligenceCheck = DiligenceCheck.objects.create(
        organization=row.organization,
        vendor=row,
        number=number,
        questions=VERSION,
        left_out=left_out,
        creation_key=creation_key,
        created_by=by,
        **{name: values[name] for name in FIELDS},
    )
    watch_last(row)
    log.record(
        by=by,
        verb="vendor.security_round_started",
        target=row,
        after={"round": number, "due_on": check.due_on, "left_out": left_out},
    )
    return check


def _known(left_out: Any) -> list[str]:
    questions = questions_of(VERSION)
    found = [key for key in questions if key in set(left_out)]
    if len(found) == len(questions):
        raise Refused("Ask one question at least.", field="asked")
    return found


@transaction.atomic
def edit_round(
    *, check: DiligenceCheck, values: Mapping[str, Any], version: int, by: Membership
) -> DiligenceCheck:
    """Change when answers are wanted, what is said first, who answers for it, and when it comes again.

    Which questions are asked can be changed until somebody was asked.
    """
    row = lock_round(check, version)
    if row.state not in OPEN:
        raise Refused("This round is over: it stays as it is.")
    wanted = {name: values[name] for name in FIELDS}
    if row.state == State.DRAFT:
        wanted["left_out"] = _known(values["left_out"])
    before, after = log.apply_changes(row, wanted)
    if after:
        row.version += 1
        row.save()
        _note(row, "vendor.security_round_changed", by, before=before, after=after)
        watch_round(row)
    return row


@transaction.atomic
def ask(
    *, check: DiligenceCheck, values: Mapping[str, Any], version: int, by: Membership
) -> DiligenceCheck:
    """Send a contact of the vendor the private link; one that was sent before stops working.

    `values`: contact, until_on (the last day on which it works). What was answered so far stays.
    """
    row = lock_round(check, version)
    if row.state not in (State.DRAFT, State.ASKED):
        raise Refused("The answers are in: nobody is asked any more in this round.")
    contact: Contact = values["contact"]
    if contact.vendor_id != row.vendor_id or not contact.email:
        raise Refused("Choose a contact of this vendor who has an e-mail address.", field="contact")
    row.name, row.email, row.state = contact.name, contact.email, State.ASKED
    open_anew(row, until_on=values["until_on"], by=by)
    row.mail = diligence_mail.ask(row, len(questions_asked(row)))
    row.version += 1
    row.save()
    watch_round(row)
    known = {"round": row.number, "contact": row.name, "email": row.email}
    _note(row, "vendor.security_asked", by, after={**known, "until": values["until_on"]})
    return row


@transaction.atomic
def withdraw_link(*, check: DiligenceCheck, by: Membership) -> DiligenceCheck:
    """Make the link useless; what was answered stays, and a new link can be sent."""
    row = lock_round(check)
    if row.token_hash is not None and row.revoked_at is None:
        end_link(row, now=timezone.now())
        row.version += 1
        row.save()
        _note(row, "vendor.security_link_withdrawn", by, before={"contact": row.name})
    return row


@transaction.atomic
def withdraw_round(*, check: DiligenceCheck, by: Membership) -> DiligenceCheck:
    """Give up a round that is not judged; it stays readable, and another one can begin."""
    row = lock_round(check)
    if row.state == State.WITHDRAWN:
        return row
    if row.state not in OPEN:
        raise Refused("This round is judged: it stays as it is.")
    before = row.get_state_display()
    if row.token_hash is not None:
        end_link(row, now=timezone.now())
    row.state = State.WITHDRAWN
    row.version += 1
    row.save()
    watch_round(row)
    watch_last(row.vendor)
    _note(row, "vendor.security_round_withdrawn", by, before={"state": before})
    return row


@transaction.atomic
def count_on(*, kept: Vendor, gone: Vendor, by: Membership) -> int:
    """Two entries become one vendor: number the rounds of `gone` on from those of `kept`, before they are
    moved. Gives how many there are; merging tells the audit trail."""
    last = DiligenceCheck.objects.filter(vendor=kept).aggregate(last=Max("number"))["last"]
    if not last:
        return 0
    theirs = DiligenceCheck.objects.filter(vendor=gone)
    highest = theirs.aggregate(last=Max("number"))["last"] or 0
    # Beyond all numbers first, so that none is there twice in between.
    count: int = theirs.update(number=F("number") + last + highest)
    theirs.update(number=F("number") - highest)
    return count


def lock_round(check: DiligenceCheck, version: int | None = None) -> DiligenceCheck:
    """The round, held, as it is now."""
    row: DiligenceCheck = lock(DiligenceCheck.objects.select_related(*RELATED), check.pk, version)
    return row


def _note(
    check: DiligenceCheck,
    verb: str,
    by: Membership | None,
    *,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
) -> None:
    """In the vendor's trail, naming the round."""
    known = {"round": check.number}
    log.record(
        by=by,
        verb=verb,
        target=check.vendor,
        before={**known, **before} if before else None,
        after={**known, **(after or {})},
    )
