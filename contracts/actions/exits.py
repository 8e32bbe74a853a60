"""The exit plan of a contract, and the bench: whom we would take instead."""

import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.models import Membership
from activity import log
from activity.actions.watching import unwatch, watch
from contracts import leaving_days
from contracts.actions.keys import lock_changeable
from contracts.actions.refusals import NotComplete, NotFit
from contracts.exit_steps import StepDraft, drafts
from contracts.models import Alternative, Contract, ExitPlan, ExitStep
from core.errors import Refused
from core.versions import Stale, lock
from vendors.models import Vendor

PLAN_WORDS = {
    "triggers": "when we would leave",
    "currency": "currency",
    "fees": "fees for leaving",
    "parallel_run": "running both for a while",
    "onboarding": "starting elsewhere",
    "unused_prepayment": "paid and not used",
    "budget": "budget",
    "days_to_leave": "days to leave",
    "data_return": "data that comes back",
    "data_format": "format",
    "last_drill_on": "last drill on",
    "drill_months": "drill every months",
    "drill_note": "note on the drill",
}
PLAN_FIELDS = list(PLAN_WORDS)
QUOTE_WORDS = {
    "quote": "quote",
    "quote_is_yearly": "for a year",
    "currency": "currency",
    "quoted_on": "quoted on",
    "expires_on": "expires on",
    "note": "note",
}
QUOTE_FIELDS = list(QUOTE_WORDS)
MOST_STEPS, MOST_ALTERNATIVES = 60, 50


# The plan ---------------------------------------------------------------------------------------------


@transaction.atomic
def edit_exit_plan(
    *, contract: Contract, values: Mapping[str, Any], version: int, by: Membership
) -> ExitPlan:
    """Write down how we would leave, or change it; `version` 0 says that there was no plan yet.

    `values["steps"]` are StepDrafts in their order. Somebody who was quicker is not overwritten (Stale).
    """
    row = lock_changeable(contract)
    steps: Sequence[StepDraft] = values["steps"]
    if len(steps) > MOST_STEPS:
        raise Refused(f"An exit plan can have {MOST_STEPS} steps at most.")
    wanted = {name: values[name] for name in PLAN_FIELDS}
    plan: ExitPlan | None = (
        ExitPlan.objects.select_for_update(of=("self",), no_key=True).filter(contract=row).first()
    )
    if plan is None:
        return _write_plan(row, wanted, steps, by)
    plan.contract = row
    written = [draft.words for draft in drafts(plan)]
    new = [draft.words for draft in steps]
    before, after = log.apply_changes(plan, wanted)
    if not after and written == new:
        return plan
    if plan.version != version:
        raise Stale(ExitPlan.objects.select_related("contract").get(pk=plan.pk))
    if written != new:
        before["steps"], after["steps"] = written, new
        plan.steps.all().delete()
        _place_steps(plan, steps)
    plan.version += 1
    plan.updated_at = timezone.now()
    plan.save()
    watch(day=leaving_days.drill_day(row, plan))
    log.record(
        by=by,
        verb="contract.exit_plan_changed",
        target=row,
        before=_plan_worded(before),
        after=_plan_worded(after),
    )
    return plan


def _write_plan(
    contract: Contract, wanted: dict[str, Any], steps: Sequence[StepDraft], by: Membership
) -> ExitPlan:
    said = {name: value for name, value in wanted.items() if value not in ("", None)}
    if set(said) <= {"currency"} and not steps:
        raise NotComplete("Nothing is said yet. Begin with one sentence, or with one step.")
    plan: ExitPlan = ExitPlan.objects.create(
        organization=contract.organization, contract=contract, **wanted
    )
    _place_steps(plan, steps)
    watch(day=leaving_days.drill_day(contract, plan))
    after = {**said, "steps": [draft.words for draft in steps]} if steps else said
    log.record(by=by, verb="contract.exit_plan_written", target=contract, after=_plan_worded(after))
    return plan


def _place_steps(plan: ExitPlan, steps: Sequence[StepDraft]) -> None:
    ExitStep.objects.bulk_create(
        ExitStep(
            organization=plan.organization,
            plan=plan,
            position=at,
            text=draft.text,
            side=draft.side,
            days=draft.days,
        )
        for at, draft in enumerate(steps)
    )


