"""Filters of the audit trail, in the address."""

import datetime as dt
from typing import Any

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db.models import Q, QuerySet
from django.utils import timezone
from django_filters import CharFilter, ChoiceFilter, DateFilter, Filter, FilterSet

from accounts.models import Membership
from activity.models import LogEntry
from core.widgets import QuickDate, QuickHidden, QuickSelect, QuickText
from dashboard.queries import kinds_and_verbs, people

# No trail is older; and days near the ends of the calendar have no midnight in every time zone.
SENSIBLE_DAYS = [
    MinValueValidator(dt.date(1970, 1, 1), "Choose a day after 1970."),
    MaxValueValidator(dt.date(2199, 12, 31), "Choose a day before 2200."),
]
BIGGEST_ID = 2**63 - 1
TEXT = {"class": "form-control"}


class _IdFilter(Filter):
    field_class = forms.IntegerField


def _midnight(day: dt.date) -> dt.datetime:
    return timezone.make_aware(dt.datetime.combine(day, dt.time.min))


def _day(label: str, method: str) -> DateFilter:
    return DateFilter(
        label=label, method=method, widget=QuickDate(attrs=TEXT), validators=SENSIBLE_DAYS
    )


def _choice(label: str, **kwargs: str) -> ChoiceFilter:
    return ChoiceFilter(label=label, widget=QuickSelect(attrs={"class": "form-select"}), **kwargs)


class TrailFilter(FilterSet):
    """Lines that the member may see; the choices are taken from them only."""

    q = CharFilter(label="Search", method="search", max_length=200, widget=QuickText(attrs=TEXT))
    person = _choice("Person", method="by_person", empty_label="Anybody")
    kind = _choice("Kind of thing", field_name="target_type", empty_label="Anything")
    verb = _choice("What was done", field_name="verb", empty_label="Anything")
    since = _day("From", "from_day")
    until = _day("To", "to_day")
    target_type = CharFilter(widget=QuickHidden, max_length=60)
    target_id = _IdFilter(widget=QuickHidden, min_value=1, max_value=BIGGEST_ID)

    class Meta:
        model = LogEntry
        fields: list[str] = []

    def __init__(self, data: Any, member: Membership) -> None:
        organization = member.organization
        super().__init__(data, organization.logentry_set.visible_to(member))
        kinds, verbs = kinds_and_verbs(member)
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
