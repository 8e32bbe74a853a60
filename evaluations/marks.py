"""What stands in one cell of a scorecard: reading what a person typed, and writing it back. Pure.

A mark is a Decimal in the criterion's own unit, or not applicable, or missing (neither).
"""

import hashlib
import re
from dataclasses import dataclass
from decimal import Decimal

JUDGED, MEASURED, GATE = "judged", "measured", "gate"
NOT_APPLICABLE = "N/A"
NOT_APPLICABLE_WORDS = {"n/a", "na", "n", "n.a.", "not applicable"}
GATE_WORDS = {"pass": "1", "p": "1", "yes": "1", "fail": "0", "f": "0", "no": "0"}
HAND_SCALE = (Decimal(0), Decimal(5))
_NUMBER = re.compile(r"[+-]?[0-9]{1,10}(\.[0-9]{1,4})?")
_UNCLEAR_COMMA = re.compile(r"[+-]?[0-9]{1,3},[0-9]{3}")


class BadMark(ValueError):
    """What was typed is no mark on this criterion; the message says what would be one."""


@dataclass(frozen=True)
class Scale:
    """How a criterion is marked: kind, and the two ends of its scale (either may be the larger)."""

    kind: str
    worst: Decimal
    best: Decimal

    @property
    def by_hand(self) -> bool:
        """The usual scale: whole numbers from 0 to 5."""
        return self.kind == JUDGED and (self.worst, self.best) == HAND_SCALE


def read_mark(text: str, scale: Scale) -> tuple[Decimal | None, bool]:
    """(mark, not applicable) from what was typed; (None, False) for an empty cell.

    Raises BadMark unless it is N/A or a number that the scale allows: judged 0–5 whole numbers only,
    an imported scale any number between its ends, measured any number with at most 10 digits before
    and 4 after the point, a gate 1 (pass) or 0 (fail).
    """
    word = text.strip().lower()
    if not word:
        return None, False
    if word in NOT_APPLICABLE_WORDS:
        return None, True
    if scale.kind == GATE:
        word = GATE_WORDS.get(word, word)
    mark = _number(word, scale)
    if not _allowed(mark, scale):
        raise BadMark(expected(scale))
    return mark, False


def _number(word: str, scale: Scale) -> Decimal:
    word = word.replace("\N{MINUS SIGN}", "-")
    if _UNCLEAR_COMMA.fullmatch(word) and scale.kind == MEASURED:
        whole, part = word.replace(",", ""), word.replace(",", ".").rstrip("0")
        raise BadMark(f"Does {word} mean {whole} or {part}? Write it without the comma.")
    word = word.replace(",", ".", 1)
    if not _NUMBER.fullmatch(word):
        raise BadMark(expected(scale))
    return Decimal(word) + 0  # + 0 turns -0 into 0


def _allowed(mark: Decimal, scale: Scale) -> bool:
    if scale.kind == GATE:
        return mark in {0, 1}
    if scale.kind == MEASURED:
        return True
    low, high = sorted((scale.worst, scale.best))
    return low <= mark <= high and (not scale.by_hand or mark == mark.to_integral_value())


def expected(scale: Scale) -> str:
    """What may be typed on this scale, as a sentence."""
    if scale.kind == GATE:
        return "Choose pass or fail, or N/A."
    if scale.kind == MEASURED:
        return "Type a number such as 12.5, with at most 10 digits before and 4 after the point, or N/A."
    if scale.by_hand:
        return "Type a whole number from 0 to 5, or N/A."
    low, high = sorted((scale.worst, scale.best))
    return f"Type a number from {plain_number(low)} to {plain_number(high)}, or N/A."


def plain_number(number: Decimal) -> str:
    """4.0000 as 4, 12.5000 as 12.5; never with an exponent."""
    return format(number.normalize() + 0, "f")


def mark_text(mark: Decimal | None, not_applicable: bool) -> str:
    """The cell's content as it can be typed again: 4, 12.5, N/A, or nothing."""
    if not_applicable:
        return NOT_APPLICABLE
    return "" if mark is None else plain_number(mark)


def fingerprint(*parts: str) -> str:
    """Eight characters by which a form recognises what it showed in a cell."""
    joined = "\0".join(part.replace("\r\n", "\n") for part in parts)
    return hashlib.blake2s(joined.encode("utf-8", "surrogatepass"), digest_size=4).hexdigest()
