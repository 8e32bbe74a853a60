"""What an uploaded scorecard becomes before it is an evaluation: checked, rounded, as plain data.

Pure. `read_upload` is the one door; the preview shows `summary_of`, a confirmation writes `marks_of`.
The ranking of the preview is computed on the figures that will be stored, so the two can't differ.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import ROUND_DOWN, Decimal
from pathlib import PurePath
from typing import Any

import numpy as np

from evaluations.engine.aggregate import pool
from evaluations.engine.ranking import Scores
from evaluations.scorecard_file import (
    Mark,
    Problem,
    ScorecardFile,
    rank,
    rank_order,
    read_scorecard,
)
from evaluations.scorecard_file.ranking import mark_array, not_applicable_cells

# 20 000 marks with evaluator, weight, evidence and comment beside them are read in seconds.
MAX_CELLS = 150_000
LONGEST_NAME = 200
LONGEST_CRITERION = 100
LONGEST_COMMENT = 2000
WEIGHT_STEP = Decimal("0.001")
MARK_STEP = Decimal("0.0001")
HUNDRED = Decimal(100)
_GAPS = re.compile(r"\s*[\r\n\t\x0b\x0c\x85\u2028\u2029]\s*")


def read_upload(data: bytes, filename: str, scale: str = "") -> ScorecardFile:
    """Read a sheet and add what only we object to. Its `.problems` say everything that is wrong;
    without a `.layout` nothing could be made of it. `scale` is "" or such as "0-10"."""
    file = read_scorecard(data, filename, scale=scale or None, max_cells=MAX_CELLS)
    if file.layout is None:
        return file
    problems = [*file.problems, *unfit_texts(file)]
    rounded = sum(1 for mark in file.marks if mark.mark != _rounded(mark).mark)
    if rounded:
        message = f"{rounded} marks have more than four decimals; they are rounded to four."
        problems.append(Problem("warning", None, "", message))
    weights = weights_of_100([criterion.weight for criterion in file.criteria])
    criteria = tuple(
        replace(criterion, weight=weight / HUNDRED)
        for criterion, weight in zip(file.criteria, weights, strict=True)
    )
    return replace(
        file,
        problems=tuple(sorted(problems, key=lambda problem: problem.severity != "error")),
        criteria=criteria,
        marks=tuple(map(_rounded, file.marks)),
    )


def unfit_texts(file: ScorecardFile) -> list[Problem]:
    """Names and comments that can't be kept as they are, each at its cell."""
    return [*_unfit_names(file), *_unfit_comments(file)]


def title_from(filename: str) -> str:
    """Return "Help desk scores" for "Help_desk scores.xlsx"."""
    return " ".join(PurePath(filename).stem.replace("_", " ").split()) or "Imported scorecard"


def weights_of_100(shares: Sequence[Decimal]) -> list[Decimal]:
    """Turn shares of 1 into weights with three decimals that add to exactly 100 (largest remainder).

    Weights that have three decimals or fewer stay as they are.
    """
    exact = [round(share * HUNDRED, 20) for share in shares]
    weights = [weight.quantize(WEIGHT_STEP, ROUND_DOWN) for weight in exact]
    left = int((HUNDRED - sum(weights, Decimal(0))) / WEIGHT_STEP)
    by_remainder = sorted(range(len(exact)), key=lambda at: weights[at] - exact[at])
    for at in by_remainder[:left]:
        weights[at] += WEIGHT_STEP
    return weights


def one_line(name: str) -> str:
    """Return a name as the portal keeps it: a line break in a heading cell becomes a space."""
    return _GAPS.sub(" ", name)


def summary_of(file: ScorecardFile) -> dict[str, Any]:
    """Everything the preview shows, as JSON keeps it: `lines` best first, empty with errors."""
    return {
        "scale": [str(file.scale.lowest), str(file.scale.highest)] if file.scale else None,
        "scale_words": str(file.scale) if file.scale else "",
        "scale_how": file.scale.how if file.scale else "",
        "vendors": [[shown(one_line(each.name)), each.cell] for each in file.vendors],
        "criteria": [[shown(one_line(c.name)), f"{c.weight_percent:.3f}"] for c in file.criteria],
        "weights_given": file.weights_given,
        "evaluators": [shown(one_line(name)) for name in file.evaluators],
        "understood": [shown(sentence) for sentence in file.understood],
        "errors": [_plain(problem) for problem in file.errors],
        "warnings": [_plain(problem) for problem in file.warnings],
        "lines": [] if file.errors else _lines(file, rank(file)),
    }


