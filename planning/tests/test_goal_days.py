"""Days of goals: watched from the approval on, until the plan is replaced or dropped."""

import datetime as dt

from activity.models import WatchedDate
from core.tenancy import ALL, organization_scope
from planning.actions import plans as actions
from planning.actions.stakeholders import add_stakeholder
from planning.models import Stakeholder
from planning.tests.plan_rows import make_plan


def watched() -> list[tuple[int, dt.date, str]]:
    rows = WatchedDate.objects.filter(kind="goal.due", settled_at=None)
    return [(row.responsible_id, row.due_on, row.path.partition("/plans/")[2]) for row in rows]


def test_the_days_of_goals_follow_the_plan(owner, manager):
    with organization_scope(ALL):
        plan = make_plan(manager)
        assert watched() == []
        plan = actions.approve_plan(plan=plan, version=plan.version, by=owner)
        day = dt.date(2027, 6, 30)
        assert watched() == [(manager.pk, day, f"{plan.pk}/#goals")]
        newer = actions.revise_plan(plan=plan, by=manager)
        newer = actions.approve_plan(plan=newer, version=newer.version, by=owner)
        assert watched() == [(manager.pk, day, f"{newer.pk}/#goals")]
        reason = {"reason": "We hire somebody"}
        actions.drop_plan(plan=newer, values=reason, version=newer.version, by=owner)
        assert watched() == []


def test_what_a_stakeholder_only_began_to_write_does_not_come_along(owner, manager):
    who = {"name": "Sam", "email": "sam@acme.example", "group": "", "affected": ""}
    with organization_scope(ALL):
        plan = make_plan(manager)
        sam = add_stakeholder(plan=plan, values=who, by=manager)
        Stakeholder.objects.filter(pk=sam.pk).update(worries="My job")
        plan = actions.approve_plan(plan=plan, version=plan.version, by=owner)
        newer = actions.revise_plan(plan=plan, by=manager)
        assert [(row.name, row.worries) for row in newer.stakeholders.all()] == [("Sam", "")]
