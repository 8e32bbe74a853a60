"""When so many misses start an action; and what is started, once."""

import datetime as dt
import uuid
from decimal import Decimal

import pytest
import time_machine
from pytest_django.asserts import assertContains, assertRedirects

from contracts.models import ContractTerms, ServiceLevel
from core.tenancy import ALL, organization_scope
from reviews import action_rules as pure
from reviews.actions import action_log, rules
from reviews.models import ActionRule, CorrectiveAction, Issue
from reviews.tests.improving_case import (
    AREA,
    NOW,
    again,
    contract_of,
    finish,
    later,
    make_rule,
    measure,
    verbs,
    watched,
)

FORM = {"misses": 2, "windows": 3, "severity": "high", "due_days": 30, "is_active": "on"}


def months(text: str) -> list[pure.Window]:
    """One letter a month of 2026: x missed, o kept, - not measured."""
    met = {"x": False, "o": True, "-": None}
    return [
        pure.Window(dt.date(2026, month, 1), met[letter]) for month, letter in enumerate(text, 1)
    ]


@pytest.mark.parametrize(
    ("text", "misses", "last", "counted_until", "month"),
    [
        ("xx", 2, 3, None, 2),
        ("xox", 2, 3, None, 3),
        ("xxo", 2, 3, None, 2),  # kept since, and still two of the last three
        ("xoox", 2, 3, None, None),
        ("x--x", 2, 3, None, None),  # what was not measured is a window all the same
        ("x-x", 2, 3, None, 3),
        ("x", 1, 1, None, 1),
        ("xo", 1, 1, None, None),
        ("-", 1, 1, None, None),
        ("", 1, 1, None, None),
        ("xxx", 3, 3, None, 3),
        ("xxx", 2, 3, 2, None),  # the first two started something already
        ("xxxx", 2, 3, 2, 4),
    ],
)
def test_when_it_comes_true(text, misses, last, counted_until, month):
    until_on = counted_until and dt.date(2026, counted_until, 1)
    found = pure.comes_true(months(text)[::-1], misses, last, until_on)
    assert found == (month and dt.date(2026, month, 1))


@pytest.mark.parametrize(("misses", "last"), [(0, 1), (3, 2)])
def test_what_never_comes_true_is_refused(misses, last):
    with pytest.raises(ValueError, match="can't come true"):
        pure.comes_true([], misses, last)


def test_keys_and_words():
    started = pure.Started(7, uuid.UUID(int=1), dt.date(2026, 3, 1))
    assert pure.read_key(pure.write_key(started)) == started
    with pytest.raises(ValueError, match="not enough values"):
        pure.read_key("else")
    words = [pure.in_words(*rule) for rule in ((2, 3), (1, 3), (1, 1), (3, 3))]
    assert words == [
        "2 misses in 3 windows",
        "1 miss in 3 windows",
        "each miss",
        "3 misses in a row",
    ]


# What they start --------------------------------------------------------------------------------------


@pytest.fixture(autouse=True)
def today():
    with time_machine.travel(NOW):
        yield


@pytest.fixture
def contract(manager):
    return contract_of(manager)


@pytest.fixture
def level(contract):
    with organization_scope(ALL):
        terms = ContractTerms.objects.create(organization=contract.organization, contract=contract)
        return ServiceLevel.objects.create(
            organization=contract.organization,
            terms=terms,
            metric="availability",
            name="Availability",
            comparator="at_least",
            target=Decimal(99),
            unit="percent",
            window="month",
        )


def apply(contract, by):
    with organization_scope(ALL):
        return rules.apply_rules(contract=contract, by=by)


def test_two_misses_of_three_open_an_issue_and_an_action_once(manager, contract, level):
    rule = make_rule(manager)
    measure(manager, level, 1, False)
    measure(manager, level, 2, True)
    assert apply(contract, manager) == []
    miss = measure(manager, level, 3, False)
    [action] = apply(contract, manager)
    assert apply(contract, manager) == []
    issue = again(action.issue)
    assert (issue.title, issue.severity, issue.source, issue.side, issue.measurement_id) == (
        "“Availability” was missed: 2 misses in 3 windows",
        "high",
        "measurement",
        "vendor",
        miss.pk,
    )
    assert issue.description.replace("\u00a0", " ").splitlines() == [
        "Promised: at least 99 %.",
        "1 Jan 2026 to 31 Jan 2026: 90 %",
        "1 Mar 2026 to 31 Mar 2026: 90 %",
    ]
    assert (action.rule, action.rule_key) == (rule, f"{rule.pk}:{level.lineage}:2026-03-01")
    assert (action.state, action.due_on, action.side) == ("open", later(30), "vendor")
    assert watched(action) == {"action.due": later(30)}
    assert verbs(contract) == ["issue_opened_by_rule", "action_opened_by_rule"]
    # While it runs, further misses start nothing; a corrected one takes nothing back.
    measure(manager, level, 4, False)
    measure(manager, level, 3, True)
    assert apply(contract, manager) == []
    with organization_scope(ALL):
        assert (Issue.objects.count(), CorrectiveAction.objects.count()) == (1, 1)


