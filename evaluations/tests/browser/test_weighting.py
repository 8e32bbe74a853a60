"""Weighing the criteria in a real browser: by key, by mouse, by finger, without a script; then the decision."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from evaluations.models import Evaluation
from evaluations.tests.browser.scoring_case import no_serious_finding, sign_in
from evaluations.tests.builders import make_evaluation
from evaluations.tests.test_scoring_at_once import client_of
from evaluations.tests.weighting_case import answer, base, kept, points, weights

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
CRITERIA = [
    "Quality",
    {"name": "Cost", "kind": "measured", "worst": 40000, "best": 20000, "unit": "EUR"},
    "Security",
]
COST_SECURITY_QUALITY = ["11.111", "61.111", "27.778"]


@pytest.fixture
def evaluation(acme, evaluator, owner) -> Evaluation:
    return make_evaluation(acme, criteria=CRITERIA, evaluators=[evaluator, owner], state="setup")


@pytest.fixture
def eve(page, context, live_server, evaluation, evaluator) -> Iterator[Page]:
    """Signed in on the page of the four ways, with every error of the page's scripts failing the test."""
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    sign_in(context, live_server, evaluator)
    page.goto(f"{live_server.url}{base(evaluation)}")
    yield page
    assert errors == []


def begin(page: Page, way: str) -> None:
    page.get_by_role("link", name=f"Begin {way}").click()


def order(page: Page) -> list[str]:
    return page.locator("[data-order] .order-name").all_text_contents()


def in_order(page: Page, *names: str) -> None:
    """The server has answered, and its order is this."""
    expect(page.locator(".htmx-request")).to_have_count(0)
    expect(page.locator("[data-order] .order-name")).to_have_text(list(names))


def number(page: Page, name: str):
    return page.get_by_role("spinbutton", name=name)


def save(page: Page) -> None:
    page.get_by_role("button", name="Save my answer").click()
    expect(page.get_by_role("heading", name="Your answer now")).to_be_visible()


# Order --------------------------------------------------------------------------------------------


def test_ordering_with_the_keyboard_alone(eve, evaluation):
    begin(eve, "Order of importance")
    eve.get_by_role("button", name="Place next Quality").focus()
    eve.keyboard.press("Enter")
    in_order(eve, "Quality")
    expect(eve.get_by_role("button", name="Place next Cost")).to_be_focused()
    eve.keyboard.press("Enter")
    expect(eve.get_by_role("button", name="Place next Security")).to_be_focused()
    eve.keyboard.press("Space")
    expect(eve.get_by_role("button", name="Save my answer")).to_be_focused()
    expect(eve.locator("#weights-preview")).to_contain_text("61.1 %")
    eve.get_by_role("button", name="Move Cost up").focus()
    eve.keyboard.press("Enter")
    in_order(eve, "Cost", "Quality", "Security")
    expect(eve.get_by_role("button", name="Move Cost down, now place 1")).to_be_focused()
    eve.get_by_label("Place of Security").fill("2")
    eve.keyboard.press("Enter")
    in_order(eve, "Cost", "Security", "Quality")
    expect(eve.get_by_label("Place of Security")).to_be_focused()
    no_serious_finding(eve)
    save(eve)
    assert kept(evaluation) == [("Eve", "order", COST_SECURITY_QUALITY, 1)]


def drag(page: Page, name: str, to: str, *, below: bool = False) -> None:
    grip = page.locator("[data-row]", has_text=name).locator("[data-grip]").bounding_box()
    goal = page.locator("[data-row]", has_text=to).bounding_box()
    y = goal["y"] + goal["height"] * (0.9 if below else 0.1)
    page.mouse.move(grip["x"] + 8, grip["y"] + 8)
    page.mouse.down()
    page.mouse.move(grip["x"] + 8, (grip["y"] + y) / 2, steps=4)
    page.mouse.move(grip["x"] + 8, y, steps=8)
    page.mouse.up()


