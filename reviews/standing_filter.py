"""What the list of how vendors do can be narrowed by; everything stands in the address."""

from typing import Any

import django_filters
from django.db.models import Q
from django.utils import timezone

from contracts.models import Contract
from core.filtering import ListFilter
from core.widgets import QuickHidden, QuickSelect, QuickText
from reviews.models import Standing
from reviews.standing_rows import BETTER, SAME, WORSE, with_trend
from vendors.folding import LONGEST_QUERY

NONE, ATTENTION = "none", "attention"
SELECT = {"class": "form-select"}


class StandingFilter(ListFilter):
    """Above the list; `of`, one vendor, only comes from links of other pages."""

    label = "Filter by standing"

    q = django_filters.CharFilter(
        label="Search",
        method="by_words",
        max_length=LONGEST_QUERY,
        widget=QuickText(
            attrs={"type": "search", "class": "form-control", "placeholder": "Contract or vendor"}
        ),
    )
    standing = django_filters.ChoiceFilter(
        label="Standing",
        choices=[
            (ATTENTION, "Needs attention or in trouble"),
            *Standing.choices,
            (NONE, "Not reviewed yet"),
        ],
        empty_label="Any",
        method="by_standing",
        widget=QuickSelect(attrs=SELECT),
    )
    trend = django_filters.ChoiceFilter(
        label="Since the review before",
        choices=[(WORSE, "Worse"), (SAME, "The same"), (BETTER, "Better")],
        empty_label="Any",
        method="by_trend",
        widget=QuickSelect(attrs=SELECT),
    )
    next = django_filters.ChoiceFilter(
        label="Next review",
        choices=[("overdue", "Overdue"), ("none", "None planned")],
        empty_label="Any",
        method="by_next",
        widget=QuickSelect(attrs=SELECT),
    )
    of = django_filters.NumberFilter(
        field_name="vendor_id", widget=QuickHidden(), max_value=2**63 - 1, min_value=1
    )

    class Meta:
        model = Contract
        fields: list[str] = []

    def by_words(self, rows: Any, name: str, value: str) -> Any:
        return rows.matching(value)

    def by_standing(self, rows: Any, name: str, value: str) -> Any:
        if value == NONE:
            return rows.filter(Q(review_plan=None) | Q(review_plan__standing=""))
        wanted = [Standing.RED, Standing.AMBER] if value == ATTENTION else [value]
        return rows.filter(review_plan__standing__in=wanted)

    def by_trend(self, rows: Any, name: str, value: str) -> Any:
        return with_trend(rows).filter(trend_now=value)

    def by_next(self, rows: Any, name: str, value: str) -> Any:
        if value == "overdue":
            return rows.filter(review_plan__next_due_on__lt=timezone.localdate())
        return rows.filter(review_plan__next_due_on=None)