def test_what_comes_back_opens_the_same_action_again(manager, contract, level):
    rule = make_rule(manager)
    for month in (1, 2):
        measure(manager, level, month, False)
    [action] = apply(contract, manager)
    finish(manager, action)
    measure(manager, level, 3, False)
    assert apply(contract, manager) == []  # one more miss alone is not two
    measure(manager, level, 4, False)
    [same] = apply(contract, manager)
    row = again(action)
    assert same.pk == row.pk
    assert (row.state, row.reopened_count, row.due_on) == ("open", 1, later(30))
    assert row.rule_key == f"{rule.pk}:{level.lineage}:2026-04-01"
    assert row.check_note == "“Availability” was missed again: 2 misses in 3 windows."
    assert watched(row) == {"action.due": later(30)}
    # Cancelled: the next time another one begins.
    with organization_scope(ALL):
        values = {"cancelled_reason": "Ends"}
        action_log.cancel_action(action=row, values=values, version=row.version, by=manager)
    for month in (5, 6):
        measure(manager, level, month, False)
    [other] = apply(contract, manager)
    assert other.pk != row.pk


def test_rules_of_the_contract_itself_stand_in_for_the_general_ones(manager, contract, level):
    make_rule(manager, misses=1, windows=1)
    measure(manager, level, 1, False)
    own = make_rule(manager, contract, misses=2, windows=2, is_active=False)
    assert apply(contract, manager) == []
    with organization_scope(ALL):
        ActionRule.objects.filter(pk=own.pk).update(is_active=True)
    assert apply(contract, manager) == []
    measure(manager, level, 2, False)
    [action] = apply(contract, manager)
    assert action.rule == own


def test_an_action_shows_what_was_measured_since(client, manager, contract, level):
    make_rule(manager, misses=1, windows=1)
    measure(manager, level, 4, False)
    [action] = apply(contract, manager)
    finish(manager, action, done_on=dt.date(2026, 5, 10))
    measure(manager, level, 5, True)
    client.force_login(manager.user)
    page = client.get(f"{AREA}actions/{action.pk}/")
    [line] = page.context["since"]
    assert (line.measurement.first_on, line.value) == (dt.date(2026, 5, 1), "99\u00a0%")
    assertContains(page, "Measured since then")


# Pages ------------------------------------------------------------------------------------------------


def test_a_rule_is_added_once_changed_and_removed(client, manager, contract):
    client.force_login(manager.user)
    listed = f"{AREA}rules/"
    assertContains(client.get(listed), "No rule yet")
    for _ in range(2):
        assertRedirects(client.post(f"{listed}new/", FORM), listed)
    assertRedirects(client.post(f"{listed}new/?contract={contract.pk}", FORM), listed)
    with organization_scope(ALL):
        general, own = ActionRule.objects.order_by("pk")
    assert (general.contract_id, own.contract_id) == (None, contract.pk)
    page = client.get(listed)
    assertContains(page, "2 misses in 3 windows")
    assertContains(page, "All contracts")
    other = {**FORM, "due_days": 10}
    response = client.post(f"{listed}new/", other)
    assert response.status_code == 422
    assert response.context["form"].errors == {
        "misses": ["There is such a rule already. Change that one."]
    }
    edit = f"{listed}{general.pk}/edit/"
    assert client.post(edit, {**FORM, "windows": 1, "version": 1}).status_code == 422
    assertRedirects(client.post(edit, {**other, "version": 1}), listed)
    response = client.post(edit, {**FORM, "version": 1})
    assert (response.status_code, response.context["differing"]) == (
        409,
        [("Action due within … days", "10", "30")],
    )
    assertRedirects(client.post(f"{listed}{general.pk}/remove/"), listed)
    with organization_scope(ALL):
        assert list(ActionRule.objects.all()) == [own]
