"""Rules that start corrective actions by themselves, and what they start."""

import datetime as dt
import uuid
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.models import Membership, Organization
from activity import log
from contracts.actions.refusals import NotFit
from contracts.level_reading import level_of
from contracts.models import Contract
from core.errors import Refused
from core.periods import period_of, previous_period
from core.templatetags.ui import format_date
from core.versions import lock
from reviews import action_rules as pure
from reviews import given_mail
from reviews.actions.action_log import reopen_actions, start
from reviews.actions.holding import NOT_SIGNED, hold, note, worded
from reviews.actions.issues import reopen_quietly
from reviews.measured import target_words, value_words
from reviews.models import ActionRule, CorrectiveAction, Issue, Measurement

State = CorrectiveAction.State
FIELDS = ["misses", "windows", "severity", "due_days", "is_active"]
MOST_RULES = 100


# The rules ------------------------------------------------------------------------------------------


@transaction.atomic
def add_rule(
    *,
    organization: Organization,
    contract: Contract | None,
    values: Mapping[str, Any],
    by: Membership,
) -> ActionRule:
    """Say after how many misses an action starts by itself, for one contract or for all (None)."""
    fields = {name: values[name] for name in FIELDS}
    _check(fields)
    if contract and not contract.is_signed:
        raise NotFit(NOT_SIGNED)
    # Held, so that two clicks at once make one rule.
    Organization.objects.select_for_update(no_key=True).get(pk=organization.pk)
    rules = organization.actionrule_set
    there: ActionRule | None = rules.filter(
        contract=contract, misses=fields["misses"], windows=fields["windows"]
    ).first()
    if there and {name: getattr(there, name) for name in FIELDS} == fields:
        return there
    if there:
        raise NotFit("There is such a rule already. Change that one.", field="misses")
    if rules.count() >= MOST_RULES:
        raise Refused(f"There can be {MOST_RULES} rules at most.")
    rule: ActionRule = rules.create(contract=contract, **fields)
    after = {"contract": contract, **fields} if contract else fields
    log.record(by=by, verb="review.rule_added", target=rule, after=worded(after))
    return rule


@transaction.atomic
def edit_rule(
    *, rule: ActionRule, values: Mapping[str, Any], version: int, by: Membership
) -> ActionRule:
    """Change a rule, unless somebody was quicker; what it started already stays."""
    row: ActionRule = lock(ActionRule.objects.select_related("contract"), rule.pk, version)
    fields = {name: values[name] for name in FIELDS if name in values}
    _check(fields)
    before, after = log.apply_changes(row, fields)
    if after:
        row.version += 1
        row.save()
        log.record(
            by=by,
            verb="review.rule_changed",
            target=row,
            before=worded(before),
            after=worded(after),
        )
    return row


@transaction.atomic
def remove_rule(*, rule: ActionRule, by: Membership) -> None:
    """Take a rule away; the actions that it started stay."""
    row = rule.organization.actionrule_set.filter(pk=rule.pk).first()
    if row is None:
        return
    log.record(by=by, verb="review.rule_removed", target=row, before={"rule": str(row)})
    row.delete()


def _check(fields: Mapping[str, Any]) -> None:
    if fields["windows"] < fields["misses"]:
        words = "There can't be more misses than windows, so this would never come true."
        raise NotFit(words, field="windows")
    if fields["windows"] > pure.MOST_WINDOWS:
        raise NotFit(f"Look back {pure.MOST_WINDOWS} windows at most.", field="windows")


# What they start ------------------------------------------------------------------------------------


@transaction.atomic
def apply_rules(*, contract: Contract, by: Membership) -> list[CorrectiveAction]:
    """Start, or open again, the actions that the rules ask for after measurements were saved.

    A contract with rules of its own follows only those. One promise has one running action at a time,
    and no miss starts two. What was done about it before, and did not keep it from coming back, is
    opened again. Returns the actions that began or are open again; called twice, the second finds none.
    """
    row = hold(contract)
    rules = _rules_of(row)
    if not rules:
        return []
    history = _history(row)
    found = []
    for values in _measured(row, max(rule.windows for rule in rules)).values():
        action = _apply(row, rules, values, history.get(values[0].lineage, []), by)
        if action:
            found.append(action)
    given_mail.started_by_rule(found, row, by)
    return found


def _rules_of(contract: Contract) -> list[ActionRule]:
    """Those that count, the sternest first: of two that come true the sooner one starts the action."""
    rows = ActionRule.objects.filter(contract=contract)
    if not rows.exists():
        rows = ActionRule.objects.filter(contract=None)
    return list(rows.filter(is_active=True).order_by("misses", "windows", "pk"))


