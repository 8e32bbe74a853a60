"""Making an organization, its settings, several of them for one person, removing the example."""

import pytest
from django.test import Client
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from accounts import actions
from accounts.models import Membership, Organization, User
from accounts.permissions import Role
from activity.models import LogEntry, OutgoingMail
from conftest import make_member
from core.tenancy import ALL, organization_scope

SETTINGS = "/o/acme/settings/"
FORM = {
    "name": "Acme Ltd",
    "country": "ie",
    "currency": "EUR",
    "time_zone": "Europe/Dublin",
    "date_format": "d/m/Y",
    "fiscal_month": "1",
    "version": "1",
}


@pytest.fixture
def nora(db) -> User:
    return User.objects.create_user("nora@north.example", None, "Nora")


# Starting -------------------------------------------------------------------------------------------


def test_who_belongs_nowhere_is_asked_to_set_up_an_organization(client, nora):
    client.force_login(nora)
    assertRedirects(client.get("/"), "/organizations/new/", fetch_redirect_response=False)
    assertContains(client.get("/organizations/new/"), "Set up your organization")


def test_making_an_organization_makes_its_maker_admin(client, nora):
    client.force_login(nora)
    response = client.post("/organizations/new/", {"name": "Zoë & Søns"})
    assertRedirects(response, "/o/zoe-sns/", fetch_redirect_response=False)
    member = Membership.objects.get()
    assert (member.role, member.organization.name) == (Role.ADMIN, "Zoë & Søns")


def test_a_form_sent_twice_makes_one_organization(client, nora):
    client.force_login(nora)
    form = {"name": "North", "creation_key": "6f6f4a8e-65cb-4a5e-8b3e-111111111111"}
    for _ in range(2):
        response = client.post("/organizations/new/", form)
        assertRedirects(response, "/o/north/", fetch_redirect_response=False)
    assert Organization.objects.count() == 1


def test_two_organizations_of_one_name_have_two_addresses(client, nora, acme):
    client.force_login(nora)
    client.post("/organizations/new/", {"name": "Acme"})
    slug = Membership.objects.get(user=nora).organization.slug
    assert slug.startswith("acme-")
    assert len(slug) == len("acme-") + 8


@pytest.mark.parametrize("name", ["漢字", "***", "- _ -", "x" * 120])
def test_any_name_gets_an_address(nora, name):
    member = actions.create_organization(name=name, user=nora)
    assert member.organization.name == name
    assert Client().get(f"/o/{member.organization.slug}/").status_code == 302


@pytest.mark.parametrize("name", ["", "  ", "x" * 121, "A\nB", "A\u202eB"])
def test_a_name_that_is_none_is_refused(client, nora, name):
    client.force_login(nora)
    assert client.post("/organizations/new/", {"name": name}).status_code == 422
    assert not Organization.objects.exists()


# Several --------------------------------------------------------------------------------------------


def test_the_switcher_and_the_start_know_all_organizations_of_a_person(client, acme, globex, admin):
    Membership.objects.create(user=admin.user, organization=globex, role=Role.VIEWER)
    client.force_login(admin.user)
    assertRedirects(client.get("/"), "/o/acme/", fetch_redirect_response=False)
    assertContains(client.get("/o/globex/activity/"), 'href="/o/acme/"')
    assertRedirects(client.get("/"), "/o/globex/", fetch_redirect_response=False)
    assert client.get("/o/globex/settings/").status_code == 403
    assert client.get("/o/acme/settings/").status_code == 200


def test_the_example_comes_last_when_nothing_was_seen_yet(client, acme, globex, admin):
    acme.is_example = True
    acme.save()
    Membership.objects.create(user=admin.user, organization=globex, role=Role.VIEWER)
    client.force_login(admin.user)
    assertRedirects(client.get("/"), "/o/globex/", fetch_redirect_response=False)


def test_a_person_changes_their_name_everywhere(client, acme, globex, admin):
    Membership.objects.create(user=admin.user, organization=globex, role=Role.VIEWER)
    client.force_login(admin.user)
    response = client.post("/you/", {"name": "Ada Lovelace"}, follow=True)
    assertContains(response, "Your name is saved.")
    with organization_scope(ALL):
        lines = LogEntry.objects.order_by("organization_id")
        found = [(line.organization, line.verb, line.before, line.after) for line in lines]
    change = ("member.renamed", {"name": "Ada"}, {"name": "Ada Lovelace"})
    assert found == [(acme, *change), (globex, *change)]


def test_saving_the_same_name_is_no_event(client, admin):
    client.force_login(admin.user)
    client.post("/you/", {"name": "Ada"})
    with organization_scope(ALL):
        assert not LogEntry.objects.exists()


def test_a_name_of_two_lines_is_refused(client, admin):
    client.force_login(admin.user)
    assertContains(client.post("/you/", {"name": "A\nB"}), "must be one line", status_code=422)


# Settings -------------------------------------------------------------------------------------------


def test_settings_are_saved_and_written_down(client, acme, admin):
    client.force_login(admin.user)
    assertRedirects(client.post(SETTINGS, FORM), SETTINGS)
    acme.refresh_from_db()
    assert (acme.name, acme.country, acme.time_zone) == ("Acme Ltd", "IE", "Europe/Dublin")
    assert (acme.slug, acme.version) == ("acme", 2)
    with organization_scope(ALL):
        line = LogEntry.objects.get()
    assert (line.verb, line.actor, line.target_name) == ("organization.changed", admin, "Acme Ltd")
    assert line.before == {
        "name": "Acme",
        "country": "",
        "time_zone": "UTC",
        "date_format": "j M Y",
    }


