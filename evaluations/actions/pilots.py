"""Trying a candidate before signing (product.md T1): preparing, starting, extending, deciding.

What is measured stands in pilot_measuring.py. Whoever writes locks the evaluation first, then the pilot, so
that nothing changes beside a closing, a reopening or an award.
"""

import uuid
from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.models import Membership
from activity import actions as activity
from activity import log
from core.errors import Refused
from core.versions import Gone, Stale, lock
from evaluations.actions.analysis import keep_analysis
from evaluations.actions.moderation import refusal
from evaluations.models import Evaluation, MeasuredMark, Pilot, PilotCriterion
from evaluations.pilots import end_day

FIELDS = ["scope", "starts_on", "ends_on", "budget", "manager"]
LINE_FIELDS = ["criterion", "text", "comparator", "target", "unit"]
MOST_LINES = 30
OPEN = (Pilot.State.DRAFT, Pilot.State.RUNNING)


class NotNow(Refused):
    """It can't be done in the state that the pilot or its evaluation is in."""


@transaction.atomic
def create_pilot(
    *, evaluation: Evaluation, values: Mapping[str, Any], by: Membership, creation_key: uuid.UUID
) -> Pilot:
    """Prepare a trial with one candidate. Sent twice, it is there once."""
    held = lock(Evaluation.objects.select_related("organization"), evaluation.pk)
    again: Pilot | None = Pilot.objects.filter(creation_key=creation_key).first()
    if again:
        return again
    if not held.is_closed:
        raise NotNow("Close the scoring first: a pilot is for those who came out ahead.")
    candidate = held.candidates.filter(pk=values["candidate"].pk).first()
    if candidate is None or candidate.in_house:
        raise Refused("Choose one of the vendors.", field="candidate")
    there = Pilot.objects.filter(candidate=candidate).order_by("-number")
    if any(pilot.state in OPEN for pilot in there):
        raise Refused(f"There is an open pilot with {candidate} already.", field="candidate")
    fields = {name: values[name] for name in FIELDS}
    _check_days(fields)
    pilot = Pilot.objects.create(
        organization=held.organization,
        candidate=candidate,
        number=there[0].number + 1 if there else 1,
        currency=held.organization.currency,
        first_ends_on=fields["ends_on"],
        creation_key=creation_key,
        created_by=by,
        **fields,
    )
    candidate.evaluation = held
    note(pilot, "prepared", by, after=_said(fields))
    return pilot


@transaction.atomic
def edit_pilot(*, pilot: Pilot, values: Mapping[str, Any], version: int, by: Membership) -> Pilot:
    """Change what is tried, when, for how much and who runs it; while it runs its end moves by extending."""
    row = hold(pilot, version=version)
    fields = {name: values[name] for name in FIELDS if name in values}
    _check_days({"starts_on": row.starts_on, "ends_on": row.ends_on, **fields})
    if row.state == Pilot.State.RUNNING:
        _check_complete({name: getattr(row, name) for name in FIELDS} | fields)
        if fields.get("ends_on", row.ends_on) != row.ends_on:
            raise Refused("It is running: extend it instead, and say why.", field="ends_on")
    before, after = log.apply_changes(row, fields)
    if after:
        if row.state == Pilot.State.DRAFT:
            row.first_ends_on = row.ends_on
        _save(row)
        note(row, "changed", by, before=before, after=after)
    return row


@transaction.atomic
def start_pilot(*, pilot: Pilot, version: int, by: Membership) -> Pilot:
    """It begins: from now on its last day is watched, and results can be noted."""
    row = hold(pilot, version=version)
    if row.state == Pilot.State.RUNNING:
        return row
    _check_complete({name: getattr(row, name) for name in FIELDS})
    if not row.criteria.exists():
        raise NotNow("Say first what the pilot has to show: add at least one success criterion.")
    row.state = Pilot.State.RUNNING
    _save(row)
    after = {"from": row.starts_on, "until": row.ends_on, "run by": row.manager}
    note(row, "started", by, after=after)
    return row


@transaction.atomic
def extend_pilot(*, pilot: Pilot, values: Mapping[str, Any], version: int, by: Membership) -> Pilot:
    """Give it more time, with the reason. `values`: ends_on, reason."""
    row = hold(pilot, version=version)
    if row.state != Pilot.State.RUNNING or row.ends_on is None:
        raise NotNow("Only a running pilot can be extended.")
    if values["ends_on"] <= row.ends_on:
        raise Refused("Choose a day after the present end.", field="ends_on")
    before = {"until": row.ends_on}
    row.ends_on, row.extended_reason = values["ends_on"], values["reason"]
    row.extended += 1
    _save(row)
    note(
        row, "extended", by, before=before, after={"until": row.ends_on, "reason": values["reason"]}
    )
    return row


@transaction.atomic
def decide_pilot(*, pilot: Pilot, values: Mapping[str, Any], version: int, by: Membership) -> Pilot:
    """Go on with them, or stop. `values`: decision, reason, spent. What was measured stays."""
    row = hold(pilot, version=version, decided=True)
    if row.state == Pilot.State.DECIDED and row.decision == values["decision"]:
        return row
    if row.state != Pilot.State.RUNNING:
        raise NotNow("Only a running pilot can be decided.")
    row.state, row.decision = Pilot.State.DECIDED, values["decision"]
    row.decision_reason, row.spent = values["reason"], values["spent"]
    row.decided_by, row.decided_at = by, timezone.now()
    _save(row)
    after = {"decision": row.get_decision_display(), "reason": values["reason"], "spent": row.spent}
    note(row, "decided", by, after=after)
    return row


