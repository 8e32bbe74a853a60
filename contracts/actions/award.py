"""From a decided award to the draft of a contract, in one click."""

from django.db import transaction

from accounts.models import Membership
from accounts.permissions import Perm
from activity import log
from contracts.actions.record import create_contract
from contracts.actions.refusals import NotNow
from contracts.models import Alternative, Contract
from core.versions import lock
from evaluations.models import Award, Evaluation
from vendors.values import entries

BENCH_NOTE = "Runner-up of the award. Whether this quote is a year's is not said there."


@transaction.atomic
def draft_from_award(*, award: Award, by: Membership) -> Contract:
    """Draft the contract that an award decides on; again leads to the same contract.

    Its vendor is the winner, its title and service those of the evaluation, its manager whoever looks
    after the vendor. The winner's quote is not taken over as a price: its period is not known. The
    runner-up goes on the bench with its quote and days. Raises NotNow.
    """
    evaluation = lock(Evaluation.objects.select_related("organization"), award.evaluation_id)
    people = ("winner__vendor__inside_owner__user", "runner_up__vendor")
    row = lock(Award.objects.select_related(*people), award.pk)
    again: Contract | None = Contract.objects.filter(award=row).first()
    if again:
        return again
    _refuse_unless_decided(row, evaluation)
    vendor = row.winner.vendor
    if row.winner.in_house or vendor is None:
        raise NotNow(f"The award goes to “{row.winner}”, so there is nobody to sign with.")
    owner = vendor.inside_owner
    services = _services(evaluation)
    values = {
        "title": evaluation.title,
        "services": services,
        "notes": "" if services else evaluation.service,
        "manager": owner if owner and owner.can(Perm.CONTRACT_EDIT) else None,
    }
    contract = create_contract(vendor=vendor, values=values, by=by)
    contract.award = row
    contract.save()
    log.record(by=by, verb="contract.award_linked", target=contract, after={"award": row})
    _put_on_bench(contract, row)
    return contract


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
