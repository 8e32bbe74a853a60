"""Changing a profile, never over somebody else's change; putting away and bringing back."""

import pytest
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from accounts.actions import remove_member
from core.tenancy import ALL, organization_scope
from vendors import actions
from vendors.models import Vendor
from vendors.tests.builders import FULL, LIST, add, add_person, fresh, trail


@pytest.fixture
def vendor(manager) -> Vendor:
    return add(manager, **FULL)


def page(vendor: Vendor, what: str = "") -> str:
    return f"{LIST}{vendor.pk}/{what}"


def as_shown(client, vendor: Vendor) -> dict[str, str]:
    """What a browser would send back untouched."""
    form = client.get(page(vendor, "edit/")).context["form"]
    values = {name: form[name].value() for name in form.fields}
    return {name: "" if value is None else str(value) for name, value in values.items()}


def test_saved_untouched_nothing_changes(client, manager, vendor):
    client.force_login(manager.user)
    assertRedirects(client.post(page(vendor, "edit/"), as_shown(client, vendor)), page(vendor))
    stored = fresh(vendor)
    assert {name: getattr(stored, name) for name in FULL} == FULL
    assert stored.version == 1
    assert len(trail(vendor)) == 1


def test_a_change_is_kept_and_told(client, manager, vendor):
    client.force_login(manager.user)
    body = as_shown(client, vendor)
    body |= {"status": "on_watch", "country": "de", "services": "Backup", "trading_name": ""}
    client.post(page(vendor, "edit/"), body)
    stored = fresh(vendor)
    assert (stored.status, stored.country, stored.services) == ("on_watch", "DE", ["Backup"])
    assert (stored.name, stored.version) == ("Northwind Support Ltd", 2)
    assert trail(vendor)[-1] == (
        "Mia",
        "vendor.changed",
        {
            "trading_name": "Northwind",
            "country": "Ireland",
            "services": ["Help desk", "Network"],
            "status": "Candidate",
        },
        {
            "trading_name": "",
            "country": "Germany",
            "services": ["Backup"],
            "status": "On watch",
        },
    )


def test_the_second_one_sees_both_and_can_go_on(client, manager, owner, vendor):
    client.force_login(manager.user)
    mine = as_shown(client, vendor) | {"status": "active", "notes": "What I typed"}
    with organization_scope(ALL):
        actions.edit_vendor(
            vendor=vendor, values={"status": "former", "country": "FR"}, version=1, by=owner
        )
    response = client.post(page(vendor, "edit/"), mine)
    assert response.status_code == 409
    assert response.context["differing"] == [
        ("Country", "France", "Ireland"),
        ("Status", "Former", "Active"),
        ("Notes", "Met at the fair.", "What I typed"),
    ]
    assertContains(response, "What I typed</textarea>", status_code=409)
    assert fresh(vendor).status == "former"
    again = client.post(page(vendor, "edit/"), mine | {"version": "2"})
    assert again.status_code == 302
    stored = fresh(vendor)
    assert (stored.status, stored.country, stored.version) == ("active", "IE", 3)


def test_htmx_gets_the_stale_form_as_409(client, manager, owner, vendor):
    client.force_login(manager.user)
    mine = as_shown(client, vendor)
    with organization_scope(ALL):
        actions.edit_vendor(vendor=vendor, values={"notes": "x"}, version=1, by=owner)
    response = client.post(page(vendor, "edit/"), mine, headers={"HX-Request": "true"})
    assert response.status_code == 409
    assert b"<html" not in response.content


@pytest.mark.parametrize("version", ["", "0", "x", "9" * 30, "-1"])
def test_a_broken_version_is_refused(client, manager, vendor, version):
    client.force_login(manager.user)
    response = client.post(
        page(vendor, "edit/"), as_shown(client, vendor) | {"version": version, "notes": "changed"}
    )
    assert response.status_code in {409, 422}
    assert fresh(vendor).notes == FULL["notes"]