def marks_of(file: ScorecardFile) -> list[list[Any]]:
    """Every cell that says something: [vendor, criterion, evaluator, mark, N/A, evidence, comment].

    The first three are positions in the file's lists; an unnamed evaluator is -1. A mark is text.
    """
    if file.errors:
        return []
    vendors = {vendor.name: at for at, vendor in enumerate(file.vendors)}
    criteria = {criterion.name: at for at, criterion in enumerate(file.criteria)}
    evaluators = {name: at for at, name in enumerate(file.evaluators)} | {"": -1}
    return [
        [
            vendors[mark.vendor],
            criteria[mark.criterion],
            evaluators[mark.evaluator],
            None if mark.mark is None else f"{mark.mark:f}",
            mark.not_applicable,
            mark.evidence,
            mark.comment,
        ]
        for mark in file.marks
        if mark.mark is not None or mark.not_applicable or mark.comment
    ]


def shown(text: str) -> str:
    """Return text that every database keeps; what it can't keep becomes a replacement mark."""
    return text.encode("utf-8", "replace").decode().replace("\0", "\ufffd")


def _rounded(mark: Mark) -> Mark:
    """A mark as stored, with four decimals; one that is off any scale stays for its message."""
    if mark.mark is None or abs(mark.mark) > HUNDRED:
        return mark
    return replace(mark, mark=mark.mark.quantize(MARK_STEP).normalize())


def _plain(problem: Problem) -> list[str]:
    return [problem.cell or "", shown(problem.value), shown(problem.message)]


def _unfit_names(file: ScorecardFile) -> Iterator[Problem]:
    named = [(each.name, each.cell, LONGEST_NAME) for each in file.vendors]
    named += [(each.name, each.cell, LONGEST_CRITERION) for each in file.criteria]
    named += [(name, "", LONGEST_NAME) for name in file.evaluators]
    for name, cell, longest in named:
        if len(name) > longest:
            message = f"This name has {len(name)} characters; at most {longest} can be kept."
            yield Problem("error", cell or None, f"{name[:60]}…", message)
        if _unreadable(one_line(name)):
            message = "This name holds characters that can't be seen. Type it again."
            yield Problem("error", cell or None, name, message)


def _unfit_comments(file: ScorecardFile) -> Iterator[Problem]:
    for mark in file.marks:
        if len(mark.comment) > LONGEST_COMMENT:
            message = (
                f"The comment on this mark has {len(mark.comment):,} characters; "
                f"at most {LONGEST_COMMENT:,} can be kept. Shorten it."
            )
            yield Problem("error", mark.cell, f"{mark.comment[:60]}…", message)
        elif shown(mark.comment) != mark.comment:
            message = "The comment on this mark holds characters that can't be kept. Type it again."
            yield Problem("error", mark.cell, mark.comment[:60], message)


def _unreadable(name: str) -> bool:
    """Control characters, and those that turn the direction of what follows."""
    turning = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
    return any(unicodedata.category(char) in ("Cc", "Cs") or char in turning for char in name)


def _lines(file: ScorecardFile, scores: Scores) -> list[dict[str, Any]]:
    means = pool(mark_array(file), how="mean").mark
    not_applicable = not_applicable_cells(file)
    return [
        {
            "name": shown(one_line(file.vendors[at].name)),
            "rank": int(scores.rank[at]) or None,
            "tied": bool(scores.tied[at]),
            "total": _number(scores.total[at]),
            "low": _number(scores.low[at]),
            "high": _number(scores.high[at]),
            "marks": [
                "N/A" if left_out else _number(mean)
                for mean, left_out in zip(means[at], not_applicable[at], strict=True)
            ],
        }
        for at in rank_order(scores)
    ]


def _number(value: Any) -> float | None:
    return None if np.isnan(value) else float(value)
