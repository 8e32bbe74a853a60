"""Adding a vendor: once, with every rule, and asking back when it seems to be there."""

import uuid

import pytest
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from accounts.actions import remove_member
from core.tenancy import ALL, organization_scope
from vendors import actions
from vendors.models import Vendor
from vendors.tests.builders import FULL, LIST, add, names, trail

NEW = f"{LIST}new/"
TYPED = {
    **{name: value for name, value in FULL.items() if not isinstance(value, list)},
    "website": "www.northwind.example/en",
    "country": "Ireland",
    "services": "Help desk, Network, help-desk",
    "industries": "Retail",
    "countries_served": "ie; United Kingdom",
    "languages": "English\nGerman",
    "time_zone": "europe/dublin",
}


def only() -> Vendor:
    with organization_scope(ALL):
        return Vendor.objects.select_related("inside_owner__user").get()


def test_every_field_is_kept_as_meant(client, manager):
    client.force_login(manager.user)
    response = client.post(NEW, {**TYPED, "inside_owner": manager.pk})
    vendor = only()
    assertRedirects(response, f"{LIST}{vendor.pk}/")
    kept = {name: getattr(vendor, name) for name in FULL}
    assert kept == FULL
    assert vendor.inside_owner == manager
    assert vendor.name == "Northwind"
    [(who, verb, before, after)] = trail(vendor)
    assert (who, verb, before) == ("Mia", "vendor.added", {})
    assert after["country"] == "Ireland"
    assert after["status"] == "Candidate"
    assert after["countries_served"] == ["Ireland", "United Kingdom"]
    assert after["inside_owner"] == "Mia"


def test_the_legal_name_is_enough(client, manager):
    client.force_login(manager.user)
    client.post(NEW, {"legal_name": "Contoso", "status": "prospect"})
    vendor = only()
    assert (vendor.name, vendor.trading_name, vendor.services) == ("Contoso", "", [])
    assert trail(vendor)[0][3] == {"legal_name": "Contoso", "status": "Prospect"}


@pytest.mark.parametrize(
    ("field", "text", "message"),
    [
        ("legal_name", "", "This field is required"),
        ("legal_name", "x" * 10_000, "at most 200 characters"),
        ("legal_name", "a\x00b", "Null characters"),
        ("legal_name", "a\nb", "one line"),
        ("website", "javascript:alert(1)", "is not the address of a website"),
        ("country", "Narnia", "is not a country we know"),
        ("countries_served", "DE, Narnia", "is not a country we know"),
        ("founded_year", "9" * 30, "from 1800 to"),
        ("founded_year", "1066", "from 1800 to"),
        ("founded_year", "9" * 10_000, "at most 40 characters"),
        ("size", "huge", "Select a valid choice"),
        ("status", "friend", "Select a valid choice"),
        ("time_zone", "Mars/Phobos", "is not a time zone"),
        ("services", "x" * 90, "at most 80 fit"),
        ("services", ",".join(str(n) for n in range(60)), "at most 50 fit"),
        ("languages", "a\x00b", "Null characters"),
        ("notes", "x" * 10_001, "at most 10000 characters"),
        ("notes", "a\x1bb", "can&#x27;t be shown"),
        ("inside_owner", "9" * 30, "Select a valid choice"),
        ("inside_owner", "x", "Select a valid choice"),
    ],
)
def test_what_is_wrong_stands_at_its_field_and_the_rest_is_kept(
    client, manager, field, text, message
):
    client.force_login(manager.user)
    response = client.post(NEW, {**TYPED, "notes": "Typed for minutes", field: text})
    assertContains(response, message, status_code=422)
    assert list(response.context["form"].errors) == [field]
    if field != "notes":
        assertContains(response, "Typed for minutes", status_code=422)
    assert names() == []


@pytest.mark.parametrize(
    "name", ["👩‍💻 Büro & Söhne <b>", "שלום עולם", "李明 𝒳", "x" * 200, "=1+1"]
)
def test_names_of_every_kind_come_back_the_same(client, manager, name):
    client.force_login(manager.user)
    client.post(NEW, {"legal_name": name, "status": "prospect"})
    assert only().name == name


def test_sent_twice_it_is_there_once(client, manager):
    client.force_login(manager.user)
    key = uuid.uuid4()
    body = {"legal_name": "Contoso", "status": "prospect", "creation_key": key}
    first, second = client.post(NEW, body), client.post(NEW, body)
    assert first.url == second.url
    assert names() == ["Contoso"]
    assert len(trail(only())) == 1


