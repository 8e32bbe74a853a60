"""What an analysis finds, as small frozen rows: stored with a ranking, shown on pages and in the PDF.

Candidates, criteria and evaluators are named by their pk. Shares and weights run from 0 to 1,
points and leads from 0 to 100. Codes are worded where they are shown.
"""

from dataclasses import dataclass
from typing import Any

from evaluations.analysis import plain

NOBODY, ONLY_ONE = "nobody", "only_one"
CLEAR, LIKELY, TOO_CLOSE = "clear", "likely", "too_close"
AROUND, SAME_ORDER, ANY = "around", "same_order", "any"
STRONG, FAIR, WEAK, ALL_ALIKE = "strong", "fair", "weak", "all_alike"
NO_EVALUATOR, ONE_EVALUATOR, NO_OVERLAP = "no_evaluator", "one_evaluator", "no_overlap"
NOT_APPLICABLE = "not_applicable"


@dataclass(frozen=True, slots=True)
class Verdict:
    """How firmly the leader is first, over weights around those given."""

    code: str
    candidate: int
    share: float
    standard_error: float


@dataclass(frozen=True, slots=True)
class Standing:
    """One candidate in one weight model: how often it takes each rank, and with which weights it leads.

    `weights` (per weighted criterion) are the mean of those with which it comes first; empty if never.
    `confidence`: how often it would be first at those weights had other such evaluators scored;
    None where there are too few evaluators to tell.
    """

    candidate: int
    ranks: tuple[float, ...]
    standard_error: float
    weights: tuple[float, ...]
    confidence: float | None

    @property
    def first(self) -> float:
        return self.ranks[0]


@dataclass(frozen=True, slots=True)
class Model:
    """One way to doubt the weights: `around` those given, any in the `same_order`, or `any` at all."""

    name: str
    standings: tuple[Standing, ...]


@dataclass(frozen=True, slots=True)
class Interval:
    """How far one weight may move, the others keeping their proportions, while the leader stays.

    `below` and `above` lead beyond; None where the leader stays to the very end.
    """

    criterion: int
    weight: float
    low: float
    high: float
    below: int | None
    above: int | None


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that would change the leader.

    `kind` "weight": `criterion` counting `weight` instead of `now`, the others in proportion;
    "transfer": `amount` moved to `criterion` from `source`, which keeps `source_weight`;
    "evaluator": without that one's marks. Weights are rounded so that at what is said, the new
    leader does lead.
    """

    kind: str
    leader: int
    amount: float | None = None
    criterion: int | None = None
    now: float | None = None
    weight: float | None = None
    source: int | None = None
    source_weight: float | None = None
    evaluator: int | None = None


@dataclass(frozen=True, slots=True)
class Lead:
    """The lead over the best other when one weight is `delta` lower or higher (tornado)."""

    criterion: int
    less: float
    more: float


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Who leads without one evaluator or one criterion (`kind`); None when nobody does so alone."""

    kind: str
    pk: int
    leader: int | None


@dataclass(frozen=True, slots=True)
class Offset:
    """How far one evaluator's points lie above (kind) or below (harsh) the mean of the others' cells."""

    evaluator: int
    points: float
    cells: int


@dataclass(frozen=True, slots=True)
class TalkCell:
    """A cell whose differing marks could change a rank: `effect` = weight × spread, in points."""

    candidate: int
    criterion: int
    effect: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Agreement:
    """Do the evaluators agree. `reason` says why there is nothing to say.

    `alpha` compares the judged marks in `cells` (those with two or more), `w` the orders of the
    candidates by each of `own_orders` evaluators' marks alone; None where it cannot be computed.
    `same_first` of them put the leader first. `corrected` is the order of the candidates with each
    evaluator's offset taken away; empty when it is the same.
    """

    reason: str
    evaluators: int
    cells: int
    alpha: float | None
    alpha_word: str
    w: float | None
    w_word: str
    same_first: int
    own_orders: int
    offsets: tuple[Offset, ...]
    corrected: tuple[int, ...]
    talk: tuple[TalkCell, ...]


@dataclass(frozen=True, slots=True)
class Opinion:
    """Another method's order. `differs`: `above` stands before `below` there, the other way round here;
    `criterion` is where `above` is strongest against `below`."""

    method: str
    order: tuple[int, ...]
    values: tuple[float, ...]
    differs: tuple["Swapped", ...]


@dataclass(frozen=True, slots=True)
class Swapped:
    above: int
    below: int
    criterion: int | None
    weakest: int | None


@dataclass(frozen=True, slots=True)
class Dominated:
    """A candidate that some other is nowhere worse than and somewhere better."""

    candidate: int
    by: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Unproven:
    """One cell of the leader's that rests on a claim, a guess or nothing named.

    `points` is what it brings, `grades` what it rests on, `decides` whether losing those points
    would lose the lead.
    """

    candidate: int
    criterion: int
    points: float
    grades: tuple[str, ...]
    decides: bool


@dataclass(frozen=True, slots=True)
class Evidence:
    """What the leader's points rest on: shares by grade, and what to have proven, heaviest first."""

    candidate: int
    claim: float
    guess: float
    unnamed: float
    cells: tuple[Unproven, ...]

    @property
    def unproven(self) -> float:
        return self.claim + self.guess + self.unnamed


@dataclass(frozen=True)
class Analysis:
    """Everything that was found. `reason` says why there is nothing on firmness (too few candidates)."""

    engine: str
    numpy: str
    draws: int
    seed: int
    random_index: str
    concentration: float
    reason: str
    compared: tuple[int, ...]
    verdict: Verdict | None
    models: tuple[Model, ...]
    stability: tuple[Interval, ...]
    changes: tuple[Change, ...]
    delta: float
    lead: float | None
    tornado: tuple[Lead, ...]
    left_out: tuple[LeftOut, ...]
    agreement: Agreement
    opinions_reason: str
    opinions: tuple[Opinion, ...]
    dominated: tuple[Dominated, ...]
    evidence: Evidence | None

    def as_data(self) -> dict[str, Any]:
        """JSON-ready, without NaN."""
        data: dict[str, Any] = plain.as_data(self)
        return data

    def model(self, name: str) -> Model | None:
        return next((model for model in self.models if model.name == name), None)


def from_data(data: Any) -> Analysis:
    """The inverse of `Analysis.as_data`. KeyError, TypeError or ValueError for anything else."""
    found: Analysis = plain.from_data(Analysis, data)
    return found
