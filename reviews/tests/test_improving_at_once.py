"""Issues and actions, touched at the same moment, in real transactions."""

import datetime as dt
import threading
import time
import uuid

import pytest
from django.db import connection, transaction

from accounts import actions as people
from contracts.tests import record_case
from core.errors import Refused
from core.tenancy import ALL, organization_scope
from evaluations.tests.test_scoring_at_once import at_once, client_of
from reviews.actions import handing_over, issues, rules
from reviews.models import CorrectiveAction, Issue
from reviews.tests.improving_case import AREA, again, make_action, make_issue, make_rule, measure
from reviews.tests.review_case import add_level

pytestmark = pytest.mark.django_db(transaction=True)


def test_rules_applied_at_once_start_one_action(manager, owner):
    contract = record_case.signed(manager, owner)
    level = add_level(contract)
    make_rule(manager)
    for month in (1, 2):
        measure(manager, level, month, False)

    def apply() -> int:
        with organization_scope(ALL):
            return len(rules.apply_rules(contract=contract, by=manager))

    assert sorted(at_once(apply, apply, apply)) == [0, 0, 1]
    with organization_scope(ALL):
        assert (Issue.objects.count(), CorrectiveAction.objects.count()) == (1, 1)


def test_a_rule_sent_twice_at_once_is_there_once(manager):
    values = {"misses": 2, "windows": 3, "severity": "high", "due_days": 30, "is_active": True}

    def add() -> int:
        with organization_scope(ALL):
            org = manager.organization
            return rules.add_rule(organization=org, contract=None, values=values, by=manager).pk

    assert len({*at_once(add, add, add, add)}) == 1


def test_of_two_who_settle_an_action_at_once_one_is_shown_both(manager, owner):
    contract = record_case.signed(manager, owner)
    action = make_action(manager, contract, due_on=record_case.today())
    done_on = record_case.today()
    check_on = done_on + dt.timedelta(days=60)
    done = {"done_on": done_on, "evidence": "Ticket 7", "check_on": check_on, "version": 1}
    cancel = {"cancelled_reason": "They left", "version": 1}
    place = f"{AREA}actions/{action.pk}/"
    first, second = client_of(manager), client_of(owner)
    found = at_once(
        lambda: first.post(f"{place}done/", done).status_code,
        lambda: second.post(f"{place}cancel/", cancel).status_code,
    )
    assert sorted(found) == [302, 409]
    assert again(action).version == 2


def test_nobody_who_is_removed_is_handed_an_issue_at_the_same_moment(manager, owner, admin):
    """Either the issue goes to somebody who may settle it, or the member stays."""
    contract = record_case.signed(manager, owner)
    issue = make_issue(manager, contract, owner=manager)

    def remove() -> bool:
        with organization_scope(ALL):
            try:
                people.remove_member(member=owner, by=admin)
            except Refused:
                return False
            return True

    client = client_of(admin)
    place = f"{AREA}actions/hand-over/{manager.pk}/"
    found = at_once(lambda: client.post(place, {"to": owner.pk}).status_code, remove)
    assert found in ([302, False], [422, True])
    assert (again(issue).owner_id == owner.pk) == (found == [302, False])


def one_at_a_time() -> bool:
    """SQLite has one writer: the second transaction begins when the first has ended."""
    return connection.vendor == "sqlite"


def begun(by, contract, owner) -> None:
    values = {"title": "Slow", "severity": "low", "side": "us", "source": "other", "owner": owner}
    issues.create_issue(contract=contract, values=values, by=by, creation_key=uuid.uuid4())


def test_two_who_name_each_other_at_once_do_not_wait_for_each_other(manager, owner):
    """Each holds the member they name, and their own line in the trail refers to themselves."""
    contracts = [record_case.signed(manager, owner) for _ in range(2)]
    both_wrote = threading.Barrier(2)

    def write(by, contract, other) -> bool:
        with organization_scope(ALL), transaction.atomic():
            begun(by, contract, other)
            if not one_at_a_time():
                both_wrote.wait(10)
        return True

    found = at_once(
        lambda: write(manager, contracts[0], owner), lambda: write(owner, contracts[1], manager)
    )
    assert found == [True, True]


def test_what_is_handed_to_somebody_while_their_work_is_handed_over_stays_with_them(
    manager, owner, admin
):
    one, other = (record_case.signed(manager, owner) for _ in range(2))
    issue = make_issue(manager, one, owner=manager)
    written = threading.Event()

    def write() -> None:
        with organization_scope(ALL), transaction.atomic():
            begun(owner, other, admin)  # so that the hand-over waits for this member
            begun(owner, other, manager)
            written.set()
            time.sleep(0.5)

    def hand_over() -> int:
        written.wait(10)
        with organization_scope(ALL):
            return handing_over.hand_over_work(member=manager, to=admin, by=owner)

    # A database with one writer hands over what was committed before; both contracts, then.
    handed = 2 if one_at_a_time() else 1
    assert at_once(write, hand_over) == [None, handed]
    assert again(issue).owner_id == admin.pk
    with organization_scope(ALL):
        left = set(Issue.objects.filter(owner=manager).values_list("contract_id", flat=True))
    assert left == (set() if one_at_a_time() else {other.pk})
