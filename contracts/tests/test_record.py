"""Drafting a contract, changing its record, and its overview."""

import uuid

import pytest
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from activity.models import WatchedDate
from contracts.actions import record as actions
from contracts.actions.refusals import NotFit, NotNow
from contracts.models import Contract
from contracts.tests.record_case import LIST, at, draft, fresh, ready, signed, watched
from core.tenancy import ALL, organization_scope
from core.versions import Stale
from vendors import actions as vendor_actions
from vendors.tests.builders import add, add_person, trail

NEW = f"{LIST}new/"


def contracts() -> list[Contract]:
    with organization_scope(ALL):
        return list(Contract.objects.select_related("organization").order_by("pk"))


def as_shown(client, address: str) -> dict[str, str]:
    """What a browser would send back untouched."""
    form = client.get(address).context["form"]
    values = {name: form[name].value() for name in form.fields}
    return {name: "" if value is None else str(value) for name, value in values.items()}


# Drafting -------------------------------------------------------------------------------------------


def test_the_vendor_is_found_by_searching(client, manager, django_assert_num_queries):
    add(manager, "Contoso")
    for number in range(30):
        add(manager, f"Northwind {number:02}")
    client.force_login(manager.user)
    with django_assert_num_queries(6):
        page = client.get(f"{NEW}?q=northwind")
    assertContains(page, "The first 25 by name")
    assertNotContains(page, "Contoso")
    part = client.get(f"{NEW}?q=contoso", headers={"HX-Request": "true"})
    assertContains(part, "?vendor=")
    assertNotContains(part, "<h1")
    assert client.post(NEW, {"title": "Help desk"}).status_code == 422
    assert contracts() == []


def test_a_draft_with_everything(client, manager, owner):
    vendor = add(manager, "Northwind", inside_owner=owner)
    nora = add_person(manager, vendor, "Nora")
    master = draft(manager, vendor, title="Frame", kind="master")
    client.force_login(manager.user)
    address = f"{NEW}?vendor={vendor.pk}"
    assert as_shown(client, address)["manager"] == str(owner.pk)  # who looks after the vendor
    body = {
        "title": "Help desk",
        "reference": "NW-1",
        "kind": "statement_of_work",
        "parent": master.pk,
        "services": "Help desk, Backup",
        "manager": manager.pk,
        "counterpart": nora.pk,
        "notes": "Start small.",
        "creation_key": str(uuid.uuid4()),
    }
    response = client.post(address, body)
    made = fresh(contracts()[-1])
    assertRedirects(response, at(made))
    kept = (made.title, made.reference, made.kind, made.parent, made.services)
    assert kept == ("Help desk", "NW-1", "statement_of_work", master, ["Help desk", "Backup"])
    assert (made.manager, made.counterpart, made.notes) == (manager, nora, "Start small.")
    assert (made.stage, made.version, made.created_by_id) == ("draft", 1, manager.pk)
    with organization_scope(ALL):
        [terms] = made.terms_versions.all()
    assert (terms.number, terms.currency, terms.start_on, terms.agreed_at) == (1, "EUR", None, None)
    [(who, verb, _, after)] = trail(made)
    assert (who, verb, after["kind"]) == ("Mia", "contract.drafted", "Statement of work")
    client.post(address, body)  # sent twice
    assert len(contracts()) == 2


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"title": ""}, "title"),
        ({"title": "Two\nlines"}, "title"),
        ({"kind": "verbal"}, "kind"),
        ({"manager": "viewer"}, "manager"),
        ({"counterpart": "theirs"}, "counterpart"),
        ({"parent": "theirs"}, "parent"),
        ({"parent": "own"}, "parent"),
    ],
)
def test_what_does_not_fit_is_refused_at_its_field(client, manager, viewer, values, field):
    """A viewer as manager, another vendor's contact or master agreement; a master under a master."""
    vendor, other = add(manager, "Northwind"), add(manager, "Contoso")
    masters = {
        "own": draft(manager, vendor, title="Frame", kind="master").pk,
        "theirs": draft(manager, other, title="Frame", kind="master").pk,
    }
    ids = {"viewer": viewer.pk, "theirs": add_person(manager, other, "Carl").pk}
    choice = (masters if field == "parent" else ids).get(values[field], values[field])
    client.force_login(manager.user)
    body = {"title": "Help desk", "kind": "standalone", **values, field: choice}
    response = client.post(f"{NEW}?vendor={vendor.pk}", body)
    assert (response.status_code, list(response.context["form"].errors)) == (422, [field])
    assert len(contracts()) == 2


def test_nothing_is_drafted_with_an_archived_vendor(manager):
    vendor = add(manager, "Northwind")
    with organization_scope(ALL):
        vendor_actions.archive_vendor(vendor=vendor, by=manager)
    with pytest.raises(NotFit, match="archived"):
        draft(manager, vendor)
    assert contracts() == []


