"""Handing over the plans, risks, pilots and security questions of somebody who leaves or does something else.

What was frozen keeps the names that it was frozen with; from now on somebody else is reminded.
"""

from typing import Any

from django.db import transaction

from accounts.models import Membership
from accounts.permissions import Perm
from activity import log
from activity.actions.watching import watch_days
from activity.models import WatchedDate
from core.errors import Refused
from core.versions import lock
from evaluations.actions import pilots
from evaluations.held import work_of
from evaluations.models import Pilot
from evaluations.pilots import end_day
from planning.goal_days import DUE, goal_day
from planning.locking import lock_plan, save_next_version
from planning.models import OutsourcingPlan
from vendors.actions.diligence import lock_round
from vendors.diligence_days import watch_gap, watch_round
from vendors.models import DiligenceCheck, DiligenceGap, Vendor


@transaction.atomic
def hand_over_sourcing(*, member: Membership, to: Membership, by: Membership) -> int:
    """`to` answers for everything in held.work_of(member); how much that was. Sent twice, there is nothing left."""
    if to.pk == member.pk:
        raise Refused("Choose somebody else.", field="to")
    now = Membership.objects.select_related("user", "organization").filter(pk=to.pk).first()
    if now is None or not now.can(Perm.PLAN_EDIT):
        raise Refused("Choose somebody who may plan: a Manager, Owner or Admin.", field="to")
    work = {name: list(rows.order_by("pk")) for name, rows in work_of(member).items()}
    counts = [
        _hand_over_plans(work["plans"], work["risks"], member, now, by),
        _hand_over_pilots(work["pilots"], member, now, by),
        _hand_over_security(work["rounds"], work["gaps"], member, now, by),
    ]
    return sum(counts)


def _hand_over_plans(
    managed: list[OutsourcingPlan],
    risks: list[Any],
    member: Membership,
    to: Membership,
    by: Membership,
) -> int:
    plans = {row.pk: row for row in managed} | {row.plan_id: row.plan for row in risks}
    count = 0
    for pk in sorted(plans):
        plan = lock_plan(plans[pk])
        said: dict[str, Any] = {}
        if plan.manager_id == member.pk:
            plan.manager = to
            said["delegated manager"] = to
        moved = plan.risks.filter(owner=member).update(owner=to)
        if moved:
            said["risks"] = moved
        if not said:
            continue
        count += moved + ("delegated manager" in said)
        save_next_version(plan)
        _watch_goals(plan)
        log.record(
            by=by,
            verb="plan.handed_over",
            target=plan,
            before={"of": member},
            after={"to": to, **said},
        )
    return count


def _watch_goals(plan: OutsourcingPlan) -> None:
    """Of goals that are watched still; reviews have seen the others through."""
    kept = WatchedDate.objects.filter(organization=plan.organization, kind=DUE)
    goals = plan.goals.filter(pk__in=kept.values("target_id")).order_by("pk")
    if days := [goal_day(goal, plan) for goal in goals]:
        watch_days(days=days)


def _hand_over_pilots(rows: list[Pilot], member: Membership, to: Membership, by: Membership) -> int:
    for row in rows:
        pilot = pilots.hold(row)
        pilot.manager = to
        pilot.version += 1
        pilot.save()
        watch_days(days=[end_day(pilot)])
        pilots.note(pilot, "handed_over", by, before={"run by": member}, after={"run by": to})
    return len(rows)


def _hand_over_security(
    rounds: list[DiligenceCheck],
    gaps: list[DiligenceGap],
    member: Membership,
    to: Membership,
    by: Membership,
) -> int:
    """A round or gap that was settled meanwhile is handed over as well: it changes nothing."""
    counts: dict[int, dict[str, int]] = {}
    vendors: dict[int, Vendor] = {}
    for row in rounds:
        check = lock_round(row)
        check.responsible = to
        check.version += 1
        check.save(update_fields=["responsible", "version"])
        watch_round(check)
        _count(counts, vendors, check.vendor, "rounds of security questions")
    for owned in gaps:
        check = lock_round(owned.check_asked)
        gap: DiligenceGap = lock(DiligenceGap.objects.select_related("organization"), owned.pk)
        gap.owner = to
        gap.version += 1
        gap.save(update_fields=["owner", "version"])
        watch_gap(gap, check.vendor)
        _count(counts, vendors, check.vendor, "security gaps")
    for pk, said in counts.items():
        log.record(
            by=by,
            verb="vendor.security_handed_over",
            target=vendors[pk],
            before={"of": member},
            after={"to": to, **said},
        )
    return len(rounds) + len(gaps)


def _count(
    counts: dict[int, dict[str, int]], vendors: dict[int, Vendor], vendor: Vendor, what: str
) -> None:
    vendors[vendor.pk] = vendor
    said = counts.setdefault(vendor.pk, {})
    said[what] = said.get(what, 0) + 1
