"""What is frozen of an award, and computing it again from nothing but that. Pure.

The content holds every input (criteria, weights, scales, marks, moderation, gates), the decision in
words, and every number that was shown. `recompute` ranks and analyses the inputs once more and
compares. docs/records.md explains the content to whoever has to read one.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from evaluations import analysis, calculation, engine
from evaluations.analysis import plain
from evaluations.analysis.findings import Model
from evaluations.analysis.firmness import verdict
from evaluations.calculation import Cell, Ranking, VendorResult
from evaluations.differences import Difference, Names, between, equal
from evaluations.inputs import Inputs, from_data

KIND = "award"
FORMAT = "outsourcing-portal/award"
FORMAT_VERSION = 1
# More than any real evaluation, less than what brings a computer down.
MOST_CELLS = 2_000_000
MOST_ROWS = 1_000  # candidates are compared pair by pair
MOST_DRAWS = 100_000
MOST_DRAWN = 20_000_000
DOUBTS = 4
"""With another NumPy other weights are drawn: shares may then differ by this many standard errors."""

_UNFIT = (KeyError, TypeError, ValueError, ArithmeticError, AttributeError, IndexError)


class Unfit(ValueError):
    """This content can't be computed again; the message says why."""


@dataclass(frozen=True)
class Recomputed:
    """What came out of computing again: what differs, and what to know about the comparison."""

    differences: list[Difference]
    notes: list[str]


def award_data(
    *,
    organization: Mapping[str, Any],
    evaluation: Mapping[str, Any],
    award: Mapping[str, Any],
    weights_from: Mapping[str, Any],
    inputs: Inputs,
    draws: int = analysis.DRAWS,
    seed: int = analysis.SEED,
) -> dict[str, Any]:
    """The content of an award's record, computed from what the record itself will hold."""
    given = inputs.as_data()
    ranking = calculation.rank(from_data(given))
    found = analysis.analyse(ranking, draws=draws, seed=seed)
    return {
        "format": FORMAT,
        "format_version": FORMAT_VERSION,
        "organization": dict(organization),
        "evaluation": dict(evaluation),
        "weights_from": dict(weights_from),
        "award": dict(award),
        "inputs": given,
        "engine": {
            "version": found.engine,
            "numpy": found.numpy,
            "draws": found.draws,
            "seed": found.seed,
            "random_index": found.random_index,
        },
        "results": results_data(ranking),
        "analysis": found.as_data(),
    }


def results_data(ranking: Ranking) -> dict[str, Any]:
    """Every number of a ranking, JSON-ready; candidates in the order in which they were entered."""
    rows = ranking.table.rows
    vendors = sorted(ranking.vendors, key=lambda vendor: rows[vendor.candidate.pk])
    return {"candidates": [_vendor_data(vendor, ranking) for vendor in vendors]}


def _vendor_data(vendor: VendorResult, ranking: Ranking) -> dict[str, Any]:
    row = ranking.table.rows[vendor.candidate.pk]
    pooled = ranking.table.pooled.mark[row].tolist()
    return {
        "candidate": vendor.candidate.pk,
        "rank": vendor.rank,
        "tied": vendor.tied,
        "eligible": vendor.eligible,
        "total": vendor.total,
        "low": vendor.low,
        "high": vendor.high,
        "coverage": vendor.coverage,
        "would_be_rank": vendor.would_be_rank,
        "possible_rank": list(vendor.possible_rank),
        "evidence": {grade or "unnamed": share for grade, share in vendor.evidence.items()},
        "gates": [_gate_data(cell) for cell in vendor.gates],
        "cells": [
            _cell_data(cell, None if math.isnan(mark) else mark)
            for cell, mark in zip(vendor.cells, pooled, strict=True)
        ],
    }


def _gate_data(cell: Cell) -> dict[str, Any]:
    return {
        "criterion": cell.criterion.pk,
        "mark": cell.mark,
        "not_applicable": cell.not_applicable,
        "passed": cell.passed,
    }


def _cell_data(cell: Cell, pooled: float | None) -> dict[str, Any]:
    return {
        "criterion": cell.criterion.pk,
        "pooled_mark": pooled,
        "mark": cell.mark,
        "moderated": cell.moderated is not None,
        "not_applicable": cell.not_applicable,
        "spread": cell.spread,
        "points": cell.points,
        "weight": cell.weight,
        "contribution": cell.contribution,
    }


# Once more ------------------------------------------------------------------------------------------


def recompute(data: Any) -> Recomputed:
    """Rank and analyse the recorded inputs again; compare every number. Unfit if that can't be done."""
    _check_format(data)
    try:
        return _recompute(data)
    except Unfit:
        raise
    except _UNFIT as error:
        raise Unfit("Its content has a part that can't be read or computed.") from error
    except MemoryError as error:
        raise Unfit("This computer has not enough memory to compute it again.") from error