@pytest.mark.parametrize("who", ["evaluator", "outsider", None])
def test_who_may_not_draft(client, request, acme, manager, who):
    vendor = add(manager, "Northwind")
    if who:
        client.force_login(request.getfixturevalue(who).user)
    response = client.post(f"{NEW}?vendor={vendor.pk}", {"title": "Mine", "kind": "standalone"})
    assert response.status_code == {"evaluator": 403, "outsider": 404, None: 302}[who]
    assert contracts() == []


# Changing -------------------------------------------------------------------------------------------


def test_saved_untouched_nothing_changes(client, manager):
    contract = draft(manager, services=["Help desk"], notes="A\nB")
    client.force_login(manager.user)
    assertRedirects(
        client.post(
            at(contract, "edit/"), as_shown(client, at(contract, "edit/")) | {"manager": manager.pk}
        ),
        at(contract),
    )
    assert (fresh(contract).version, len(trail(contract))) == (1, 1)


def test_who_is_slower_sees_both_and_can_go_on(client, manager, owner):
    contract = draft(manager)
    client.force_login(manager.user)
    body = {"title": "Mine", "kind": "standalone", "manager": manager.pk, "version": 1}
    with organization_scope(ALL):
        actions.edit_contract(contract=contract, values={"title": "Hers"}, version=1, by=owner)
    response = client.post(at(contract, "edit/"), body)
    assert response.status_code == 409
    assert ("Title", "Hers", "Mine") in response.context["differing"]
    assert response.context["form"]["version"].value() == "2"
    client.post(at(contract, "edit/"), {**body, "version": 2})
    assert (fresh(contract).title, fresh(contract).version) == ("Mine", 3)


def test_a_draft_may_go_to_another_vendor(client, manager):
    contract, contoso = draft(manager), add(manager, "Contoso")
    client.force_login(manager.user)
    assertContains(client.get(at(contract, "edit/?choose=1")), f"{at(contract, 'edit/')}?vendor=")
    body = {"title": "Help desk", "kind": "standalone", "manager": manager.pk, "version": 1}
    client.post(f"{at(contract, 'edit/')}?vendor={contoso.pk}", body)
    assert fresh(contract).vendor == contoso
    assert "contoso" in fresh(contract).search_text
    assert trail(contract)[-1][2:] == ({"vendor": "Northwind"}, {"vendor": "Contoso"})


def test_a_signature_settles_the_vendor_and_keeps_a_manager(client, manager, owner):
    contract = signed(manager, owner)
    contoso = add(manager, "Contoso")
    client.force_login(manager.user)
    form = client.get(at(contract, "edit/")).context["form"]
    assert {"kind", "parent"} & set(form.fields) == set()
    body = {"title": "Help desk", "notes": "New", "version": contract.version}
    response = client.post(f"{at(contract, 'edit/')}?vendor={contoso.pk}", {**body, "manager": ""})
    assert (response.status_code, list(response.context["form"].errors)) == (422, ["manager"])
    client.post(f"{at(contract, 'edit/')}?vendor={contoso.pk}", {**body, "manager": owner.pk})
    stored = fresh(contract)
    assert (stored.vendor.name, stored.notes, stored.manager) == ("Northwind", "New", owner)
    with organization_scope(ALL):
        for name, value in {"kind": "master", "vendor": contoso}.items():
            with pytest.raises(NotNow, match="once it is signed"):
                actions.edit_contract(
                    contract=stored, values={name: value}, version=stored.version, by=manager
                )


def test_the_next_manager_is_reminded(manager, owner):
    contract = signed(manager, owner)
    with organization_scope(ALL):
        actions.edit_contract(
            contract=contract, values={"manager": owner}, version=contract.version, by=manager
        )
        [day] = WatchedDate.objects.select_related("responsible").about(contract)
    assert (day.kind, day.responsible) == ("contract.notice", owner)


def test_a_master_agreement_keeps_what_hangs_on_it(manager):
    master = draft(manager, title="Frame", kind="master")
    draft(manager, master.vendor, title="Work", kind="statement_of_work", parent=master)
    with organization_scope(ALL):
        for values in ({"kind": "standalone"}, {"vendor": add(manager, "Contoso")}):
            with pytest.raises(NotFit, match="hang on this master"):
                actions.edit_contract(contract=master, values=values, version=1, by=manager)
        with pytest.raises(Stale):
            actions.edit_contract(contract=master, values={"title": "X"}, version=9, by=manager)


# Reading --------------------------------------------------------------------------------------------


def test_the_overview_says_the_next_step_to_each(client, manager, owner, viewer):
    contract = draft(manager, manager=None)
    client.force_login(manager.user)
    assertContains(client.get(at(contract)), "Say when it starts.")
    contract = ready(manager, vendor=contract.vendor)
    for who, words in [
        (manager, "send it for signature"),
        (owner, "Record the signature"),
        (viewer, "It is being drafted"),
    ]:
        client.force_login(who.user)
        assertContains(client.get(at(contract)), words)
    client.force_login(viewer.user)
    assertNotContains(client.get(at(contract)), "edit/")


