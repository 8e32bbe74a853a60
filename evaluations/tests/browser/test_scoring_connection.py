"""Scoring while the connection drops, somebody signs out, or two windows say different things."""

import re
from decimal import Decimal

import pytest
from django.conf import settings
from playwright.sync_api import Page, expect

from core.tenancy import ALL, organization_scope
from evaluations.tests.browser.scoring_case import (
    all_saved,
    card,
    cell,
    no_serious_finding,
    sign_in,
    stored,
)

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
CELL_CALL = re.compile(r"/score/cell/$")


# A bad connection ---------------------------------------------------------------------------------


def test_offline_marks_wait_and_are_sent_when_the_connection_is_back(grid, context):
    context.set_offline(True)
    cell(grid, "Northwind", "Quality").focus()
    grid.keyboard.press("4")
    grid.keyboard.press("ArrowRight")
    grid.keyboard.press("2")
    expect(grid.locator("[data-save-state]")).to_contain_text("2 cells not saved – retrying")
    expect(cell(grid, "Northwind", "Quality")).to_have_value("4")
    assert stored() == {}
    context.set_offline(False)
    all_saved(grid)
    assert {key[0]: value[0] for key, value in stored().items()} == {
        "Northwind": Decimal(4),
        "Contoso": Decimal(2),
    }
    assert (
        grid.evaluate("Object.keys(localStorage).filter(k => k.startsWith('portal-marks'))") == []
    )


def test_what_was_not_saved_survives_closing_the_page(grid, context, url):
    grid.route(CELL_CALL, lambda route: route.abort())
    cell(grid, "Northwind", "Quality").focus()
    grid.keyboard.press("5")
    expect(grid.locator("[data-save-state]")).to_contain_text("not saved – retrying")
    asked = []
    grid.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    grid.close(run_before_unload=True)
    later = context.new_page()
    later.goto(url)
    all_saved(later)
    expect(cell(later, "Northwind", "Quality")).to_have_value("5")
    assert stored() == {("Northwind", "Quality"): (Decimal(5), "", "")}
    assert asked == ["beforeunload"]


def test_an_answer_does_not_write_over_what_is_being_typed(grid):
    held = []
    grid.route(CELL_CALL, lambda route: route.continue_() if held else held.append(route))
    cell(grid, "Northwind", "Quality").focus()
    with grid.expect_request(CELL_CALL):
        grid.keyboard.press("4")
    grid.get_by_label("Comment").press_sequentially("Answers ")
    cell(grid, "Northwind", "Hours").press_sequentially("12")
    expect(grid.locator("[data-save-state]")).to_contain_text("Saving")
    held[0].continue_()
    expect(cell(grid, "Northwind", "Quality").locator("..")).to_have_attribute(
        "data-state", "saved"
    )
    expect(cell(grid, "Northwind", "Hours")).to_have_value("12")
    grid.keyboard.type(",5")
    grid.keyboard.press("Tab")
    all_saved(grid)
    expect(cell(grid, "Northwind", "Hours")).to_have_value("12.5")
    assert stored() == {
        ("Northwind", "Quality"): (Decimal(4), "", "Answers "),
        ("Northwind", "Hours"): (Decimal("12.5"), "", ""),
    }


def test_on_a_phone_an_answer_leaves_a_comment_being_typed_alone(grid, url):
    held = []
    grid.route(CELL_CALL, lambda route: route.continue_() if held else held.append(route))
    grid.set_viewport_size({"width": 390, "height": 844})
    grid.goto(url)
    grid.get_by_role("link", name="Northwind").click()
    quality = grid.locator("section", has_text="Quality")
    with grid.expect_request(CELL_CALL):
        quality.get_by_label("4", exact=True).check()
    quality.get_by_text("Evidence and comment").click()
    with grid.expect_response(CELL_CALL):
        quality.get_by_label("Comment").press_sequentially("Good")
        held[0].continue_()
    expect(quality.get_by_label("Comment")).to_have_value("Good")
    grid.get_by_role("button", name="Next candidate").click()
    expect(grid.get_by_text("candidate 2 of 2")).to_be_visible()
    assert stored() == {("Northwind", "Quality"): (Decimal(4), "", "Good")}


@pytest.mark.parametrize("narrow", [True, False])
def test_what_is_marked_before_the_scripts_run_is_saved(grid, url, narrow):
    held = []
    grid.route(re.compile(r"/static/scoring\w*\.js"), lambda route: held.append(route))
    if narrow:
        grid.set_viewport_size({"width": 390, "height": 844})
    grid.goto(f"{url}{northwind()}" if narrow else url, wait_until="commit")
    if narrow:
        quality = grid.locator("section", has_text="Quality")
        quality.get_by_label("4", exact=True).check()
    else:
        cell(grid, "Northwind", "Quality").fill("4")
    assert stored() == {}
    while len(held) < (2 if narrow else 3):
        grid.wait_for_timeout(50)
    for route in held:
        route.continue_()
    all_saved(grid)
    assert stored() == {("Northwind", "Quality"): (Decimal(4), "", "")}


