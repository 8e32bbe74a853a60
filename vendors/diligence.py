"""What the answers about security add up to, and what is missing. Pure; no Django.

A yes is worth 1, a partly one half, a no nothing, each times the question's weight. What does not apply is
not counted. What is not answered, or not judged yet, is not counted either: it lowers the coverage, never
the result, so a result without its coverage says nothing.

- claimed: as the vendor says.
- score: what we accept. An answer that we do not accept is worth nothing, “does not apply” included.
- proven: only what was proven; the plausible counts as nothing.
- coverage: the weight of the judged questions as a share of all that apply.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

from vendors.diligence_shape import Area, Question

YES, PARTLY, NO, NOT_APPLICABLE = "yes", "partly", "no", "na"
PROVEN, BELIEVED, DOUBTED = "proven", "believed", "doubted"
WORTH = {YES: Fraction(1), PARTLY: Fraction(1, 2), NO: Fraction(0)}
SEVERITIES = ("low", "medium", "high", "critical")
THOUSANDTH = Decimal("0.001")


@dataclass(frozen=True)
class Given:
    """What stands at one question: the vendor's answer and our verdict; "" is not answered, not judged."""

    answer: str = ""
    verdict: str = ""


@dataclass(frozen=True)
class Result:
    """0 to 100 each, exact to a thousandth; None where nothing counts yet. `asked` and the rest are numbers
    of questions; `gaps` those that a gap is proposed for."""

    claimed: Decimal | None
    score: Decimal | None
    proven: Decimal | None
    coverage: Decimal | None
    asked: int
    answered: int
    judged: int
    gaps: int


@dataclass(frozen=True)
class Gap:
    """A gap to be looked at by a person: `text` and `severity` are proposals."""

    question: Question
    text: str
    severity: str


NOTHING = Given()


def result(questions: Iterable[Question], given: Mapping[str, Given]) -> Result:
    """Of these questions; `given` by question key, where there is something."""
    rows = [(question, given.get(question.key, NOTHING)) for question in questions]
    answered = [row for row in rows if row[1].answer]
    judged = [row for row in answered if row[1].verdict]
    applies = [row for row in rows if not _left_out(row[1])]
    return Result(
        claimed=_share(_claimed(row) for row in answered),
        score=_share(_accepted(row, believing=True) for row in judged),
        proven=_share(_accepted(row, believing=False) for row in judged),
        coverage=_coverage(applies),
        asked=len(rows),
        answered=len(answered),
        judged=len(judged),
        gaps=len([1 for row in rows if proposed_gap(*row)]),
    )


def by_area(areas: Sequence[Area], given: Mapping[str, Given]) -> list[tuple[Area, Result]]:
    """The result of each area, in their order."""
    return [(area, result(area.questions, given)) for area in areas]


Row = tuple[Question, Given]
Part = tuple[Fraction, int]  # what is reached, of what


def _left_out(given: Given) -> bool:
    """It does not apply, and we have not said otherwise."""
    return given.answer == NOT_APPLICABLE and given.verdict != DOUBTED


def _claimed(row: Row) -> Part:
    question, given = row
    if given.answer == NOT_APPLICABLE:
        return Fraction(0), 0
    return WORTH[given.answer] * question.weight, question.weight


def _accepted(row: Row, *, believing: bool) -> Part:
    question, given = row
    if _left_out(given):
        return Fraction(0), 0
    counts = given.verdict == PROVEN or (believing and given.verdict == BELIEVED)
    worth = WORTH.get(given.answer, Fraction(0)) if counts else Fraction(0)
    return worth * question.weight, question.weight


def _coverage(applies: Sequence[Row]) -> Decimal | None:
    return _share(
        (Fraction(question.weight if given.answer and given.verdict else 0), question.weight)
        for question, given in applies
    )


def _share(parts: Iterable[Part]) -> Decimal | None:
    """In hundredths; None of nothing."""
    reached, whole = Fraction(0), 0
    for part, of in parts:
        reached, whole = reached + part, whole + of
    if not whole:
        return None
    exact = reached * 100 / whole
    number = Decimal(exact.numerator) / Decimal(exact.denominator)
    return number.quantize(THOUSANDTH, rounding=ROUND_HALF_UP)


def proposed_gap(question: Question, given: Given) -> Gap | None:
    """What is missing, worded and weighed as a proposal; None where nothing is."""
    if given.verdict == DOUBTED and given.answer != NO:
        return Gap(question, f"Not shown: {question.topic}", _severity(question, missing=True))
    if given.answer == NO:
        return Gap(question, f"Missing: {question.topic}", _severity(question, missing=True))
    if given.answer == PARTLY:
        return Gap(question, f"Only partly: {question.topic}", _severity(question, missing=False))
    if not given.answer:
        return Gap(question, f"Not answered: {question.topic}", _severity(question, missing=False))
    return None


def _severity(question: Question, *, missing: bool) -> str:
    """By weight; one step worse for what is essential, one step better where a part is there."""
    step = question.weight - 1 + (1 if question.essential else 0) - (0 if missing else 1)
    return SEVERITIES[max(0, step)]


def differs(now: Given, before: Given | None) -> str:
    """ "better", "worse", "same" or "" (not to be compared) beside the answer of the round before."""
    if before is None or now.answer not in WORTH or before.answer not in WORTH:
        return ""
    if now.answer == before.answer:
        return "same"
    return "better" if WORTH[now.answer] > WORTH[before.answer] else "worse"
