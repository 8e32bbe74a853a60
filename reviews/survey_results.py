"""What the answers of a survey say, honest at small numbers. Pure.

An anonymous survey tells no exact number. How many answered is told as a span (“5 to 9”), a share in
steps as wide as one person could move it, never quite none or all of them, and its interval is
reckoned from what is told alone. So neither two surveys held side by side, nor the response rate, nor
the edge of an interval gives one person's answer away; and a share of seven people is not worth more.
Mean and net score begin at 20 answers. Below the minimum nothing is told at all, for the survey as a
whole and for each question. The parts of one survey add up to nothing else that is told: there are no
sums over surveys, no filters, and no second telling. Sources: Wilson, E. B. (1927), Journal of the American
Statistical Association 22, 209–212; rounding against differencing: Hundepool et al. (2012),
Statistical Disclosure Control, chapter 5.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, NamedTuple

from reviews.survey_questions import GOOD_FROM, RECOMMEND, SCALES, Question

LEAST_MINIMUM = 5  # fewer answers are never told, whatever a survey says
Z = 1.959963984540054  # 95 %
AT_LEAST, AT_MOST = "at_least", "at_most"
BETTER, WORSE, SAME = "better", "worse", "same"
PROMOTER, DETRACTOR = 9, 6

Answers = Mapping[str, Any]  # question key → 1–5, 0–10 or text; what was left out is missing


class Band(NamedTuple):
    """From `least` answers on: shares in steps of `step` percent, means and net scores in theirs (0: not told)."""

    least: int
    step: int
    mean_step: Decimal
    net_step: int


# Each step of a share is at least as wide as what one of `least` people moves it by.
BANDS = [
    Band(5, 20, Decimal(0), 0),
    Band(10, 10, Decimal(0), 0),
    Band(20, 5, Decimal("0.2"), 10),
    Band(50, 5, Decimal("0.2"), 10),
    Band(100, 2, Decimal("0.1"), 5),
    Band(200, 2, Decimal("0.1"), 5),
    Band(500, 2, Decimal("0.1"), 5),
    Band(1000, 2, Decimal("0.1"), 5),
]
EXACT = Band(1, 1, Decimal("0.1"), 1)


class Span(NamedTuple):
    """How many: `least` to `most`, both possible; `most` None: or more."""

    least: int
    most: int | None


class Interval(NamedTuple):
    """Percent, 0 to 100."""

    low: float
    high: float


@dataclass(frozen=True)
class Figure:
    """What is told of one rated question: percent of content people with the 95 % interval.

    `bound`: the share is at least or at most that. `mean` as text of a decimal; None: not told.
    """

    least: int
    most: int | None
    share: int
    bound: str
    low: int
    high: int
    mean: str | None = None
    net: int | None = None


# Arithmetic -----------------------------------------------------------------------------------------


def wilson(good: float, count: int) -> Interval:
    """The 95 % score interval of `good` of `count`, in percent. ValueError without answers or with more good ones."""
    if count < 1 or not 0 <= good <= count:
        raise ValueError(f"{good} of {count} is no share")
    share, square = good / count, Z * Z
    middle = (share + square / (2 * count)) / (1 + square / count)
    reach = (
        Z
        * math.sqrt(share * (1 - share) / count + square / (4 * count * count))
        / (1 + square / count)
    )
    return Interval(max(0.0, 100 * (middle - reach)), min(100.0, 100 * (middle + reach)))


def net_score(values: Sequence[int]) -> float:
    """Percent of 9s and 10s less percent of 0s to 6s: -100 to 100."""
    good = sum(value >= PROMOTER for value in values)
    bad = sum(value <= DETRACTOR for value in values)
    return 100 * (good - bad) / len(values)


def span_of(count: int, minimum: int) -> Span:
    """How many answers are told for `count`: below the minimum, or one of BANDS."""
    minimum = max(minimum, LEAST_MINIMUM)
    if count < minimum:
        return Span(0, minimum - 1)
    at = max(i for i, band in enumerate(BANDS) if band.least <= count)
    most = BANDS[at + 1].least - 1 if at + 1 < len(BANDS) else None
    return Span(max(BANDS[at].least, minimum), most)


def _nearest(value: float, step: Decimal | int) -> Decimal:
    unit = Decimal(step)
    # From the decimal that a person would read off, so that halves go up wherever they stand.
    return (Decimal(repr(value)) / unit).quantize(Decimal(1), rounding=ROUND_HALF_UP) * unit


# One question ---------------------------------------------------------------------------------------


def figure(kind: str, values: Sequence[int], *, minimum: int, exact: bool) -> Figure | None:
    """What is told of these answers; None below the minimum. `exact`: of a survey with names."""
    count = len(values)
    if count < max(minimum, LEAST_MINIMUM):
        return None
    span = Span(count, count) if exact else span_of(count, minimum)
    band = EXACT if exact else max(band for band in BANDS if band.least <= count)
    good = sum(value >= GOOD_FROM[kind] for value in values)
    share, bound = _told_share(100 * good / count, band, exact)
    low, high = _interval(good if exact else share * span.least / 100, span.least, bound)
    scale = SCALES[kind]
    mean = _told(sum(values) / count, band.mean_step, min(scale), max(scale), exact)
    net = _told(net_score(values), Decimal(band.net_step), -100, 100, exact)
    return Figure(
        span.least,
        span.most,
        share,
        bound,
        low,
        high,
        mean=None if mean is None else f"{mean:.1f}",
        net=int(net) if net is not None and kind == RECOMMEND else None,
    )


def _told(value: float, step: Decimal, low: int, high: int, exact: bool) -> Decimal | None:
    """In steps, and never at an end of the scale: that would be everybody's answer. None: not told."""
    if not step:
        return None
    told = _nearest(value, step)
    return told if exact else max(low + step, min(high - step, told))


