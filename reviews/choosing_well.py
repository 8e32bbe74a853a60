"""Did we choose well: what the selection promised against what reviews measured since (product.md M12).

Both are points of 0 to 100 on the criterion's scale, so they can be held against each other across
criteria and contracts. Each criterion keeps its two numbers (`recount`, when a review closes), so that a
million marks need not be read. A difference counts as clear when zero lies outside its 95 % interval;
below five criteria nothing is concluded.
"""

import math
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.core.cache import cache
from django.db.models import Avg, Count, ExpressionWrapper, F, FloatField, Max, Q, Sum
from django.db.models.functions import Lower

from accounts.models import Organization
from evaluations.inputs import EVIDENCE_WORDS
from reviews.models import Review, ReviewCriterion, ReviewPlan

ENOUGH = 5  # criteria, before anything is concluded from them
Z = 1.96  # the 95 % interval of a mean
WORTH_SAYING = 5.0  # points: a smaller difference is no advice
MOST_NAMES, MOST_ADVICE = 50, 3
KEPT_FOR = 3600  # seconds
FULL = Decimal(100)
PLACES = Decimal("0.001")
COLUMNS = ["promised_points", "measured_points", "measured_reviews"]
NO_EVIDENCE = "Nothing named"
# As it stands inside a sentence.
EVIDENCE_IN_TEXT = {
    "measured": "what we measured ourselves",
    "reference": "references",
    "document": "documents",
    "demo": "a demo or trial",
    "claim": "the vendor's own claim",
    "guess": "a guess",
    "": "nothing that was named",
}


# Kept beside each criterion -----------------------------------------------------------------------------


def recount(plans: Sequence[ReviewPlan]) -> None:
    """Let the criteria of these plans keep what was promised and what closed reviews marked: three
    queries, however many there are. Called when a review closes, its plan locked."""
    criteria = [
        criterion
        for criterion in _with_means(plans)
        if _set(criterion, criterion.mean_mark, criterion.reviews)
    ]
    if criteria:
        ReviewCriterion.objects.bulk_update(criteria, COLUMNS, batch_size=500)


def _with_means(plans: Sequence[ReviewPlan]) -> Any:
    """Gates have no points. The scale is a straight line, so the mean mark has the mean points."""
    counts = Q(marks__review__state=Review.State.CLOSED, marks__mark__isnull=False)
    rows = ReviewCriterion.objects.filter(plan__in=plans).exclude(kind="gate")
    return rows.annotate(
        mean_mark=Avg("marks__mark", filter=counts), reviews=Count("marks", filter=counts)
    )


def _set(criterion: ReviewCriterion, mean: Any, reviews: int) -> bool:
    """Whether anything differs from what it keeps."""
    before = [getattr(criterion, name) for name in COLUMNS]
    criterion.promised_points = _points(criterion, criterion.promised)
    criterion.measured_points = _points(criterion, mean)
    criterion.measured_reviews = reviews
    return before != [getattr(criterion, name) for name in COLUMNS]


def _points(criterion: ReviewCriterion, mark: Any) -> Decimal | None:
    """0 to 100 on the criterion's scale, a mark beyond an end as that end."""
    if mark is None:
        return None
    share = (Decimal(str(mark)) - criterion.worst) / (criterion.best - criterion.worst)
    return (min(max(share, Decimal(0)), Decimal(1)) * FULL).quantize(PLACES)


# Told -------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Kept:
    """How one kind of promise was kept: means in points, `gap` = measured less promised.

    `margin`: half the 95 % interval of the gap; None with fewer than two.
    """

    name: str
    key: str
    criteria: int
    promised: float
    measured: float
    gap: float
    margin: float | None

    @property
    def is_enough(self) -> bool:
        return self.criteria >= ENOUGH and self.margin is not None

    @property
    def is_clear(self) -> bool:
        """Whether the gap differs from zero for certain enough."""
        return self.is_enough and self.margin is not None and abs(self.gap) > self.margin

    @property
    def words(self) -> str:
        """In a sentence, careful with few."""
        if not self.is_enough:
            return f"Too few to tell ({self.criteria} of at least {ENOUGH})"
        if not self.is_clear:
            return "About as promised"
        amount = f"{abs(self.gap):.0f} point{'' if round(abs(self.gap)) == 1 else 's'}"
        return f"{amount} less than promised" if self.gap < 0 else f"{amount} more than promised"

    @property
    def tone(self) -> str:
        if not self.is_clear:
            return "neutral"
        return "warn" if self.gap < 0 else "ok"


@dataclass(frozen=True)
class Lessons:
    """What the whole portfolio teaches."""

    overall: Kept | None
    by_criterion: list[Kept]
    by_evidence: list[Kept]


