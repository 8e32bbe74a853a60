"""Stakeholders: named, asked by private link, heard, answered to; what the link shows and what it does not."""

import datetime as dt
import re
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from activity.models import LogEntry, OutgoingMail
from core.tenancy import ALL, organization_scope
from planning.models import OutsourcingPlan, Stakeholder
from planning.tests.part_case import address, draft

LINK = re.compile(r"http://[^/]+(/your-view/\w{48}/)")
WHO = {
    "name": "Sam",
    "email": "sam@acme.example",
    "group": "Help desk",
    "affected": "Half his work",
}
VIEW = {"stance": "against", "hopes": "Less night work", "worries": "My job", "needs": "The phone"}


@pytest.fixture
def plan(manager) -> OutsourcingPlan:
    return draft(manager, why="The boss wants to save money")


@organization_scope(ALL)
def sam() -> Stakeholder:
    person: Stakeholder = Stakeholder.objects.select_related("mail", "plan").get()
    return person


@organization_scope(ALL)
def trail() -> list[LogEntry]:
    return list(LogEntry.objects.order_by("pk"))


def of_sam(plan: OutsourcingPlan, part: str = "") -> str:
    return address(plan, f"stakeholders/{sam().pk}/{part}")


def add(client: Client, plan: OutsourcingPlan, **values: str) -> None:
    response = client.post(address(plan, "stakeholders/add/"), WHO | values)
    assert response.status_code == 302


def ask(client: Client, plan: OutsourcingPlan) -> str:
    """The path of the private link, read from the mail."""
    until = timezone.localdate() + dt.timedelta(days=7)
    body = {"until_on": until, "version": sam().version}
    assert client.post(of_sam(plan, "ask/"), body).url == of_sam(plan)
    found = LINK.search(sam().mail.text)
    assert found
    return found[1]


def say(path: str, do: str, **values: Any) -> Any:
    """As somebody without an account."""
    body = {**VIEW, "version": sam().version, "do": do, **values}
    return Client().post(path, body)


def test_asked_by_link_answered_without_an_account_and_answered_to(client, manager, plan):
    client.force_login(manager.user)
    add(client, plan)
    add(client, plan)  # sent twice: he is there once
    path = ask(client, plan)
    page = client.get(of_sam(plan)).content.decode()
    assert path in page  # to be copied again
    shown = Client().get(path)
    assert shown.status_code == 200
    said = shown.content.decode()
    assert "Help desk" in said
    for ours in ("Help desk from outside", "save money", "Half his work"):
        assert ours not in said
    assert "checked" not in said
    assert (shown["Referrer-Policy"], shown["Cache-Control"]) == (
        "strict-origin",
        "no-store, private",
    )
    assert sam().seen_at is None  # showing writes nothing
    assert Client().post(path, {"do": "seen"}).status_code == 204
    assert sam().seen_at is not None
    # Saved, but not sent: nobody of us reads it, neither on a page nor in the trail.
    assert say(path, "save").status_code == 302
    for place in (address(plan), of_sam(plan), of_sam(plan, "edit/")):
        assert "My job" not in client.get(place).content.decode()
    assert "My job" not in str([(row.before, row.after) for row in trail()])
    assert "My job" in Client().get(path).content.decode()
    assert say(path, "hand_in").url == path
    person = sam()
    assert (person.stance, person.worries, bool(person.answered_at)) == ("against", "My job", True)
    assert "My job" in client.get(of_sam(plan)).content.decode()
    assert "My job" in client.get(address(plan)).content.decode()
    told = OutgoingMail.objects.get(to=manager.user.email)
    assert of_sam(plan) in told.text
    # Once is once.
    assert say(path, "hand_in", worries="Nothing").url == path
    assert sam().worries == "My job"
    assert "Thank you, Sam" in Client().get(path).content.decode()
    body = {"response": "Nobody is let go", "version": sam().version}
    assert client.post(of_sam(plan, "respond/"), body).url == of_sam(plan)
    assert "Nobody is let go" not in Client().get(path).content.decode()
    assert [row.verb for row in trail()] == [
        "plan.stakeholder_added",
        "plan.stakeholder_asked",
        "plan.stakeholder_saved",
        "plan.stakeholder_answered",
        "plan.stakeholder_answered_to",
    ]


def test_two_with_one_link_do_not_overwrite_each_other(client, manager, plan):
    client.force_login(manager.user)
    add(client, plan)
    path = ask(client, plan)
    version = sam().version
    say(path, "save", hopes="First")
    response = say(path, "save", hopes="Second", version=version)
    assert response.status_code == 409
    assert ("What do you hope for?", "First", "Second") in response.context["differing"]
    assert say(path, "hand_in", stance="", hopes="", worries=" ", needs="").status_code == 422
    assert say(path, "save", hopes="x" * 4001).status_code == 422
    assert say(path, "save", stance="furious").status_code == 422
    assert sam().hopes == "First"
    assert say(path, "save", stance="none").status_code == 302
    assert sam().stance == ""


