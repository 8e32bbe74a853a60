"""What the pages of issues, corrective actions, checks, meetings and ideas read: each in a few queries."""

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Case, Count, F, IntegerField, Prefetch, Value, When
from django.urls import reverse

from accounts.holds import Hold
from accounts.models import Membership
from accounts.permissions import Perm
from contracts.level_reading import level_of
from contracts.models import Contract
from core.paging import LimitedPaginator
from reviews.action_rules import in_words
from reviews.measured import value_words
from reviews.models import (
    ActionRule,
    CorrectiveAction,
    Idea,
    Issue,
    Measurement,
    SecurityCheck,
    SecurityCheckResult,
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

# The day that counts now: its own, or the one on which its effect is looked at.
NEXT_DAY = Case(When(state=State.DONE, then=F("check_on")), default=F("due_on"))


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


def open_in_short(contract: Contract) -> tuple[list[str], list[tuple[str, dt.date]]]:
    """Of the same rows no more than the severities of the issues, and state and day of the actions."""
    severities = open_issues(contract).values_list("severity", flat=True)
    return list(severities), list(open_actions(contract).values_list("state", "due_on"))


def open_issues(contract: Contract) -> Any:
    rows = contract.issues.open().select_related(*PEOPLE)
    return rows.annotate(rank=SEVERITY_ORDER).order_by("rank", "opened_on", "pk")[:MOST_SHOWN]


def open_actions(contract: Contract) -> Any:
    rows = contract.corrective_actions.exclude(state__in=[State.EFFECTIVE, State.CANCELLED])
    rows = rows.select_related(*PEOPLE).annotate(next_day=NEXT_DAY)
    return rows.order_by("next_day", "pk")[:MOST_SHOWN]


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


def actions_of(issue: Issue) -> list[CorrectiveAction]:
    """What was done about an issue, the newest last."""
    rows = issue.actions.select_related(*PEOPLE).order_by("pk")[:MOST_SHOWN]
    return [_in_memory(row, issue.contract) for row in rows]


def recurrences_of(issue: Issue) -> list[Issue]:
    """As what it came back, the newest first."""
    rows = issue.recurrences.newest_first()[:MOST_CLOSED]
    return [_in_memory(row, issue.contract) for row in rows]


@dataclass(frozen=True)
class Since:
    """One measurement that says whether an action helped."""

    measurement: Measurement
    level: str
    value: str


def measured_since(action: CorrectiveAction) -> list[Since]:
    """What was measured, after an action was done, of the promise that its issue is about; the oldest first.

    Empty if its issue is about no measurement. A window counts if it ends after the action was done.
    """
    if not (action.done_on and action.issue and action.issue.measurement):
        return []
    lineage = action.issue.measurement.lineage
    rows = Measurement.objects.filter(contract=action.contract, lineage=lineage)
    rows = rows.filter(last_on__gt=action.done_on).select_related("level")
    found = list(rows.order_by("first_on")[:MOST_SHOWN])
    levels = [level_of(row.level) for row in found]
    return [
        Since(row, level.full_name, value_words(level, row))
        for row, level in zip(found, levels, strict=True)
    ]


# Rules ------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class RuleLine:
    """A rule, its words, and how many actions that are not settled it started."""

    rule: ActionRule
    words: str
    running: int


def rules_of(organization: Any) -> list[RuleLine]:
    """Those for all contracts first, then by contract; two queries."""
    rows = organization.actionrule_set.select_related("contract__vendor")
    started = organization.correctiveaction_set.open().exclude(rule=None)
    running = dict(started.values_list("rule").annotate(Count("pk")))
    order = rows.order_by(F("contract__title_key").asc(nulls_first=True), "misses", "pk")
    return [
        RuleLine(rule, in_words(rule.misses, rule.windows), running.get(rule.pk, 0))
        for rule in order
    ]


# Security checks --------------------------------------------------------------------------------------


def checks_of(contract: Contract) -> list[SecurityCheck]:
    """Those that go on first, the next due first; each with its results, the newest first."""
    newest = SecurityCheckResult.objects.select_related("by__user").order_by("-done_on", "-pk")
    rows = contract.security_checks.select_related("responsible__user")
    rows = rows.prefetch_related(Prefetch("results", newest, "newest"))
    order = (F("ended_at").asc(nulls_first=True), F("next_on").asc(nulls_last=True), "pk")
    return [_in_memory(row, contract) for row in rows.order_by(*order)]


# Meetings and ideas -----------------------------------------------------------------------------------


def meetings_page(contract: Contract, number: Any) -> Any:
    """A page of the meetings, the newest first, each with the ideas that were proposed in it."""
    rows = contract.meetings.order_by("-held_on", "-pk").prefetch_related("ideas")
    return LimitedPaginator(rows, 20).get_page(number)


def ideas_page(contract: Contract, number: Any) -> Any:
    """A page of the ideas: those not decided yet first, then the newest."""
    undecided = Case(
        When(outcome=Idea.Outcome.OPEN, then=Value(0)),
        default=Value(1),
        output_field=IntegerField(),
    )
    rows = contract.ideas.annotate(undecided=undecided).select_related("meeting")
    return LimitedPaginator(rows.order_by("undecided", "-proposed_on", "-pk"), 20).get_page(number)


# What a member answers for ----------------------------------------------------------------------------


def work_of(member: Membership) -> dict[str, Any]:
    """Open issues, unsettled actions and running security checks that name this member, by their table."""
    actions = CorrectiveAction.objects.filter(owner=member)
    return {
        "issues": Issue.objects.filter(owner=member).open(),
        "actions": actions.exclude(state__in=[State.EFFECTIVE, State.CANCELLED]),
        "checks": SecurityCheck.objects.filter(responsible=member, ended_at=None),
    }


def held_by(member: Membership) -> list[Hold]:
    """What keeps somebody who may not work on reviews (any more) from going (settings.MEMBER_HOLDS)."""
    if member.can(Perm.REVIEW_EDIT):
        return []
    counts = {name: rows.count() for name, rows in work_of(member).items()}
    words = [_counted(name, count) for name, count in counts.items() if count]
    if not words:
        return []
    path = reverse("reviews:hand_over_work", args=[member.organization.slug, member.pk])
    named = " and ".join(", ".join(words).rsplit(", ", 1))
    return [Hold(f"{member.name} answers for {named}. Hand them over first.", path)]


def _counted(name: str, count: int) -> str:
    words = {"issues": "open issue", "actions": "corrective action", "checks": "security check"}
    return f"{count} {words[name]}{'' if count == 1 else 's'}"