@pytest.mark.parametrize(
    "same",
    [
        {"legal_name": "NORTHWIND"},
        {"legal_name": "Other", "trading_name": "northwind support, ltd."},
        {"legal_name": "Other", "website": "http://northwind.example"},
        {"legal_name": "Other", "registration_number": "ie 512 345"},
    ],
)
def test_it_asks_back_when_the_company_seems_to_be_there(client, manager, same):
    there = add(manager, **FULL)
    client.force_login(manager.user)
    body = {"status": "prospect", **same}
    response = client.post(NEW, body)
    assertContains(response, f"{LIST}{there.pk}/", status_code=422)
    assertContains(response, "This is another company", status_code=422)
    assert names() == ["Northwind"]
    response = client.post(NEW, {**body, "another": "on"})
    assert response.status_code == 302
    assert len(names()) == 2


def test_the_question_is_not_shown_before(client, manager):
    client.force_login(manager.user)
    assertNotContains(client.get(NEW), "another company")


def test_a_vendor_of_another_organization_is_not_the_same(client, manager, outsider):
    add(outsider, **FULL)
    client.force_login(manager.user)
    assert client.post(NEW, TYPED).status_code == 302


def test_only_people_of_the_organization_can_be_owner_inside(
    client, admin, manager, viewer, outsider
):
    client.force_login(manager.user)
    offered = list(client.get(NEW).context["form"].fields["inside_owner"].queryset)
    assert offered == [admin, manager, viewer]
    with organization_scope(ALL):
        remove_member(member=viewer, by=admin)
    for stranger in (outsider, viewer):
        response = client.post(NEW, {**TYPED, "inside_owner": stranger.pk})
        assert list(response.context["form"].errors) == ["inside_owner"]
    assert names() == []


def test_fields_that_are_not_asked_are_not_taken(client, manager, globex):
    client.force_login(manager.user)
    more = {"organization": globex.pk, "archived_at": "2020-01-01", "version": 7, "name": "Evil"}
    client.post(NEW, {"legal_name": "Contoso", "status": "prospect", **more})
    vendor = only()
    assert (vendor.organization_id, vendor.archived_at) == (manager.organization_id, None)
    assert (vendor.version, vendor.name) == (1, "Contoso")


def test_htmx_gets_the_form_again_or_the_way_to_go(client, manager):
    client.force_login(manager.user)
    part = client.post(NEW, {"status": "prospect"}, headers={"HX-Request": "true"})
    assert part.status_code == 422
    assert b"<html" not in part.content
    body = {"legal_name": "Contoso", "status": "prospect"}
    gone = client.post(NEW, body, headers={"HX-Request": "true"})
    assert gone.headers["HX-Redirect"] == f"{LIST}{only().pk}/"


def test_who_may(client, viewer, evaluator, outsider):
    assertRedirects(client.post(NEW, TYPED), f"/accounts/login/?next={NEW}")
    for member, status in ((viewer, 403), (evaluator, 403), (outsider, 404)):
        client.force_login(member.user)
        assert client.get(NEW).status_code == status
        assert client.post(NEW, TYPED).status_code == status
    assert names() == []


def test_many_at_once_are_each_as_one(acme, manager, django_assert_num_queries):
    rows = [{"legal_name": f"Vendor {number}", "status": "active"} for number in range(25)]
    rows[0] = {**FULL, "inside_owner": manager, "unknown": "left out"}
    with organization_scope(acme):
        with django_assert_num_queries(4):  # the rows and their lines, between savepoints
            vendors = actions.create_vendors(rows=rows, by=manager)
        found = list(Vendor.objects.order_by("pk"))
    assert [vendor.pk for vendor in found] == [vendor.pk for vendor in vendors]
    one = add(
        manager,
        FULL["legal_name"],
        **{name: value for name, value in FULL.items() if name != "legal_name"},
    )
    for name in [*FULL, "name_key", "legal_key", "website_key", "service_keys", "search_text"]:
        assert getattr(found[0], name) == getattr(one, name), name
    assert found[0].inside_owner == manager
    [(who, verb, before, after)] = trail(found[0])
    assert (who, verb, before) == ("Mia", "vendor.added", {})
    assert after == {**trail(one)[0][3], "inside_owner": "Mia"}
    assert trail(found[1])[0][3] == {"legal_name": "Vendor 1", "status": "Active"}


def test_none_at_once_are_none(acme, manager):
    with organization_scope(acme):
        assert actions.create_vendors(rows=[], by=manager) == []
        assert not Vendor.objects.exists()
