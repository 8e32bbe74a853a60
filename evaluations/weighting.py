"""Four ways to say what the criteria weigh, each turned into percent. Pure; the numbers come from evaluations.engine.

An answer is kept as it was given, by ids of criteria (as text, as JSON has it):

    order   {"order": ["12", "15", …]}                    most important first
    swing   {"top": "12", "points": {"15": "60", …}}      the top one has 100
    points  {"points": {"12": "30", …}}
    pairs   {"pairs": {"12-15": "5", …}}                  5: the first counts more, -5: the second, 1: equal

What is missing is left out; nothing stands for an answer that was not given. Beside it stands `basis`:
what the criteria were when it was asked. An answer to other criteria does not count any more.

What an owner decided is kept in Evaluation.weights_from, empty if nobody did:

    {"way": "answer" | "mean" | "group" | "own", "people": ["Olivia", …], "reason": "…",
     "decided_by": "Olga", "on": "2026-11-22", "weights": {"12": "30", …}}

`how_words` puts it into a sentence. If the weights differ from those, they were changed by hand since.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import combinations
from typing import Any

import numpy as np

from evaluations import criteria, engine
from evaluations.criteria import FULL, CriterionDraft

ORDER, SWING, POINTS, PAIRS = "order", "swing", "points", "pairs"
MOST_IN_PAIRS = 9  # ten would be 45 questions
FINE_RATIO = 0.10  # Saaty's rule of thumb
BAD_RATIO = 0.20
LEVELS = {
    2: "slightly",
    3: "moderately",
    4: "moderately to strongly",
    5: "strongly",
    6: "strongly to very strongly",
    7: "very strongly",
    8: "very strongly to extremely",
    9: "extremely",
}
PAIR_VALUES = (*range(9, 1, -1), 1, *range(-2, -10, -1))

Given = Mapping[str, Any]
Weights = dict[int, Decimal]


# What was asked -----------------------------------------------------------------------------------


def basis(drafts: Sequence[CriterionDraft]) -> dict[str, dict[str, str]]:
    """What an answer is about: for each criterion its name and the two ends of its range."""
    return {
        str(draft.row): {
            "name": draft.name,
            "kind": draft.kind,
            "worst": worst_words(draft),
            "best": best_words(draft),
        }
        for draft in drafts
    }


def digest(drafts: Sequence[CriterionDraft]) -> str:
    """Short name of a basis; a form carries it, so that nobody answers what is not asked any more."""
    text = json.dumps(basis(drafts), sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def worst_words(draft: CriterionDraft) -> str:
    """The bad end of a criterion's range, in words and numbers."""
    return _end(draft, draft.worst)


def best_words(draft: CriterionDraft) -> str:
    """The good end of a criterion's range, in words and numbers."""
    return _end(draft, draft.best)


def _end(draft: CriterionDraft, value: Decimal) -> str:
    if draft.kind == criteria.JUDGED and draft.anchors and value in (0, len(draft.anchors) - 1):
        anchor = draft.anchors[int(value)]
        return f"{criteria.number(value)}: {anchor}" if anchor else criteria.number(value)
    return criteria.amount(value, draft.unit)


def outdated(then: Mapping[str, Mapping[str, str]], drafts: Sequence[CriterionDraft]) -> list[str]:
    """What changed in the criteria since an answer was given; empty: it still counts."""
    now = basis(drafts)
    words = [f"{now[key]['name']} was added" for key in now if key not in then]
    words += [f"{then[key]['name']} was removed" for key in then if key not in now]
    for key in now:
        if key in then:
            words += _changed(then[key], now[key])
    return words


def _changed(old: Mapping[str, str], new: Mapping[str, str]) -> list[str]:
    if criteria.name_key(old["name"]) != criteria.name_key(new["name"]):
        return [f"{old['name']} is now called {new['name']}"]
    if any(old[part] != new[part] for part in ("kind", "worst", "best")):
        return [f"the range of {new['name']} was changed"]
    return []


# From an answer to percent ------------------------------------------------------------------------


