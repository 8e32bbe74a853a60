"""Issues and corrective actions, from what went wrong to whether it helped."""

import datetime as dt
import uuid

import pytest
import time_machine
from pytest_django.asserts import assertContains, assertRedirects

from contracts.actions.refusals import NotFit
from contracts.models import Contract
from core.tenancy import ALL, organization_scope
from reviews.actions import action_log, upcoming
from reviews.improving_queries import open_of
from reviews.models import CorrectiveAction, Issue, Review, Survey
from reviews.tests.improving_case import (
    ACTION,
    AREA,
    ISSUE,
    NOW,
    TODAY,
    again,
    contract_of,
    finish,
    later,
    make_action,
    make_issue,
    make_review,
    posted,
    verbs,
    watched,
)
from reviews.tests.review_case import review_of, running


@pytest.fixture(autouse=True)
def today():
    with time_machine.travel(NOW):
        yield


@pytest.fixture
def contract(manager) -> Contract:
    return contract_of(manager)


def of_contract(contract: Contract, what: str) -> str:
    return f"{AREA}contract/{contract.pk}/{what}/"


def stored(model):
    with organization_scope(ALL):
        return list(model.objects.order_by("pk"))


# Issues -----------------------------------------------------------------------------------------------


def test_an_issue_is_noted_once_and_found_everywhere(client, manager, contract):
    client.force_login(manager.user)
    assertContains(client.get(of_contract(contract, "issues")), "Nothing went wrong so far")
    sent = posted(ISSUE, creation_key=uuid.uuid4())
    for _ in range(2):
        response = client.post(of_contract(contract, "issues/new"), sent)
    [issue] = stored(Issue)
    assertRedirects(response, f"{AREA}issues/{issue.pk}/")
    assert {name: getattr(issue, name) for name in ISSUE} == ISSUE
    assert verbs(contract) == ["issue_opened"]
    for address in (of_contract(contract, "issues"), f"{AREA}issues/"):
        assertContains(client.get(address), "Tickets are closed unsolved")


def test_an_issue_may_be_about_a_survey_of_this_contract(client, manager, contract):
    values = {"title": "Help desk", "audience": "employees", "questions": []}
    values |= {"first_on": TODAY, "last_on": TODAY, "closes_on": later(9), "created_by": manager}
    with organization_scope(ALL):
        survey = Survey.objects.create(
            organization=contract.organization, contract=contract, **values
        )
    client.force_login(manager.user)
    address = f"{of_contract(contract, 'issues/new')}?survey={survey.pk}"
    assertContains(client.get(address), '<option value="survey" selected>')
    client.post(address, posted(ISSUE, source="survey"))
    [issue] = stored(Issue)
    assert (issue.survey_id, issue.source) == (survey.pk, "survey")
    other = of_contract(contract_of(manager, "Backup"), "issues/new")
    for wrong in (f"{other}?survey={survey.pk}", f"{address}0", f"{other}?measurement=x"):
        assert client.get(wrong).status_code == 404


@pytest.mark.parametrize(
    ("field", "value"),
    [("title", ""), ("severity", ""), ("side", ""), ("source", ""), ("opened_on", "2026-06-16")],
)
def test_what_is_not_said_stands_at_its_field(client, manager, contract, field, value):
    client.force_login(manager.user)
    response = client.post(of_contract(contract, "issues/new"), posted(ISSUE, **{field: value}))
    assert response.status_code == 422
    assert list(response.context["form"].errors) == [field]
    assert stored(Issue) == []


def test_resolved_and_there_again(client, manager, contract):
    issue = make_issue(manager, contract)
    done = finish(manager, make_action(manager, contract, issue=issue))
    idle = make_action(manager, contract, issue=issue, title="Write it down")
    client.force_login(manager.user)
    resolve = f"{AREA}issues/{issue.pk}/resolve/"
    sent = {"resolution": "", "resolved_on": "2026-06-10", "version": 1}
    assert list(client.post(resolve, sent).context["form"].errors) == ["resolution"]
    early = {**sent, "resolution": "New leader", "resolved_on": "2026-05-31"}
    assert list(client.post(resolve, early).context["form"].errors) == ["resolved_on"]
    assertRedirects(
        client.post(resolve, {**sent, "resolution": "New leader"}), f"{AREA}issues/{issue.pk}/"
    )
    row = again(issue)
    assert (row.state, row.resolved_on, row.resolution) == (
        "resolved",
        dt.date(2026, 6, 10),
        "New leader",
    )
    reopen = f"{AREA}issues/{issue.pk}/reopen/"
    assert client.post(reopen, {"reason": "Again", "version": 1}).status_code == 409
    assertRedirects(
        client.post(reopen, {"reason": "Again since Monday", "version": 2}),
        f"{AREA}issues/{issue.pk}/",
    )
    row, back = again(issue), again(done)
    assert (row.state, row.resolved_on) == ("open", None)
    assert (back.state, back.reopened_count, back.due_on) == ("open", 1, later(30))
    assert (back.done_on, back.check_on, back.check_note) == (None, None, "Again since Monday")
    assert watched(back) == {"action.due": later(30)}
    assert again(idle).reopened_count == 0
    assert verbs(contract)[-2:] == ["issue_open_again", "action_open_again"]


