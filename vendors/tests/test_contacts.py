"""People at a vendor: one of them, if there are any, is the main contact."""

import uuid

import pytest
from pytest_django.asserts import assertContains, assertRedirects

from core.errors import Refused
from core.tenancy import ALL, organization_scope
from vendors import actions
from vendors.models import Contact, Vendor
from vendors.tests.builders import LIST, add, add_person, fresh, trail


@pytest.fixture
def vendor(manager) -> Vendor:
    return add(manager, "Northwind")


def people(vendor: Vendor) -> list[tuple[str, bool]]:
    with organization_scope(ALL):
        rows = Contact.objects.filter(vendor=vendor).order_by("pk")
        return [(row.name, row.is_main) for row in rows]


def url(vendor: Vendor, what: str) -> str:
    return f"{LIST}{vendor.pk}/contacts/{what}"


def test_the_first_one_is_the_main_contact(client, manager, vendor):
    client.force_login(manager.user)
    body = {"name": "Nora", "role": "Sales", "email": "nora@a.example", "phone": "+353 1"}
    assertRedirects(client.post(url(vendor, "add/"), body), f"{LIST}{vendor.pk}/")
    client.post(url(vendor, "add/"), {"name": "Liam"})
    assert people(vendor) == [("Nora", True), ("Liam", False)]
    assert trail(vendor)[-2][1:] == (
        "vendor.contact_added",
        {},
        {
            "contact": "Nora",
            "position": "Sales",
            "e-mail": "nora@a.example",
            "phone": "+353 1",
            "main contact": True,
        },
    )
    assert trail(vendor)[-1][3] == {"contact": "Liam"}


def test_another_one_can_take_over(client, manager, vendor):
    first = add_person(manager, vendor, "Nora")
    client.force_login(manager.user)
    client.post(url(vendor, "add/"), {"name": "Liam", "is_main": "on"})
    assert people(vendor) == [("Nora", False), ("Liam", True)]
    client.post(url(vendor, f"{first.pk}/edit/"), {"name": "Nora", "is_main": "on", "version": 1})
    assert people(vendor) == [("Nora", True), ("Liam", False)]


def test_the_main_contact_stays_it_until_another_becomes_it(client, manager, vendor):
    nora = add_person(manager, vendor, "Nora")
    client.force_login(manager.user)
    client.post(url(vendor, f"{nora.pk}/edit/"), {"name": "Nora Byrne", "version": 1})
    assert people(vendor) == [("Nora Byrne", True)]
    assert trail(vendor)[-1][1:] == (
        "vendor.contact_changed",
        {"contact": "Nora"},
        {"contact": "Nora Byrne"},
    )


def test_sent_twice_it_is_there_once(client, manager, vendor):
    client.force_login(manager.user)
    body = {"name": "Nora", "creation_key": uuid.uuid4()}
    for _ in range(2):
        client.post(url(vendor, "add/"), body)
    assert people(vendor) == [("Nora", True)]
    assert len(trail(vendor)) == 2


def test_the_second_one_sees_both(client, manager, owner, vendor):
    nora = add_person(manager, vendor, "Nora")
    with organization_scope(ALL):
        actions.edit_contact(
            contact=nora,
            values={"name": "Nora B.", "role": "", "email": "", "phone": "", "is_main": True},
            version=1,
            by=owner,
        )
    client.force_login(manager.user)
    edit = url(vendor, f"{nora.pk}/edit/")
    response = client.post(edit, {"name": "Nora Byrne", "version": 1})
    assert response.status_code == 409
    assert response.context["differing"] == [("Name", "Nora B.", "Nora Byrne")]
    assert people(vendor) == [("Nora B.", True)]
    client.post(edit, {"name": "Nora Byrne", "version": 2})
    assert people(vendor) == [("Nora Byrne", True)]


def test_removing_the_main_contact_makes_the_oldest_one_it(client, manager, vendor):
    nora, liam = add_person(manager, vendor, "Nora"), add_person(manager, vendor, "Liam")
    client.force_login(manager.user)
    response = client.post(url(vendor, f"{nora.pk}/remove/"), follow=True)
    assertContains(response, "Nora is no longer a contact. The main contact is now Liam.")
    assert people(vendor) == [("Liam", True)]
    client.post(url(vendor, f"{liam.pk}/remove/"))
    assert people(vendor) == []
    assert trail(vendor)[-1][1:] == (
        "vendor.contact_removed",
        {"contact": "Liam", "main contact": True},
        {},
    )


