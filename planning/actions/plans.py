"""Outsourcing plans: begun, changed, approved and frozen, revised, dropped."""

import uuid
from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.models import Membership
from accounts.permissions import Perm
from activity import log
from activity.actions.watching import watch_days
from activity.records import freeze
from core.errors import Refused
from core.versions import Stale, lock
from planning import plan_page
from planning.completeness import Check
from planning.goal_days import goal_days
from planning.locking import lock_draft, lock_plan, save_next_version
from planning.models import BaselineLine, OutsourcingPlan, Service, Stakeholder
from planning.plan_lists import LISTS
from planning.plan_record import BASELINE_FIELDS, KIND, STAKEHOLDER_FIELDS, record_data
from planning.stakeholder_links import VIEW, is_said

WORDS = {
    "title": "title",
    "manager": "delegated manager",
    "why": "why",
    "scope_in": "what is in",
    "scope_out": "what is not",
    "constraints": "constraints",
    "understanding": "our systems",
    "starts_on": "wished start",
    "term_months": "term in months",
    "currency": "currency",
    "budget": "budget",
    "hoped_cost": "hoped-for cost",
    "discount_percent": "discount rate",
}
FIELDS = list(WORDS)
CARRIED = [*FIELDS, "growth", "growth_note", "baseline_note", "baseline_rise_percent"]
TOLD = ("answered_at", "noted_by")  # that and by whom a stakeholder's view was said


class NotReady(Refused):
    """Something is missing before the plan can be approved; `.missing` are the checks."""

    def __init__(self, missing: list[Check]) -> None:
        words = " ".join(f"{check.title}: {check.words}" for check in missing)
        super().__init__(f"The plan can't be approved yet. {words}")
        self.missing = missing


@transaction.atomic
def create_plan(
    *, values: Mapping[str, Any], by: Membership, creation_key: uuid.UUID | None = None
) -> OutsourcingPlan:
    """Begin the plan of a service. Sent twice, it is there once; a service has one plan at a time."""
    key = creation_key or uuid.uuid4()
    service = _lock_service(values["service"])
    there: OutsourcingPlan | None = OutsourcingPlan.objects.filter(creation_key=key).first()
    if there:
        return there
    if service.archived_at:
        raise Refused("This service was put aside. Take it up again first.", field="service")
    _refuse_second(service)
    row: OutsourcingPlan = OutsourcingPlan.objects.create(
        organization=by.organization,
        service=service,
        number=_next_number(service),
        title=values["title"],
        manager=values.get("manager"),
        why=values.get("why", ""),
        currency=by.organization.currency,
        creation_key=key,
        created_by=by,
    )
    log.record(
        by=by,
        verb="plan.created",
        target=row,
        after={"service": service.name, "number": row.number, "title": row.title},
    )
    return row


@transaction.atomic
def edit_plan(
    *, plan: OutsourcingPlan, values: Mapping[str, Any], version: int, by: Membership
) -> OutsourcingPlan:
    """Change what the draft says about itself, unless somebody was quicker."""
    row = lock_draft(plan, version)
    wanted = {name: value for name, value in values.items() if name in FIELDS}
    before, after = log.apply_changes(row, wanted)
    if after:
        save_next_version(row)
        log.record(
            by=by, verb="plan.changed", target=row, before=_worded(before), after=_worded(after)
        )
    return row


@transaction.atomic
def approve_plan(*, plan: OutsourcingPlan, version: int, by: Membership) -> OutsourcingPlan:
    """Freeze the plan as it is; the one that it revises is replaced. Approving twice is approving once.

    Raises NotReady naming what is missing, Stale if it changed since `version` was shown.
    """
    _lock_service(plan.service)
    row = lock_plan(plan)
    if row.is_approved:
        return row
    if not row.is_draft:
        raise Refused("Only a draft can be approved.")
    if row.version != version:
        raise Stale(row)
    if missing := plan_page.completeness_of(row).missing:
        raise NotReady(missing)
    if row.manager is None or not row.manager.can(Perm.CONTRACT_EDIT):
        raise Refused("The delegated manager can't manage a vendor (any more). Name somebody else.")
    approved = OutsourcingPlan.objects.filter(service_id=row.service_id).approved()
    # Held: somebody may drop it at this moment.
    older = approved.select_for_update(of=("self",), no_key=True).first()
    if older is not None:
        older.state = OutsourcingPlan.State.REPLACED
        save_next_version(older)
        watch_days(days=goal_days(older))
        log.record(by=by, verb="plan.replaced", target=older, after={"by number": row.number})
    row.approved_at, row.approved_by = timezone.now(), by
    row.record = freeze(by=by, kind=KIND, subject=row, content=record_data(row))
    row.state = OutsourcingPlan.State.APPROVED
    save_next_version(row)
    log.record(
        by=by,
        verb="plan.approved",
        target=row,
        before={"state": OutsourcingPlan.State.DRAFT.label},
        after={
            "state": OutsourcingPlan.State.APPROVED.label,
            "record": row.record.number,
            "SHA-256": row.record.sha256,
        },
    )
    watch_days(days=goal_days(row))
    return row


