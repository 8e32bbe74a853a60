"""A contract in a real browser: from the award to the mail and the calendar that tell of its last safe day.

All days count from today. The term begins on the first of this month and is four months long; notice is two
months by registered letter. So the last safe day lies three to nine weeks ahead, whatever day it is.
"""

import datetime as dt
import email
import re
import urllib.request
from email import policy
from typing import Any

import pytest
from django.utils import timezone
from icalendar import Calendar
from playwright.sync_api import Browser, FilePayload, Locator, Page, expect

from accounts.models import Membership
from activity import actions
from activity.tests.conftest import Mailbox, mailbox, smtp
from contracts.terms import add_months
from contracts.tests.papers import pdf
from contracts.tests.record_case import months_ago
from core.tenancy import ALL, organization_scope
from evaluations.models import Award
from evaluations.tests.award_case import award_at, candidate, closed_evaluation, make_award
from evaluations.tests.browser.scoring_case import sign_in
from vendors.tests.builders import add_person

__all__ = ["mailbox", "smtp"]  # the fixtures
pytestmark = [
    pytest.mark.browser,
    pytest.mark.once,
    pytest.mark.django_db(transaction=True),
]

TITLE = "Help desk"
RESPONSE = "First response (urgent)"


@pytest.fixture
def award(acme, manager, owner, evaluator) -> Award:
    made = make_award(
        closed_evaluation(acme, manager, evaluator),
        manager,
        "announced",
        approver=owner,
        rationale="They restored our test data twice while we watched.",
    )
    with organization_scope(ALL):
        add_person(manager, candidate(made.evaluation, "Northwind").vendor, "Nora North")
    return made


def window_of(browser: Browser, live_server: Any, member: Membership) -> Page:
    context = browser.new_context()
    sign_in(context, live_server, member)
    return context.new_page()


def written(day: dt.date) -> str:
    """As Acme writes days."""
    return f"{day.day} {day:%b %Y}"


def last_safe_day(start_on: dt.date) -> dt.date:
    """Notice arrives two months before the end, on a weekday at the latest; the letter travels three."""
    day, travels = add_months(start_on, 2), 3
    while travels or day.weekday() > 4:
        travels -= day.weekday() <= 4
        day -= dt.timedelta(days=1)
    return day


# What people do -------------------------------------------------------------------------------------


def draft_from_the_award(page: Page) -> None:
    page.get_by_role("button", name="Draft the contract").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(f"{TITLE} Draft")
    page.get_by_role("link", name="Edit", exact=True).click()
    page.get_by_label("Delegated manager").select_option(label="Mia")
    page.get_by_label("Counterpart at the vendor").select_option(label="Nora North")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("run by Mia")).to_be_visible()


def optional(where: Page | Locator, label: str) -> Locator:
    """The field, whether its label says so or not."""
    return where.get_by_label(re.compile(rf"^\s*{label}\s*(\(optional\))?\s*$"))


def say_the_terms(page: Page, start_on: dt.date) -> None:
    page.get_by_role("link", name="Say the terms").click()
    optional(page, "Start").fill(f"{start_on}")
    optional(page, "Initial term, months").fill("4")
    optional(page, "At the end of the term").select_option(label="Renews by itself")
    optional(page, "Renews for, months").fill("12")
    optional(page, "Notice").fill("2")
    optional(page, "Notice is counted in").select_option(label="months")
    optional(page, "Form of notice").select_option(label="Registered letter")
    optional(page, "Post takes, business days").fill("3")
    line = page.get_by_role("group", name="New price line").first
    optional(line, "What for").fill("Desk")
    optional(line, "Priced").select_option(label="Per user")
    optional(line, "Amount").fill("20.60")
    optional(line, "Period").select_option(label="a month")
    optional(line, "Quantity").fill("60")
    page.get_by_role("button", name="Save", exact=True).click()


def promise_service_levels(page: Page) -> None:
    page.get_by_role("link", name="Service levels").first.click()
    page.get_by_role("link", name="Start from a standard pack").click()
    page.get_by_role("checkbox", name=RESPONSE).check()
    page.get_by_role("checkbox", name="Resolution (urgent)").check()
    page.get_by_role("button", name="Add the ticked levels").click()
    page.get_by_role("link", name=f"Edit {RESPONSE}").click()
    page.get_by_label("Target").fill("4")
    page.get_by_label("Measured by").fill("Their ticket system")
    page.get_by_role("button", name="Save").click()
    page.get_by_role("link", name="Say when support works").click()
    for day in ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday"):
        page.get_by_role("checkbox", name=day).check()
    optional(page, "From").fill("09:00")
    optional(page, "To").fill("17:00")
    page.get_by_label("Time zone").fill("Europe/Dublin")
    page.get_by_role("button", name="Save").click()
    expect(
        page.get_by_text("First answer within 4 hours in at least 90 % of cases.")
    ).to_be_visible()


def read_the_clauses(page: Page) -> None:
    page.get_by_role("link", name="Clauses").first.click()
    page.get_by_label("State: Scope").select_option(label="Present")
    page.get_by_label("Where it stands: Scope").fill("§ 1, page 2")
    page.get_by_role("button", name="Save the clauses").click()
    expect(page.get_by_role("link", name="Present 1")).to_be_visible()


def upload_the_paper(page: Page) -> None:
    page.get_by_role("link", name="Documents").first.click()
    page.get_by_role("link", name="Upload a paper").click()
    paper: FilePayload = {
        "name": "desk.pdf",
        "mimeType": "application/pdf",
        "buffer": pdf("Help desk by Northwind"),
    }
    page.get_by_label("File").set_input_files(paper)
    page.get_by_label("What it is").select_option("contract")
    page.get_by_role("button", name="Upload").click()
    expect(page.get_by_role("link", name="desk.pdf", exact=True)).to_be_visible()