def test_ordering_with_the_mouse(eve, evaluation):
    begin(eve, "Order of importance")
    box = eve.locator("[data-order]").bounding_box()
    grip = eve.locator("[data-row]", has_text="Security").locator("[data-grip]").bounding_box()
    eve.mouse.move(grip["x"] + 8, grip["y"] + 8)
    eve.mouse.down()
    eve.mouse.move(grip["x"] + 8, box["y"] + 5, steps=12)
    eve.mouse.up()
    in_order(eve, "Security")
    drag(eve, "Quality", "Security", below=True)
    in_order(eve, "Security", "Quality")
    drag(eve, "Cost", "Security")
    in_order(eve, "Cost", "Security", "Quality")
    drag(eve, "Cost", "Quality", below=True)
    in_order(eve, "Security", "Quality", "Cost")
    drag(eve, "Cost", "Security")
    in_order(eve, "Cost", "Security", "Quality")
    save(eve)
    assert kept(evaluation) == [("Eve", "order", COST_SECURITY_QUALITY, 1)]


def test_ordering_with_a_finger(browser, live_server, evaluation, evaluator):
    context = browser.new_context(has_touch=True, viewport={"width": 390, "height": 844})
    sign_in(context, live_server, evaluator)
    page = context.new_page()
    page.goto(f"{live_server.url}{base(evaluation)}order/")
    grip = page.locator("[data-row]", has_text="Cost").locator("[data-grip]").bounding_box()
    top = page.locator("[data-order]").bounding_box()["y"] + 5
    finger = context.new_cdp_session(page)
    x, y = grip["x"] + 8, grip["y"] + 8
    touch = "Input.dispatchTouchEvent"
    finger.send(touch, {"type": "touchStart", "touchPoints": [{"x": x, "y": y}]})
    for part in (0.7, 0.3, 0):
        point = {"x": x, "y": top + (y - top) * part}
        finger.send(touch, {"type": "touchMove", "touchPoints": [point]})
    finger.send(touch, {"type": "touchEnd", "touchPoints": []})
    in_order(page, "Cost")
    expect(page.get_by_label("Place of Cost")).to_have_value("1")
    context.close()


def test_escape_puts_a_dragged_row_back(eve):
    begin(eve, "Order of importance")
    eve.get_by_role("button", name="Place next Quality").click()
    in_order(eve, "Quality")
    eve.get_by_role("button", name="Place next Cost").click()
    in_order(eve, "Quality", "Cost")
    grip = eve.locator("[data-row]", has_text="Cost").locator("[data-grip]").bounding_box()
    top = eve.locator("[data-order]").bounding_box()["y"]
    eve.mouse.move(grip["x"] + 8, grip["y"] + 8)
    eve.mouse.down()
    eve.mouse.move(grip["x"] + 8, top + 2, steps=8)
    assert order(eve) == ["Cost", "Quality"]
    eve.keyboard.press("Escape")
    assert order(eve) == ["Quality", "Cost"]
    eve.mouse.up()
    in_order(eve, "Quality", "Cost")


def test_without_a_script_the_numbers_do_it(browser, live_server, evaluation, evaluator):
    context = browser.new_context(java_script_enabled=False)
    sign_in(context, live_server, evaluator)
    page = context.new_page()
    page.goto(f"{live_server.url}{base(evaluation)}order/")
    page.get_by_role("button", name="Place next Quality").click()
    for name, place in (("Quality", "3"), ("Cost", "1"), ("Security", "2")):
        page.get_by_label(f"Place of {name}").fill(place)
    page.get_by_role("button", name="Sort by these numbers").click()
    assert order(page) == ["Cost", "Security", "Quality"]
    expect(page.get_by_label("What follows")).to_contain_text("61.1 %")
    page.get_by_role("button", name="Save my answer").click()
    assert kept(evaluation) == [("Eve", "order", COST_SECURITY_QUALITY, 1)]
    context.close()


# The other ways -----------------------------------------------------------------------------------


