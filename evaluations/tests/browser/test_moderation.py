"""Through the agenda in a real browser: choose a mark, see what it changes, save, go on, take it back."""

import pytest
from playwright.sync_api import Page, expect

from core.tenancy import ALL, organization_scope
from evaluations.models import Evaluation, ModeratedMark
from evaluations.tests.browser.scoring_case import no_serious_finding, sign_in
from evaluations.tests.builders import give_mark, make_evaluation

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
MARKS = {
    ("Northwind", "Quality"): (5, 3),
    ("Northwind", "Cost"): (3, 3),
    ("Contoso", "Quality"): (3, 3),
    ("Contoso", "Cost"): (2, 4),
}


@pytest.fixture
def evaluation(acme, owner, evaluator) -> Evaluation:
    """Northwind leads with 70 points, 10 ahead of Contoso."""
    evaluation = make_evaluation(acme, evaluators=[owner, evaluator], state=Evaluation.State.CLOSED)
    with organization_scope(ALL):
        cards = list(evaluation.scorecards.order_by("pk"))
        for cell, marks in MARKS.items():
            for card, mark in zip(cards, marks, strict=True):
                give_mark(card, *cell, mark, evidence="demo", comment=f"Saw a {mark}")
    return evaluation


@pytest.fixture
def agenda(page, context, live_server, evaluation, manager) -> Page:
    """The agenda, signed in as somebody who moderates; an error of a script fails the test."""
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    sign_in(context, live_server, manager)
    page.goto(f"{live_server.url}/o/acme/evaluations/{evaluation.pk}/moderate/")
    yield page
    assert errors == []


@organization_scope(ALL)
def standing() -> list[int]:
    return [int(row.mark) for row in ModeratedMark.objects.filter(withdrawn_at=None)]


def test_from_the_agenda_through_a_mark_and_back_by_keyboard(agenda):
    no_serious_finding(agenda)
    expect(agenda.get_by_text("2 cells to talk about, about 8 minutes")).to_be_visible()
    agenda.get_by_role("link", name="Start with the first").press("Enter")
    expect(agenda.get_by_role("heading", level=1)).to_have_text("Northwind: Quality")

    effect = agenda.locator("#effect")
    agenda.get_by_role("radio", name="5 Answers at once").focus()
    for _ in range(3):
        agenda.keyboard.press("ArrowDown")
    expect(agenda.get_by_role("radio", name="2 Answers late")).to_be_checked()
    expect(effect).to_contain_text("Contoso would lead.")
    expect(effect).to_contain_text("Nothing is saved yet.")
    no_serious_finding(agenda)
    assert standing() == []

    agenda.keyboard.press("Tab")
    agenda.keyboard.type("The faults were on their side.")
    agenda.keyboard.press("Tab")
    agenda.keyboard.press("Enter")
    expect(agenda.get_by_role("status").first).to_contain_text("Saved: 2 counts now.")
    expect(effect).to_contain_text("Contoso leads now.")
    expect(effect).to_contain_text("70.0 → 50.0")
    expect(agenda.get_by_text("Saw a 5")).to_be_visible()
    assert standing() == [2]
    no_serious_finding(agenda)

    agenda.get_by_role("button", name="Withdraw this mark").press("Enter")
    agenda.get_by_role("dialog").get_by_role("button", name="Withdraw").press("Enter")
    expect(agenda.get_by_role("status").first).to_contain_text("Withdrawn.")
    assert standing() == []
    agenda.get_by_role("link", name="Next cell").press("Enter")
    expect(agenda.get_by_role("heading", level=1)).to_have_text("Contoso: Cost")


def test_two_windows_at_one_cell(agenda, context):
    agenda.get_by_role("link", name="Northwind: Quality").click()
    other = context.new_page()
    other.goto(agenda.url)
    for window, mark in ((other, "4 Answers within hours"), (agenda, "3 Answers within a day")):
        window.get_by_role("radio", name=mark).check()
        window.get_by_label("Why this mark").fill(f"Because {mark[0]}")
        window.get_by_role("button", name="Save the mark").click()
    warning = agenda.get_by_role("alert")
    expect(warning).to_contain_text("Saved now: 4, by Mia: “Because 4”")
    expect(warning).to_contain_text("You entered: 3, “Because 3”")
    no_serious_finding(agenda)
    assert standing() == [4]
    agenda.get_by_role("button", name="Save the mark").click()
    expect(agenda.get_by_role("status").first).to_contain_text("Saved: 3 counts now.")
    assert standing() == [3]


def test_without_a_script_the_button_shows_what_changes(browser, live_server, evaluation, manager):
    context = browser.new_context(java_script_enabled=False)
    sign_in(context, live_server, manager)
    page = context.new_page()
    page.goto(f"{live_server.url}/o/acme/evaluations/{evaluation.pk}/moderate/")
    page.get_by_role("link", name="Contoso: Cost").click()
    page.get_by_role("radio", name="4 Answers within hours").check()
    page.get_by_label("Why this mark").fill("Counted again")
    page.get_by_role("button", name="See what it changes").click()
    expect(page.locator("#effect")).to_contain_text(
        "Northwind and Contoso would share the first place."
    )
    page.get_by_role("button", name="Save the mark").click()
    expect(page.get_by_role("main")).to_contain_text("Saved: 4 counts now.")
    assert standing() == [4]
    context.close()


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_on_a_phone_nothing_sticks_out(agenda, theme):
    agenda.emulate_media(color_scheme=theme)
    agenda.set_viewport_size({"width": 390, "height": 844})
    agenda.reload()
    wide = "document.documentElement.scrollWidth > document.documentElement.clientWidth"
    assert not agenda.evaluate(wide)
    no_serious_finding(agenda)
    agenda.get_by_role("link", name="Northwind: Quality").click()
    agenda.get_by_role("radio", name="2 Answers late").check()
    expect(agenda.locator("#effect")).to_contain_text("Contoso would lead.")
    assert not agenda.evaluate(wide)
    no_serious_finding(agenda)
