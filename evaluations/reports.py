"""What the decision report shows: the award with the ranking and findings it rests on.

An approved award is told from its frozen record, so the report stays what it was; before that, from
what is stored now.
"""

import datetime as dt
import json
from dataclasses import dataclass
from functools import cached_property

from django.utils.text import Truncator

from activity.models import Job
from core.charts import BarRow
from core.errors import Refused
from core.tenancy import ALL, organization_scope
from evaluations import analysis as findings
from evaluations import inputs, results
from evaluations.analysis import Analysis
from evaluations.bars import contribution_bars
from evaluations.calculation import Cell, Ranking, VendorResult, rank
from evaluations.inputs import CriterionInput
from evaluations.models import Award, AwardCondition
from evaluations.reading import Reading, hidden_names

ON_PAGE_ONE = 5
MOST_LETTERS, MOST_CONDITIONS, MOST_LETTERS_OF_ONE = 700, 6, 160
"""Of the rationale, of conditions, and of one condition: so much fits the first page of the PDF."""


class BrokenRecord(Refused):
    """Somebody changed the record past the application."""

    def __init__(self) -> None:
        super().__init__(
            "The record of this award can't be read any more. Verify tells what is wrong."
        )


CriterionRow = tuple[CriterionInput, list[Cell]]


@dataclass(frozen=True)
class Report:
    """Everything on the report's pages."""

    award: Award
    ranking: Ranking
    analysis: Analysis
    conditions: list[AwardCondition]

    @cached_property
    def reading(self) -> Reading:
        """Names hidden while moderating stay hidden on paper."""
        hidden = (
            hidden_names(self.ranking.evaluators) if self.award.evaluation.names_hidden else None
        )
        return Reading(self.ranking, self.analysis, hidden)

    @cached_property
    def shown(self) -> list[VendorResult]:
        """Those with a place on the first page: the first ones, and always the winner and the bench."""
        chosen = {self.award.winner_id, self.award.runner_up_id} - {None}
        first = [row.candidate.pk for row in self.ranking.vendors]
        others = [pk for pk in first if pk not in chosen]
        kept = chosen.union(others[: ON_PAGE_ONE - len(chosen)])
        return [row for row in self.ranking.vendors if row.candidate.pk in kept]

    @property
    def why_on_page_one(self) -> str:
        return Truncator(self.award.rationale).chars(MOST_LETTERS)

    @property
    def goes_on(self) -> bool:
        """The rationale or the conditions are too long for the first page of the PDF."""
        texts = [text for row in self.conditions for text in (row.text, row.settled_note)]
        return (
            len(self.award.rationale) > MOST_LETTERS
            or len(self.conditions) > MOST_CONDITIONS
            or any(len(text) > MOST_LETTERS_OF_ONE for text in texts)
        )

    @property
    def most_conditions(self) -> int:
        return MOST_CONDITIONS

    @property
    def most_letters_of_one(self) -> int:
        return MOST_LETTERS_OF_ONE

    @property
    def moderated(self) -> list[tuple[VendorResult, Cell]]:
        """Cells whose mark was agreed on, with who they belong to."""
        return [
            (vendor, cell)
            for vendor in self.ranking.vendors
            for cell in (*vendor.gates, *vendor.cells)
            if cell.moderated and not cell.measured
        ]

    @property
    def measured(self) -> list[tuple[VendorResult, Cell]]:
        """Cells that a pilot measured."""
        cells = ((vendor, cell) for vendor in self.ranking.vendors for cell in vendor.cells)
        return [(vendor, cell) for vendor, cell in cells if cell.measured]

    @property
    def bars(self) -> list[BarRow]:
        """Contributions of those on the first page; none where a bar could not be read."""
        return contribution_bars(self.shown)

    @property
    def points_by_criterion(self) -> list[tuple[list[VendorResult], list[CriterionRow]]]:
        """All candidates, as many at a time as a page is wide, each with its cell of every criterion."""
        return [
            (vendors, self._rows_of(vendors))
            for vendors in (
                self.ranking.vendors[start : start + ON_PAGE_ONE]
                for start in range(0, len(self.ranking.vendors), ON_PAGE_ONE)
            )
        ]

    def _rows_of(self, vendors: list[VendorResult]) -> list[CriterionRow]:
        columns = zip(*(vendor.cells for vendor in vendors), strict=True)
        return list(zip(self.ranking.criteria, map(list, columns), strict=True))

    @property
    def segments(self) -> list[str]:
        return [criterion.name for criterion in self.ranking.criteria]

    @property
    def winner(self) -> VendorResult | None:
        return self.ranking.of(self.award.winner_id)

    @property
    def runner_up(self) -> VendorResult | None:
        return self.ranking.of(self.award.runner_up_id) if self.award.runner_up_id else None

    @property
    def is_frozen(self) -> bool:
        return self.award.record_id is not None


def read_report(award: Award) -> Report:
    """In a constant number of queries."""
    ranking, analysis = read_basis(award)
    return Report(
        award=award,
        ranking=ranking,
        analysis=analysis,
        conditions=list(award.conditions.order_by("position", "pk")),
    )


def read_basis(award: Award) -> tuple[Ranking, Analysis]:
    """What the decision rests on: from its record, else what is stored now. Raises BrokenRecord."""
    if award.record is None:
        ranking = results.ranking(award.evaluation)
        return ranking, results.analysis_of(award.evaluation, ranking)
    try:
        content = json.loads(award.record.content)
        ranking = rank(inputs.from_data(content["inputs"]))
        return ranking, findings.from_data(content["analysis"])
    except (KeyError, TypeError, ValueError, ArithmeticError, AttributeError, IndexError) as error:
        raise BrokenRecord from error


def award_to_report(award_id: int) -> Award | None:
    """The award whose report waits to be made, whichever organization it belongs to."""
    with organization_scope(ALL):
        rows = Award.objects.select_related(
            "organization",
            "evaluation",
            "record",
            "winner",
            "runner_up",
            "report_job",
            "proposed_by__user",
            "decided_by__user",
            "created_by__user",
        )
        found: Award | None = rows.filter(pk=award_id, report_job__state=Job.State.WAITING).first()
        return found


def waiting_reports(before: dt.datetime) -> list[int]:
    """Awards whose report was to be started before then, oldest first."""
    with organization_scope(ALL):
        rows = Award.objects.filter(
            report_job__state=Job.State.WAITING, report_job__created_at__lt=before
        )
        return list(rows.order_by("pk").values_list("pk", flat=True))
