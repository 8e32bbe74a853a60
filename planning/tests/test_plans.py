"""Outsourcing plans: begun, completed, approved and frozen, revised, dropped, verified, on paper."""

import json
import uuid
from decimal import Decimal

import pytest
from django.core.management import call_command
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from activity.models import FrozenRecord, Job, LogEntry
from core.errors import Refused
from core.tenancy import ALL, organization_scope
from core.versions import Stale
from planning.actions import plan_report, plans
from planning.actions.plans import NotReady
from planning.models import Goal, OutsourcingPlan, Stakeholder
from planning.tasks import make_plan_report, resume_plan_reports
from planning.tests.plan_rows import add_parts, make_plan, make_service
from planning.verifying import verify, verify_file
from reviews.concentration import advice_for_plan

BASE = "/o/acme/plans/"
State = OutsourcingPlan.State


def at(plan, what="") -> str:
    return f"{BASE}{plan.pk}/{what}"


def verbs(plan) -> list[str]:
    rows = LogEntry.objects.filter(target_type="planning.outsourcingplan", target_id=plan.pk)
    return list(rows.order_by("pk").values_list("verb", flat=True))


@organization_scope(ALL)
def test_a_plan_is_begun_once_for_one_service(client, manager):
    client.force_login(manager.user)
    assertContains(client.get(BASE), "Should you outsource this?")
    assertContains(client.get(BASE + "new/"), "First, a service")
    service = make_service(manager)
    form = client.get(f"{BASE}new/?service={service.pk}").context["form"]
    assert (form["service"].value(), form["title"].value()) == (service.pk, "Help desk")
    assert client.get(f"{BASE}new/?service={'9' * 30}").status_code == 200
    sent = {"service": service.pk, "title": "Help desk", "creation_key": uuid.uuid4()}
    for _ in range(2):
        response = client.post(BASE + "new/", sent)
        [plan] = OutsourcingPlan.objects.all()
        assertRedirects(response, at(plan))
    assert (plan.number, plan.state, plan.manager, plan.currency) == (1, "draft", None, "EUR")
    assert (plan.term_months, plan.budget, plan.discount_percent) == (None, None, None)
    second = client.post(BASE + "new/", {**sent, "creation_key": uuid.uuid4()})
    assert second.status_code == 422
    assert "already" in second.context["form"].errors["service"][0]
    assert client.post(BASE + "new/", {"title": "No service"}).status_code == 422
    assert verbs(plan) == ["plan.created"]


@organization_scope(ALL)
def test_the_draft_is_edited_with_its_version(client, manager, viewer):
    plan = make_plan(manager)
    client.force_login(manager.user)
    form = client.get(at(plan, "edit/")).context["form"]
    sent = {name: "" if form[name].value() is None else form[name].value() for name in form.fields}
    sent |= {"scope_out": "Printers", "term_months": 24}
    assertRedirects(client.post(at(plan, "edit/"), sent), at(plan))
    plan.refresh_from_db()
    assert (plan.scope_out, plan.term_months, plan.version) == ("Printers", 24, 3)
    stale = client.post(at(plan, "edit/"), {**sent, "scope_out": "Nothing"})
    assert stale.status_code == 409
    assertContains(stale, "<td>Printers</td><td>Nothing</td>", status_code=409)
    for wrong in (
        {"hoped_cost": 60000},
        {"budget": "10000000000"},  # more than the scale of a criterion can hold
        {"term_months": 11},
        {"term_months": 61},
        {"manager": viewer.pk},
        {"currency": "XXX"},
        {"discount_percent": -1},
        {"starts_on": "tomorrow"},
        {"title": ""},
    ):
        answer = client.post(at(plan, "edit/"), {**sent, "version": 3, **wrong})
        assert (answer.status_code, list(answer.context["form"].errors)) == (422, list(wrong))


