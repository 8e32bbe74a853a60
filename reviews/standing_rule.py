"""Which standing a review suggests, and the watermelon alarm. Pure.

The rule is made to be explained: every reason is one sentence with the standing that it asks for, and
the worst one wins. What is not known asks for nothing; missing is not zero.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

VERSION = 1
"""Raised with every change of what is suggested or how it reads: records name it, and what was suggested by
another version is not suggested anew when a record is verified."""

GREEN, AMBER, RED = "green", "amber", "red"
_WORSE = {GREEN: 0, AMBER: 1, RED: 2}
# Points 0 to 100, as everywhere: of the whole review, and of one criterion.
RED_BELOW = 40.0
AMBER_BELOW = 70.0
WEAK_BELOW = 40.0
FALLING_BY = 15.0
"""A fall of this many points since the last review is worth attention, however high the score."""
MANY_MISSED = 0.5
"""From this share of the service levels missed on, the vendor is in trouble."""
MOST_NAMED = 3


@dataclass(frozen=True)
class Facts:
    """What is known about one period.

    `score` 0–100, None while marks are missing. `weak`: names of the criteria with points below
    WEAK_BELOW. `met`, `missed`: service levels whose values met or missed (each level counts once;
    one miss in the period is a miss). `satisfaction` in percent, None if nobody was asked or too few
    answered; `threshold` in percent. `overdue`: corrective actions past their day.
    """

    score: float | None = None
    score_before: float | None = None
    weak: Sequence[str] = ()
    failed_gates: Sequence[str] = ()
    met: Sequence[str] = ()
    missed: Sequence[str] = ()
    critical_issues: int = 0
    high_issues: int = 0
    overdue: int = 0
    satisfaction: float | None = None
    threshold: float = 60.0


@dataclass(frozen=True)
class Reason:
    """Why a standing is suggested: the sentence, and the standing that it asks for."""

    standing: str
    text: str

    @property
    def word(self) -> str:
        """What stands before the sentence for those who don't see its colour."""
        return {GREEN: "Good: ", AMBER: "Attention: ", RED: "Trouble: "}[self.standing]


@dataclass(frozen=True)
class Proposal:
    """The suggested standing (empty: nothing to judge by), the reasons (worst first), and the watermelon
    alarm as a sentence (empty: none)."""

    standing: str
    reasons: list[Reason] = field(default_factory=list)
    alarm: str = ""


def propose(facts: Facts) -> Proposal:
    """The worst standing that any reason asks for; green when the score is good and nothing speaks
    against it; nothing while there is neither a score nor a reason."""
    alarm = watermelon(facts)
    reasons = [*_by_marks(facts), *_by_levels(facts), *_by_open_things(facts)]
    reasons += _by_satisfaction(facts)
    reasons.sort(key=lambda reason: -_WORSE[reason.standing])
    speaks = [reason for reason in reasons if reason.standing != GREEN]
    if not speaks and facts.score is None:
        return Proposal("", reasons, alarm)
    return Proposal(reasons[0].standing, reasons, alarm)


def _by_marks(facts: Facts) -> list[Reason]:
    found = [
        Reason(RED, f"The vendor does not pass “{name}”, which is a must.")
        for name in facts.failed_gates
    ]
    if facts.score is not None:
        found.append(_by_score(facts.score))
    if facts.weak:
        found.append(Reason(AMBER, f"Below {WEAK_BELOW:g} points: {named(facts.weak)}."))
    if _fell(facts):
        fall = (facts.score_before or 0) - (facts.score or 0)
        found.append(Reason(AMBER, f"The score fell by {fall:.0f} points since the last review."))
    return found


def _by_score(score: float) -> Reason:
    said = f"The score is {shown(score)} points of 100"
    if score < RED_BELOW:
        return Reason(RED, f"{said}: below {RED_BELOW:g}.")
    if score < AMBER_BELOW:
        return Reason(AMBER, f"{said}: below {AMBER_BELOW:g}.")
    return Reason(GREEN, f"{said}.")


def _fell(facts: Facts) -> bool:
    if facts.score is None or facts.score_before is None:
        return False
    return facts.score_before - facts.score >= FALLING_BY


def _by_levels(facts: Facts) -> list[Reason]:
    total = len(facts.met) + len(facts.missed)
    if not total:
        return []
    if not facts.missed:
        said = (
            "The measured service level was" if total == 1 else f"All {total} service levels were"
        )
        return [Reason(GREEN, f"{said} met.")]
    standing = RED if total > 1 and len(facts.missed) / total >= MANY_MISSED else AMBER
    if total == 1:
        said = "The measured service level was missed"
    else:
        verb = "was" if len(facts.missed) == 1 else "were"
        said = f"{len(facts.missed)} of {total} service levels {verb} missed"
    return [Reason(standing, f"{said}: {named(facts.missed)}.")]


def _by_open_things(facts: Facts) -> list[Reason]:
    found = []
    if facts.critical_issues:
        found.append(Reason(RED, f"{_count(facts.critical_issues, 'critical issue')} still open."))
    if facts.high_issues:
        found.append(
            Reason(AMBER, f"{_count(facts.high_issues, 'high-severity issue')} still open.")
        )
    if facts.overdue:
        found.append(Reason(AMBER, f"{_count(facts.overdue, 'agreed action')} overdue."))
    return found


def _count(count: int, noun: str) -> str:
    """“1 issue is”, “2 issues are”."""
    return f"1 {noun} is" if count == 1 else f"{count} {noun}s are"


def _by_satisfaction(facts: Facts) -> list[Reason]:
    if facts.satisfaction is None:
        return []
    said = f"About {shown(facts.satisfaction)} % of those who answered are satisfied"
    if facts.satisfaction < facts.threshold:
        return [Reason(AMBER, f"{said}: below {facts.threshold:g} %.")]
    return [Reason(GREEN, f"{said}.")]


def watermelon(facts: Facts) -> str:
    """Green outside and red inside, or the reverse, as a sentence; empty if both say the same or one of
    them is not known."""
    if facts.satisfaction is None or not (facts.met or facts.missed):
        return ""
    satisfied = facts.satisfaction >= facts.threshold
    if not facts.missed and not satisfied:
        return (
            "Watermelon: every service level that was measured is met, and yet people are not "
            "satisfied. Perhaps the wrong things are measured."
        )
    if facts.missed and satisfied:
        return (
            "Watermelon turned round: service levels are missed, and yet people are satisfied. "
            "Perhaps these targets matter less than they cost."
        )
    return ""


def shown(number: float) -> str:
    """One decimal, and none where it is zero."""
    return f"{number:.1f}".removesuffix(".0")


def named(names: Sequence[str]) -> str:
    """The first few names; the rest by number."""
    more = len(names) - MOST_NAMED
    listed = ", ".join(names[:MOST_NAMED])
    return f"{listed} and {more} more" if more > 0 else listed
