"""What is missing or odd about the service levels of a contract, each with why it matters. Pure.

These are remarks, not errors: people may have agreed on it knowingly.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from contracts.level_credits import measure_of
from contracts.level_words import (
    AT_LEAST,
    AVAILABILITY,
    PERCENT,
    RESOLUTION,
    RESPONSE,
    SUPPORT,
    WINDOW_DAYS,
    YEAR,
    Level,
    amount,
    comparing,
    duration,
    minutes_of,
    percent,
)
from core.service_hours import SupportHours

MISSING, ODD, NOTE = "bad", "warn", "info"  # kinds of badges; see core.templatetags.ui.status
_NO_PRICE = "A broken promise that has no price costs the vendor nothing."
WORDS = {MISSING: "Missing", ODD: "Look at it", NOTE: "To know"}


@dataclass(frozen=True)
class Finding:
    """One remark: what, and why it matters; `levels` are those that it is about, none if about all."""

    kind: str
    what: str
    why: str
    levels: tuple[Level, ...] = ()

    @property
    def word(self) -> str:
        """For the badge."""
        return WORDS[self.kind]


def findings(levels: Sequence[Level], hours: SupportHours | None) -> list[Finding]:
    """Everything remarkable, what is missing first; nothing for a contract without levels."""
    found = [*_about_all(levels, hours), *_about_several(levels)]
    for level in levels:
        found += _about_one(level)
    order = list(WORDS)
    return sorted(found, key=lambda finding: order.index(finding.kind))


# All together ---------------------------------------------------------------------------------------


def _about_all(levels: Sequence[Level], hours: SupportHours | None) -> Iterator[Finding]:
    if hours is None and any(level.hours == SUPPORT for level in levels):
        yield Finding(
            MISSING,
            "Levels count within support hours, but the support hours are not said.",
            "Without them nobody can tell when a promise is broken.",
        )
    if len(levels) > 1 and not any(level.credits for level in levels):
        yield Finding(MISSING, "No level gives money back when it is broken.", _NO_PRICE)
    yield from _answers_without_solutions(levels)
    yield from _solutions_before_answers(levels, hours)
    answers = [level for level in levels if level.metric == RESPONSE]
    if len(answers) == 1 and not answers[0].priority:
        yield Finding(
            NOTE,
            "All cases get the same first answer, urgent or not.",
            "With priorities an outage goes before a wish, and you pay for haste only where it matters.",
            (answers[0],),
        )


def _of(levels: Sequence[Level], metric: str) -> dict[str, Level]:
    """By priority, whatever the case of its letters; "" is for all cases."""
    return {level.priority.casefold(): level for level in levels if level.metric == metric}


def _answers_without_solutions(levels: Sequence[Level]) -> Iterator[Finding]:
    answers, solutions = _of(levels, RESPONSE), _of(levels, RESOLUTION)
    why = "A quick “we are looking into it” helps little if nobody has to solve it by any time."
    if answers and not solutions:
        yield Finding(MISSING, "A first response is promised, a resolution is not.", why)
    elif "" not in solutions:
        for priority, level in answers.items():
            if priority and priority not in solutions:
                what = f"For “{level.priority}” a response is promised, a resolution is not."
                yield Finding(MISSING, what, why, (level,))


def _solutions_before_answers(
    levels: Sequence[Level], hours: SupportHours | None
) -> Iterator[Finding]:
    answers = _of(levels, RESPONSE)
    for priority, level in _of(levels, RESOLUTION).items():
        answer = answers.get(priority)
        if answer is None or answer.hours != level.hours:
            continue
        first, solved = minutes_of(answer, hours), minutes_of(level, hours)
        if first is not None and solved is not None and solved < first:
            yield Finding(
                ODD,
                f"“{level.full_name}” has to be done before the first answer is due.",
                "One of the two times is probably mistyped, or one of the promises is empty.",
                (level,),
            )


# Several that lack the same -------------------------------------------------------------------------


@dataclass(frozen=True)
class Lack:
    """Something that levels may lack: how it is said of one and of several of them."""

    kind: str
    lacks: Callable[[Level], bool]
    of_one: str
    of_many: str
    why: str


LACKS = (
    Lack(
        MISSING,
        lambda level: not level.source,
        "has no source of measurement.",
        "have no source of measurement.",
        "If nobody has said what counts, each side measures for itself and you can’t claim anything.",
    ),
    Lack(
        MISSING,
        lambda level: level.counts_hours and not level.hours,
        "does not say in which hours it counts.",
        "do not say in which hours they count.",
        "Four hours are over the same evening, or on Monday noon.",
    ),
    Lack(
        MISSING,
        lambda level: bool(level.credits) and level.claim_days is None,
        "gives credits, but does not say until when they must be claimed.",
        "give credits, but do not say until when they must be claimed.",
        "A deadline that nobody knows is easily missed, and the money with it.",
    ),
    Lack(
        NOTE,
        lambda level: not level.credits,
        "gives no credit when it is broken.",
        "give no credit when they are broken.",
        _NO_PRICE,
    ),
    Lack(
        NOTE,
        lambda level: level.metric == AVAILABILITY and level.hours == SUPPORT,
        "counts only within support hours.",
        "count only within support hours.",
        "An outage at night or at the weekend breaks no promise: fine for the office, not for a shop.",
    ),
)


def _about_several(levels: Sequence[Level]) -> Iterator[Finding]:
    for lack in LACKS:
        found = tuple(level for level in levels if lack.lacks(level))
        if len(found) == 1:
            what = f"“{found[0].full_name}” {lack.of_one}"
            yield Finding(lack.kind, what, lack.why, found)
        elif found and not (lack.why == _NO_PRICE and len(found) == len(levels)):
            yield Finding(lack.kind, f"{len(found)} levels {lack.of_many}", lack.why, found)


# One of them ----------------------------------------------------------------------------------------


def _about_one(level: Level) -> Iterator[Finding]:
    name = f"“{level.full_name}”"
    yield from _about_window(level, name)
    yield from _about_target(level, name)
    if level.credits:
        yield from _about_bands(level, name)


def _about_window(level: Level, name: str) -> Iterator[Finding]:
    if level.metric != AVAILABILITY or level.window != YEAR:
        return
    why = "A good year hides a bad month."
    if level.unit == PERCENT and level.hours != SUPPORT:
        minutes = (100 - level.target) * WINDOW_DAYS[YEAR] * 24 * 60 / 100
        why += f" {percent(level.target)} a year allows {duration(minutes)} down in one go."
    yield Finding(ODD, f"{name} is measured over a whole year.", why, (level,))


def _about_target(level: Level, name: str) -> Iterator[Finding]:
    value = level.target
    said = f"{name} promises {comparing(level)} {amount(value, level.unit)}"
    if level.comparator == AT_LEAST and level.unit == PERCENT and value == 100:
        why = "Nobody keeps that for long: it ends in arguments, or in exclusions that empty it."
        yield Finding(ODD, f"{said}.", why, (level,))
    if level.share == 100:
        why = "One late case in a year breaks it; a share like 95 % is kept, measured and paid for."
        yield Finding(ODD, f"{name} has to hold in 100 % of cases.", why, (level,))
    empty = value == 0 if level.comparator == AT_LEAST else value == 100 and level.unit == PERCENT
    if empty:
        yield Finding(ODD, f"{said}.", "That is always kept, so it promises nothing.", (level,))


def _about_bands(level: Level, name: str) -> Iterator[Finding]:
    measure = measure_of(level)
    mildest = level.credits[0].worse_than
    said = f"{measure.side} {amount(mildest, measure.unit)}"
    if measure.is_worse(mildest, measure.promised):
        why = f"Between that and {amount(measure.promised, measure.unit)} it is broken for nothing."
        yield Finding(ODD, f"{name} gives its first credit only {said}.", why, (level,))
    if measure.is_worse(measure.promised, mildest):
        why = "That gives money back for a promise that was kept; one of the numbers is wrong."
        yield Finding(ODD, f"{name} gives a credit {said} already.", why, (level,))
    percents = [band.percent for band in level.credits]
    if any(later < earlier for earlier, later in zip(percents, percents[1:], strict=False)):
        why = "The vendor would pay less for doing worse; the percentages should rise."
        yield Finding(ODD, f"{name} gives less back for a worse result.", why, (level,))
    cap = level.credit_cap_percent
    if cap is not None and max(percents) > cap:
        why = f"Of {percent(max(percents))} only {percent(cap)} would ever be paid."
        yield Finding(ODD, f"{name} has a band above its cap.", why, (level,))