@organization_scope(ALL)
def test_approved_it_is_frozen_and_verified(client, owner, manager, capsys, tmp_path):
    plan = make_plan(manager)
    add_parts(plan)
    Stakeholder.objects.create(
        organization=plan.organization, plan=plan, name="Sam", hopes="A draft of a hope"
    )
    client.force_login(manager.user)
    assert client.get(at(plan, "approve/")).status_code == 403
    client.force_login(owner.user)
    page = client.get(at(plan, "approve/"))
    assertContains(page, "Left open")
    sent = {"version": page.context["form"]["version"].value()}
    assert client.post(at(plan, "approve/"), {"version": 1}).status_code == 409
    for _ in range(2):
        assertRedirects(client.post(at(plan, "approve/"), sent), at(plan))
    plan.refresh_from_db()
    record = FrozenRecord.objects.get()
    assert (plan.state, plan.approved_by, plan.record) == (State.APPROVED, owner, record)
    assert (record.kind, record.subject_id) == ("plan", plan.pk)
    data = json.loads(record.content)
    assert data["plan"]["budget"] == "60000"
    assert data["lists"]["goals"][0]["target"] == "30"
    assert data["baseline"][0]["share_percent"] == "33.333"
    assert data["stakeholders"][0]["hopes"] == ""  # not handed in
    assertRedirects(client.get(at(plan, "edit/")), at(plan))
    found = verify(plan)
    assert (found.headline, found.complete) == ("Identical", True)
    file = client.get(at(plan, "record/")).content
    path = tmp_path / "plan.json"
    path.write_bytes(file)
    call_command("verify_record", str(path))
    assert (
        "Plan “Help desk from outside”, number 1, for Help desk (Acme)" in capsys.readouterr().out
    )
    assert verify_file(json.loads(file)).identical
    Goal.objects.filter(plan=plan).update(target=Decimal(60))
    page = client.get(at(plan, "verify/"))
    assertContains(page, "<td>30</td><td>60</td>")
    assert page.context["verification"].headline == "1 difference"
    assert verbs(plan)[-1] == "plan.approved"


@organization_scope(ALL)
def test_what_is_missing_keeps_it_from_being_approved(client, owner, manager):
    plan = make_plan(manager, term_months=None, manager=None)
    with pytest.raises(NotReady) as refused:
        plans.approve_plan(plan=plan, version=plan.version, by=owner)
    assert [check.title for check in refused.value.missing] == ["Delegated manager", "Term"]
    client.force_login(owner.user)
    page = client.get(at(plan))
    assertContains(page, "Before it can be approved")
    assert page.context["found"].first_open.title == "Delegated manager"
    answer = client.post(at(plan, "approve/"), {"version": plan.version})
    assert answer.status_code == 422
    assertContains(answer, "Name who will manage the vendor.", status_code=422)
    plan = plans.edit_plan(
        plan=plan, values={"manager": manager, "term_months": 24}, version=2, by=manager
    )
    type(manager).objects.filter(pk=manager.pk).update(role="viewer")
    with pytest.raises(Refused, match="Name somebody else"):
        plans.approve_plan(plan=plan, version=plan.version, by=owner)
    assertContains(client.get(at(plan)), "Mia can’t manage a vendor any more.")
    with pytest.raises(Stale):
        plans.approve_plan(plan=plan, version=1, by=owner)


@organization_scope(ALL)
def test_revised_the_new_number_replaces_the_old_one(client, owner, manager):
    old = make_plan(manager)
    add_parts(old)
    Stakeholder.objects.create(
        organization=old.organization,
        plan=old,
        name="Sam",
        stance="for",
        hopes="Peace",
        noted_by=manager,
    )
    client.force_login(manager.user)
    client.post(at(old, "revise/"))  # a draft is not revised
    assert OutsourcingPlan.objects.count() == 1
    old = plans.approve_plan(plan=old, version=old.version, by=owner)
    for _ in range(2):
        response = client.post(at(old, "revise/"))
    new = OutsourcingPlan.objects.get(number=2)
    assertRedirects(response, at(new))
    assert (new.revises, new.state, new.term_months) == (old, State.DRAFT, 36)
    for name in ("goals", "requirements", "baseline", "stakeholders"):
        assert getattr(new, name).count() == getattr(old, name).count() > 0
    [sam] = new.stakeholders.all()
    assert (sam.hopes, sam.noted_by, sam.token_hash) == ("Peace", manager, None)
    assertContains(client.get(at(old)), "It is being revised")
    plans.approve_plan(plan=new, version=new.version, by=owner)
    old.refresh_from_db()
    assert old.state == State.REPLACED
    assert verify(old).identical
    assert verbs(old)[-1] == "plan.replaced"
    assert [row.pk for row in client.get(BASE).context["page"]] == [new.pk]
    assert len(client.get(BASE + "?state=all").context["page"]) == 2
    assert client.get(BASE + "?state=nonsense").status_code == 200


