"""An evaluation that starts from an approved plan: what comes along, and what is chosen."""

import uuid
from decimal import Decimal

import pytest
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from activity.models import LogEntry
from core.errors import Refused
from core.templatetags.ui import money
from core.tenancy import ALL, organization_scope
from evaluations.actions import add_standard_set
from evaluations.actions.from_plan import start_evaluation
from evaluations.criteria import CriterionDraft
from evaluations.models import Evaluation, GateCredential
from evaluations.plan_criteria import gates_of, joined, offers_of
from planning.actions.plans import approve_plan
from planning.models import Goal, Requirement
from planning.tests.plan_rows import add_parts, make_plan, make_service

BASE = "/o/acme/evaluations/"


def approved(manager, owner):
    plan = make_plan(manager)
    add_parts(plan)
    plan.growth = {"users": {"base": "30"}}
    plan.baseline_rise_percent = Decimal(3)
    plan.save()
    return approve_plan(plan=plan, version=plan.version, by=owner)


@organization_scope(ALL)
def test_everything_of_the_plan_comes_along_once(
    client, admin, owner, manager, django_assert_max_num_queries
):
    criteria_set = add_standard_set(by=admin)
    plan = approved(manager, owner)
    client.force_login(manager.user)
    with django_assert_max_num_queries(12):
        page = client.get(f"{BASE}from-plan/{plan.pk}/")
    scale = f"{money(60000, 'EUR')} is worth 0 points, {money(40000, 'EUR')} is worth 100"
    assertContains(page, scale)
    assertContains(page, "needs proof on file: certificate")
    assertContains(page, "Quicker answers (240 minutes today, 30 minutes is the target)")
    assert not page.context["form"]["goals"].value()  # nothing is ticked beforehand
    assert not page.context["form"]["measure_cost"].value()
    goal = plan.goals.get()
    sent = {
        "title": "Help desk 2027",
        "criteria_set": criteria_set.pk,
        "goals": [goal.pk],
        "measure_cost": "on",
        "creation_key": uuid.uuid4(),
    }
    for _ in range(2):
        response = client.post(f"{BASE}from-plan/{plan.pk}/", sent)
        [row] = Evaluation.objects.all()
        assertRedirects(response, f"{BASE}{row.pk}/criteria/")
    assert (row.plan, row.service, row.reason) == (plan, "Help desk", "Nobody answers in August.")
    found = [
        (one.name, one.kind, one.weight_text) for one in row.criteria.order_by("position", "pk")
    ]
    assert found == [
        ("Quality", "judged", "30"),
        ("Satisfaction", "judged", "20"),
        ("Cost", "measured", "20"),
        ("Security", "judged", "20"),
        ("Cultural fit", "judged", "10"),
        ("Quicker answers", "measured", "0"),
        ("Certified for security", "gate", "0"),
        ("Answers in German", "gate", "0"),
    ]
    quicker = row.criteria.get(name="Quicker answers")
    assert (quicker.worst, quicker.best, quicker.unit) == (240, 30, "minutes")
    gate = GateCredential.objects.get()
    assert (gate.criterion.name, gate.kind, gate.name) == (
        "Certified for security",
        "certificate",
        "ISO/IEC 27001",
    )
    model = row.cost_model
    assert (model.term_months, model.currency, model.worst, model.best) == (36, "EUR", 60000, 40000)
    assert model.today == {"users": "12", "devices": "15", "volume": "120"}
    assert (model.growth, model.criterion.name) == ({"users": {"base": "30"}}, "Cost")
    [in_house] = row.candidates.all()
    assert (in_house.in_house, in_house.quote.source) == (True, "baseline")
    [line] = in_house.quote.lines.all()
    # 54,000 x 33.333 % = 17,999.82 a year.
    assert (line.amount, line.period) == (Decimal("17999.82"), "year")
    assert in_house.quote.rise_percent == 3
    entry = LogEntry.objects.get(verb="evaluation.started_from_plan")
    assert entry.after == {
        "plan": "Help desk from outside",
        "plan number": 1,
        "gates": ["Certified for security", "Answers in German"],
        "goals as criteria": ["Quicker answers"],
    }
    page = client.get(f"{BASE}{row.pk}/setup/")
    assertContains(page, "Without a weight, so they count for nothing: Quicker answers.")
    assertContains(page, f"/o/acme/plans/{plan.pk}/")
    assertContains(client.get(f"/o/acme/plans/{plan.pk}/"), "Help desk 2027")


