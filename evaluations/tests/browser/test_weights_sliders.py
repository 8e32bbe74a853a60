"""The editor of weights in a real browser: sliders, locks, keys, and the same page without a script."""

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import Page, expect

from core.tenancy import ALL, organization_scope
from evaluations import actions
from evaluations.models import Criterion, Evaluation

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def url(live_server, acme, admin) -> str:
    with organization_scope(ALL):
        row = actions.add_standard_set(by=admin)
    return f"{live_server.url}/o/acme/evaluations/criteria/{row.pk}/edit/"


def sign_in(context, live_server, member) -> None:
    client = Client()
    client.force_login(member.user)
    session = client.cookies[settings.SESSION_COOKIE_NAME].value
    context.add_cookies(
        [{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": live_server.url}]
    )


@pytest.fixture
def editor(page, context, live_server, url, admin) -> Page:
    """The editor, signed in, with every error of the page's scripts failing the test."""
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    sign_in(context, live_server, admin)
    page.goto(url)
    yield page
    assert errors == []


def shown(page: Page) -> list[str]:
    return page.locator('input[name$="-weight"]').evaluate_all("all => all.map(e => e.value)")


def slider(page: Page, name: str):
    return page.get_by_role("slider", name=f"Weight of {name}", exact=True)


def press(page: Page, key: str, times: int = 1) -> None:
    for _ in range(times):
        page.keyboard.press(key)


@organization_scope(ALL)
def stored() -> list[tuple[str, str]]:
    rows = Criterion.objects.filter(version__number=2).order_by("position")
    return [(row.name, row.weight_text) for row in rows]


def test_the_others_make_room_and_come_back(editor):
    slider(editor, "Quality").focus()
    press(editor, "ArrowRight", 10)
    assert shown(editor) == ["40", "17", "17", "17", "9"]
    expect(editor.get_by_text("was 30")).to_be_visible()
    expect(editor.locator("[data-weights-total]")).to_have_text("100")
    press(editor, "End")
    assert shown(editor) == ["100", "0", "0", "0", "0"]
    press(editor, "ArrowLeft", 70)
    assert shown(editor) == ["30", "20", "20", "20", "10"]


def test_a_locked_weight_stays_and_is_a_limit(editor):
    editor.get_by_role("button", name="Lock the weight of Security").click()
    slider(editor, "Quality").focus()
    press(editor, "End")
    assert shown(editor) == ["80", "0", "0", "20", "0"]


def test_a_typed_number_is_meant_and_exact(editor):
    for name in ("Quality", "Satisfaction", "Cost"):
        field = editor.get_by_role("group", name=f": {name}").get_by_label("Weight", exact=True)
        field.fill("33.333")
        field.press("Tab")
    assert shown(editor) == ["33.333", "33.333", "33.333", "0.001", "0"]
    editor.get_by_role("button", name="Save as a new version").click()
    expect(editor.get_by_text("Saved as version 2.")).to_be_visible()
    assert stored() == [
        ("Quality", "33.333"),
        ("Satisfaction", "33.333"),
        ("Cost", "33.333"),
        ("Security", "0.001"),
        ("Cultural fit", "0"),
    ]


def test_rows_are_added_and_moved_with_the_focus_on_them(editor):
    editor.get_by_role("button", name="Add a criterion").click()
    expect(editor.locator("#id_c5-name")).to_be_focused()
    editor.keyboard.type("Speed")
    editor.get_by_role("button", name="Move new up").click()
    expect(editor.locator("#id_c4-name")).to_be_focused()
    expect(editor.locator("#id_c4-name")).to_have_value("Speed")
    expect(editor.locator("input[type=range]")).to_have_count(6)
    slider(editor, "Speed").focus()
    press(editor, "ArrowRight", 10)
    editor.get_by_role("button", name="Save as a new version").click()
    expect(editor.get_by_text("Saved as version 2.")).to_be_visible()
    assert stored() == [
        ("Quality", "27"),
        ("Satisfaction", "18"),
        ("Cost", "18"),
        ("Security", "18"),
        ("Speed", "10"),
        ("Cultural fit", "9"),
    ]


def test_what_is_over_is_said_at_once_and_mended_by_one_button(editor):
    for name, weight in (("Quality", "60"), ("Cost", "52")):
        field = editor.get_by_role("group", name=f": {name}").get_by_label("Weight", exact=True)
        field.fill(weight)
        field.press("Tab")
    expect(editor.locator("[data-weights-foot]")).to_contain_text("too many.")
    editor.get_by_role("button", name="Make them add up to 100").click()
    expect(editor.locator("[data-weights-total]")).to_have_text("100")


def test_without_a_script_it_is_numbers_and_buttons(browser, live_server, url, admin):
    context = browser.new_context(java_script_enabled=False)
    sign_in(context, live_server, admin)
    page = context.new_page()
    page.goto(url)
    expect(page.locator("input[type=range]")).to_have_count(0)
    page.locator("#id_c0-weight").fill("60")
    page.get_by_role("button", name="Move Cost up").click()
    page.get_by_role("button", name="Make them add up to 100").click()
    expect(page.locator("[data-weights-total]")).to_have_text("100")
    page.locator("#id_c0-weight").press("Enter")
    expect(page.get_by_text("Saved as version 2.")).to_be_visible()
    assert stored()[:2] == [("Quality", "46"), ("Cost", "16")]
    context.close()


def test_an_evaluation_is_set_up_with_the_keyboard_and_the_mouse(
    page, context, live_server, url, acme, admin, evaluator
):
    sign_in(context, live_server, admin)
    page.goto(f"{live_server.url}/o/acme/evaluations/")
    page.get_by_role("link", name="Start an evaluation").click()
    page.get_by_label("Title").fill("Help desk")
    page.keyboard.press("Enter")
    page.get_by_role("link", name="Next: Candidates").click()
    page.get_by_label("Name of the vendor").fill("Northwind")
    page.get_by_role("button", name="Add as a new vendor").click()
    page.get_by_role("button", name="Add “Stay in-house”").click()
    page.get_by_role("link", name="Done").click()
    page.get_by_role("link", name="Next: Evaluators").click()
    page.get_by_label("Eve").check()
    page.get_by_role("button", name="Save evaluators").click()
    page.get_by_role("button", name="Open scoring").click()
    page.get_by_role("dialog").get_by_role("button", name="Open scoring").click()
    expect(page.get_by_text("Scoring is open. Every evaluator gets a mail")).to_be_visible()
    with organization_scope(ALL):
        row = Evaluation.objects.get()
        assert (row.state, row.candidates.count(), row.scorecards.count()) == ("scoring", 2, 1)
