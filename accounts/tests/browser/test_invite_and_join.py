"""In a real browser: an Admin invites, the link is copied, somebody joins, the Admin sees them."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from accounts.models import Membership

PASSWORD = "eleven-blue-herons"

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def finds_nothing_serious(page: Page) -> None:
    found = Axe().run(page).response["violations"]
    assert [v["id"] for v in found if v["impact"] in {"serious", "critical"}] == []


def test_invite_and_join(page: Page, new_context, live_server, settings):
    settings.PUBLIC_URL = live_server.url
    page.goto(f"{live_server.url}/accounts/signup/")
    for field, words in (
        ("name", "Ada Lovelace"),
        ("organization", "Acme"),
        ("email", "ada@acme.example"),
        ("password1", PASSWORD),
    ):
        page.locator(f"[name={field}]").fill(words)
    page.get_by_role("button", name="Create account").click()
    page.wait_for_url(f"{live_server.url}/o/acme/")

    page.goto(f"{live_server.url}/o/acme/settings/members/")
    finds_nothing_serious(page)
    page.get_by_label("E-mail address").fill("nora@north.example")
    page.get_by_label("Role", exact=True).select_option("manager")
    page.get_by_role("button", name="Send the invitation").click()
    link = page.get_by_label("Link of the invitation").input_value()
    assert re.fullmatch(rf"{live_server.url}/invitations/[\w-]{{32}}/", link)
    expect(page.get_by_text("Waiting to be sent")).to_be_visible()

    elsewhere = new_context().new_page()
    elsewhere.goto(link)
    finds_nothing_serious(elsewhere)
    elsewhere.get_by_label("Your name").fill("Nora North")
    elsewhere.get_by_label("Choose a password").fill(PASSWORD)
    elsewhere.get_by_role("button", name="Create my account and join").click()
    elsewhere.wait_for_url(f"{live_server.url}/o/acme/")
    elsewhere.goto(link)
    expect(elsewhere.get_by_role("heading", level=1)).to_have_text("This invitation can’t be used")

    page.reload()
    row = page.get_by_role("row", name=re.compile("nora@north.example"))
    expect(row.get_by_role("combobox")).to_have_value("manager")
    row.get_by_role("button", name="Remove Nora North").click()
    page.get_by_role("dialog").get_by_role("button", name="Remove").click()
    expect(page.get_by_text("Nora North no longer belongs to Acme.")).to_be_visible()
    assert Membership.objects.get(user__email="nora@north.example").ended_at is not None
    elsewhere.goto(f"{live_server.url}/o/acme/activity/")
    expect(elsewhere.get_by_role("heading", level=1)).to_have_text("There is nothing here")
