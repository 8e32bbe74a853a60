"""From a decided award to the draft of a contract, in one click: what is known by then is not typed again."""

from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.models import Membership
from accounts.permissions import Perm
from activity import log
from contracts import award_terms
from contracts.actions.clauses import save_clauses
from contracts.actions.communication import edit_communication
from contracts.actions.handover import add_handover_item
from contracts.actions.record import create_contract
from contracts.actions.refusals import NotNow
from contracts.actions.terms import edit_terms
from contracts.models import Alternative, Clause, Contract
from core.errors import Refused
from core.versions import lock
from evaluations.costing_queries import price_lines
from evaluations.models import Award, Evaluation
from planning.models import OutsourcingPlan
from vendors.values import entries

BENCH_NOTE = "Runner-up of the award. Whether this quote is a year's is not said there."


@transaction.atomic
def draft_from_award(*, award: Award, by: Membership) -> Contract:
    """Draft the contract that an award decides on; again leads to the same contract.

    Its vendor is the winner, its title and service those of the evaluation, its manager whoever looks
    after the vendor, else whom the outsourcing plan names. Prices, term and rise come from the winner's
    quote; communication, training and what clauses have to say from the plan. The one sum that an award
    names is not taken over as a price: its period is not known. The runner-up goes on the bench with its
    quote and days. Raises NotNow.
    """
    plans = ("organization", "plan__manager__user")
    evaluation = lock(Evaluation.objects.select_related(*plans), award.evaluation_id)
    people = ("winner__vendor__inside_owner__user", "runner_up__vendor")
    row = lock(Award.objects.select_related(*people), award.pk)
    again: Contract | None = Contract.objects.filter(award=row).first()
    if again:
        return again
    _refuse_unless_decided(row, evaluation)
    vendor = row.winner.vendor
    if row.winner.in_house or vendor is None:
        raise NotNow(f"The award goes to “{row.winner}”, so there is nobody to sign with.")
    services = _services(evaluation)
    values = {
        "title": evaluation.title,
        "services": services,
        "notes": "" if services else evaluation.service,
        "manager": _manager(vendor.inside_owner, evaluation.plan),
    }
    contract = create_contract(vendor=vendor, values=values, by=by)
    contract.award = row
    contract.save()
    log.record(by=by, verb="contract.award_linked", target=contract, after={"award": row})
    _put_on_bench(contract, row)
    _take_over(contract, row, evaluation.plan, by)
    contract.refresh_from_db()
    return contract


def _manager(owner: Membership | None, plan: OutsourcingPlan | None) -> Membership | None:
    """The first of them who may run contracts."""
    people = [owner, plan.manager if plan else None]
    return next((one for one in people if one and one.can(Perm.CONTRACT_EDIT)), None)


def _take_over(
    contract: Contract, award: Award, plan: OutsourcingPlan | None, by: Membership
) -> None:
    """Keep what the quote and the plan say, by the same actions as a person would; each tells the trail."""
    taken = _take_terms(contract, award, plan, by)
    if plan is not None:
        taken |= _take_plan(contract, plan, by)
    told = {name: said for name, said in taken.items() if said}
    if told:
        after = {**({"plan": plan.title} if plan else {}), **told}
        log.record(by=by, verb="contract.taken_over", target=contract, after=after)


def _take_terms(
    contract: Contract, award: Award, plan: OutsourcingPlan | None, by: Membership
) -> dict[str, Any]:
    lines = price_lines(award.winner)
    values = award_terms.terms_values(award.winner, plan, timezone.localdate())
    if not (values or lines):
        return {}
    terms = contract.terms_versions.get(number=1)
    edit_terms(terms=terms, values=values, lines=lines, version=terms.version, by=by)
    return {"terms": bool(values), "prices": [line["label"] for line in lines]}


def _take_plan(contract: Contract, plan: OutsourcingPlan, by: Membership) -> dict[str, Any]:
    talk = award_terms.communication(plan)
    if talk:
        edit_communication(contract=contract, lines=talk, version=contract.version, by=by)
    start_on = contract.terms_versions.get(number=1).start_on
    lessons = [
        item["title"] for item in award_terms.training(plan, start_on) if _keep(contract, item, by)
    ]
    notes = award_terms.clause_notes(plan)
    if notes:
        answers = {key: _unchecked(note) for key, note in notes.items()}
        save_clauses(contract=contract, values={"answers": answers}, by=by)
    return {
        "communication": [line["purpose"] for line in talk],
        "training": lessons,
        "notes of clauses": list(notes),
    }


def _keep(contract: Contract, item: dict[str, Any], by: Membership) -> bool:
    """What the handover does not take, since it looks like a secret, does not keep the rest from it."""
    try:
        add_handover_item(contract=contract, values=item, by=by)
    except Refused:
        return False
    return True


def _unchecked(note: str) -> dict[str, Any]:
    state = Clause.State.UNCHECKED.value
    return {"state": state, "place": "", "note": note, "version": 0}


def _services(evaluation: Evaluation) -> list[str]:
    """As a list; none if it is a sentence too long for one, which then stands in the notes."""
    try:
        return entries(evaluation.service)
    except ValueError:
        return []


def _refuse_unless_decided(row: Award, evaluation: Evaluation) -> None:
    if not evaluation.is_closed or row.round != evaluation.round:
        raise NotNow(
            "Scoring was opened again after this award, so it does not decide anything now."
        )
    if not row.is_decided:
        raise NotNow("This award is not approved, so nothing can be drafted from it.")


def _put_on_bench(contract: Contract, row: Award) -> None:
    second = row.runner_up
    if second is None:
        return
    bench = Alternative.objects.create(
        organization_id=contract.organization_id,
        contract=contract,
        vendor=second.vendor,
        quote=row.runner_up_quote,
        currency=row.currency if row.runner_up_quote is not None else "",
        quoted_on=row.runner_up_quoted_on,
        expires_on=row.runner_up_expires_on,
        note=BENCH_NOTE if row.runner_up_quote is not None else "Runner-up of the award.",
    )
    log.record(
        by=contract.created_by,
        verb="contract.bench_kept",
        target=contract,
        after={"alternative": bench, "quote": bench.quote, "valid until": bench.expires_on},
    )
