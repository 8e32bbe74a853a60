"""From the draft to the signature: who may, what it needs, what follows, and what is refused."""

import datetime as dt

import pytest
from pytest_django.asserts import assertContains, assertRedirects

from activity.models import OutgoingMail
from contracts.actions import signing as actions
from contracts.actions.levels import add_pack
from contracts.actions.refusals import NotComplete, NotNow
from contracts.level_packs import LEVELS
from contracts.models import Contract
from contracts.tests.record_case import (
    SIGNATURE,
    at,
    draft,
    fresh,
    months_ago,
    ready,
    signed,
    today,
    watched,
)
from core.tenancy import ALL, organization_scope
from core.versions import Stale
from vendors.tests.builders import add, trail
from vendors.tests.builders import fresh as fresh_vendor


def mails(step: str) -> list[tuple[str, str]]:
    rows = OutgoingMail.objects.filter(key__contains=f":{step}:").order_by("to")
    return list(rows.values_list("to", "subject"))


def verbs(contract: Contract) -> list[str]:
    return [verb for _, verb, _, _ in trail(contract)]


def sent(manager) -> Contract:
    contract = ready(manager)
    with organization_scope(ALL):
        return actions.send_for_signature(contract=contract, version=1, by=manager)


def signature(**values) -> dict[str, str]:
    return {**SIGNATURE, "signed_on": today().isoformat(), "gaps_seen": "on", **values}


# Sending --------------------------------------------------------------------------------------------


def test_it_is_sent_to_those_who_may_sign(client, manager, owner, admin):
    contract = ready(manager)
    client.force_login(manager.user)
    page = client.get(at(contract, "send/"))
    assertContains(page, "Still missing")
    assertContains(page, "Ada, Olga")
    for _ in range(2):  # the second is the same one
        assertRedirects(client.post(at(contract, "send/"), {"version": 1}), at(contract))
    stored = fresh(contract)
    assert (stored.stage, stored.sent_by_id, stored.version) == ("in_approval", manager.pk, 2)
    assert mails("sent") == [
        ("ada@acme.example", "Please sign: Help desk"),
        ("olga@acme.example", "Please sign: Help desk"),
    ]
    assert verbs(contract) == ["contract.drafted", "contract.sent"]
    assertRedirects(client.get(at(contract, "edit/")), at(contract))
    assertContains(client.get(at(contract)), "It waits for the signature of an Owner.")


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"manager": None}, "Name the delegated manager"),
        ({"start_on": None}, "Say when it starts."),
        ({"initial_months": None}, "Say how long the initial term is."),
        ({"renewal_mode": ""}, "Say what happens at the end"),
        ({"renewal_months": None}, "Say for how many months it renews."),
        ({"notice": None}, "Say how long the notice is."),
    ],
)
def test_what_it_can_not_go_without(client, manager, owner, changes, words):
    with_manager = {name: value for name, value in changes.items() if name == "manager"}
    contract = ready(manager, **with_manager)
    with organization_scope(ALL):
        contract.terms_versions.update(**{k: v for k, v in changes.items() if k != "manager"})
    client.force_login(manager.user)
    assertContains(client.get(at(contract, "send/")), words)
    response = client.post(at(contract, "send/"), {"version": 1})
    assertContains(response, words, status_code=422)
    client.force_login(owner.user)
    assertContains(client.post(at(contract, "sign/"), signature(version=1)), words, status_code=422)
    assert (fresh(contract).stage, mails("sent")) == ("draft", [])


def test_one_that_ends_by_itself_needs_no_notice(manager):
    contract = ready(manager, renewal_mode="none", notice=None, renewal_months=None)
    with organization_scope(ALL):
        contract = actions.send_for_signature(contract=contract, version=1, by=manager)
    assert contract.stage == "in_approval"


