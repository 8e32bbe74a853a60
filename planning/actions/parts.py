"""The parts of a plan: each list is written anew as a whole, and growth, while the plan is a draft."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction

from accounts.models import Membership
from activity import log
from core.errors import Refused
from planning.locking import lock_draft, save_next_version
from planning.models import OutsourcingPlan
from planning.plan_lists import MOST_LINES, SURVEYS, Line, PlanList
from planning.plan_words import SCENARIOS


@transaction.atomic
def edit_list(
    *,
    plan: OutsourcingPlan,
    part: PlanList,
    lines: Sequence[Line],
    version: int,
    by: Membership,
) -> OutsourcingPlan:
    """Say anew what stands in one list of the plan, in its order. `lines`: dicts of `part.fields`.

    Raises core.versions.Stale, and Refused once the plan is no draft. What is there already changes nothing.
    """
    row = lock_draft(plan, version)
    wanted = [{name: line[name] for name in part.fields} for line in lines]
    _check(part, wanted)
    before = part.stored(row)
    if wanted == before:
        return row
    getattr(row, part.key).all().delete()
    part.model.objects.bulk_create(
        [
            part.model(organization=row.organization, plan=row, position=position, **line)
            for position, line in enumerate(wanted, 1)
        ]
    )
    save_next_version(row)
    was, now = ([part.in_words(line) for line in found] for found in (before, wanted))
    log.record(
        by=by,
        verb=f"plan.{part.key}_changed",
        target=row,
        before={part.title: was},
        after={part.title: now},
    )
    return row


def _check(part: PlanList, lines: Sequence[Line]) -> None:
    if len(lines) > MOST_LINES:
        raise Refused(f"At most {MOST_LINES} lines fit.")
    asked = [line["audience"] for line in lines] if part is SURVEYS else []
    if len(set(asked)) < len(asked):
        raise Refused("Each audience has one line: say in it how often they are asked.")


@transaction.atomic
def edit_growth(
    *, plan: OutsourcingPlan, values: Mapping[str, Any], version: int, by: Membership
) -> OutsourcingPlan:
    """Say how many users, devices, tickets and hours there will be at the end of the term.

    `values`: `growth` {key: {"low" | "base" | "high": Decimal or None}} and `growth_note`. What was not said
    is not kept. Raises Stale, and Refused once the plan is no draft.
    """
    row = lock_draft(plan, version)
    growth = {
        key: {name: format(said[name], "f") for name in SCENARIOS if said.get(name) is not None}
        for key, said in values["growth"].items()
    }
    changes = {
        "growth": {key: said for key, said in growth.items() if said},
        "growth_note": values["growth_note"],
    }
    before, after = log.apply_changes(row, changes)
    if after:
        save_next_version(row)
        log.record(by=by, verb="plan.growth_changed", target=row, before=before, after=after)
    return row