@dataclass(frozen=True)
class Consistency:
    """Do somebody's pairs fit together, and if not, which one to think about again."""

    ratio: float
    pair: tuple[int, int] | None = None  # None: they agree in everything
    said: int = 1
    meant: int = 1  # what the other answers point to

    @property
    def fine(self) -> bool:
        return self.ratio <= FINE_RATIO

    @property
    def bad(self) -> bool:
        return self.ratio > BAD_RATIO


@dataclass(frozen=True)
class Outcome:
    """What follows from an answer; without weights as long as something is missing."""

    weights: Weights
    missing: int = 0
    consistency: Consistency | None = None


def ids_of(drafts: Sequence[CriterionDraft]) -> list[int]:
    """The ids of stored criteria."""
    return [draft.row for draft in drafts if draft.row is not None]


def outcome(way: str, given: Given, drafts: Sequence[CriterionDraft]) -> Outcome:
    """What follows from what was given in one of the four ways."""
    ids = ids_of(drafts)
    return WAYS[way](given, ids)


def percent(shares: Sequence[float] | np.ndarray[Any, Any]) -> list[Decimal]:
    """Shares as percent with three decimals at most that add up to exactly 100."""
    return criteria.spread([Decimal(f"{share:.9f}") for share in shares])


def _from_order(given: Given, ids: list[int]) -> Outcome:
    order = [int(key) for key in given["order"] if int(key) in ids]
    if len(order) < len(ids):
        return Outcome({}, len(ids) - len(order))
    by_place = dict(zip(order, percent(engine.rank_order_centroid(len(ids))), strict=True))
    return Outcome({pk: by_place[pk] for pk in ids})


def _from_swing(given: Given, ids: list[int]) -> Outcome:
    points = dict(given["points"])
    if given["top"]:
        points[given["top"]] = "100"
        return _shared(points, ids, engine.swing)
    return Outcome({}, 1 + sum(str(pk) not in points for pk in ids))


def _from_points(given: Given, ids: list[int]) -> Outcome:
    return _shared(given["points"], ids, engine.direct)


def _shared(points: Mapping[str, str], ids: list[int], rule: Any) -> Outcome:
    there = [float(points[str(pk)]) for pk in ids if str(pk) in points]
    if len(there) < len(ids) or not any(there):
        return Outcome({}, len(ids) - len(there))
    return Outcome(dict(zip(ids, percent(rule(there)), strict=True)))


def _from_pairs(given: Given, ids: list[int]) -> Outcome:
    pairs = questions(ids)
    missing = sum(pair_key(*pair) not in given["pairs"] for pair in pairs)
    if missing or len(ids) > MOST_IN_PAIRS:
        return Outcome({}, missing)
    table = judgments(given, ids)
    found = engine.ahp(table)
    weights = dict(zip(ids, percent(found.weights), strict=True))
    if len(ids) < 3:
        return Outcome(weights)
    ratio = float(found.consistency_ratio)
    if found.worst_pair is None:
        return Outcome(weights, 0, Consistency(ratio))
    first, second = sorted(ids[at] for at in found.worst_pair)
    doubt = Consistency(
        ratio,
        pair=(first, second),
        said=int(given["pairs"][pair_key(first, second)]),
        meant=_nearest(_by_the_others(table, ids.index(first), ids.index(second))),
    )
    return Outcome(weights, 0, doubt)


WAYS = {ORDER: _from_order, SWING: _from_swing, POINTS: _from_points, PAIRS: _from_pairs}


# Two at a time ------------------------------------------------------------------------------------


def questions(ids: Sequence[int]) -> list[tuple[int, int]]:
    """Every pair once, in the order of the criteria; in each the older criterion first."""
    return [(min(pair), max(pair)) for pair in combinations(ids, 2)]


def pair_key(first: int, second: int) -> str:
    """The name of a pair in an answer."""
    return f"{first}-{second}"


def judgments(given: Given, ids: Sequence[int]) -> np.ndarray[Any, Any]:
    """A complete answer as the square table of how many times more each counts than each other."""
    table = np.ones((len(ids), len(ids)))
    place = {pk: at for at, pk in enumerate(ids)}
    for first, second in questions(ids):
        value = int(given["pairs"][pair_key(first, second)])
        times = float(value) if value > 0 else 1.0 / -value
        table[place[first], place[second]] = times
        table[place[second], place[first]] = 1.0 / times
    return table


