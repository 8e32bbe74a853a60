"""What stands in an evaluation while it is set up, and what is still missing before it can be opened."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from django.db.models import Exists, OuterRef, Q

from accounts.permissions import Perm
from evaluations import criteria
from evaluations.models import Candidate, Evaluation, EvaluationCriterion, Score, Scorecard

FEWEST_CANDIDATES = 2
BASICS, CRITERIA, CANDIDATES, EVALUATORS, ASSIGNED = (
    "basics",
    "criteria",
    "candidates",
    "evaluators",
    "assigned",
)


@dataclass(frozen=True)
class Check:
    """One line of the checklist: is it done, and in words what is or what is missing."""

    part: str
    title: str
    ok: bool
    words: str


@dataclass(frozen=True)
class EvaluatorLine:
    """One evaluator and the criteria they judge, in the order of the evaluation."""

    scorecard: Scorecard
    criteria: list[EvaluationCriterion]
    of: int

    @property
    def judges_all(self) -> bool:
        return len(self.criteria) == self.of

    @property
    def words(self) -> str:
        return "all criteria" if self.judges_all else ", ".join(row.name for row in self.criteria)

    @property
    def able(self) -> bool:
        """Still a member who may score."""
        member = self.scorecard.evaluator
        return member is not None and member.can(Perm.SCORE)


@dataclass(frozen=True)
class SetUp:
    """Everything that the set-up page shows, read once."""

    evaluation: Evaluation
    criteria: list[EvaluationCriterion]
    candidates: list[Candidate]
    evaluators: list[EvaluatorLine]
    today: dt.date

    @cached_property
    def checks(self) -> list[Check]:
        return [
            self._basics(),
            self._criteria(),
            self._candidates(),
            self._evaluators(),
            self._assigned(),
        ]

    @property
    def missing(self) -> list[Check]:
        return [check for check in self.checks if not check.ok]

    def _basics(self) -> Check:
        due = self.evaluation.due_on
        if due and due < self.today:
            words = "The due date is in the past. Choose a later one."
            return Check(BASICS, "Title and due date", False, words)
        words = "Written down." if due else "Written down, without a due date."
        return Check(BASICS, "Title and due date", True, words)

    def _criteria(self) -> Check:
        problems = criteria.problems([row.draft for row in self.criteria])
        if problems:
            return Check(CRITERIA, "Criteria and weights", False, problems[0].message)
        words = f"{counted(len(self.criteria), 'criterion', 'criteria')}, weights add up to 100."
        bare = [row.name for row in self.criteria if not row.is_gate and not row.weight]
        if bare:
            words += f" Without a weight, so they count for nothing: {listed(bare)}."
        return Check(CRITERIA, "Criteria and weights", True, words)

    def _candidates(self) -> Check:
        there = len(self.candidates)
        more = FEWEST_CANDIDATES - there
        words = f"{counted(there, 'candidate')}."
        if more > 0:
            words = f"{words if there else 'None yet.'} Add at least {more}{' more' * bool(there)}."
        return Check(CANDIDATES, "Candidates", more <= 0, words)

    def _evaluators(self) -> Check:
        able = sum(line.able for line in self.evaluators)
        if not able:
            return Check(EVALUATORS, "Evaluators", False, "Nobody yet. Choose who scores.")
        return Check(EVALUATORS, "Evaluators", True, f"{counted(able, 'evaluator')}.")

    def _assigned(self) -> Check:
        title = "Every criterion has a judge"
        if not self.evaluators:
            return Check(ASSIGNED, title, False, "Comes with the evaluators.")
        names = unjudged(self.criteria, self.evaluators)
        if names:
            return Check(ASSIGNED, title, False, f"Nobody judges {listed(names)}.")
        return Check(ASSIGNED, title, True, "Each is judged by one evaluator or more.")


def unjudged(rows: Sequence[EvaluationCriterion], lines: Sequence[EvaluatorLine]) -> list[str]:
    """Names of the criteria that no able evaluator judges."""
    judged = {row.pk for line in lines if line.able for row in line.criteria}
    return [row.name for row in rows if row.pk not in judged]


def read_set_up(evaluation: Evaluation, today: dt.date) -> SetUp:
    """Read what was set up, in four queries."""
    rows = list(evaluation.criteria.order_by("position", "pk"))
    return SetUp(
        evaluation=evaluation,
        criteria=rows,
        candidates=list(evaluation.candidates.select_related("vendor").order_by("position", "pk")),
        evaluators=evaluator_lines(evaluation, rows),
        today=today,
    )


def evaluator_lines(
    evaluation: Evaluation, rows: Sequence[EvaluationCriterion]
) -> list[EvaluatorLine]:
    """Everybody who scores here, by name, with what they judge."""
    cards = evaluation.scorecards.select_related("evaluator__user").prefetch_related("assignments")
    lines = []
    for card in cards.order_by("evaluator_name", "pk"):
        own = {assignment.criterion_id for assignment in card.assignments.all()}
        lines.append(EvaluatorLine(card, [row for row in rows if row.pk in own], len(rows)))
    return lines


def marked_scorecards(evaluation: Evaluation) -> set[int]:
    """Ids of the scorecards that were begun; their evaluators can't be taken out."""
    cards = Scorecard.objects.filter(evaluation=evaluation)
    begun = cards.filter(
        Q(submitted_at__isnull=False) | Exists(Score.objects.filter(scorecard=OuterRef("pk")))
    )
    return set(begun.values_list("pk", flat=True))


def counted(count: int, one: str, many: str = "") -> str:
    """“1 criterion”, “5 criteria”."""
    return f"{count} {one if count == 1 else many or one + 's'}"


def listed(names: Sequence[str]) -> str:
    """“Quality, Cost and Security”; after four names only how many more."""
    if len(names) > 4:
        return f"{', '.join(names[:3])} and {len(names) - 3} more"
    return " and ".join(filter(None, [", ".join(names[:-1]), names[-1]]))
