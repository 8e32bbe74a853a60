"""Services: picked, described, put aside; and the answers about handing them over."""

import uuid

import pytest
from pytest_django.asserts import assertContains, assertRedirects

from activity.models import LogEntry
from core.errors import Refused
from core.tenancy import ALL, organization_scope
from core.versions import Stale
from planning.actions import services as actions
from planning.models import NeedsAnswers, Service
from planning.needs import KEYS
from planning.tests.plan_rows import SERVICE, make_plan, make_service

BASE = "/o/acme/plans/"
ANSWERS = {**dict.fromkeys(sorted(KEYS), 4), "note": "", "criticality": "low", "sensitivity": ""}


def body(**values) -> dict:
    sent = {**SERVICE, **values}
    return {name: "" if value is None else value for name, value in sent.items()}


def trail(verb: str) -> list[tuple]:
    rows = LogEntry.objects.filter(verb=verb).order_by("pk")
    return [(row.target_name, row.before, row.after) for row in rows]


@organization_scope(ALL)
def test_usual_services_are_picked_once(client, manager):
    client.force_login(manager.user)
    assertContains(client.get(BASE + "services/"), "What does your firm run on?")
    for picked in (["help_desk", "backup"], ["backup", "network"]):
        assertRedirects(
            client.post(BASE + "services/add/", {"starters": picked}), BASE + "services/"
        )
    rows = Service.objects.by_name()
    assert [(row.name, row.starter, row.volume_unit, row.users) for row in rows] == [
        ("Backup and restore", "backup", "restores", None),
        ("Help desk", "help_desk", "tickets", None),
        ("Network and Wi-Fi", "network", "changes", None),
    ]
    assert len(trail("service.created")) == 3
    for wrong in ({}, {"starters": ["nonsense"]}):
        assert client.post(BASE + "services/add/", wrong).status_code == 422
    page = client.get(BASE + "services/add/")
    assert [there for _, there, _ in page.context["lines"]].count(True) == 3


@organization_scope(ALL)
def test_a_service_is_described_once_and_changed(client, manager):
    client.force_login(manager.user)
    key = uuid.uuid4()
    for _ in range(2):
        response = client.post(BASE + "services/new/", body(creation_key=key))
        [row] = Service.objects.all()
        assertRedirects(response, f"{BASE}services/{row.pk}/")
    assert {name: getattr(row, name) for name in SERVICE} == SERVICE
    assert row.name_key == "help desk"
    wrong = client.post(BASE + "services/new/", body(name="HELP  desk"))
    assert wrong.status_code == 422
    assert "already" in wrong.context["form"].errors["name"][0]
    where = f"{BASE}services/{row.pk}/edit/"
    assert client.post(where, body(volume_unit="", version=1)).status_code == 422
    assert client.post(where, body(users=-1, version=1)).status_code == 422
    assertRedirects(client.post(where, body(users=20, version=1)), f"{BASE}services/{row.pk}/")
    assert trail("service.changed") == [("Help desk", {"users": 12}, {"users": 20})]
    stale = client.post(where, body(users=30, version=1))
    assert stale.status_code == 409
    assertContains(stale, "<td>20</td><td>30</td>", status_code=409, html=False)
    row.refresh_from_db()
    assert (row.users, row.version) == (20, 2)


@organization_scope(ALL)
def test_put_aside_and_taken_up(client, manager):
    service = make_service(manager)
    client.force_login(manager.user)
    where = f"{BASE}services/{service.pk}/"
    assertRedirects(client.post(where + "archive/"), where)
    assertContains(client.get(where), "Put aside")
    assert client.get(BASE + "services/").context["lines"] == []
    assert [row for row, _ in client.get(BASE + "services/?show=aside").context["lines"]] == [
        service
    ]
    with pytest.raises(Refused, match="put aside"):
        actions.answer_needs(service=service, values=ANSWERS, version=2, by=manager)
    with pytest.raises(Refused, match="put aside; take it up again"):
        make_service(manager)
    client.post(where + "restore/")
    make_plan(manager, service)
    client.post(where + "archive/")
    service.refresh_from_db()
    assert service.archived_at is None  # a draft of a plan is for it