@transaction.atomic
def cancel_pilot(*, pilot: Pilot, version: int, by: Membership) -> Pilot:
    """It does not take place. What it measured does not count any more."""
    row = hold(pilot, version=version)
    marks = MeasuredMark.objects.select_for_update(of=("self",)).filter(
        pilot=row, withdrawn_at=None
    )
    taken_back = list(marks.order_by("pk"))
    if taken_back:
        refuse_if_decided(row.candidate.evaluation)
    for mark in taken_back:
        mark.withdrawn_at, mark.version = timezone.now(), mark.version + 1
        mark.save()
    row.state = Pilot.State.CANCELLED
    _save(row)
    if taken_back:
        keep_analysis(evaluation=row.candidate.evaluation)
    note(row, "cancelled", by, before={"marks that it measured": len(taken_back)})
    return row


# Its success criteria --------------------------------------------------------------------------------


@transaction.atomic
def add_pilot_criterion(
    *, pilot: Pilot, values: Mapping[str, Any], version: int, by: Membership
) -> PilotCriterion:
    """One more thing that it has to show. Sent twice, the second one is told what is there."""
    row = hold(pilot, version=version)
    fields = _line(row, values)
    count = row.criteria.count()
    if count >= MOST_LINES:
        raise NotNow(f"A pilot may have {MOST_LINES} success criteria.")
    line = PilotCriterion.objects.create(
        organization_id=row.organization_id, pilot=row, position=count + 1, **fields
    )
    _save(row)
    note(row, "criterion_added", by, after=_said(fields))
    return line


@transaction.atomic
def edit_pilot_criterion(
    *, line: PilotCriterion, values: Mapping[str, Any], version: int, by: Membership
) -> PilotCriterion:
    """Say better what it has to show; not once it is measured."""
    pilot, row = hold_line(line, version)
    if row.value is not None:
        raise NotNow("This is measured already; the target stays as it was.")
    before, after = log.apply_changes(row, _line(pilot, values, row))
    if after:
        row.version += 1
        row.save()
        note(
            pilot,
            "criterion_changed",
            by,
            before={"success criterion": line.text, **before},
            after={"success criterion": row.text, **after},
        )
    return row


@transaction.atomic
def remove_pilot_criterion(*, line: PilotCriterion, by: Membership) -> None:
    """It need not show this; not once it is measured."""
    try:
        pilot, row = hold_line(line)
    except Gone:  # sent twice
        return
    if row.value is not None:
        raise NotNow("This is measured already, so it stays.")
    row.delete()
    _save(pilot)
    note(pilot, "criterion_removed", by, before={"success criterion": row.text})


# Shared -------------------------------------------------------------------------------------------------


def hold(pilot: Pilot, *, version: int | None = None, decided: bool = False) -> Pilot:
    """The pilot, locked after its evaluation. Raises NotNow if it is over, Stale if it changed."""
    evaluation = lock(
        Evaluation.objects.select_related("organization"), pilot.candidate.evaluation_id
    )
    row: Pilot = lock(Pilot.objects.select_related("candidate", "manager__user"), pilot.pk)
    row.candidate.evaluation, row.organization = evaluation, evaluation.organization
    over = row.state not in OPEN
    if over and not (decided and row.state == Pilot.State.DECIDED):
        raise NotNow(f"This pilot is over ({row.get_state_display().lower()}).")
    if version is not None and row.version != version and not over:
        raise Stale(row)
    return row


def hold_line(line: PilotCriterion, version: int | None = None) -> tuple[Pilot, PilotCriterion]:
    """One success criterion with its pilot, both locked."""
    pilot = hold(line.pilot)
    row: PilotCriterion = lock(PilotCriterion.objects.select_related("criterion", "file"), line.pk)
    row.pilot = pilot
    if version is not None and row.version != version:
        raise Stale(row)
    return pilot, row


def refuse_if_decided(evaluation: Evaluation) -> None:
    """Marks stand still while an award waits, and once it is decided."""
    why = refusal(evaluation)
    if why:
        raise NotNow(why)


def note(pilot: Pilot, verb: str, by: Membership, **said: Any) -> None:
    """A line in the history of the evaluation, where people look for it."""
    evaluation, candidate = pilot.candidate.evaluation, pilot.candidate.name
    after = {"candidate": candidate, **said.get("after", {})}
    log.record(
        by=by,
        verb=f"pilot.{verb}",
        target=evaluation,
        before=said.get("before", {}),
        after=after,
    )


def _line(
    pilot: Pilot, values: Mapping[str, Any], own: PilotCriterion | None = None
) -> dict[str, Any]:
    fields = {name: values[name] for name in LINE_FIELDS}
    criterion = fields["criterion"]
    if criterion is not None:
        if criterion.evaluation_id != pilot.candidate.evaluation_id:
            raise Refused("Choose a criterion of this evaluation.", field="criterion")
        others = pilot.criteria.filter(criterion=criterion)
        if own is not None:
            others = others.exclude(pk=own.pk)
        if others.exists():
            raise Refused("Another line measures this criterion already.", field="criterion")
    return fields


def _check_days(fields: Mapping[str, Any]) -> None:
    starts, ends = fields["starts_on"], fields["ends_on"]
    if starts and ends and ends <= starts:
        raise Refused("The last day comes after the first.", field="ends_on")


def _check_complete(fields: Mapping[str, Any]) -> None:
    words = {
        "scope": "Say what is tried.",
        "starts_on": "Say when it begins.",
        "ends_on": "Say when it ends.",
        "manager": "Name who runs it.",
    }
    missing = [sentence for name, sentence in words.items() if not fields[name]]
    if missing:
        raise NotNow(" ".join(missing))


def _save(pilot: Pilot) -> None:
    pilot.version += 1
    pilot.save()
    activity.watch(day=end_day(pilot))


def _said(fields: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in fields.items() if value not in (None, "")}
