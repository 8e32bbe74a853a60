"""Signing up, signing in, the limits on it, and choosing a new password by mail."""

import re

import pytest
from django.core.cache import caches
from pytest_django.asserts import assertContains, assertRedirects

from accounts.models import Membership, Organization, User
from accounts.permissions import Role
from activity.models import LogEntry, OutgoingMail
from core import cache as core_cache
from core.models import KeptCount
from core.tenancy import ALL, organization_scope

PASSWORD = "eleven-blue-herons"
WRONG = "seven-red-herrings"
FORM = {
    "name": "Nora North",
    "organization": "North & Sons",
    "email": "Nora@North.example",
    "password1": PASSWORD,
}


def sign_in(client, email="nora@north.example", password=PASSWORD):
    return client.post("/accounts/login/", {"login": email, "password": password})


@pytest.fixture
def nora(db) -> User:
    return User.objects.create_user("nora@north.example", PASSWORD, "Nora North")


def test_signing_up_makes_an_organization_with_its_admin(client, db):
    response = client.post("/accounts/signup/", FORM)
    assertRedirects(response, "/", fetch_redirect_response=False)
    member = Membership.objects.select_related("user", "organization").get()
    assert (member.user.email, member.name) == ("nora@north.example", "Nora North")
    assert (member.organization.name, member.organization.slug) == ("North & Sons", "north-sons")
    assert member.role == Role.ADMIN
    assertRedirects(client.get("/"), "/o/north-sons/", fetch_redirect_response=False)
    with organization_scope(ALL):
        assert LogEntry.objects.filter(verb="organization.created").count() == 1


def test_the_address_is_confirmed_by_a_mail_through_our_queue(client, db):
    client.post("/accounts/signup/", FORM)
    mail = OutgoingMail.objects.get()
    assert (mail.to, mail.state, mail.secret) == ("nora@north.example", "queued", True)
    link = re.search(r"http://\S+(/accounts/confirm-email/\S+/)", mail.text)[1]
    assert link in mail.html
    assertContains(client.get(link), "nora@north.example")


@pytest.mark.parametrize("email", ["nora@north.example", "NORA@north.EXAMPLE"])
def test_an_address_has_one_account(client, nora, email):
    response = client.post("/accounts/signup/", {**FORM, "email": email})
    assertContains(response, "already registered with this email address")
    assert (User.objects.count(), Organization.objects.count()) == (1, 0)


@pytest.mark.parametrize(
    ("password", "message"),
    [
        ("short", "This password is too short. It must contain at least 8 characters."),
        ("password1234", "This password is too common."),
        ("8675309867530986", "This password is entirely numeric."),
        ("nora@north.example", "The password is too similar to the e-mail."),
    ],
)
def test_a_weak_password_is_refused_in_words(client, db, password, message):
    response = client.post("/accounts/signup/", {**FORM, "password1": password})
    assertContains(response, message)
    assert not User.objects.exists()


@pytest.mark.parametrize("field", ["name", "organization"])
def test_names_are_one_line(client, db, field):
    response = client.post("/accounts/signup/", {**FORM, field: "A\r\nBcc: all@example.com"})
    assertContains(response, "This must be one line")
    assert not User.objects.exists()


def test_sign_up_can_be_closed(client, db, settings):
    settings.SIGNUP_OPEN = False
    assertContains(client.get("/accounts/signup/"), "No new accounts here")
    assertContains(client.post("/accounts/signup/", FORM), "No new accounts here")
    assert not User.objects.exists()


def test_somebody_quicker_with_the_same_address_is_no_crash(client, db, monkeypatch):
    """Both forms were checked before either was saved."""
    monkeypatch.setattr(
        "allauth.account.forms.SignupForm.validate_unique_email", lambda self, value: value
    )
    User.objects.create_user("nora@north.example", PASSWORD)
    response = client.post("/accounts/signup/", FORM)
    assertRedirects(response, "/accounts/login/", fetch_redirect_response=False)
    assert (User.objects.count(), Organization.objects.count()) == (1, 0)


def test_signing_in_ignores_the_case_of_the_address(client, nora):
    assertRedirects(sign_in(client, "Nora@North.Example"), "/", fetch_redirect_response=False)


def test_signing_in_goes_back_to_where_one_wanted_but_never_elsewhere(client, nora):
    for wanted, reached in (("/you/", "/you/"), ("https://evil.example/", "/")):
        client.logout()
        form = {"login": nora.email, "password": PASSWORD, "next": wanted}
        response = client.post("/accounts/login/", form)
        assertRedirects(response, reached, fetch_redirect_response=False)


