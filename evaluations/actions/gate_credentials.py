"""Which credential a gate asks for, and taking over what is on file as one's own mark."""

from collections.abc import Mapping

from django.db import transaction
from django.utils import timezone

from accounts.models import Membership
from activity import log
from core.errors import Refused
from core.versions import lock
from evaluations.actions.candidates import Frozen
from evaluations.actions.scoring import CannotScore, CellInput, NotOnScorecard, save_score
from evaluations.gate_credentials import asked_for, gates_of, states_of
from evaluations.models import Candidate, Evaluation, EvaluationCriterion, GateCredential, Score


@transaction.atomic
def ask_for_credentials(
    *,
    evaluation: Evaluation,
    values: Mapping[int, tuple[str, str]],
    version: int,
    by: Membership,
) -> Evaluation:
    """Say which credential each gate asks for, before scoring opens.

    `values`: {criterion id: (kind, name)}; no kind: nothing on file is asked for. Gates that are not named
    stay as they are.
    """
    row = lock(Evaluation.objects.all(), evaluation.pk, version)
    if not row.in_setup:
        raise Frozen("what a gate asks for")
    stored = gates_of(row)
    before, after = {}, {}
    for criterion in row.criteria.filter(kind="gate", pk__in=list(values)).order_by("position"):
        old = stored.get(criterion.pk)
        new = _put(row, criterion, old, *values[criterion.pk])
        was, now = (asked_for(gate) if gate else "" for gate in (old, new))
        if was != now:
            before[criterion.name], after[criterion.name] = was, now
    if after:
        row.version += 1
        row.save()
        log.record(
            by=by,
            verb="evaluation.gate_credentials_changed",
            target=row,
            before=before,
            after=after,
        )
    return row


def _put(
    evaluation: Evaluation,
    criterion: EvaluationCriterion,
    old: GateCredential | None,
    kind: str,
    name: str,
) -> GateCredential | None:
    """The row as it is to be; None if nothing is asked for."""
    if not kind:
        if old is not None:
            GateCredential.objects.filter(pk=old.pk).delete()
        return None
    gate, _ = GateCredential.objects.update_or_create(
        criterion=criterion,
        defaults={"organization_id": evaluation.organization_id, "kind": kind, "name": name},
    )
    found: GateCredential = gate
    return found


@transaction.atomic
def fill_gate_mark(
    *, candidate: Candidate, criterion: EvaluationCriterion, by: Membership
) -> Score:
    """Put pass or fail into one's own scorecard, as what is on file says, with the document as evidence; a
    comment that stands there stays. Raises Refused as save_score does, and if nothing on file says either."""
    evaluation = candidate.evaluation
    states = states_of([criterion], [candidate], timezone.localdate())
    if not states or not states[0].mark:
        raise Refused(
            f"Nothing that was checked is on file for {criterion}, so there is no mark to take."
        )
    scorecard = evaluation.scorecards.filter(evaluator=by).first()
    if scorecard is None:
        raise NotOnScorecard
    if scorecard.has_conflict is not False:
        raise CannotScore("Say first whether you have a conflict of interest.")
    stored = scorecard.scores.filter(candidate=candidate, criterion=criterion).first()
    cell = CellInput(
        candidate_id=candidate.pk,
        criterion_id=criterion.pk,
        version=stored.version if stored else 0,
        mark=states[0].mark,
        evidence=states[0].evidence,
        comment=None if stored and stored.comment else states[0].words,
    )
    return save_score(evaluation_id=evaluation.pk, scorecard_id=scorecard.pk, cell=cell, by=by)
