"""Which comparator, unit and numbers fit a metric, said in words where they do not. Pure."""

from collections.abc import Iterator
from decimal import Decimal

from contracts.level_words import (
    AT_LEAST,
    AT_MOST,
    AVAILABILITY,
    COUNT,
    CUSTOM,
    DAYS,
    FIRST_CONTACT,
    HOURS,
    MINUTES,
    PERCENT,
    RESOLUTION,
    RESPONSE,
    SATISFACTION,
    SCORE,
    TIMES,
    Level,
)

# For each metric the units that fit, and the comparator that makes sense with each.
FITS: dict[str, dict[str, str]] = {
    AVAILABILITY: {PERCENT: AT_LEAST, MINUTES: AT_MOST, HOURS: AT_MOST},
    RESPONSE: dict.fromkeys((MINUTES, HOURS, DAYS), AT_MOST),
    RESOLUTION: dict.fromkeys((MINUTES, HOURS, DAYS), AT_MOST),
    FIRST_CONTACT: {PERCENT: AT_LEAST},
    SATISFACTION: {SCORE: AT_LEAST, PERCENT: AT_LEAST},
}
WORDS = {
    AVAILABILITY: "Availability is given in %, or as the time down in minutes or hours.",
    RESPONSE: "A first response is given in minutes, hours or days.",
    RESOLUTION: "A resolution is given in minutes, hours or days.",
    FIRST_CONTACT: "What is solved at first contact is given in %.",
    SATISFACTION: "Satisfaction is given in points or in %.",
}
COMPARATORS = {AT_LEAST: "at least", AT_MOST: "at most"}
MOST = {
    PERCENT: Decimal(100),
    MINUTES: Decimal(525_600),
    HOURS: Decimal(8760),
    DAYS: Decimal(365),
    SCORE: Decimal(100),
    COUNT: Decimal(1_000_000),
}
_TOO_MUCH = {
    PERCENT: "More than 100 % can’t be measured.",
    SCORE: "At most 100 points, please.",
    COUNT: "At most a million times, please.",
}


def problems(level: Level) -> Iterator[tuple[str, str]]:
    """What does not fit together, as (field, sentence for a person)."""
    fits = FITS.get(level.metric)
    if fits is not None and level.unit not in fits:
        yield "unit", WORDS[level.metric]
    elif fits is not None and level.comparator != fits[level.unit]:
        yield "comparator", f"This is promised as “{COMPARATORS[fits[level.unit]]}”."
    yield from _target_problems(level)
    if level.share is not None and level.metric not in (RESPONSE, RESOLUTION, CUSTOM):
        yield "share", "Only responses, resolutions and measures of your own have a share of cases."
    if level.hours and not (level.counts_hours or level.metric == CUSTOM):
        yield "hours", "This is not counted in hours; leave it open."
    if not level.credits:
        yield from _without_credits(level)


def _target_problems(level: Level) -> Iterator[tuple[str, str]]:
    if level.target > MOST[level.unit]:
        yield "target", _TOO_MUCH.get(level.unit, "At most a year, please.")
    if level.target == 0 and level.unit in TIMES and level.metric != AVAILABILITY:
        yield "target", "Nobody can do it in no time; give it at least a minute."


def _without_credits(level: Level) -> Iterator[tuple[str, str]]:
    if level.credit_cap_percent is not None:
        yield "credit_cap_percent", "A cap needs credits: write them above, or leave this empty."
    if level.claim_days is not None:
        yield "claim_days", "There is nothing to claim: write the credits above, or leave it empty."
