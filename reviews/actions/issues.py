"""The issue log of a contract: what went wrong, and that it was resolved or came back."""

import datetime as dt
import uuid
from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.models import Membership
from activity import log
from contracts.actions.refusals import NotComplete, NotFit, NotNow
from contracts.models import Contract
from core.versions import lock
from reviews import given_mail
from reviews.actions.action_log import State, reopen_actions
from reviews.actions.holding import check_people, hold, note, said
from reviews.models import CorrectiveAction, Issue, Review

FIELDS = ["title", "description", "severity", "source", "side", "owner", "contact", "opened_on"]
FIELDS += ["review", "measurement", "survey", "recurs"]
# What came back is to be mended within so many days, unless the action's own day is later.
AGAIN_DAYS = 30


@transaction.atomic
def create_issue(
    *, contract: Contract, values: Mapping[str, Any], by: Membership, creation_key: uuid.UUID
) -> Issue:
    """Note what went wrong. Sent twice, it is there once. If an earlier one `recurs`, what was done about
    that one did not help: its actions are open again."""
    row = hold(contract)
    there: Issue | None = row.organization.issue_set.filter(creation_key=creation_key).first()
    if there:
        return there
    fields = {name: values[name] for name in FIELDS if name in values}
    fields.setdefault("opened_on", timezone.localdate())
    _check(row, fields)
    issue: Issue = Issue.objects.create(
        organization=row.organization,
        contract=row,
        created_by=by,
        creation_key=creation_key,
        **fields,
    )
    more = {name: value for name, value in fields.items() if name != "title"}
    note(row, "issue_opened", by, after={"issue": issue.title, **said(more)})
    given_mail.issue_given(issue, row, by)
    if issue.recurs:
        came_back(row, issue.recurs, by, f"It came back as “{issue.title}”.")
    return issue


@transaction.atomic
def add_review_issue(
    *, review: Review, values: Mapping[str, Any], by: Membership, creation_key: uuid.UUID
) -> Issue:
    """Note what went wrong while a review is being recorded. Raises NotNow once it is closed."""
    contract = hold(review.contract)
    row: Review = lock(Review.objects.all(), review.pk)
    noted = contract.issues.filter(creation_key=creation_key).exists()
    if not (row.is_open or noted):
        raise NotNow("This review is not open any more. Add the issue to the contract instead.")
    values = {**values, "review": review, "source": Issue.Source.REVIEW}
    return create_issue(contract=contract, values=values, by=by, creation_key=creation_key)


@transaction.atomic
def edit_issue(*, issue: Issue, values: Mapping[str, Any], version: int, by: Membership) -> Issue:
    """Change what is known about it, unless somebody was quicker."""
    contract, row = _hold_issue(issue, version)
    title = row.title
    fields = {name: values[name] for name in FIELDS if name in values}
    _check(contract, fields, row)
    was_recurrence_of = row.recurs_id
    before, after = log.apply_changes(row, fields)
    if after:
        _save(row)
        note(
            contract,
            "issue_changed",
            by,
            before={"issue": title, **before},
            after={"issue": row.title, **after},
        )
        if "owner" in after:
            given_mail.issue_given(row, contract, by)
        if row.recurs and row.recurs_id != was_recurrence_of:
            came_back(contract, row.recurs, by, f"It came back as “{row.title}”.")
    return row


@transaction.atomic
def resolve_issue(
    *, issue: Issue, values: Mapping[str, Any], version: int, by: Membership
) -> Issue:
    """It is settled, and how. Actions about it go on by themselves."""
    contract, row = _hold_issue(issue, version)
    if row.state == Issue.State.RESOLVED:
        raise NotNow("This issue is resolved already.")
    if values["resolved_on"] > timezone.localdate():
        raise NotFit("This day lies ahead.", field="resolved_on")
    if values["resolved_on"] < row.opened_on:
        raise NotFit("That is before the issue was noticed.", field="resolved_on")
    if not values["resolution"].strip():
        raise NotComplete("How was it settled?", field="resolution")
    row.state = Issue.State.RESOLVED
    row.resolved_on, row.resolution = values["resolved_on"], values["resolution"]
    _save(row)
    after = {"issue": row.title, "resolution": row.resolution, "resolved_on": row.resolved_on}
    note(contract, "issue_resolved", by, after=after)
    return row


@transaction.atomic
def reopen_issue(*, issue: Issue, values: Mapping[str, Any], version: int, by: Membership) -> Issue:
    """It is there again, so what was done about it did not help: its actions are open again."""
    contract, row = _hold_issue(issue, version)
    if row.state == Issue.State.OPEN:
        raise NotNow("This issue is open already.")
    reopen_quietly(contract, row, by, values["reason"])
    came_back(contract, row, by, values["reason"])
    return row


def reopen_quietly(contract: Contract, issue: Issue, by: Membership, why: str) -> None:
    """Open it again, without its actions; for an issue of a held contract."""
    if issue.state == Issue.State.OPEN:
        return
    issue.state, issue.resolved_on = Issue.State.OPEN, None
    _save(issue)
    note(contract, "issue_open_again", by, after={"issue": issue.title, "why": why})


def came_back(contract: Contract, issue: Issue, by: Membership, why: str) -> None:
    """Open again what was done about an issue that came back."""
    rows = issue.actions.filter(state__in=[State.DONE, State.EFFECTIVE])
    rows = rows.select_for_update(of=("self",), no_key=True).select_related("owner").order_by("pk")
    due_on = timezone.localdate() + dt.timedelta(days=AGAIN_DAYS)
    found: list[CorrectiveAction] = list(rows)
    for row in found:
        row.check_note = why
    reopen_actions(contract, found, due_on, by, why)


def _hold_issue(issue: Issue, version: int) -> tuple[Contract, Issue]:
    contract = hold(issue.contract)
    rows = contract.issues.select_related("owner__user", "contact", "recurs")
    row: Issue = lock(rows, issue.pk, version)
    row.contract = contract
    return contract, row


def _save(row: Issue) -> None:
    row.version += 1
    row.save()


def _check(contract: Contract, fields: Mapping[str, Any], row: Issue | None = None) -> None:
    check_people(contract, fields)
    if fields.get("opened_on") and fields["opened_on"] > timezone.localdate():
        raise NotFit("This day lies ahead.", field="opened_on")
    for name in ("review", "measurement", "survey", "recurs"):
        other = fields.get(name)
        if other and other.contract_id != contract.pk:
            raise NotFit("That belongs to another contract.", field=name)
    earlier = fields.get("recurs")
    if row and earlier and earlier.pk == row.pk:
        raise NotFit("An issue is no recurrence of itself.", field="recurs")
