"""The frame, the small tags, the error pages, and what no template may contain."""

import datetime as dt
import re
import time
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace

import pytest
from allauth.mfa.totp.internal.auth import hotp_value
from django import forms
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.core.paginator import Paginator
from django.template import engines
from django.template.loader import render_to_string
from django.test import RequestFactory
from django.urls import resolve
from django.utils import timezone

from core.forms import PlainForm
from core.templatetags.icons import icon
from core.templatetags.ui import (
    ago,
    can,
    crumbs,
    format_date,
    mail_address,
    money,
    percent,
    points,
    status,
)

TEMPLATES = sorted((settings.BASE_DIR / "templates").rglob("*.html"))
SCRIPTS_AND_STYLES = sorted((settings.BASE_DIR / "static").rglob("*.*"))
ORG = SimpleNamespace(pk=1, slug="acme", name="Acme & Sons", is_example=True, date_format="d.m.Y")


def render(source: str, path: str = "/", **extra) -> str:
    """The template text as a page of the organization Acme, seen by one who may do everything."""
    request = RequestFactory().get(path)
    request.user = SimpleNamespace(is_authenticated=True, email="mia@acme.example", name="Mia")
    request.org = ORG
    request.member = SimpleNamespace(can=lambda permission: True, get_role_display=lambda: "Admin")
    request.resolver_match = resolve(request.path)
    context = {"user": request.user, "organizations": [ORG], "messages": [], **extra}
    return engines["django"].from_string(source).render(context, request)


# Numbers and dates


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (78.4, "78.4"),
        (78.45, "78.5"),
        (Decimal("0.05"), "0.1"),
        (100, "100.0"),
        (0, "0.0"),
        (None, "–"),
        ("", "–"),
        (float("nan"), "–"),
    ],
)
def test_points(value, shown) -> None:
    assert points(value) == shown


@pytest.mark.parametrize(
    ("share", "shown"),
    [
        (0.91, "91\xa0%"),
        (1, "100\xa0%"),
        (0, "0\xa0%"),
        (0.999, ">99\xa0%"),
        (0.001, "<1\xa0%"),
        (None, "–"),
        (float("nan"), "–"),
    ],
)
def test_percent_never_calls_the_incomplete_complete(share, shown) -> None:
    assert percent(share) == shown


def test_a_mail_address_breaks_after_its_at_and_stays_text() -> None:
    assert mail_address("anna@acme.example") == "anna@<wbr>acme.example"
    assert mail_address("<b>@acme.example") == "&lt;b&gt;@<wbr>acme.example"


def test_money_shows_cents_only_where_there_are_any() -> None:
    assert money(Decimal("12400.00"), "EUR") == "EUR\xa012,400"
    assert money(Decimal("12400.5"), "EUR") == "EUR\xa012,400.50"
    assert money(None, "EUR") == "–"


NOW = dt.datetime(2026, 3, 10, 12, 0, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("moment", "words"),
    [
        (NOW - dt.timedelta(seconds=20), "just now"),
        (NOW - dt.timedelta(minutes=1), "1 minute ago"),
        (NOW + dt.timedelta(hours=3), "in 3 hours"),
        (NOW - dt.timedelta(hours=14), "yesterday"),
        (NOW.date(), "today"),
        (NOW.date() + dt.timedelta(days=1), "tomorrow"),
        (NOW.date() - dt.timedelta(days=12), "12 days ago"),
        (NOW.date() + dt.timedelta(days=92), "in 3 months"),
        (NOW.date() - dt.timedelta(days=800), "2 years ago"),
    ],
)
def test_ago(monkeypatch, moment, words) -> None:
    monkeypatch.setattr(timezone, "now", lambda: NOW)
    assert f">{words}</time>" in ago(moment)


def test_ago_carries_the_exact_moment() -> None:
    assert 'title="10 Mar 2026, 12:00 UTC"' in ago(NOW)
    assert ago(None) == "–"


def test_dates_are_written_as_the_organization_writes_them() -> None:
    assert format_date(dt.date(2026, 12, 31), ORG) == "31.12.2026"
    assert format_date(dt.date(2026, 12, 31)) == "31 Dec 2026"
    assert format_date(None) == "–"
    late = dt.datetime(2026, 12, 31, 23, 30, tzinfo=dt.UTC)
    with timezone.override(dt.timezone(dt.timedelta(hours=1))):
        assert format_date(late, ORG) == "01.01.2027"
        shown = render(
            "{% load ui %}{% local_date m %} {% local_moment m %} {% local_date n %}",
            m=late,
            n=None,
        )
    assert shown == (
        '<time datetime="2027-01-01">01.01.2027</time> '
        '<time datetime="2027-01-01T00:30:00+01:00">01.01.2027, 00:30</time> –'
    )


