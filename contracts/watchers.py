"""Which days of a signed contract are watched besides its notice and end: what the parts of it say."""

import datetime as dt
from collections.abc import Sequence

from django.utils.module_loading import import_string

from activity.watching import Day
from contracts.models import Contract

# Functions (contracts) -> list[Day], by their dotted names: each part of a contract lists its own. They ask
# as few queries for many contracts as for one.
WATCHERS: list[str] = [
    "contracts.transition_plan.transition_days",
    "contracts.leaving_days.key_days",
    "contracts.leaving_days.drill_days",
    "contracts.leaving_days.quote_days",
    "reviews.improving_days.action_days",
    "reviews.improving_days.check_days",
]


def days_of(contracts: Sequence[Contract]) -> list[Day]:
    """Every day that these parts want watched now."""
    return [day for name in WATCHERS for day in import_string(name)(contracts)]


def days_now(contract: Contract, today: dt.date) -> list[Day]:
    """The same, for activity.actions.watch_days: without a date unless the contract is signed and
    not over, so that they are forgotten then."""
    if contract.status(today).is_live:
        return days_of([contract])
    return days_to_forget([contract])


def days_to_forget(contracts: Sequence[Contract]) -> list[Day]:
    """The same days without a date: they are not watched any more."""
    return [Day(target=day.target, kind=day.kind, due_on=None) for day in days_of(contracts)]
