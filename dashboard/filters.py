"""Filters of the audit trail, in the address."""

import datetime as dt
from typing import Any

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db.models import Q, QuerySet
from django.utils import timezone
from django_filters import CharFilter, ChoiceFilter, DateFilter, Filter, FilterSet

from accounts.models import Organization
from activity.models import LogEntry
from dashboard.queries import kinds_and_verbs, people

# No trail is older; and days near the ends of the calendar have no midnight in every time zone.
SENSIBLE_DAYS = [
    MinValueValidator(dt.date(1970, 1, 1), "Choose a day after 1970."),
    MaxValueValidator(dt.date(2199, 12, 31), "Choose a day before 2200."),
]
BIGGEST_ID = 2**63 - 1


class _IdFilter(Filter):
    field_class = forms.IntegerField


def _midnight(day: dt.date) -> dt.datetime:
    return timezone.make_aware(dt.datetime.combine(day, dt.time.min))


def _day(label: str, method: str) -> DateFilter:
    picker = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return DateFilter(label=label, method=method, widget=picker, validators=SENSIBLE_DAYS)


class TrailFilter(FilterSet):
    """`lines` are already those that the person may see; the choices are taken from them only."""

    q = CharFilter(label="Search", method="search", max_length=200)
    person = ChoiceFilter(label="Person", method="by_person", empty_label="Anybody")
    kind = ChoiceFilter(label="Kind of thing", field_name="target_type", empty_label="Anything")
    verb = ChoiceFilter(label="What was done", field_name="verb", empty_label="Anything")
    since = _day("From", "from_day")
    until = _day("To", "to_day")
    target_type = CharFilter(widget=forms.HiddenInput, max_length=60)
    target_id = _IdFilter(widget=forms.HiddenInput, min_value=1, max_value=BIGGEST_ID)

    class Meta:
        model = LogEntry
        fields: list[str] = []

    def __init__(self, data: Any, lines: Any, organization: Organization) -> None:
        super().__init__(data, lines)
        kinds, verbs = kinds_and_verbs(lines)
        self.filters["kind"].extra["choices"] = kinds
        self.filters["verb"].extra["choices"] = verbs
        self.filters["person"].extra["choices"] = people(organization)

    @property
    def lines(self) -> Any:
        """What was asked for, newest first; nothing at all when the question makes no sense."""
        return self.qs.newest_first() if self.form.is_valid() else self.queryset.none()

    @property
    def about_one_thing(self) -> bool:
        data = self.form.cleaned_data if self.form.is_valid() else {}
        return bool(data.get("target_type") and data.get("target_id"))

    @property
    def narrowed(self) -> bool:
        """Whether anything is filtered at all."""
        data = self.form.cleaned_data if self.form.is_valid() else {"q": "?"}
        return any(value not in (None, "") for value in data.values())

    def search(self, rows: "QuerySet[Any]", name: str, value: str) -> "QuerySet[Any]":
        verb = value.strip().replace(" ", "_")
        return rows.filter(
            Q(target_name__icontains=value)
            | Q(actor_name__icontains=value)
            | Q(verb__icontains=verb)
        )

    def by_person(self, rows: "QuerySet[Any]", name: str, value: str) -> "QuerySet[Any]":
        return rows.filter(actor=None) if value == "portal" else rows.filter(actor_id=value)

    def from_day(self, rows: "QuerySet[Any]", name: str, value: dt.date) -> "QuerySet[Any]":
        return rows.filter(created_at__gte=_midnight(value))

    def to_day(self, rows: "QuerySet[Any]", name: str, value: dt.date) -> "QuerySet[Any]":
        return rows.filter(created_at__lt=_midnight(value + dt.timedelta(days=1)))
