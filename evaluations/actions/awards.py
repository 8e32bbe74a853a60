"""The award from a draft to its announcement. Each step locks the evaluation, then the award.

So nothing is decided beside a reopening, and of two people who decide at once the second is told.
The reading of who may do what is in accounts/permissions.py; what must hold besides is here.
"""

import uuid
from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.models import Membership, Organization
from accounts.permissions import Perm
from activity import log
from core.errors import Refused
from core.versions import Stale, lock
from evaluations import award_mail, awards
from evaluations.actions.award_conditions import ConditionDraft, replace_conditions
from evaluations.actions.award_record import freeze_award
from evaluations.models import Award, Evaluation

State = Award.State


class NotNow(Refused):
    """The award, or its evaluation, is not in the state for this."""


class AlreadyThere(Refused):
    """This round of the evaluation has an award; `.award` is the one."""

    def __init__(self, award: Award) -> None:
        super().__init__(
            f"There is an award already, for {award.winner}. Change that one, or withdraw it first."
        )
        self.award = award


class NeedsRationale(Refused):
    """The choice has to be explained; `.reasons` say in words why."""

    def __init__(self, reasons: Sequence[str]) -> None:
        super().__init__(
            f"Say why, in a sentence or two ({awards.SUBSTANCE} letters at least): "
            + " ".join(reasons)
        )
        self.reasons = reasons


class NotYours(Refused):
    """Somebody else has to do this."""


# Writing it ---------------------------------------------------------------------------------------


@transaction.atomic
def create_award(
    *,
    evaluation: Evaluation,
    values: dict[str, Any],
    conditions: Sequence[ConditionDraft],
    by: Membership,
    creation_key: uuid.UUID | None = None,
    propose: bool = False,
) -> Award:
    """Write a draft, and propose it at once if asked to. Sent twice, it is made once.

    `values`: winner, winner_quote, runner_up, runner_up_quote, runner_up_quoted_on,
    runner_up_expires_on, rationale. Raises AlreadyThere, NeedsRationale, NotNow.
    """
    key = creation_key or uuid.uuid4()
    row = lock(Evaluation.objects.select_related("organization"), evaluation.pk)
    again: Award | None = row.organization.award_set.filter(creation_key=key).first()
    if again and again.evaluation_id == row.pk:
        return again
    if again:  # a form of another evaluation, sent to this one
        key = uuid.uuid4()
    if not row.is_closed:
        raise NotNow("Scoring is open. Close it first; then an award can be prepared.")
    if there := awards.standing_award(row):
        raise AlreadyThere(there)
    award = Award(
        organization=row.organization,
        evaluation=row,
        round=row.round,
        currency=row.organization.currency,
        creation_key=key,
        created_by=by,
    )
    _put(award, values)
    award.save()
    texts = replace_conditions(award, conditions)
    after = {**{name: getattr(award, name) for name in values}, "conditions": texts}
    _record(award, "award.drafted", by, after=after)
    return _propose(award, by) if propose else award


@transaction.atomic
def change_award(
    *,
    award: Award,
    values: dict[str, Any],
    conditions: Sequence[ConditionDraft],
    version: int,
    by: Membership,
    propose: bool = False,
) -> Award:
    """Change a draft, or one that was returned. Raises Stale with what is stored now."""
    row = _lock(award)
    _refuse_unless_current(row)
    if not row.is_open:
        raise NotNow(_where(row))
    if row.version != version:
        raise Stale(row)
    was = [condition.text for condition in row.conditions.order_by("position", "pk")]
    before, after = _put(row, values)
    texts = replace_conditions(row, conditions)
    if texts != was:
        before["conditions"], after["conditions"] = was, texts
    if after:
        row.version += 1
        row.report_job = None  # its PDF tells what the award was before
        row.save()
        _record(row, "award.changed", by, before, after)
    return _propose(row, by) if propose else row