def _told_share(percent: float, band: Band, exact: bool) -> tuple[int, str]:
    """In steps, and never that nobody or everybody is content: that would be everybody's answer."""
    told = int(_nearest(percent, band.step))
    if exact:
        return told, ""
    if told <= band.step:
        return band.step, AT_MOST
    if told >= 100 - band.step:
        return 100 - band.step, AT_LEAST
    return told, ""


def _interval(good: float, count: int, bound: str) -> tuple[int, int]:
    """Outwards to whole percent; open to the side on which the share is."""
    found = wilson(good, count)
    low = 0 if bound == AT_MOST else math.floor(found.low)
    high = 100 if bound == AT_LEAST else math.ceil(found.high)
    return low, high


# The whole survey -----------------------------------------------------------------------------------


def results(
    questions: Sequence[Question],
    answers: Sequence[Answers],
    *,
    minimum: int,
    asked: int | None,
    exact: bool = False,
) -> dict[str, Any]:
    """All that is told of a survey, once and for all, as JSON keeps it (Survey.results).

    `{"shown", "least", "most", "asked", "questions": [{"key", "kind", "text", "figure", "texts"}]}`; a
    figure or list of texts is None where fewer than the minimum answered. Texts stand in the order
    of the alphabet, which says nothing about who wrote when.
    """
    floor = max(minimum, LEAST_MINIMUM)
    span = Span(len(answers), len(answers)) if exact else span_of(len(answers), minimum)
    shown = len(answers) >= floor
    told = [_question(question, answers, floor, exact) for question in questions] if shown else []
    return {
        "shown": shown,
        "least": span.least,
        "most": span.most,
        "asked": asked,
        "minimum": floor,
        "questions": told,
    }


def _question(
    question: Question, answers: Sequence[Answers], floor: int, exact: bool
) -> dict[str, Any]:
    given = [answer[question.key] for answer in answers if question.key in answer]
    told: dict[str, Any] = {**question._asdict(), "figure": None, "texts": None}
    if question.is_rated:
        found = figure(question.kind, given, minimum=floor, exact=exact)
        told["figure"] = asdict(found) if found else None
    elif len(given) >= floor:
        told["texts"] = sorted(given, key=lambda text: (text.casefold(), text))
    return told


def change(now: Figure, before: Figure) -> str:
    """BETTER or WORSE where the intervals lie apart, else SAME: no real change can be seen."""
    if now.low > before.high:
        return BETTER
    if now.high < before.low:
        return WORSE
    return SAME


def rate(span: Span, asked: int | None) -> tuple[int, int] | None:
    """Percent who answered at least and at most, of those who were asked; None if nobody said how many."""
    if not asked:
        return None
    most = asked if span.most is None else min(span.most, asked)
    return (min(100, math.floor(100 * span.least / asked)), math.ceil(100 * most / asked))
