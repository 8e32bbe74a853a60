"""The keys register: who could lock us out. Never a secret, not even in the trail."""

import datetime as dt
import uuid

import pytest
import time_machine
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from contracts.actions import keys as actions
from contracts.actions.refusals import NotNow
from contracts.models import Contract, Key
from contracts.tests.leaving_rows import KEY, make_contract, make_key, trail, watched
from contracts.watchers import days_of, days_to_forget
from core.errors import Refused
from core.tenancy import ALL, organization_scope
from core.versions import Gone

SECRET = "hunter2-Tr0ub4dor&3"
NOW = dt.datetime(2026, 6, 15, 10, tzinfo=dt.UTC)


@pytest.fixture(autouse=True)
def today():
    with time_machine.travel(NOW):
        yield


@pytest.fixture
def contract(manager) -> Contract:
    return make_contract(manager)


def url(contract: Contract, what: str = "") -> str:
    return f"/o/{contract.organization.slug}/contracts/{contract.pk}/keys/{what}"


def body(**values) -> dict:
    sent = {**KEY, **values}
    return {name: "" if value is None else value for name, value in sent.items()}


def stored() -> list[Key]:
    with organization_scope(ALL):
        return list(Key.objects.order_by("pk"))


def test_a_key_is_noted_once_however_often_it_is_sent(client, manager, contract):
    client.force_login(manager.user)
    sent = body(creation_key=uuid.uuid4())
    for _ in range(2):
        assertRedirects(client.post(url(contract, "add/"), sent), url(contract))
    [key] = stored()
    assert {name: getattr(key, name) for name in KEY} == KEY
    assert trail(contract) == [
        (
            "contract.key_added",
            {},
            {
                "kind": "Domain",
                "key": "acme.example",
                "legal owner": "We",
                "admin rights": "Both",
                "kept at": "1Password vault IT / Domain registrar",
                "second admin": "Anna Keller",
                "verified on": "2026-03-01",
                "verify every months": 6,
            },
        )
    ]
    assert watched("contract.key") == [(key.pk, dt.date(2026, 9, 1))]


@pytest.mark.parametrize("field", ["name", "kept_at", "second_admin", "note"])
@pytest.mark.parametrize("text", [f"password: {SECRET}", "-----BEGIN PRIVATE KEY-----\n" * 99])
def test_a_secret_is_refused_and_does_not_come_back(client, manager, contract, field, text):
    client.force_login(manager.user)
    response = client.post(url(contract, "add/"), body(**{field: text}))
    assert response.status_code == 422
    form = response.context["form"]
    assert list(form.errors) == [field]
    assert "never the secret itself" in form.errors[field][0]
    assertNotContains(response, SECRET, status_code=422)
    assertNotContains(response, "BEGIN PRIVATE", status_code=422)
    kept = {name: form[name].value() for name in ("name", "kept_at", "second_admin")}
    assert kept == {name: "" if name == field else KEY[name] for name in kept}
    assert stored() == []
    assert trail(contract) == []


def test_the_action_refuses_a_secret_as_well(manager, contract):
    with pytest.raises(Refused) as refused:
        make_key(manager, contract, kept_at=f"password: {SECRET}")
    assert refused.value.field == "kept_at"
    assert SECRET not in str(refused.value)


@pytest.mark.parametrize(
    ("field", "value"),
    [("kind", ""), ("name", ""), ("verified_on", "2026-06-16"), ("verify_months", "0")],
)
def test_wrong_input_stands_at_its_field(client, manager, contract, field, value):
    client.force_login(manager.user)
    response = client.post(url(contract, "add/"), body(**{field: value}))
    assert response.status_code == 422
    assert list(response.context["form"].errors) == [field]
    assert stored() == []


