"""What if: the ranking under other weights, evaluators or candidates. Computed, shown, never stored.

A `Scenario` holds only what differs from the record, and stands in the address (`read`,
`Scenario.query`), so that a link is all there is to share. `apply` computes it beside the record
with the same calculation. Pure: no Django.

Weights: a number that was given counts as it is, in percent; the criteria without one share what
is left, in their recorded proportions. When nothing is left to share, or nobody to share it, the
given numbers count in proportion to one another.

Gates stay out of it: they are judged on all marks and on moderation, whatever is left out. Nothing
here counts a failed gate as passed.
"""

import re
from collections.abc import Iterable, Mapping
from copy import copy
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from evaluations import engine
from evaluations.analysis import DRAWS, SEED
from evaluations.analysis.firmness import CONCENTRATION
from evaluations.analysis.problem import Problem
from evaluations.calculation import Ranking, Table, VendorResult, rank_table
from evaluations.inputs import CriterionInput, Inputs, exact

FULL = Decimal(100)
MEAN, MEDIAN = "mean", "median"
AROUND, SAME_ORDER, ANY = "around", "same_order", "any"
WEIGHT_EXPECTED = "Type a number from 0 to 100, such as 34 or 12.5, or nothing."
NO_CRITERIA, NO_EVALUATORS, NO_CANDIDATES, NO_WEIGHTS = (
    "no_criteria",
    "no_evaluators",
    "no_candidates",
    "no_weights",
)
_WEIGHT = re.compile(r"([0-9]{1,3})(?:[.,]([0-9]{1,6}))?\s*%?")
_WEIGHT_KEY = re.compile(r"w([0-9]{1,19})")
_ID = re.compile(r"[0-9]{1,19}")
_LONGEST_SHOWN, _MOST_SHOWN = 40, 5


@dataclass(frozen=True)
class Scenario:
    """What differs from the record. `weights`: criterion pk → percent; the others are pks left out.

    `model` is how weights are varied for “how sure”: around these, in the same order, or any at all.
    """

    weights: Mapping[int, Decimal] = field(default_factory=dict)
    criteria: frozenset[int] = frozenset()
    evaluators: frozenset[int] = frozenset()
    candidates: frozenset[int] = frozenset()
    how: str = MEAN
    moderated: bool = True
    model: str = AROUND

    def pairs(self) -> list[tuple[str, str]]:
        """The parts of the address, in a fixed order; none for the record itself."""
        found = [(f"w{pk}", exact(value)) for pk, value in sorted(self.weights.items())]
        for key, pks in _LEFT_OUT.items():
            found += [(key, str(pk)) for pk in sorted(getattr(self, pks))]
        if self.how != MEAN:
            found.append(("how", self.how))
        if not self.moderated:
            found.append(("raw", "1"))
        if self.model != AROUND:
            found.append(("m", self.model))
        return found

    def query(self) -> str:
        return urlencode(self.pairs())

    @property
    def is_record(self) -> bool:
        """Nothing that counts is changed; which weights are tried out does not count."""
        return replace(self, model=AROUND) == Scenario()


_LEFT_OUT = {"xc": "criteria", "xe": "evaluators", "xv": "candidates"}
_CHOICES: Mapping[str, tuple[str, Mapping[str, Any]]] = {
    "how": ("how", {MEAN: MEAN, MEDIAN: MEDIAN}),
    "raw": ("moderated", {"": True, "0": True, "1": False}),
    "m": ("model", {AROUND: AROUND, SAME_ORDER: SAME_ORDER, ANY: ANY}),
}


# Reading an address --------------------------------------------------------------------------------


@dataclass(frozen=True)
class Reading:
    """What an address says. `typed` and `errors` by criterion pk; `ignored`: parts that mean nothing."""

    scenario: Scenario
    typed: Mapping[int, str]
    errors: Mapping[int, str]
    ignored: list[str]


def read(pairs: Iterable[tuple[str, str]], inputs: Inputs) -> Reading:
    """Never fails: a number that is none is refused at its criterion, anything unknown is ignored."""
    reader = _Reader(inputs)
    for key, value in pairs:
        reader.take(key, value)
    return reader.reading()