def _put(award: Award, values: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Set what was entered, and what the rationale has to answer; (before, after) of what differs."""
    for name in ("winner", "runner_up"):
        candidate = values.get(name)
        if candidate and candidate.evaluation_id != award.evaluation_id:
            raise Refused("Choose among the candidates of this evaluation.")
    if values["winner"] == values["runner_up"]:
        raise Refused("The runner-up must be another candidate than the winner.")
    if award.pk is None:
        for name, value in values.items():
            setattr(award, name, value)
        changed: tuple[dict[str, Any], dict[str, Any]] = ({}, {})
    else:
        changed = log.apply_changes(award, values)
    award.reasons = [reason.words for reason in awards.find_reasons(award)]
    return changed


# Deciding -----------------------------------------------------------------------------------------


@transaction.atomic
def propose_award(*, award: Award, version: int, by: Membership) -> Award:
    """Ask for approval. Proposing twice is proposing once. Raises Stale, NotNow, NeedsRationale."""
    row = _lock(award)
    if row.state == State.PROPOSED and row.proposed_by_id == by.pk:
        return row
    if row.version != version:
        raise Stale(row)
    return _propose(row, by)


def _propose(row: Award, by: Membership) -> Award:
    _refuse_unless_current(row)
    if not row.is_open:
        raise NotNow(_where(row))
    _refuse_unless_explained(row)
    was, row.state = row.state, State.PROPOSED
    row.proposed_by, row.proposed_at = by, timezone.now()
    row.decided_by, row.decided_at, row.decision_note = None, None, ""
    _save_step(row, "award.proposed", by, was, {"winner": row.winner, "runner up": row.runner_up})
    people = [m for m in awards.approvers(row, row.evaluation.organization) if m != by]
    _mail(row, award_mail.proposed(row, by), people, "proposed")
    return row


@transaction.atomic
def approve_award(*, award: Award, version: int, by: Membership, note: str = "") -> Award:
    """Decide, and freeze everything that the decision rests on. The same person twice is once.

    Raises Stale, NotNow, NotYours (two people are needed), NeedsRationale (the ranking changed).
    """
    row = _lock(award)
    if row.is_decided and row.decided_by_id == by.pk:
        return row
    _refuse_unless_proposed(row, version)
    # Held until the record is chained to the last one; and nobody changes meanwhile who may approve.
    organization = Organization.objects.select_for_update(no_key=True).get(pk=row.organization_id)
    if not awards.may_approve(row, by, organization):
        raise NotYours(
            "You proposed this award, and your organization asks for a second person to approve it."
        )
    _refuse_unless_explained(row)
    row.state, row.decision_note = State.APPROVED, note
    row.decided_by, row.decided_at = by, timezone.now()
    _save_step(row, "award.approved", by, State.PROPOSED, {"note": note})
    row.record = freeze_award(award=row, by=by)
    _mail(row, award_mail.approved(row, by), _proposer(row, by), "approved")
    return row


@transaction.atomic
def return_award(*, award: Award, version: int, note: str, by: Membership) -> Award:
    """Send the proposal back to be changed, with a note that says what is missing."""
    row = _lock(award)
    if row.state == State.RETURNED and row.decided_by_id == by.pk and row.decision_note == note:
        return row
    _refuse_unless_proposed(row, version)
    if not note.strip():
        raise Refused("Say in the note what should change.")
    row.state, row.decision_note = State.RETURNED, note
    row.decided_by, row.decided_at = by, timezone.now()
    _save_step(row, "award.returned", by, State.PROPOSED, {"note": note})
    _mail(row, award_mail.returned(row, by), _proposer(row, by), "returned")
    return row


@transaction.atomic
def announce_award(*, award: Award, by: Membership) -> Award:
    """Tell everybody who scored. Announcing twice is announcing once."""
    row = _lock(award)
    if row.state == State.ANNOUNCED:
        return row
    _refuse_unless_current(row)
    if row.state != State.APPROVED:
        raise NotNow(f"Only an approved award can be announced. {_where(row)}")
    row.state, row.announced_at = State.ANNOUNCED, timezone.now()
    _save_step(row, "award.announced", by, State.APPROVED, {"winner": row.winner})
    _mail(row, award_mail.announced(row, by), evaluators(row.evaluation, by), "announced")
    return row


@transaction.atomic
def withdraw_award(*, award: Award, reason: str, by: Membership) -> Award:
    """Take it back, whatever its state; what was frozen at an approval stays. Twice is once."""
    row = _lock(award)
    if row.state == State.WITHDRAWN:
        return row
    if not row.evaluation.is_closed:
        raise NotNow("Scoring is open again. Close it first.")
    if row.is_decided and not by.can(Perm.EVALUATION_DECIDE):
        raise NotYours("An approved award can be withdrawn only by somebody who may approve one.")
    if not reason.strip():
        raise Refused("Say why it is withdrawn.")
    people = _concerned(row, by)
    was = withdraw_locked(award=row, reason=reason, by=by)
    if was != State.DRAFT:
        _mail(row, award_mail.withdrawn(row, by), people, "withdrawn")
    return row


@transaction.atomic
def withdraw_locked(*, award: Award, reason: str, by: Membership) -> str:
    """Withdraw a locked row, without asking; the state that it had."""
    was, award.state = award.state, State.WITHDRAWN
    award.withdrawn_at, award.withdrawn_reason = timezone.now(), reason
    _save_step(award, "award.withdrawn", by, was, {"reason": reason})
    return was


# Checks and small steps ---------------------------------------------------------------------------


def _lock(award: Award) -> Award:
    evaluation = lock(Evaluation.objects.select_related("organization"), award.evaluation_id)
    row = lock(Award.objects.select_related("winner", "runner_up", "decided_by__user"), award.pk)
    row.evaluation, row.organization = evaluation, evaluation.organization
    return row


def _refuse_unless_current(row: Award) -> None:
    """The marks that this award rests on are the ones that count now."""
    if not row.evaluation.is_closed:
        raise NotNow("Scoring is open again. Close it first.")
    if row.round != row.evaluation.round:
        raise NotNow(
            "Scoring was opened again after this award was written. Look at the new ranking and"
            " prepare a new award."
        )


def _refuse_unless_proposed(row: Award, version: int) -> None:
    _refuse_unless_current(row)
    if row.state != State.PROPOSED:
        raise NotNow(_where(row))
    if row.version != version:
        raise Stale(row)


def _refuse_unless_explained(row: Award) -> None:
    row.reasons = [reason.words for reason in awards.find_reasons(row)]
    if row.reasons and not awards.has_substance(row.rationale):
        raise NeedsRationale(row.reasons)


def _where(row: Award) -> str:
    """Where the award stands, for whoever came too late or too early."""
    who = row.decided_by.name if row.decided_by else "Somebody"
    return {
        State.DRAFT: "This award is a draft; it has not been proposed yet.",
        State.PROPOSED: "This award waits for approval already.",
        State.RETURNED: f"{who} has returned this award; it has to be proposed again.",
        State.APPROVED: f"{who} has approved this award already.",
        State.ANNOUNCED: f"{who} has approved this award already, and it is announced.",
        State.WITHDRAWN: "This award was withdrawn.",
    }[State(row.state)]


def _save_step(row: Award, verb: str, by: Membership, was: str, after: dict[str, Any]) -> None:
    row.version += 1
    row.report_job = None  # its PDF tells what the award was before
    row.save()
    _record(row, verb, by, {"state": State(was).label}, {"state": State(row.state).label, **after})


def _record(
    row: Award,
    verb: str,
    by: Membership,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
) -> None:
    log.record(by=by, verb=verb, target=row.evaluation, before=before, after=after)


def _mail(row: Award, news: award_mail.News, people: Sequence[Membership], step: str) -> None:
    # The version rises with every step: a second proposal is a second mail.
    award_mail.queue(news, people, row.evaluation, f"award:{row.pk}:{step}:{row.version}")


def _proposer(row: Award, by: Membership) -> list[Membership]:
    return [m for m in _current([row.proposed_by_id]) if m != by]


def _concerned(row: Award, by: Membership) -> list[Membership]:
    """Who proposed or decided, who was asked to; and once it was announced, who was told."""
    found = _current([row.proposed_by_id, row.decided_by_id])
    if row.state == State.PROPOSED:
        found += awards.approvers(row, row.evaluation.organization)
    if row.state == State.ANNOUNCED:
        found += evaluators(row.evaluation, by)
    return [m for m in dict.fromkeys(found) if m != by]


def _current(pks: Sequence[int | None]) -> list[Membership]:
    rows = Membership.objects.current().select_related("user")
    return list(rows.filter(pk__in=[pk for pk in pks if pk]).order_by("pk"))


def evaluators(evaluation: Evaluation, by: Membership) -> list[Membership]:
    """The members who were asked to score and still may, without `by`."""
    pks = evaluation.scorecards.exclude(evaluator=None).values("evaluator")
    rows = Membership.objects.able_to(Perm.SCORE).filter(pk__in=pks).exclude(pk=by.pk)
    return list(rows.select_related("user").order_by("pk"))