@organization_scope(ALL)
def test_a_lean_plan_brings_what_it_has(client, admin, owner, manager):
    criteria_set = add_standard_set(by=admin)
    plan = make_plan(manager, budget=None)
    Goal.objects.filter(plan=plan).update(today=None)
    with pytest.raises(Refused, match="approved plan"):
        start_evaluation(plan=plan, criteria_set=criteria_set, by=manager)
    plan = approve_plan(plan=plan, version=plan.version, by=owner)
    client.force_login(manager.user)
    page = client.get(f"{BASE}from-plan/{plan.pk}/")
    assertContains(page, "the scale has no beginning")
    assert "goals" not in page.context["form"].fields
    wrong = client.post(f"{BASE}from-plan/{plan.pk}/", {"title": ""})
    assert list(wrong.context["form"].errors) == ["title", "criteria_set"]
    assert wrong.status_code == 422
    row = start_evaluation(plan=plan, criteria_set=criteria_set, by=manager)
    assert (row.title, row.criteria.count(), row.cost_model.worst) == (plan.title, 5, None)
    assert row.criteria.get(name="Cost").kind == "judged"
    assert not hasattr(row.candidates.get(), "quote")  # what was not said is not zero


@organization_scope(ALL)
def test_who_may_start_it(client, admin, owner, manager, evaluator, outsider):
    add_standard_set(by=admin)
    plan = approved(manager, owner)
    where = f"{BASE}from-plan/{plan.pk}/"
    assert client.get(where).status_code == 302
    client.force_login(evaluator.user)
    assert client.get(where).status_code == 403
    assertNotContains(client.get(f"/o/acme/plans/{plan.pk}/"), "Start the evaluation")
    client.force_login(outsider.user)
    assert client.get(where).status_code == 404
    assert client.get(where.replace("acme", "globex")).status_code == 404
    client.force_login(manager.user)
    draft = make_plan(manager, make_service(manager, name="Backup"))
    assertRedirects(client.get(f"{BASE}from-plan/{draft.pk}/"), f"/o/acme/plans/{draft.pk}/")


# Pure ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("comparator", "today", "target", "able"),
    [
        ("at_most", 240, 30, True),
        ("at_least", 80, 95, True),
        ("at_most", 30, 30, False),
        ("at_least", 95, 80, False),
        ("at_most", None, 30, False),
        ("at_least", 1, 10**10, False),
    ],
)
def test_only_a_goal_with_a_way_to_go_is_a_scale(comparator, today, target, able):
    goal = Goal(
        pk=1,
        text="Better " * 20,
        measure="m",
        comparator=comparator,
        today=None if today is None else Decimal(today),
        target=Decimal(target),
        source="s",
    )
    [offer] = offers_of([goal])
    assert (offer.draft is not None) == able == (not offer.why_not)
    if offer.draft:
        assert (offer.draft.worst, offer.draft.best, offer.draft.weight) == (today, target, 0)
        assert len(offer.draft.name) <= 100


def test_gates_are_the_musts_and_names_stay_apart():
    rows = [
        Requirement(text="Cost", is_must=True),
        Requirement(text="cost ", is_must=True),
        Requirement(text="A wish"),
    ]
    drafts = [gate.draft for gate in gates_of(rows)]
    standard = [CriterionDraft(name="Cost", weight=Decimal(100))]
    assert [(one.name, one.kind) for one in joined(standard, drafts)] == [
        ("Cost", "judged"),
        ("Cost (2)", "gate"),
        ("cost (3)", "gate"),
    ]
