"""What is missing or odd about the service levels of a contract, each with why it matters. Pure.

These are remarks, not errors: people may have agreed on it knowingly.
"""

from collections.abc import Iterator, Sequence
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
from contracts.service_hours import SupportHours

MISSING, ODD, NOTE = "bad", "warn", "info"  # kinds of badges; see core.templatetags.ui.status
_NO_PRICE = "A broken promise that has no price costs the vendor nothing."
WORDS = {MISSING: "Missing", ODD: "Look at it", NOTE: "To know"}


@dataclass(frozen=True)
class Finding:
    """One remark: what, and why it matters; `level` None when it is about all of them."""

    kind: str
    what: str
    why: str
    level: Level | None = None

    @property
    def word(self) -> str:
        """For the badge."""
        return WORDS[self.kind]


def findings(levels: Sequence[Level], hours: SupportHours | None) -> list[Finding]:
    """Everything remarkable, what is missing first; nothing for a contract without levels."""
    found = [*_about_all(levels, hours)]
    some_give_credits = any(level.credits for level in levels)
    for level in levels:
        found += _about_one(level)
        found += _about_credits(level) if some_give_credits else []
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
    if levels and not any(level.credits for level in levels):
        yield Finding(MISSING, "No level gives money back when it is broken.", _NO_PRICE)
    yield from _answers_without_solutions(levels)
    yield from _solutions_before_answers(levels, hours)
    answers = [level for level in levels if level.metric == RESPONSE]
    if len(answers) == 1 and not answers[0].priority:
        yield Finding(
            NOTE,
            "All cases get the same first answer, urgent or not.",
            "With priorities an outage goes before a wish, and you pay for haste only where it matters.",
            answers[0],
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
                yield Finding(MISSING, what, why, level)


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
                level,
            )


# One of them ----------------------------------------------------------------------------------------


def _about_one(level: Level) -> Iterator[Finding]:
    name = f"“{level.full_name}”"
    if not level.source:
        yield Finding(
            MISSING,
            f"{name} has no source of measurement.",
            "If nobody has said what counts, each side measures for itself and you can’t claim anything.",
            level,
        )
    if level.counts_hours and not level.hours:
        yield Finding(
            MISSING,
            f"{name} does not say in which hours it counts.",
            "Four hours are over the same evening, or on Monday noon.",
            level,
        )
    if level.metric == AVAILABILITY and level.hours == SUPPORT:
        yield Finding(
            NOTE,
            f"{name} counts only within support hours.",
            "An outage at night or at the weekend breaks no promise: fine for the office, not for a shop.",
            level,
        )
    yield from _about_window(level, name)
    yield from _about_target(level, name)


def _about_window(level: Level, name: str) -> Iterator[Finding]:
    if level.metric != AVAILABILITY or level.window != YEAR:
        return
    why = "A good year hides a bad month."
    if level.unit == PERCENT and level.hours != SUPPORT:
        minutes = (100 - level.target) * WINDOW_DAYS[YEAR] * 24 * 60 / 100
        why += f" {percent(level.target)} a year allows {duration(minutes)} down in one go."
    yield Finding(ODD, f"{name} is measured over a whole year.", why, level)


def _about_target(level: Level, name: str) -> Iterator[Finding]:
    value = level.target
    said = f"{name} promises {comparing(level)} {amount(value, level.unit)}"
    if level.comparator == AT_LEAST and level.unit == PERCENT and value == 100:
        why = "Nobody keeps that for long: it ends in arguments, or in exclusions that empty it."
        yield Finding(ODD, f"{said}.", why, level)
    if level.share == 100:
        why = "One late case in a year breaks it; a share like 95 % is kept, measured and paid for."
        yield Finding(ODD, f"{name} has to hold in 100 % of cases.", why, level)
    empty = value == 0 if level.comparator == AT_LEAST else value == 100 and level.unit == PERCENT
    if empty:
        yield Finding(ODD, f"{said}.", "That is always kept, so it promises nothing.", level)


def _about_credits(level: Level) -> Iterator[Finding]:
    name = f"“{level.full_name}”"
    if not level.credits:
        yield Finding(NOTE, f"{name} gives no credit when it is broken.", _NO_PRICE, level)
        return
    if level.claim_days is None:
        yield Finding(
            MISSING,
            f"{name} gives credits, but does not say until when they must be claimed.",
            "A deadline that nobody knows is easily missed, and the money with it.",
            level,
        )
    yield from _about_bands(level, name)


def _about_bands(level: Level, name: str) -> Iterator[Finding]:
    measure = measure_of(level)
    mildest = level.credits[0].worse_than
    said = f"{measure.side} {amount(mildest, measure.unit)}"
    if measure.is_worse(mildest, measure.promised):
        why = f"Between that and {amount(measure.promised, measure.unit)} it is broken for nothing."
        yield Finding(ODD, f"{name} gives its first credit only {said}.", why, level)
    if measure.is_worse(measure.promised, mildest):
        why = "That gives money back for a promise that was kept; one of the numbers is wrong."
        yield Finding(ODD, f"{name} gives a credit {said} already.", why, level)
    percents = [band.percent for band in level.credits]
    if any(later < earlier for earlier, later in zip(percents, percents[1:], strict=False)):
        why = "The vendor would pay less for doing worse; the percentages should rise."
        yield Finding(ODD, f"{name} gives less back for a worse result.", why, level)
    cap = level.credit_cap_percent
    if cap is not None and max(percents) > cap:
        why = f"Of {percent(max(percents))} only {percent(cap)} would ever be paid."
        yield Finding(ODD, f"{name} has a band above its cap.", why, level)
