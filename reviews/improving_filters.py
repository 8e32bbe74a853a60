"""What the lists of issues and of corrective actions can be narrowed by; everything stands in the address.

Without a state they show what is open: that is what there is to do.
"""

import datetime as dt
from typing import Any

import django_filters
from django.db.models import Q
from django.utils import timezone

from core.filtering import ListFilter
from core.widgets import QuickHidden, QuickSelect, QuickText
from reviews.models import CorrectiveAction, Issue, Side
from vendors.folding import fold

ALL = "all"
OVERDUE = "overdue"
BIGGEST_ID = 2**63 - 1
State = CorrectiveAction.State


def _choice(label: str, choices: list[tuple[str, str]], empty: str = "Any", **more: Any) -> Any:
    widget = QuickSelect(attrs={"class": "form-select"})
    return django_filters.ChoiceFilter(
        label=label, choices=choices, empty_label=empty, widget=widget, **more
    )


def _text(label: str, example: str, method: str, kind: str = "text") -> Any:
    attrs = {"class": "form-control", "placeholder": example, "type": kind}
    widget = QuickText(attrs=attrs)
    return django_filters.CharFilter(label=label, method=method, max_length=80, widget=widget)


class _LogFilter(ListFilter):
    """What both lists have: words, vendor, side, our person, and, hidden, one contract (`of`)."""

    # The state is asked for by filter_queryset: leaving it open means something too.
    open_states: list[str] = []

    def filter_queryset(self, queryset: Any) -> Any:
        rows = super().filter_queryset(queryset)
        if not self.form.cleaned_data.get("state"):
            rows = rows.filter(state__in=self.open_states)
        return rows

    def by_state(self, rows: Any, name: str, value: str) -> Any:
        return rows if value == ALL else rows.filter(state=value)

    def by_words(self, rows: Any, name: str, value: str) -> Any:
        for word in value.split():
            rows = rows.filter(Q(title__icontains=word) | Q(contract__title__icontains=word))
        return rows

    def by_vendor(self, rows: Any, name: str, value: str) -> Any:
        return rows.filter(contract__vendor__name_key__contains=fold(value))

    def by_owner(self, rows: Any, name: str, value: str) -> Any:
        """Who follows it up: without a person of its own, whoever manages the contract."""
        return rows.filter(
            _person("owner__user", value)
            | Q(owner=None) & _person("contract__manager__user", value)
        )

    def by_contract(self, rows: Any, name: str, value: Any) -> Any:
        return rows.filter(contract_id=int(value))


def _person(path: str, value: str) -> Q:
    return Q(**{f"{path}__name__icontains": value}) | Q(**{f"{path}__email__icontains": value})


def _one_contract() -> Any:
    return django_filters.NumberFilter(
        method="by_contract", widget=QuickHidden(), min_value=1, max_value=BIGGEST_ID
    )


class IssueFilter(_LogFilter):
    """Above the list of issues."""

    label = "Filter issues"
    open_states = [Issue.State.OPEN]

    q = _text("Search", "Issue or contract", "by_words", "search")
    state = _choice(
        "State",
        [(Issue.State.RESOLVED.value, "Resolved"), (ALL, "All")],
        empty="Open",
        method="by_state",
    )
    severity = _choice("Severity", list(Issue.Severity.choices))
    vendor = _text("Vendor", "Northwind", "by_vendor")
    side = _choice("Settled by", list(Side.choices))
    owner = _text("Our person", "Name or e-mail", "by_owner")
    of = _one_contract()

    class Meta:
        model = Issue
        fields: list[str] = []


class ActionFilter(_LogFilter):
    """Above the list of corrective actions."""

    label = "Filter actions"
    open_states = [State.AGREED, State.OPEN, State.DONE]

    q = _text("Search", "Action or contract", "by_words", "search")
    state = _choice(
        "State",
        [*((value, label.partition(",")[0]) for value, label in State.choices), (ALL, "All")],
        empty="Open",
        method="by_state",
    )
    due = _choice(
        "Due",
        [(OVERDUE, "Overdue"), ("7", "within 7 days"), ("30", "within 30 days")],
        method="by_due",
    )
    vendor = _text("Vendor", "Northwind", "by_vendor")
    side = _choice("Done by", list(Side.choices))
    owner = _text("Our person", "Name or e-mail", "by_owner")
    of = _one_contract()

    class Meta:
        model = CorrectiveAction
        fields: list[str] = []

    def by_due(self, rows: Any, name: str, value: str) -> Any:
        """Its own day, or the one on which its effect is looked at."""
        today = timezone.localdate()
        if value == OVERDUE:
            return rows.filter(
                Q(state=State.OPEN, due_on__lt=today) | Q(state=State.DONE, check_on__lt=today)
            )
        until_on = today + dt.timedelta(days=int(value))
        return rows.filter(
            Q(state=State.OPEN, due_on__lte=until_on) | Q(state=State.DONE, check_on__lte=until_on)
        )
