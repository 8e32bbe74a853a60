"""A ranked scorecard file as data for JSON and as a table for a terminal."""

import unicodedata
from collections.abc import Sequence
from typing import Any

import numpy as np

from evaluations.engine.ranking import Scores
from evaluations.scorecard_file.model import ScorecardFile
from evaluations.scorecard_file.ranking import not_applicable_cells, rank_order

DECIMAL_PLACES = 10  # beyond what double precision means on 0-100


def as_dict(file: ScorecardFile, scores: Scores) -> dict[str, Any]:
    """Return the ranking as plain data, vendors best first, without NaN.

    A vendor with marks missing comes after the complete ones with `total` and `rank` None; its
    contributions are None where the mark is missing. A criterion that isn't applicable
    contributes 0, its weight being shared among the vendor's other criteria.
    """
    not_applicable = not_applicable_cells(file)
    names = [criterion.name for criterion in file.criteria]
    vendors = []
    for at in rank_order(scores):
        contribution = [_number(value) for value in scores.contribution[at]]
        possible = scores.possible_rank[at].tolist()
        vendors.append(
            {
                "name": file.vendors[at].name,
                "total": _number(scores.total[at]),
                "rank": int(scores.rank[at]) or None,
                "tied": bool(scores.tied[at]),
                "contributions": dict(zip(names, contribution, strict=True)),
                "low": _number(scores.low[at]),
                "high": _number(scores.high[at]),
                "coverage": _number(scores.coverage[at]),
                "possible_ranks": possible if all(possible) else None,
                "missing": [n for n, c in zip(names, contribution, strict=True) if c is None],
                "not_applicable": [
                    name for name, left in zip(names, not_applicable[at], strict=True) if left
                ],
            }
        )
    return {
        "vendors": vendors,
        "criteria": [
            {"name": criterion.name, "weight": _number(float(criterion.weight_percent))}
            for criterion in file.criteria
        ],
        "scale": file.scale
        and {
            "lowest": float(file.scale.lowest),
            "highest": float(file.scale.highest),
            "how": file.scale.how,
        },
        "layout": file.layout,
        "evaluators": list(file.evaluators),
        "warnings": [str(problem) for problem in file.warnings],
        "understood": list(file.understood),
    }


def as_table(file: ScorecardFile, scores: Scores) -> str:
    """Return the ranking as lines of text: totals, then contributions, then what to look at."""
    found = as_dict(file, scores)
    table = [
        ["Rank", "Vendor", "Total", *(f"{c['name']} ({c['weight']:g})" for c in found["criteria"])]
    ]
    table += [_line(vendor) for vendor in found["vendors"]]
    lines = _aligned([[one_line(text) for text in line] for line in table])
    lines += ["", *(one_line(sentence) for sentence in found["understood"])]
    lines += [f"Warning: {one_line(warning)}" for warning in found["warnings"]]
    return "\n".join(lines)


def one_line(text: str) -> str:
    """Return `text` for a terminal: on one line, control characters shown as "?"."""
    flat = " ".join(text.split())
    return "".join("?" if unicodedata.category(char) == "Cc" else char for char in flat)


def _line(vendor: dict[str, Any]) -> list[str]:
    missing, not_applicable = set(vendor["missing"]), set(vendor["not_applicable"])
    if vendor["total"] is not None:
        total = f"{vendor['total']:.1f}"
    elif vendor["low"] is None:
        total = "–"
    else:
        covered = f"{vendor['coverage']:.0%}".replace("%", " %")
        total = f"{vendor['low']:.1f}–{vendor['high']:.1f} ({covered} marked)"
    rank = "–" if vendor["rank"] is None else f"{vendor['rank']}{'=' * vendor['tied']}"
    parts = [
        "?" if name in missing else "N/A" if name in not_applicable else f"{points:.1f}"
        for name, points in vendor["contributions"].items()
    ]
    return [rank, vendor["name"], total, *parts]


def _aligned(table: Sequence[Sequence[str]]) -> list[str]:
    widths = [max(map(_width, column)) for column in zip(*table, strict=True)]
    return [
        "  ".join(
            text + " " * (width - _width(text)) if at == 1 else " " * (width - _width(text)) + text
            for at, (text, width) in enumerate(zip(line, widths, strict=True))
        ).rstrip()
        for line in table
    ]


def _width(text: str) -> int:
    wide = sum(unicodedata.east_asian_width(char) in "WF" for char in text)
    return len(text) + wide - sum(map(bool, map(unicodedata.combining, text)))


def _number(value: float) -> float | None:
    """Return a finite float without binary dust, or None for NaN; whole numbers stay floats."""
    return None if np.isnan(value) else round(float(value), DECIMAL_PLACES) + 0.0
