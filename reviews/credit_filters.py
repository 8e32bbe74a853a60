"""What the list of service credits can be narrowed by; everything stands in the address."""

from typing import Any

import django_filters

from core.filtering import ListFilter
from core.widgets import QuickHidden, QuickSelect, QuickText
from reviews.models import ServiceCredit
from vendors.folding import fold

ALL, LEFT = "all", "left"
State = ServiceCredit.State
# Without a state: what there is still to do.
OPEN_STATES = [State.DUE, State.CLAIMED]
STATES = [
    (State.DUE.value, State.DUE.label),
    (State.CLAIMED.value, State.CLAIMED.label),
    (State.RECEIVED.value, State.RECEIVED.label),
    (State.REFUSED.value, State.REFUSED.label),
    (LEFT, "Left on the table"),
    (ALL, "All of them"),
]


class CreditFilter(ListFilter):
    """Above the list, and, hidden, one contract (`of`) that a link of another page asks for."""

    label = "Filter credits"

    q = django_filters.CharFilter(
        label="Contract or vendor",
        method="by_words",
        max_length=80,
        widget=QuickText(
            attrs={"type": "search", "class": "form-control", "placeholder": "Help desk, Northwind"}
        ),
    )
    state = django_filters.ChoiceFilter(
        label="State",
        choices=STATES,
        empty_label="Open",
        method="by_state",
        widget=QuickSelect(attrs={"class": "form-select"}),
    )
    of = django_filters.NumberFilter(
        field_name="contract_id", widget=QuickHidden(), max_value=2**63 - 1, min_value=1
    )

    class Meta:
        model = ServiceCredit
        fields: list[str] = []

    def filter_queryset(self, queryset: Any) -> Any:
        rows = super().filter_queryset(queryset)
        asked = self.form.cleaned_data
        if asked.get("state") or asked.get("of"):
            return rows
        return rows.filter(state__in=OPEN_STATES)

    def by_state(self, rows: Any, name: str, value: str) -> Any:
        if value == LEFT:
            return rows.filter(state__in=[State.EXPIRED, State.WAIVED])
        return rows if value == ALL else rows.filter(state=value)

    def by_words(self, rows: Any, name: str, value: str) -> Any:
        """Each word occurs in what the contract is found by, its vendor among it."""
        for word in fold(value).split():
            rows = rows.filter(contract__search_text__contains=word)
        return rows
