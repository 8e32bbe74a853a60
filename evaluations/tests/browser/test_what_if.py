"""What-if in a real browser: the ranking moves with the slider, and the address carries it all."""

from collections.abc import Iterator
from decimal import Decimal

import pytest
from playwright.sync_api import Page, expect

from core.tenancy import ALL, organization_scope
from evaluations.models import Evaluation
from evaluations.tests.browser.scoring_case import no_serious_finding, sign_in
from evaluations.tests.builders import give_mark, make_evaluation

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

MARKS = {"Northwind": (5, 2, 3), "Kestrel": (3, 4, 3), "Contoso": (2, 5, 4)}
CRITERIA = {"Quality": 60, "Cost": 20, "Speed": 20}
COUNT_MOVEMENTS = """
  window.movements = 0;
  var glide = Element.prototype.animate;
  Element.prototype.animate = function () { window.movements += 1; return glide.apply(this, arguments); };
"""


@pytest.fixture
def url(live_server, acme, owner) -> str:
    criteria = [{"name": name, "weight": Decimal(weight)} for name, weight in CRITERIA.items()]
    evaluation = make_evaluation(
        acme,
        criteria=criteria,
        candidates=MARKS,
        evaluators=[owner],
        state=Evaluation.State.CLOSED,
    )
    with organization_scope(ALL):
        card = evaluation.scorecards.get()
        for candidate, row in MARKS.items():
            for criterion, mark in zip(CRITERIA, row, strict=True):
                give_mark(card, candidate, criterion, mark)
    return f"{live_server.url}/o/acme/evaluations/{evaluation.pk}/ranking/what-if/"


@pytest.fixture
def what_if(page, context, live_server, url, viewer) -> Iterator[Page]:
    """The page, signed in, with every error of its scripts failing the test."""
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.add_init_script(COUNT_MOVEMENTS)
    sign_in(context, live_server, viewer)
    page.goto(url)
    yield page
    assert errors == []


def slider(page: Page, name: str):
    return page.get_by_role("slider", name=f"Weight of {name}")


def number(page: Page, name: str):
    return page.get_by_role("textbox", name=name)


def names(page: Page) -> list[str]:
    return page.locator("#result tbody th").all_inner_texts()


def sentence(page: Page):
    return page.locator("[data-what-if-sentence]")


def press(page: Page, key: str, times: int = 1) -> None:
    for _ in range(times):
        page.keyboard.press(key)


def test_the_ranking_moves_with_the_slider_and_the_address_carries_it(what_if, url):
    assert names(what_if) == ["Northwind", "Kestrel", "Contoso"]
    slider(what_if, "Cost").focus()
    press(what_if, "ArrowRight", 40)
    expect(sentence(what_if)).to_contain_text("Contoso now leads with 80.0, 8.0 ahead of Kestrel.")
    assert names(what_if) == ["Contoso", "Kestrel", "Northwind"]
    expect(what_if.locator("#result tbody tr").first).to_contain_text("up 2")
    expect(slider(what_if, "Cost")).to_be_focused()
    expect(slider(what_if, "Cost")).to_have_value("60")
    expect(slider(what_if, "Quality")).to_have_value("30")
    expect(number(what_if, "Quality")).to_have_value("")
    expect(number(what_if, "Quality")).to_have_attribute("placeholder", "30")
    expect(what_if.locator("[data-what-if-say]")).to_have_text(
        "Contoso now leads with 80.0, 8.0 ahead of Kestrel."
    )
    assert what_if.evaluate("movements") > 0
    assert what_if.url.startswith(f"{url}?w")
    assert what_if.url.endswith("=60")
    shown = what_if.locator("#result").inner_html()
    what_if.reload()
    assert what_if.locator("#result").inner_html() == shown
    expect(slider(what_if, "Cost")).to_have_value("60")
    what_if.get_by_role("link", name="Reset").click()
    expect(sentence(what_if)).to_contain_text("Northwind leads")
    assert what_if.url == url


