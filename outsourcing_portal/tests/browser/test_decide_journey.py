"""Deciding in a real browser: agree on a mark, try what-if, propose, approve, verify – and be found out."""

import io
import re
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import connection
from playwright.sync_api import Browser, Page, expect

from accounts.models import Membership
from core.tenancy import ALL, organization_scope
from evaluations import tasks
from evaluations.models import Award, Evaluation, Score
from evaluations.tests.browser.scoring_case import sign_in
from evaluations.tests.builders import give_mark, make_evaluation

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

# Two evaluators' marks. A mark is worth 20 points, and the two weights are 50: the means give
# Northwind (4 + 3) × 10 = 70 and Contoso (3 + 3) × 10 = 60. Agreed to be 2 instead of the mean of 5
# and 3, Northwind's quality brings it to 50.
MARKS = {
    ("Northwind", "Quality"): (5, 3),
    ("Northwind", "Cost"): (3, 3),
    ("Contoso", "Quality"): (3, 3),
    ("Contoso", "Cost"): (2, 4),
}


@pytest.fixture
def evaluation(acme, owner, evaluator) -> Evaluation:
    acme.awards_need_two = True
    acme.save()
    made = make_evaluation(acme, evaluators=[owner, evaluator], state=Evaluation.State.CLOSED)
    with organization_scope(ALL):
        cards = list(made.scorecards.order_by("pk"))
        for cell, marks in MARKS.items():
            for card, mark in zip(cards, marks, strict=True):
                give_mark(card, *cell, mark, evidence="claim")
    return made


def window_of(browser: Browser, live_server, member: Membership) -> Page:
    context = browser.new_context(accept_downloads=True)
    sign_in(context, live_server, member)
    return context.new_page()


@organization_scope(ALL)
def award() -> Award:
    return Award.objects.select_related("record").get()


def agree_on_two(page: Page) -> None:
    page.get_by_role("link", name="Moderate").click()
    page.get_by_role("link", name="Northwind: Quality").click()
    page.get_by_role("radio", name="2 Answers late").check()
    page.get_by_label("Why this mark").fill("Both waited three days in the trial.")
    page.get_by_role("button", name="Save the mark").click()
    expect(page.locator("#effect")).to_contain_text("70.0 → 50.0")


def try_what_if(page: Page) -> None:
    page.get_by_role("link", name="What if").click()
    page.get_by_role("textbox", name="Quality").fill("0")
    page.keyboard.press("Tab")
    expect(page.locator("[data-what-if-sentence]")).to_contain_text("share the first place")
    page.get_by_role("link", name="Open the record").click()
    expect(page.locator("#verdict")).to_contain_text("Contoso leads with 60.0 points")


def propose_northwind(page: Page) -> None:
    """Not the first, so the form asks why."""
    page.get_by_role("link", name="Award", exact=True).click()
    page.get_by_role("radio", name="Northwind").check()
    page.get_by_role("button", name="Save and propose").click()
    expect(page.get_by_text("Northwind is not first").first).to_be_visible()
    expect(page.get_by_role("radio", name="Northwind")).to_be_checked()
    page.get_by_label("Rationale").fill("Only they can start in January, and we can't wait longer.")
    bench = page.get_by_label("Runner-up")
    bench.select_option(bench.locator("option", has_text="Contoso").get_attribute("value"))
    page.get_by_role("button", name="Save and propose").click()
    expect(page.get_by_text("Waiting for approval").first).to_be_visible()


def test_from_moderation_to_a_verified_award_and_a_changed_mark_is_found(
    browser, live_server, evaluation, owner, manager, tmp_path
):
    ranking = f"{live_server.url}/o/acme/evaluations/{evaluation.pk}/ranking/"
    mia = window_of(browser, live_server, manager)
    mia.goto(ranking)
    expect(mia.locator("#verdict")).to_contain_text("Northwind leads with 70.0 points")
    agree_on_two(mia)
    mia.goto(ranking)
    try_what_if(mia)
    propose_northwind(mia)
    expect(mia.get_by_role("link", name="Approve or return it")).to_have_count(0)

    olga = window_of(browser, live_server, owner)
    olga.goto(f"{live_server.url}/o/acme/")
    olga.get_by_role("link", name=re.compile("Help desk")).first.click()
    olga.goto(f"{live_server.url}{award().get_absolute_url()}")
    olga.get_by_role("link", name="Approve or return it").click()
    olga.get_by_role("button", name="Approve").click()
    expect(olga.get_by_text("is awarded to Northwind").first).to_be_visible()

    olga.get_by_role("link", name="Verify").click()
    expect(olga.get_by_text("Identical.")).to_be_visible()
    with olga.expect_download() as started:
        olga.get_by_role("link", name="Download the record").click()
    file = tmp_path / "record.json"
    started.value.save_as(file)
    assert "identical" in verified(file)

    olga.goto(f"{live_server.url}{award().get_absolute_url()}report/")
    olga.get_by_role("button", name="Make the PDF").click()
    expect(olga.get_by_text("The PDF is being made")).to_be_visible()
    tasks.make_award_report(award().pk)
    with olga.expect_download() as started:
        olga.get_by_role("link", name="Download the PDF").click()
    started.value.save_as(tmp_path / "report.pdf")
    assert (tmp_path / "report.pdf").read_bytes().startswith(b"%PDF")

    change_one_mark_in_the_database()
    olga.goto(f"{live_server.url}{award().get_absolute_url()}verify/")
    expect(olga.get_by_text("Identical.")).to_have_count(0)
    expect(olga.get_by_text("Mark of Eve for Contoso on Cost").first).to_be_visible()
    assert "identical" in verified(file)  # the file holds what was decided


def verified(file: Path) -> str:
    out = io.StringIO()
    call_command("verify_award", str(file), stdout=out)
    return out.getvalue().lower()


def change_one_mark_in_the_database() -> None:
    """Past the application, as somebody with the database's password would."""
    with organization_scope(ALL):
        score = Score.objects.get(
            scorecard__evaluator_name="Eve", candidate__name="Contoso", criterion__name="Cost"
        )
    with connection.cursor() as cursor:
        cursor.execute("UPDATE evaluations_score SET mark = 5 WHERE id = %s", [score.pk])
