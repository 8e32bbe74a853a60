"""Numbers as people type them: 4,5 · 1.234,5 · 1,234.5 · 1 234,5 · 30 % · −2."""

import re
from decimal import Decimal

MAX_WHOLE_DIGITS = 15
MAX_DECIMAL_PLACES = 20

SPACES = " \u00a0\u2007\u2009\u202f"
APOSTROPHES = "'\u2019"
MINUS_SIGNS = "-\u2212\ufe63\uff0d"
PERCENT_SIGNS = "%\uff05\u066a"

_SHAPE = re.compile(rf"\d[\d.,{SPACES}{APOSTROPHES}]*|[.,]\d+")
_SEPARATORS = re.compile(r"[^\d]")


class NumberProblem(ValueError):
    """The text isn't a number we accept. `str()` is for people."""


def parse_number(text: str, *, decimal_comma: bool = False) -> Decimal:
    """Return the number a person meant by `text`, exactly, or raise `NumberProblem`.

    Understands decimal commas and points, thousands separated by comma, point, apostrophe or any
    space, a leading + or − and a percent sign ("30%" is 30; `is_percent` tells).
    A lone comma before exactly three digits ("1,234") means thousands, unless `decimal_comma`; a lone
    point is always a decimal point. Refused: NaN, infinity, exponents, and numbers of more than
    15 whole digits or 20 decimal places.
    """
    sign, body = _split_sign(text)
    if not _SHAPE.fullmatch(body):
        raise NumberProblem("This isn't a number.")
    whole, fraction = _split_decimal(body, decimal_comma)
    if len(whole.lstrip("0")) > MAX_WHOLE_DIGITS or len(fraction) > MAX_DECIMAL_PLACES:
        raise NumberProblem("This number is too long to be right.")
    return Decimal(f"{sign}{whole or '0'}" + (f".{fraction}" if fraction else "")) + 0


def is_percent(text: str) -> bool:
    """Say whether the number was written with a percent sign."""
    return any(sign in text for sign in PERCENT_SIGNS)


def bounded(number: Decimal) -> Decimal:
    """Return `number` unchanged, or raise `NumberProblem` if it is infinite, NaN or absurdly long."""
    if not number.is_finite() or abs(number) >= Decimal(10) ** MAX_WHOLE_DIGITS:
        raise NumberProblem("This number is too large to be right.")
    return number


def _split_sign(text: str) -> tuple[str, str]:
    body = text.strip()
    if body and body[0] in MINUS_SIGNS:
        sign, body = "-", body[1:].lstrip()
    elif body.startswith("+"):
        sign, body = "", body[1:].lstrip()
    else:
        sign = ""
    if body and body[-1] in PERCENT_SIGNS:
        body = body[:-1].rstrip()
    elif body and body[0] in PERCENT_SIGNS:
        body = body[1:].lstrip()
    return sign, body


def _split_decimal(body: str, decimal_comma: bool) -> tuple[str, str]:
    """Return the whole digits and the decimal digits, both without separators."""
    separators = _SEPARATORS.findall(body)
    if not separators:
        return body, ""
    last = separators[-1]
    if not _is_decimal_mark(body, separators, decimal_comma):
        return _ungroup(body), ""
    whole, _, fraction = body.rpartition(last)
    return _ungroup(whole), fraction


def _is_decimal_mark(body: str, separators: list[str], decimal_comma: bool) -> bool:
    """Decide whether the last separator is the decimal mark."""
    last = separators[-1]
    if last not in ".," or separators.count(last) > 1:
        return False
    whole, _, fraction = body.rpartition(last)
    if not fraction:
        raise NumberProblem("This isn't a number.")
    if len(separators) > 1 or last == "." or decimal_comma:
        return True
    return len(fraction) != 3 or len(whole) > 3 or whole.strip("0") == ""


def _ungroup(whole: str) -> str:
    """Drop the thousands separators, which must be all alike and three digits apart."""
    separators = set(_SEPARATORS.findall(whole))
    if not separators:
        return whole
    groups = _SEPARATORS.split(whole)
    well_grouped = 1 <= len(groups[0]) <= 3 and all(len(group) == 3 for group in groups[1:])
    if len(separators) > 1 or not well_grouped:
        raise NumberProblem("This isn't a number: its separators don't fit.")
    return "".join(groups)
