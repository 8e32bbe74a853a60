"""Service credits over all contracts, as a table."""

import datetime as dt
from typing import Any

import django_tables2 as tables
from django.db.models import F
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from accounts.models import Organization
from contracts.level_reading import level_of
from core import periods
from core.templatetags.ui import NOTHING, format_date, money, status
from reviews.measured import value_words
from reviews.models import ServiceCredit

State = ServiceCredit.State
KINDS = {
    State.DUE: "warn",
    State.CLAIMED: "info",
    State.RECEIVED: "ok",
    State.REFUSED: "bad",
    State.EXPIRED: "bad",
    State.WAIVED: "neutral",
}
SOON = dt.timedelta(days=14)
NUMBER = {"td": {"class": "num"}, "th": {"class": "num"}}
DAY = {"td": {"class": "day-cell"}}
CELL = '<a href="{}{}/">{}</a><span class="under">{} · {}</span>'
UNDER = '{}<span class="under">{}</span>'


def credit_badge(credit: ServiceCredit) -> SafeString:
    """Its state in words."""
    return status(KINDS[State(credit.state)], credit.get_state_display())


def window_of(credit: ServiceCredit, organization: Organization) -> str:
    """ "March 2026": the window that was measured."""
    row = credit.measurement
    whole = periods.Period(row.first_on, row.last_on)
    return periods.label(whole, row.level.window, organization.fiscal_month)


class CreditTable(tables.Table):
    """What the contracts give back, the next deadline first."""

    credit = tables.Column(
        "Credit",
        accessor="pk",
        order_by=("contract__title_key", "pk"),
        attrs={"td": {"class": "title-cell"}},
    )
    measured = tables.Column("Measured", accessor="measurement", orderable=False)
    amount = tables.Column("Amount", empty_values=(), attrs=NUMBER)
    claim = tables.Column("Claim by", accessor="claim_by_on", empty_values=(), attrs=DAY)
    state = tables.Column("State", order_by=("state", "pk"))

    caption = "Service credits"
    noun = "credits"
    list_name = "credit_list"

    class Meta:
        order_by = ("claim",)

    def __init__(self, *args: Any, organization: Organization, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.organization = organization
        self.today = timezone.localdate()
        self.address = reverse("reviews:credit_list", args=[organization.slug])

    def order_claim(self, rows: Any, is_descending: bool) -> Any:
        return self._ordered(rows, "claim_by_on", is_descending), True

    def order_amount(self, rows: Any, is_descending: bool) -> Any:
        return self._ordered(rows, "amount", is_descending, "currency"), True

    def _ordered(self, rows: Any, name: str, is_descending: bool, *before: str) -> Any:
        """What is not known comes last, whichever way round."""
        column = F(name)
        order = column.desc(nulls_last=True) if is_descending else column.asc(nulls_last=True)
        return rows.order_by(*before, order, "pk")

    def render_credit(self, record: ServiceCredit) -> SafeString:
        contract = record.contract
        level = level_of(record.measurement.level).full_name
        named = f"{level}, {window_of(record, self.organization)}"
        return format_html(CELL, self.address, record.pk, named, contract, contract.vendor.name)

    def render_measured(self, record: ServiceCredit) -> str:
        row = record.measurement
        return value_words(level_of(row.level), row)

    def render_amount(self, record: ServiceCredit) -> SafeString:
        part = f"{record.percent.normalize():f} %"
        if record.amount is None or record.price is None:
            return format_html(UNDER, "price not known", f"{part} of it")
        price = money(record.price, record.currency)
        return format_html(UNDER, money(record.amount, record.currency), f"{part} of {price}")

    def render_claim(self, record: ServiceCredit) -> SafeString | str:
        if record.claim_by_on is None:
            return "no deadline" if record.state == State.DUE else NOTHING
        day = format_date(record.claim_by_on, self.organization)
        if record.state == State.DUE and record.claim_by_on <= self.today + SOON:
            left = (record.claim_by_on - self.today).days
            words = "today" if left == 0 else "tomorrow" if left == 1 else f"in {left} days"
            return format_html(UNDER, day, words)
        return day

    def render_state(self, record: ServiceCredit) -> SafeString:
        badge = credit_badge(record)
        if record.state == State.RECEIVED:
            return format_html(UNDER, badge, money(record.received_amount, record.currency))
        return badge
