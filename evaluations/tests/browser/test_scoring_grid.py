"""Scoring in a real browser: keys, mouse, phone, no script, from declaring to submitting."""

from decimal import Decimal

import pytest
from playwright.sync_api import expect

from core.tenancy import ALL, organization_scope
from evaluations.models import Score, Scorecard
from evaluations.tests.browser.scoring_case import (
    all_saved,
    card,
    cell,
    no_serious_finding,
    sign_in,
    stored,
)
from evaluations.tests.builders import fill, give_mark

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


# Keys and mouse -----------------------------------------------------------------------------------


def test_a_row_is_marked_with_the_keyboard_alone(grid):
    cell(grid, "Northwind", "Quality").focus()
    for key in ("4", "ArrowRight", "n", "ArrowDown", "ArrowDown", "5", "Home", "2"):
        grid.keyboard.press(key)
    all_saved(grid)
    expect(grid.locator("[data-done]")).to_have_text("4")
    assert stored() == {
        ("Northwind", "Quality"): (Decimal(4), "", ""),
        ("Contoso", "Quality"): ("N/A", "", ""),
        ("Contoso", "Cost"): (Decimal(5), "", ""),
        ("Northwind", "Cost"): (Decimal(2), "", ""),
    }
    grid.keyboard.press("Delete")
    all_saved(grid)
    expect(cell(grid, "Northwind", "Cost")).to_have_value("")
    expect(grid.locator("[data-done]")).to_have_text("3")


def test_gates_and_numbers_by_keyboard(grid):
    cell(grid, "Northwind", "Insured").focus()
    grid.keyboard.press("p")
    grid.keyboard.press("End")
    grid.keyboard.press("f")
    grid.keyboard.press("ArrowDown")
    grid.keyboard.press("ArrowDown")
    grid.keyboard.type("12,5")
    grid.keyboard.press("ArrowUp")
    expect(cell(grid, "Contoso", "Quality")).to_be_focused()
    all_saved(grid)
    expect(cell(grid, "Contoso", "Hours")).to_have_value("12.5")
    assert stored() == {
        ("Northwind", "Insured"): (Decimal(1), "", ""),
        ("Contoso", "Insured"): (Decimal(0), "", ""),
        ("Contoso", "Hours"): (Decimal("12.5"), "", ""),
    }


def test_evidence_and_comment_by_keyboard(grid):
    cell(grid, "Northwind", "Quality").focus()
    grid.keyboard.press("3")
    grid.keyboard.press("e")
    grid.keyboard.press("ArrowRight")
    grid.get_by_label("Demo or trial").focus()
    grid.keyboard.press("Space")
    grid.get_by_label("Comment").fill("Ran for a week.")
    grid.keyboard.press("Escape")
    expect(cell(grid, "Northwind", "Quality")).to_be_focused()
    expect(grid.locator(".cell-note", has_text="Demo + note")).to_be_visible()
    all_saved(grid)
    assert stored()["Northwind", "Quality"] == (Decimal(3), "demo", "Ran for a week.")


def test_a_key_that_is_no_mark_says_what_is(grid):
    cell(grid, "Northwind", "Quality").focus()
    grid.keyboard.press("7")
    expect(grid.locator("[data-panel-problem]")).to_contain_text("Type 0 to 5")
    expect(cell(grid, "Northwind", "Quality")).to_have_value("")
    assert stored() == {}


def test_tab_goes_through_the_cells(grid):
    cell(grid, "Northwind", "Quality").focus()
    grid.keyboard.press("Tab")
    expect(cell(grid, "Contoso", "Quality")).to_be_focused()
    grid.keyboard.press("Shift+Tab")
    expect(cell(grid, "Northwind", "Quality")).to_be_focused()


def test_the_panel_follows_and_takes_the_mouse(grid):
    cell(grid, "Contoso", "Quality").click()
    expect(grid.locator("[data-panel-candidate]")).to_have_text("Contoso")
    expect(grid.locator("[data-panel-question]")).to_contain_text("How good is it?")
    grid.get_by_role("button", name="4 Answers within hours").click()
    grid.get_by_label("Vendor's claim").check()
    all_saved(grid)
    expect(grid.get_by_role("button", name="4 Answers within hours")).to_have_attribute(
        "aria-pressed", "true"
    )
    assert stored() == {("Contoso", "Quality"): (Decimal(4), "claim", "")}
    expect(grid.locator("[data-unproven-line]")).to_be_hidden()


def test_next_empty_and_reload(grid):
    cell(grid, "Northwind", "Insured").focus()
    grid.keyboard.press("p")
    grid.get_by_role("button", name="Next empty").click()
    expect(cell(grid, "Contoso", "Insured")).to_be_focused()
    all_saved(grid)
    grid.reload()
    expect(cell(grid, "Northwind", "Insured")).to_have_value("1")
    expect(grid.locator("[data-done]")).to_have_text("1")