@organization_scope(ALL)
def test_dropped_with_a_reason(client, owner, manager):
    plan = make_plan(manager)
    plan = plans.approve_plan(plan=plan, version=plan.version, by=owner)
    client.force_login(manager.user)
    sent = {"reason": "Too dear", "version": plan.version}
    refused = client.post(at(plan, "drop/"), sent)
    assert refused.status_code == 422
    assertContains(refused, "dropped by an Owner", status_code=422)
    client.force_login(owner.user)
    assert client.post(at(plan, "drop/"), {**sent, "reason": ""}).status_code == 422
    assert client.post(at(plan, "drop/"), {**sent, "version": 1}).status_code == 409
    assertRedirects(client.post(at(plan, "drop/"), sent), at(plan))
    assertContains(client.get(at(plan)), "Not pursued: Too dear")
    plan.refresh_from_db()
    assert (plan.state, verify(plan).identical) == (State.DROPPED, True)
    make_plan(manager, plan.service)  # the service is free again


@organization_scope(ALL)
def test_the_paper_is_made_by_the_worker(client, viewer, manager):
    plan = make_plan(manager)
    add_parts(plan)
    client.force_login(viewer.user)
    assertContains(client.get(at(plan, "paper/")), "Make the PDF")
    assertRedirects(client.get(at(plan, "paper/file/")), at(plan, "paper/"))
    for _ in range(2):
        client.post(at(plan, "paper/ask/"))
    job = Job.objects.get(kind=plan_report.JOB_KIND)
    assertContains(client.get(at(plan, "paper/"), headers={"hx-request": "true"}), "being made")
    make_plan_report(plan.pk)
    make_plan_report(plan.pk)
    resume_plan_reports()
    job.refresh_from_db()
    assert job.state == Job.State.DONE, job.message
    file = client.get(at(plan, "paper/file/"))
    assert file.content.startswith(b"%PDF")
    assert "attachment" in file["Content-Disposition"]


@organization_scope(ALL)
def test_the_advice_to_go_slowly_stays_in_view(client, owner, manager):
    service, other = make_service(manager), make_service(manager, name="Backup")
    client.force_login(manager.user)
    for path in ("", "needs/", "new/"):
        assertContains(client.get(BASE + path), "choose one service, and one vendor")
    plan = make_plan(manager, service)
    assertContains(client.get(at(plan)), "choose one service, and one vendor")
    plans.approve_plan(plan=plan, version=plan.version, by=owner)
    [words] = advice_for_plan(manager.organization)
    assert words.startswith("“Help desk from outside” is planned already")
    second = make_plan(manager, other)
    assertContains(client.get(at(second)), words, html=True)
    assertNotContains(client.get(at(plan)), words)  # approved: it is said and done


@organization_scope(ALL)
def test_who_may_and_how_many_queries(
    client, owner, manager, viewer, outsider, django_assert_max_num_queries
):
    plan = make_plan(manager)
    add_parts(plan)
    assert client.get(at(plan)).status_code == 302
    client.force_login(viewer.user)
    with django_assert_max_num_queries(12):
        assertContains(client.get(BASE), "Help desk from outside")
    with django_assert_max_num_queries(17):  # eight lists, each one query however long
        page = client.get(at(plan))
    assertNotContains(page, "Approve")
    for what in ("edit/", "approve/", "drop/"):
        assert client.get(at(plan, what)).status_code == 403
    assert client.post(at(plan, "revise/")).status_code == 403
    for what in ("verify/", "record/"):
        assertRedirects(client.get(at(plan, what)), at(plan))  # nothing is frozen yet
    client.force_login(outsider.user)
    assert client.get(at(plan)).status_code == 404
    assert client.get(at(plan).replace("acme", "globex")).status_code == 404
