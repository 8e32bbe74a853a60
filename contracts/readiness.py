"""How independent we are of a vendor, how ready to leave it, and what it would cost. Pure; days are arguments.

Independence is about keys: four questions for each, weighted by `QUESTIONS`. What is not said is
missing and not zero: the share is a range until all is said. Readiness is about the exit plan: the
parts of `PARTS`, 100 points together; there, what is not said is not ready.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from contracts.terms import add_months

ONE_YEAR = 12  # months: how long a check or a quote counts that says nothing else
NOBODY = frozenset(
    ["nobody", "no one", "no-one", "none", "no", "n/a", "-", "–", "niemand", "keiner", "keine"]
)

# Checks that come again -----------------------------------------------------------------------------


def next_check_on(
    last_on: dt.date | None, months: int | None, start_on: dt.date | None
) -> dt.date | None:
    """When something that is checked every `months` is due again. Never checked yet, it counts from
    `start_on` (the start of the contract); None without an interval or a day to count from."""
    since = last_on or start_on
    if not months or since is None:
        return None
    try:
        return add_months(since, months)
    except ValueError:  # beyond the calendar
        return None


def checked_in_time(last_on: dt.date | None, months: int | None, today: dt.date) -> bool | None:
    """Was it checked within its months (a year if it has none)? None: never checked, as far as is said."""
    if last_on is None:
        return None
    due_on = next_check_on(last_on, months or ONE_YEAR, None)
    return due_on is None or today <= due_on


# Independence ---------------------------------------------------------------------------------------

OWNED, ADMIN, SECOND, VERIFIED = "owned", "admin", "second", "verified"


@dataclass(frozen=True)
class Question:
    """What is asked of each key, how much it weighs of 100, and what turns a no into a yes."""

    code: str
    weight: int
    words: str
    remedy: str


QUESTIONS = (
    Question(ADMIN, 40, "We hold the admin rights", "Get admin rights"),
    Question(OWNED, 30, "We are its legal owner", "Become the legal owner"),
    Question(SECOND, 15, "A second person of ours can get in", "Name a second admin"),
    Question(VERIFIED, 15, "Verified in time", "Verify that you can get in"),
)


@dataclass(frozen=True)
class KeyFacts:
    """One key, as far as it counts here. `owned_by` and `admin_by`: us, both, vendor, other or ""."""

    name: str
    owned_by: str
    admin_by: str
    second_admin: str
    verified_on: dt.date | None
    verify_months: int | None

    def answers(self, today: dt.date) -> dict[str, bool | None]:
        """Yes, no or not said yet, for each question."""
        second = self.second_admin.strip().casefold().rstrip(".")
        return {
            OWNED: _ours(self.owned_by),
            ADMIN: _ours(self.admin_by),
            SECOND: second not in NOBODY if second else None,
            VERIFIED: checked_in_time(self.verified_on, self.verify_months, today),
        }


def _ours(holder: str) -> bool | None:
    return holder in ("us", "both") if holder else None


@dataclass(frozen=True)
class Gain:
    """One question that several keys answer with no: what a yes would add to the share (0 to 1)."""

    question: Question
    names: tuple[str, ...]
    share: Decimal

    @property
    def points(self) -> Decimal:
        """Of 100."""
        return self.share * 100


@dataclass(frozen=True)
class Independence:
    """`low` to `high`: shares from 0 to 1, equal once all is said; None without a key.

    `answered` of `asked` answers are given, `whole` keys have all four. `vendor_only`: keys that only
    the vendor can open; `others_only`: only somebody else; `unknown`: nobody said who.
    """

    keys: int
    low: Decimal | None
    high: Decimal | None
    answered: int
    asked: int
    whole: int
    vendor_only: tuple[str, ...]
    others_only: tuple[str, ...]
    unknown: tuple[str, ...]
    gains: tuple[Gain, ...]

    @property
    def complete(self) -> bool:
        return self.keys > 0 and self.answered == self.asked


def independence(keys: Sequence[KeyFacts], today: dt.date) -> Independence:
    """How far we could go on without the vendor, from what is said about each key."""
    answers = [key.answers(today) for key in keys]
    total = 100 * len(keys)
    yes = sum(q.weight for row in answers for q in QUESTIONS if row[q.code] is True)
    open_ = sum(q.weight for row in answers for q in QUESTIONS if row[q.code] is None)
    given = [sum(row[q.code] is not None for q in QUESTIONS) for row in answers]
    gains = []
    for question in QUESTIONS:
        names = tuple(
            key.name for key, row in zip(keys, answers, strict=True) if row[question.code] is False
        )
        if names:
            gains.append(Gain(question, names, Decimal(question.weight * len(names)) / total))
    return Independence(
        keys=len(keys),
        low=Decimal(yes) / total if total else None,
        high=Decimal(yes + open_) / total if total else None,
        answered=sum(given),
        asked=len(QUESTIONS) * len(keys),
        whole=sum(count == len(QUESTIONS) for count in given),
        vendor_only=tuple(key.name for key in keys if key.admin_by == "vendor"),
        others_only=tuple(key.name for key in keys if key.admin_by == "other"),
        unknown=tuple(key.name for key in keys if not key.admin_by),
        gains=tuple(sorted(gains, key=lambda gain: -gain.share)),
    )


# What leaving costs, and how long it takes ------------------------------------------------------------

COST_PARTS = {
    "fees": "fees for leaving",
    "parallel_run": "running both for a while",
    "onboarding": "starting elsewhere",
    "unused_prepayment": "what is paid and not used",
}


@dataclass(frozen=True)
class Cost:
    """What it costs to leave: `total` of what is said (None if nothing is), and which parts are `missing`.

    `spare` is the budget less the total, None without a budget or without any part.
    """

    total: Decimal | None
    missing: tuple[str, ...]
    spare: Decimal | None

    @property
    def complete(self) -> bool:
        return not self.missing

    @property
    def short(self) -> Decimal | None:
        """How much the budget lacks already."""
        return -self.spare if self.spare is not None and self.spare < 0 else None


def exit_cost(parts: dict[str, Decimal | None], budget: Decimal | None) -> Cost:
    """Add up the parts of COST_PARTS. Zero is an answer, None is a missing one."""
    said = [parts[name] for name in COST_PARTS if parts[name] is not None]
    total = sum((amount for amount in said if amount is not None), Decimal(0)) if said else None
    missing = tuple(words for name, words in COST_PARTS.items() if parts[name] is None)
    spare = budget - total if budget is not None and total is not None else None
    return Cost(total, missing, spare)


@dataclass(frozen=True)
class Duration:
    """How many days the steps take one after another, and how many of them say no days."""

    days: int
    silent: int


def steps_take(days: Sequence[int | None]) -> Duration:
    """The suggestion for the days to leave."""
    return Duration(sum(day or 0 for day in days), sum(day is None for day in days))


# Readiness --------------------------------------------------------------------------------------------

# Where each part is mended: a field of the plan's form, the bench or the keys register.
PLAN, BENCH, KEYS = "plan", "bench", "keys"


@dataclass(frozen=True)
class Part:
    """One part of being ready: at most `weight` points. `place` and `field` say where to mend it."""

    code: str
    weight: int
    words: str
    remedy: str
    place: str = PLAN
    field: str = ""


PARTS = (
    Part(
        "steps", 15, "The steps of leaving are written down", "Write the steps", field="steps-title"
    ),
    Part("cost", 15, "All parts of the cost are said", "Say what leaving costs", field="id_fees"),
    Part("alternative", 10, "There is an alternative", "Name whom you would take instead", BENCH),
    Part("quote", 10, "An alternative has a quote that still counts", "Ask for a new quote", BENCH),
    Part("triggers", 10, "It is said when you would leave", "Say when you would leave"),
    Part("time", 10, "It is said how long leaving takes", "Say how long it takes"),
    Part("data", 10, "What data comes back, and in which format", "Say what data comes back"),
    Part("budget", 10, "There is a budget, and it is not short", "Set a budget that covers it"),
    Part("drill", 5, "Leaving was tried out in time", "Try out a part of it, and note when"),
    Part("keys", 5, "We are independent, by the keys register", "Get the keys", KEYS),
)
_FIELDS = {
    "triggers": "id_triggers",
    "time": "id_days_to_leave",
    "data": "id_data_return",
    "budget": "id_budget",
    "drill": "id_last_drill_on",
}


@dataclass(frozen=True)
class PlanFacts:
    """An exit plan, as far as readiness asks. `independence` is the low end of its range, or None."""

    triggers: str = ""
    steps: int = 0
    days_to_leave: int | None = None
    budgeted: bool = False
    cost: Cost = Cost(None, tuple(COST_PARTS.values()), None)
    data_return: str = ""
    data_format: str = ""
    drill_in_time: bool | None = None
    alternatives: int = 0
    quotes_that_count: int = 0
    independence: Decimal | None = None


@dataclass(frozen=True)
class Scored:
    """A part with its share (0 to 1) and the points that it brings."""

    part: Part
    share: Decimal

    @property
    def points(self) -> Decimal:
        return self.part.weight * self.share

    @property
    def lacking(self) -> Decimal:
        return self.part.weight - self.points

    @property
    def field(self) -> str:
        """The id in the plan's form that mends it."""
        return self.part.field or _FIELDS.get(self.part.code, "")


