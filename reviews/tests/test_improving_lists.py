"""The lists of issues and actions, their days, who may, and who answers for them."""

import datetime as dt

import pytest
import time_machine
from pytest_django.asserts import assertContains, assertRedirects

from accounts.permissions import Role
from contracts.actions.refusals import NotFit, NotNow
from contracts.models import Contract
from contracts.watchers import days_of, days_to_forget
from core.tenancy import ALL, organization_scope
from reviews.actions import handing_over, issues
from reviews.improving_queries import held_by
from reviews.models import CorrectiveAction
from reviews.tests.improving_case import (
    ACTION,
    AREA,
    ISSUE,
    NOW,
    TODAY,
    again,
    contract_of,
    finish,
    make_action,
    make_issue,
    make_review,
    posted,
    verbs,
)


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


def test_the_lists_show_what_is_open_and_are_narrowed(client, manager, contract):
    other = contract_of(manager, "Backup")
    late = make_action(manager, contract, due_on=dt.date(2026, 6, 1), title="Late")
    make_action(manager, other, title="Later", owner=manager, side="us")
    finish(manager, make_action(manager, other, title="Done"))
    client.force_login(manager.user)

    def titles(query: str) -> list[str]:
        page = client.get(f"{AREA}actions/?{query}")
        with organization_scope(ALL):
            return [row.record.title for row in page.context["table"].page]

    assert titles("") == ["Late", "Later", "Done"]
    assert titles("due=overdue") == ["Late"]
    assert titles("side=us") == ["Later"]
    assert titles("state=done") == ["Done"]
    assert titles(f"of={other.pk}&sort=-title") == ["Later", "Done"]
    assert titles("q=backup lat") == ["Later"]
    assert titles("vendor=nobody") == []
    with organization_scope(ALL):
        CorrectiveAction.objects.filter(pk=late.pk).update(state="effective")
    assert (titles("due=overdue"), titles("state=effective")) == ([], ["Late"])


def test_the_lists_are_taken_away_as_they_are_narrowed(client, manager, contract):
    issue = make_issue(manager, contract, description="=1+1")
    make_action(manager, contract, issue=issue)
    make_action(manager, contract, title="Other", side="us")
    client.force_login(manager.user)
    actions = client.get(f"{AREA}actions/export/?side=vendor").content.decode("utf-8-sig")
    assert [line.split(",")[:5] for line in actions.splitlines()] == [
        ["Action", "Contract", "Vendor", "Issue", "State"],
        [*("Ask before closing", "Help desk", "Northwind"), issue.title, "To be done"],
    ]
    workbook = client.get(f"{AREA}issues/export/?format=xlsx")
    assert workbook["Content-Disposition"].endswith('issues-acme-2026-06-15.xlsx"')
    assert client.get(f"{AREA}issues/export/?state=resolved").content.count(b"\n") == 1


@pytest.mark.parametrize(
    ("address", "count"),
    [
        ("issues/", 4),
        ("actions/", 4),
        ("contract/{contract}/issues/", 9),
        ("issues/{issue}/", 6),
    ],
)
def test_pages_ask_as_often_for_many_as_for_one(
    client, manager, contract, django_assert_num_queries, address, count
):
    client.force_login(manager.user)
    first = make_issue(manager, contract, owner=manager)
    address = AREA + address.format(contract=contract.pk, issue=first.pk)
    for many in (1, 3):
        for _ in range(many):
            issue = make_issue(manager, contract, owner=manager, recurs=first)
            finish(manager, make_action(manager, contract, issue=issue, owner=manager))
            make_action(manager, contract, issue=first)
        client.get(address)
        with django_assert_num_queries(count):
            client.get(address)


def test_days_of_a_contract_that_is_over_are_forgotten(manager, contract):
    action = make_action(manager, contract)
    with organization_scope(ALL):
        row = Contract.objects.select_related("organization", "vendor", "manager").get(
            pk=contract.pk
        )
        days = {day.kind: day.due_on for day in days_of([row]) if day.target == action}
        assert days == {"action.due": dt.date(2026, 7, 1), "action.check": None}
        gone = {day.kind: day.due_on for day in days_to_forget([row]) if day.target == action}
        assert gone == {"action.due": None, "action.check": None}
        row.terminated_on = TODAY
        assert {day.due_on for day in days_of([row]) if day.target == action} == {None}


def test_who_may(client, manager, viewer, outsider, contract):
    issue = make_issue(manager, contract)
    action = make_action(manager, contract)
    review = make_review(contract)
    writing = [
        of_contract(contract, "issues/new"),
        of_contract(contract, "actions/new"),
        f"{AREA}issues/{issue.pk}/resolve/",
        f"{AREA}actions/{action.pk}/done/",
        f"{AREA}{review.pk}/actions/add/",
        f"{AREA}rules/new/",
    ]
    for address in writing:
        client.logout()
        assertRedirects(client.post(address), f"/accounts/login/?next={address}")
        client.force_login(viewer.user)
        assert client.post(address).status_code == 403
    theirs = contract_of(outsider, "Theirs")
    client.force_login(manager.user)
    assert client.get(of_contract(theirs, "issues")).status_code == 404
    foreign = make_issue(outsider, theirs)
    assert client.get(f"{AREA}issues/{foreign.pk}/").status_code == 404
    response = client.post(of_contract(contract, "actions/new"), posted(ACTION, issue=foreign.pk))
    assert list(response.context["form"].errors) == ["issue"]
    assert (len(stored(CorrectiveAction)), again(issue).state) == (1, "open")


def test_nothing_begins_before_the_signature(client, manager):
    draft = contract_of(manager, stage="draft", signed_on=None, starts_on=None)
    client.force_login(manager.user)
    for what in ("issues", "issues/new", "checks", "meetings"):
        assertContains(client.get(of_contract(draft, what)), "Not signed yet")
    with pytest.raises(NotNow):
        make_issue(manager, draft)


def test_somebody_who_leaves_hands_over_first(client, owner, manager, contract):
    issue = make_issue(manager, contract, owner=manager)
    action = make_action(manager, contract, owner=manager)
    with organization_scope(ALL):
        assert held_by(manager) == []
        manager.role = Role.VIEWER  # about to be
        [hold] = held_by(manager)
    assert hold.sentence == (
        "Mia answers for 1 open issue and 1 corrective action. Hand them over first."
    )
    client.force_login(owner.user)
    assertContains(client.get(hold.path), "Ask before closing")
    assertRedirects(client.post(hold.path, {"to": owner.pk}), f"{AREA}actions/")
    assert (again(issue).owner_id, again(action).owner_id) == (owner.pk, owner.pk)
    assert again(action).version == 2
    assert verbs(contract)[-1] == "work_handed_over"
    with organization_scope(ALL):
        assert held_by(manager) == []
        with pytest.raises(NotFit):
            handing_over.hand_over_work(member=owner, to=owner, by=owner)
    assertContains(client.get(hold.path), "Nothing to hand over")


def test_one_issue_is_no_recurrence_of_itself(manager, contract):
    issue = make_issue(manager, contract)
    values = {**ISSUE, "recurs": issue}
    with organization_scope(ALL), pytest.raises(NotFit, match="itself"):
        issues.edit_issue(issue=again(issue), values=values, version=1, by=manager)
