"""The proofs of all vendors as a table."""

from typing import Any

import django_tables2 as tables
from django.db.models import F
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from accounts.models import Organization
from core.templatetags.ui import NOTHING, format_date, status
from vendors.credential_queries import proof_of
from vendors.models import Credential
from vendors.proofs import State

CELL = '<a href="{}{}/proofs/#proof-{}">{}</a><span class="under">{}</span>'
UNDER = '{}<span class="under">{}</span>'
DAY = {"td": {"class": "day-cell"}}


def days_left(days: int) -> str:
    """How long it still holds, for 0 days and more."""
    return "ends today" if days == 0 else "ends tomorrow" if days == 1 else f"{days} days left"


class CredentialTable(tables.Table):
    """What ends first stands first; what has no end, last."""

    vendor = tables.Column(
        "Vendor", order_by=("vendor__name_key", "name", "pk"), attrs={"td": {"class": "title-cell"}}
    )
    kind = tables.Column("Kind", order_by=("kind", "name", "pk"))
    expires = tables.Column("Valid until", accessor="expires_on", empty_values=(), attrs=DAY)
    state = tables.Column("State", accessor="pk", orderable=False)
    checked = tables.Column("Checked", accessor="checked_on", empty_values=(), attrs=DAY)

    caption = "Proofs of all vendors"
    noun = "proofs"

    class Meta:
        order_by = ("expires",)

    def __init__(self, *args: Any, organization: Organization, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.organization = organization
        self.today = timezone.localdate()
        self.address = reverse("vendors:vendor_list", args=[organization.slug])

    def order_expires(self, rows: Any, is_descending: bool) -> Any:
        return self._ordered(rows, "expires_on", is_descending), True

    def order_checked(self, rows: Any, is_descending: bool) -> Any:
        return self._ordered(rows, "checked_on", is_descending), True

    def _ordered(self, rows: Any, name: str, is_descending: bool) -> Any:
        """What is not known comes last, whichever way round."""
        column = F(name)
        order = column.desc(nulls_last=True) if is_descending else column.asc(nulls_last=True)
        return rows.order_by(order, "pk")

    def render_vendor(self, record: Credential) -> SafeString:
        vendor = record.vendor
        return format_html(CELL, self.address, vendor.pk, record.pk, vendor.name, record.name)

    def render_kind(self, record: Credential) -> str:
        return record.get_kind_display()

    def render_expires(self, record: Credential) -> SafeString | str:
        if record.expires_on is None:
            return "never expires" if record.never_expires else "not said yet"
        day = format_date(record.expires_on, self.organization)
        left = (record.expires_on - self.today).days
        return format_html(UNDER, day, days_left(left)) if 0 <= left <= 60 else day

    def render_state(self, record: Credential) -> SafeString:
        proof = proof_of(record, self.today)
        badge = status(proof.tone, proof.label)
        unchecked = proof.state == State.EXPIRED and record.checked_on is None
        return format_html(UNDER, badge, "and not checked") if unchecked else badge

    def render_checked(self, record: Credential) -> SafeString | str:
        if record.checked_on is None or record.checked_by is None:
            return NOTHING
        day = format_date(record.checked_on, self.organization)
        return format_html(UNDER, day, record.checked_by.name)
