"""Issues and corrective actions as files to take away: what the list shows under the same address."""

from collections.abc import Iterator

from django.http import HttpResponse

from accounts.access import MemberRequest, member_view
from accounts.permissions import Perm
from core.exports import file_of
from core.spreadsheets import Value
from reviews.improving_filters import ActionFilter, IssueFilter
from reviews.improving_tables import ActionTable, IssueTable
from reviews.models import CorrectiveAction, Issue
from reviews.views.improving_pages import asked_rows

PEOPLE = ("contract__vendor", "contract__manager__user", "owner__user", "contact")


@member_view(Perm.REVIEW_VIEW)
def export_issues(request: MemberRequest) -> HttpResponse:
    """The issue log as CSV or XLSX."""
    rows = request.org.issue_set.select_related(*PEOPLE)
    found = asked_rows(request, IssueFilter, IssueTable, rows)
    lines = _issue_lines(found)
    return file_of(lines, request.GET.get("format", ""), title="Issues", slug=request.org.slug)


@member_view(Perm.REVIEW_VIEW)
def export_actions(request: MemberRequest) -> HttpResponse:
    """The action log as CSV or XLSX."""
    rows = request.org.correctiveaction_set.select_related(*PEOPLE, "issue")
    found = asked_rows(request, ActionFilter, ActionTable, rows)
    lines = _action_lines(found)
    return file_of(lines, request.GET.get("format", ""), title="Actions", slug=request.org.slug)


def _issue_lines(issues: Iterator[Issue]) -> Iterator[list[Value]]:
    yield [
        *("Issue", "Contract", "Vendor", "Severity", "State", "Settled by", "Our person"),
        *("Their person", "Where it showed", "Noticed on", "Resolved on"),
        *("Description", "Resolution"),
    ]
    for issue in issues:
        yield [
            *_about(issue),
            issue.get_severity_display(),
            issue.get_state_display(),
            *_people(issue),
            issue.get_source_display(),
            issue.opened_on,
            issue.resolved_on,
            issue.description,
            issue.resolution,
        ]


def _action_lines(actions: Iterator[CorrectiveAction]) -> Iterator[list[Value]]:
    yield [
        *("Action", "Contract", "Vendor", "Issue", "State", "Done by", "Our person"),
        *("Their person", "Due on", "Done on", "Check on", "Checked on", "Opened again"),
        *("Cause", "Correction", "Prevention", "Evidence", "What was seen"),
    ]
    for action in actions:
        yield [
            *_about(action),
            action.issue.title if action.issue else None,
            action.get_state_display(),
            *_people(action),
            action.due_on,
            action.done_on,
            action.check_on,
            action.checked_on,
            action.reopened_count,
            action.cause,
            action.correction,
            action.prevention,
            action.evidence,
            action.check_note,
        ]


def _about(row: Issue | CorrectiveAction) -> list[Value]:
    return [row.title, row.contract.title, row.contract.vendor.name]


def _people(row: Issue | CorrectiveAction) -> list[Value]:
    person = row.owner or row.contract.manager
    return [
        row.get_side_display(),
        person.name if person else None,
        str(row.contact) if row.contact else None,
    ]