class _Reader:
    def __init__(self, inputs: Inputs) -> None:
        self.weighted = {criterion.pk for criterion in inputs.weighted}
        self.known = {
            "xc": self.weighted,
            "xe": {evaluator.pk for evaluator in inputs.counted},
            "xv": {candidate.pk for candidate in inputs.candidates},
        }
        self.left_out: dict[str, set[int]] = {key: set() for key in _LEFT_OUT}
        self.typed: dict[int, str] = {}
        self.chosen: dict[str, Any] = {}
        self.ignored: list[str] = []

    def take(self, key: str, value: str) -> None:
        weight = _WEIGHT_KEY.fullmatch(key)
        if weight and int(weight[1]) in self.weighted:
            self.typed[int(weight[1])] = value.strip()
        elif key in _LEFT_OUT and _ID.fullmatch(value) and int(value) in self.known[key]:
            self.left_out[key].add(int(value))
        elif key in _CHOICES and value in _CHOICES[key][1]:
            name, meaning = _CHOICES[key]
            self.chosen[name] = meaning[value]
        else:
            self.ignored.append(_shown(f"{key}={value}" if value else key))

    def reading(self) -> Reading:
        weights: dict[int, Decimal] = {}
        errors: dict[int, str] = {}
        for pk, text in self.typed.items():
            number = _weight(text)
            if number is not None:
                weights[pk] = number
            elif text:
                errors[pk] = WEIGHT_EXPECTED
        scenario = Scenario(
            weights,
            criteria=frozenset(self.left_out["xc"]),
            evaluators=frozenset(self.left_out["xe"]),
            candidates=frozenset(self.left_out["xv"]),
            **self.chosen,
        )
        return Reading(scenario, self.typed, errors, _some(self.ignored))


def _weight(text: str) -> Decimal | None:
    match = _WEIGHT.fullmatch(text)
    number = Decimal(f"{match[1]}.{match[2] or 0}") if match else None
    return number if number is not None and number <= FULL else None


def _shown(text: str) -> str:
    """Of a foreign text only what can be shown on one short line."""
    plain = "".join(letter if letter.isprintable() else "?" for letter in text)
    return plain if len(plain) <= _LONGEST_SHOWN else f"{plain[: _LONGEST_SHOWN - 1]}…"


def _some(texts: list[str]) -> list[str]:
    """The first few, and how many more."""
    more = len(texts) - _MOST_SHOWN
    return texts if more <= 0 else [*texts[:_MOST_SHOWN], f"{more} more"]


# Computing it --------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Weighing:
    """What each criterion that is kept weighs. `share` in percent, 100 together (or 0: nothing weighs).

    `given` is what the given numbers add up to when they could not count as they are.
    """

    share: Mapping[int, float]
    given: Decimal | None = None


def weigh(criteria: list[CriterionInput], weights: Mapping[int, Decimal]) -> Weighing:
    """Share 100 percent among the criteria; see the head of this module."""
    fixed = {row.pk: weights[row.pk] for row in criteria if row.pk in weights}
    free = {row.pk: row.weight for row in criteria if row.pk not in weights}
    given = sum(fixed.values(), Decimal(0))
    rest = max(FULL - given, Decimal(0))
    base = sum(free.values(), Decimal(0))
    if base:
        free = {pk: rest * weight / base for pk, weight in free.items()}
    else:
        free = {pk: rest / len(free) for pk in free}
    parts = {row.pk: fixed[row.pk] if row.pk in fixed else free[row.pk] for row in criteria}
    total = sum(parts.values(), Decimal(0))
    share = {pk: float(FULL * part / total) if total else 0.0 for pk, part in parts.items()}
    return Weighing(
        share, given if fixed and total and total != FULL and not _near(total) else None
    )


def _near(total: Decimal) -> bool:
    """What dividing leaves behind is no difference."""
    return abs(total - FULL) < Decimal("1e-9")


@dataclass(frozen=True)
class Row:
    """One candidate with these settings (`now`), in the record (`before`), and how sure the place is."""

    now: VendorResult
    before: VendorResult
    first: float | None

    @property
    def moved(self) -> int | None:
        """Places up; below zero: down. None unless ranked both times."""
        if not self.now.rank or not self.before.rank:
            return None
        return self.before.rank - self.now.rank

    @property
    def places(self) -> int:
        return abs(self.moved or 0)