def send_it_for_signature(page: Page) -> None:
    page.get_by_role("link", name="Overview").click()
    page.get_by_role("link", name="What is complete, and what is not").click()
    expect(page.get_by_role("heading", name=re.compile("Missing"))).to_be_visible()
    expect(page.get_by_text("It can't be signed without.")).to_have_count(0)
    page.get_by_role("link", name="Overview").click()
    page.get_by_role("link", name="Send for signature").click()
    page.get_by_role("button", name="Send for signature").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(f"{TITLE} Waiting for signature")


def sign(page: Page, home: str) -> None:
    page.goto(home)
    page.get_by_role("link", name=f"Sign or return the contract “{TITLE}”").click()
    page.get_by_role("link", name="Sign or return it").click()
    page.get_by_label("Signed on").fill(f"{timezone.localdate()}")
    page.get_by_label("Signed for the vendor by").fill("Nora North")
    page.get_by_role("checkbox", name="I know what is missing").check()
    page.get_by_role("button", name="It is signed").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(f"{TITLE} Active")


def ask_for_a_mail_each(page: Page, home: str) -> None:
    page.goto(f"{home}reminders/")
    page.get_by_role("radio", name="A mail for each, at once").check()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("radio", name="A mail for each, at once")).to_be_checked()


def day_in_the_calendar(page: Page, day: dt.date) -> str:
    page.get_by_role("link", name="Month", exact=True).click()
    start = timezone.localdate()
    for _ in range((day.year - start.year) * 12 + day.month - start.month):
        page.locator("a[rel=next]").click()
    expect(page.locator("#month")).to_have_text(f"{day:%B %Y}")
    cells = page.get_by_role("cell").filter(has=page.locator(f'time[datetime="{day}"]'))
    return cells.inner_text()


def subscribe(page: Page) -> str:
    page.get_by_role("link", name="Calendar feed").click()
    page.get_by_role("button", name="Make my private address").click()
    return page.get_by_label("Private address of your calendar").input_value()


# What reaches them ----------------------------------------------------------------------------------


@organization_scope(ALL)
def mails_sent(smtp: Mailbox, on: dt.date) -> list[Any]:
    """What the engine sends at noon of that day, after what was waiting."""
    noon = dt.datetime.combine(on, dt.time(12), dt.UTC)
    actions.send_due_mail(now=noon)
    smtp.mails.clear()
    actions.send_due_reminders(now=noon)
    actions.send_due_mail(now=noon)
    return [email.message_from_bytes(mail.content, policy=policy.default) for mail in smtp.mails]


def events(address: str) -> list[tuple[Any, str, str]]:
    with urllib.request.urlopen(address) as answer:
        assert answer.headers["Content-Type"].startswith("text/calendar")
        found = Calendar.from_ical(answer.read())
    return [
        (event.decoded("DTSTART"), str(event["SUMMARY"]), str(event["DESCRIPTION"]))
        for event in found.walk("VEVENT")
    ]


def test_from_the_award_to_the_mail_and_the_calendar_that_tell_of_the_last_safe_day(
    browser, live_server, settings, award, manager, owner, smtp
):
    settings.PUBLIC_URL = live_server.url
    home = f"{live_server.url}/o/acme/"
    start_on = months_ago(0)
    safe_on, until_on = last_safe_day(start_on), add_months(start_on, 16)
    sentence = (
        f"Last safe day: {safe_on:%a} {written(safe_on)}."
        f" If you do nothing you commit to EUR 14,832 until {written(until_on)}."
    )

    mia = window_of(browser, live_server, manager)
    mia.goto(f"{live_server.url}{award_at(award)}")
    draft_from_the_award(mia)
    say_the_terms(mia, start_on)
    expect(mia.locator(".verdict")).to_have_text(f"Once it is signed: {sentence}")
    promise_service_levels(mia)
    read_the_clauses(mia)
    upload_the_paper(mia)
    send_it_for_signature(mia)

    olga = window_of(browser, live_server, owner)
    sign(olga, home)
    expect(olga.locator(".verdict")).to_have_text(sentence)

    mia.goto(home)
    needs = mia.get_by_role("region", name="What needs you")
    expect(
        needs.get_by_role("listitem").filter(has_text=f"{TITLE}: last safe day")
    ).to_contain_text(sentence)
    ask_for_a_mail_each(mia, home)
    assert f"{TITLE}: last safe day for notice" in day_in_the_calendar(mia, safe_on)

    title = f"{TITLE}: last safe day for notice"
    mails = mails_sent(smtp, safe_on - dt.timedelta(days=7))
    [mail] = [mail for mail in mails if mail["Subject"].startswith(title)]
    assert mail["To"] == "mia@acme.example"
    assert mail["Subject"] == f"{title}: {safe_on:%a} {written(safe_on)} (in 7 days)"
    text = mail.get_body(("plain",)).get_content().replace("\xa0", " ")
    assert sentence in text
    [link] = re.findall(rf"{live_server.url}\S+/terms/", text)
    mia.goto(link)
    expect(mia.get_by_role("heading", level=1)).to_have_text(f"{TITLE} Active")
    expect(mia.locator(".verdict")).to_have_text(sentence)

    mia.goto(f"{home}calendar/")
    [(day, _, words)] = [found for found in events(subscribe(mia)) if found[1] == title]
    assert day == safe_on
    assert sentence in words.replace("\xa0", " ")
