"""What we make of a vendor's answers: a verdict for each, gaps to be mended, and the round closed."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.models import Membership
from activity import log
from activity.links import end_link
from core.errors import Refused
from core.periods import months_later
from core.versions import lock
from vendors import diligence
from vendors.actions.diligence import lock_round
from vendors.diligence_days import watch_gap, watch_round
from vendors.diligence_queries import answers_of, given_of, questions_asked
from vendors.models import DiligenceAnswer, DiligenceCheck, DiligenceGap

State = DiligenceCheck.State
GapState = DiligenceGap.State
GAP_FIELDS = ("text", "severity", "due_on", "owner")


@dataclass(frozen=True)
class Judgement:
    """At one question: the verdict ("" is not judged yet) with a note, and the severity of the gap that is
    to be noted ("" is none)."""

    verdict: str = ""
    note: str = ""
    gap: str = ""


@transaction.atomic
def judge(
    *,
    check: DiligenceCheck,
    values: Mapping[str, Any],
    version: int,
    closes: bool,
    by: Membership,
) -> DiligenceCheck:
    """Keep verdicts and new gaps; `closes` freezes the round with its result and ends the link.

    `values`: judgements {question: Judgement}, rest_believed (every answer without a verdict counts as
    plausible when the round is closed), summary, repeat_months (None: not again).
    """
    row = lock_round(check, version)
    if row.state != State.ANSWERED:
        raise Refused("Only answers that are handed in can be judged, and only once.")
    judgements: Mapping[str, Judgement] = values["judgements"]
    said = answers_of(row)
    judged = _keep_verdicts(said, judgements)
    gaps = _note_gaps(row, said, judgements, by)
    row.summary, row.repeat_months = values["summary"], values["repeat_months"]
    if closes:
        _close(row, said, rest_believed=values["rest_believed"], by=by)
    row.version += 1
    row.save()
    watch_round(row)
    known = {"round": row.number, "judged": judged, "gaps": [gap.text for gap in gaps]}
    if closes:
        known |= {"result": row.score, "coverage": row.coverage, "again_on": row.repeat_on}
    verb = "vendor.security_judged" if closes else "vendor.security_verdicts_saved"
    log.record(by=by, verb=verb, target=row.vendor, after=known)
    return row


def _keep_verdicts(
    said: Mapping[str, DiligenceAnswer], judgements: Mapping[str, Judgement]
) -> list[str]:
    """The questions whose verdict or note changed. What is not answered has none."""
    changed = []
    for key, judgement in judgements.items():
        answer = said.get(key)
        if answer is None or not answer.answer:
            continue
        if (answer.verdict, answer.verdict_note) != (judgement.verdict, judgement.note):
            answer.verdict, answer.verdict_note = judgement.verdict, judgement.note
            answer.save()
            changed.append(key)
    return changed


def _note_gaps(
    check: DiligenceCheck,
    said: Mapping[str, DiligenceAnswer],
    judgements: Mapping[str, Judgement],
    by: Membership,
) -> list[DiligenceGap]:
    """One for each question at most."""
    questions = questions_asked(check)
    there = set(check.gaps.values_list("question", flat=True))
    made = []
    for key, judgement in judgements.items():
        if not judgement.gap or key in there or key not in questions:
            continue
        proposed = diligence.proposed_gap(questions[key], given_of(said.get(key)))
        text = proposed.text if proposed else questions[key].topic
        made.append(
            DiligenceGap.objects.create(
                organization_id=check.organization_id,
                check_asked=check,
                question=key,
                text=text,
                severity=judgement.gap,
                owner=check.responsible or by,
            )
        )
    return made


def _close(
    check: DiligenceCheck,
    said: Mapping[str, DiligenceAnswer],
    *,
    rest_believed: bool,
    by: Membership,
) -> None:
    questions = questions_asked(check)
    left = [row for key, row in said.items() if key in questions and row.answer and not row.verdict]
    if left and not rest_believed:
        count = "1 answer is" if len(left) == 1 else f"{len(left)} answers are"
        raise Refused(
            f"{count} not judged yet. Judge them, or tick that the rest counts as plausible.",
            field="rest_believed",
        )
    for answer in left:
        answer.verdict = DiligenceAnswer.Verdict.BELIEVED
        answer.save()
    given = {key: given_of(row) for key, row in said.items()}
    found = diligence.result(questions.values(), given)
    now = timezone.now()
    check.score, check.coverage = found.score, found.coverage
    check.state, check.judged_at, check.judged_by = State.JUDGED, now, by
    months = check.repeat_months
    check.repeat_on = months_later(timezone.localdate(), months) if months else None
    if check.token_hash is not None:
        end_link(check, now=now)


@transaction.atomic
def add_gap(
    *,
    check: DiligenceCheck,
    values: Mapping[str, Any],
    creation_key: uuid.UUID,
    by: Membership,
) -> DiligenceGap:
    """Note a gap that no question shows, or that was found later. Sent twice, it is there once."""
    row = lock_round(check)
    again: DiligenceGap | None = DiligenceGap.objects.filter(
        organization=row.organization, creation_key=creation_key
    ).first()
    if again is not None:
        return again
    if row.state == State.WITHDRAWN:
        raise Refused("This round is withdrawn: begin another one.")
    gap: DiligenceGap = DiligenceGap.objects.create(
        organization=row.organization,
        check_asked=row,
        creation_key=creation_key,
        **{name: values[name] for name in GAP_FIELDS},
    )
    _follow(gap, row)
    log.record(
        by=by,
        verb="vendor.security_gap_noted",
        target=row.vendor,
        after={"gap": gap.text, "severity": gap.severity, "due_on": gap.due_on},
    )
    return gap


@transaction.atomic
def edit_gap(
    *, gap: DiligenceGap, values: Mapping[str, Any], version: int, by: Membership
) -> DiligenceGap:
    """Say better what is missing, how bad that is, who sees to it and until when."""
    row, check = _lock_gap(gap, version)
    before, after = log.apply_changes(row, {name: values[name] for name in GAP_FIELDS})
    if after:
        row.version += 1
        row.save()
        _follow(row, check)
        known = {"gap": row.text}
        log.record(
            by=by,
            verb="vendor.security_gap_changed",
            target=check.vendor,
            before={**known, **before},
            after={**known, **after},
        )
    return row


@transaction.atomic
def settle_gap(
    *, gap: DiligenceGap, values: Mapping[str, Any], version: int, by: Membership
) -> DiligenceGap:
    """It is mended, or knowingly accepted, or open again. `values`: state, note."""
    row, check = _lock_gap(gap, version)
    state = values["state"]
    if state != GapState.OPEN and not values["note"]:
        raise Refused("Say what shows that it is mended, or why it is accepted.", field="note")
    before = row.state
    row.state, row.note = state, values["note"]
    row.settled_on = None if state == GapState.OPEN else timezone.localdate()
    row.version += 1
    row.save()
    _follow(row, check)
    log.record(
        by=by,
        verb="vendor.security_gap_settled" if row.settled_on else "vendor.security_gap_opened",
        target=check.vendor,
        before={"gap": row.text, "state": before},
        after={"gap": row.text, "state": row.state, "note": row.note},
    )
    return row


def _lock_gap(gap: DiligenceGap, version: int) -> tuple[DiligenceGap, DiligenceCheck]:
    check = lock_round(gap.check_asked)
    rows = DiligenceGap.objects.select_related("organization", "owner__user")
    row: DiligenceGap = lock(rows, gap.pk, version)
    return row, check


def _follow(gap: DiligenceGap, check: DiligenceCheck) -> None:
    gap.organization = check.organization
    watch_gap(gap, check.vendor)
