"""The list of evaluations as a table."""

from typing import Any

import django_tables2 as tables
from django.db.models import F
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from core.templatetags.ui import NOTHING, ago, format_date, status
from evaluations.models import Award, Evaluation

STATE_KINDS = {
    Evaluation.State.SETUP: "neutral",
    Evaluation.State.SCORING: "info",
    Evaluation.State.CLOSED: "ok",
}
NUMBER = {"td": {"class": "num"}, "th": {"class": "num"}}


def state_badge(evaluation: Any) -> SafeString:
    """Where the evaluation stands, in words and colour; its winner where `awarded_to` was read."""
    winner = getattr(evaluation, "awarded_to", None)
    if getattr(evaluation, "award_state", None) == Award.State.PROPOSED:
        return status("info", Award.State.PROPOSED.label)
    if winner == "":
        return status("ok", "Stays in-house")
    if winner:
        return format_html('{} <span class="under">to {}</span>', status("ok", "Awarded"), winner)
    return status(STATE_KINDS[Evaluation.State(evaluation.state)], evaluation.get_state_display())


class EvaluationTable(tables.Table):
    title = tables.Column(attrs={"td": {"class": "title-cell"}})
    state = tables.Column()
    candidate_count = tables.Column("Candidates", attrs=NUMBER)
    scorecards = tables.Column("Scorecards in", empty_values=(), attrs=NUMBER, orderable=False)
    due_on = tables.Column("Due", empty_values=())
    created_at = tables.Column("Started")

    caption = "Evaluations"
    noun = "evaluations"

    class Meta:
        order_by = ("-created_at",)

    def __init__(self, *args: Any, organization: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.organization = organization

    def render_title(self, record: Evaluation) -> SafeString:
        record.organization = self.organization
        service = format_html('<span class="under">{}</span>', record.service)
        return format_html(
            '<a href="{}">{}</a>{}',
            record.get_absolute_url(),
            record.title,
            service if record.service else "",
        )

    def render_state(self, record: Evaluation) -> SafeString:
        return state_badge(record)

    def render_scorecards(self, record: Any) -> str:
        if record.in_setup or not record.scorecard_count:
            return NOTHING
        return f"{record.submitted_count} of {record.scorecard_count}"

    def render_due_on(self, record: Evaluation) -> Any:
        day = record.due_on
        if day is None:
            return NOTHING
        text = format_date(day, self.organization)
        if day < timezone.localdate() and not record.is_closed:
            return format_html('{} <span class="under">{}</span>', status("warn", "Overdue"), text)
        return text

    def render_created_at(self, record: Evaluation) -> Any:
        return ago(record.created_at)

    def order_title(self, rows: Any, is_descending: bool) -> tuple[Any, bool]:
        return _ordered(rows, Lower("title"), is_descending)

    def order_state(self, rows: Any, is_descending: bool) -> tuple[Any, bool]:
        return _ordered(rows, F("state"), is_descending)

    def order_candidate_count(self, rows: Any, is_descending: bool) -> tuple[Any, bool]:
        return _ordered(rows, F("candidate_count"), is_descending)

    def order_due_on(self, rows: Any, is_descending: bool) -> tuple[Any, bool]:
        return _ordered(rows, F("due_on"), is_descending)

    def order_created_at(self, rows: Any, is_descending: bool) -> tuple[Any, bool]:
        return _ordered(rows, F("created_at"), is_descending)


def _ordered(rows: Any, by: Any, is_descending: bool) -> tuple[Any, bool]:
    """Empty ones last either way, equal ones always in the same order."""
    by = by.desc(nulls_last=True) if is_descending else by.asc(nulls_last=True)
    return rows.order_by(by, "-pk"), True
