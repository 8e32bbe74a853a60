"""Issues and corrective actions over all contracts, as tables."""

from typing import Any

import django_tables2 as tables
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from accounts.models import Organization
from core.templatetags.ui import NOTHING, format_date, status
from reviews.improving_queries import NEXT_DAY, SEVERITY_ORDER
from reviews.models import CorrectiveAction, Issue
from reviews.templatetags.improving import action_badge, severity_badge

CELL = '<a href="{}{}/">{}</a><span class="under">{} · {}</span>'
UNDER = '{}<span class="under">{}</span>'
DAY = {"td": {"class": "day-cell"}}
TITLE = {"td": {"class": "title-cell"}}


class _LogTable(tables.Table):
    """The first column links to the row; the contract and its vendor stand under it."""

    list_name = ""

    def __init__(self, *args: Any, organization: Organization, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.organization = organization
        self.address = reverse(f"reviews:{self.list_name}", args=[organization.slug])

    def render_title(self, record: Any) -> SafeString:
        contract = record.contract
        return format_html(CELL, self.address, record.pk, record, contract, contract.vendor.name)

    def render_side(self, record: Any) -> SafeString:
        person = record.owner or record.contract.manager
        return format_html(UNDER, record.get_side_display(), person.name if person else NOTHING)


class IssueTable(_LogTable):
    """The issue log of an organization."""

    title = tables.Column("Issue", order_by=("title", "pk"), attrs=TITLE)
    severity = tables.Column("Severity")
    side = tables.Column("Settled by, our person", order_by=("side", "pk"))
    opened = tables.Column("Noticed", accessor="opened_on", order_by=("opened_on", "pk"), attrs=DAY)
    state = tables.Column("State", order_by=("state", "pk"))

    caption = "Issues"
    noun = "issues"
    list_name = "issue_list"

    class Meta:
        order_by = ("-opened",)

    def order_severity(self, rows: Any, is_descending: bool) -> Any:
        """Critical first; the other way round, low first."""
        rows = rows.annotate(rank=SEVERITY_ORDER)
        return rows.order_by("-rank" if is_descending else "rank", "-opened_on", "-pk"), True

    def render_severity(self, record: Issue) -> SafeString:
        return severity_badge(record.severity)

    def render_opened(self, record: Issue) -> str:
        return format_date(record.opened_on, self.organization)

    def render_state(self, record: Issue) -> SafeString:
        if record.state == Issue.State.RESOLVED:
            day = format_date(record.resolved_on, self.organization)
            return format_html(UNDER, status("ok", "Resolved"), day)
        return status("info", "Open")


class ActionTable(_LogTable):
    """The action log of an organization."""

    title = tables.Column("Action", order_by=("title", "pk"), attrs=TITLE)
    side = tables.Column("Done by, our person", order_by=("side", "pk"))
    due = tables.Column("Due", accessor="due_on", order_by=("next_day", "pk"), attrs=DAY)
    state = tables.Column("State", order_by=("state", "due_on", "pk"))
    again = tables.Column(
        "Opened again",
        accessor="reopened_count",
        order_by=("reopened_count", "pk"),
        attrs={"td": {"class": "num"}, "th": {"class": "num"}},
    )

    caption = "Corrective actions"
    noun = "actions"
    list_name = "action_list"

    class Meta:
        order_by = ("due",)

    def order_due(self, rows: Any, is_descending: bool) -> Any:
        """By the day that counts now."""
        by = ("-next_day", "-pk") if is_descending else ("next_day", "pk")
        return rows.annotate(next_day=NEXT_DAY).order_by(*by), True

    def render_due(self, record: CorrectiveAction) -> SafeString | str:
        if record.state == CorrectiveAction.State.DONE and record.check_on:
            day = format_date(record.check_on, self.organization)
            return format_html(UNDER, day, "look whether it helped")
        return format_date(record.due_on, self.organization)

    def render_state(self, record: CorrectiveAction) -> SafeString:
        return action_badge(record)

    def render_again(self, record: CorrectiveAction) -> str:
        return f"{record.reopened_count}×" if record.reopened_count else NOTHING