# Marks


def test_an_icon_is_inline_and_silent() -> None:
    assert icon("house").startswith(
        '<svg class="icon bi-house" viewBox="0 0 16 16" aria-hidden="true"'
    )


@pytest.mark.parametrize("name", ["../../settings", "House", "no-such-icon", ""])
def test_only_icons_of_the_package(name) -> None:
    with pytest.raises(ValueError, match="icon"):
        icon(name)


def test_a_status_has_icon_and_escaped_words() -> None:
    badge = status("bad", "<b>At risk</b>")
    assert "<svg" in badge
    assert "&lt;b&gt;At risk&lt;/b&gt;" in badge
    with pytest.raises(ValueError, match="status kind"):
        status("purple", "x")


def test_crumbs_end_with_the_page_itself() -> None:
    trail = crumbs("Vendors", "/v/", "A & B")
    assert '<a href="/v/">Vendors</a>' in trail
    assert '<li class="breadcrumb-item active" aria-current="page">A &amp; B</li>' in trail


def test_can_asks_the_member() -> None:
    member = SimpleNamespace(can=lambda permission: permission == "vendor:edit")
    assert can(member, "vendor:edit")
    assert not can(member, "member:manage")
    assert not can(None, "vendor:edit")


# Pieces


def test_the_frame_marks_where_we_are_and_who() -> None:
    page = render('{% extends "base.html" %}{% block title %}Home{% endblock %}', "/o/acme/")
    assert page.count('aria-current="page"') == 1
    assert "<title>Home · Outsourcing Portal</title>" in page
    assert "Acme &amp; Sons" in page
    assert "This is an example organization" in page
    assert 'action="/accounts/logout/" method="post"' in page


def test_the_frame_of_a_stranger_offers_to_sign_in() -> None:
    request = RequestFactory().get("/")
    request.user = AnonymousUser()
    page = render_to_string("base.html", {"user": request.user}, request)
    assert 'href="/accounts/login/"' in page
    assert 'id="rail"' not in page


def test_steps_say_their_state_in_words() -> None:
    page = render(
        '{% include "includes/steps.html" %}',
        steps=[("Set up", "/a/", "done"), ("Score", "/b/", "current"), ("Decide", "", "locked")],
    )
    assert 'Set up<span class="visually-hidden"> (done)</span>' in page
    assert 'href="/b/" aria-current="step"' in page
    assert 'Decide<span class="visually-hidden"> (not open yet)</span>' in page


def test_pagination_keeps_the_rest_of_the_address() -> None:
    page = render(
        '{% include "includes/pagination.html" with noun="vendors" %}',
        "/?q=it&page=2",
        page=Paginator(range(60), 25).page(2),
    )
    assert "26–50 of 60 vendors" in page
    assert 'href="?q=it&amp;page=3"' in page


def test_an_empty_page_shows_one_button() -> None:
    page = render(
        '{% include "includes/empty.html" with title="No vendor yet" url="/new/" button="Add" %}'
    )
    assert page.count('class="btn btn-primary"') == 1


class SampleForm(PlainForm):
    name = forms.CharField(help_text="As on the contract.")
    notes = forms.CharField(required=False)
    kind = forms.ChoiceField(choices=[("a", "A")], widget=forms.RadioSelect)


def test_a_form_links_its_errors_and_marks_the_optional() -> None:
    page = render("{% load crispy_forms_tags %}{% crispy form %}", form=SampleForm({}))
    assert '<a href="#id_name">Name</a>: This field is required.' in page
    assert '<a href="#div_id_kind">Kind</a>' in page
    assert page.count("(optional)") == 1
    described = re.search(r'id="id_name"[^>]*aria-describedby="([^"]*)"', page) or re.search(
        r'aria-describedby="([^"]*)"[^>]*id="id_name"', page
    )
    assert described is not None
    for name in described[1].split():
        assert f'id="{name}"' in page


# Pages that come with the frame


@pytest.mark.parametrize("code", ["400", "403", "403_csrf", "404", "429", "500", "503"])
def test_error_pages_need_neither_context_nor_database(code) -> None:
    page = render_to_string(f"{code}.html")
    assert page.count("<h1>") == 1
    assert "Outsourcing Portal" in page