@dataclass(frozen=True)
class Readiness:
    """`share` from 0 to 1; `best` is the one part that would add most, None when all is there."""

    share: Decimal
    parts: tuple[Scored, ...]
    best: Scored | None


def readiness(facts: PlanFacts) -> Readiness:
    """How ready we are to leave. Among parts that would add the same, the first of PARTS is the best."""
    shares = _shares(facts)
    parts = tuple(Scored(part, shares[part.code]) for part in PARTS)
    points = sum((row.points for row in parts), Decimal(0))
    best = max(parts, key=lambda row: row.lacking)
    return Readiness(points / 100, parts, best if best.lacking else None)


def _shares(facts: PlanFacts) -> dict[str, Decimal]:
    said = len(COST_PARTS) - len(facts.cost.missing)
    whole: dict[str, bool] = {
        "steps": facts.steps > 0,
        "alternative": facts.alternatives > 0,
        "quote": facts.quotes_that_count > 0,
        "triggers": bool(facts.triggers.strip()),
        "time": facts.days_to_leave is not None,
        "budget": facts.budgeted and facts.cost.short is None,
        "drill": bool(facts.drill_in_time),
    }
    data = bool(facts.data_return.strip()) + bool(facts.data_format.strip())
    return {
        **{code: Decimal(there) for code, there in whole.items()},
        "cost": Decimal(said) / len(COST_PARTS),
        "data": Decimal(data) / 2,
        "keys": facts.independence or Decimal(0),
    }


# The bench --------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Comparison:
    """A quote for a year against what we pay a year: `more` (negative: less), and as a share of today's."""

    more: Decimal
    share: Decimal | None


def compare(
    quote: Decimal | None,
    *,
    is_yearly: bool | None,
    currency: str,
    yearly_cost: Decimal | None,
    paid_in: str,
) -> Comparison | None:
    """None where the two cannot be compared: one is missing, a total or not said to be yearly, or in
    another currency."""
    if quote is None or yearly_cost is None or not is_yearly or currency != paid_in:
        return None
    more = quote - yearly_cost
    return Comparison(more, more / yearly_cost if yearly_cost else None)


def quote_counts(
    quote: Decimal | None, quoted_on: dt.date | None, expires_on: dt.date | None, today: dt.date
) -> bool:
    """Is it still an offer: not expired, or, if it does not say until when, younger than a year?"""
    if quote is None:
        return False
    if expires_on is not None:
        return today <= expires_on
    return bool(checked_in_time(quoted_on, ONE_YEAR, today))