def test_it_is_returned_with_a_note(client, manager, owner):
    contract = sent(manager)
    client.force_login(owner.user)
    url = at(contract, "return/")
    empty = client.post(url, {"return-version": 2, "return-note": " "})
    assert (empty.status_code, fresh(contract).stage) == (422, "in_approval")
    body = {"return-version": 2, "return-note": "Ask for 30 days."}
    for _ in range(2):
        assertRedirects(client.post(url, body), at(contract))
    stored = fresh(contract)
    assert (stored.stage, stored.returned_note, stored.version) == ("draft", "Ask for 30 days.", 3)
    assert mails("returned") == [("mia@acme.example", "Returned: Help desk")]
    client.force_login(manager.user)
    assertContains(client.get(at(contract)), "Ask for 30 days.")


# Signing --------------------------------------------------------------------------------------------


def test_the_signature_makes_it_count(client, manager, owner):
    contract = sent(manager)
    client.force_login(owner.user)
    assertContains(client.get(at(contract, "sign/")), "I know what is missing")
    assertContains(client.get(at(contract, "sign/")), "Once it is signed: Last safe day: ")
    day = months_ago(5)
    for _ in range(2):  # the second is the same one
        response = client.post(
            at(contract, "sign/"), signature(version=2, signed_on=day.isoformat())
        )
        assertRedirects(response, at(contract))
    stored = fresh(contract)
    kept = (stored.stage, stored.signed_on, stored.signed_by_id, stored.signed_for_us)
    assert kept == ("signed", day, owner.pk, "Olga")
    assert (stored.starts_on, stored.status(today())) == (day, "active")
    with organization_scope(ALL):
        terms = stored.terms_versions.get()
    assert (terms.from_on, terms.agreed_at is not None) == (day, True)
    assert stored.yearly_cost == 1200
    assert watched() == {"contract.notice": stored.safe_notice_on}
    assert fresh_vendor(stored.vendor).status == "active"
    assert trail(stored.vendor)[-1][1:] == (
        "vendor.changed",
        {"status": "Prospect"},
        {"status": "Active"},
    )
    assert verbs(contract) == ["contract.drafted", "contract.sent", "contract.signed"]
    assert "Exit plan" in trail(contract)[-1][3]["still missing"]
    assert mails("signed") == [("mia@acme.example", "Signed: Help desk")]


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"signed_on": "2999-01-01"}, "signed_on"),
        ({"signed_on": (today() + dt.timedelta(days=2)).isoformat()}, "signed_on"),
        ({"signed_on": ""}, "signed_on"),
        ({"signed_for_us": ""}, "signed_for_us"),
        ({"gaps_seen": ""}, "gaps_seen"),
    ],
)
def test_what_a_signature_needs(client, manager, owner, values, field):
    contract = ready(manager)
    client.force_login(owner.user)
    response = client.post(at(contract, "sign/"), signature(version=1, **values))
    assert (response.status_code, list(response.context["form"].errors)) == (422, [field])
    assert (fresh(contract).stage, watched()) == ("draft", {})


def test_a_vendor_on_watch_stays_so(manager, owner):
    contract = signed(manager, owner, vendor=add(manager, "Northwind", status="on_watch"))
    assert fresh_vendor(contract.vendor).status == "on_watch"


def test_the_manager_may_have_left(manager, owner, admin):
    contract = ready(manager)
    manager.ended_at = manager.created_at
    manager.save()
    with organization_scope(ALL), pytest.raises(NotComplete, match="Mia can't run contracts"):
        actions.sign_contract(
            contract=contract, values={**SIGNATURE, "signed_on": today()}, version=1, by=owner
        )


def test_two_sign_at_once_and_the_second_is_told(client, manager, owner, admin):
    contract = ready(manager)
    client.force_login(admin.user)
    stale = signature(version=1)
    signed_by_other = {**SIGNATURE, "signed_on": today()}
    with organization_scope(ALL):
        actions.sign_contract(contract=contract, values=signed_by_other, version=1, by=owner)
    response = client.post(at(contract, "sign/"), stale)
    assertContains(
        response, "Olga recorded the signature of this contract already.", status_code=422
    )
    assert fresh(contract).signed_by_id == owner.pk