def _check_format(data: Any) -> None:
    if not isinstance(data, dict) or data.get("format") != FORMAT:
        raise Unfit("Its content is no award.")
    if data.get("format_version") != FORMAT_VERSION:
        raise Unfit("Its content was written by a newer version of the portal.")


def _recompute(data: dict[str, Any]) -> Recomputed:
    given, made_with = data["inputs"], data["engine"]
    _check_size(given, made_with)
    inputs, names = from_data(given), Names(given)
    ranking = calculation.rank(inputs)
    draws, seed = made_with["draws"], made_with["seed"]
    found = analysis.analyse(ranking, draws=draws, seed=seed)
    differences = _inputs_as_written(inputs, given, names)
    differences += between(data["results"], results_data(ranking), "Ranking", names)
    recorded = data["analysis"]
    same_draws = recorded["numpy"] == np.__version__
    differences += between(
        recorded,
        found.as_data(),
        "How firm",
        names,
        same=None if same_draws else _within_chance(draws),
        ignore=frozenset({"engine", "numpy"}),
        only_recorded=True,  # what a later version finds beyond that is no difference
    )
    differences += _consistent(data, names)
    if not same_draws:
        differences += _own_verdict(recorded, names, tied=len(ranking.leaders) > 1)
    return Recomputed(differences, _notes(made_with, same_draws))


def _check_size(given: Mapping[str, Any], made_with: Mapping[str, Any]) -> None:
    cells = len(given["candidates"]) * len(given["criteria"]) * (len(given["evaluators"]) + 1)
    rows = max(len(given["candidates"]), len(given["criteria"]))
    draws = made_with["draws"]
    fits = type(draws) is int and 0 < draws <= MOST_DRAWS and draws * rows <= MOST_DRAWN
    if not fits or cells > MOST_CELLS or rows > MOST_ROWS:
        raise Unfit("It is larger than any evaluation: computing it again is refused.")


def _inputs_as_written(inputs: Inputs, given: Any, names: Names) -> list[Difference]:
    """Reading and writing the inputs once more gives the same: no idle zero, no foreign name."""
    return between(given, inputs.as_data(), "What was given", names)


def _consistent(data: Mapping[str, Any], names: Names) -> list[Difference]:
    """What stands twice in a record says the same twice."""
    recorded, made_with = data["analysis"], data["engine"]
    twice = {key: recorded[key] for key in ("numpy", "draws", "seed", "random_index")}
    found = between(made_with, {"version": recorded["engine"], **twice}, "Made with", names)
    for role in ("winner", "runner_up"):
        chosen = data["award"][role]
        if chosen is not None and names.candidate(chosen["candidate"]) != chosen["name"]:
            place = f"Name of the {role.replace('_', '-')}"
            known = names.candidate(chosen["candidate"])
            found.append(Difference(place, f"“{chosen['name']}”", f"“{known}”"))
    return found


def _own_verdict(recorded: Mapping[str, Any], names: Names, *, tied: bool) -> list[Difference]:
    """Where the shares themselves can't be drawn again: the verdict still follows from them."""
    if not recorded["models"]:
        return []
    again = verdict(plain.from_data(Model, recorded["models"][0]), tied=tied)
    now = {key: getattr(again, key) for key in ("code", "candidate", "share")}
    return between(recorded["verdict"], {**recorded["verdict"], **now}, "Verdict", names)


def _within_chance(draws: int) -> Any:
    """Compare what was drawn as two samples of the same thing; everything else exactly."""

    def same(path: tuple[str, ...], recorded: Any, now: Any) -> bool:
        if path[0] not in {"models", "verdict"} or path[-1] in {"candidate", "name"}:
            return equal(recorded, now)
        if path[-1] not in {"ranks", "share"}:
            return True  # follows from the shares, or is a mean over chance draws
        share = (recorded + now) / 2
        doubt = math.sqrt(2 * share * (1 - share) / draws) + 1 / draws
        return bool(abs(recorded - now) <= DOUBTS * doubt)

    return same


def _notes(made_with: Mapping[str, Any], same_draws: bool) -> list[str]:
    notes = []
    if made_with["version"] != engine.VERSION:
        notes.append(
            f"The record was computed with version {made_with['version']} of the engine; this is "
            f"version {engine.VERSION}. A difference may come from that."
        )
    if not same_draws:
        notes.append(
            f"The record was computed with NumPy {made_with['numpy']}; this is {np.__version__}, "
            "which draws other random weights. So the shares of “how firm” count as the same "
            f"within {DOUBTS} standard errors; everything else is compared exactly."
        )
    return notes
