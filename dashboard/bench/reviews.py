"""Filling with reviews: the plans that follow the contracts get years of closed reviews, criterion by criterion.

Plans, criteria and the open reviews are made by the portal itself when the contracts are filled in. What is
past is written in bulk, the marks by the database alone, in one statement.
"""

import datetime as dt
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db import connection
from django.utils import timezone

from accounts.models import Membership, Organization
from activity.models import FrozenRecord
from core import periods
from core.periods import Period
from core.tenancy import organization_scope
from evaluations.actions.criteria import create_criteria_set
from evaluations.criteria import CriterionDraft
from reviews.models import Review, ReviewCriterion, ReviewPlan

BATCH = 500
CRITERIA = 8
STANDINGS = ["green", "green", "green", "amber", "red"]
# Each criterion of the plan in each closed review; a mark from 0 to 5 that looks like chance.
MARKS = """
INSERT INTO reviews_reviewmark
    (organization_id, version, review_id, criterion_id, mark, not_applicable, comment, by_id, updated_at)
SELECT review.organization_id, 1, review.id, criterion.id, (review.id * 7 + criterion.id * 3) %% 6, %s, '',
    review.closed_by_id, review.closed_at
FROM reviews_review review
JOIN reviews_reviewplan plan ON plan.contract_id = review.contract_id
JOIN reviews_reviewcriterion criterion ON criterion.plan_id = plan.id
WHERE review.state = 'closed' AND review.organization_id = %s
"""
# As closing a review does (reviews/choosing_well.py): what was promised beside what was measured.
MEASURED = """
UPDATE reviews_reviewcriterion SET
    promised = (id * 5) %% 6, promised_points = ((id * 5) %% 6) * 20, promised_evidence = 'reference',
    measured_points = found.points, measured_reviews = found.reviews
FROM (
    SELECT criterion_id, AVG(mark) * 20 AS points, COUNT(*) AS reviews
    FROM reviews_reviewmark WHERE organization_id = %s GROUP BY criterion_id
) found
WHERE found.criterion_id = reviews_reviewcriterion.id
"""


@dataclass(frozen=True)
class FilledReviews:
    """What the measurements need to know: an open review of the first plan, and one of its criteria."""

    plan: ReviewPlan
    open: Review
    criterion: ReviewCriterion


def add_criteria_set(by: Membership) -> None:
    """What the plans take their criteria from; before the contracts are there."""
    weight = Decimal(100) / CRITERIA
    drafts = [
        CriterionDraft(name=f"Criterion {number}", weight=weight)
        for number in range(1, CRITERIA + 1)
    ]
    create_criteria_set(name="Reviews", drafts=drafts, by=by)


def add_reviews(organization: Organization, by: Membership, marks: int) -> FilledReviews | None:
    """Closed reviews of the last quarters of every plan until there are so many `marks`, nearly.

    Their records hold nothing but a number: no page of these opens one.
    """
    with organization_scope(organization):
        filling = _ReviewFilling(organization, by, ReviewPlan.objects.count(), marks)
        last = 0
        while plans := _plans_after(last):
            filling.add_batch(plans)
            last = plans[-1].pk
        with connection.cursor() as cursor:
            cursor.execute(MARKS, [False, organization.pk])
            cursor.execute(MEASURED, [organization.pk])
        return _first_open()


def _plans_after(pk: int) -> list[ReviewPlan]:
    return list(ReviewPlan.objects.filter(pk__gt=pk).order_by("pk")[:BATCH])


def _first_open() -> FilledReviews | None:
    """Of the plan with the lowest number that has an open review."""
    review = Review.objects.open().order_by("contract__review_plan__pk").first()
    if review is None:
        return None
    plan = ReviewPlan.objects.select_related("contract").get(contract=review.contract_id)
    return FilledReviews(plan, review, plan.criteria.current()[0])


class _ReviewFilling:
    def __init__(self, organization: Organization, by: Membership, plans: int, marks: int) -> None:
        self.organization = organization
        self.by = by
        self.random = random.Random(2903)  # noqa: S311 - the same rows each time, nothing secret
        self.now = timezone.now()
        self.number = FrozenRecord.objects.count()
        each = -(-marks // (CRITERIA * max(plans, 1)))
        self.quarters = list(_quarters_before(timezone.localdate(), each))

    def add_batch(self, plans: Sequence[ReviewPlan]) -> None:
        """The reviews of these plans, and what the plans keep of the latest two."""
        reviews = [self._review(plan, quarter) for plan in plans for quarter in self.quarters]
        records = [self._record() for _ in reviews]
        FrozenRecord.objects.bulk_create(records, batch_size=BATCH * 4)
        for review, record in zip(reviews, records, strict=True):
            review.record = record
        Review.objects.bulk_create(reviews, batch_size=BATCH * 4)
        each = len(self.quarters)
        for at, plan in enumerate(plans):
            self._keep(plan, reviews[at * each : (at + 1) * each])
        ReviewPlan.objects.bulk_create(
            plans,
            update_conflicts=True,
            unique_fields=["id"],
            update_fields=[
                "first_on",
                "standing",
                "standing_before",
                "score",
                "score_before",
                "held_on",
            ],
        )

    def _review(self, plan: ReviewPlan, quarter: Period) -> Review:
        pick = self.random
        due_on = quarter.last_on + dt.timedelta(days=14)
        standing = pick.choice(STANDINGS)
        return Review(
            organization=self.organization,
            contract_id=plan.contract_id,
            every=periods.QUARTER,
            first_on=quarter.first_on,
            last_on=quarter.last_on,
            state=Review.State.CLOSED,
            first_due_on=due_on,
            due_on=due_on,
            started_at=self.now,
            held_on=due_on - dt.timedelta(days=pick.randrange(10)),
            minutes="All service levels were kept but one; the vendor explained why. " * 3,
            standing=standing,
            standing_proposed=standing,
            score=Decimal(pick.randrange(30_000, 95_000)) / 1000,
            closed_at=self.now,
            closed_by=self.by,
        )

    def _record(self) -> FrozenRecord:
        self.number += 1
        return FrozenRecord(
            organization=self.organization,
            number=self.number,
            kind="review",
            subject_type="reviews.review",
            subject_id=self.number,
            subject_name="Review",
            content="{}",
            sha256=f"{self.number:064x}",
            created_by=self.by,
        )

    def _keep(self, plan: ReviewPlan, reviews: Sequence[Review]) -> None:
        """`reviews` of this plan, the latest first."""
        if reviews:
            latest, before = reviews[0], reviews[min(1, len(reviews) - 1)]
            plan.first_on, plan.held_on = reviews[-1].first_on, latest.held_on
            plan.standing, plan.score = latest.standing, latest.score
            plan.standing_before, plan.score_before = before.standing, before.score


def _quarters_before(day: dt.date, count: int) -> Iterator[Period]:
    """The last whole quarters before the one of `day`, the latest first."""
    quarter = periods.period_of(day, periods.QUARTER)
    for _ in range(count):
        quarter = periods.previous_period(quarter, periods.QUARTER)
        yield quarter
