"""The criteria of a review with their marks, and those of the review before, in one query."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import FilteredRelation, Q

from reviews.models import Review, ReviewCriterion, ReviewMark


@dataclass(frozen=True)
class Marked:
    """`criteria`: those that count, in their order: while the review is open the current ones, afterwards
    those that were marked. `marks` of the review by the criterion's id, those of retired criteria among
    them; `earlier`: marks of the review before, by `origin` of their criteria."""

    criteria: list[ReviewCriterion]
    marks: dict[int, ReviewMark]
    earlier: Mapping[Any, ReviewMark] = field(default_factory=dict)


def origin(criterion: ReviewCriterion) -> Any:
    """By what a criterion is known again once it was replaced by an edited one: its name."""
    return criterion.name.casefold()


def read_marked(review: Review, before: Review | None = None) -> Marked:
    """Each mark comes with its criterion and who gave it."""
    reviews = [review.pk] if before is None else [review.pk, before.pk]
    given = FilteredRelation("marks", condition=Q(marks__review__in=reviews))
    rows = ReviewCriterion.objects.filter(plan__contract=review.contract_id).annotate(given=given)
    rows = rows.filter(Q(retired_at=None) | Q(given__isnull=False))
    rows = rows.select_related("given__by__user").order_by("position", "pk")
    criteria: dict[int, ReviewCriterion] = {}
    marks: dict[int, ReviewMark] = {}
    earlier: dict[Any, ReviewMark] = {}
    for row in rows:
        criteria.setdefault(row.pk, row)
        mark = getattr(row, "given", None)
        if mark and mark.review_id == review.pk:
            marks[row.pk] = mark
        elif mark:
            earlier[origin(row)] = mark
    count = [
        row
        for row in criteria.values()
        if (row.retired_at is None if review.is_open else row.pk in marks)
    ]
    return Marked(count, marks, earlier)