def test_the_usual_list_says_nothing_and_is_added_once(client, manager, contract):
    make_key(manager, contract)
    client.force_login(manager.user)
    for _ in range(2):
        assertRedirects(client.post(url(contract, "usual/")), url(contract))
    assert [key.kind for key in stored()] == [
        *("domain", "dns", "tenant", "firewall", "backup", "licences", "source_code"),
        "documentation",
    ]
    assert {(key.owned_by, key.admin_by, key.verified_on) for key in stored()[1:]} == {
        ("", "", None)
    }
    page = client.get(url(contract))
    assertContains(page, "1 of 8")
    assertContains(page, "4 of 32 answers")
    # (40 + 30 + 15 + 15) of 800 are sure; everything else is open.
    assertContains(page, "13\u00a0% to 100\u00a0%")
    assert [verb for verb, _, _ in trail(contract)] == ["contract.key_added", "contract.keys_added"]


def test_an_edit_is_told_in_the_trail_and_moves_the_watched_day(client, manager, contract):
    key = make_key(manager, contract)
    client.force_login(manager.user)
    sent = body(admin_by="vendor", verify_months=12, version=1)
    assertRedirects(client.post(url(contract, f"{key.pk}/edit/"), sent), url(contract))
    assert trail(contract)[-1] == (
        "contract.key_changed",
        {"key": "acme.example", "admin rights": "Both", "verify every months": 6},
        {"key": "acme.example", "admin rights": "The vendor", "verify every months": 12},
    )
    assert watched("contract.key") == [(key.pk, dt.date(2027, 3, 1))]
    page = client.get(url(contract))
    assertContains(page, "<li>acme.example</li>", html=True)
    assert page.context["independence"].vendor_only == ("acme.example",)
    client.post(url(contract, f"{key.pk}/edit/"), {**sent, "version": 2})
    assert (stored()[0].version, len(trail(contract))) == (2, 2)


def test_saving_leads_to_the_next_open_one_if_wished(client, manager, contract):
    first = make_key(manager, contract, kind="dns", second_admin="")
    make_key(manager, contract, kind="backup")
    last = make_key(manager, contract, kind="documentation", owned_by="")
    client.force_login(manager.user)
    go_on = body(kind="documentation", owned_by="", version=1, do="next")
    edit = url(contract, f"{last.pk}/edit/")
    assertRedirects(client.post(edit, go_on), url(contract, f"{first.pk}/edit/"))
    there = url(contract, f"{first.pk}/edit/")
    assertRedirects(client.post(there, body(kind="dns", version=1, do="next")), edit)
    go_on["owned_by"] = "us"
    assertRedirects(client.post(edit, go_on), url(contract))


def test_the_second_one_sees_both(client, manager, contract):
    key = make_key(manager, contract)
    client.force_login(manager.user)
    client.post(url(contract, f"{key.pk}/edit/"), body(kept_at="safe", version=1))
    response = client.post(url(contract, f"{key.pk}/edit/"), body(kept_at="vault", version=1))
    assert response.status_code == 409
    assert response.context["differing"] == [("Where the secret is kept", "safe", "vault")]
    assert response.context["form"]["version"].value() == "2"


def test_verified_today(client, manager, contract):
    key = make_key(manager, contract, verified_on=dt.date(2025, 11, 1))
    assert watched("contract.key") == [(key.pk, dt.date(2026, 5, 1))]
    client.force_login(manager.user)
    assertContains(client.get(url(contract)), "Overdue")
    for _ in range(2):
        assertRedirects(client.post(url(contract, f"{key.pk}/verify/")), url(contract))
    assert trail(contract)[1:] == [
        (
            "contract.key_verified",
            {"key": "acme.example", "verified on": "2025-11-01"},
            {"key": "acme.example", "verified on": "2026-06-15"},
        )
    ]
    assert watched("contract.key") == [(key.pk, dt.date(2026, 12, 15))]
    assertNotContains(client.get(url(contract)), "Overdue")


def test_a_removed_key_is_not_watched(client, manager, contract):
    key = make_key(manager, contract)
    client.force_login(manager.user)
    assertRedirects(client.post(url(contract, f"{key.pk}/remove/")), url(contract))
    assert (stored(), watched("contract.key")) == ([], [])
    assert [verb for verb, _, _ in trail(contract)] == [
        "contract.key_added",
        "contract.key_removed",
    ]
    with organization_scope(ALL):
        actions.remove_key(key=key, by=manager)
    assert len(trail(contract)) == 2