def test_removed_meanwhile_is_removed(manager, vendor):
    nora = add_person(manager, vendor, "Nora")
    with organization_scope(ALL):
        actions.remove_contact(contact=nora, by=manager)
        assert actions.remove_contact(contact=nora, by=manager) is None
    assert len(trail(vendor)) == 3


@pytest.mark.parametrize(
    ("field", "text"),
    [
        ("name", ""),
        ("name", "x" * 10_000),
        ("name", "a\x00b"),
        ("email", "not an address"),
        ("email", "x" * 300 + "@a.example"),
        ("phone", "1" * 61),
        ("role", "a\nb"),
    ],
)
def test_wrong_input_stands_at_its_field(client, manager, vendor, field, text):
    client.force_login(manager.user)
    response = client.post(url(vendor, "add/"), {"name": "Nora", field: text})
    assert response.status_code == 422
    assert list(response.context["form"].errors) == [field]
    assert people(vendor) == []


def test_a_vendor_has_a_hundred_contacts_at_most(manager, vendor, monkeypatch):
    monkeypatch.setattr("vendors.actions.contacts.MOST_CONTACTS", 1)
    add_person(manager, vendor, "Nora")
    with pytest.raises(Refused, match="1 contacts at most"):
        add_person(manager, vendor, "Liam")


def test_a_contact_of_another_vendor_or_organization_is_not_found(
    client, manager, outsider, vendor
):
    nora = add_person(manager, vendor, "Nora")
    other = add(manager, "Other")
    client.force_login(manager.user)
    for what in ("edit/", "remove/"):
        assert client.post(url(other, f"{nora.pk}/{what}")).status_code == 404
    client.force_login(outsider.user)
    theirs = add(outsider, "Theirs")
    for base in (vendor, theirs):
        for what in ("edit/", "remove/"):
            address = url(base, f"{nora.pk}/{what}").replace("acme", "globex")
            assert client.post(address).status_code == 404
    assert people(vendor) == [("Nora", True)]


def test_who_may(client, manager, viewer, evaluator, vendor):
    nora = add_person(manager, vendor, "Nora")
    for what in ("edit/", "remove/"):
        address = url(vendor, f"{nora.pk}/{what}")
        client.logout()
        assertRedirects(client.post(address), f"/accounts/login/?next={address}")
        for member in (viewer, evaluator):
            client.force_login(member.user)
            assert client.post(address, {"name": "x", "version": 1}).status_code == 403
    assert fresh(nora).name == "Nora"


def test_saved_untouched_nothing_changes(client, manager, vendor):
    nora = add_person(manager, vendor, "Nora")
    client.force_login(manager.user)
    client.post(url(vendor, f"{nora.pk}/edit/"), {"name": "Nora", "version": 1})
    assert fresh(nora).version == 1
    assert len(trail(vendor)) == 2


def test_taking_over_is_shown_when_somebody_was_quicker(client, manager, owner, vendor):
    add_person(manager, vendor, "Nora")
    liam = add_person(manager, vendor, "Liam")
    with organization_scope(ALL):
        values = {"name": "Liam", "role": "", "email": "", "phone": "+1", "is_main": False}
        actions.edit_contact(contact=liam, values=values, version=1, by=owner)
    client.force_login(manager.user)
    body = {"name": "Liam", "is_main": "on", "version": 1}
    response = client.post(url(vendor, f"{liam.pk}/edit/"), body)
    assert response.context["differing"] == [("Phone", "+1", ""), ("Main contact", "no", "yes")]


def test_contacts_of_a_merged_vendor_moved_away(client, manager, vendor):
    """Whoever still has the old page open is told where the vendor went."""
    other = add(manager, "Other")
    liam = add_person(manager, other, "Liam")
    with organization_scope(ALL):
        actions.merge_vendors(
            keep=vendor, other=other, values={}, versions={vendor.pk: 1, other.pk: 1}, by=manager
        )
    client.force_login(manager.user)
    assert client.post(url(other, f"{liam.pk}/remove/")).status_code == 404
    assert people(vendor) == [("Liam", True)]
