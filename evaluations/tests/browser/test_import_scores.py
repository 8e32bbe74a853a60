"""The journey with one's own spreadsheet: upload, look, confirm, read the ranking."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from evaluations.tests.browser.scoring_case import no_serious_finding, sign_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
SAMPLES = Path(__file__).parents[1] / "samples"


@pytest.fixture
def mia(page, context, live_server, manager) -> Page:
    """Signed in on the list of evaluations, with every error of the page's scripts failing the test."""
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    sign_in(context, live_server, manager)
    page.goto(f"{live_server.url}/o/acme/evaluations/")
    yield page
    assert errors == []


def upload(page: Page, path: Path) -> None:
    page.get_by_role("link", name="Import a spreadsheet").first.click()
    page.get_by_label("Spreadsheet").set_input_files(path)
    page.get_by_role("button", name="Upload and look").click()


@pytest.mark.parametrize(
    ("name", "leader", "total"),
    [
        ("criteria-down-vendors-across.xlsx", "Addison Square", "80.8"),
        ("vendors-down-criteria-across.csv", "Harbour Managed Services", "72.2"),
        ("one-row-per-mark.csv", "Brightdesk IT", "74.7"),
    ],
)
def test_each_sample_to_a_ranking(mia, name, leader, total):
    upload(mia, SAMPLES / name)
    expect(mia.locator(".verdict")).to_contain_text(
        f"{leader} would come first with {total} points"
    )
    no_serious_finding(mia)
    mia.get_by_role("button", name="Make it an evaluation").click()
    expect(mia).to_have_url(re.compile(r"/ranking/$"))
    expect(mia.get_by_role("main")).to_contain_text(leader)
    expect(mia.get_by_role("main")).to_contain_text(total)


def test_a_wrong_cell_is_corrected_and_uploaded_again(mia, tmp_path):
    file = tmp_path / "help desk.csv"
    file.write_text("Criterion,Northwind,Contoso\nQuality,3,good\nCost,4,2\n")
    upload(mia, file)
    expect(mia.get_by_role("row", name="C2 “good”")).to_be_visible()
    expect(mia.get_by_role("button", name="Make it an evaluation")).to_have_count(0)
    no_serious_finding(mia)
    file.write_text("Criterion,Northwind,Contoso\nQuality,3,5\nCost,4,2\n")
    mia.get_by_label("Spreadsheet").set_input_files(file)
    mia.get_by_role("button", name="Upload and look again").click()
    expect(mia.locator(".verdict")).to_contain_text("share the first place with 70.0 points")
    mia.locator("#again_scale").select_option("0-10")
    mia.get_by_role("button", name="Read it on this scale").click()
    expect(mia.locator(".verdict")).to_contain_text("share the first place with 35.0 points")
    mia.get_by_role("button", name="Make it an evaluation").click()
    expect(mia.get_by_role("heading", level=1)).to_have_text("help desk")


def test_what_is_no_spreadsheet_is_said_at_the_field(mia, tmp_path):
    file = tmp_path / "scores.csv"
    file.write_bytes(b"%PDF-1.7")
    upload(mia, file)
    expect(mia.get_by_role("main")).to_contain_text("This is a PDF, not a spreadsheet.")
    no_serious_finding(mia)