def _plan_worded(values: Mapping[str, Any]) -> dict[str, Any]:
    return {PLAN_WORDS.get(name, name): value for name, value in values.items()}


# The bench --------------------------------------------------------------------------------------------


@transaction.atomic
def add_alternative(
    *,
    contract: Contract,
    vendor: Vendor | None,
    values: Mapping[str, Any],
    by: Membership,
    creation_key: uuid.UUID,
) -> Alternative:
    """Put a vendor of the register on the bench, or doing it ourselves (no vendor). Sent twice, it is
    there once; nobody sits there twice, and not the vendor that we would leave."""
    row = lock_changeable(contract)
    there: Alternative | None = row.organization.alternative_set.filter(
        creation_key=creation_key
    ).first()
    if there:
        return there
    _check_new(row, vendor)
    wanted = _quote(values)
    alternative: Alternative = Alternative.objects.create(
        organization=row.organization,
        contract=row,
        vendor=vendor,
        creation_key=creation_key,
        **wanted,
    )
    watch(day=leaving_days.quote_day(row, alternative))
    said = {name: value for name, value in wanted.items() if value not in ("", None)}
    log.record(
        by=by,
        verb="contract.alternative_added",
        target=row,
        after={"alternative": str(alternative), **_quote_worded(said)},
    )
    return alternative


def _check_new(contract: Contract, vendor: Vendor | None) -> None:
    if vendor is not None and vendor.pk == contract.vendor_id:
        raise NotFit(f"{vendor} is the vendor that you would leave. Choose another one.")
    if vendor is not None and vendor.archived_at is not None:
        raise NotFit(f"{vendor} is archived. Restore it first, or choose another one.")
    if contract.alternatives.filter(vendor=vendor).exists():
        who = vendor.name if vendor else "Doing it yourselves"
        raise NotFit(f"{who} is on the bench already. Change the quote there.")
    if contract.alternatives.count() >= MOST_ALTERNATIVES:
        raise Refused(f"A bench can have {MOST_ALTERNATIVES} places at most.")


@transaction.atomic
def edit_alternative(
    *, alternative: Alternative, values: Mapping[str, Any], version: int, by: Membership
) -> Alternative:
    """Note a new quote, or what is known of it, unless somebody was quicker."""
    contract = lock_changeable(alternative.contract)
    rows = Alternative.objects.select_related("vendor")
    row: Alternative = lock(rows, alternative.pk, version)
    row.contract = contract
    before, after = log.apply_changes(row, _quote(values))
    if after:
        row.version += 1
        row.save()
        watch(day=leaving_days.quote_day(contract, row))
        log.record(
            by=by,
            verb="contract.alternative_changed",
            target=contract,
            before={"alternative": str(row), **_quote_worded(before)},
            after={"alternative": str(row), **_quote_worded(after)},
        )
    return row


@transaction.atomic
def remove_alternative(*, alternative: Alternative, by: Membership) -> None:
    """Take somebody off the bench; the vendor stays in the register."""
    contract = lock_changeable(alternative.contract)
    rows = contract.alternatives.select_related("vendor")
    row: Alternative | None = rows.filter(pk=alternative.pk).first()
    if row is None:
        return
    kept = {name: getattr(row, name) for name in QUOTE_FIELDS if getattr(row, name) is not None}
    unwatch(target=row)
    row.delete()
    log.record(
        by=by,
        verb="contract.alternative_removed",
        target=contract,
        before={"alternative": str(row), **_quote_worded(kept)},
    )


def _quote(values: Mapping[str, Any]) -> dict[str, Any]:
    """A price needs its currency and whether it is for a year; without a price, neither is kept."""
    wanted = {name: values[name] for name in QUOTE_FIELDS}
    if wanted["quote"] is None:
        return {**wanted, "quote_is_yearly": None, "currency": ""}
    if wanted["quote_is_yearly"] is None:
        raise NotComplete("Is it a price for a year, or in total?", field="quote_is_yearly")
    if not wanted["currency"]:
        raise NotComplete("In which currency is it?", field="currency")
    return wanted


def _quote_worded(values: Mapping[str, Any]) -> dict[str, Any]:
    return {QUOTE_WORDS[name]: value for name, value in values.items() if value != ""}
