"""What is known about one review, read from the rows as they are now: `given` of reviews/review_record.py.

Plain data throughout, numbers as exact decimal text and days as ISO text, so that what a page shows, what
is frozen and what is compared later is the same thing. A constant number of queries.
"""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from activity.records import moment
from contracts.level_credits import measure_of
from contracts.level_words import promise
from core import records
from evaluations.inputs import exact
from reviews import goals, improving_queries, promised, review_record, surveyed
from reviews.history import History, before_of, history_of
from reviews.improving_queries import OpenItems
from reviews.marked import Marked, origin, read_marked
from reviews.measured import MeasuredLevel, Measures
from reviews.models import (
    CorrectiveAction,
    Review,
    ReviewCriterion,
    ReviewMark,
    ReviewPlan,
    ServiceCredit,
    UsageCount,
    VendorMark,
)
from reviews.surveyed import Surveyed
from reviews.vendor_answers import marks_said

RELATED = (
    "organization",
    "contract__vendor",
    "contract__manager__user",
    "contract__review_plan__reviewer__user",
    "reviewer__user",
    "closed_by__user",
    "record",
    "vendor_view__mail",
    "vendor_view__asked_by__user",
)
"""With these a review is read for its page, for closing and for verifying."""
DEFAULT_THRESHOLD = 60


UNITS = {"percent": "%", "score": "points", "count": "times"}


def plan_of(review: Review) -> ReviewPlan | None:
    """The contract's plan; None only while the contract has none yet."""
    return getattr(review.contract, "review_plan", None)


@dataclass(frozen=True)
class Prepared:
    """What lies ready when a review is recorded, as its parts of the page show it, and what is marked."""

    measures: Measures
    measured: Sequence[MeasuredLevel]
    surveyed: Surveyed
    open_items: OpenItems
    history: History
    marked: Marked
    said: Sequence[VendorMark]
    promises: Sequence[promised.Asked]
    goals: Sequence[goals.AskedGoal]

    @property
    def ours(self) -> dict[int, Decimal | None]:
        """Our marks by the criterion's id."""
        return {pk: mark.mark for pk, mark in self.marked.marks.items()}


def prepare(review: Review, today: dt.date) -> Prepared:
    """Read it in a constant number of queries, at most eight, ten after an award. `review` was read with RELATED."""
    contract = review.contract
    contract.organization = review.organization
    measures, history = Measures(contract, today), history_of(review)
    return Prepared(
        measures=measures,
        measured=measures.lines(review.period),
        surveyed=surveyed.of_period(contract, review.period),
        open_items=improving_queries.open_of(contract),
        history=history,
        marked=read_marked(review, history.before),
        said=marks_said(review),
        promises=promised.of_review(review),
        goals=goals.of_review(review),
    )


def given_of(review: Review, prepared: Prepared, today: dt.date) -> dict[str, Any]:
    """Everything about an open review as it stands, in no query. `review` was read with RELATED."""
    return {
        "contract": contract_data(review),
        "review": review_fields(review),
        "criteria": criteria_data(prepared.marked),
        "measurements": measurements_data(prepared.measured),
        "surveys": surveys_data(prepared.surveyed),
        "issues": issues_data(prepared.open_items),
        "actions": actions_data(review, prepared.open_items, today),
        "vendor_view": vendor_view_data(review, prepared.said),
        "usage": usage_data(prepared.history.counts),
        "credits": credits_data(prepared.measures.credits_in(review.period)),
        "before": before_data(prepared.history.before),
        "threshold": threshold_of(review),
        "goals": goals.data(prepared.goals),
        "promises": promised.data(prepared.promises),
    }


def is_overdue(state: str, due_on: dt.date, today: dt.date) -> bool:
    """Of a corrective action."""
    return state == CorrectiveAction.State.OPEN and due_on < today


def threshold_of(review: Review) -> int:
    """Below how many percent satisfaction counts as low."""
    plan = plan_of(review)
    return plan.satisfaction_threshold if plan else DEFAULT_THRESHOLD


