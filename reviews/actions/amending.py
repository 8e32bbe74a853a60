"""From a review to an amendment in one step (product.md M6)."""

import datetime as dt
import uuid

from django.db import transaction

from accounts.models import Membership
from activity import log
from contracts.actions.amendments import create_amendment
from contracts.actions.refusals import NotNow
from contracts.locking import lock_contract
from contracts.models import Amendment
from contracts.versions import agreed_versions
from core.templatetags.ui import format_date
from reviews.models import Review

LONGEST_REASON = 4000


@transaction.atomic
def amend_from_review(
    *, review: Review, today: dt.date, creation_key: uuid.UUID, by: Membership
) -> Amendment:
    """Begin an amendment whose reason is what the review agreed on; it counts from today on, or from
    the day of terms that are agreed and still to come. Sent twice, it is there once.

    Raises NotNow as create_amendment does.
    """
    contract = lock_contract(review.contract)
    there: Amendment | None = contract.amendments.filter(creation_key=creation_key).first()
    if there:
        return there
    agreed = agreed_versions(contract)
    if not agreed:
        raise NotNow("Only a signed contract is amended; change the terms of a draft instead.")
    values = {
        "title": f"After the review of {review.period_label}"[:200],
        "reason": _reason(review),
        "from_on": max(today, agreed[-1].from_on or today),
    }
    amendment = create_amendment(contract=contract, values=values, by=by, creation_key=creation_key)
    log.record(by=by, verb="review.amended", target=review, after={"amendment": amendment})
    return amendment


def _reason(review: Review) -> str:
    held = f", held on {format_date(review.held_on, review.organization)}" if review.held_on else ""
    said = f"From the review of {review.period_label}{held}."
    agreements = review.agreements.strip()
    return (f"{said}\n\nAgreed:\n{agreements}" if agreements else said)[:LONGEST_REASON]