@dataclass(frozen=True)
class Outcome:
    """A scenario, computed. `problem` says why there is no `ranking`."""

    scenario: Scenario
    recorded: Ranking
    weighing: Weighing
    problem: str = ""
    ranking: Ranking | None = None
    sure: engine.Acceptability | None = None

    @cached_property
    def rows(self) -> list[Row]:
        """In the order of the ranking."""
        if self.ranking is None:
            return []
        before = {vendor.candidate.pk: vendor for vendor in self.recorded.vendors}
        first = {}
        if self.sure is not None:
            shares = self.sure.first.tolist()
            ranked = [vendor.candidate.pk for vendor in self.ranking.ranked]
            first = dict(zip(ranked, shares, strict=True))
        return [
            Row(vendor, before[vendor.candidate.pk], first.get(vendor.candidate.pk))
            for vendor in self.ranking.vendors
        ]

    @property
    def left_out(self) -> list[VendorResult]:
        """Candidates that are left out, as the record has them."""
        out = self.scenario.candidates
        return [vendor for vendor in self.recorded.vendors if vendor.candidate.pk in out]

    @property
    def leader_changes(self) -> bool:
        return self.ranking is not None and _pks(self.ranking) != _pks(self.recorded)

    @property
    def sampling_error(self) -> float | None:
        """The largest of the shares' standard errors (0–1)."""
        return None if self.sure is None else float(self.sure.standard_error.max())


def _pks(ranking: Ranking) -> set[int]:
    return {vendor.candidate.pk for vendor in ranking.leaders}


def apply(inputs: Inputs, scenario: Scenario) -> Outcome:
    """The ranking under the scenario beside the recorded one, and how sure it is."""
    kept = inputs.without(criteria=scenario.criteria, candidates=scenario.candidates)
    recorded = rank_table(Table(inputs), cells=False)
    weighing = weigh(kept.weighted, scenario.weights)
    problem = _problem(kept, scenario, weighing)
    if problem:
        return Outcome(scenario, recorded, weighing, problem)
    found = recorded if scenario.is_record else _ranked(kept, recorded, scenario, weighing)
    return Outcome(scenario, recorded, weighing, ranking=found, sure=_sure(found, scenario.model))


def _ranked(kept: Inputs, recorded: Ranking, scenario: Scenario, weighing: Weighing) -> Ranking:
    """Where only weights differ, as while a slider moves, the recorded marks are used as they stand."""
    if replace(scenario, weights={}).is_record:
        table = copy(recorded.table)
    else:
        table = Table(_counting(kept, scenario), how=scenario.how)
    if scenario.weights:
        table.reweighed(weighing.share)
    return rank_table(table, cells=False)


def _problem(kept: Inputs, scenario: Scenario, weighing: Weighing) -> str:
    if not kept.weighted:
        return NO_CRITERIA
    if not kept.candidates:
        return NO_CANDIDATES
    if scenario.evaluators >= {evaluator.pk for evaluator in kept.counted}:
        return NO_EVALUATORS
    return "" if any(weighing.share.values()) else NO_WEIGHTS


def _counting(kept: Inputs, scenario: Scenario) -> Inputs:
    """The marks that count with these settings; those on gates always do."""
    gates = {gate.pk for gate in kept.gates}
    out = scenario.evaluators
    return replace(
        kept,
        marks=[mark for mark in kept.marks if mark.evaluator not in out or mark.criterion in gates],
        moderated=[
            cell
            for cell in kept.moderated
            if scenario.moderated or cell.measured or cell.criterion in gates
        ],
    )


def _sure(ranking: Ranking, model: str) -> engine.Acceptability | None:
    """How often each ranked candidate comes first when the weights vary; None when nobody is ranked."""
    if not ranking.ranked:
        return None
    problem = Problem(ranking)
    draws = engine.draw_weights(model, problem.weights, DRAWS, SEED, CONCENTRATION)
    return engine.acceptability(problem.points, draws, applicable=problem.mask)
