"""How all vendors do, as a table. Lean: with 25 rows, most of the page's time goes into them."""

import datetime as dt
from typing import Any

import django_tables2 as tables
from django.db.models import F
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from accounts.models import Organization
from core.templatetags.ui import NOTHING, format_date, money, points, status
from reviews.standing_rows import (
    ARROWS,
    BADGES,
    WORDS,
    by_standing,
    change_of,
    plan_of,
    trend_of,
)

CELL = '<a href="{}">{}</a><span class="under">{}</span>'
LINK = '<a href="{}">{}</a>'
UNDER = '{}<span class="under">{}</span>'
NUMBER = {"td": {"class": "num"}, "th": {"class": "num"}}
DAY = {"td": {"class": "day-cell"}}
STANDINGS: dict[str, SafeString] = {
    value: status(BADGES[value], words) for value, words in WORDS.items()
}
TRENDS: dict[str, SafeString] = {
    name: format_html(
        '<span class="trend trend-{}"><span aria-hidden="true">{}</span> {}</span>',
        name,
        arrow,
        "the same" if name == "same" else name,
    )
    for name, arrow in ARROWS.items()
}
MINUS = "\N{MINUS SIGN}"


class StandingTable(tables.Table):
    """One row for each contract that runs."""

    title = tables.Column(
        "Contract", order_by=("title_key", "pk"), attrs={"td": {"class": "title-cell"}}
    )
    vendor = tables.Column("Vendor", accessor="vendor_id", order_by=("vendor__name_key", "pk"))
    standing = tables.Column("Standing", accessor="pk")
    trend = tables.Column("Trend", accessor="pk", orderable=False)
    score = tables.Column("Score", accessor="pk", attrs=NUMBER)
    cost = tables.Column("Yearly cost", accessor="yearly_cost", empty_values=(), attrs=NUMBER)
    next = tables.Column("Next review", accessor="pk", attrs=DAY)

    caption = "How all running contracts stand"
    noun = "contracts"

    class Meta:
        order_by = ("title",)

    def __init__(self, *args: Any, organization: Organization, **kwargs: Any) -> None:
        self.today = timezone.localdate()
        super().__init__(*args, **kwargs)
        self.organization = organization
        self.reviews = _pattern("reviews:contract_reviews", organization.slug, "contract_id")
        self.vendors = _pattern("reviews:vendor_trend", organization.slug, "vendor_id")
        self.written: dict[dt.date, SafeString | str] = {}

    # Order: nothing known comes last, whichever way round ------------------------------------------

    def order_standing(self, rows: Any, is_descending: bool) -> Any:
        return by_standing(rows, worst_first=not is_descending), True

    def order_score(self, rows: Any, is_descending: bool) -> Any:
        return _ordered(rows, "review_plan__score", is_descending), True

    def order_cost(self, rows: Any, is_descending: bool) -> Any:
        return _ordered(rows, "yearly_cost", is_descending, "currency"), True

    def order_next(self, rows: Any, is_descending: bool) -> Any:
        return _ordered(rows, "review_plan__next_due_on", is_descending), True

    # Cells ------------------------------------------------------------------------------------------

    def render_title(self, record: Any) -> SafeString:
        address = self.reviews.replace("/0/", f"/{record.pk}/")
        return format_html(CELL, address, record.title, record.reference)

    def render_vendor(self, record: Any) -> SafeString:
        address = self.vendors.replace("/0/", f"/{record.vendor_id}/")
        return format_html(LINK, address, record.vendor.name)

    def render_standing(self, record: Any) -> SafeString:
        return STANDINGS[plan_of(record).standing]

    def render_trend(self, record: Any) -> SafeString | str:
        return TRENDS.get(trend_of(plan_of(record)), NOTHING)

    def render_score(self, record: Any) -> SafeString | str:
        plan = plan_of(record)
        change = change_of(plan)
        if change is None:
            return points(plan.score)
        return format_html(UNDER, points(plan.score), signed(change))

    def render_cost(self, record: Any) -> str:
        return money(record.yearly_cost, record.currency)

    def render_next(self, record: Any) -> SafeString | str:
        day = plan_of(record).next_due_on
        if day is None:
            return NOTHING
        if day not in self.written:
            self.written[day] = self._next(day)
        return self.written[day]

    def _next(self, day: dt.date) -> SafeString | str:
        written = format_date(day, self.organization)
        return (
            written if day >= self.today else format_html(UNDER, written, status("bad", "Overdue"))
        )


def signed(change: Any) -> str:
    """+4.2, −3.0, ±0.0: points more or less."""
    words = points(abs(change))
    if words == "0.0":
        return "±0.0"
    return f"{'+' if change > 0 else MINUS}{words}"


def _pattern(name: str, slug: str, argument: str) -> str:
    """The address of row 0, to put others in: asked once instead of for every row."""
    return reverse(name, kwargs={"org": slug, argument: 0})


def _ordered(rows: Any, name: str, is_descending: bool, *before: str) -> Any:
    column = F(name)
    order = column.desc(nulls_last=True) if is_descending else column.asc(nulls_last=True)
    return rows.order_by(*before, order, "pk")