def test_a_recurrence_opens_what_was_done_before(manager, contract):
    first = make_issue(manager, contract)
    action = finish(manager, make_action(manager, contract, issue=first))
    second = make_issue(manager, contract, title="Closed unsolved again", recurs=first)
    assert second.recurs == first
    row = again(action)
    assert (row.state, row.reopened_count) == ("open", 1)
    assert row.check_note == "It came back as “Closed unsolved again”."
    other = contract_of(manager, "Other")
    with pytest.raises(NotFit, match="another contract"):
        make_issue(manager, other, recurs=first)


def test_the_second_one_to_edit_sees_both(client, manager, contract):
    issue = make_issue(manager, contract)
    client.force_login(manager.user)
    edit = f"{AREA}issues/{issue.pk}/edit/"
    assertRedirects(
        client.post(edit, posted(ISSUE, severity="critical", version=1)),
        f"{AREA}issues/{issue.pk}/",
    )
    response = client.post(edit, posted(ISSUE, severity="low", version=1))
    assert response.status_code == 409
    assert response.context["differing"] == [("How bad it is", "Critical", "Low")]


# Actions ----------------------------------------------------------------------------------------------


def test_an_action_from_open_to_helped(client, manager, contract):
    client.force_login(manager.user)
    issue = make_issue(manager, contract)
    sent = posted(ACTION, issue=issue.pk, creation_key=uuid.uuid4())
    for _ in range(2):
        client.post(of_contract(contract, "actions/new"), sent)
    [action] = stored(CorrectiveAction)
    place = f"{AREA}actions/{action.pk}/"
    assert watched(action) == {"action.due": dt.date(2026, 7, 1)}
    done = {"done_on": "2026-06-15", "evidence": "Ticket 7", "check_on": "2026-07-01", "version": 1}
    response = client.post(f"{place}done/", done)
    assert response.context["form"].errors == {
        "check_on": [
            "Look at the effect 30 to 90 days after it was done: 15 Jul 2026 to 13 Sep 2026."
        ]
    }
    assertRedirects(client.post(f"{place}done/", {**done, "check_on": "2026-07-15"}), place)
    assert watched(action) == {"action.check": dt.date(2026, 7, 15)}
    assertContains(client.get(place), "can be said from")
    helped = {"helped": "yes", "check_note": "None since", "due_on": "", "version": 2}
    response = client.post(f"{place}check/", helped)
    assert (response.status_code, list(response.context["form"].errors)) == (422, ["helped"])
    with time_machine.travel(NOW + dt.timedelta(days=30)):
        client.force_login(manager.user)
        assertRedirects(client.post(f"{place}check/", helped), place)
    row = again(action)
    assert (row.state, row.checked_on, row.check_note) == ("effective", later(30), "None since")
    assert row.checked_by_id == manager.pk
    assert watched(action) == {}
    assert verbs(contract) == ["issue_opened", "action_opened", "action_done", "action_helped"]
    assertContains(client.get(of_contract(contract, "issues")), "Settled lately")
    back = {"check_note": "Again", "due_on": "2026-08-01", "version": 3}
    assertRedirects(client.post(f"{place}came-back/", back), place)
    assert watched(action) == {"action.due": dt.date(2026, 8, 1)}


