"""The register of contracts as a table."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import django_tables2 as tables
from django.db.models import F
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from accounts.models import Organization
from contracts.models.record import Status
from contracts.words import STATUS_KINDS
from core.templatetags.ui import NOTHING, ago, format_date, money, status

SOON = dt.timedelta(days=30)
CELL = '<a href="{}{}/">{}</a><span class="under">{}</span>'
UNDER = '{}<span class="under">{}</span>'
BADGES: dict[str, SafeString] = {
    value.value: status(STATUS_KINDS[value], value.label) for value in Status
}
# While it runs and no notice was given, the last safe day matters.
WATCHED = {Status.ACTIVE.value, Status.SIGNED.value}
NUMBER = {"td": {"class": "num"}, "th": {"class": "num"}}
DAY = {"td": {"class": "day-cell"}}


class ContractTable(tables.Table):
    """Lean on purpose: with 25 rows, most of the page's time goes into them."""

    title = tables.Column(
        "Contract", order_by=("title_key", "pk"), attrs={"td": {"class": "title-cell"}}
    )
    vendor = tables.Column("Vendor", accessor="vendor_id", order_by=("vendor__name_key", "pk"))
    status = tables.Column(accessor="stage")
    manager = tables.Column("Manager", accessor="pk", orderable=False)
    cost = tables.Column("Yearly cost", accessor="yearly_cost", empty_values=(), attrs=NUMBER)
    notice = tables.Column("Last safe day", accessor="safe_notice_on", empty_values=(), attrs=DAY)
    ends = tables.Column("Ends", accessor="ends_on", empty_values=(), attrs=DAY)

    caption = "Contracts"
    noun = "contracts"

    class Meta:
        order_by = ("title",)

    def __init__(self, *args: Any, organization: Organization, **kwargs: Any) -> None:
        self.today = timezone.localdate()
        super().__init__(*args, **kwargs)
        self.organization = organization
        self.address = reverse("contracts:contract_list", args=[organization.slug])
        self.written: dict[tuple[str, dt.date], SafeString] = {}

    # Order: nothing said yet comes last, whichever way round -------------------------------------

    def order_status(self, rows: Any, is_descending: bool) -> Any:
        by = "-status_now" if is_descending else "status_now"
        return rows.with_status(self.today).order_by(by, "-pk" if is_descending else "pk"), True

    def order_cost(self, rows: Any, is_descending: bool) -> Any:
        return self._ordered(rows, "yearly_cost", is_descending, "currency"), True

    def order_notice(self, rows: Any, is_descending: bool) -> Any:
        return self._ordered(rows, "safe_notice_on", is_descending), True

    def order_ends(self, rows: Any, is_descending: bool) -> Any:
        rows = rows.with_bound()
        return self._ordered(rows, "bound_until_on", is_descending), True

    def _ordered(self, rows: Any, name: str, is_descending: bool, *before: str) -> Any:
        column = F(name)
        order = column.desc(nulls_last=True) if is_descending else column.asc(nulls_last=True)
        return rows.order_by(*before, order, "pk")

    # Cells ----------------------------------------------------------------------------------------

    def render_title(self, record: Any) -> SafeString:
        return format_html(CELL, self.address, record.pk, record.title, record.reference)

    def render_vendor(self, record: Any) -> str:
        return str(record.vendor.name)

    def render_status(self, record: Any) -> SafeString:
        return BADGES[record.status(self.today)]

    def render_manager(self, record: Any) -> str:
        return record.manager.name if record.manager else "not said yet"

    def render_cost(self, record: Any) -> str:
        return money(record.yearly_cost, record.currency)

    def render_notice(self, record: Any) -> Any:
        day = record.safe_notice_on
        if day is None or record.status(self.today) not in WATCHED:
            return NOTHING
        return self._once(("notice", day), lambda: self._notice(day))

    def _notice(self, day: dt.date) -> SafeString:
        if day < self.today:
            words: Any = "has passed"
        elif day - self.today <= SOON:
            left = (day - self.today).days
            counted = "today" if not left else f"{left} day{'' if left == 1 else 's'} left"
            words = status("warn", counted)
        else:
            words = ago(day)
        return format_html(UNDER, format_date(day, self.organization), words)

    def render_ends(self, record: Any) -> Any:
        day, words = record.ends_on, "ends"
        if day is None:
            day, words = record.committed_until_on, "committed until"
        elif day <= self.today:
            words = "ended"
        return (
            "not said yet"
            if day is None
            else self._once((words, day), lambda: self._end(day, words))
        )

    def _end(self, day: dt.date, words: str) -> SafeString:
        return format_html(UNDER, format_date(day, self.organization), words)

    def _once(self, key: tuple[str, dt.date], write: Callable[[], SafeString]) -> SafeString:
        """Many rows share a day, and writing it out takes longer than looking it up."""
        if key not in self.written:
            self.written[key] = write()
        return self.written[key]


class VendorContractTable(ContractTable):
    """The same on the vendor's own page, where each row would repeat its name."""

    class Meta:
        exclude = ("vendor",)
        order_by = ("title",)
