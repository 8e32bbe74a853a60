"""The credits of a service level: written as lines, said in words, and in an example with money. Pure.

A band is about the share of cases where one is promised, else about the measured value; it is “below”
its limit where the promise is “at least”, else “above” it.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from contracts.level_words import AT_LEAST, MONTH, PERCENT, Band, Level, amount, number, percent
from core.spreadsheets.numbers import NumberProblem, parse_number

MOST_BANDS = 10
BELOW, ABOVE = "below", "above"
_SHAPE = re.compile(
    r"(?P<side>below|under|less than|<|above|over|more than|longer than|>)?\s*"
    r"(?P<limit>[\d.,]+)\s*(?P<unit>%|[a-z]+?)?"
    r"(?:\s*[:=→–-]\s*|\s+)"
    r"(?P<percent>[\d.,]+)\s*%?",
    re.IGNORECASE,
)
_UNIT_WORDS = {PERCENT: "%", "score": "points", "count": "times"}
_BELOW = {"below", "under", "less than", "<"}


@dataclass(frozen=True)
class Measure:
    """What a band's limit is held against: which side of it is worse, and in which unit."""

    side: str
    promised: Decimal
    unit: str

    def is_worse(self, value: Decimal, than: Decimal) -> bool:
        return value < than if self.side == BELOW else value > than


def measure_of(level: Level) -> Measure:
    """The share of cases where one is promised, else the target."""
    if level.share is not None:
        return Measure(BELOW, level.share, PERCENT)
    return Measure(BELOW if level.comparator == AT_LEAST else ABOVE, level.target, level.unit)


# Written --------------------------------------------------------------------------------------------


def parse_bands(text: str, measure: Measure) -> list[Band]:
    """Bands from lines like "below 99.5: 5 %", the mildest first.

    Raises:
        ValueError: a line that is no band, is on the wrong side, out of bounds or there twice; the
            message names the line and may be read by a person.
    """
    lines = [line.strip() for line in re.split(r"[\n;]", text)]
    bands = [_band(count, line, measure) for count, line in enumerate(lines, 1) if line]
    if len(bands) > MOST_BANDS:
        raise ValueError(f"These are {len(bands)} bands; at most {MOST_BANDS} fit.")
    limits = [band.worse_than for band in bands]
    for limit in limits:
        if limits.count(limit) > 1:
            raise ValueError(f"“{measure.side} {number(limit)}” is there twice.")
    return sorted(bands, key=lambda band: band.worse_than, reverse=measure.side == BELOW)


def _band(count: int, line: str, measure: Measure) -> Band:
    example = f"{measure.side} {number(measure.promised)}: 5 %"
    found = _SHAPE.fullmatch(line.replace("\N{NO-BREAK SPACE}", " "))
    if not found:
        raise ValueError(f"Line {count}, “{line[:60]}”: write it like “{example}”.")
    try:
        limit = parse_number(found["limit"])
        share = parse_number(found["percent"])
    except NumberProblem as problem:
        raise ValueError(f"Line {count}, “{line[:60]}”: {problem}") from None
    side = (found["side"] or measure.side).lower()
    if (side in _BELOW) != (measure.side == BELOW):
        raise ValueError(
            f"Line {count}, “{line[:60]}”: here worse means {measure.side}; "
            f"write it like “{example}”."
        )
    if not _fits(found["unit"], measure.unit):
        raise ValueError(
            f"Line {count}, “{line[:60]}”: the limit is in {_UNIT_WORDS.get(measure.unit, measure.unit)}."
        )
    _check(count, limit, share, measure)
    return Band(limit, share)


def _fits(written: str | None, unit: str) -> bool:
    """Is the unit behind a limit the one that is measured, or none? "h" and "min" will do."""
    if not written:
        return True
    return _UNIT_WORDS.get(unit, unit).startswith(written.lower())


