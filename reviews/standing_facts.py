"""What score and standing of an open review follow from, and nothing else: for the answer to saving a mark."""

import datetime as dt
from typing import Any

from reviews import improving_queries, review_rows, surveyed
from reviews.history import before_of
from reviews.marked import Marked
from reviews.measured import Measures
from reviews.models import Review


def given_of_marks(review: Review, marked: Marked) -> dict[str, Any]:
    """Of `given` (reviews/review_rows.py) no more than the marks, in no query."""
    beside: dict[str, Any] = {name: [] for name in ("measurements", "surveys", "issues", "actions")}
    return {
        **beside,
        "criteria": review_rows.criteria_data(marked),
        "vendor_view": None,
        "before": None,
        "threshold": review_rows.threshold_of(review),
    }


def given_for_standing(review: Review, marked: Marked, today: dt.date) -> dict[str, Any]:
    """Of `given` what score and standing follow from, and no more, in six queries. `review` comes with its
    organization, and with its contract and that one's plan."""
    contract = review.contract
    severities, actions = improving_queries.open_in_short(contract)
    lines = Measures(contract, today).lines(review.period)
    return {
        **given_of_marks(review, marked),
        "measurements": review_rows.measurements_data(lines),
        "surveys": review_rows.surveys_data(surveyed.of_period(contract, review.period)),
        "issues": [{"severity": severity} for severity in severities],
        "actions": [{"overdue": review_rows.is_overdue(*action, today)} for action in actions],
        "before": review_rows.before_data(before_of(review)),
    }
