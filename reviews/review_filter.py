"""What the list of reviews can be narrowed by; everything stands in the address."""

from typing import Any

import django_filters
from django.db.models import Q
from django.utils import timezone

from core.filtering import ListFilter
from core.widgets import QuickSelect, QuickText
from reviews import review_lines
from reviews.models import Review, Standing
from vendors.folding import fold

ME = "me"
OVERDUE, SOON, HELD, NOT_HELD, EVERY = "overdue", "soon", "held", "not_held", "all"
STATES = [
    (OVERDUE, "Overdue"),
    (SOON, "Due within 14 days"),
    (HELD, "Held"),
    (NOT_HELD, "Not held"),
    (EVERY, "All of them"),
]
SELECT = {"class": "form-select"}


def _text(label: str, example: str, method: str) -> Any:
    return django_filters.CharFilter(
        label=label,
        method=method,
        max_length=80,
        widget=QuickText(attrs={"class": "form-control", "placeholder": example}),
    )


class ReviewFilter(ListFilter):
    """Without a state, what still has to be held, the most urgent first; else the latest first."""

    label = "Filter reviews"

    contract = _text("Contract", "Title or reference", "by_contract")
    state = django_filters.ChoiceFilter(
        label="State",
        choices=STATES,
        empty_label="To be held",
        method="by_nothing",
        widget=QuickSelect(attrs=SELECT),
    )
    standing = django_filters.ChoiceFilter(
        label="Last standing",
        choices=[*Standing.choices, ("none", "Not reviewed yet")],
        empty_label="Any",
        method="by_standing",
        widget=QuickSelect(attrs=SELECT),
    )
    vendor = _text("Vendor", "Northwind", "by_vendor")
    who = _text("Who holds it", "Name or “me”", "by_person")

    class Meta:
        model = Review
        fields: list[str] = []

    def filter_queryset(self, queryset: Any) -> Any:
        rows = super().filter_queryset(queryset)
        today = timezone.localdate()
        state = self.form.cleaned_data.get("state")
        if state in {HELD, NOT_HELD}:
            stored = Review.State.CLOSED if state == HELD else Review.State.MISSED
            return rows.filter(state=stored).newest_first()
        if state == EVERY:
            return rows.newest_first()
        rows = rows.open().due_first()
        if state == OVERDUE:
            return rows.filter(due_on__lt=today)
        if state == SOON:
            return rows.filter(due_on__gte=today, due_on__lte=today + review_lines.SOON)
        return rows

    def by_nothing(self, rows: Any, name: str, value: Any) -> Any:
        return rows

    def by_contract(self, rows: Any, name: str, value: str) -> Any:
        key = fold(value)
        reference = Q(contract__reference__icontains=value)
        return rows.filter(Q(contract__title_key__contains=key) | reference)

    def by_standing(self, rows: Any, name: str, value: str) -> Any:
        return rows.filter(contract__review_plan__standing="" if value == "none" else value)

    def by_vendor(self, rows: Any, name: str, value: str) -> Any:
        key = fold(value)
        names = Q(contract__vendor__name_key__contains=key)
        return rows.filter(names | Q(contract__vendor__legal_key__contains=key))

    def by_person(self, rows: Any, name: str, value: str) -> Any:
        people = self.request.org.memberships.all()
        if fold(value) == ME:
            people = people.filter(pk=self.request.member.pk)
        else:
            named = Q(user__name__icontains=value) | Q(user__email__icontains=value)
            people = people.filter(named)
        return review_lines.held_by(rows, people)