def contract_data(review: Review) -> dict[str, Any]:
    contract = review.contract
    return {
        "id": contract.pk,
        "title": contract.title,
        "reference": contract.reference,
        "vendor": {"id": contract.vendor_id, "name": contract.vendor.name},
        "starts_on": day(contract.starts_on),
        "ends_on": day(contract.ends_on),
    }


def review_fields(review: Review) -> dict[str, Any]:
    """What people wrote and decided. No query if the review was read with RELATED."""
    return {
        "id": review.pk,
        "period": review.period_label,
        "every": review.every,
        "first_on": day(review.first_on),
        "last_on": day(review.last_on),
        "first_due_on": day(review.first_due_on),
        "due_on": day(review.due_on),
        "postponed_reason": review.postponed_reason,
        "started_at": moment(review.started_at),
        "held_on": day(review.held_on),
        "attendees": review.attendees,
        "minutes": review.minutes,
        "agreements": review.agreements,
        "standing": review.standing,
        "standing_proposed": review.standing_proposed,
        "standing_reason": review.standing_reason,
        "closed_at": moment(review.closed_at),
        "closed_by": person(review.closed_by),
    }


def person(member: Any) -> dict[str, Any] | None:
    return None if member is None else {"id": member.pk, "name": member.name}


def day(value: dt.date | None) -> str | None:
    return None if value is None else value.isoformat()


def number(value: Decimal | None) -> str | None:
    return None if value is None else exact(value)


# Criteria and marks ---------------------------------------------------------------------------------


def criteria_data(marked: Marked) -> list[dict[str, Any]]:
    """The criteria that count with their marks."""
    return [
        criterion_data(row, marked.marks.get(row.pk), marked.earlier.get(origin(row)))
        for row in marked.criteria
    ]


def criterion_data(
    row: ReviewCriterion, mark: ReviewMark | None, before: ReviewMark | None
) -> dict[str, Any]:
    same_scale = before is not None and (before.criterion.worst, before.criterion.best) == (
        row.worst,
        row.best,
    )
    return {
        "id": row.pk,
        "name": row.name,
        "question": row.question,
        "kind": row.kind,
        "weight": exact(row.weight),
        "worst": exact(row.worst),
        "best": exact(row.best),
        "unit": row.unit,
        "anchors": [str(anchor) for anchor in row.anchors],
        "promised": number(row.promised),
        "promised_evidence": row.promised_evidence,
        # A mark on another scale is another number.
        "before": number(before.mark) if before and same_scale else None,
        "mark": number(mark.mark) if mark else None,
        "not_applicable": bool(mark and mark.not_applicable),
        "comment": mark.comment if mark else "",
        "by": person(mark.by) if mark else None,
    }


def before_data(before: Review | None) -> dict[str, Any] | None:
    if before is None:
        return None
    return {
        "period": before.period_label,
        "standing": before.standing,
        "score": number(before.score),
    }


# What lies beside the marks -------------------------------------------------------------------------


def measurements_data(lines: Iterable[MeasuredLevel]) -> list[dict[str, Any]]:
    """Every value whose window ended in the period; what was not measured is not there."""
    return [
        {
            "level": line.name,
            "lineage": str(line.lineage),
            "promise": promise(cell.window.level),
            "first_on": day(cell.window.first_on),
            "last_on": day(cell.window.last_on),
            "value": number(cell.row.value),
            "unit": UNITS.get(unit := measure_of(cell.window.level).unit, unit),
            "words": cell.value,
            "numerator": number(cell.row.numerator),
            "denominator": number(cell.row.denominator),
            "met": cell.row.met,
        }
        for line in lines
        for cell in line.cells
        if cell.row
    ]


def surveys_data(surveyed: Surveyed) -> list[dict[str, Any]]:
    """The closed surveys that count for the period: only what may be told of them at all."""
    return [
        {
            **result.as_record(),
            "satisfaction": None if result.satisfaction is None else float(result.satisfaction),
        }
        for result in surveyed.closed
    ]


def issues_data(open_items: OpenItems) -> list[dict[str, Any]]:
    """What is open, whenever it began."""
    return [
        {
            "id": row.pk,
            "title": row.title,
            "severity": row.severity,
            "side": row.side,
            "opened_on": day(row.opened_on),
        }
        for row in open_items.issues
    ]


