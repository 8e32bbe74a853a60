"""Who is affected by a plan: naming them, asking them by private link, and what we make of what they say."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.models import Membership
from activity import log
from activity.links import end_link, open_anew
from core.errors import Refused
from core.versions import Stale, lock
from planning import stakeholder_mail
from planning.locking import lock_draft
from planning.models import OutsourcingPlan, Stakeholder
from planning.stakeholder_links import VIEW, is_said

WHO = ("name", "email", "group", "affected")
MOST_STAKEHOLDERS = 60


@transaction.atomic
def add_stakeholder(
    *, plan: OutsourcingPlan, values: Mapping[str, Any], by: Membership
) -> Stakeholder:
    """Name somebody who is affected or has a say. `values`: WHO. Sent twice, they are there once.

    Raises Refused once the plan is no draft.
    """
    row = lock_draft(plan)
    same = row.stakeholders.filter(name=values["name"], email__iexact=values["email"])
    there: Stakeholder | None = same.first()
    if there:
        return there
    if row.stakeholders.count() >= MOST_STAKEHOLDERS:
        raise Refused(f"At most {MOST_STAKEHOLDERS} people fit. Name a group instead.")
    person: Stakeholder = Stakeholder.objects.create(
        organization=row.organization, plan=row, **{name: values[name] for name in WHO}
    )
    log.record(by=by, verb="plan.stakeholder_added", target=row, after={"stakeholder": person.name})
    return person


@transaction.atomic
def edit_stakeholder(
    *, person: Stakeholder, values: Mapping[str, Any], version: int, by: Membership
) -> Stakeholder:
    """Change who they are. With another address an open link stops working: it went to somebody else."""
    row = lock_stakeholder(person, version)
    other = values["email"].lower() != row.email.lower()
    before, after = log.apply_changes(row, {name: values[name] for name in WHO})
    if not after:
        return row
    if other and row.token_hash and not row.answered_at:
        _end(row)
    _save(row)
    log.record(
        by=by,
        verb="plan.stakeholder_changed",
        target=row.plan,
        before={"stakeholder": row.name, **before},
        after={"stakeholder": row.name, **after},
    )
    return row


@transaction.atomic
def remove_stakeholder(*, person: Stakeholder, by: Membership) -> None:
    """Take somebody out of the plan, with what they said; a link to them stops working."""
    row = lock_stakeholder(person)
    if row.token_hash:
        end_link(row, now=timezone.now())
    log.record(
        by=by, verb="plan.stakeholder_removed", target=row.plan, before={"stakeholder": row.name}
    )
    row.delete()


@transaction.atomic
def ask_stakeholder(
    *, person: Stakeholder, values: Mapping[str, Any], version: int, by: Membership
) -> Stakeholder:
    """Open a private link until the end of `values["until_on"]`, and mail it to whoever has an address; the
    link before stops working, what was written with it stays.

    Raises Refused if they have answered, or if one of us noted what they said.
    """
    row = lock_stakeholder(person, version)
    if row.answered_at:
        raise Refused(f"{row.name} has answered already.")
    if row.noted_by_id:
        raise Refused(
            f"What {row.name} said is noted already. Empty that note first: it would stand on their page."
        )
    open_anew(row, until_on=values["until_on"], by=by)
    row.mail = stakeholder_mail.ask(row)
    _save(row)
    log.record(
        by=by,
        verb="plan.stakeholder_asked",
        target=row.plan,
        after={"stakeholder": row.name, "email": row.email, "until": values["until_on"]},
    )
    return row


@transaction.atomic
def withdraw_stakeholder_link(*, person: Stakeholder, by: Membership) -> Stakeholder:
    """Make the link useless; what was not handed in is forgotten, what was stays. Twice is once."""
    row = lock_stakeholder(person)
    if row.token_hash is None or row.revoked_at:
        return row
    _end(row)
    _save(row)
    log.record(
        by=by,
        verb="plan.stakeholder_link_withdrawn",
        target=row.plan,
        before={"stakeholder": row.name},
    )
    return row


@transaction.atomic
def note_stakeholder_view(
    *, person: Stakeholder, values: Mapping[str, Any], version: int, by: Membership
) -> Stakeholder:
    """Write down what somebody said in a talk: `values` are stance, hopes, worries, needs. All empty: nothing
    is noted (any more).

    Raises Refused while they may answer themselves, and once they did.
    """
    row = lock_stakeholder(person, version)
    if row.answered_at:
        raise Refused(f"{row.name} answered in their own words; that stays as it is.")
    if row.link_works(timezone.now()):
        raise Refused(f"{row.name} has a link and may be writing just now. Withdraw it first.")
    if not is_said(row):
        _forget_draft(row)
    before, after = log.apply_changes(row, {name: values[name] for name in VIEW})
    row.noted_by = by if any(getattr(row, name) for name in VIEW) else None
    _save(row)
    log.record(
        by=by,
        verb="plan.stakeholder_view_noted",
        target=row.plan,
        before={"stakeholder": row.name, **before},
        after={"stakeholder": row.name, **after},
    )
    return row


@transaction.atomic
def respond_to_stakeholder(
    *, person: Stakeholder, values: Mapping[str, Any], version: int, by: Membership
) -> Stakeholder:
    """Say what we make of what they said: `values["response"]`. They do not see it."""
    row = lock_stakeholder(person, version)
    before, after = log.apply_changes(row, {"response": values["response"]})
    if after:
        _save(row)
        log.record(
            by=by,
            verb="plan.stakeholder_answered_to",
            target=row.plan,
            before={"stakeholder": row.name, **before},
            after={"stakeholder": row.name, **after},
        )
    return row


def lock_stakeholder(person: Stakeholder, version: int | None = None) -> Stakeholder:
    """The stakeholder of a draft, locked with its plan. Raises Stale, Gone, or Refused."""
    plan = lock_draft(person.plan)
    rows = Stakeholder.objects.select_related("organization", "asked_by__user", "noted_by__user")
    row: Stakeholder = lock(rows, person.pk)
    row.plan, row.organization = plan, plan.organization
    if version is not None and row.version != version:
        raise Stale(row)
    return row


def _save(row: Stakeholder) -> None:
    row.version += 1
    row.save()


def _end(row: Stakeholder) -> None:
    """Nobody else reads what they only began to write."""
    end_link(row, now=timezone.now())
    if not is_said(row):
        _forget_draft(row)


def _forget_draft(row: Stakeholder) -> None:
    for name in VIEW:
        setattr(row, name, "")
