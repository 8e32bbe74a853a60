"""What is frozen of a review, and computing it again from nothing but that. Pure.

`given` is everything that was known (reviews/review_rows.py reads it): the criteria with their marks,
what was measured, asked, open and said. `assess` makes the score, the points and the suggested standing of it;
page, record and verification all use it. docs/records.md explains the content to whoever has to read one.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from evaluations import calculation, engine
from evaluations.differences import Difference, Names, between
from evaluations.inputs import (
    GATE,
    CandidateInput,
    CriterionInput,
    EvaluatorInput,
    Inputs,
    MarkInput,
)
from reviews import standing_rule
from reviews.standing_rule import Facts, Proposal

KIND = "review"
FORMAT = "outsourcing-portal/review"
FORMAT_VERSION = 1
MOST_CRITERIA = 1_000
PARTS = (
    "contract",
    "review",
    "criteria",
    "measurements",
    "surveys",
    "issues",
    "actions",
    "vendor_view",
    "usage",
    "credits",
    "before",
    "threshold",
)
"""The parts of `given`."""
LATER = ("goals", "promises")
"""Parts that came later: in a record only where there is something to keep, so that older records and those of
contracts without a plan read the same."""

_ONE = 1  # the one candidate, and the one scorecard, of a review
_NO_NAMES = Names()
SUGGESTED = frozenset({"standing", "reasons", "alarm"})
"""What of the results follows from the rule of the standing."""
_UNFIT = (KeyError, TypeError, ValueError, ArithmeticError, AttributeError, IndexError)


class Unfit(ValueError):
    """This content can't be computed again; the message says why."""


@dataclass(frozen=True)
class Line:
    """What follows for one criterion: points 0–100 now, in the review before and as promised; the share
    of the weight in percent, and what it adds to the score. None: no mark, not applicable, or a gate."""

    points: float | None = None
    before: float | None = None
    promised: float | None = None
    weight: float | None = None
    contribution: float | None = None


@dataclass(frozen=True)
class Assessment:
    """What follows from `given`. `score` 0–100, None while a mark is missing; `missing`: the ids of
    those criteria; `promised`: what the marks of the selection would give, None if one has none."""

    score: float | None
    promised: float | None
    lines: dict[int, Line]
    missing: list[int]
    facts: Facts
    proposal: Proposal
    marked: int = field(default=0)


def points_of(mark: Decimal | None, criterion: Mapping[str, Any]) -> float | None:
    """Points of one mark on the criterion's fixed scale; None without a mark, and for a gate."""
    if mark is None or criterion["kind"] == GATE:
        return None
    worst, best = float(criterion["worst"]), float(criterion["best"])
    # What was promised may have been marked on a scale that was narrowed since: it counts as its end.
    return float(engine.linear([float(mark)], worst, best, clip=True)[0])


def assess(given: Mapping[str, Any]) -> Assessment:
    """Score, points by criterion, and the standing that follows."""
    rows = given["criteria"]
    total, cells = _scored(rows)
    lines = {row["id"]: _line(row, cells.get(row["id"])) for row in rows}
    facts = facts_of(given, total, lines)
    missing = [row["id"] for row in rows if row["mark"] is None and not row["not_applicable"]]
    return Assessment(
        score=total,
        promised=_promised(rows, lines),
        lines=lines,
        missing=missing,
        facts=facts,
        proposal=standing_rule.propose(facts),
        marked=len(rows) - len(missing),
    )


def _scored(rows: list[Mapping[str, Any]]) -> tuple[float | None, dict[int, calculation.Cell]]:
    """The weighted score by the engine that chose the vendor; None where nothing has a weight."""
    weighted = [row for row in rows if row["kind"] != GATE and Decimal(row["weight"]) > 0]
    if not any(not row["not_applicable"] for row in weighted):
        return None, {}
    found = calculation.rank(_inputs(weighted)).vendors[0]
    return found.total, {cell.criterion.pk: cell for cell in found.cells}


def _inputs(rows: list[Mapping[str, Any]]) -> Inputs:
    return Inputs(
        criteria=[
            CriterionInput(
                row["id"],
                row["name"],
                row["kind"],
                Decimal(row["weight"]),
                Decimal(row["worst"]),
                Decimal(row["best"]),
            )
            for row in rows
        ],
        candidates=[CandidateInput(_ONE, "The vendor")],
        evaluators=[EvaluatorInput(_ONE, "The review", submitted=True)],
        marks=[
            MarkInput(_ONE, _ONE, row["id"], mark_of(row), row["not_applicable"])
            for row in rows
            if row["mark"] is not None or row["not_applicable"]
        ],
    )


def mark_of(row: Mapping[str, Any], name: str = "mark") -> Decimal | None:
    """The mark as a number."""
    return None if row[name] is None else Decimal(row[name])


def _line(row: Mapping[str, Any], cell: calculation.Cell | None) -> Line:
    return Line(
        points=None if row["not_applicable"] else points_of(mark_of(row), row),
        before=points_of(mark_of(row, "before"), row),
        promised=points_of(mark_of(row, "promised"), row),
        weight=cell.weight if cell else None,
        contribution=cell.contribution if cell else None,
    )


def _promised(rows: list[Mapping[str, Any]], lines: Mapping[int, Line]) -> float | None:
    """The score that the selection's marks would give on the criteria that apply."""
    applies = [row for row in rows if row["kind"] != GATE and not row["not_applicable"]]
    weight = sum((Decimal(row["weight"]) for row in applies), Decimal(0))
    points = [lines[row["id"]].promised for row in applies]
    if not weight or None in points:
        return None
    pairs = zip(applies, points, strict=True)
    return float(sum(float(row["weight"]) * (point or 0) for row, point in pairs) / float(weight))


