"""What reviews of a contract said before the one on the page, read together with its own counts of use."""

from dataclasses import dataclass

from django.db.models import F, FilteredRelation, Q

from reviews.models import Review, UsageCount

MOST_READ = 200
"""Rows: reviews, or where something was counted, counts. Of one review there are far fewer."""
LONG = ("attendees", "minutes", "agreements", "standing_reason", "missed_reason")


@dataclass(frozen=True)
class History:
    """`before`: the latest review of an earlier period that was held. `counts` of use of the review itself,
    in their order, and `earlier` ones of those that were held, the latest review first."""

    before: Review | None
    counts: list[UsageCount]
    earlier: list[UsageCount]


def before_of(review: Review) -> Review | None:
    """The latest review of an earlier period that was held, alone; one query."""
    rows = Review.objects.closed().filter(contract=review.contract_id, first_on__lt=review.first_on)
    found: Review | None = rows.defer(*LONG).newest_first().first()
    if found:
        found.organization = review.organization
    return found


def history_of(review: Review) -> History:
    """One query. `review` was read with its organization."""
    own = Q(pk=review.pk)
    past = Q(first_on__lt=review.first_on, state=Review.State.CLOSED)
    rows = Review.objects.filter(own | past, contract_id=review.contract_id)
    rows = rows.annotate(count=FilteredRelation("usage")).select_related("count").defer(*LONG)
    order = ("-first_on", "-pk", F("count__pk").asc(nulls_last=True))
    found = list(rows.order_by(*order)[:MOST_READ])
    before = next((row for row in found if row.pk != review.pk), None)
    if before:
        before.organization = review.organization
    counts = [(row.pk, count) for row in found if (count := getattr(row, "count", None))]
    return History(
        before=before,
        counts=[count for pk, count in counts if pk == review.pk],
        earlier=[count for pk, count in counts if pk != review.pk],
    )
