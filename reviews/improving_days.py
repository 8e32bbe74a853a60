"""The days of corrective actions and security checks that are watched: when it is due, when its effect is
checked, when security is looked at again.

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
from contracts.models import Contract
from reviews.models import CorrectiveAction, SecurityCheck

DUE, EFFECT, SECURITY = "action.due", "action.check", "security.check"
# The effect is looked at so many days after it was done: not before it can show, not after it is forgotten.
CHECK_FROM, CHECK_UNTIL = 30, 90
State = CorrectiveAction.State


def check_window(done_on: dt.date) -> tuple[dt.date, dt.date]:
    """The first and the last day on which the effect of something done on that day is looked at."""
    return done_on + dt.timedelta(days=CHECK_FROM), done_on + dt.timedelta(days=CHECK_UNTIL)


def days_of_action(contract: Contract, action: CorrectiveAction) -> list[Day]:
    """Its due day while it is to be done, the check of its effect once it is done; each without a date
    otherwise. `contract` needs organization, vendor and manager in memory."""
    return [_due_day(contract, action), _effect_day(contract, action)]


def _due_day(contract: Contract, action: CorrectiveAction) -> Day:
    doer = f"{contract.vendor} does it" if action.side == "vendor" else "We do it"
    sentence = f"{doer}. Ask where it stands, and say with what evidence it was done, or why it is not needed."
    due_on = action.due_on if action.state == State.OPEN else None
    return _of_action(contract, action, DUE, due_on, sentence)


def _effect_day(contract: Contract, action: CorrectiveAction) -> Day:
    sentence = "It was done a while ago. Look whether it helped; if it did not, it is open again."
    due_on = action.check_on if action.state == State.DONE else None
    return _of_action(contract, action, EFFECT, due_on, sentence)


def _of_action(
    contract: Contract, action: CorrectiveAction, kind: str, due_on: dt.date | None, sentence: str
) -> Day:
    slug = contract.organization.slug
    path = reverse("reviews:action_detail", args=[slug, action.pk])
    return _day(contract, action, kind, due_on, sentence, path, action.owner or contract.manager)


def day_of_check(contract: Contract, check: SecurityCheck) -> Day:
    """When it is to be made the next time; none once it has ended."""
    sentence = (
        f"Make it, or ask {contract.vendor} for the report, and note what was found."
        " A promise on paper is worth as much as its last test."
    )
    path = reverse("reviews:check_list", args=[contract.organization.slug, contract.pk])
    due_on = None if check.ended_at else check.next_on
    responsible = check.responsible or contract.manager
    return _day(contract, check, SECURITY, due_on, sentence, path, responsible)


def _day(
    contract: Contract,
    target: Any,
    kind: str,
    due_on: dt.date | None,
    sentence: str,
    path: str,
    responsible: Any,
) -> Day:
    return Day(
        target=target,
        kind=kind,
        due_on=due_on if contract.status(timezone.localdate()).is_live else None,
        title=f"{kind_of(kind).label}: {target} · {contract}",
        sentence=sentence,
        path=path,
        responsible=responsible,
    )


# Of many contracts, in one query each ---------------------------------------------------------------


def action_days(contracts: Sequence[Contract]) -> list[Day]:
    """The days of every action that is not settled."""
    rows = CorrectiveAction.objects.filter(contract__in=contracts).open()
    rows = rows.select_related("owner").order_by("pk")
    found = [days_of_action(contract, row) for contract, row in _each(contracts, rows)]
    return [day for days in found for day in days]


def check_days(contracts: Sequence[Contract]) -> list[Day]:
    """The next day of every security check that goes on."""
    rows = SecurityCheck.objects.filter(contract__in=contracts, ended_at=None)
    rows = rows.select_related("responsible").order_by("pk")
    return [day_of_check(contract, row) for contract, row in _each(contracts, rows)]


def _each(contracts: Sequence[Contract], rows: Iterable[Any]) -> Iterator[tuple[Contract, Any]]:
    """Each row with its contract, the one that is in memory already."""
    by_pk = {contract.pk: contract for contract in contracts}
    for row in rows:
        row.contract = by_pk[row.contract_id]
        yield row.contract, row
