"""How one vendor does over time: each contract's score, criteria and service levels, period by period.

Criteria are told in points, 0 to 100 on the scale that was fixed when they were chosen, so that marks,
promises and other criteria compare. A period without a mark is a gap, never a zero.
"""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import Any

from django.db.models import F

from contracts.level_credits import measure_of
from contracts.level_words import amount
from contracts.models import Contract
from core.charts import TrendPoint
from core.spreadsheets import Value
from core.templatetags.ui import points as points_text
from evaluations.criterion_fields import CriterionFields
from evaluations.marks import mark_text
from reviews import promised
from reviews.measured import COMING, MISSED, RUNNING, Cell, MeasuredLevel, Measures
from reviews.models import Measurement, Review, ReviewMark
from reviews.standing_rows import listed
from vendors.folding import fold
from vendors.models import Vendor

MOST_PERIODS = 12
FULL = Decimal(100)
NOT_APPLICABLE, FAILED, PASSED = "N/A", "failed", "passed"


def contracts_of(vendor: Vendor) -> Any:
    """Everything that was ever signed with this vendor, what was reviewed last first; plans beside."""
    contracts: Any = vendor.organization.contract_set
    rows = listed(contracts.signed().of_vendor(vendor))
    return rows.order_by(F("review_plan__held_on").desc(nulls_last=True), "title_key", "pk")


def points_of(mark: Decimal | None, criterion: CriterionFields) -> Decimal | None:
    """0 to 100 on the criterion's scale, a mark beyond an end as that end; None without a mark, and of
    a gate, which has none."""
    if mark is None or criterion.is_gate:
        return None
    share = (mark - criterion.worst) / (criterion.best - criterion.worst)
    return min(max(share, Decimal(0)), Decimal(1)) * FULL


# One contract -----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Marked:
    """One criterion in one review: its points, and the mark as a person wrote it. Empty: not marked."""

    points: Decimal | None = None
    words: str = ""

    @property
    def failed(self) -> bool:
        return self.words == FAILED


@dataclass(frozen=True)
class CriterionTrend:
    """One criterion over the periods; `promised` in points, None where nothing was."""

    name: str
    weight: Decimal
    is_gate: bool
    promised: Decimal | None
    cells: list[Marked]
    labels: list[str]

    @property
    def drawn(self) -> list[TrendPoint]:
        return [
            TrendPoint(label, cell.points)
            for label, cell in zip(self.labels, self.cells, strict=True)
        ]

    @property
    def promised_words(self) -> str:
        return "" if self.promised is None else f"promised {points_text(self.promised)}"


@dataclass(frozen=True)
class LevelTrend:
    """One service level over its latest windows."""

    line: MeasuredLevel

    @property
    def name(self) -> str:
        return self.line.name

    @property
    def cells(self) -> list[Cell]:
        return self.line.cells

    @property
    def target(self) -> Decimal:
        return measure_of(self.line.level).promised

    @property
    def is_measured(self) -> bool:
        return any(cell.row for cell in self.cells)

    @property
    def drawn(self) -> list[TrendPoint]:
        return [_point(cell) for cell in self.cells]

    @property
    def summary(self) -> str:
        """ "kept in 5 of 6 measured windows"."""
        found = self.line.attainment
        return f"kept in {found.kept} of {found.measured} measured windows"


def _point(cell: Cell) -> TrendPoint:
    value = cell.row.value if cell.row else None
    text = "" if value is None else amount(value, measure_of(cell.window.level).unit)
    return TrendPoint(cell.label, value, missed=cell.state == MISSED, text=text)


@dataclass(frozen=True)
class ContractTrend:
    """The latest periods of one contract: `reviews` in the order of time, held and not held."""

    contract: Contract
    reviews: list[Review]
    criteria: list[CriterionTrend]
    levels: list[LevelTrend]
    # Of each review how many promises it found kept: "9 of 12"; all empty where none was judged.
    promises: list[str]

    @property
    def measured(self) -> list[LevelTrend]:
        return [level for level in self.levels if level.is_measured]

    @property
    def labels(self) -> list[str]:
        return [review.period_label for review in self.reviews]

    @cached_property
    def held(self) -> list[Review]:
        return [review for review in self.reviews if review.is_closed]

    @property
    def drawn(self) -> list[TrendPoint]:
        """The score of each period; one that was not held, or not wholly marked, is a gap."""
        return [
            TrendPoint(label, review.score)
            for label, review in zip(self.labels, self.reviews, strict=True)
        ]

    @property
    def weighted(self) -> list[CriterionTrend]:
        return [line for line in self.criteria if not line.is_gate]


def of_contract(contract: Contract, today: dt.date, most: int = MOST_PERIODS) -> ContractTrend:
    """The latest `most` periods, in six queries, seven after an award. The contract needs its organization in memory."""
    kept = ["organization_id", "contract_id", "every", "first_on", "last_on", "state"]
    rows = contract.reviews.exclude(state=Review.State.OPEN).newest_first()
    reviews = list(rows.only(*kept, "standing", "score")[:most])[::-1]
    for review in reviews:
        review.organization = contract.organization
    kept_ones = promised.kept_in(reviews) if contract.award_id else {}
    promises = [kept_ones.get(review.pk, "") for review in reviews] if kept_ones else []
    levels = _levels(contract, today)
    return ContractTrend(contract, reviews, _criteria(reviews), levels, promises)


