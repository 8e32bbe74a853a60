"""The list of vendors as a table."""

import datetime as dt
from typing import Any

import django_tables2 as tables
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from accounts.models import Organization
from core.templatetags.ui import NOTHING, format_date, status
from vendors.countries import country_name
from vendors.models import Vendor
from vendors.words import STATUS_KINDS, STATUSES

SERVICES_SHOWN = 3
NAME = '<a href="{}{}/">{}</a>'
NAME_AND_MORE = NAME + '<span class="under">{}</span>'
BADGES: dict[str, SafeString] = {
    value.value: status(STATUS_KINDS[value], STATUSES[value]) for value in Vendor.Status
}


class VendorTable(tables.Table):
    """Lean on purpose: with 25 rows, most of the page's time goes into them."""

    name = tables.Column(order_by=("name_key", "pk"), attrs={"td": {"class": "title-cell"}})
    status = tables.Column(order_by=("status", "name_key", "pk"))
    country = tables.Column(order_by=("country", "name_key", "pk"), empty_values=())
    services = tables.Column(
        "Services", orderable=False, empty_values=(), attrs={"td": {"class": "services-cell"}}
    )
    updated = tables.Column(
        "Changed",
        accessor="updated_at",
        order_by=("updated_at", "pk"),
        attrs={"td": {"class": "changed-cell"}},
    )

    caption = "Vendors"
    noun = "vendors"

    class Meta:
        order_by = ("name",)

    def __init__(self, *args: Any, organization: Organization, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.organization = organization
        self.address = reverse("vendors:vendor_list", args=[organization.slug])
        self.days: dict[dt.date, str] = {}

    def render_name(self, record: Vendor) -> SafeString:
        legal = record.legal_name if record.legal_name != record.name else ""
        under = " · ".join(filter(None, [legal, "archived" if record.archived_at else ""]))
        pattern = NAME_AND_MORE if under else NAME
        return format_html(pattern, self.address, record.pk, record.name, under)

    def render_status(self, record: Vendor) -> SafeString:
        return BADGES[record.status]

    def render_country(self, record: Vendor) -> str:
        return country_name(record.country) or NOTHING

    def render_services(self, record: Vendor) -> str:
        more = len(record.services) - SERVICES_SHOWN
        text = ", ".join(record.services[:SERVICES_SHOWN])
        return (f"{text} + {more}" if more > 0 else text) or NOTHING

    def render_updated(self, record: Vendor) -> str:
        """The day; many rows share one, and writing it out takes longer than looking it up."""
        day = timezone.localtime(record.updated_at).date()
        if day not in self.days:
            self.days[day] = format_date(day, self.organization)
        return self.days[day]