def actions_data(review: Review, open_items: OpenItems, today: dt.date) -> list[dict[str, Any]]:
    """Corrective actions that are agreed, to be done, or done and not checked yet."""
    return [
        {
            "id": row.pk,
            "title": row.title,
            "side": row.side,
            "state": row.state,
            "owner": person(row.owner),
            "due_on": day(row.due_on),
            "overdue": is_overdue(row.state, row.due_on, today),
            "agreed_here": row.review_id == review.pk,
        }
        for row in [*open_items.actions, *open_items.agreed]
    ]


def vendor_view_data(review: Review, said: Iterable[VendorMark]) -> dict[str, Any] | None:
    """What the vendor said, once he handed it in; `said`: see vendor_answers.marks_said."""
    view = getattr(review, "vendor_view", None)
    if view is None or view.answered_at is None:
        return None
    return {
        "name": view.name,
        "answered_at": moment(view.answered_at),
        "summary": view.summary,
        "client_mark": view.client_mark,
        "client_comment": view.client_comment,
        "marks": [
            {
                "criterion": row.criterion_id,
                "name": row.criterion.name,
                "mark": number(row.mark),
                "seen": number(row.seen_mark),
                "disputes": row.disputes,
                "comment": row.comment,
            }
            for row in said
        ],
    }


def usage_data(counts: Iterable[UsageCount]) -> list[dict[str, Any]]:
    return [
        {"label": row.label, "paid": number(row.paid), "used": number(row.used)} for row in counts
    ]


def credits_data(credits: Iterable[ServiceCredit]) -> list[dict[str, Any]]:
    """What the contract gives back for the misses of the period."""
    return [
        {
            "level": row.measurement.level.name,
            "state": row.state,
            "percent": exact(row.percent),
            "amount": number(row.amount),
            "currency": row.currency,
            "claim_by_on": day(row.claim_by_on),
        }
        for row in credits
    ]


def frozen_given(review: Review) -> dict[str, Any] | None:
    """What the record of a closed review holds; of an open one nothing. Where the record can't be read,
    the rows stand for it: the page that verifies says so."""
    if review.is_open:
        return None
    try:
        data = records.read(review.record.content) if review.record else None
    except records.Unreadable:
        data = None
    if isinstance(data, dict) and all(part in data for part in review_record.PARTS):
        return {**{part: [] for part in review_record.LATER}, **data}
    empty: dict[str, Any] = dict.fromkeys(review_record.PARTS)
    later: dict[str, Any] = {part: [] for part in review_record.LATER}
    before = before_of(review)
    lists = ("measurements", "surveys", "issues", "actions", "credits")
    return {
        **empty,
        **later,
        **{name: [] for name in lists},
        **own_rows(review),
        "contract": contract_data(review),
        "criteria": criteria_data(read_marked(review, before)),
        "before": before_data(before),
        "threshold": DEFAULT_THRESHOLD,
    }


def agreed_in(review: Review) -> list[CorrectiveAction]:
    """The actions that were agreed in it, as they stand today."""
    rows = CorrectiveAction.objects.filter(review=review).select_related("owner__user", "contact")
    return list(rows.order_by("due_on", "pk"))


def own_rows(review: Review) -> Mapping[str, Any]:
    """Of a closed review, what may not change any more: compared with its record."""
    marks = ReviewMark.objects.filter(review=review).select_related("by__user", "criterion")
    found = sorted(marks, key=lambda mark: (mark.criterion.position, mark.criterion_id))
    criteria = [criterion_data(mark.criterion, mark, None) for mark in found]
    for row in criteria:
        row.pop("before")  # of another review
    return {
        "contract": {"id": review.contract_id},
        "review": review_fields(review),
        "criteria": criteria,
        "usage": usage_data(UsageCount.objects.filter(review=review).order_by("pk")),
        "vendor_view": vendor_view_data(review, marks_said(review)),
    }


def own_answers(review: Review) -> Mapping[str, Any]:
    """The same of the parts that came later, as promised.answers has them."""
    return {
        "goals": goals.stored_answers(review),
        "promises": promised.stored_answers(review),
    }