def facts_of(given: Mapping[str, Any], score: float | None, lines: Mapping[int, Line]) -> Facts:
    """What the rule of the standing looks at."""
    criteria, before = given["criteria"], given["before"]
    weak = [
        row["name"]
        for row in criteria
        if (points := lines[row["id"]].points) is not None and points < standing_rule.WEAK_BELOW
    ]
    gates = [row["name"] for row in criteria if row["kind"] == GATE]
    failed = [row["name"] for row in criteria if row["kind"] == GATE and _fails(row)]
    met, missed = _levels(given["measurements"])
    severities = [row["severity"] for row in given["issues"]]
    said = [row["satisfaction"] for row in given["surveys"] if row["satisfaction"] is not None]
    return Facts(
        score=score,
        score_before=None if before is None or before["score"] is None else float(before["score"]),
        weak=weak,
        failed_gates=failed if gates else (),
        met=met,
        missed=missed,
        critical_issues=severities.count("critical"),
        high_issues=severities.count("high"),
        overdue=sum(1 for row in given["actions"] if row["overdue"]),
        # Employees and customers may have been asked: the less satisfied ones speak.
        satisfaction=min(said) if said else None,
        threshold=float(given["threshold"]),
    )


def _fails(row: Mapping[str, Any]) -> bool:
    return row["mark"] is not None and not Decimal(row["mark"])


def _levels(rows: list[Mapping[str, Any]]) -> tuple[list[str], list[str]]:
    """Names of the levels met and of those missed: one miss in the period is a miss."""
    by_level: dict[str, list[Mapping[str, Any]]] = {}
    for row in rows:
        if row["met"] is not None:
            by_level.setdefault(row["lineage"], []).append(row)
    kept = {pk: all(row["met"] for row in values) for pk, values in by_level.items()}
    met = [by_level[pk][-1]["level"] for pk in by_level if kept[pk]]
    missed = [by_level[pk][-1]["level"] for pk in by_level if not kept[pk]]
    return met, missed


# The record -----------------------------------------------------------------------------------------


def review_data(*, organization: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
    """The content of a review's record: what was given, and every number that was shown."""
    return {
        "format": FORMAT,
        "format_version": FORMAT_VERSION,
        "organization": dict(organization),
        **{part: given[part] for part in PARTS},
        **{part: given[part] for part in LATER if given.get(part)},
        "engine": engine.VERSION,
        "rule": standing_rule.VERSION,
        "results": results_data(assess(given), given),
    }


def results_data(found: Assessment, given: Mapping[str, Any]) -> dict[str, Any]:
    """Every number and suggestion, JSON-ready, criteria in their order."""
    return {
        "score": found.score,
        "promised": found.promised,
        "criteria": [
            {
                "criterion": row["id"],
                "points": line.points,
                "before": line.before,
                "promised": line.promised,
                "weight": line.weight,
                "contribution": line.contribution,
            }
            for row in given["criteria"]
            for line in [found.lines[row["id"]]]
        ],
        "standing": found.proposal.standing,
        "reasons": [
            {"standing": reason.standing, "text": reason.text} for reason in found.proposal.reasons
        ],
        "alarm": found.proposal.alarm,
    }


@dataclass(frozen=True)
class Recomputed:
    """What came out of computing again: what differs, and what to know about the comparison."""

    differences: list[Difference]
    notes: list[str]


def recompute(data: Any) -> Recomputed:
    """Score, points and suggested standing once more from the recorded marks and facts, compared number
    by number. Unfit if that can't be done."""
    if not isinstance(data, dict) or data.get("format") != FORMAT:
        raise Unfit("Its content is no review.")
    if data.get("format_version") != FORMAT_VERSION:
        raise Unfit("Its content was written by a newer version of the portal.")
    try:
        return _recompute(data)
    except Unfit:
        raise
    except _UNFIT as error:
        raise Unfit("Its content has a part that can't be read or computed.") from error


def _recompute(data: Mapping[str, Any]) -> Recomputed:
    if len(data["criteria"]) > MOST_CRITERIA:
        raise Unfit("It is larger than any review: computing it again is refused.")
    same_rule = data["rule"] == standing_rule.VERSION
    ignored = frozenset() if same_rule else SUGGESTED
    again = results_data(assess(data), data)
    found = between(data["results"], again, "Result", names_in(data), ignore=ignored)
    # What stands twice in a record says the same twice.
    said = {"standing_proposed": data["review"]["standing_proposed"]}
    found += between(said, {"standing_proposed": data["results"]["standing"]}, "Review", _NO_NAMES)
    return Recomputed(found, _notes(data, same_rule))


def _notes(data: Mapping[str, Any], same_rule: bool) -> list[str]:
    notes = []
    if not same_rule:
        notes.append(
            f"The standing was suggested by version {data['rule']} of the rule; this is version "
            f"{standing_rule.VERSION}, so it is not suggested anew."
        )
    if data["engine"] != engine.VERSION:
        notes.append(
            f"The record was computed with version {data['engine']} of the engine; this is "
            f"version {engine.VERSION}. A difference may come from that."
        )
    return notes


def names_in(data: Mapping[str, Any]) -> Names:
    """The criteria's names, for differences in words."""
    return Names({"candidates": [], "evaluators": [], "criteria": data["criteria"]})
