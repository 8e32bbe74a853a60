"""Who leaves hands over plans, their risks, pilots and security questions first."""

import datetime as dt
import json
import uuid
from decimal import Decimal

from pytest_django.asserts import assertContains, assertRedirects

from accounts import actions as people
from accounts.permissions import Role
from activity.models import LogEntry, WatchedDate
from core.tenancy import ALL, organization_scope
from evaluations.actions import pilots
from evaluations.held import held_by, work_of
from evaluations.tests.award_case import candidate, closed_evaluation
from planning.actions.plans import approve_plan
from planning.models import OutsourcingPlan, Risk
from planning.tests.plan_rows import make_plan
from planning.verifying import verify
from vendors.models import DiligenceCheck, DiligenceGap
from vendors.tests import builders

DAY = dt.date(2027, 6, 30)


def everything(acme, manager, owner, evaluator):
    """One of each, all for the manager."""
    evaluation = closed_evaluation(acme, owner, evaluator)
    vendor = builders.add(manager, "Corvid")
    with organization_scope(acme):
        plan = make_plan(manager)
        own = {"organization": acme}
        Risk.objects.create(**own, plan=plan, kind="morale", text="Tom leaves", owner=manager)
        approve_plan(plan=plan, version=plan.version, by=owner)
        values = {
            "candidate": candidate(evaluation, "Northwind"),
            "scope": "First line",
            "starts_on": DAY,
            "ends_on": DAY + dt.timedelta(days=30),
            "budget": Decimal(2000),
            "manager": manager,
        }
        pilots.create_pilot(
            evaluation=evaluation, values=values, by=owner, creation_key=uuid.uuid4()
        )
        check = DiligenceCheck.objects.create(
            **own,
            vendor=vendor,
            questions="1",
            state="judged",
            repeat_on=DAY,
            responsible=manager,
            created_by=manager,
        )
        DiligenceGap.objects.create(
            **own, check_asked=check, text="No backup test", severity="high", owner=manager
        )
    return plan.pk


def test_who_leaves_hands_over_first(
    client, acme, admin, manager, owner, evaluator, django_assert_max_num_queries
):
    pk = everything(acme, manager, owner, evaluator)
    with organization_scope(acme):
        assert held_by(manager) == []
        manager.role = Role.VIEWER  # about to be
        [hold] = held_by(manager)
        assert hold.sentence == (
            "Mia answers for 1 outsourcing plan, 1 pilot, 1 round of security questions and 1 security"
            " gap. Hand them over first."
        )
        manager.refresh_from_db()
    client.force_login(admin.user)
    response = client.post(f"/o/acme/settings/members/{manager.pk}/remove/", follow=True)
    assertContains(response, "Mia answers for 1 outsourcing plan, 1 risk of a plan")
    with django_assert_max_num_queries(12):
        assertContains(client.get(hold.path), "No backup test")
    assert client.post(hold.path, {"to": evaluator.pk}).status_code == 422
    for _ in range(2):  # sent twice
        response = client.post(hold.path, {"to": owner.pk})
        assertRedirects(response, "/o/acme/settings/members/", fetch_redirect_response=False)
    assertContains(client.get(hold.path), "Nothing to hand over")
    with organization_scope(ALL):
        assert {name: rows.count() for name, rows in work_of(owner).items()} == dict.fromkeys(
            ("plans", "risks", "pilots", "rounds", "gaps"), 1
        )
        days = WatchedDate.objects.filter(kind__in=["goal.due", "diligence.repeat"])
        assert set(days.values_list("responsible", flat=True)) == {owner.pk}
        plan = OutsourcingPlan.objects.select_related("record", "organization", "service").get(
            pk=pk
        )
        assert verify(plan).identical, "the record keeps who it was"
        assert json.loads(plan.record.content)["plan"]["manager"]["name"] == "Mia"
        verbs = LogEntry.objects.filter(verb__endswith="handed_over").order_by("verb")
        assert list(verbs.values_list("verb", flat=True)) == [
            "pilot.handed_over",
            "plan.handed_over",
            "vendor.security_handed_over",
        ]
        people.remove_member(member=manager, by=admin)
