"""Is an approved plan still what was approved? Its record against itself, its chain, and the rows."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from activity.verifying import (
    Check,
    Verification,
    chain_check,
    check,
    envelope_of,
    gone,
    own_check,
)
from planning.models import OutsourcingPlan
from planning.plan_record import record_data

# A person may be called otherwise by now: their number counts.
IGNORED = frozenset({"name"})
# Who leaves hands over; the record keeps who it was, and the trail to whom.
HANDED_OVER = frozenset({"manager", "owner"})
# The service goes on living, and so does what stakeholders say; they are kept as they stood.
PARTS = {"plan": "Plan", "lists": "Parts", "baseline": "Cost in-house"}
NOTHING = "nothing"


@dataclass(frozen=True)
class Difference:
    """One thing that is not as it was: where, in the record, and now."""

    place: str
    recorded: str
    now: str

    def __str__(self) -> str:
        return f"{self.place}: {self.recorded} → {self.now}"


def verify(plan: OutsourcingPlan) -> Verification:
    """Answer all three questions about a plan that was approved once."""
    if plan.record is None:
        return gone("plan was approved")
    own, data = own_check(envelope_of(plan.record), plan)
    return Verification([own, chain_check(plan.record), _database_check(plan, data)])


def verify_file(file: dict[str, Any]) -> Verification:
    """What a downloaded record answers by itself, without a database."""
    own, data = own_check(file)
    return Verification([own], _about(data))


def _about(data: Any) -> str:
    """Which plan a file holds: that of another service is just as whole."""
    try:
        plan = data["plan"]
        return (
            f"Plan “{plan['title']}”, number {plan['number']}, for {data['service']['name']} "
            f"({data['organization']['name']}), approved {plan['approved_at']}."
        )
    except (KeyError, TypeError):
        return ""


def _database_check(plan: OutsourcingPlan, data: Any) -> Check:
    """Are today's rows those that were frozen?"""
    title = "The database still says the same"
    try:
        now = record_data(plan)
        found = [
            difference
            for part, place in PARTS.items()
            for difference in _between(data[part], now[part], place)
        ]
    except (KeyError, TypeError, AttributeError, ValueError):
        return check(title, "", "There is nothing to compare with.", ["The content can't be read."])
    return check(
        title,
        "Every part of the plan is as it was frozen. The service and what stakeholders say may go on, and"
        " who manages it or watches a risk may hand over.",
        "Something was changed in the database after the plan was approved.",
        (),
        found,
    )


def _between(recorded: Any, now: Any, place: str) -> Iterator[Difference]:
    """Every leaf that differs, with the way to it."""
    if isinstance(recorded, dict) and isinstance(now, dict):
        inside = "id" in recorded and "name" in recorded
        for name in dict.fromkeys([*recorded, *now]):
            if name not in HANDED_OVER and not (inside and name in IGNORED):
                label = name.replace("_", " ")
                yield from _between(recorded.get(name), now.get(name), f"{place}, {label}")
    elif isinstance(recorded, list) and isinstance(now, list):
        for at in range(max(len(recorded), len(now))):
            was, is_now = (rows[at] if at < len(rows) else None for rows in (recorded, now))
            yield from _between(was, is_now, f"{place}, line {at + 1}")
    elif recorded != now:
        yield Difference(place, _words(recorded), _words(now))


def _words(value: Any) -> str:
    if value is None or value == "":
        return NOTHING
    if isinstance(value, dict):
        return " · ".join(_words(item) for item in value.values() if item not in (None, ""))
    return str(value)
