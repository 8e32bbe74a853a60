"""An award in a real browser: by keyboard alone from the ranking to the announcement; axe on every page."""

import pytest
from playwright.sync_api import expect

from evaluations.tests.award_case import WHY, at, award_at, closed_evaluation, fresh, make_award
from evaluations.tests.browser.scoring_case import sign_in
from outsourcing_portal.tests.browser.test_pages_are_accessible import look_at

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def press_until(page, name: str, role: str = "button") -> None:
    """Tab to the control of this name, as somebody without a mouse does."""
    wanted = page.get_by_role(role, name=name).first
    for _ in range(80):
        page.keyboard.press("Tab")
        if wanted.evaluate("node => node === document.activeElement"):
            return
    raise AssertionError(f"{name} is never reached")


def test_by_keyboard_from_the_form_to_the_announcement(page, context, live_server, acme, owner):
    evaluation = closed_evaluation(acme, owner)
    sign_in(context, live_server, owner)
    page.goto(f"{live_server.url}{at(evaluation, 'awards/new/')}")
    press_until(page, "Northwind", "radio")
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("radio", name="Contoso")).to_be_checked()
    press_until(page, "Add a condition")
    page.keyboard.press("Enter")
    expect(page.get_by_label("Condition 1", exact=True)).to_be_focused()
    page.keyboard.type("Proof of insurance")
    press_until(page, "Save and propose")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("Contoso is not first")
    expect(page.get_by_label("Condition 1", exact=True)).to_have_value("Proof of insurance")
    page.get_by_role("link", name="Rationale").press("Enter")
    page.keyboard.type(WHY)
    press_until(page, "Save and propose")
    page.keyboard.press("Enter")
    expect(page.locator(".verdict")).to_contain_text("Olga proposes to award")
    press_until(page, "Approve or return it", "link")
    page.keyboard.press("Enter")
    press_until(page, "Approve it")
    page.keyboard.press("Enter")
    expect(page.locator(".verdict")).to_contain_text("is awarded to Contoso")
    page.get_by_role("button", name="Announce it").press("Enter")
    page.get_by_role("dialog").get_by_role("button", name="Announce it").press("Enter")
    expect(page.locator(".award-state")).to_contain_text("Announced")
    page.locator(".award-settle summary").press("Enter")
    page.get_by_label("How it was settled").fill("Policy 4711")
    page.get_by_role("button", name="It is settled").press("Enter")
    expect(page.locator(".award-settle")).to_contain_text("Policy 4711")


@pytest.mark.once
def test_axe_finds_nothing_and_no_page_scrolls_sideways(page, context, live_server, acme, owner):
    sign_in(context, live_server, owner)
    long = "Proof of a professional liability insurance of at least one million " + "x" * 60
    evaluation = closed_evaluation(acme, owner)
    pages = [at(evaluation, "awards/new/"), at(evaluation, "reopen/")]
    for state in ("draft", "proposed", "returned", "announced", "withdrawn"):
        award = make_award(
            closed_evaluation(acme, owner, title=f"Help desk {state}"),
            owner,
            state,
            winner="Fabrikam",
            rationale=f"{WHY} {'y' * 90}",
            conditions=(long, "A second one"),
            winner_quote=123456789012,
        )
        assert fresh(award).state == state
        pages.append(award_at(award))
        pages += {
            "draft": [award_at(award, "edit/"), award_at(award, "withdraw/")],
            "proposed": [award_at(award, "approve/")],
        }.get(state, [])
    wrong = {p: found for p in pages if (found := look_at(page, f"{live_server.url}{p}"))}
    assert wrong == {}