def _history(contract: Contract) -> dict[uuid.UUID, list[CorrectiveAction]]:
    """What rules started before, by promise, the oldest first."""
    rows = contract.corrective_actions.exclude(rule_key="").select_for_update(
        of=("self",), no_key=True
    )
    found: dict[uuid.UUID, list[CorrectiveAction]] = {}
    for action in rows.select_related("owner", "issue").order_by("pk"):
        action.contract = contract
        found.setdefault(pure.read_key(action.rule_key).lineage, []).append(action)
    return found


def _measured(contract: Contract, windows: int) -> dict[uuid.UUID, list[Measurement]]:
    """The newest measurements of each promise, the newest first: as many as any rule looks at."""
    rows = Measurement.objects.filter(contract=contract).select_related("level").newest_first()
    found: dict[uuid.UUID, list[Measurement]] = {}
    for row in rows:
        kept = found.setdefault(row.lineage, [])
        if len(kept) < windows:
            kept.append(row)
    return found


def _apply(
    contract: Contract,
    rules: Sequence[ActionRule],
    values: Sequence[Measurement],
    before: Sequence[CorrectiveAction],
    by: Membership,
) -> CorrectiveAction | None:
    if any(action.state in {State.OPEN, State.AGREED} for action in before):
        return None
    counted = max((pure.read_key(action.rule_key).first_on for action in before), default=None)
    windows = _windows(contract, values, max(rule.windows for rule in rules))
    for rule in rules:
        missed_on = pure.comes_true(windows, rule.misses, rule.windows, counted)
        if missed_on:
            missed = _measurement_of(contract, values, missed_on)
            key = pure.write_key(pure.Started(rule.pk, missed.lineage, missed_on))
            return _begin(contract, rule, missed, key, before, by, _said(contract, rule, values))
    return None


def _windows(contract: Contract, values: Sequence[Measurement], count: int) -> list[pure.Window]:
    """The newest `count` windows of the calendar, those without a measurement among them."""
    every, month = values[0].level.window, contract.organization.fiscal_month
    met = {period_of(row.first_on, every, month).first_on: row.met for row in reversed(values)}
    period = period_of(values[0].first_on, every, month)
    found = []
    for _ in range(count):
        found.append(pure.Window(period.first_on, met.get(period.first_on)))
        period = previous_period(period, every, month)
    return found


def _measurement_of(
    contract: Contract, values: Iterable[Measurement], first_on: dt.date
) -> Measurement:
    month = contract.organization.fiscal_month
    return next(
        row
        for row in values
        if period_of(row.first_on, row.level.window, month).first_on == first_on
    )


def _said(contract: Contract, rule: ActionRule, values: Sequence[Measurement]) -> str:
    """What was promised, and the newest missed values, a line each."""
    newest = values[0]
    missed = [row for row in values[: rule.windows] if row.met is False]
    write = contract.organization
    return "\n".join(
        [
            f"Promised: {target_words(level_of(newest.level))}.",
            *(
                f"{format_date(row.first_on, write)} to {format_date(row.last_on, write)}:"
                f" {value_words(level_of(row.level), row)}"
                for row in reversed(missed)
            ),
        ]
    )


def _begin(
    contract: Contract,
    rule: ActionRule,
    missed: Measurement,
    key: str,
    before: Sequence[CorrectiveAction],
    by: Membership,
    description: str,
) -> CorrectiveAction:
    due_on = timezone.localdate() + dt.timedelta(days=rule.due_days)
    name = level_of(missed.level).full_name
    why = f"“{name}” was missed again: {pure.in_words(rule.misses, rule.windows)}."
    last = before[-1] if before else None
    if last and last.state in {State.DONE, State.EFFECTIVE}:
        last.rule_key = key
        if last.issue:
            reopen_quietly(contract, last.issue, by, why)
        last.check_note = why
        reopen_actions(contract, [last], due_on, by, why)
        return last
    title = f"“{name}” was missed: {pure.in_words(rule.misses, rule.windows)}"
    issue = Issue.objects.create(
        organization=contract.organization,
        contract=contract,
        title=title[:200],
        description=description,
        severity=rule.severity,
        source=Issue.Source.MEASUREMENT,
        measurement=missed,
        side="vendor",
        opened_on=timezone.localdate(),
        created_by=by,
    )
    note(contract, "issue_opened_by_rule", by, after={"issue": issue.title})
    values = {
        "title": f"Find out why “{name}” is missed, and mend it"[:200],
        "issue": issue,
        "side": "vendor",
        "due_on": due_on,
    }
    return start(contract, values, by, "action_opened_by_rule", rule=rule, rule_key=key)