def test_a_wrong_number_stays_and_says_why(grid):
    cell(grid, "Northwind", "Hours").fill("1,250")
    grid.keyboard.press("Tab")
    expect(grid.locator("[data-save-state]")).to_contain_text("Does 1,250 mean 1250 or 1.25?")
    expect(cell(grid, "Northwind", "Hours")).to_have_value("1,250")
    cell(grid, "Northwind", "Hours").fill("1250")
    grid.keyboard.press("Tab")
    all_saved(grid)
    assert stored() == {("Northwind", "Hours"): (Decimal(1250), "", "")}


# The whole way ------------------------------------------------------------------------------------


def test_from_declaring_to_submitting_and_back(grid, url):
    with organization_scope(ALL):
        Scorecard.objects.update(has_conflict=None)
    fill(card())
    with organization_scope(ALL):
        Score.objects.filter(criterion__name="Cost", candidate__name="Contoso").delete()
    grid.goto(url)
    grid.get_by_label("I have no conflict of interest").check()
    grid.get_by_role("button", name="Declare").click()
    grid.get_by_role("button", name="Submit").click()
    expect(grid.get_by_role("alert")).to_contain_text("1 cell is still empty")
    grid.get_by_role("alert").get_by_role("link", name="Cost").click()
    expect(cell(grid, "Contoso", "Cost")).to_be_focused()
    grid.keyboard.press("1")
    grid.get_by_role("button", name="Submit").click()  # waits for the last mark by itself
    expect(grid.get_by_text("Your scorecard is submitted.")).to_be_visible()
    expect(grid.locator("input.mark")).to_have_count(0)
    grid.get_by_role("button", name="Take back").click()
    expect(cell(grid, "Contoso", "Cost")).to_have_value("1")


def test_on_a_phone_one_candidate_at_a_time(grid, url):
    grid.set_viewport_size({"width": 390, "height": 844})
    grid.goto(url)
    expect(grid.locator(".score-table")).to_be_hidden()
    grid.get_by_role("link", name="Northwind").click()
    quality = grid.locator("section", has_text="Quality")
    quality.get_by_label("4", exact=True).check()
    expect(grid.locator("[data-chosen-anchor]").first).to_have_text("4: Answers within hours")
    grid.get_by_label("In h, or N/A").fill("3")
    quality.get_by_text("Evidence and comment").click()
    quality.get_by_label("What the mark rests on").select_option("demo")
    quality.get_by_label("Comment").fill("Good")
    grid.get_by_role("button", name="Next candidate").click()
    expect(grid.get_by_text("candidate 2 of 2")).to_be_visible()
    assert stored() == {
        ("Northwind", "Quality"): (Decimal(4), "demo", "Good"),
        ("Northwind", "Hours"): (Decimal(3), "", ""),
    }
    assert grid.evaluate("document.documentElement.scrollWidth") <= 390
    box = grid.locator(".big-mark span").first.bounding_box()
    assert box["height"] >= 44


def test_without_a_script(browser, live_server, url, evaluator):
    context = browser.new_context(java_script_enabled=False)
    sign_in(context, live_server, evaluator)
    page = context.new_page()
    page.goto(url)
    cell(page, "Northwind", "Quality").fill("4")
    cell(page, "Contoso", "Insured").select_option("Pass")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Saved: 2 cells.")).to_be_visible()
    page.get_by_role("link", name="Northwind").first.click()
    page.get_by_text("Evidence and comment").first.click()
    page.get_by_label("Comment").first.fill("Shown to us")
    page.get_by_role("button", name="Save").click()
    assert stored()["Northwind", "Quality"] == (Decimal(4), "", "")
    assert stored()["Northwind", "Insured"] == (None, "", "Shown to us")
    context.close()


# Everybody can use it -----------------------------------------------------------------------------


@pytest.mark.once
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1440, 390])
def test_axe_finds_nothing_serious(grid, url, scheme, width):
    grid.set_viewport_size({"width": width, "height": 844})
    grid.emulate_media(color_scheme=scheme)
    give_mark(card(), "Northwind", "Quality", 4, evidence="demo", comment="Good")
    for address in (url, f"{url}?candidate={first_candidate()}", f"{url}declare/"):
        grid.goto(address)
        no_serious_finding(grid)
    fill(card())
    with organization_scope(ALL):
        Scorecard.objects.update(submitted_at="2026-01-01T00:00Z")
    grid.goto(url)
    no_serious_finding(grid)
    with organization_scope(ALL):
        Scorecard.objects.update(submitted_at=None, has_conflict=True, conflict_note="My sister.")
    grid.goto(url)
    no_serious_finding(grid)


@organization_scope(ALL)
def first_candidate() -> int:
    return card().evaluation.candidates.get(name="Northwind").pk


@pytest.mark.once
def test_axe_finds_nothing_serious_in_the_progress(page, context, live_server, url, manager):
    sign_in(context, live_server, manager)
    page.goto(url)
    no_serious_finding(page)
