"""What the list of proofs can be narrowed by; everything stands in the address."""

from typing import Any

import django_filters
from django.db.models import Q
from django.utils import timezone

from core.filtering import ListFilter
from core.widgets import QuickSelect, QuickText
from vendors.folding import fold
from vendors.models import Credential
from vendors.proofs import SOON

VALID, EXPIRING, EXPIRED, UNCHECKED = "valid", "soon", "expired", "unchecked"
STATES = [
    (EXPIRING, "Expires within 60 days"),
    (EXPIRED, "Expired"),
    (UNCHECKED, "Not checked"),
    (VALID, "Checked and in force"),
]


class CredentialFilter(ListFilter):
    """Those that were replaced by a newer one are never in this list."""

    label = "Filter proofs"

    q = django_filters.CharFilter(
        label="Vendor or proof",
        method="by_words",
        max_length=80,
        widget=QuickText(
            attrs={"type": "search", "class": "form-control", "placeholder": "Northwind, ISO 27001"}
        ),
    )
    state = django_filters.ChoiceFilter(
        label="State",
        choices=STATES,
        empty_label="Any",
        method="by_state",
        widget=QuickSelect(attrs={"class": "form-select"}),
    )
    kind = django_filters.ChoiceFilter(
        label="Kind",
        choices=Credential.Kind.choices,
        empty_label="Any",
        widget=QuickSelect(attrs={"class": "form-select"}),
    )

    class Meta:
        model = Credential
        fields: list[str] = []

    def by_words(self, rows: Any, name: str, value: str) -> Any:
        """Each word occurs in what the vendor is found by, or in the proof."""
        for word in value.split()[:10]:
            found = Q(vendor__search_text__contains=fold(word)) | Q(name__icontains=word)
            rows = rows.filter(found | Q(issuer__icontains=word) | Q(number__icontains=word))
        return rows

    def by_state(self, rows: Any, name: str, value: str) -> Any:
        today = timezone.localdate()
        over = Q(expires_on__lt=today)
        if value == EXPIRED:
            return rows.filter(over)
        if value == EXPIRING:
            return rows.filter(expires_on__gte=today, expires_on__lte=today + SOON)
        return rows.exclude(over).filter(checked_on__isnull=value == UNCHECKED)