def test_somebody_changed_the_draft_meanwhile(client, manager, owner):
    contract = ready(manager)
    with organization_scope(ALL):
        Contract.objects.filter(pk=contract.pk).update(version=2)
    client.force_login(owner.user)
    response = client.post(at(contract, "sign/"), signature(version=1))
    assert (response.status_code, fresh(contract).stage) == (409, "draft")
    response = client.post(at(contract, "send/"), {"version": 1})
    assert (response.status_code, fresh(contract).stage) == (409, "draft")


@pytest.mark.parametrize("page", ["sign/", "return/"])
def test_a_manager_does_not_sign(client, manager, page):
    contract = sent(manager)
    client.force_login(manager.user)
    assert client.post(at(contract, page), signature(version=2)).status_code == 403
    assert fresh(contract).stage == "in_approval"


# Withdrawing ----------------------------------------------------------------------------------------


def test_a_draft_is_withdrawn_with_a_reason(client, manager):
    contract = draft(manager)
    client.force_login(manager.user)
    assert client.post(at(contract, "withdraw/"), {"reason": " "}).status_code == 422
    for _ in range(2):
        client.post(at(contract, "withdraw/"), {"reason": "Too dear."})
    stored = fresh(contract)
    assert (stored.stage, stored.withdrawn_reason, stored.version) == ("withdrawn", "Too dear.", 2)
    assert verbs(contract) == ["contract.drafted", "contract.withdrawn"]
    assertContains(client.get(at(contract)), "Too dear.")
    assertRedirects(client.get(at(contract, "edit/")), at(contract))
    with organization_scope(ALL), pytest.raises(NotNow, match="was withdrawn"):
        actions.send_for_signature(contract=stored, version=2, by=manager)


def test_what_is_signed_is_not_withdrawn(manager, owner):
    contract = signed(manager, owner)
    with organization_scope(ALL):
        with pytest.raises(NotNow, match="recorded the signature"):
            actions.withdraw_contract(contract=contract, reason="No", by=owner)
        with pytest.raises(NotNow):
            actions.return_contract(contract=contract, version=2, note="No", by=owner)
        other = draft(manager, contract.vendor)
        with pytest.raises(Stale):
            actions.send_for_signature(contract=other, version=7, by=manager)


def test_notes_and_reasons_are_said(manager, owner):
    contract = sent(manager)
    with organization_scope(ALL):
        with pytest.raises(NotComplete, match="what should change"):
            actions.return_contract(contract=contract, version=2, note=" ", by=owner)
        with pytest.raises(NotComplete, match="why it is withdrawn"):
            actions.withdraw_contract(contract=contract, reason=" ", by=manager)


def test_a_master_with_work_under_it_is_not_withdrawn(manager):
    master = draft(manager, title="Frame", kind="master")
    draft(manager, master.vendor, title="Work", kind="statement_of_work", parent=master)
    with organization_scope(ALL), pytest.raises(NotNow, match="Withdraw those first"):
        actions.withdraw_contract(contract=master, reason="No", by=manager)


@pytest.mark.parametrize("what", ["terms", "price", "level"])
def test_nobody_signs_terms_that_were_changed_behind_the_page(client, manager, owner, what):
    contract = ready(manager)
    client.force_login(owner.user)
    seen = client.get(at(contract, "sign/")).context["form"].initial["seen"]
    with organization_scope(ALL):
        terms = contract.terms_versions.get()
        if what == "terms":
            contract.terms_versions.update(notice=12)
        elif what == "price":
            terms.price_lines.update(amount=100_000)
        else:
            add_pack(contract=contract, keys=[next(iter(LEVELS))], by=manager)
    response = client.post(at(contract, "sign/"), signature(version=1, seen=seen))
    assert (response.status_code, fresh(contract).stage) == (409, "draft")
    now = response.context["form"].data["seen"]
    assert now != seen
    response = client.post(at(contract, "sign/"), signature(version=1, seen=now))
    assert (response.status_code, fresh(contract).stage) == (302, "signed")
