"""What the pages of issues, corrective actions, checks, meetings and ideas read: each in a few queries."""

from dataclasses import dataclass, field
from typing import Any

from django.db.models import Case, IntegerField, Value, When

from contracts.models import Contract
from reviews.models import (
    CorrectiveAction,
    Issue,
)

MOST_SHOWN, MOST_CLOSED = 100, 10
PEOPLE = ("owner__user", "contact")
State = CorrectiveAction.State
# Worst first.
SEVERITY_ORDER = Case(
    *(
        When(severity=severity, then=Value(at))
        for at, severity in enumerate(["critical", "high", "medium", "low"])
    ),
    output_field=IntegerField(),
)


# Open, for the page of a review ----------------------------------------------------------------------


@dataclass(frozen=True)
class OpenItems:
    """What is open with a contract. `agreed`: actions agreed in reviews that are still open."""

    issues: list[Issue] = field(default_factory=list)
    actions: list[CorrectiveAction] = field(default_factory=list)
    agreed: list[CorrectiveAction] = field(default_factory=list)

    @property
    def critical(self) -> list[Issue]:
        return [issue for issue in self.issues if issue.severity == Issue.Severity.CRITICAL]

    @property
    def is_empty(self) -> bool:
        return not (self.issues or self.actions or self.agreed)


def open_of(contract: Contract) -> OpenItems:
    """Open issues, the worst first, and actions that are not settled, the next due first; two queries."""
    rows = [_in_memory(row, contract) for row in open_actions(contract)]
    return OpenItems(
        issues=[_in_memory(row, contract) for row in open_issues(contract)],
        actions=[row for row in rows if row.state != State.AGREED],
        agreed=[row for row in rows if row.state == State.AGREED],
    )


def open_issues(contract: Contract) -> Any:
    rows = contract.issues.open().select_related(*PEOPLE)
    return rows.annotate(rank=SEVERITY_ORDER).order_by("rank", "opened_on", "pk")[:MOST_SHOWN]


def open_actions(contract: Contract) -> Any:
    rows = contract.corrective_actions.exclude(state__in=[State.EFFECTIVE, State.CANCELLED])
    return rows.select_related(*PEOPLE).due_first()[:MOST_SHOWN]


def _in_memory(row: Any, contract: Contract) -> Any:
    """The contract that the page has already, with its organization."""
    row.contract, row.organization = contract, contract.organization
    return row


# The page of one contract -----------------------------------------------------------------------------


@dataclass(frozen=True)
class ContractLog:
    """Everything about issues and actions of a contract that its page shows."""

    open: OpenItems
    issues: list[Issue]
    actions: list[CorrectiveAction]
    issue_count: int
    action_count: int

    @property
    def is_empty(self) -> bool:
        return self.open.is_empty and not (self.issues or self.actions)


def log_of(contract: Contract) -> ContractLog:
    """What is open, and the latest that is settled."""
    issues = contract.issues.filter(state=Issue.State.RESOLVED)
    actions = contract.corrective_actions.filter(state__in=[State.EFFECTIVE, State.CANCELLED])
    latest = issues.select_related(*PEOPLE).order_by("-resolved_on", "-pk")[:MOST_CLOSED]
    settled = actions.select_related(*PEOPLE).order_by("-created_at", "-pk")[:MOST_CLOSED]
    return ContractLog(
        open=open_of(contract),
        issues=[_in_memory(row, contract) for row in latest],
        actions=[_in_memory(row, contract) for row in settled],
        issue_count=contract.issues.count(),
        action_count=contract.corrective_actions.count(),
    )
