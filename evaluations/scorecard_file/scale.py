"""Which scale the marks are on: given, stated in the file, or recognised from the marks."""

import re
from collections.abc import Iterable, Sequence
from decimal import Decimal

from evaluations.scorecard_file.model import Scale

KNOWN_TOPS = (Decimal(5), Decimal(10), Decimal(100))
FITTING_SHARE = Decimal("0.9")
ENOUGH_MARKS = 5
FEW_MARKS = 4

_GIVEN = re.compile(
    r"\s*(-?\d{1,6}(?:[.,]\d{1,4})?)\s*(?:-|\u2013|\u2014|to|\.\.\.?|:)\s*(-?\d{1,6}(?:[.,]\d{1,4})?)\s*",
    re.IGNORECASE,
)
_STATED = re.compile(
    r"\b(?:scale|marks?|marked|scores?|scored|scoring|rated?|ratings?|points|skala|bewertung|punkte)\b"
    r"[^\d\n]{0,25}(?<!\d)([01])\s*(?:-|\u2013|\u2014|to|bis|\.\.)\s*(\d{1,3})(?![\d.,/-])",
    re.IGNORECASE,
)
_OUT_OF = re.compile(
    r"\b(?:scale|marks?|scores?|scored|rated?|ratings?|points)\b[^\d\n]{0,25}out of (\d{1,3})(?!\d)",
    re.IGNORECASE,
)
_OF_TOTALS = re.compile(r"weighted|total|final|overall|average|gewichtet|gesamt", re.IGNORECASE)
_PLAUSIBLE_TOPS = {3, 4, 5, 6, 7, 9, 10, 20, 100}


def parse_scale(text: str) -> Scale:
    """Return the scale that `text` names ("0-10", "1 to 5"), or raise `ValueError` in plain words."""
    found = _GIVEN.fullmatch(text)
    if not found:
        raise ValueError(f"“{text}” isn't a scale. Write the lowest and highest mark, like 0-10.")
    lowest, highest = (Decimal(part.replace(",", ".")) for part in found.groups())
    if lowest >= highest:
        raise ValueError(f"“{text}” isn't a scale: the first number must be the lower one.")
    return Scale(lowest, highest, "given")


def stated_scale(texts: Iterable[str]) -> Scale | None:
    """Find a sentence such as "Scale: 0–10" or "scored out of 5" among the texts around the table."""
    for text in texts:
        if _OF_TOTALS.search(text):
            continue
        if found := _STATED.search(text):
            lowest, highest = int(found[1]), int(found[2])
        elif found := _OUT_OF.search(text):
            lowest, highest = 0, int(found[1])
        else:
            continue
        if highest in _PLAUSIBLE_TOPS:
            return Scale(Decimal(lowest), Decimal(highest), "stated")
    return None


def wider_scale(mark: Decimal) -> Scale | None:
    """Return the usual scale that would hold `mark`, if there is one."""
    tops = [top for top in KNOWN_TOPS if 0 <= mark <= top]
    return Scale(Decimal(0), tops[0], "marks") if tops else None


def mostly_fits(scale: Scale, marks: Sequence[Decimal]) -> bool:
    """Whether at least nine in ten marks are on the scale."""
    return sum(map(scale.holds, marks)) >= FITTING_SHARE * len(marks)


def recognise(marks: Sequence[Decimal], *, percent: bool = False) -> Scale:
    """Return 0–5, 0–10 (1–10 without marks below 1) or 0–100: the smallest that the marks fit.

    A few typing errors don't widen the scale: with five marks or more, nine in ten must fit; in a
    small table, a single mark beyond 10 is taken for an error. Negative marks and those beyond 100
    fit none of these scales and count for nothing.
    """
    usable = [mark for mark in marks if 0 <= mark <= 100]
    top = Decimal(100) if percent else next(top for top in KNOWN_TOPS if _fits(top, usable))
    lowest = Decimal(0)
    if top == 10 and usable and min(usable) >= 1:
        lowest = Decimal(1)
    return Scale(lowest, top, "marks")


def _fits(top: Decimal, marks: Sequence[Decimal]) -> bool:
    beyond = [mark for mark in marks if mark > top]
    if not beyond:
        return True
    if len(marks) >= ENOUGH_MARKS and len(beyond) <= (1 - FITTING_SHARE) * len(marks):
        return True
    return len(beyond) == 1 and len(marks) >= FEW_MARKS and beyond[0] > 10
