"""How an action takes hold of a review: first the contract, then its plan, then the review itself.

Everybody in the same order, so that two people never wait for each other.
"""

from contracts.locking import lock_contract
from contracts.models import Contract
from core.errors import Refused
from core.versions import lock
from reviews.models import Review, ReviewPlan

PLANS = ("reviewer__user",)


def lock_plan(contract: Contract, version: int | None = None) -> ReviewPlan:
    """The contract's plan with the contract in memory, both locked until the transaction ends.

    Raises Stale if the plan is not at `version` any more, Refused for a contract without one.
    """
    row = lock_contract(contract)
    plan = ReviewPlan.objects.filter(contract=row).first()
    if plan is None:
        raise Refused("Reviews begin once this contract is signed.")
    held: ReviewPlan = lock(ReviewPlan.objects.select_related(*PLANS), plan.pk, version)
    held.contract, held.organization = row, row.organization
    return held


def lock_review(review: Review, version: int | None = None) -> tuple[ReviewPlan, Review]:
    """The review and its contract's plan, locked until the transaction ends.

    Raises Stale if the review is not at `version` any more.
    """
    contract = Contract(pk=review.contract_id, organization_id=review.organization_id)
    plan = lock_plan(contract)
    row: Review = lock(Review.objects.select_related("reviewer__user"), review.pk, version)
    row.contract, row.organization = plan.contract, plan.organization
    return plan, row


def lock_open_review(review: Review, version: int | None = None) -> tuple[ReviewPlan, Review]:
    """The same; Refused for a review that is closed or was not held."""
    plan, row = lock_review(review, version)
    if not row.is_open:
        was = "was held and is closed" if row.is_closed else "is marked as not held"
        raise Refused(f"The review of {row.period_label} {was}, so nothing about it changes.")
    return plan, row
