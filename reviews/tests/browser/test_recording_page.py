"""The page of a review in a real browser: keys, two people, a lost connection, a phone, no script."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from core.tenancy import ALL, organization_scope
from evaluations.tests.browser.scoring_case import no_serious_finding, sign_in
from reviews.models import Review, ReviewMark
from reviews.tests import review_case as case

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def review(manager, owner) -> Review:
    return case.review_of(case.running(manager, owner))


@pytest.fixture
def url(live_server, review) -> str:
    return f"{live_server.url}/o/acme/reviews/{review.pk}/record/"


@pytest.fixture
def recording(page, context, live_server, url, manager) -> Iterator[Page]:
    """The page, signed in, with every error of its script failing the test."""
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    sign_in(context, live_server, manager)
    page.goto(url)
    yield page
    assert errors == []


def marks_of(page: Page, name: str):
    return page.get_by_role("group", name=name, exact=True)


def mark(page: Page, name: str, value: str) -> None:
    marks_of(page, name).get_by_role("radio", name=value, exact=True).check()


def saved(page: Page) -> None:
    expect(page.locator("#record-saved")).to_have_text("All saved")


@organization_scope(ALL)
def stored() -> dict[str, str]:
    rows = ReviewMark.objects.select_related("criterion").order_by("criterion__position")
    return {row.criterion.name: str(row.mark) for row in rows}


@organization_scope(ALL)
def state(review: Review) -> tuple[str, str, str]:
    row = Review.objects.get(pk=review.pk)
    return row.state, row.standing, row.minutes


def test_one_key_for_each_mark_then_one_button(recording, review):
    marks_of(recording, "Quality").get_by_role("radio", name="0").focus()
    for key in ("4", "3", "p"):
        recording.keyboard.press(key)
    expect(recording.get_by_label("Held on")).to_be_focused()
    saved(recording)
    assert stored() == {"Quality": "4.0000", "Cost": "3.0000", "Insured": "1.0000"}
    expect(recording.locator("#record-progress")).to_contain_text("72.0 points")
    no_serious_finding(recording)
    # What is typed in the last moment is in the record as well.
    recording.get_by_label("Minutes").fill("All in order.")
    recording.get_by_role("button", name="Close the review").click()
    recording.wait_for_url(f"**/reviews/{review.pk}/")
    expect(recording.get_by_text("The review is closed. Standing: Good.")).to_be_visible()
    assert state(review) == ("closed", "green", "All in order.")
    no_serious_finding(recording)


def test_two_people_and_a_lost_connection(browser, recording, context, live_server, url, owner):
    other = browser.new_context()
    sign_in(other, live_server, owner)
    theirs = other.new_page()
    theirs.goto(url)
    mark(recording, "Quality", "4")
    saved(recording)
    # Marks something else: sees what was marked meanwhile.
    mark(theirs, "Cost", "2")
    expect(marks_of(theirs, "Quality").get_by_role("radio", name="4")).to_be_checked()
    # Both mark the same: the second one chooses.
    mark(recording, "Cost", "5")
    expect(recording.get_by_text("2, by Olga", exact=True)).to_be_visible()
    assert stored()["Cost"] == "2.0000"
    recording.get_by_role("button", name="Take theirs").click()
    saved(recording)
    expect(marks_of(recording, "Cost").get_by_role("radio", name="2")).to_be_checked()
    context.set_offline(True)
    mark(recording, "Insured", "Pass")
    expect(recording.locator("#record-saved")).to_have_text("Not saved yet: trying again")
    context.set_offline(False)
    saved(recording)
    assert stored() == {"Quality": "4.0000", "Cost": "2.0000", "Insured": "1.0000"}
    other.close()


def test_a_phone_without_script_records_a_review_as_well(
    browser, live_server, url, manager, review
):
    context = browser.new_context(java_script_enabled=False, viewport={"width": 390, "height": 844})
    sign_in(context, live_server, manager)
    page = context.new_page()
    page.goto(url)
    for name, wanted in (("Quality", "2"), ("Cost", "3"), ("Insured", "Pass")):
        mark(page, name, wanted)
    page.get_by_role("button", name="Save and go on later").click()
    expect(page.get_by_text("The review stays open until you close it.")).to_be_visible()
    page.get_by_text("Choose another standing").click()
    page.get_by_role("radio", name="In trouble").check()
    page.get_by_role("button", name="Close the review").click()
    expect(page.get_by_text("Say why in a few words.").first).to_be_visible()
    page.get_by_label("Why another standing").fill("Two people left.")
    page.get_by_role("button", name="Close the review").click()
    expect(page.get_by_text("The review is closed. Standing: In trouble.")).to_be_visible()
    assert state(review) == ("closed", "red", "")
    context.close()
