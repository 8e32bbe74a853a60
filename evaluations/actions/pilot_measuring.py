"""Noting what a pilot measured. With a criterion, the measured mark counts instead of what was estimated."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.models import Membership
from core.errors import Refused
from core.files import drop_file, keep_file, undone_on_failure
from evaluations.actions.analysis import keep_analysis
from evaluations.actions.pilots import NotNow, hold_line, note, refuse_if_decided
from evaluations.models import MeasuredMark, Pilot, PilotCriterion
from evaluations.pilots import Result, is_met, mark_on


@undone_on_failure
@transaction.atomic
def measure_pilot(
    *, line: PilotCriterion, values: Mapping[str, Any], version: int, by: Membership
) -> PilotCriterion:
    """What came out, what it rests on, and the mark that follows from it.

    `values`: value, measured_on, evidence, file (an upload or None), mark (text), mark_reason.
    Raises Refused at the field, Stale if somebody noted another value meanwhile.
    """
    pilot, row = hold_line(line, version)
    if pilot.state != Pilot.State.RUNNING:
        raise NotNow("Start the pilot first: nothing can be measured before.")
    if values["measured_on"] > timezone.localdate():
        raise Refused("This day lies ahead.", field="measured_on")
    mark = _read_mark(row, values)
    before, old = _as_said(row), row.file
    row.value, row.measured_on = values["value"], values["measured_on"]
    row.evidence, row.mark_reason = values["evidence"], values["mark_reason"]
    if values.get("file"):
        paper = values["file"]
        row.file = keep_file(paper.upload, paper.accepted.name, organization=pilot.organization)
    changed = mark != row.mark
    row.mark = mark
    row.version += 1
    row.save()
    if row.file != old:
        drop_file(old)
    if changed or mark is not None:
        _let_count(pilot, row, by)
    note(pilot, "measured", by, before=before, after=_as_said(row))
    if changed:
        keep_analysis(evaluation=pilot.candidate.evaluation)
    return row


def _read_mark(row: PilotCriterion, values: Mapping[str, Any]) -> Decimal | None:
    text = values["mark"].strip()
    if row.criterion is None:
        return None
    try:
        mark = mark_on(row.criterion, text)
    except ValueError as error:
        raise Refused(str(error), field="mark") from None
    if mark is not None and not values["mark_reason"].strip():
        raise Refused("Say in a few words why this mark follows.", field="mark_reason")
    return mark


def _let_count(pilot: Pilot, row: PilotCriterion, by: Membership) -> None:
    """Put the mark in the place of the estimates, or take it out again. One cell has one measured mark."""
    rows = MeasuredMark.objects.select_for_update(of=("self",))
    stored = rows.filter(candidate=pilot.candidate, criterion=row.criterion).first()
    if stored is None and row.mark is None:
        return
    reason = f"{row.text}: {Result(row, None).value_words}. {row.mark_reason}".strip()
    same = (
        stored
        and stored.withdrawn_at is None
        and (stored.mark, stored.reason) == (row.mark, reason)
    )
    if same:
        return
    refuse_if_decided(pilot.candidate.evaluation)
    mark = stored or MeasuredMark(
        organization_id=pilot.organization_id,
        candidate=pilot.candidate,
        criterion=row.criterion,
        version=0,
    )
    if row.mark is None:
        mark.withdrawn_at = timezone.now()
    else:
        mark.mark, mark.reason, mark.pilot = row.mark, reason[:2000], pilot
        mark.by, mark.by_name = by, by.name
        mark.measured_at, mark.withdrawn_at = timezone.now(), None
    mark.version += 1
    mark.save()


def _as_said(row: PilotCriterion) -> dict[str, Any]:
    said = {"success criterion": row.text}
    if row.value is not None:
        met = is_met(row, row.value)
        said["measured"] = f"{Result(row, met).value_words}, {'reached' if met else 'missed'}"
        said["evidence"] = row.evidence
    if row.mark is not None:
        said["mark"] = f"{row.mark}, because: {row.mark_reason}"
    return said
