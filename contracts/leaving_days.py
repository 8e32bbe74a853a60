"""The days that keys, the exit plan and the bench want watched: key_days, drill_days, quote_days.

Only those of a signed contract that is not over; of any other the same days come without a date, so
that whoever watches them forgets them. Listed in contracts/watchers.py.
"""

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from django.urls import reverse
from django.utils import timezone

from activity.kinds import kind_of
from activity.watching import Day
from contracts.models import Alternative, Contract, ExitPlan, Key
from contracts.readiness import next_check_on


def _day(contract: Contract, target: Any, kind: str, due_on: dt.date | None, sentence: str) -> Day:
    pages = {"contract.key": "contracts:key_list"}
    to = pages.get(kind, "contracts:exit_plan")
    about = contract if kind == "contract.drill" else f"{target} · {contract}"
    return Day(
        target=target,
        kind=kind,
        due_on=due_on if contract.status(timezone.localdate()).is_live else None,
        title=f"{kind_of(kind).label}: {about}",
        sentence=sentence,
        path=reverse(to, args=[contract.organization.slug, contract.pk]),
        responsible=contract.manager,
    )


def verify_due_on(contract: Contract, key: Key) -> dt.date | None:
    """When it has to be shown again that we can get in."""
    return next_check_on(key.verified_on, key.verify_months, contract.starts_on)


def drill_due_on(contract: Contract, plan: ExitPlan) -> dt.date | None:
    """When leaving has to be tried out again."""
    return next_check_on(plan.last_drill_on, plan.drill_months, contract.starts_on)


def key_day(contract: Contract, key: Key) -> Day:
    """The next verification of one key."""
    sentence = (
        f"Try whether you can still get into “{key.name}” without {contract.vendor},"
        " then press “Verified today”."
    )
    return _day(contract, key, "contract.key", verify_due_on(contract, key), sentence)


def drill_day(contract: Contract, plan: ExitPlan) -> Day:
    """The next exit drill."""
    sentence = (
        f"Try out a part of leaving {contract.vendor}, and note in the exit plan how it went."
    )
    return _day(contract, plan, "contract.drill", drill_due_on(contract, plan), sentence)


def quote_day(contract: Contract, alternative: Alternative) -> Day:
    """The day on which an alternative's quote expires."""
    sentence = f"The quote of {alternative} for “{contract}” expires. Ask for a new one in time."
    due_on = alternative.expires_on if alternative.quote is not None else None
    return _day(contract, alternative, "contract.quote", due_on, sentence)


def key_days(contracts: Sequence[Contract]) -> list[Day]:
    """The next verification of each key."""
    keys = Key.objects.filter(contract__in=contracts).order_by("pk")
    return [key_day(contract, key) for contract, key in _each(contracts, keys)]


def drill_days(contracts: Sequence[Contract]) -> list[Day]:
    """The next exit drill of each that has a plan."""
    plans = ExitPlan.objects.filter(contract__in=contracts).order_by("pk")
    return [drill_day(contract, plan) for contract, plan in _each(contracts, plans)]


def quote_days(contracts: Sequence[Contract]) -> list[Day]:
    """The day on which each quote on the bench expires."""
    rows = Alternative.objects.filter(contract__in=contracts).select_related("vendor")
    return [quote_day(contract, row) for contract, row in _each(contracts, rows.order_by("pk"))]


def _each(contracts: Sequence[Contract], rows: Iterable[Any]) -> Iterator[tuple[Contract, Any]]:
    """Each row with its contract, the one that is in memory already."""
    by_pk = {contract.pk: contract for contract in contracts}
    for row in rows:
        row.contract = by_pk[row.contract_id]
        yield row.contract, row
