"""Who scores which criteria of an evaluation, and the mail that asks them to."""

from collections.abc import Mapping, Sequence
from random import SystemRandom
from typing import cast

from django.db import transaction

from accounts.models import Membership
from accounts.permissions import Perm
from activity import actions as activity
from activity import log
from core.errors import Refused
from core.versions import lock
from evaluations import queries, setup_mail
from evaluations.models import AssignedCriterion, Evaluation, EvaluationCriterion, Scorecard

Wanted = Mapping[Membership, Sequence[EvaluationCriterion]]


class CannotChoose(Refused):
    """These evaluators can't be chosen like that."""


@transaction.atomic
def set_evaluators(
    *, evaluation: Evaluation, criteria_of: Wanted, version: int, by: Membership
) -> Evaluation:
    """Say who scores and which criteria each of them judges; whoever is not named does not score.

    While scoring is open people may still be added, and removed as long as they have marked nothing;
    what the others judge stays. Raises Stale, CannotChoose.
    """
    # Scorecards before their evaluation: the order in which saving a mark locks them.
    list(evaluation.scorecards.select_for_update(of=("self",), no_key=True).order_by("pk"))
    row = lock(Evaluation.objects.select_related("organization"), evaluation.pk, version)
    if row.is_closed:
        raise CannotChoose("Scoring is closed; the evaluators can't be changed any more.")
    criteria = list(row.criteria.order_by("position", "pk"))
    wanted = _checked(criteria_of, criteria)
    lines = queries.evaluator_lines(row, criteria)
    cards = {line.scorecard.evaluator_id: line for line in lines if line.scorecard.evaluator_id}
    before = {line.scorecard.evaluator_name: line.words for line in lines}
    named = {member.pk for member in wanted}
    gone = [line for key, line in cards.items() if key not in named]
    # Who has left the organization is kept once scoring is open: their marks count.
    _remove(row, [line for line in gone if line.able or row.in_setup])
    for member, judged in _shuffled(wanted):
        line = cards.get(member.pk)
        if line is None:
            _add(row, member, judged, by)
        elif [c.pk for c in line.criteria] != [c.pk for c in judged]:
            _reassign(row, line, judged)
    lines = queries.evaluator_lines(row, criteria)
    after = {line.scorecard.evaluator_name: line.words for line in lines}
    if before == after:
        return row
    _refuse_unjudged(row, criteria, lines)
    row.version += 1
    row.save()
    log.record(
        by=by,
        verb="evaluation.evaluators_changed",
        target=row,
        before={name: words for name, words in before.items() if after.get(name) != words},
        after={name: words for name, words in after.items() if before.get(name) != words},
    )
    return row


def _shuffled(wanted: Wanted) -> list[tuple[Membership, Sequence[EvaluationCriterion]]]:
    """In no order: where names are hidden, the scorecards' numbers must not follow the alphabet."""
    pairs = list(wanted.items())
    SystemRandom().shuffle(pairs)
    return pairs


def _checked(
    criteria_of: Wanted, criteria: Sequence[EvaluationCriterion]
) -> dict[Membership, list[EvaluationCriterion]]:
    """The wanted evaluators with their criteria in order; refuses whoever can't score or has nothing to."""
    wanted = {}
    for member, chosen in criteria_of.items():
        if not member.can(Perm.SCORE):
            raise CannotChoose(
                f"{member.name} may not score. Their role must be Evaluator or higher."
            )
        own = {criterion.pk for criterion in chosen}
        wanted[member] = [criterion for criterion in criteria if criterion.pk in own]
        if not wanted[member]:
            raise CannotChoose(
                f"Choose at least one criterion for {member.name}, or leave them out."
            )
    return wanted


def _add(
    evaluation: Evaluation,
    member: Membership,
    criteria: Sequence[EvaluationCriterion],
    by: Membership,
) -> None:
    card = Scorecard.objects.create(
        organization=evaluation.organization,
        evaluation=evaluation,
        evaluator=member,
        evaluator_name=member.name[:200],
    )
    _assign(card, criteria)
    if evaluation.is_scoring:
        mail_evaluator(card, evaluation, by)


def _assign(card: Scorecard, criteria: Sequence[EvaluationCriterion]) -> None:
    AssignedCriterion.objects.bulk_create(
        AssignedCriterion(organization_id=card.organization_id, scorecard=card, criterion=criterion)
        for criterion in criteria
    )


def _reassign(
    evaluation: Evaluation, line: queries.EvaluatorLine, criteria: Sequence[EvaluationCriterion]
) -> None:
    if not evaluation.in_setup:
        name = line.scorecard.evaluator_name
        raise CannotChoose(f"Scoring has been opened, so what {name} judges can't be changed.")
    wanted = {criterion.pk for criterion in criteria}
    had = {criterion.pk for criterion in line.criteria}
    line.scorecard.assignments.exclude(criterion_id__in=wanted).delete()
    _assign(line.scorecard, [criterion for criterion in criteria if criterion.pk not in had])


def _remove(evaluation: Evaluation, lines: Sequence[queries.EvaluatorLine]) -> None:
    ids = [line.scorecard.pk for line in lines]
    marked = queries.marked_scorecards(evaluation)
    for card in (line.scorecard for line in lines):
        if card.pk in marked:
            raise CannotChoose(
                f"{card.evaluator_name} has given marks already and can't be removed."
            )
    evaluation.scorecards.filter(pk__in=ids).delete()


def _refuse_unjudged(
    evaluation: Evaluation,
    criteria: Sequence[EvaluationCriterion],
    lines: Sequence[queries.EvaluatorLine],
) -> None:
    """Once scoring is open, every criterion must keep a judge; before, the checklist says so."""
    names = queries.unjudged(criteria, lines)
    if names and not evaluation.in_setup:
        raise CannotChoose(f"Nobody would judge {queries.listed(names)}.")


def mail_evaluator(card: Scorecard, evaluation: Evaluation, by: Membership) -> None:
    """Ask one evaluator for their scorecard; the same evaluation asks the same person once."""
    member = cast(Membership, card.evaluator)  # only an imported scorecard has none
    mail = setup_mail.scoring_opened(evaluation, member, by)
    activity.queue_mail(
        to=member.user.email,
        subject=mail["subject"],
        text=mail["text"],
        html=mail["html"],
        key=f"evaluation-opened:{evaluation.pk}:{member.pk}",
    )