def _criteria(reviews: Sequence[Review]) -> list[CriterionTrend]:
    """Criteria of the same name are one line, though an edited one began anew."""
    closed = [review.pk for review in reviews if review.is_closed]
    marks = ReviewMark.objects.filter(review__in=closed).select_related("criterion")
    by_name: dict[str, dict[int, ReviewMark]] = {}
    order: dict[str, tuple[int, int]] = {}
    for mark in marks.defer("comment").order_by("criterion__pk"):
        key = fold(mark.criterion.name)
        by_name.setdefault(key, {})[mark.review_id] = mark
        order[key] = (mark.criterion.position, mark.criterion_id)
    labels = [review.period_label for review in reviews]
    return [
        _criterion(by_name[key], reviews, labels)
        for key in sorted(order, key=lambda key: order[key])
    ]


def _criterion(
    marks: Mapping[int, ReviewMark], reviews: Sequence[Review], labels: list[str]
) -> CriterionTrend:
    latest = [marks[review.pk] for review in reviews if review.pk in marks][-1].criterion
    return CriterionTrend(
        name=latest.name,
        weight=latest.weight,
        is_gate=latest.is_gate,
        promised=points_of(latest.promised, latest),
        cells=[_marked(marks.get(review.pk)) for review in reviews],
        labels=labels,
    )


def _marked(mark: ReviewMark | None) -> Marked:
    if mark is None or (mark.mark is None and not mark.not_applicable):
        return Marked()
    if mark.not_applicable:
        return Marked(None, NOT_APPLICABLE)
    if mark.criterion.is_gate:
        return Marked(None, PASSED if mark.mark else FAILED)
    unit = f" {mark.criterion.unit}" if mark.criterion.unit else ""
    words = f"{mark_text(mark.mark, not_applicable=False)}{unit}"
    return Marked(points_of(mark.mark, mark.criterion), words)


def _levels(contract: Contract, today: dt.date) -> list[LevelTrend]:
    measures = Measures(contract, today)
    found = []
    for lineage in measures.spans:
        cells = [
            cell
            for cell in measures.cells(lineage, today)
            if cell.row or cell.state not in (RUNNING, COMING)
        ][-MOST_PERIODS:]
        if cells:
            found.append(LevelTrend(MeasuredLevel(lineage, cells[-1].window.level, cells, [])))
    return found


# As a file --------------------------------------------------------------------------------------------

HEADINGS = [
    *("Contract", "Kind", "Name", "First day", "Last day", "Value", "Unit"),
    *("Points (0–100)", "Promised", "Standing or result"),
]


def exported(vendor: Vendor) -> Iterator[list[Value]]:
    """Everything that was ever marked or measured, one value a row, whole contracts after each other."""
    contracts: Any = vendor.organization.contract_set
    of_vendor = contracts.signed().of_vendor(vendor)
    yield [*HEADINGS]
    closed = Review.objects.filter(contract__in=of_vendor, state=Review.State.CLOSED)
    closed = closed.select_related("contract").order_by(
        "contract__title_key", "contract", "first_on"
    )
    only = ("contract__title", "first_on", "last_on", "standing", "score")
    for review in closed.only(*only).iterator(chunk_size=500):
        span = [review.first_on, review.last_on]
        standing = review.get_standing_display()
        yield [
            review.contract.title,
            "Review",
            "Score",
            *span,
            None,
            "",
            review.score,
            None,
            standing,
        ]
    yield from _exported_marks(of_vendor)
    yield from _exported_measurements(of_vendor)


def _exported_marks(of_vendor: Any) -> Iterator[list[Value]]:
    marks = ReviewMark.objects.filter(review__contract__in=of_vendor, review__state="closed")
    marks = marks.select_related("criterion", "review__contract").order_by(
        "review__contract__title_key", "review__contract", "review__first_on", "criterion__position"
    )
    only = [f"criterion__{name}" for name in ("name", "kind", "worst", "best", "unit", "promised")]
    only += [f"review__{name}" for name in ("first_on", "last_on", "contract__title")]
    for mark in marks.only("mark", "not_applicable", *only).iterator(chunk_size=500):
        criterion, review = mark.criterion, mark.review
        yield [
            *(review.contract.title, "Criterion", criterion.name, review.first_on, review.last_on),
            *(mark.mark, criterion.unit, _rounded(points_of(mark.mark, criterion))),
            criterion.promised,
            _marked(mark).words if mark.not_applicable or criterion.is_gate else "",
        ]


def _rounded(points: Decimal | None) -> Decimal | None:
    """To three places, as scores are kept."""
    return None if points is None else points.quantize(Decimal("0.001"))


def _exported_measurements(of_vendor: Any) -> Iterator[list[Value]]:
    rows = Measurement.objects.filter(contract__in=of_vendor).select_related("contract", "level")
    rows = rows.order_by("contract__title_key", "contract", "first_on", "lineage")
    for row in rows.iterator(chunk_size=500):
        level = row.level
        met = {True: "kept", False: "missed", None: "no cases"}[row.met]
        unit = "%" if level.share is not None else level.get_unit_display()
        promised = level.target if level.share is None else level.share
        yield [
            *(row.contract.title, "Service level", level.name, row.first_on, row.last_on),
            *(row.value, unit, None, promised, met),
        ]