def test_the_overview_asks_few_questions_whatever_there_is(
    client, manager, owner, django_assert_num_queries
):
    contract = signed(manager, owner)
    client.force_login(manager.user)
    client.get(at(contract))
    with django_assert_num_queries(8):
        page = client.get(at(contract))
    assertContains(page, "If you do nothing you commit to")
    assertContains(page, "This contract is active without an exit plan.")
    master = draft(manager, contract.vendor, title="Frame", kind="master")
    for title in ("One", "Two", "Three"):
        draft(manager, master.vendor, title=title, kind="statement_of_work", parent=master)
    with django_assert_num_queries(9):
        assertContains(client.get(at(master)), "Under this master agreement")


def test_the_vendor_is_archived(client, manager, owner):
    contract = signed(manager, owner)
    with organization_scope(ALL):
        vendor_actions.archive_vendor(vendor=contract.vendor, by=manager)
    client.force_login(manager.user)
    assertContains(client.get(at(contract)), "Northwind is archived in the register")
    assert watched().keys() == {"contract.notice"}


def test_contracts_follow_their_vendor(manager, owner):
    """A vendor that is merged away, and one that gets another name."""
    contract = signed(manager, owner)
    keep = add(manager, "Contoso")
    with organization_scope(ALL):
        gone = contract.vendor
        gone.refresh_from_db()
        vendor_actions.merge_vendors(
            keep=keep, other=gone, values={}, versions={keep.pk: 1, gone.pk: gone.version}, by=owner
        )
        assert fresh(contract).vendor == keep
        assert "contoso" in fresh(contract).search_text
        keep.refresh_from_db()
        vendor_actions.edit_vendor(
            vendor=keep, values={"legal_name": "Fabrikam"}, version=keep.version, by=owner
        )
        found = list(Contract.objects.matching("fabrikam help"))
    assert found == [contract]
    assert "contoso" not in fresh(contract).search_text


# What an action refuses, whoever asks ------------------------------------------------------------------


def edited(contract: Contract, by, **values) -> Contract:
    with organization_scope(ALL):
        return actions.edit_contract(
            contract=contract, values=values, version=contract.version, by=by
        )


def test_a_key_of_another_vendors_form_makes_a_draft_of_its_own(manager):
    key, vendors = uuid.uuid4(), [add(manager, "Northwind"), add(manager, "Contoso")]
    with organization_scope(ALL):
        made = [
            actions.create_contract(
                vendor=vendor, values={"title": "Help desk"}, by=manager, creation_key=key
            )
            for vendor in vendors
        ]
    assert [row.vendor for row in made] == vendors


@pytest.mark.parametrize("stage", ["in_approval", "withdrawn"])
def test_what_waits_or_was_withdrawn_stays_as_it_is(client, manager, stage):
    contract = draft(manager)
    with organization_scope(ALL):
        Contract.objects.filter(pk=contract.pk).update(stage=stage)
    with pytest.raises(NotNow):
        edited(fresh(contract), manager, title="New")
    client.force_login(manager.user)
    body = {"title": "New", "kind": "standalone", "version": 1}
    assertRedirects(client.post(at(contract, "edit/"), body), at(contract))
    assert fresh(contract).title == "Help desk"


def test_what_belongs_to_no_such_contract_is_refused_by_the_action_too(manager, owner, viewer):
    contract = draft(manager)
    contoso = add(manager, "Contoso")
    frame = draft(manager, contoso, title="Theirs", kind="master")
    master = draft(manager, contract.vendor, title="Ours", kind="master")
    gone = draft(manager, contract.vendor, title="Gone", kind="master")
    with organization_scope(ALL):
        Contract.objects.filter(pk=gone.pk).update(stage="withdrawn")
        merged = add(manager, "Fabrikam")
        type(merged).objects.filter(pk=merged.pk).update(merged_into=contoso)
    work = {"kind": "statement_of_work"}
    refused = [
        ({**work, "parent": frame}, "a master agreement with Northwind"),
        ({**work, "parent": fresh(gone)}, "was withdrawn"),
        ({"parent": master}, "Only a statement of work"),
        ({"counterpart": add_person(manager, contoso, "Carl")}, "a contact of Northwind"),
        ({"manager": viewer}, "may run contracts"),
        ({"vendor": merged}, "merged into another"),
    ]
    for values, words in refused:
        with pytest.raises(NotFit, match=words):
            edited(contract, manager, **values)
    with pytest.raises(NotFit, match="always has a delegated manager"):
        edited(signed(manager, owner, vendor=contract.vendor), manager, manager=None)
    assert fresh(contract).version == 1


def test_handing_over_to_whoever_has_it_changes_nothing(manager):
    contract = draft(manager)
    with organization_scope(ALL):
        assert actions.hand_over_contracts(contracts=[contract], to=manager, by=manager) == []
    assert fresh(contract).version == 1
