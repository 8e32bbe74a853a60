"""What all references of a vendor say together, and whether those whom the vendor named say something else. Pure.

A question that somebody left out counts for nobody: means are taken over those who answered, and how many
that were stands beside. There is no mean of means: which question matters is for whoever reads it.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from vendors.reference_questions import MARKS, Question

TENTH = Decimal("0.1")
FAR_APART = 2
"""Marks of one question that differ so much or more: ask both why."""
HAPPIER = Decimal(1)
"""So much better those named by the vendor have to speak, on the mean, to be worth a sentence."""


@dataclass(frozen=True)
class Said:
    """One reference that answered. `independent`: found by us. `answers` by key of the question."""

    who: str
    independent: bool
    answers: Mapping[str, Any]


@dataclass(frozen=True)
class Line:
    """One question over all who answered it; None where nobody did."""

    question: Question
    count: int
    mean: Decimal | None
    low: int | None
    high: int | None
    named: Decimal | None
    found: Decimal | None

    @property
    def is_far_apart(self) -> bool:
        return self.low is not None and self.high is not None and self.high - self.low >= FAR_APART


@dataclass(frozen=True)
class Summary:
    """`named` and `found`: how many answered who were named by the vendor, and found by us."""

    lines: tuple[Line, ...]
    named: int
    found: int
    notes: tuple[str, ...]

    @property
    def count(self) -> int:
        return self.named + self.found

    def line(self, key: str) -> Line:
        """That of one question."""
        return next(line for line in self.lines if line.question.key == key)


def summary(said: Iterable[Said]) -> Summary:
    """Of those who answered anything at all."""
    rows = [one for one in said if one.answers]
    lines = tuple(_line(question, rows) for question in MARKS)
    found = sum(one.independent for one in rows)
    named = len(rows) - found
    return Summary(lines, named, found, tuple(_notes(lines, named, found)))


def _line(question: Question, rows: Sequence[Said]) -> Line:
    named = _marks(question, [row for row in rows if not row.independent])
    found = _marks(question, [row for row in rows if row.independent])
    marks = [*named, *found]
    return Line(
        question,
        len(marks),
        _mean(marks),
        min(marks, default=None),
        max(marks, default=None),
        _mean(named),
        _mean(found),
    )


def _marks(question: Question, rows: Sequence[Said]) -> list[int]:
    return [row.answers[question.key] for row in rows if question.key in row.answers]


def _mean(marks: Sequence[int]) -> Decimal | None:
    """To a tenth, halves up."""
    if not marks:
        return None
    return (Decimal(sum(marks)) / len(marks)).quantize(TENTH, ROUND_HALF_UP)


def _notes(lines: Sequence[Line], named: int, found: int) -> Iterable[str]:
    """What to beware of, in words."""
    if named and not found:
        yield "All of them were named by the vendor, who names those that are content. Ask one whom you found yourself."
    happier = [line for line in lines if _is_happier(line)]
    if happier:
        words = ", ".join(
            f"{line.question.short} ({line.named} against {line.found})" for line in happier
        )
        yield f"Those whom the vendor named say better than those whom you found: {words}."
    apart = [line.question.short for line in lines if line.is_far_apart]
    if apart:
        yield f"They are far apart on: {', '.join(apart)}. Ask both why."


def _is_happier(line: Line) -> bool:
    if line.named is None or line.found is None:
        return False
    return line.named - line.found >= HAPPIER