def test_there_and_back_loses_nothing_and_a_weight_is_let_go(what_if, url):
    slider(what_if, "Cost").focus()
    press(what_if, "End")
    expect(slider(what_if, "Quality")).to_have_value("0")
    press(what_if, "Home")
    expect(slider(what_if, "Quality")).to_have_value("75")
    what_if.get_by_role("button", name="Let Cost share what is left").click()
    expect(slider(what_if, "Cost")).to_have_value("20")
    expect(slider(what_if, "Quality")).to_have_value("60")
    expect(what_if).to_have_url(url)


def test_what_is_no_number_is_said_beside_it_and_the_rest_goes_on(what_if):
    number(what_if, "Cost").fill("many")
    expect(number(what_if, "Cost")).to_have_attribute("aria-invalid", "true")
    expect(what_if.get_by_text("Type a number from 0 to 100")).to_be_visible()
    expect(number(what_if, "Cost")).to_have_value("many")
    number(what_if, "Cost").fill("60")
    expect(number(what_if, "Cost")).to_have_attribute("aria-invalid", "false")
    expect(sentence(what_if)).to_contain_text("Contoso now leads")
    number(what_if, "Cost").press("Enter")
    expect(number(what_if, "Cost")).to_be_focused()


def test_leaving_out_by_keyboard(what_if):
    what_if.get_by_role("checkbox", name="Northwind").focus()
    press(what_if, "Space")
    expect(sentence(what_if)).to_contain_text("Kestrel now leads with 64.0")
    expect(what_if.get_by_role("checkbox", name="Northwind")).to_be_focused()
    expect(what_if.get_by_text("Left out: Northwind (number 1 in the record).")).to_be_visible()
    what_if.get_by_role("checkbox", name="Leave out Quality").check()
    expect(sentence(what_if)).to_contain_text("Contoso now leads with 90.0")
    what_if.get_by_role("radio", name="The middle one").check()
    what_if.get_by_role("radio", name="Any at all").check()
    expect(what_if.get_by_text("other sets of weights, any at all")).to_be_visible()
    no_serious_finding(what_if)


def test_nothing_glides_for_who_wants_no_motion(what_if):
    what_if.emulate_media(reduced_motion="reduce")
    slider(what_if, "Cost").focus()
    press(what_if, "End")
    expect(sentence(what_if)).to_contain_text("Contoso now leads")
    assert what_if.evaluate("movements") == 0


def test_a_lost_connection_is_said_until_the_next_answer(what_if, context):
    context.set_offline(True)
    slider(what_if, "Cost").focus()
    press(what_if, "End")
    expect(what_if.get_by_text("No answer from the server")).to_be_visible()
    context.set_offline(False)
    press(what_if, "ArrowLeft")
    expect(sentence(what_if)).to_contain_text("Contoso now leads")
    expect(what_if.get_by_text("No answer from the server")).to_be_hidden()


def test_without_a_script_it_is_a_form_with_a_button(browser, live_server, url, viewer):
    context = browser.new_context(java_script_enabled=False)
    sign_in(context, live_server, viewer)
    page = context.new_page()
    page.goto(url)
    expect(page.get_by_role("slider")).to_have_count(0)
    number(page, "Cost").fill("60")
    page.get_by_role("checkbox", name="Northwind").check()
    page.get_by_role("button", name="Show the ranking").click()
    expect(sentence(page)).to_contain_text("Contoso now leads with 80.0, 8.0 ahead of Kestrel.")
    expect(number(page, "Cost")).to_have_value("60")
    context.close()


def test_what_is_typed_before_the_script_runs_is_asked_as_well(
    page, context, live_server, url, viewer
):
    sign_in(context, live_server, viewer)
    held = []
    page.route("**/what_if.js", lambda route: held.append(route))
    page.goto(url, wait_until="commit")
    page.get_by_role("textbox", name="Quality").fill("0")
    expect(page.locator("[data-what-if-sentence]")).to_contain_text("Northwind")
    held[0].continue_()
    expect(page.locator("[data-what-if-sentence]")).to_contain_text("Contoso")
