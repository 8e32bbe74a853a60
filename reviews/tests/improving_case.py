"""Issues, actions, rules and measurements of a running contract, made through the same actions as the pages."""

import datetime as dt
import uuid
from decimal import Decimal
from typing import Any

from accounts.models import Membership
from activity.models import LogEntry, WatchedDate
from contracts.models import Contract
from contracts.tests.leaving_rows import make_contract
from core.tenancy import ALL, organization_scope
from reviews.actions import action_log, issues
from reviews.models import ActionRule, CorrectiveAction, Issue, Measurement, Review

# Monday, in the second quarter.
NOW = dt.datetime(2026, 6, 15, 10, tzinfo=dt.UTC)
TODAY = NOW.date()
AREA = "/o/acme/reviews/"
ISSUE: dict[str, Any] = {
    "title": "Tickets are closed unsolved",
    "description": "Since May, about ten a week",
    "severity": "high",
    "source": "other",
    "side": "vendor",
    "owner": None,
    "contact": None,
    "opened_on": dt.date(2026, 6, 1),
}
ACTION: dict[str, Any] = {
    "title": "Ask before closing",
    "issue": None,
    "cause": "",
    "correction": "",
    "prevention": "",
    "side": "vendor",
    "owner": None,
    "contact": None,
    "due_on": dt.date(2026, 7, 1),
}


def contract_of(by: Membership, title: str = "Help desk", **values: Any) -> Contract:
    """Signed and running since January, run by `by`, without a plan or service levels."""
    return make_contract(by, title, **values)


@organization_scope(ALL)
def make_issue(by: Membership, contract: Contract, **values: Any) -> Issue:
    said = {**ISSUE, **values}
    return issues.create_issue(contract=contract, values=said, by=by, creation_key=uuid.uuid4())


@organization_scope(ALL)
def make_action(by: Membership, contract: Contract, **values: Any) -> CorrectiveAction:
    said = {**ACTION, **values}
    return action_log.create_action(
        contract=contract, values=said, by=by, creation_key=uuid.uuid4()
    )


@organization_scope(ALL)
def finish(by: Membership, action: CorrectiveAction, done_on: dt.date = TODAY) -> CorrectiveAction:
    values = {"done_on": done_on, "evidence": "Ticket 7", "check_on": later(60, done_on)}
    row = again(action)
    return action_log.finish_action(action=row, values=values, version=row.version, by=by)


@organization_scope(ALL)
def make_review(contract: Contract) -> Review:
    """The open one of the first quarter."""
    return Review.objects.create(
        organization=contract.organization,
        contract=contract,
        every="quarter",
        first_on=dt.date(2026, 1, 1),
        last_on=dt.date(2026, 3, 31),
        first_due_on=dt.date(2026, 4, 14),
        due_on=dt.date(2026, 4, 14),
    )


@organization_scope(ALL)
def make_rule(by: Membership, contract: Contract | None = None, **values: Any) -> ActionRule:
    return ActionRule.objects.create(organization=by.organization, contract=contract, **values)


@organization_scope(ALL)
def measure(by: Membership, level: Any, month: int, met: bool | None) -> Measurement:
    """Its value in that month of 2026; measured again, it is changed."""
    first_on = dt.date(2026, month, 1)
    values = {
        "organization": by.organization,
        "level": level,
        "last_on": dt.date(2026, month + 1, 1) - dt.timedelta(days=1),
        "value": Decimal(99 if met else 90),
        "met": met,
        "by": by,
    }
    row, _ = Measurement.objects.update_or_create(
        contract=level.terms.contract,
        lineage=level.lineage,
        first_on=first_on,
        defaults=values,
    )
    return row


@organization_scope(ALL)
def again(row: Any) -> Any:
    """As it is stored now, with its contract."""
    return type(row).objects.select_related("contract", "organization").get(pk=row.pk)


def later(days: int, day: dt.date = TODAY) -> dt.date:
    return day + dt.timedelta(days=days)


def posted(values: dict[str, Any], **more: Any) -> dict[str, Any]:
    """As a browser sends it."""
    sent = {**values, **more}
    return {name: "" if value is None else value for name, value in sent.items()}


def verbs(contract: Contract) -> list[str]:
    """What the audit trail says about the contract, oldest first."""
    with organization_scope(ALL):
        lines = LogEntry.objects.about(contract).order_by("pk")
        return [line.verb.removeprefix("review.") for line in lines]


def watched(row: Any) -> dict[str, dt.date]:
    """The days of this row that are watched, by kind."""
    with organization_scope(ALL):
        rows = WatchedDate.objects.about(row)
        return dict(rows.values_list("kind", "due_on"))
