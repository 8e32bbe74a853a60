"""Scoring in a real browser: keys, mouse, phone, no script, a lost connection, two windows, signed out."""

import re
from decimal import Decimal

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.test import Client
from playwright.sync_api import Page, expect

from core.tenancy import ALL, organization_scope
from evaluations.models import Evaluation, Score, Scorecard
from evaluations.tests.builders import fill, give_mark, make_evaluation

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

CRITERIA = [
    {"name": "Insured", "kind": "gate", "worst": 0, "best": 1, "anchors": []},
    {"name": "Quality", "question": "How good is it?"},
    {"name": "Hours", "kind": "measured", "worst": 24, "best": 2, "unit": "h", "anchors": []},
    "Cost",
]
CELL_CALL = re.compile(r"/score/cell/$")


@pytest.fixture
def evaluation(acme, evaluator) -> Evaluation:
    return make_evaluation(acme, criteria=CRITERIA, evaluators=[evaluator])


@pytest.fixture
def url(live_server, evaluation) -> str:
    return f"{live_server.url}/o/acme/evaluations/{evaluation.pk}/score/"


def sign_in(context, live_server, member) -> None:
    client = Client()
    client.force_login(member.user)
    session = client.cookies[settings.SESSION_COOKIE_NAME].value
    context.add_cookies(
        [{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": live_server.url}]
    )


@pytest.fixture
def grid(page, context, live_server, url, evaluator) -> Page:
    """The scorecard, signed in, with every error of the page's scripts failing the test."""
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    sign_in(context, live_server, evaluator)
    page.goto(url)
    yield page
    assert errors == []


def cell(page, candidate: str, criterion: str):
    role = "combobox" if criterion == "Insured" else "textbox"
    return page.get_by_role(role, name=f"{criterion} {candidate}", exact=True)


@organization_scope(ALL)
def stored() -> dict[tuple[str, str], tuple]:
    return {
        (score.candidate.name, score.criterion.name): (
            "N/A" if score.not_applicable else score.mark,
            score.evidence,
            score.comment,
        )
        for score in Score.objects.select_related("candidate", "criterion")
    }


@organization_scope(ALL)
def card() -> Scorecard:
    return Scorecard.objects.select_related("evaluation").get()


def all_saved(page) -> None:
    expect(page.locator("[data-save-state]")).to_have_text("All saved")


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


def no_serious_finding(page) -> None:
    found = Axe().run(page).response["violations"]
    serious = [f for f in found if f["impact"] in {"serious", "critical"}]
    assert [(f["id"], [n["html"] for n in f["nodes"]][:3]) for f in serious] == []


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


def test_axe_finds_nothing_serious_while_something_is_wrong(clash):
    no_serious_finding(clash)


def test_axe_finds_nothing_serious_in_the_progress(page, context, live_server, url, manager):
    sign_in(context, live_server, manager)
    page.goto(url)
    no_serious_finding(page)
