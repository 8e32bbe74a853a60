"""When a renewal has to be decided, what becomes of its brief, and what the votes say. Pure.

The day that decides is the last safe day for notice; of a contract that ends by itself, its last day.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

APPEARS_DAYS = 60  # so many days before the last safe day a brief builds itself
DECIDE_DAYS = (
    14  # and so many days before it somebody should have decided: talks and the post take time
)
# Who is bound for less than this by doing nothing can leave again soon: nothing builds itself.
SHORTEST_DAYS = 85
# A decided day that moves by less than this (a holiday, an e-mail instead of a letter) stays decided.
SAME_DECISION_DAYS = 30


@dataclass(frozen=True)
class Days:
    """What a contract's days say. `live`: signed and not over; `leaving`: somebody ended it already.

    `ends_on` is the first day that is no longer covered, None while it renews by itself.
    """

    live: bool
    leaving: bool
    safe_notice_on: dt.date | None
    ends_on: dt.date | None
    committed_until_on: dt.date | None

    @property
    def decision_on(self) -> dt.date | None:
        """The last day on which the decision still counts; None if there is nothing to decide."""
        if not self.live or self.leaving:
            return None
        if self.safe_notice_on:
            return self.safe_notice_on
        return self.ends_on - dt.timedelta(days=1) if self.ends_on else None

    @property
    def binds_briefly(self) -> bool:
        """Doing nothing binds us for so short a time that no brief builds itself."""
        if self.safe_notice_on is None or self.committed_until_on is None:
            return False
        return (self.committed_until_on - self.safe_notice_on).days < SHORTEST_DAYS


def appears_on(decision_on: dt.date) -> dt.date:
    """From this day on the brief is there."""
    return decision_on - dt.timedelta(days=APPEARS_DAYS)


def decide_by_on(decision_on: dt.date, appeared_on: dt.date) -> dt.date:
    """When it should be decided: two weeks before the last safe day, or, where the brief came later
    than that, on that day itself."""
    wanted = decision_on - dt.timedelta(days=DECIDE_DAYS)
    return wanted if appeared_on <= wanted else max(decision_on, appeared_on)


def wants_brief(days: Days, today: dt.date, decided_on: Sequence[dt.date] = ()) -> bool:
    """Should a brief build itself now? `decided_on`: the days that were decided about already."""
    day = days.decision_on
    if day is None or days.binds_briefly or today < appears_on(day):
        return False
    return not any(abs((day - other).days) <= SAME_DECISION_DAYS for other in decided_on)


class Fate(StrEnum):
    """What becomes of an open brief when its contract's days are looked at anew."""

    STAYS = "stays"
    MOVES = "moves"
    LAPSES = "lapses"
    OVERTAKEN = "overtaken"


def fate(brief_on: dt.date, days: Days, today: dt.date, taken: Sequence[dt.date] = ()) -> Fate:
    """`brief_on`: the day that the brief is about; `taken`: those of the contract's other briefs.

    A day that passed lapses. One that moved takes the brief along, if it is near; else, and when
    somebody ended the contract, there is nothing to decide any more.
    """
    day = days.decision_on
    if day == brief_on:
        return Fate.STAYS
    if brief_on < today and not days.leaving:
        return Fate.LAPSES
    if day is not None and today >= appears_on(day) and day not in taken:
        return Fate.MOVES
    return Fate.OVERTAKEN


# Votes ----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Count:
    """How many would do one thing, and who."""

    choice: str
    names: tuple[str, ...]

    @property
    def votes(self) -> int:
        return len(self.names)


@dataclass(frozen=True)
class Tally:
    """All votes, in the order of the choices. `leading`: what most would do; several at a tie, none
    without a vote."""

    counts: tuple[Count, ...]
    leading: tuple[str, ...]

    @property
    def votes(self) -> int:
        return sum(count.votes for count in self.counts)


def tally(choices: Sequence[str], votes: Sequence[tuple[str, str]]) -> Tally:
    """`votes`: (choice, name) of each person."""
    counts = tuple(
        Count(choice, tuple(name for chosen, name in votes if chosen == choice))
        for choice in choices
    )
    most = max((count.votes for count in counts), default=0)
    leading = tuple(count.choice for count in counts if most and count.votes == most)
    return Tally(counts, leading)


def in_words(found: Tally, labels: Mapping[str, str]) -> str:
    """“2 of 3 would keep it and renegotiate.”"""
    if not found.votes:
        return "Nobody has said yet what they would do."
    wishes = [_lower(labels[choice]) for choice in found.leading]
    if len(wishes) > 1:
        listed = ", ".join(wishes[:-1]) + " and " + wishes[-1]
        return f"The {found.votes} votes are divided between: {listed}."
    most = max(count.votes for count in found.counts)
    if found.votes == 1:
        return f"The one vote so far: {wishes[0]}."
    if most == found.votes:
        return f"All {most} who voted would: {wishes[0]}."
    return f"{most} of {found.votes} would: {wishes[0]}."


def _lower(words: str) -> str:
    return words[:1].lower() + words[1:]
