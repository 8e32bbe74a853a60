"""Two quarters of the example company's network contract in a real browser, with a moved clock.

January: the review of the last quarter is reminded of, prepared (a value, a survey that five people answer by
link) and held; a credit is claimed, an action agreed on, the renewal decided. April: nobody holds the next one,
and the Owner is told; whether the action of last year helped is looked at. July: the one after is held.
"""

import datetime as dt
import email
import re
from email import policy
from typing import Any

import pytest
import time_machine
from django.conf import settings
from django.utils.module_loading import import_string
from playwright.sync_api import Browser, Locator, Page, expect

from accounts.models import Membership, Organization
from activity.tests.conftest import Mailbox, mailbox, smtp
from contracts.models import Contract
from core.tenancy import ALL, organization_scope
from dashboard.actions import load_example
from evaluations.tests.browser.scoring_case import sign_in
from reviews.models import CorrectiveAction, RenewalBrief, Review, ServiceCredit

__all__ = ["mailbox", "smtp"]  # the fixtures
pytestmark = [
    pytest.mark.browser,
    pytest.mark.once,
    pytest.mark.django_db(transaction=True),
]

TITLE = "Managed network and Wi-Fi"
JANUARY = dt.datetime(2027, 1, 11, 9, tzinfo=dt.UTC)
APRIL = dt.datetime(2027, 4, 12, 9, tzinfo=dt.UTC)
A_WEEK_LATE = dt.datetime(2027, 4, 27, 9, tzinfo=dt.UTC)
JULY = dt.datetime(2027, 7, 12, 9, tzinfo=dt.UTC)
PEOPLE = [f"{name}@larkspur.example" for name in ("ann", "ben", "cem", "dora", "elif")]
CRITERIA = ("Quality", "Satisfaction", "Cost", "Security", "Cultural fit")
MOST_INTERACTIONS = 25


class Hands:
    """What a person does on a page, counted: each click and each field filled in is one."""

    def __init__(self, page: Page) -> None:
        self.page, self.count = page, 0

    def goto(self, address: str) -> None:
        self.count += 1
        self.page.goto(address)

    def click(self, what: Locator) -> None:
        self.count += 1
        what.click()

    def fill(self, what: Locator, text: str) -> None:
        self.count += 1
        what.fill(text)

    def choose(self, what: Locator, label: str) -> None:
        self.count += 1
        what.select_option(label=label)


# What time does ------------------------------------------------------------------------------------


def an_hour_passes(clock: Any) -> None:
    """All that the worker does by the clock, twice over: nothing may happen twice."""
    clock.shift(dt.timedelta(hours=1))
    for _ in range(2):
        for entry in settings.CELERY_BEAT_SCHEDULE.values():
            import_string(entry["task"])()


def mails_to(smtp: Mailbox, address: str) -> list[Any]:
    """The mails that have come for this person since the last look."""
    kept = [mail for mail in smtp.mails if address in mail.rcpt_tos]
    smtp.mails = [mail for mail in smtp.mails if address not in mail.rcpt_tos]
    return [email.message_from_bytes(mail.content, policy=policy.default) for mail in kept]


def text_of(mail: Any) -> str:
    return mail.get_body(("plain",)).get_content().replace("\xa0", " ")


def link_in(mails: list[Any], part: str) -> str:
    """The one address in these mails that has `part` in its path."""
    found = {link for mail in mails for link in re.findall(rf"http\S+{part}\S*", text_of(mail))}
    assert len(found) == 1, found
    return found.pop()


def with_a_mailbox(organization: Organization, login: str) -> Membership:
    """Nothing is ever mailed to example.com, where the people of the example live."""
    member = organization.memberships.get(user__email=f"{login}@example.com")
    member.user.email = f"{login}@larkspur.example"
    member.user.save()
    return member


def reminders(smtp: Mailbox, member: Membership) -> list[Any]:
    """Those of their mails that lead to the page of a review."""
    return [mail for mail in mails_to(smtp, member.user.email) if "/record/" in text_of(mail)]


@organization_scope(ALL)
def page_of_review(first_on: str) -> str:
    """The end of the address at which the network's review of that quarter is recorded."""
    review = Review.objects.get(contract__title=TITLE, first_on=first_on)
    return f"/reviews/{review.pk}/record/"


def window_of(browser: Browser, live_server: Any, member: Membership | None = None) -> Page:
    context = browser.new_context()
    if member:
        sign_in(context, live_server, member)
    return context.new_page()


# What people do -------------------------------------------------------------------------------------


