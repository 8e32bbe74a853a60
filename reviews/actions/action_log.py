"""Corrective actions: agreed, to be done, done, checked, and open again if they did not help."""

import datetime as dt
import uuid
from collections.abc import Iterable, Mapping
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.models import Membership
from activity import log
from activity.actions.watching import watch_days
from contracts.actions.refusals import NotComplete, NotFit, NotNow
from contracts.models import Contract
from core.templatetags.ui import format_date
from core.versions import lock
from reviews import given_mail
from reviews.actions.holding import check_people, hold, note, said
from reviews.improving_days import CHECK_FROM, CHECK_UNTIL, check_window, days_of_action
from reviews.models import CorrectiveAction, Review

State = CorrectiveAction.State
FIELDS = ["title", "issue", "cause", "correction", "prevention", "side", "owner", "contact"]
FIELDS += ["due_on"]
UNSETTLED = (State.AGREED, State.OPEN, State.DONE)


# Beginning ------------------------------------------------------------------------------------------


@transaction.atomic
def create_action(
    *, contract: Contract, values: Mapping[str, Any], by: Membership, creation_key: uuid.UUID
) -> CorrectiveAction:
    """Write down what is to be done, by whom and until when. Sent twice, it is there once."""
    row = hold(contract)
    there = _there(row, creation_key)
    return there or start(row, values, by, "action_opened", creation_key=creation_key)


@transaction.atomic
def add_agreed_action(
    *, review: Review, values: Mapping[str, Any], by: Membership, creation_key: uuid.UUID
) -> CorrectiveAction:
    """Agree on an action in a review that is open; it opens when the review is closed."""
    row: Review = lock(_with_contract(), review.pk)
    contract = row.contract
    there = _there(contract, creation_key)
    if there:
        return there
    if not row.is_open:
        raise NotNow("This review is not open any more. Add the action to the contract instead.")
    more = {"review": row, "state": State.AGREED, "creation_key": creation_key}
    return start(contract, values, by, "action_agreed", **more)


@transaction.atomic
def open_agreed(*, review: Review, by: Membership) -> list[CorrectiveAction]:
    """The review is closed (or will not be held): what was agreed in it is to be done from now on."""
    contract = _with_contract().get(pk=review.pk).contract
    rows = review.actions.filter(state=State.AGREED).select_for_update(of=("self",), no_key=True)
    opened = list(rows.select_related("owner").order_by("pk"))
    for row in opened:
        row.contract, row.state = contract, State.OPEN
        row.version += 1
        row.save()
        note(contract, "action_opened", by, after=_line(row))
        given_mail.action_given(row, contract, by)
    _watch(contract, opened)
    return opened


def start(
    contract: Contract, values: Mapping[str, Any], by: Membership, verb: str, **more: Any
) -> CorrectiveAction:
    """A new action of a contract that is held; other actions of this app begin theirs by it."""
    fields = {name: values[name] for name in FIELDS if name in values}
    _check(contract, fields)
    row: CorrectiveAction = CorrectiveAction.objects.create(
        organization=contract.organization, contract=contract, created_by=by, **fields, **more
    )
    _watch(contract, [row])
    note(contract, verb, by, after={"action": row.title, **said(_without(fields, "title"))})
    given_mail.action_given(row, contract, by)
    return row


# Changing -------------------------------------------------------------------------------------------


@transaction.atomic
def edit_action(
    *, action: CorrectiveAction, values: Mapping[str, Any], version: int, by: Membership
) -> CorrectiveAction:
    """Change what is to be done, by whom or until when, unless somebody was quicker."""
    contract, row = _hold_action(action, version)
    if row.state not in UNSETTLED:
        raise NotNow("This action is settled; what it says stays as it was.")
    title = row.title
    fields = {name: values[name] for name in FIELDS if name in values}
    _check(contract, fields)
    before, after = log.apply_changes(row, fields)
    if after:
        _save(contract, row)
        note(
            contract,
            "action_changed",
            by,
            before={"action": title, **before},
            after={"action": row.title, **after},
        )
        if "owner" in after:
            given_mail.action_given(row, contract, by)
    return row


@transaction.atomic
def finish_action(
    *, action: CorrectiveAction, values: Mapping[str, Any], version: int, by: Membership
) -> CorrectiveAction:
    """It was done on `done_on`, as the `evidence` shows; whether it helped is looked at on `check_on`."""
    contract, row = _hold_action(action, version)
    if row.state not in UNSETTLED:
        raise NotNow("This action is settled already.")
    done_on, check_on = values["done_on"], values["check_on"]
    if done_on > timezone.localdate():
        raise NotFit("This day lies ahead.", field="done_on")
    first, last = check_window(done_on)
    if not first <= check_on <= last:
        words = (
            f"Look at the effect {CHECK_FROM} to {CHECK_UNTIL} days after it was done:"
            f" {_days(contract, first, last)}."
        )
        raise NotFit(words, field="check_on")
    if not values["evidence"].strip():
        raise NotComplete("What shows that it was done?", field="evidence")
    wanted = {"done_on": done_on, "evidence": values["evidence"], "check_on": check_on}
    _, after = log.apply_changes(row, {**wanted, "state": State.DONE})
    if after:
        _save(contract, row)
        note(contract, "action_done", by, after={"action": row.title, **wanted})
    return row


