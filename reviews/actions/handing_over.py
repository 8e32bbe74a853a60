"""Handing over the issues, actions and checks of somebody who leaves, or does something else from now on."""

from collections import Counter
from typing import Any

from django.db import transaction
from django.db.models import F

from accounts.models import Membership
from activity.actions.watching import watch_days
from contracts.actions.refusals import NotFit
from contracts.models import Contract
from reviews.actions.holding import check_owner, note
from reviews.improving_days import day_of_check, days_of_action
from reviews.improving_queries import work_of

WORDS = {"issues": "issues", "actions": "actions", "checks": "security checks"}


@transaction.atomic
def hand_over_work(*, member: Membership, to: Membership, by: Membership) -> int:
    """`to` answers for every open issue, unsettled action and running check of `member`; how many there were."""
    if to.pk == member.pk:
        raise NotFit("Choose somebody else.", field="to")
    work = work_of(member)
    contracts = _hold_all(work)
    check_owner(to, "to")
    # What of yet another contract was handed to `member` meanwhile stays with them.
    work = {name: rows.filter(contract__in=contracts) for name, rows in work.items()}
    moved = {name: list(rows.order_by("pk")) for name, rows in work.items()}
    for name, rows in work.items():
        rows.update(**{_field(name): to}, version=F("version") + 1)
    _watch(contracts, moved, to)
    of_contract: dict[int, Counter[str]] = {pk: Counter() for pk in contracts}
    for name, rows in moved.items():
        for row in rows:
            of_contract[row.contract_id][WORDS[name]] += 1
    for pk, counts in of_contract.items():
        after = {"to": to, **counts}
        note(contracts[pk], "work_handed_over", by, before={"of": member}, after=after)
    return sum(len(rows) for rows in moved.values())


def _hold_all(work: dict[str, Any]) -> dict[int, Contract]:
    """The contracts concerned, locked in one order everywhere: two who hand over never wait for each other."""
    pks = {pk for rows in work.values() for pk in rows.values_list("contract", flat=True)}
    held = Contract.objects.filter(pk__in=pks).order_by("pk")
    list(held.select_for_update(of=("self",), no_key=True).values_list("pk", flat=True))
    return {row.pk: row for row in held.select_related("organization", "vendor", "manager__user")}


def _field(name: str) -> str:
    return "responsible" if name == "checks" else "owner"


def _watch(contracts: dict[int, Contract], moved: dict[str, list[Any]], to: Membership) -> None:
    """Reminders go to the new person."""
    for name, rows in moved.items():
        for row in rows:
            setattr(row, _field(name), to)
    days = [
        *(
            day
            for row in moved["actions"]
            for day in days_of_action(contracts[row.contract_id], row)
        ),
        *(day_of_check(contracts[row.contract_id], row) for row in moved["checks"]),
    ]
    if days:
        watch_days(days=days)