def record_december(page: Page, contract_at: str) -> None:
    page.goto(f"{contract_at}measurements/record/?on=2026-12-31")
    levels = page.get_by_role("group", name=re.compile("Availability"))
    levels.get_by_label(re.compile("December")).fill("98.4")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("98.4 %").first).to_be_visible()


def claim_the_credit(page: Page) -> None:
    page.get_by_role("link", name=re.compile("for December 2026")).click()
    page.get_by_role("link", name="Claim", exact=False).first.click()
    page.get_by_role("button", name="It is claimed").click()
    expect(page.get_by_text("Claimed", exact=True).first).to_be_visible()


def draw_up_a_survey(page: Page, contract_at: str) -> None:
    page.goto(f"{contract_at}surveys/new/")
    page.get_by_label("Questions").select_option(label="Customers: how is the service?")
    page.get_by_label("Counts for").select_option(label="Q4 2026")
    page.get_by_label("Title").fill("Network at the end of the year")
    page.get_by_label("Last day to answer").fill("2027-01-20")
    page.get_by_role("button", name="Draw it up").click()
    page.get_by_role("link", name="Ask people").click()
    page.get_by_label("E-mail addresses").fill("\n".join(PEOPLE))
    page.get_by_role("button", name="Send the links").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Network at the end of the year")


def answer(page: Page, link: str, mark: str) -> None:
    """On a phone, without an account; the link works once."""
    page.goto(link)
    expect(page.get_by_role("radio", checked=True)).to_have_count(0)
    for question in page.get_by_role("group").all():
        question.locator(f"input[value='{mark}']").check()
    page.get_by_role("button", name="Send my answers").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Thank you")
    page.goto(link)
    expect(page.get_by_role("button", name="Send my answers")).to_have_count(0)


def close_the_survey(page: Page, contract_at: str) -> None:
    page.goto(f"{contract_at}surveys/")
    page.get_by_role("link", name="Network at the end of the year").click()
    page.get_by_role("button", name="Close").first.click()
    page.get_by_role("dialog").get_by_role("button", name="Close").last.click()
    expect(page.get_by_role("table")).to_contain_text("satisfied")


def hold(hands: Hands, marks: str, *, agree_on: str = "", until: str = "") -> None:
    """From the mail's link to the closed review: a click for each mark, what was said, an action, done."""
    page = hands.page
    for name, mark in zip(CRITERIA, marks, strict=True):
        hands.click(page.get_by_role("group", name=name).get_by_role("radio", name=mark))
    expect(page.get_by_text("5 of 5 marked")).to_be_visible()
    hands.fill(page.get_by_label("Who took part"), "Samir, Otto")
    hands.fill(page.get_by_label("Minutes"), "Two outages before the holidays.")
    if agree_on:
        hands.click(page.get_by_text("Agree on an action"))
        form = page.locator("#open-items form").first
        hands.fill(form.get_by_label("What is to be done"), agree_on)
        hands.choose(form.get_by_label("Who does it"), "The vendor")
        hands.fill(form.get_by_label("Due on"), until)
        hands.click(form.get_by_role("button", name="Agree on it"))
        expect(page.locator("#open-items").get_by_role("link", name=agree_on)).to_be_visible()
    hands.click(page.get_by_role("button", name="Close the review"))
    dialog = page.get_by_role("dialog")
    if dialog.is_visible():
        hands.click(dialog.get_by_role("button", name="Close the review"))
    expect(page.get_by_role("link", name="Result on one page")).to_be_visible()


def decide_to_renegotiate(page: Page, link: str) -> None:
    page.goto(link)
    page.get_by_role("link", name="Decide", exact=False).first.click()
    page.get_by_role("radio", name="Keep it and renegotiate").check()
    page.get_by_label("Why?").fill("They mend what they break, but the yearly rise has to go.")
    page.get_by_role("button", name="Decide").click()
    expect(page.get_by_role("heading", name="Decided: keep it and renegotiate")).to_be_visible()


def say_that_it_helped(page: Page, link: str) -> None:
    page.goto(link)
    page.get_by_role("link", name="Did it help?").click()
    page.get_by_role("radio", name=re.compile("^Yes")).check()
    page.get_by_label("What you saw").fill("No outage of the warehouse since.")
    page.get_by_role("button", name=re.compile("Save|Say")).click()
    expect(page.get_by_text("Helped", exact=True).first).to_be_visible()


def say_that_it_was_not_held(page: Page, link: str) -> None:
    page.goto(link)
    page.get_by_role("link", name="It was not held").click()
    page.get_by_label("Why").fill("Samir was ill, and nobody stood in.")
    page.get_by_role("button", name="Mark as not held").click()


# The story ------------------------------------------------------------------------------------------