def test_points_show_what_remains_while_they_are_typed(eve, evaluation):
    begin(eve, "Points")
    number(eve, "Quality").fill("50")
    expect(eve.locator("#weights-preview")).to_contain_text("50 of 100 left")
    number(eve, "Cost").fill("30")
    number(eve, "Security").fill("20")
    expect(eve.locator("#weights-preview")).to_contain_text("nothing left")
    expect(number(eve, "Security")).to_be_focused()
    no_serious_finding(eve)
    save(eve)
    assert kept(evaluation) == [("Eve", "points", ["50", "30", "20"], 1)]


def test_the_change_that_matters_most_has_100(eve, evaluation):
    begin(eve, "Swing from worst to best")
    expect(eve.get_by_text("40,000 EUR")).to_be_visible()
    eve.get_by_role("radio", name="Matters most Cost").check()
    expect(eve.get_by_label("Points of Cost")).to_be_hidden()
    eve.get_by_label("Points of Quality").fill("60")
    eve.get_by_label("Points of Security").fill("40")
    expect(eve.locator("#weights-preview")).to_contain_text("50.0 %")
    no_serious_finding(eve)
    save(eve)
    assert kept(evaluation) == [("Eve", "swing", ["30", "50", "20"], 1)]


def test_pairs_say_which_answer_to_think_about_again(eve, evaluation):
    begin(eve, "Two at a time")
    for pair, value in (("Quality or Cost?", "9"), ("Quality or Security?", "-9")):
        eve.get_by_label(pair).select_option(value)
    expect(eve.locator("#weights-preview")).to_contain_text("1 of 3 questions left")
    eve.get_by_label("Cost or Security?").select_option(
        "Cost is extremely more important than Security"
    )
    expect(eve.locator("#weights-preview")).to_contain_text("Your answers contradict each other")
    no_serious_finding(eve)
    eve.get_by_role("link", name="Go to that question").click()
    expect(eve.locator("select:target")).to_be_visible()
    eve.get_by_label("Quality or Cost?").select_option("1")
    eve.get_by_label("Quality or Security?").select_option("9")
    expect(eve.locator("#weights-preview")).to_contain_text("Your answers fit together.")
    save(eve)
    assert kept(evaluation) == [("Eve", "pairs", ["47.369", "47.368", "5.263"], 1)]


# Together -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("dark", [False, True])
def test_an_owner_answers_compares_and_settles(
    page, context, live_server, evaluation, evaluator, owner, dark
):
    data = points(evaluation, Quality=60, Cost=30, Security=10)
    answer(client_of(evaluator), evaluation, "points", data)
    sign_in(context, live_server, owner)
    page.emulate_media(color_scheme="dark" if dark else "light")
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(f"{live_server.url}/o/acme/evaluations/{evaluation.pk}/setup/")
    page.get_by_role("link", name="Weigh the criteria").click()
    page.get_by_role("link", name="Compare the answers").click()
    expect(page.get_by_text("Your own answer first")).to_be_visible()
    no_serious_finding(page)
    page.get_by_role("link", name="Give my answer").click()
    begin(page, "Points")
    for name, said in (("Quality", "20"), ("Cost", "40"), ("Security", "40")):
        number(page, name).fill(said)
    save(page)
    no_serious_finding(page)
    page.get_by_role("link", name="Compare the answers").click()
    expect(page.get_by_text("Eve 60, Olga 20: talk about Quality")).to_be_visible()
    page.get_by_label("The mean of several people").check()
    page.get_by_label("Eve (points)").check()
    page.get_by_label("Olga (points)").check()
    expect(page.get_by_text("What would be settled")).to_be_visible()
    page.get_by_label("Why so?").fill("We met half way.")
    no_serious_finding(page)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.get_by_role("button", name="Settle the weights").click()
    expect(page.get_by_text("The weights are settled.")).to_be_visible()
    expect(
        page.get_by_text("The weights are the mean of what Eve and Olga answered")
    ).to_be_visible()
    assert weights(evaluation) == {"Quality": "40", "Cost": "35", "Security": "25"}