def test_a_link_that_does_not_work_says_nothing_about_why(client, manager, plan):
    client.force_login(manager.user)
    add(client, plan)
    old = ask(client, plan)
    say(old, "save")
    path = ask(client, plan)  # a newer one; what he wrote stays
    assert sam().worries == "My job"

    def gone(place: str) -> str:
        for response in (Client().get(place), say(place, "hand_in"), say(place, "seen")):
            assert response.status_code == 404
        return re.sub(r"\s+", " ", Client().get(place).content.decode())

    unknown = gone(f"/your-view/{'x' * 48}/")
    pages = [gone(old), gone("/your-view/" + "x" * 500 + "/")]
    with organization_scope(ALL):
        OutsourcingPlan.objects.update(state="dropped")
        pages.append(gone(path))  # decided meanwhile
        OutsourcingPlan.objects.update(state="draft")
        Stakeholder.objects.update(expires_at=timezone.now())
        pages.append(gone(path))
        Stakeholder.objects.update(expires_at=timezone.now() + dt.timedelta(days=1))
    assert Client().get(path).status_code == 200
    assert client.post(of_sam(plan, "withdraw/")).url == of_sam(plan)
    pages.append(gone(path))
    bare = re.compile(r'content="[^"]*"|value="[^"]*"|nonce-\S+|/your-view/\w+/')
    assert {bare.sub("", page) for page in pages} == {bare.sub("", unknown)}
    # What he never sent is nobody's.
    assert (sam().worries, sam().mail.state) == ("", "cancelled")


def test_another_address_ends_the_link(client, manager, plan):
    client.force_login(manager.user)
    add(client, plan)
    path = ask(client, plan)
    say(path, "save")
    body = {**WHO, "email": "kim@acme.example", "version": sam().version}
    assert client.post(of_sam(plan, "edit/"), body).url == of_sam(plan)
    assert Client().get(path).status_code == 404
    assert sam().worries == ""
    stale = client.post(of_sam(plan, "edit/"), {**body, "group": "Finance"})
    assert stale.status_code == 409
    assert stale.context["differing"] == [("Group or role", "Help desk", "Finance")]


def test_noted_after_a_talk_but_never_over_what_they_write(client, manager, plan):
    client.force_login(manager.user)
    add(client, plan, email="")
    note = of_sam(plan, "note/")
    assert client.post(note, {**VIEW, "version": 1}).url == of_sam(plan)
    assert (sam().noted_by, sam().worries) == (manager, "My job")
    until = timezone.localdate() + dt.timedelta(days=7)
    asked = client.post(of_sam(plan, "ask/"), {"until_on": until, "version": sam().version})
    assert asked.status_code == 422
    assert "is noted already" in asked.content.decode()
    empty = dict.fromkeys(VIEW, "") | {"version": sam().version}
    client.post(note, empty)
    assert sam().noted_by is None
    client.post(of_sam(plan, "ask/"), {"until_on": until, "version": sam().version})
    assert sam().mail is None  # no address: the link is handed over
    path = LINK.search(client.get(of_sam(plan)).content.decode())[1]
    assert say(path, "save").status_code == 302
    refused = client.post(note, {**VIEW, "version": sam().version})
    assert refused.status_code == 422
    assert "My job" not in client.get(note).content.decode()
    for day in (timezone.localdate() - dt.timedelta(days=1), until + dt.timedelta(days=200)):
        body = {"until_on": day, "version": sam().version}
        assert client.post(of_sam(plan, "ask/"), body).status_code == 422


def test_after_the_decision_nothing_is_asked_and_nothing_changed(client, manager, plan):
    client.force_login(manager.user)
    add(client, plan)
    with organization_scope(ALL):
        OutsourcingPlan.objects.update(state="dropped")
    for part in ("edit/", "ask/", "note/", "respond/"):
        assert client.get(of_sam(plan, part)).url == of_sam(plan)
    body = {**WHO, "name": "Kim", "version": 1}
    assert client.post(of_sam(plan, "edit/"), body).status_code == 422
    assert client.post(address(plan, "stakeholders/add/"), body).status_code == 422
    client.post(of_sam(plan, "remove/"))
    assert sam().name == "Sam"
    with organization_scope(ALL):
        OutsourcingPlan.objects.update(state="draft")
    client.post(of_sam(plan, "remove/"))
    with organization_scope(ALL):
        assert not Stakeholder.objects.exists()


def test_who_may_look_and_who_may_ask(client, plan, manager, viewer, outsider):
    client.force_login(manager.user)
    add(client, plan)
    path = ask(client, plan)
    page = of_sam(plan)
    client.force_login(viewer.user)
    shown = client.get(page)
    assert shown.status_code == 200
    assert path not in shown.content.decode()
    assert client.get(of_sam(plan, "ask/")).status_code == 403
    assert client.post(of_sam(plan, "withdraw/")).status_code == 403
    client.force_login(outsider.user)
    assert client.get(page).status_code == 404
    client.force_login(manager.user)
    with organization_scope(ALL):
        other = OutsourcingPlan.objects.create(
            organization=plan.organization,
            service=plan.service,
            number=2,
            title="Other",
            currency="EUR",
            created_by=manager,
        )
    assert client.get(address(other, f"stakeholders/{sam().pk}/")).status_code == 404


def test_their_page_and_the_plans_cost_few_queries(
    client, manager, plan, django_assert_max_num_queries
):
    client.force_login(manager.user)
    for name in ("Sam", "Kim", "Lou"):
        add(client, plan, name=name)
    with organization_scope(ALL):
        first = Stakeholder.objects.order_by("pk").first()
    with django_assert_max_num_queries(8):
        assert client.get(address(plan, f"stakeholders/{first.pk}/")).status_code == 200
    with django_assert_max_num_queries(8):
        assert client.get(address(plan, "stakeholders/add/")).status_code == 200
