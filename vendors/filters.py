"""What the list of vendors can be narrowed by; everything stands in the address."""

from typing import Any

import django_filters

from core.filtering import ListFilter
from core.widgets import QuickSelect, QuickText
from vendors.countries import countries_like
from vendors.folding import LONGEST_QUERY, fold
from vendors.models import Vendor

CURRENT, ARCHIVED, ALL = "", "archived", "all"


class VendorFilter(ListFilter):
    label = "Filter vendors"

    q = django_filters.CharFilter(
        label="Search",
        method="by_words",
        max_length=LONGEST_QUERY,
        widget=QuickText(
            attrs={
                "type": "search",
                "class": "form-control",
                "placeholder": "Name, website, number, notes",
            }
        ),
    )
    status = django_filters.ChoiceFilter(
        label="Status",
        choices=Vendor.Status.choices,
        empty_label="Any",
        widget=QuickSelect(attrs={"class": "form-select"}),
    )
    service = django_filters.CharFilter(
        label="Service",
        method="by_service",
        max_length=80,
        widget=QuickText(attrs={"class": "form-control", "placeholder": "Help desk"}),
    )
    country = django_filters.CharFilter(
        label="Country",
        method="by_country",
        max_length=80,
        widget=QuickText(attrs={"class": "form-control", "placeholder": "Ireland or IE"}),
    )
    size = django_filters.ChoiceFilter(
        label="Size",
        choices=Vendor.Size.choices,
        empty_label="Any",
        widget=QuickSelect(attrs={"class": "form-select"}),
    )
    archived = django_filters.ChoiceFilter(
        label="Archived",
        method="by_archived",
        choices=[(ARCHIVED, "Archived only"), (ALL, "Both")],
        empty_label="Left out",
        widget=QuickSelect(attrs={"class": "form-select"}),
    )

    class Meta:
        model = Vendor
        fields: list[str] = []

    def filter_queryset(self, queryset: Any) -> Any:
        """Archived vendors are left out unless asked for, also when that part is missing or wrong."""
        rows = super().filter_queryset(queryset)
        asked = self.form.cleaned_data.get("archived")
        return rows if asked in (ARCHIVED, ALL) else rows.current()

    def by_words(self, rows: Any, name: str, value: str) -> Any:
        return rows.matching(value)

    def by_service(self, rows: Any, name: str, value: str) -> Any:
        return rows.filter(service_keys__contains=fold(value))

    def by_country(self, rows: Any, name: str, value: str) -> Any:
        return rows.filter(country__in=countries_like(value))

    def by_archived(self, rows: Any, name: str, value: str) -> Any:
        return rows.exclude(archived_at=None) if value == ARCHIVED else rows
