"""Security checks that come again and again, meetings, and ideas with what became of them."""

import datetime as dt
import uuid

import pytest
import time_machine
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from contracts.models import Contract
from core.periods import months_later
from core.tenancy import ALL, organization_scope
from reviews.models import Idea, Meeting, SecurityCheck, SecurityCheckResult
from reviews.tests.improving_case import AREA, NOW, contract_of, verbs, watched

CHECK = {
    "kind": "audit",
    "title": "ISO audit",
    "every_months": 12,
    "next_on": "2026-09-01",
    "responsible": "",
    "note": "",
}
IDEA = {"title": "One portal", "side": "vendor", "proposed_on": "2026-06-01"}


@pytest.fixture(autouse=True)
def today():
    with time_machine.travel(NOW):
        yield


@pytest.fixture
def contract(manager) -> Contract:
    return contract_of(manager)


@pytest.fixture
def signed_in(client, manager):
    client.force_login(manager.user)
    return client


def of_contract(contract: Contract, what: str) -> str:
    return f"{AREA}contract/{contract.pk}/{what}/"


def only(model):
    with organization_scope(ALL):
        return model.objects.get()


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        (dt.date(2026, 8, 31), 6, dt.date(2027, 2, 28)),
        (dt.date(2024, 2, 29), 12, dt.date(2025, 2, 28)),
        (dt.date(2026, 12, 15), 1, dt.date(2027, 1, 15)),
        (dt.date(2026, 1, 31), 1, dt.date(2026, 2, 28)),
    ],
)
def test_so_many_months_later(day, months, expected):
    assert months_later(day, months) == expected


def test_a_check_is_planned_made_and_comes_again(signed_in, contract):
    client = signed_in
    sent = {**CHECK, "creation_key": uuid.uuid4()}
    for _ in range(2):
        assertRedirects(
            client.post(of_contract(contract, "checks/new"), sent), of_contract(contract, "checks")
        )
    check = only(SecurityCheck)
    assert watched(check) == {"security.check": dt.date(2026, 9, 1)}
    place = f"{AREA}checks/{check.pk}/"
    made = {"outcome": "findings", "done_on": "2026-06-10", "note": "", "next_on": ""}
    assert list(client.post(f"{place}result/", made).context["form"].errors) == ["note"]
    made |= {"note": "Two old servers", "creation_key": uuid.uuid4()}
    for _ in range(2):
        response = client.post(f"{place}result/", made)
    assertRedirects(response, of_contract(contract, "issues/new") + f"?check={check.pk}")
    page = client.get(response["Location"])
    assertContains(page, '<option value="check" selected>')
    assertContains(page, f"{check.title}: Two old servers")
    assert client.get(of_contract(contract, "issues/new") + "?check=999").status_code == 404
    result = only(SecurityCheckResult)
    assert (result.outcome, result.done_on, result.note) == (
        "findings",
        dt.date(2026, 6, 10),
        "Two old servers",
    )
    assert watched(check) == {"security.check": dt.date(2027, 6, 10)}
    assertContains(client.get(of_contract(contract, "checks")), "Two old servers")
    assert client.post(f"{place}edit/", {**CHECK, "version": 1}).status_code == 409
    changed = {**CHECK, "next_on": "", "version": 2}
    assertRedirects(client.post(f"{place}edit/", changed), of_contract(contract, "checks"))
    assert watched(check) == {}
    for _ in range(2):
        assertRedirects(client.post(f"{place}end/"), of_contract(contract, "checks"))
    assertContains(client.post(f"{place}result/", made), "has ended", status_code=422)
    assert verbs(contract) == ["check_planned", "check_made", "check_changed", "check_ended"]


def test_the_usual_checks_are_listed_once_without_a_day(
    signed_in, contract, django_assert_num_queries
):
    for _ in range(2):
        assertRedirects(
            signed_in.post(of_contract(contract, "checks/usual")), of_contract(contract, "checks")
        )
    with organization_scope(ALL):
        rows = list(SecurityCheck.objects.order_by("pk"))
    assert [(row.kind, row.every_months, row.next_on) for row in rows] == [
        ("audit", 12, None),
        ("penetration_test", 12, None),
        ("incident_exercise", 12, None),
        ("access_review", 6, None),
    ]
    with django_assert_num_queries(7):  # two of them about the vendor's own answers
        page = signed_in.get(of_contract(contract, "checks"))
    assertContains(page, "about security yet")
    assertContains(page, "Next one not planned yet", count=4)


def test_meetings_and_ideas_with_their_outcome(signed_in, contract, django_assert_num_queries):
    client = signed_in
    met = {"title": "Monthly call", "held_on": "2026-06-01", "creation_key": uuid.uuid4()}
    for _ in range(2):
        client.post(of_contract(contract, "meetings/new"), met)
    meeting = only(Meeting)
    sent = {**IDEA, "meeting": meeting.pk, "creation_key": uuid.uuid4()}
    for _ in range(2):
        response = client.post(of_contract(contract, "ideas/new"), sent)
    assertRedirects(response, of_contract(contract, "meetings"))
    idea = only(Idea)
    assert (idea.outcome, idea.meeting_id, idea.side) == ("open", meeting.pk, "vendor")
    decide = f"{AREA}ideas/{idea.pk}/decide/"
    assertContains(client.get(decide), 'name="outcome"')
    no = {"outcome": "rejected", "outcome_note": "", "decided_on": "2026-06-10", "version": 1}
    assert list(client.post(decide, no).context["form"].errors) == ["outcome_note"]
    early = {**no, "outcome": "accepted", "decided_on": "2026-05-01"}
    assert list(client.post(decide, early).context["form"].errors) == ["decided_on"]
    assertRedirects(
        client.post(decide, {**no, "outcome_note": "Too dear"}), of_contract(contract, "meetings")
    )
    assert client.post(decide, {**no, "outcome_note": "Else"}).status_code == 409
    with django_assert_num_queries(8):
        page = client.get(of_contract(contract, "meetings"))
    assertContains(page, "Too dear")
    assertContains(page, "Proposed then: One portal.")
    edited = {**met, "title": "Weekly call", "version": 1}
    client.post(f"{AREA}meetings/{meeting.pk}/edit/", edited)
    assert only(Meeting).title == "Weekly call"
    assert verbs(contract) == ["meeting_noted", "idea_noted", "idea_decided", "meeting_changed"]


def test_an_accepted_idea_leads_to_an_action(signed_in, contract):
    signed_in.post(
        of_contract(contract, "ideas/new"), {**IDEA, "creation_key": uuid.uuid4(), "meeting": ""}
    )
    idea = only(Idea)
    link = f"{of_contract(contract, 'actions/new')}?idea={idea.pk}"
    assertNotContains(signed_in.get(of_contract(contract, "meetings")), link)
    said = {"outcome": "accepted", "outcome_note": "", "decided_on": "2026-06-10", "version": 1}
    signed_in.post(f"{AREA}ideas/{idea.pk}/decide/", said)
    assertContains(signed_in.get(of_contract(contract, "meetings")), link)
    form = signed_in.get(link).context["form"]
    assert (form["title"].initial, form["side"].initial) == (idea.title, None)