class Sums:
    """Added up over criteria: how many, their points, their gaps and the squares of those."""

    def __init__(self) -> None:
        self.criteria = 0
        self.promised = self.measured = self.squares = 0.0

    def add(self, row: dict[str, Any]) -> None:
        self.criteria += row["criteria"]
        self.promised += float(row["promised_sum"])
        self.measured += float(row["measured_sum"])
        self.squares += float(row["squares"])

    def kept(self, name: str, key: str) -> Kept:
        gap = (self.measured - self.promised) / self.criteria
        return Kept(
            name=name,
            key=key,
            criteria=self.criteria,
            promised=self.promised / self.criteria,
            measured=self.measured / self.criteria,
            gap=gap,
            margin=_margin(self.criteria, gap, self.squares / self.criteria),
        )


def _margin(count: int, mean: float, mean_square: float) -> float | None:
    """Half the 95 % interval of a mean, by the spread of a sample; None with fewer than two."""
    if count < 2:
        return None
    variance = max(mean_square - mean * mean, 0.0) * count / (count - 1)
    return Z * math.sqrt(variance / count)


def lessons(organization: Organization) -> Lessons:
    """In one query that reads one index, once: no marks, and no criterion by itself."""
    whole = Sums()
    by_criterion: dict[str, Sums] = defaultdict(Sums)
    by_evidence: dict[str, Sums] = defaultdict(Sums)
    names: dict[str, str] = {}
    for row in _added_up(organization):
        names.setdefault(row["folded"], row["shown"])
        for sums in (whole, by_criterion[row["folded"]], by_evidence[row["promised_evidence"]]):
            sums.add(row)
    frequent = sorted(by_criterion, key=lambda key: (-by_criterion[key].criteria, key))
    named = {**EVIDENCE_WORDS, "": NO_EVIDENCE}
    return Lessons(
        overall=whole.kept("All criteria", "") if whole.criteria else None,
        by_criterion=[by_criterion[key].kept(names[key], key) for key in frequent[:MOST_NAMES]],
        by_evidence=[
            by_evidence[key].kept(words, key or "none")
            for key, words in named.items()
            if key in by_evidence
        ],
    )


def compared(organization: Organization) -> Any:
    """The criteria of which both a promise and a measured value are known."""
    rows: Any = organization.reviewcriterion_set
    return rows.filter(promised_points__isnull=False, measured_points__isnull=False)


def _added_up(organization: Organization) -> Any:
    """By kind of evidence and name, whatever its capitals."""
    gap = F("measured_points") - F("promised_points")
    rows = compared(organization).order_by().values("promised_evidence", folded=Lower("name"))
    return rows.annotate(
        shown=Max("name"),
        criteria=Count("pk"),
        promised_sum=Sum("promised_points"),
        measured_sum=Sum("measured_points"),
        squares=Sum(ExpressionWrapper(gap * gap, output_field=FloatField())),
    ).order_by("folded", "promised_evidence")


def rows_of(organization: Organization, *, criterion: str = "", evidence: str = "") -> Any:
    """The criteria behind one line, those that kept least of their promise first."""
    rows = compared(organization)
    if criterion:
        rows = rows.annotate(folded=Lower("name")).filter(folded=criterion)
    if evidence:
        rows = rows.filter(promised_evidence="" if evidence == "none" else evidence)
    rows = rows.select_related("plan__contract__vendor")
    gap = F("measured_points") - F("promised_points")
    return rows.annotate(gap=gap).order_by("gap", "pk")


# Advice -------------------------------------------------------------------------------------------------


def advice_for_criteria(organization: Organization) -> list[str]:
    """What past choices teach whoever chooses criteria (settings.CRITERIA_ADVICE): at most three
    sentences, only where the difference is clear; nothing for who never reviewed an award. Kept for an
    hour: adding up a hundred thousand criteria takes longer than the page that shows them."""
    key = f"criteria-advice:{organization.pk}"
    told: list[str] | None = cache.get(key)
    if told is None:
        told = sentences(lessons(organization))
        cache.set(key, told, KEPT_FOR)
    return told


def sentences(found: Lessons) -> list[str]:
    """The same from what is read already."""
    told = [_of_evidence(line) for line in _worst(found.by_evidence)]
    told += [_of_criterion(line) for line in _worst(found.by_criterion)]
    return told[:MOST_ADVICE]


def _worst(lines: Iterable[Kept]) -> list[Kept]:
    """Those that clearly kept less than promised by enough to say so, the worst first."""
    found = [line for line in lines if line.is_clear and line.gap <= -WORTH_SAYING]
    return sorted(found, key=lambda line: line.gap)[:2]


def _of_evidence(line: Kept) -> str:
    rested = EVIDENCE_IN_TEXT["" if line.key == "none" else line.key]
    return (
        f"Marks that rested on {rested} came out {abs(line.gap):.0f} points lower in reviews than at the "
        f"selection ({line.criteria} criteria compared). Ask for firmer evidence."
    )


def _of_criterion(line: Kept) -> str:
    return (
        f"“{line.name}” was promised {line.promised:.0f} points on average and measured {line.measured:.0f} "
        f"(compared {line.criteria} times). Mark it more carefully, or give it a measured number."
    )