def test_awards_by_two_people_are_a_setting(client, acme, admin):
    client.force_login(admin.user)
    assertContains(client.get(SETTINGS), "An award needs two people")
    client.post(SETTINGS, {**FORM, "awards_need_two": "on"})
    acme.refresh_from_db()
    assert acme.awards_need_two
    with organization_scope(ALL):
        line = LogEntry.objects.get()
    assert (line.before["awards_need_two"], line.after["awards_need_two"]) == (False, True)
    late = client.post(SETTINGS, {**FORM, "name": "Late"})
    assertContains(late, "An award needs two people", status_code=409)
    client.post(SETTINGS, {**FORM, "version": "2"})
    acme.refresh_from_db()
    assert not acme.awards_need_two


def test_saving_without_a_change_is_no_event(client, acme, admin):
    client.force_login(admin.user)
    form = {**FORM, "name": "Acme", "country": "", "time_zone": "UTC", "date_format": "j M Y"}
    client.post(SETTINGS, form)
    acme.refresh_from_db()
    with organization_scope(ALL):
        assert (acme.version, LogEntry.objects.count()) == (1, 0)


@pytest.mark.parametrize(
    ("form", "message"),
    [
        ({"name": ""}, "This field is required."),
        ({"country": "Ireland"}, "Write the country as two letters"),
        ({"currency": "XXX"}, "Select a valid choice."),
        ({"time_zone": "Mars/Olympus"}, "Select a valid choice."),
        ({"date_format": "%s"}, "Select a valid choice."),
        ({"fiscal_month": "13"}, "Select a valid choice."),
    ],
)
def test_settings_that_make_no_sense_are_refused_beside_the_field(client, admin, form, message):
    client.force_login(admin.user)
    assertContains(client.post(SETTINGS, {**FORM, **form}), message, status_code=422)


def test_two_people_editing_see_both_versions_and_nothing_is_lost(client, acme, admin):
    values = {"name": "Acme Holding", "date_format": "d.m.Y"}
    with organization_scope(acme):
        actions.change_organization(organization=acme, values=values, version=1, by=admin)
    client.force_login(admin.user)
    response = client.post(SETTINGS, FORM)
    row = '<tr><th scope="row">{}</th><td>{}</td><td>{}</td></tr>'
    assertContains(
        response, row.format("Name", "Acme Holding", "Acme Ltd"), status_code=409, html=True
    )
    assertContains(
        response, row.format("Dates look like", "31.12.2026", "31/12/2026"), 1, 409, html=True
    )
    assertContains(response, 'name="version" value="2"', status_code=409)
    acme.refresh_from_db()
    assert acme.name == "Acme Holding"
    assertRedirects(client.post(SETTINGS, {**FORM, "version": "2"}), SETTINGS)


def test_htmx_gets_only_the_form(client, admin):
    client.force_login(admin.user)
    response = client.post(SETTINGS, {**FORM, "name": ""}, headers={"HX-Request": "true"})
    assertContains(response, 'name="currency"', status_code=422)
    assertNotContains(response, "<h1", status_code=422)


# The example ----------------------------------------------------------------------------------------


@pytest.fixture
def example(db) -> Membership:
    maker = User.objects.create_user("olga@example-co.example.com", None, "Olga")
    member = actions.create_organization(name="Example Co", user=maker, is_example=True)
    for role in (Role.OWNER, Role.EVALUATOR):
        user = User.objects.create_user(f"{role}@example-co.example.com", None, role.label)
        Membership.objects.create(user=user, organization=member.organization, role=role)
    with organization_scope(member.organization):
        actions.invite(email="somebody@example-co.example.com", role=Role.VIEWER, by=member)
    return member


def test_the_example_goes_with_everything_in_it(client, example, acme, admin):
    real = Membership.objects.create(
        user=admin.user, organization=example.organization, role=Role.ADMIN
    )
    client.force_login(real.user)
    assertContains(client.get("/o/example-co/settings/"), "Remove the example")
    response = client.post("/o/example-co/settings/remove/")
    assertRedirects(response, "/", fetch_redirect_response=False)
    assert [org.name for org in Organization.objects.all()] == ["Acme"]
    assert [user.email for user in User.objects.all()] == ["ada@acme.example"]
    with organization_scope(ALL):
        assert not LogEntry.objects.exists()
    assert OutgoingMail.objects.count() == 1


def test_people_of_the_example_who_belong_elsewhere_too_stay(example, acme):
    keeper = User.objects.get(email="owner@example-co.example.com")
    Membership.objects.create(user=keeper, organization=acme, role=Role.VIEWER)
    with organization_scope(example.organization):
        actions.remove_example(organization=example.organization, by=example)
    assert keeper in User.objects.all()


def test_a_real_organization_is_not_removed_with_one_button(client, acme, admin):
    client.force_login(admin.user)
    assertNotContains(client.get(SETTINGS), "Remove the example")
    response = client.post("/o/acme/settings/remove/", follow=True)
    assertContains(response, "Only an example organization can be removed")
    assert Organization.objects.get() == acme


def test_owners_do_not_change_settings(client, acme):
    client.force_login(make_member(acme, Role.OWNER, "olga").user)
    for url in (SETTINGS, f"{SETTINGS}members/"):
        assert client.get(url).status_code == 403
