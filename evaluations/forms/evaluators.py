"""Who scores and which criteria each of them judges: one row for every evaluator, a box for every criterion."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, cast

from django.http import QueryDict

from accounts.models import Membership
from core.forms import VersionForm
from evaluations.models import EvaluationCriterion
from evaluations.queries import EvaluatorLine


@dataclass(frozen=True)
class MatrixRow:
    """One evaluator as the page shows them. `fixed`: what they judge can't change any more."""

    member: Membership
    scores: bool
    cells: list[tuple[EvaluationCriterion, bool]]
    fixed: bool
    removable: bool
    error: str = ""


class EvaluatorsForm(VersionForm):
    """Boxes `evaluator` (membership ids) and `judges-<membership id>` (criterion ids)."""

    def __init__(
        self,
        data: QueryDict | None,
        *,
        lines: Sequence[EvaluatorLine],
        others: Iterable[Membership],
        criteria: Sequence[EvaluationCriterion],
        opened: bool,
        marked: set[int],
        **kwargs: Any,
    ) -> None:
        super().__init__(data, **kwargs)
        self.lines = [line for line in lines if line.able]
        self.others, self.criteria = list(others), list(criteria)
        self.opened, self.marked = opened, marked
        self.ticked = set(data.getlist("evaluator")) if data is not None else set()

    def _boxes(self, member: Membership) -> set[str]:
        return set(cast(QueryDict, self.data).getlist(f"judges-{member.pk}"))

    def _row(self, line: EvaluatorLine) -> MatrixRow:
        member = cast(Membership, line.scorecard.evaluator)  # only an able one has a row
        removable = not (self.opened and line.scorecard.pk in self.marked)
        own = {criterion.pk for criterion in line.criteria}
        scores, error = True, ""
        if self.is_bound:
            scores = str(member.pk) in self.ticked or not removable
            if not self.opened:
                boxes = self._boxes(member)
                own = {c.pk for c in self.criteria if str(c.pk) in boxes}
            if scores and not own:
                error = f"Choose at least one criterion for {member.name}, or untick the name."
        cells = [(criterion, criterion.pk in own) for criterion in self.criteria]
        return MatrixRow(member, scores, cells, self.opened, removable, error)

    @property
    def rows(self) -> list[MatrixRow]:
        return [self._row(line) for line in self.lines]

    @property
    def people(self) -> list[tuple[Membership, bool]]:
        """Those who could score too, and whether they were ticked."""
        return [(member, str(member.pk) in self.ticked) for member in self.others]

    def clean(self) -> dict[str, Any]:
        for row in self.rows:
            if row.error:
                self.add_error(None, row.error)
        return self.cleaned_data

    @property
    def criteria_of(self) -> dict[Membership, list[EvaluationCriterion]]:
        """Everybody who is to score; who is new judges everything."""
        wanted = {
            row.member: [criterion for criterion, chosen in row.cells if chosen]
            for row in self.rows
            if row.scores
        }
        new = {member: list(self.criteria) for member, ticked in self.people if ticked}
        return {**wanted, **new}