def test_what_did_not_help_is_open_again(client, manager, contract):
    action = finish(manager, make_action(manager, contract))
    client.force_login(manager.user)
    place = f"{AREA}actions/{action.pk}/"
    sent = {"helped": "no", "check_note": "Still ten a week", "due_on": "", "version": 2}
    assert list(client.post(f"{place}check/", sent).context["form"].errors) == ["due_on"]
    past = client.post(f"{place}check/", {**sent, "due_on": "2026-06-14"})
    assert list(past.context["form"].errors) == ["due_on"]
    assert list(client.post(f"{place}check/", {"version": 2}).context["form"].errors) == ["helped"]
    assertRedirects(client.post(f"{place}check/", {**sent, "due_on": "2026-08-01"}), place)
    row = again(action)
    assert (row.state, row.reopened_count, row.due_on) == ("open", 1, dt.date(2026, 8, 1))
    assert (row.checked_on, row.done_on) == (TODAY, None)
    assertContains(client.get(place), "opened again 1×")


def test_a_cancelled_action_says_why_and_stays(client, manager, contract):
    action = make_action(manager, contract)
    client.force_login(manager.user)
    place = f"{AREA}actions/{action.pk}/"
    assert client.post(f"{place}cancel/", {"version": 1}).status_code == 422
    assertRedirects(
        client.post(f"{place}cancel/", {"cancelled_reason": "They left", "version": 1}), place
    )
    assert (again(action).state, watched(action)) == ("cancelled", {})
    response = client.post(f"{place}edit/", posted(ACTION, title="Else", version=2))
    assertContains(response, "This action is settled", status_code=422)
    assertContains(client.get(place), "They left")


def test_people_who_may_not_and_contacts_of_others(manager, viewer, contract):
    with pytest.raises(NotFit) as refused:
        make_action(manager, contract, owner=viewer)
    assert refused.value.field == "owner"
    assert stored(CorrectiveAction) == []


# In a review ------------------------------------------------------------------------------------------


def test_agreed_in_a_review_and_open_when_it_is_closed(client, manager, contract):
    review = make_review(contract)
    client.force_login(manager.user)
    address = f"{AREA}{review.pk}/actions/add/"
    sent = {"title": "Ask first", "side": "us", "due_on": "2026-07-01", "owner": ""}
    htmx = {"HX-Request": "true"}
    response = client.post(address, {**sent, "title": ""}, headers=htmx)
    assertContains(response, 'id="open-items"', status_code=422)
    assert list(response.context["refused_action"].errors) == ["title"]
    sent["creation_key"] = str(uuid.uuid4())
    for _ in range(2):
        assertContains(client.post(address, sent, headers=htmx), "“Ask first” is added.")
    [action] = stored(CorrectiveAction)
    assert (action.state, action.review_id, watched(action)) == ("agreed", review.pk, {})
    note = {"title": "Slow", "severity": "low", "side": "vendor"}
    response = client.post(f"{AREA}{review.pk}/issues/add/", note)
    assertRedirects(response, f"{AREA}{review.pk}/record/", fetch_redirect_response=False)
    [issue] = stored(Issue)
    assert (issue.source, issue.review_id, issue.opened_on) == ("review", review.pk, TODAY)
    with organization_scope(ALL):
        [opened] = action_log.open_agreed(review=review, by=manager)
        assert action_log.open_agreed(review=review, by=manager) == []
        found = open_of(Contract.objects.select_related("organization").get(pk=contract.pk))
    assert (opened.pk, again(action).state) == (action.pk, "open")
    assert watched(action) == {"action.due": dt.date(2026, 7, 1)}
    assert ([row.pk for row in found.issues], [row.pk for row in found.actions]) == (
        [issue.pk],
        [action.pk],
    )
    assert found.agreed == []
    with organization_scope(ALL):
        Review.objects.filter(pk=review.pk).update(state="missed")
    sent["creation_key"] = str(uuid.uuid4())
    response = client.post(address, sent, headers=htmx)
    assert response.status_code == 422
    assertContains(client.post(address, sent), "not open any more", status_code=422)
    late = client.post(f"{AREA}{review.pk}/issues/add/", note)
    assertContains(late, "not open any more", status_code=422)
    assert stored(Issue) == [again(issue)]


def test_agreed_in_a_review_that_is_not_held_is_done_all_the_same(manager, owner):
    review = again(review_of(running(manager, owner)))
    values = {"title": "Ask first", "side": "us", "due_on": later(10)}
    with organization_scope(ALL):
        action = action_log.add_agreed_action(
            review=review, values=values, by=manager, creation_key=uuid.uuid4()
        )
        values = {"reason": "Ill"}
        upcoming.miss_review(review=review, values=values, version=review.version, by=manager)
    assert (again(review).state, again(action).state) == ("missed", "open")
    assert watched(action) == {"action.due": later(10)}