@transaction.atomic
def check_action(
    *, action: CorrectiveAction, values: Mapping[str, Any], version: int, by: Membership
) -> CorrectiveAction:
    """Say whether it helped (`helped`: "yes" or "no"). If not, it is open again, due on `due_on`."""
    contract, row = _hold_action(action, version)
    if row.state != State.DONE or row.done_on is None:
        raise NotNow("Only of an action that was done can be said whether it helped.")
    today = timezone.localdate()
    if values["helped"] == "yes":
        first, _ = check_window(row.done_on)
        if today < first:
            day = format_date(first, contract.organization)
            words = f"It is too early to say that it helped. That can be told from {day} on."
            raise NotNow(words, field="helped")
        row.state = State.EFFECTIVE
    else:
        if values["due_on"] is None:
            raise NotComplete("Until when is it to be done again?", field="due_on")
        _again(row, values["due_on"])
    row.checked_on, row.checked_by, row.check_note = today, by, values["check_note"]
    _save(contract, row)
    verb = "action_helped" if row.state == State.EFFECTIVE else "action_open_again"
    due = {"due_on": row.due_on} if row.state == State.OPEN else {}
    note(contract, verb, by, after={"action": row.title, **said({"note": row.check_note}), **due})
    return row


@transaction.atomic
def reopen_action(
    *, action: CorrectiveAction, values: Mapping[str, Any], version: int, by: Membership
) -> CorrectiveAction:
    """It had helped, and yet it came back: the action is open again."""
    contract, row = _hold_action(action, version)
    if row.state != State.EFFECTIVE:
        raise NotNow("Only an action that had helped can be opened again.")
    row.check_note = values["check_note"]
    reopen_actions(contract, [row], values["due_on"], by, values["check_note"])
    return row


def reopen_actions(
    contract: Contract,
    rows: Iterable[CorrectiveAction],
    due_on: dt.date,
    by: Membership,
    why: str,
) -> None:
    """What was done about it did not keep it from coming back; for locked rows of a held contract."""
    for row in rows:
        _again(row, due_on)
        _save(contract, row)
        note(
            contract,
            "action_open_again",
            by,
            after={"action": row.title, "why": why, "due": due_on},
        )


@transaction.atomic
def cancel_action(
    *, action: CorrectiveAction, values: Mapping[str, Any], version: int, by: Membership
) -> CorrectiveAction:
    """It is not needed any more, for a reason."""
    contract, row = _hold_action(action, version)
    if row.state == State.CANCELLED:
        return row
    if row.state not in UNSETTLED:
        raise NotNow("This action has helped already; there is nothing to cancel.")
    row.state, row.cancelled_reason = State.CANCELLED, values["cancelled_reason"]
    _save(contract, row)
    after = {"action": row.title, "reason": row.cancelled_reason}
    note(contract, "action_cancelled", by, after=after)
    return row


# Helpers --------------------------------------------------------------------------------------------


def _with_contract() -> Any:
    people = ("contract__organization", "contract__vendor", "contract__manager")
    return Review.objects.select_related(*people)


def _there(contract: Contract, creation_key: uuid.UUID) -> CorrectiveAction | None:
    found: CorrectiveAction | None = contract.organization.correctiveaction_set.filter(
        creation_key=creation_key
    ).first()
    return found


def _hold_action(action: CorrectiveAction, version: int) -> tuple[Contract, CorrectiveAction]:
    contract = hold(action.contract)
    rows = contract.corrective_actions.select_related("owner__user", "contact", "issue")
    row: CorrectiveAction = lock(rows, action.pk, version)
    row.contract = contract
    return contract, row


def _check(contract: Contract, fields: Mapping[str, Any]) -> None:
    check_people(contract, fields)
    issue = fields.get("issue")
    if issue and issue.contract_id != contract.pk:
        raise NotFit("This issue is one of another contract.", field="issue")


def _again(row: CorrectiveAction, due_on: dt.date) -> None:
    if due_on < timezone.localdate():
        raise NotFit("This day has passed. Choose one that can still be kept.", field="due_on")
    row.state, row.due_on = State.OPEN, due_on
    row.done_on = row.check_on = None
    row.reopened_count += 1


def _save(contract: Contract, row: CorrectiveAction) -> None:
    row.version += 1
    row.save()
    _watch(contract, [row])


def _watch(contract: Contract, rows: Iterable[CorrectiveAction]) -> None:
    days = [day for row in rows for day in days_of_action(contract, row)]
    if days:
        watch_days(days=days)


def _line(row: CorrectiveAction) -> dict[str, Any]:
    return {"action": row.title, "side": row.side, "due_on": row.due_on}


def _without(values: Mapping[str, Any], name: str) -> dict[str, Any]:
    return {key: value for key, value in values.items() if key != name}


def _days(contract: Contract, first: dt.date, last: dt.date) -> str:
    write = contract.organization
    return f"{format_date(first, write)} to {format_date(last, write)}"
