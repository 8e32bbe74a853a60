"""What people answered about the weights of one evaluation, read from the database, and which of it counts."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from accounts.models import Membership
from accounts.permissions import Perm
from core.errors import Refused
from evaluations import criteria, weighting
from evaluations.criteria import CriterionDraft
from evaluations.models import Evaluation, WeightAnswer
from evaluations.weighting import Voice, Weights


class OtherCriteria(Refused):
    """The criteria are not those that were asked about."""

    def __init__(self) -> None:
        super().__init__(
            "The criteria were changed while you answered. Your input is still here: look whether"
            " it still says what you mean, then save it."
        )


class OtherAnswers(Refused):
    """Somebody answered anew since the answers were shown."""

    def __init__(self) -> None:
        super().__init__(
            "The answers changed since this page was shown. It shows them as they are now: choose again."
        )


@dataclass(frozen=True)
class Answer:
    """A kept answer; `outdated` says what changed in the criteria since."""

    row: WeightAnswer
    name: str
    outdated: list[str]

    @property
    def counts(self) -> bool:
        return self.complete and not self.outdated

    @property
    def complete(self) -> bool:
        return bool(self.row.weights)

    @property
    def voice(self) -> Voice:
        weights = {int(pk): Decimal(text) for pk, text in self.row.weights.items()}
        return Voice(self.name, self.row.way, self.row.given, weights)

    @property
    def key(self) -> str:
        """Names exactly this answer: a decision about it is refused when it was given anew meanwhile."""
        return f"{self.row.pk}.{self.row.version}"


@dataclass(frozen=True)
class Everybody:
    """All answers of an evaluation: one for each person that counts, and who has none."""

    counted: list[Answer]
    not_counted: list[Answer]
    silent: list[str] = field(default_factory=list)

    @property
    def voices(self) -> list[Voice]:
        return [answer.voice for answer in self.counted]


def asked_criteria(evaluation: Evaluation) -> list[CriterionDraft]:
    """The criteria that have a weight, in order; gates have none."""
    rows = evaluation.criteria.order_by("position", "pk")
    return [row.draft for row in rows if not row.is_gate]


def may_answer(evaluation: Evaluation, member: Membership) -> bool:
    """Evaluators of it, and whoever manages evaluations."""
    if member.can(Perm.EVALUATION_MANAGE):
        return True
    return member.can(Perm.SCORE) and evaluation.scorecards.filter(evaluator=member).exists()


def own_answers(
    evaluation: Evaluation, member: Membership, drafts: Sequence[CriterionDraft]
) -> list[Answer]:
    """One person's answers, the newest first."""
    rows = evaluation.weight_answers.filter(member=member).order_by("-answered_at", "-pk")
    return [_answer(row, member.name, drafts) for row in rows]


def standing(answers: Sequence[Answer]) -> Answer | None:
    """Of one person's answers, newest first, the one that is theirs now: the newest complete one."""
    return next((answer for answer in answers if answer.complete), None)


def everybody(evaluation: Evaluation, drafts: Sequence[CriterionDraft]) -> Everybody:
    """All people's answers; two queries. Who may not answer any more does not count."""
    cards = evaluation.scorecards.select_related("evaluator__user").exclude(evaluator=None)
    asked = {
        card.evaluator_id: card.evaluator_name
        for card in cards.order_by("evaluator_name", "pk")
        if card.evaluator.can(Perm.SCORE)
    }
    rows = evaluation.weight_answers.select_related("member__user")
    by_member: dict[int, list[Answer]] = {}
    for row in rows.order_by("-answered_at", "-pk"):
        if row.member_id in asked or row.member.can(Perm.EVALUATION_MANAGE):
            own = by_member.setdefault(row.member_id, [])
            own.append(_answer(row, row.member.name, drafts))
    theirs = [standing(own) or own[0] for own in by_member.values()]
    theirs.sort(key=lambda answer: (criteria.name_key(answer.name), answer.row.pk))
    return Everybody(
        counted=[answer for answer in theirs if answer.counts],
        not_counted=[answer for answer in theirs if not answer.counts],
        silent=[name for pk, name in asked.items() if pk not in by_member],
    )


def _answer(row: WeightAnswer, name: str, drafts: Sequence[CriterionDraft]) -> Answer:
    return Answer(row, name, weighting.outdated(row.given["basis"], drafts))


# Deciding -----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Decision:
    """What the owner chose: one or several people's answers (their keys), or weights of their own."""

    answers: Sequence[str] = ()
    own: Weights = field(default_factory=dict)
    reason: str = ""


def settled(
    evaluation: Evaluation, drafts: Sequence[CriterionDraft], decision: Decision
) -> tuple[str, list[str], Weights]:
    """What a decision comes to: how, whose answers, and the weights. Writes nothing."""
    if not decision.answers:
        return weighting.OWN, [], _checked(drafts, decision.own)
    counted = {answer.key: answer for answer in everybody(evaluation, drafts).counted}
    if not set(decision.answers) <= set(counted):
        raise OtherAnswers
    chosen = [answer for key, answer in counted.items() if key in decision.answers]
    how, weights = weighting.together(drafts, [answer.voice for answer in chosen])
    return how, [answer.name for answer in chosen], weights


def _checked(drafts: Sequence[CriterionDraft], weights: Weights) -> Weights:
    if set(weights) != {draft.row for draft in drafts}:
        raise OtherCriteria
    for weight in weights.values():
        if problem := criteria.weight_problem(weight):
            raise Refused(problem)
    if words := criteria.total_words(sum(weights.values(), Decimal(0))):
        raise Refused(words)
    return weights
