"""The rows of a `Reading`: findings with names, as templates and charts want them."""

from dataclasses import dataclass

from core.charts import RankRow
from evaluations.calculation import VendorResult
from evaluations.inputs import CriterionInput

SHOWN_CHANGES = 3


@dataclass(frozen=True)
class ChangeRow:
    """One thing that would change the leader. Weights in percent, as text that is already rounded."""

    kind: str
    leader: str
    criterion: str = ""
    source: str = ""
    evaluator: str = ""
    now: str = ""
    weight: str = ""
    amount: str = ""
    opens: str = ""
    """The query string with which the what-if page shows it."""


@dataclass(frozen=True)
class ModelTable:
    """The shares of the ranks in one weight model. `cut`: candidates left out of the picture."""

    name: str
    title: str
    note: str
    rows: list[RankRow]
    leader: str
    first: float
    standard_error: float
    cut: int


@dataclass(frozen=True)
class CentralRow:
    """The mean weights with which a candidate comes first; none if it never does."""

    name: str
    first: float
    weights: tuple[float, ...]
    confidence: float | None


@dataclass(frozen=True)
class Strip:
    """How far one weight may move."""

    criterion: CriterionInput
    now: float
    low: float
    high: float
    below: str
    above: str


@dataclass(frozen=True)
class OffsetRow:
    """One evaluator beside the others; `word` is "kind", "harsh" or ""."""

    name: str
    points: float
    cells: int
    word: str


@dataclass(frozen=True)
class TalkRow:
    vendor: VendorResult
    criterion: CriterionInput
    effect: float
    low: float
    high: float


@dataclass(frozen=True)
class DiffersRow:
    """Why another method puts `above` before `below`; its points on `criterion`, and the weakest of
    the other."""

    above: str
    below: str
    criterion: CriterionInput | None
    above_points: float | None
    below_points: float | None
    weakest: CriterionInput | None
    weakest_points: float | None


@dataclass(frozen=True)
class OpinionRow:
    method: str
    leader: str
    same_leader: bool
    same_order: bool
    lines: list[tuple[int, str, float, int]]
    """Place there, name, its number there, rank here."""
    differs: list[DiffersRow]

    @property
    def first_differs(self) -> list[DiffersRow]:
        return self.differs[:SHOWN_CHANGES]

    @property
    def more_differs(self) -> int:
        return len(self.differs) - len(self.first_differs)


@dataclass(frozen=True)
class ProofRow:
    """Something to have proven: what the leader's points on one criterion rest on now."""

    criterion: CriterionInput
    points: float
    rests_on: str
    decides: bool