def pair_words(value: int, first: str, second: str) -> str:
    """A judgement as a sentence: Quality is strongly more important than Cost."""
    if value == 1:
        return f"{first} and {second} are equally important"
    more, less = (first, second) if value > 0 else (second, first)
    return f"{more} is {LEVELS[abs(value)]} more important than {less}"


def _by_the_others(table: np.ndarray[Any, Any], first: int, second: int) -> float:
    """How many times more the first counts than the second by the way of each third criterion."""
    others = [at for at in range(len(table)) if at not in (first, second)]
    return float(np.exp(np.log(table[first, others] * table[others, second]).mean()))


def _nearest(times: float) -> int:
    """The step of the scale that is closest to such a ratio."""
    step = min(9, round(times if times >= 1 else 1 / times))
    return step if times >= 1 or step == 1 else -step


# Several people -----------------------------------------------------------------------------------

TALK_ABOUT = Decimal(10)


@dataclass(frozen=True)
class Voice:
    """One person's answer as it counts."""

    name: str
    way: str
    given: Given
    weights: Weights


@dataclass(frozen=True)
class Difference:
    """How far apart people are about one criterion: who gives it most, who least."""

    criterion: str
    highest: str
    high: Decimal
    lowest: str
    low: Decimal

    @property
    def size(self) -> Decimal:
        return self.high - self.low

    @property
    def is_big(self) -> bool:
        return self.size >= TALK_ABOUT

    @property
    def words(self) -> str:
        high, low = short(self.high), short(self.low)
        return f"{self.highest} {high}, {self.lowest} {low}: talk about {self.criterion}"


def differences(drafts: Sequence[CriterionDraft], voices: Sequence[Voice]) -> list[Difference]:
    """For each criterion how far apart people are, the widest first."""
    if len(voices) < 2:
        return []
    found = []
    for pk, draft in zip(ids_of(drafts), drafts, strict=True):
        said = [(voice.weights[pk], voice.name) for voice in voices]
        high, low = max(said, key=_weight), min(said, key=_weight)
        found.append(Difference(draft.name, high[1], high[0], low[1], low[0]))
    return sorted(found, key=lambda line: -line.size)


def _weight(said: tuple[Decimal, str]) -> Decimal:
    return said[0]


def short(weight: Decimal) -> str:
    """A weight to one decimal, as people compare it."""
    return criteria.number(weight.quantize(Decimal("0.1")))


def mean(drafts: Sequence[CriterionDraft], voices: Sequence[Voice]) -> Weights:
    """The arithmetic mean of what people said."""
    ids = ids_of(drafts)
    rows = [[float(voice.weights[pk]) for pk in ids] for voice in voices]
    return dict(zip(ids, percent(np.mean(rows, axis=0) / float(FULL)), strict=True))


def group(drafts: Sequence[CriterionDraft], voices: Sequence[Voice]) -> Weights:
    """Pairwise answers joined: the geometric mean of each judgement, then one result."""
    ids = ids_of(drafts)
    joined = engine.aggregate_judgments([judgments(voice.given, ids) for voice in voices])
    return dict(zip(ids, percent(engine.ahp(joined).weights), strict=True))


# The decision -------------------------------------------------------------------------------------

ANSWER, MEAN, GROUP, OWN = "answer", "mean", "group", "own"


def together(drafts: Sequence[CriterionDraft], voices: Sequence[Voice]) -> tuple[str, Weights]:
    """How several answers become one: pairwise ones are joined before they are weighed, others after."""
    if len(voices) == 1:
        return ANSWER, voices[0].weights
    if all(voice.way == PAIRS for voice in voices):
        return GROUP, group(drafts, voices)
    return MEAN, mean(drafts, voices)


def how_words(how: str, names: Sequence[str]) -> str:
    """Where weights come from, as a sentence without its full stop."""
    people = " and ".join(filter(None, [", ".join(names[:-1]), *names[-1:]]))
    return {
        ANSWER: f"The weights are what {people} answered",
        MEAN: f"The weights are the mean of what {people} answered",
        GROUP: f"The weights join what {people} answered two at a time (geometric mean)",
        OWN: "The weights were typed in by hand",
    }[how]
