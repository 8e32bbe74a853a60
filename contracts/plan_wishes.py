"""What the outsourcing plan wants to be promised: beginnings of service levels, for a contract that follows it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from contracts.award_terms import plain, quality_of
from contracts.models import Contract, ServiceLevel
from planning.models import Goal, OutsourcingPlan

Unit = ServiceLevel.Unit
UNITS = {**{str(unit.label): unit for unit in Unit}, **{unit.value: unit for unit in Unit}}
LONGEST = 200


@dataclass(frozen=True)
class Wish:
    """One goal or least quality in words, and what the form for a service level begins with."""

    words: str
    beginning: dict[str, str]

    @property
    def query(self) -> str:
        """For the address of the form."""
        return urlencode(self.beginning)


def wishes_of(contract: Contract) -> Sequence[Wish]:
    """Goals first, then the least quality. None without a query for a contract that follows no award;
    else three at most."""
    if contract.award_id is None:
        return ()
    plan = OutsourcingPlan.objects.filter(evaluations__awards=contract.award_id).first()
    if plan is None:
        return ()
    goals = [_of_goal(goal) for goal in plan.goals.order_by("position", "pk")]
    least = [Wish(row.text, {"name": row.text[:LONGEST]}) for row in quality_of(plan)]
    return [*goals, *least]


def _of_goal(goal: Goal) -> Wish:
    target = plain(goal.target)
    words = f"{goal.text}: {goal.measure} {goal.get_comparator_display()} {target} {goal.unit}"
    beginning = {
        "metric": ServiceLevel.Metric.CUSTOM.value,
        "name": goal.measure[:LONGEST],
        "comparator": goal.comparator,
        "target": target,
        "unit": UNITS[goal.unit.lower()].value if goal.unit.lower() in UNITS else "",
        "source": goal.source[:LONGEST],
    }
    return Wish(words.strip(), {name: text for name, text in beginning.items() if text})


def beginning_of(asked: Any) -> dict[str, str]:
    """What an address says beforehand; the form checks it as if it were typed."""
    names = ("metric", "name", "comparator", "target", "unit", "source")
    return {name: asked[name].replace("\0", "")[:300] for name in names if name in asked}