def test_only_keys_of_a_running_contract_are_watched(manager):
    draft = make_contract(manager, stage="draft", signed_on=None, starts_on=None)
    key = make_key(manager, draft)
    assert watched("contract.key") == []
    with organization_scope(ALL):
        contract = Contract.objects.select_related("organization", "vendor").get(pk=draft.pk)
        contract.stage, contract.signed_on = "signed", dt.date(2026, 1, 1)
        contract.starts_on = dt.date(2026, 1, 1)
        [day] = [day for day in days_of([contract]) if day.kind == "contract.key"]
        assert (day.target, day.due_on, day.path) == (key, dt.date(2026, 9, 1), url(draft))
        [day] = [day for day in days_to_forget([contract]) if day.kind == "contract.key"]
        assert (day.target, day.due_on) == (key, None)
        contract.terminated_on = dt.date(2026, 6, 15)
        [day] = [day for day in days_of([contract]) if day.kind == "contract.key"]
        assert day.due_on is None


def test_nothing_of_a_withdrawn_contract_is_changed(client, manager):
    contract = make_contract(manager, stage="draft", signed_on=None, starts_on=None)
    key = make_key(manager, contract)
    with organization_scope(ALL):
        Contract.objects.filter(pk=contract.pk).update(stage="withdrawn")
    with pytest.raises(NotNow):
        make_key(manager, contract)
    client.force_login(manager.user)
    for what in (f"{key.pk}/verify/", f"{key.pk}/remove/", "usual/"):
        assertContains(client.post(url(contract, what), follow=True), "was withdrawn")
    assert (len(stored()), stored()[0].version) == (1, 1)


def test_a_contract_has_so_many_keys_at_most(manager, contract, monkeypatch):
    monkeypatch.setattr(actions, "MOST_KEYS", 1)
    make_key(manager, contract)
    with pytest.raises(Refused, match="1 keys at most"):
        make_key(manager, contract)


def test_who_may(client, manager, viewer, evaluator, contract):
    key = make_key(manager, contract)
    for what in ("add/", "usual/", *(f"{key.pk}/{verb}/" for verb in ("edit", "verify", "remove"))):
        client.logout()
        address = url(contract, what)
        assertRedirects(client.post(address), f"/accounts/login/?next={address}")
        for member in (viewer, evaluator):
            client.force_login(member.user)
            assert client.post(address, body(version=1)).status_code == 403
    assertNotContains(client.get(url(contract)), "Verified today")
    assert (len(stored()), stored()[0].version) == (1, 1)


def test_a_key_of_another_contract_or_organization_is_not_found(
    client, manager, outsider, contract
):
    key = make_key(manager, contract)
    other, theirs = make_contract(manager, "Other"), make_contract(outsider, "Theirs")
    for member, at in ((manager, other), (outsider, theirs)):
        client.force_login(member.user)
        for verb in ("edit", "verify", "remove"):
            assert client.post(url(at, f"{key.pk}/{verb}/"), body(version=1)).status_code == 404
    assert client.get(url(contract)).status_code == 404
    assert stored()[0].version == 1


def test_the_register_is_read_in_few_queries(client, manager, contract, django_assert_num_queries):
    client.force_login(manager.user)
    client.get(url(contract))
    for count in (1, 3):
        while len(stored()) < count:
            make_key(manager, contract, kind="backup", name=f"Backup {count}")
        with django_assert_num_queries(4):
            client.get(url(contract))


def test_a_key_that_somebody_removed_meanwhile(client, manager, contract):
    """Removed between the page and the button: said, not broken."""
    key = make_key(manager, contract)
    values = {name: getattr(key, name) for name in actions.FIELDS}
    with organization_scope(ALL):
        actions.remove_key(key=Key.objects.select_related("contract").get(pk=key.pk), by=manager)
        with pytest.raises(Gone):
            actions.verify_key(key=key, by=manager)
        with pytest.raises(Gone):
            actions.edit_key(key=key, values=values, version=1, by=manager)