def test_who_was_switched_off_gets_no_further(client, nora):
    client.force_login(nora)
    nora.is_active = False
    nora.save()
    assertRedirects(client.get("/you/"), "/accounts/login/?next=/you/")
    assertRedirects(sign_in(client), "/accounts/inactive/", fetch_redirect_response=False)


def refused_after_five_wrong_ones(client) -> None:
    for _ in range(5):
        assertContains(sign_in(client, password=WRONG), "not correct")
    for password in (WRONG, PASSWORD):
        assertContains(sign_in(client, password=password), "Too many failed login attempts")
    assertRedirects(client.get("/you/"), "/accounts/login/?next=/you/")


def test_the_sixth_attempt_after_five_wrong_ones_is_refused(client, nora):
    """Counted in Redis, or in files on the embedded default: the suite runs on both."""
    refused_after_five_wrong_ones(client)


def test_attempts_are_counted_in_the_database_while_redis_is_away(client, nora, settings):
    nowhere = "redis://127.0.0.1:1/0"
    settings.CACHES = {
        "default": {"BACKEND": "core.cache.ForgivingRedisCache", "LOCATION": nowhere}
    }
    assert caches["default"].__class__ is core_cache.ForgivingRedisCache
    refused_after_five_wrong_ones(client)
    assert KeptCount.objects.exists()


def test_a_new_password_is_chosen_by_a_link_that_works_once(client, nora):
    client.post("/accounts/password/reset/", {"email": "Nora@north.example"})
    mail = OutgoingMail.objects.get()
    assert (mail.to, mail.subject) == (nora.email, "Choose a new password")
    link = re.search(r"http://[^/]+(/accounts/password/reset/key/\S+/)", mail.text)[1]
    form_page = client.get(link, follow=True)
    new = {"password1": "twelve-green-geese", "password2": "twelve-green-geese"}
    client.post(form_page.redirect_chain[-1][0], new)
    assertRedirects(
        sign_in(client, password="twelve-green-geese"), "/", fetch_redirect_response=False
    )
    client.logout()
    assertContains(client.get(link), "This link no longer works")


def test_a_new_password_ends_all_other_sessions(client, nora, client_of):
    elsewhere = client_of(nora)
    assert elsewhere.get("/you/").status_code == 200
    nora.set_password("twelve-green-geese")
    nora.save()
    assertRedirects(elsewhere.get("/you/"), "/accounts/login/?next=/you/")


def test_an_unknown_address_learns_nothing_on_the_page(client, nora):
    pages = [
        client.post("/accounts/password/reset/", {"email": email}, follow=True).content
        for email in (nora.email, "nobody@north.example")
    ]
    assert pages[0] == pages[1]


def test_links_in_mails_lead_to_the_public_address_whoever_asked(client, nora, settings):
    settings.PUBLIC_URL = "https://portal.example.com"
    for email in (nora.email, "nobody@north.example"):
        form = {"email": email}
        client.post("/accounts/password/reset/", form, headers={"Host": "localhost:1234"})
    for mail in OutgoingMail.objects.order_by("pk"):
        for body in (mail.text, mail.html):
            found = set(re.findall(r"https?://[^/\s]+/", body))
            assert found == {"https://portal.example.com/"}


@pytest.mark.parametrize(
    ("email", "subject", "link"),
    [
        ("nobody@north.example", "No account with this address", "/accounts/signup/"),
        ("nora@north.example", "Choose a new password", "/accounts/password/reset/key/"),
    ],
)
def test_account_mails_are_text_and_html_with_one_link_and_a_reason(
    client, nora, email, subject, link
):
    client.post("/accounts/password/reset/", {"email": email})
    mail = OutgoingMail.objects.get()
    assert mail.subject == subject
    for body in (mail.text, mail.html):
        assert "You get this mail because" in body
        assert len(set(re.findall(r"http://[^\s\"<]+", body))) == 1
        assert link in body


def test_when_addresses_must_be_confirmed_a_taken_one_is_told_by_mail_only(
    client, nora, monkeypatch
):
    monkeypatch.setattr("django.conf.settings.ACCOUNT_EMAIL_VERIFICATION", "mandatory")
    taken = client.post("/accounts/signup/", FORM, follow=True)
    new = client.post("/accounts/signup/", {**FORM, "email": "new@north.example"}, follow=True)
    assert taken.redirect_chain == new.redirect_chain == [("/accounts/confirm-email/", 302)]
    subjects = [mail.subject for mail in OutgoingMail.objects.order_by("pk")]
    assert subjects == ["You already have an account", "Confirm your e-mail address"]
