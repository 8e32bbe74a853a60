"""Steps of a contract at the same moment, in real transactions."""

import time
import uuid
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, transaction

from accounts import actions as people
from contracts.models import Contract
from contracts.tests.record_case import LIST, at, draft, fresh, ready, today
from core.errors import Refused
from core.tenancy import ALL, organization_scope
from core.versions import lock
from evaluations.tests.award_case import closed_evaluation, make_award
from evaluations.tests.test_scoring_at_once import at_once, client_of
from vendors.tests.builders import add, trail

pytestmark = pytest.mark.django_db(transaction=True)


def poster(member, url, **data):
    client = client_of(member)
    return lambda: client.post(url, data).status_code


def count() -> int:
    with organization_scope(ALL):
        return Contract.objects.count()


def test_the_same_draft_sent_twice_at_once_is_one(acme, manager, owner):
    vendor = add(manager, "Northwind")
    body = {"title": "Help desk", "kind": "standalone", "creation_key": str(uuid.uuid4())}
    url = f"{LIST}new/?vendor={vendor.pk}"
    assert at_once(*[poster(manager, url, **body) for _ in range(4)]) == [302] * 4
    assert count() == 1
    award = make_award(closed_evaluation(acme, manager, owner), manager, "approved", approver=owner)
    url = f"{LIST}from-award/{award.pk}/"
    assert at_once(poster(manager, url), poster(owner, url), poster(manager, url)) == [302] * 3
    assert count() == 2


def test_of_two_who_sign_at_once_one_signs(acme, manager, owner, admin):
    contract = ready(manager)
    body = {
        "signed_on": today().isoformat(),
        "signed_for_us": "Us",
        "signed_for_vendor": "Them",
        "gaps_seen": "on",
        "version": 1,
    }
    url = at(contract, "sign/")
    assert sorted(at_once(poster(owner, url, **body), poster(admin, url, **body))) == [302, 422]
    assert [verb for _, verb, _, _ in trail(contract)] == ["contract.drafted", "contract.signed"]


def test_nobody_who_is_removed_is_handed_a_contract_at_the_same_moment(acme, manager, owner, admin):
    """Either the contract stays with somebody who may run it, or the member stays."""
    contract = draft(manager)
    with organization_scope(ALL):
        Contract.objects.filter(pk=contract.pk).update(
            stage="signed", signed_on=today(), starts_on=today()
        )

    def remove() -> bool:
        with organization_scope(ALL):
            try:
                people.remove_member(member=owner, by=admin)
            except Refused:
                return False
            return True

    url = f"{LIST}hand-over/{manager.pk}/"
    handed, removed = at_once(poster(manager, url, contracts=contract.pk, to=owner.pk), remove)
    kept = fresh(contract).manager
    assert kept is not None
    assert kept.ended_at is None
    assert (handed == 302) == (kept == owner) == (not removed)


def test_whoever_waited_sees_what_hangs_on_a_contract_as_it_is_now(manager, owner):
    """PostgreSQL reads only the row again that was waited for, not what was joined to it."""
    contract, other = ready(manager), add(manager, "Contoso")
    send = poster(owner, at(contract, "withdraw/"), reason="Another one")

    def in_a_thread() -> int:
        try:
            return send()
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        with organization_scope(ALL), transaction.atomic():
            lock(Contract.objects.all(), contract.pk)
            Contract.objects.filter(pk=contract.pk).update(
                stage="in_approval", sent_by=manager, vendor=other
            )
            waiting = pool.submit(in_a_thread)
            time.sleep(0.5)  # until it waits for the row
        assert waiting.result(20) == 302
    row = fresh(contract)
    assert (row.stage, row.vendor, row.sent_by_id) == ("withdrawn", other, manager.pk)