@organization_scope(ALL)
def northwind() -> str:
    return f"?candidate={card().evaluation.candidates.get(name='Northwind').pk}"


def test_a_lost_answer_is_no_conflict(grid):
    """The server stored the mark, the answer never came, and meanwhile the person changed their mind."""
    lost = []

    def lose_the_first(route):
        if lost:
            route.continue_()
            return
        lost.append(route.fetch().status)
        grid.keyboard.press("5")
        route.abort()

    grid.route(CELL_CALL, lose_the_first)
    cell(grid, "Northwind", "Quality").focus()
    grid.keyboard.press("4")
    all_saved(grid)
    assert lost == [200]
    assert stored() == {("Northwind", "Quality"): (Decimal(5), "", "")}
    expect(grid.locator("[data-conflicts]")).to_be_hidden()


def test_a_server_error_is_retried(grid):
    answers = [503, 500]

    def fail_first(route):
        if answers:
            route.fulfill(status=answers.pop(), body="sorry")
        else:
            route.continue_()

    grid.route(CELL_CALL, fail_first)
    cell(grid, "Northwind", "Quality").focus()
    grid.keyboard.press("3")
    expect(grid.locator("[data-save-state]")).to_contain_text("not saved – retrying")
    grid.get_by_role("button", name="Try now").click()
    all_saved(grid)


def test_signed_out_in_between_keeps_the_input(grid, context, live_server, evaluator):
    context.clear_cookies(name=settings.SESSION_COOKIE_NAME)
    cell(grid, "Northwind", "Quality").focus()
    grid.keyboard.press("3")
    state = grid.locator("[data-save-state]")
    expect(state).to_contain_text("you are signed out")
    link = state.get_by_role("link", name="Sign in again")
    expect(link).to_have_attribute("target", "_blank")
    expect(cell(grid, "Northwind", "Quality")).to_have_value("3")
    sign_in(context, live_server, evaluator)
    grid.evaluate("window.dispatchEvent(new Event('focus'))")
    all_saved(grid)
    assert stored() == {("Northwind", "Quality"): (Decimal(3), "", "")}


def test_signing_in_as_somebody_else_saves_nothing(grid, context, live_server, manager):
    """Their session, my page: the mark belongs on nobody's scorecard."""
    context.clear_cookies(name=settings.SESSION_COOKIE_NAME)
    sign_in(context, live_server, manager)
    cell(grid, "Northwind", "Quality").focus()
    grid.keyboard.press("3")
    expect(grid.locator("[data-save-state]")).to_contain_text("signed in as somebody else")
    assert stored() == {}


def test_what_somebody_else_left_in_this_browser_is_removed(grid):
    grid.evaluate("localStorage.setItem('portal-marks:999:1:tab', '[]')")
    grid.reload()
    expect(cell(grid, "Northwind", "Quality")).to_be_visible()
    assert grid.evaluate("localStorage.getItem('portal-marks:999:1:tab')") is None


# Two windows --------------------------------------------------------------------------------------


@pytest.fixture
def clash(grid, context, url) -> Page:
    """Two windows show an empty cell; the other one has saved a 2, this one now says 5."""
    other = context.new_page()
    other.goto(url)
    cell(other, "Northwind", "Quality").focus()
    other.keyboard.press("2")
    all_saved(other)
    cell(grid, "Northwind", "Quality").focus()
    grid.keyboard.press("5")
    expect(grid.get_by_role("heading", name="Changed elsewhere in the meantime")).to_be_visible()
    assert stored() == {("Northwind", "Quality"): (Decimal(2), "", "")}
    return grid


def test_both_versions_are_shown_and_mine_may_stand(clash):
    clash.get_by_role("button", name="Use mine: 5").click()
    all_saved(clash)
    expect(cell(clash, "Northwind", "Quality")).to_have_value("5")
    assert stored() == {("Northwind", "Quality"): (Decimal(5), "", "")}


def test_both_versions_are_shown_and_the_stored_one_may_stand(clash):
    clash.get_by_role("button", name="Keep stored: 2").click()
    all_saved(clash)
    expect(cell(clash, "Northwind", "Quality")).to_have_value("2")
    assert stored() == {("Northwind", "Quality"): (Decimal(2), "", "")}
    clash.keyboard.press("4")
    all_saved(clash)
    assert stored() == {("Northwind", "Quality"): (Decimal(4), "", "")}


@pytest.mark.once
def test_axe_finds_nothing_serious_while_something_is_wrong(clash):
    no_serious_finding(clash)