def test_an_owner_inside_who_left_has_to_be_replaced(client, admin, viewer, vendor, manager):
    with organization_scope(ALL):
        actions.edit_vendor(vendor=vendor, values={"inside_owner": viewer}, version=1, by=manager)
        remove_member(member=viewer, by=admin)
    client.force_login(manager.user)
    assertContains(client.get(page(vendor, "edit/")), "Vik looked after this vendor")
    assertContains(client.get(page(vendor)), "no longer here")


# The page -------------------------------------------------------------------------------------------


def test_the_page_shows_what_is_known(client, viewer, manager, vendor):
    add_person(manager, vendor, "Nora Byrne", email="nora@northwind.example", role="Sales")
    client.force_login(viewer.user)
    response = client.get(page(vendor))
    for text in (
        "Northwind Support Ltd",
        "northwind.example/en",
        "Ireland",
        "10–49 people",
        "IE-512345",
        "Mon–Fri 8–18",
        "Europe/Dublin",
        "Met at the fair.",
        "Nora Byrne",
        "Main contact",
        "Vendor contact added",
    ):
        assertContains(response, text)
    for text in ("edit/", "archive/", "Add a contact", "Merge"):
        assertNotContains(response, text)


def test_whoever_may_change_it_finds_how(client, manager, vendor):
    client.force_login(manager.user)
    response = client.get(page(vendor))
    for address in ("edit/", "archive/", "contacts/add/"):
        assertContains(response, page(vendor, address))
    assertContains(response, f"{LIST}merge/?keep={vendor.pk}")


def test_a_bare_vendor_has_a_page_too(client, viewer, manager):
    client.force_login(viewer.user)
    assertContains(client.get(page(add(manager, "Bare"))), "Nobody yet")


def test_the_same_few_queries_for_one_contact_and_for_three(
    client, manager, viewer, vendor, django_assert_max_num_queries
):
    client.force_login(viewer.user)
    counts = []
    for names in (["One"], ["Two", "Three"]):
        for name in names:
            add_person(manager, vendor, name)
        client.get(page(vendor))
        with django_assert_max_num_queries(12) as queries:
            client.get(page(vendor))
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_ids_that_no_row_can_have_are_not_found(client, manager):
    client.force_login(manager.user)
    assert client.get(f"{LIST}{'9' * 30}/").status_code == 404


# Archive --------------------------------------------------------------------------------------------


def test_archived_and_restored(client, manager, vendor):
    client.force_login(manager.user)
    assertRedirects(client.post(page(vendor, "archive/")), page(vendor))
    assert fresh(vendor).archived_at is not None
    assertContains(client.get(page(vendor)), "left out of lists and choices")
    assertRedirects(client.post(page(vendor, "restore/")), page(vendor))
    assert fresh(vendor).archived_at is None
    assert [line[1] for line in trail(vendor)] == [
        "vendor.added",
        "vendor.archived",
        "vendor.restored",
    ]


def test_archived_twice_is_archived_once(client, manager, vendor):
    client.force_login(manager.user)
    for address in ("archive/", "archive/", "restore/", "restore/"):
        client.post(page(vendor, address))
    assert len(trail(vendor)) == 3


def test_looking_never_archives(client, manager, vendor):
    client.force_login(manager.user)
    assert client.get(page(vendor, "archive/")).status_code == 405
    assert client.get(page(vendor, "restore/")).status_code == 405
    assert fresh(vendor).archived_at is None


@pytest.mark.parametrize("what", ["edit/", "archive/", "restore/", "contacts/add/"])
def test_who_may(client, vendor, viewer, evaluator, outsider, what):
    body = {"legal_name": "Changed", "status": "active", "version": 1, "name": "Nobody"}
    address = page(vendor, what)
    assertRedirects(client.post(address, body), f"/accounts/login/?next={address}")
    for member, status in ((viewer, 403), (evaluator, 403), (outsider, 404)):
        client.force_login(member.user)
        assert client.post(address, body).status_code == status
    client.force_login(outsider.user)
    assert client.post(address.replace("acme", "globex"), body).status_code == 404
    assert client.get(page(vendor).replace("acme", "globex")).status_code == 404
    assert fresh(vendor).version == 1