SIGNED_OUT = ["login", "signup", "password/reset", "password/reset/done", "password/reset/key/1-x"]
SIGNED_OUT += ["password/reset/key/done", "inactive", "confirm-email", "confirm-email/unknown"]
SIGNED_IN = ["logout", "email", "password/change", "2fa", "reauthenticate"]


@pytest.mark.django_db
@pytest.mark.parametrize("place", SIGNED_OUT)
def test_signed_out_account_pages_are_ours(client, place) -> None:
    answer = client.get(f"/accounts/{place}/").content.decode()
    assert answer.count("<h1") == 1
    assert 'class="entrance-card"' in answer


@pytest.mark.parametrize("place", SIGNED_IN)
def test_signed_in_account_pages_are_ours(client, manager, place) -> None:
    manager.user.set_password("a-long-password-9")
    manager.user.save()
    client.force_login(manager.user)
    answer = client.get(f"/accounts/{place}/").content.decode()
    assert answer.count("<h1") == 1
    assert "Outsourcing Portal</title>" in answer


@pytest.mark.django_db
def test_two_step_sign_in_from_setting_up_to_switching_off(client, manager) -> None:
    """Every page of the second step, in the order in which a person meets them."""
    password = "a-long-password-9"
    manager.user.set_password(password)
    manager.user.save()
    sign_in = {"login": manager.user.email, "password": password}
    client.post("/accounts/login/", sign_in)
    asked = client.get("/accounts/2fa/totp/activate/", follow=True).content.decode()
    assert "<h1>Confirm that it is you</h1>" in asked
    client.post("/accounts/reauthenticate/", {"password": password})
    page = client.get("/accounts/2fa/totp/activate/")
    code = hotp_value(page.context["form"].secret, int(time.time()) // 30)
    client.post("/accounts/2fa/totp/activate/", {"code": f"{code:06}"})
    codes = client.get("/accounts/2fa/recovery-codes/")
    assert "10 of 10 are left" in codes.content.decode()
    assert "10 of 10 are left" in client.get("/accounts/2fa/").content.decode()
    assert "stop working" in client.get("/accounts/2fa/recovery-codes/generate/").content.decode()

    client.logout()
    answer = client.post("/accounts/login/", sign_in, follow=True)
    assert "<h1>Second step</h1>" in answer.content.decode()
    wrong = client.post("/accounts/2fa/authenticate/", {"code": "000000"}).content.decode()
    assert 'class="alert alert-danger form-errors"' in wrong
    client.post("/accounts/2fa/authenticate/", {"code": codes.context["unused_codes"][0]})

    client.post("/accounts/reauthenticate/", {"password": password})
    assert "Switch off two-step" in client.get("/accounts/2fa/totp/deactivate/").content.decode()
    client.post("/accounts/2fa/totp/deactivate/")
    assert "Set up" in client.get("/accounts/2fa/").content.decode()


@pytest.mark.parametrize(
    "mail",
    ["email_confirmation", "password_reset_key", "unknown_account", "account_already_exists"],
)
def test_account_mails_have_one_link_and_a_reason(mail) -> None:
    names = ("activate_url", "password_reset_url", "signup_url")
    context = dict.fromkeys(names, "https://x.example/?a=1&b=2") | {"email": "o'hara@x.example"}
    text = render_to_string(f"account/email/{mail}_message.txt", context)
    html = render_to_string(f"account/email/{mail}_message.html", context)
    assert "https://x.example/?a=1&b=2" in text
    assert html.count("<a ") == 1
    assert "You get this mail because" in text
    assert "You get this mail because" in html


# What the Content-Security-Policy would refuse, and sizes that keep the first page quick


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_templates_hold_nothing_inline(path: Path) -> None:
    text = path.read_text()
    assert not re.search(r"\sstyle=", text)
    assert not re.search(r"\son(click|change|submit|input|load|key\w+|focus|blur|error)=", text)
    assert not re.search(r"<script(?![^>]*\b(src|type=\"application/json\"))", text)
    assert "data-bs-toggle" not in text
    assert "|safe" not in text
    assert len(text.splitlines()) <= 150


def test_scripts_stay_small() -> None:
    sizes = {path.name: path.stat().st_size for path in SCRIPTS_AND_STYLES}
    assert sizes["app.js"] <= 6000
    assert sizes["theme.js"] <= 1000