@organization_scope(ALL)
def test_answers_are_kept_and_make_the_ranked_list(client, manager, django_assert_max_num_queries):
    service, other = make_service(manager), make_service(manager, name="Backup")
    make_service(manager, name="Telephony", sourcing="outsourced")
    client.force_login(manager.user)
    where = f"{BASE}services/{service.pk}/needs/"
    page = client.get(where)
    assertContains(page, "What could your people do instead")
    sent = {**ANSWERS, "version": 1, "do": "next"}
    assertRedirects(client.post(where, sent), f"{BASE}services/{other.pk}/needs/")
    service.refresh_from_db()
    assert (service.criticality, service.sensitivity, service.version) == ("low", "", 2)
    kept = NeedsAnswers.objects.get(service=service)
    assert kept.answers == dict.fromkeys(sorted(KEYS), 4)
    assert kept.answered_by == manager
    stale = client.post(where, {**sent, "cost": 1})
    assert stale.status_code == 409
    assertContains(stale, "Clearly more than it should", status_code=409)
    again = {**sent, "version": 2, "sensitivity": "internal", "cost": ""}
    client.post(where, again)
    client.post(where, {**again, "version": 3, "cost": 5, "do": ""})
    with django_assert_max_num_queries(12):
        found = client.get(BASE + "needs/").context["found"]
    assert [(row.service, row.line.rank) for row in found.ranked] == [(service, 1)]
    assert [row.service for row in found.open] == [other]
    assert [row.service.name for row in found.outside] == ["Telephony"]
    [(_, before, after)] = trail("service.needs_answered")[-1:]
    assert "cost" not in before["answers"]
    assert after["answers"]["cost"] == 5
    assert client.post(where, {**again, "version": 4, "cost": 6}).status_code == 422


@organization_scope(ALL)
def test_two_at_once_and_nothing_changed(manager):
    service = make_service(manager)
    with pytest.raises(Stale):
        actions.edit_service(service=service, values=SERVICE, version=9, by=manager)
    assert actions.edit_service(service=service, values=SERVICE, version=1, by=manager).version == 1
    values = {**ANSWERS, "criticality": "normal", "sensitivity": "internal"}
    first = actions.answer_needs(service=service, values=values, version=1, by=manager)
    same = actions.answer_needs(service=service, values=values, version=2, by=manager)
    assert (first.version, same.version) == (2, 2)


@organization_scope(ALL)
def test_who_may(client, manager, viewer, outsider):
    service = make_service(manager)
    where = f"{BASE}services/{service.pk}/"
    assert client.get(where).status_code == 302
    client.force_login(viewer.user)
    for path in ("needs/", "services/", f"services/{service.pk}/"):
        assert client.get(BASE + path).status_code == 200
    for path in ("services/add/", "services/new/", f"services/{service.pk}/needs/"):
        assert client.get(BASE + path).status_code == 403
    assert client.post(where + "archive/").status_code == 403
    client.force_login(outsider.user)
    assert client.get(where).status_code == 404
    assert client.get(where.replace("acme", "globex")).status_code == 404


def test_lists_are_taken_away_as_they_are_shown(client, viewer, manager):
    with organization_scope(ALL):
        plan = make_plan(manager, make_service(manager, name="=Help desk", users=None))
        aside = make_service(manager, name="Fax")
        actions.archive_service(service=aside, by=manager)
    client.force_login(viewer.user)
    assertContains(client.get("/o/acme/plans/services/"), "services/export/?format=csv")
    assertContains(client.get("/o/acme/plans/"), "plans/export/?format=xlsx")
    [_, line] = client.get("/o/acme/plans/services/export/").content.decode().splitlines()
    assert line.startswith("'=Help desk,Somebody to call.,,15,120.00,tickets,")
    assert line.endswith(",In-house,Help desk from outside,Draft")
    response = client.get("/o/acme/plans/services/export/", {"show": "aside", "format": "csv"})
    assert response.content.decode().splitlines()[1].startswith("Fax,")
    [_, line] = client.get("/o/acme/plans/export/").content.decode().splitlines()
    assert line == f"{plan.title},1,'=Help desk,Draft,Mia,,36,60000.00,40000.00,{plan.currency},"
    assert len(client.get("/o/acme/plans/export/?state=dropped").content.splitlines()) == 1