@transaction.atomic
def revise_plan(*, plan: OutsourcingPlan, by: Membership) -> OutsourcingPlan:
    """A new draft that says what the approved plan says, to be changed and approved in its place.

    While there is such a draft, that is the one. Stakeholders come along with what they said.
    """
    service = _lock_service(plan.service)
    row = lock_plan(plan)
    if not row.is_approved:
        raise Refused("Only an approved plan is revised; a draft can be changed as it is.")
    draft: OutsourcingPlan | None = service.plans.draft().first()
    if draft:
        return draft
    carried = {name: getattr(row, name) for name in CARRIED}
    new: OutsourcingPlan = OutsourcingPlan.objects.create(
        organization=row.organization,
        service=service,
        number=_next_number(service),
        revises=row,
        created_by=by,
        **carried,
    )
    _copy_parts(row, new)
    log.record(
        by=by, verb="plan.revised", target=new, after={"number": new.number, "revises": row.number}
    )
    return new


@transaction.atomic
def drop_plan(
    *, plan: OutsourcingPlan, values: Mapping[str, Any], version: int, by: Membership
) -> OutsourcingPlan:
    """Say that the plan is not pursued, and why; it stays to be read. An approved one only by who approves."""
    row = lock_plan(plan, version)
    if not (row.is_draft or row.is_approved):
        raise Refused("This plan is not pursued any more.")
    if row.is_approved and not by.can(Perm.PLAN_APPROVE):
        raise Refused("An approved plan is dropped by an Owner.")
    before = row.get_state_display()
    row.state = OutsourcingPlan.State.DROPPED
    row.dropped_reason = values["reason"]
    save_next_version(row)
    watch_days(days=goal_days(row))
    log.record(
        by=by,
        verb="plan.dropped",
        target=row,
        before={"state": before},
        after={"state": OutsourcingPlan.State.DROPPED.label, "reason": row.dropped_reason},
    )
    return row


def _lock_service(service: Service) -> Service:
    """Held first, so that plans of one service are counted and approved one after the other."""
    row: Service = lock(Service.objects.all(), service.pk)
    return row


def _refuse_second(service: Service) -> None:
    now = service.plans.filter(
        state__in=[OutsourcingPlan.State.DRAFT, OutsourcingPlan.State.APPROVED]
    ).first()
    if now is None:
        return
    what = "draft of a plan" if now.is_draft else "approved plan"
    hint = "Go on with that one." if now.is_draft else "Open it and revise it."
    raise Refused(f"There is a {what} for {service} already: “{now}”. {hint}", field="service")


def _next_number(service: Service) -> int:
    last: int | None = service.plans.order_by("-number").values_list("number", flat=True).first()
    return (last or 0) + 1


def _copy_parts(old: OutsourcingPlan, new: OutsourcingPlan) -> None:
    own = {"organization": new.organization, "plan": new}
    for part in LISTS:
        part.model.objects.bulk_create(
            part.model(**own, position=position, **line)
            for position, line in enumerate(part.stored(old))
        )
    BaselineLine.objects.bulk_create(
        BaselineLine(**own, position=row.position, **_values(row, BASELINE_FIELDS))
        for row in old.baseline.order_by("position", "pk")
    )
    Stakeholder.objects.bulk_create(
        Stakeholder(**own, **_carried(row)) for row in old.stakeholders.order_by("pk")
    )


def _carried(person: Stakeholder) -> dict[str, Any]:
    """What they only began to write stays behind with the link that they had."""
    values = _values(person, (*STAKEHOLDER_FIELDS, "email", *TOLD))
    return values if is_said(person) else values | dict.fromkeys(VIEW, "")


def _values(row: Any, names: tuple[str, ...]) -> dict[str, Any]:
    return {name: getattr(row, name) for name in names}


def _worded(values: Mapping[str, Any]) -> dict[str, Any]:
    return {WORDS[name]: value for name, value in values.items()}