def _check(count: int, limit: Decimal, share: Decimal, measure: Measure) -> None:
    exponents = (limit.as_tuple().exponent, share.as_tuple().exponent)
    if any(isinstance(exponent, int) and exponent < -4 for exponent in exponents):
        raise ValueError(f"Line {count}: at most four decimals, please.")
    if measure.unit == PERCENT and limit > 100:
        raise ValueError(f"Line {count}: {percent(limit)} can't be measured; it ends at 100 %.")
    if limit >= 10**8:
        raise ValueError(f"Line {count}: {number(limit)} is too large.")
    if not 0 < share <= 100:
        raise ValueError(f"Line {count}: the credit must be more than 0 and at most 100 %.")


def bands_as_text(bands: Sequence[Band], measure: Measure) -> str:
    """As a person writes them, one a line: the other way round of `parse_bands`."""
    return "\n".join(
        f"{measure.side} {band.worse_than.normalize():f}: {band.percent.normalize():f} %"
        for band in bands
    )


# Read -----------------------------------------------------------------------------------------------


def credit_for(level: Level, measured: Decimal) -> Decimal:
    """Percent of the period's price that come back for a measured value: of the worst band that it
    reaches, at most the cap; 0 if the promise holds."""
    measure = measure_of(level)
    reached = [
        band.percent for band in level.credits if measure.is_worse(measured, band.worse_than)
    ]
    most = max(reached, default=Decimal(0))
    return most if level.credit_cap_percent is None else min(most, level.credit_cap_percent)


def credit_rule(level: Level) -> str:
    """The rule in words: "You get 5 % of the month's price back below 99.5 %, 10 % below 99 %."."""
    if not level.credits:
        return ""
    measure = measure_of(level)
    steps = []
    for at, band in enumerate(level.credits):
        step = percent(band.percent)
        limit = amount(band.worse_than, measure.unit)
        if at == 0:
            step += f" of the {level.window}’s price back"
        if at == 0 and level.share is not None:
            steps.append(f"{step} if less than {limit} of cases keep it")
        else:
            steps.append(f"{step} {measure.side} {limit}")
    text = f"You get {', '.join(steps)}"
    if level.credit_cap_percent is not None:
        text += f"; never more than {percent(level.credit_cap_percent)}"
    return f"{text}."


def credit_example(level: Level, price: Decimal | None, currency: str) -> str:
    """ "At 98.7 % you get 10 % of the month's price back, EUR 120.00; claim within 30 days." Empty without bands.

    `price` is that of one period (the level's window), None where it is not known.
    """
    if not level.credits:
        return ""
    measure = measure_of(level)
    measured = _a_bad_one(level.credits[-1].worse_than, measure)
    back = credit_for(level, measured)
    said = amount(measured, measure.unit)
    text = f"At {said} you get" if level.share is None else f"If {said} of cases keep it, you get"
    text += f" {percent(back)}"
    text += f" of the {level.window}’s price back"
    if price is not None and currency:
        text += f", {_money(price * back / 100, currency)}"
    if level.claim_days is not None:
        unit = "day" if level.claim_days == 1 else "days"
        text += f"; claim it within {level.claim_days} {unit}"
    return f"{text}."


def _a_bad_one(limit: Decimal, measure: Measure) -> Decimal:
    """A value a little worse than the worst limit, such as might be measured."""
    if measure.side == ABOVE:
        return limit + 1
    if limit <= 1:
        return limit / 2
    return limit - (Decimal("0.3") if limit >= 95 or limit < 10 else 1)


def _money(value: Decimal, currency: str) -> str:
    rounded = value.quantize(Decimal("0.01"))
    whole = rounded == rounded.to_integral_value()
    return (
        f"{currency}\N{NO-BREAK SPACE}{rounded:,.0f}"
        if whole
        else f"{currency}\N{NO-BREAK SPACE}{rounded:,.2f}"
    )


def price_of(yearly: Decimal | None, window: str) -> Decimal | None:
    """The price of one window, from that of a year; None if that is not known."""
    if yearly is None:
        return None
    return yearly / {MONTH: 12, "quarter": 4}.get(window, 1)
