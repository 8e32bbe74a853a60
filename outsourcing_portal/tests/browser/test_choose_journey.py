"""The main job in a real browser: from signing up, through two people's marks, to the ranking."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PASSWORD = "eleven-blue-herons"
CRITERIA = ("Quality", "Satisfaction", "Cost", "Security", "Cultural fit")
# (Northwind, Contoso) on each criterion, in the order of CRITERIA.
ADA = [(5, 3), (4, 3), (3, 5), (4, 2), (5, 3)]
NORA = [(4, 2), (3, 4), (2, 4), (5, 3), (4, 3)]
# The means are 4.5 3.5 2.5 4.5 4.5 and 2.5 3.5 4.5 2.5 3; a mark is worth 20 points, and the standard
# weights are 30 20 20 20 10: 27 + 14 + 10 + 18 + 9 = 78, and 15 + 14 + 18 + 10 + 6 = 63.
VERDICT = "Northwind leads with 78.0 points, 15.0 ahead of Contoso (63.0)."
PARTS = {
    "1. Northwind": ["27.0", "14.0", "10.0", "18.0", "9.0", "78.0"],
    "2. Contoso": ["15.0", "14.0", "18.0", "10.0", "6.0", "63.0"],
}


@pytest.fixture
def site(live_server, settings) -> str:
    settings.PUBLIC_URL = live_server.url
    return live_server.url


@pytest.fixture
def ada(page, site) -> Page:
    """Somebody who has just signed up, and is the Admin of a new organization."""
    page.goto(f"{site}/accounts/signup/")
    for field, words in (
        ("name", "Ada Lovelace"),
        ("organization", "Acme"),
        ("email", "ada@acme.example"),
        ("password1", PASSWORD),
    ):
        page.locator(f"[name={field}]").fill(words)
    page.get_by_role("button", name="Create account").click()
    page.wait_for_url(f"{site}/o/acme/")
    return page


def invite(page: Page, site: str, email: str) -> str:
    """The link of the invitation, as shown once."""
    page.goto(f"{site}/o/acme/settings/members/")
    page.get_by_label("E-mail address").fill(email)
    page.get_by_label("Role", exact=True).select_option("evaluator")
    page.get_by_role("button", name="Send the invitation").click()
    return page.get_by_label("Link of the invitation").input_value()


def join(page: Page, link: str, name: str) -> None:
    page.goto(link)
    page.get_by_label("Your name").fill(name)
    page.get_by_label("Choose a password").fill(PASSWORD)
    page.get_by_role("button", name="Create my account and join").click()
    page.wait_for_url(re.compile(r"/o/acme/$"))


def set_up(page: Page, site: str) -> str:
    """From nothing to scoring; gives the evaluation's address."""
    page.goto(f"{site}/o/acme/evaluations/new/")
    page.get_by_label("Title").fill("Help desk from January")
    page.get_by_label("Standard criteria").check()
    page.get_by_role("button", name="Start the evaluation").click()
    page.get_by_role("link", name="Next: Candidates").click()
    for name in ("Northwind", "Contoso"):
        page.get_by_label("Name of the vendor").fill(name)
        page.get_by_role("button", name="Add as a new vendor").click()
        expect(page.get_by_text(f"Added {name}.")).to_be_visible()
    page.get_by_role("link", name="Done").click()
    page.get_by_role("link", name="Next: Evaluators").click()
    page.get_by_label("Ada Lovelace").check()
    page.get_by_label("Nora North").check()
    page.get_by_role("button", name="Save evaluators").click()
    page.get_by_role("button", name="Open scoring").click()
    page.get_by_role("dialog").get_by_role("button", name="Open scoring").click()
    expect(page.get_by_role("heading", name="How far everybody is")).to_be_visible()
    found = re.search(r"/o/acme/evaluations/\d+/", page.url)
    assert found, page.url
    return f"{site}{found[0]}"


def score(page: Page, address: str, marks: list[tuple[int, int]]) -> None:
    """Declare, mark every cell with the keyboard alone, submit."""
    page.goto(f"{address}score/")
    page.get_by_label("I have no conflict of interest").check()
    page.get_by_role("button", name="Declare").click()
    quality = page.get_by_role("textbox", name="Quality Northwind", exact=True)
    quality.wait_for()
    page.wait_for_load_state()  # the keys are handled by a script that comes after the page
    quality.focus()
    for northwind, contoso in marks:
        for key in (str(northwind), "ArrowRight", str(contoso), "ArrowLeft", "ArrowDown"):
            page.keyboard.press(key)
    expect(page.locator("[data-done]")).to_have_text("10")
    page.get_by_role("button", name="Submit").click()
    expect(page.get_by_text("Your scorecard is submitted.")).to_be_visible()


def test_from_signing_up_to_a_ranking(ada, new_context, site):
    errors: list[str] = []
    nora = new_context().new_page()
    for page in (ada, nora):
        page.on("pageerror", lambda error: errors.append(str(error)))

    join(nora, invite(ada, site, "nora@acme.example"), "Nora North")
    address = set_up(ada, site)
    score(ada, address, ADA)
    nora.goto(f"{address}ranking/")
    expect(nora.locator(".verdict")).to_have_count(0)
    expect(nora).not_to_have_url(re.compile("/ranking/"))
    score(nora, address, NORA)

    ada.goto(f"{address}score/")
    ada.get_by_role("link", name="Close scoring").click()
    ada.get_by_role("button", name="Close scoring and show the ranking").click()
    expect(ada).to_have_url(f"{address}ranking/")
    for page in (ada, nora):
        page.goto(f"{address}ranking/")
        expect(page.locator(".verdict")).to_have_text(VERDICT)
        for row, parts in PARTS.items():
            reads_as(page, row, parts)
    the_ranking(ada).get_by_role("row", name="Northwind").get_by_role("link", name="27.0").click()
    quality = ada.get_by_role("region", name="Quality", exact=True)
    expect(quality).to_contain_text("Mean mark 4.5")
    expect(quality.get_by_role("row", name="Ada Lovelace 5")).to_be_visible()
    expect(quality.get_by_role("row", name="Nora North 4")).to_be_visible()
    assert errors == []


def the_ranking(page: Page) -> Locator:
    """The table of every number; other tables of the page have the same candidates."""
    return page.get_by_role("region", name="Ranking with the contribution of each criterion")


def reads_as(page: Page, row: str, parts: list[str]) -> None:
    """The row of the table: rank, each criterion's part, and their total."""
    place, name = row.split(". ")
    *contributions, total = parts
    cells = the_ranking(page).get_by_role("row", name=name).get_by_role("cell")
    expect(cells.nth(0)).to_have_text(place)
    expect(cells.nth(1)).to_have_text(total)
    for number, contribution in enumerate(contributions, start=2):
        expect(cells.nth(number)).to_have_text(contribution)