def test_two_quarters_from_reminder_to_record(browser, live_server, settings, smtp):
    settings.PUBLIC_URL = live_server.url
    with time_machine.travel(JANUARY), organization_scope(ALL):
        organization = load_example()
        samir, olivia = (with_a_mailbox(organization, login) for login in ("manager", "owner"))
        contract = Contract.objects.get(title=TITLE)
    contract_at = f"{live_server.url}/o/{organization.slug}/reviews/contract/{contract.pk}/"

    with time_machine.travel(JANUARY) as clock:
        january(clock, browser, live_server, smtp, (samir, olivia), contract_at)
    with time_machine.travel(APRIL) as clock:
        april(clock, browser, live_server, smtp, (samir, olivia))
    with time_machine.travel(JULY) as clock:
        july(clock, browser, live_server, smtp, (samir, olivia), contract_at)


def january(
    clock: Any,
    browser: Browser,
    live_server: Any,
    smtp: Mailbox,
    people: tuple[Membership, Membership],
    contract_at: str,
) -> None:
    samir, olivia = people
    an_hour_passes(clock)
    [reminder] = reminders(smtp, samir)
    page = window_of(browser, live_server, samir)
    record_december(page, contract_at)
    claim_the_credit(page)
    draw_up_a_survey(page, contract_at)
    an_hour_passes(clock)
    for address, mark in zip(PEOPLE, "34445", strict=True):
        link = link_in(mails_to(smtp, address), "/survey/")
        answer(window_of(browser, live_server), link, mark)
    close_the_survey(page, contract_at)

    hands = Hands(page)
    hands.goto(link_in([reminder], page_of_review("2026-10-01")))
    hold(hands, "43434", agree_on="Tell us before each maintenance", until="2027-03-01")
    assert hands.count <= MOST_INTERACTIONS, hands.count

    an_hour_passes(clock)
    results = [mail for mail in mails_to(smtp, samir.user.email) if "Q4 2026" in mail["Subject"]]
    assert len(results) == 1
    window = window_of(browser, live_server, olivia)
    briefs = mails_to(smtp, olivia.user.email)
    decide_to_renegotiate(window, link_in(briefs, "/renewals/"))
    with organization_scope(ALL):
        assert ServiceCredit.objects.get(measurement__value="98.4").state == "claimed"
        assert RenewalBrief.objects.get(contract__title=TITLE).choice == "renegotiate"
        action = CorrectiveAction.objects.get(title="Tell us before each maintenance")
        assert action.state == "open"


def april(
    clock: Any,
    browser: Browser,
    live_server: Any,
    smtp: Mailbox,
    people: tuple[Membership, Membership],
) -> None:
    """The review of the first quarter is due on 18 April, and more than a week later nobody has held it."""
    samir, olivia = people
    an_hour_passes(clock)
    first = link_in(reminders(smtp, samir), page_of_review("2027-01-01"))
    assert reminders(smtp, olivia) == []
    clock.move_to(A_WEEK_LATE)
    an_hour_passes(clock)
    told = reminders(smtp, olivia)
    assert (len(told), link_in(told, page_of_review("2027-01-01"))) == (1, first)
    mine = mails_to(smtp, samir.user.email)
    page = window_of(browser, live_server, samir)
    with organization_scope(ALL):
        action = CorrectiveAction.objects.get(title="Second line to the warehouse")
    say_that_it_helped(page, link_in(mine, f"/actions/{action.pk}/"))
    say_that_it_was_not_held(window_of(browser, live_server, olivia), first)
    with organization_scope(ALL):
        action.refresh_from_db()
        missed = Review.objects.get(contract__title=TITLE, first_on="2027-01-01")
    assert action.state == "effective"
    assert (missed.state, missed.missed_reason) == ("missed", "Samir was ill, and nobody stood in.")


def july(
    clock: Any,
    browser: Browser,
    live_server: Any,
    smtp: Mailbox,
    people: tuple[Membership, Membership],
    contract_at: str,
) -> None:
    samir, _ = people
    an_hour_passes(clock)
    page = window_of(browser, live_server, samir)
    page.goto(link_in(reminders(smtp, samir), page_of_review("2027-04-01")))
    expect(page.get_by_text("Last time 4").first).to_be_visible()
    hold(Hands(page), "44444")
    page.goto(contract_at)
    with organization_scope(ALL):
        rows = Review.objects.filter(contract__title=TITLE).order_by("first_on")
        states = {f"{row.first_on}": row.state for row in rows}
    assert states["2026-10-01"] == states["2027-04-01"] == "closed"
    assert states["2027-01-01"] == "missed"
    assert states["2027-07-01"] == "open"
