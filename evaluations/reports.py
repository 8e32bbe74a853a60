"""What the decision report shows: the award with the ranking and findings it rests on.

An approved award is told from its frozen record, so the report stays what it was; before that, from
what is stored now.
"""

import datetime as dt
import json
from dataclasses import dataclass
from functools import cached_property

from activity.models import Job
from core.charts import BarRow
from core.templatetags.ui import points
from core.tenancy import ALL, organization_scope
from evaluations import analysis as findings
from evaluations import inputs, results
from evaluations.analysis import Analysis
from evaluations.calculation import Cell, Ranking, VendorResult, rank
from evaluations.inputs import CriterionInput
from evaluations.models import Award, AwardCondition
from evaluations.reading import Reading, hidden_names

ON_PAGE_ONE = 5
MOST_SEGMENTS = 26


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

    @property
    def shown(self) -> list[VendorResult]:
        """Those with a place on the first page."""
        return self.ranking.vendors[:ON_PAGE_ONE]

    @property
    def moderated(self) -> list[tuple[VendorResult, Cell]]:
        """Cells whose mark was agreed on, with who they belong to."""
        return [
            (vendor, cell)
            for vendor in self.ranking.vendors
            for cell in (*vendor.gates, *vendor.cells)
            if cell.moderated
        ]

    @property
    def bars(self) -> list[BarRow]:
        """Contributions of those on the first page; none where a bar could not be read."""
        if len(self.ranking.criteria) > MOST_SEGMENTS:
            return []
        return [
            BarRow(
                vendor.candidate.name,
                [0 if cell.not_applicable else cell.contribution for cell in vendor.cells],
                points(vendor.total) if vendor.complete else "incomplete",
            )
            for vendor in self.shown
        ]

    @property
    def points_by_criterion(self) -> list[tuple[CriterionInput, list[Cell]]]:
        """Each weighted criterion with the cells of those on the first page."""
        columns = zip(*(vendor.cells for vendor in self.shown), strict=True)
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
    if award.record:
        content = json.loads(award.record.content)
        ranking = rank(inputs.from_data(content["inputs"]))
        analysis = findings.from_data(content["analysis"])
    else:
        ranking = results.ranking(award.evaluation)
        analysis = results.analysis_of(award.evaluation, ranking)
    return Report(
        award=award,
        ranking=ranking,
        analysis=analysis,
        conditions=list(award.conditions.order_by("position", "pk")),
    )


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
