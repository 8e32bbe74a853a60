"""The whole chain for a new organization, in a real browser and with a moved clock: needs, plan, a request to three
vendors by link, references, scoring, a pilot, the award, the contract. Nothing is typed twice: what was said in
the plan and in a proposal comes back by itself in the evaluation, the costs and the contract."""

import datetime as dt
import re
from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from django.conf import settings
from django.utils.module_loading import import_string
from playwright.sync_api import Browser, Page, expect

from core.tenancy import ALL, organization_scope
from evaluations.models import ProposalAnswer

pytestmark = [
    pytest.mark.browser,
    pytest.mark.once,
    pytest.mark.django_db(transaction=True),
]

MONDAY = dt.datetime(2027, 1, 11, 9, tzinfo=dt.UTC)
PASSWORD = "eleven-blue-herons"
VENDORS = ("Northwind", "Contoso", "Fabrikam")
# A month for each user; 14 users today, 20 expected after 36 months.
PRICES = {"Northwind": "40", "Contoso": "31", "Fabrikam": "55"}
NAMED = "You always speak to Nora, our named engineer."


@pytest.fixture
def site(live_server, settings) -> str:
    settings.PUBLIC_URL = live_server.url
    return f"{live_server.url}/o/acme"


@pytest.fixture
def clock() -> Iterator[Any]:
    with time_machine.travel(MONDAY, tick=True) as moved:
        yield moved


@pytest.fixture
def ada(page: Page, site: str, clock: Any) -> Page:
    """Somebody who has just signed up, and is the Admin of a new organization."""
    page.goto(f"{site.removesuffix('/o/acme')}/accounts/signup/")
    said = {"name": "Ada Lovelace", "organization": "Acme", "email": "ada@acme.example"}
    fill(page, **said, password1=PASSWORD)
    page.get_by_role("button", name="Create account").click()
    page.wait_for_url(f"{site}/")
    return page


def fill(page: Page, **said: str) -> None:
    """Each field by its name; `__` stands for the dash in the names of a line."""
    for name, text in said.items():
        field = page.locator(f"[name='{name.replace('__', '-')}']:not([type=hidden])").first
        if field.evaluate("node => node.tagName") == "SELECT":
            field.select_option(text)
        elif field.get_attribute("type") == "checkbox":
            field.check()
        else:
            field.fill(text)


def press(page: Page, name: str, kind: Any = "button") -> None:
    page.get_by_role(kind, name=name, exact=True).first.click()


def confirm(page: Page, name: str) -> None:
    page.get_by_role("dialog").get_by_role("button", name=name).click()


def saved(page: Page, words: str) -> None:
    expect(page.locator(".message").filter(has_text=words).first).to_be_visible()


# The steps ----------------------------------------------------------------------------------------------------


def say_what_is_needed(page: Page, site: str) -> None:
    """One service from the usual list, and what is thought of handing it over."""
    page.goto(f"{site}/plans/services/add/")
    page.locator("[name=starters][value=help_desk]").check()
    press(page, "Add the ticked ones")
    page.goto(f"{site}/plans/services/")
    page.get_by_role("link", name="Help desk").first.click()
    page.get_by_role("link", name=re.compile("^Edit|Describe")).first.click()
    fill(page, users="14", volume="60", volume_unit="tickets", sourcing="in_house")
    fill(page, criticality="high", sensitivity="internal")
    save(page)
    service = re.search(r"services/(\d+)/", page.url)
    assert service, page.url
    page.goto(f"{site}/plans/services/{service[1]}/needs/")
    for name in sorted({str(one.get_attribute("name")) for one in page.get_by_role("radio").all()}):
        page.locator(f"[type=radio][name='{name}']").nth(3).check()
    save(page)
    page.goto(f"{site}/plans/needs/")
    expect(page.get_by_role("row", name=re.compile("1. *Help desk"))).to_be_visible()


def plan_it(page: Page, site: str) -> str:
    """A plan with all that later steps take from it, approved; gives its address."""
    page.goto(f"{site}/plans/new/")
    page.locator("[name=service]").select_option(label="Help desk")
    fill(page, title="Help desk from outside", why="Staff wait two days for an answer.")
    page.locator("[name=manager]").select_option(label="Ada Lovelace")
    save(page)
    found = re.search(rf"{re.escape(site)}/plans/\d+/", page.url)
    assert found, page.url
    plan = found[0]
    page.goto(f"{plan}edit/")
    fill(page, scope_in="First line for 14 people.", scope_out="The network.")
    fill(page, understanding="Windows 11, Microsoft 365.", constraints="German on the phone.")
    fill(page, starts_on="2027-04-01", term_months="36", budget="40000", hoped_cost="10000")
    save(page)
    write_list(
        page,
        f"{plan}goals/",
        text="Quick answers",
        measure="First response",
        comparator="at_most",
        target="30",
        unit="minutes",
        today="600",
        due_on="2027-12-31",
        source="Ticket system",
    )
    write_list(
        page,
        f"{plan}requirements/",
        text="Liability insurance",
        part="qualification",
        credential="insurance",
        is_must="yes",
    )
    write_list(
        page,
        f"{plan}communication/",
        purpose="Open tickets",
        channel="Video call",
        frequency="Every Monday",
    )
    write_list(page, f"{plan}training/", topic="Our ordering system", hours="4", week="1")
    write_list(page, f"{plan}risks/", kind="lock_in", text="Only they know our set-up", impact="3")
    page.goto(f"{plan}growth/")
    fill(page, users_low="14", users_base="20", users_high="26")
    save(page)
    write_list(
        page,
        f"{plan}baseline/",
        label="IT person",
        kind="people",
        amount="52000",
        share_percent="25",
        period="year",
    )
    page.goto(plan)
    page.get_by_role("link", name=re.compile("Approve")).first.click()
    save(page)
    expect(page.get_by_text("Approved by Ada Lovelace")).to_be_visible()
    return plan


def write_list(page: Page, address: str, **line: str) -> None:
    """One line of one list of the plan."""
    page.goto(address)
    first = next(iter(line))
    if page.locator(f"[name=row0-{first}]").count() == 0:
        press(page, "Add a line")
    fill(page, **{f"row0__{name}": text for name, text in line.items()})
    save(page)


def save(page: Page) -> None:
    """And wait until it is saved: the next page is of the next version."""
    address = page.url
    page.locator("form[method=post] button.btn-primary").last.click()
    expect(page).not_to_have_url(address)


def start_from(page: Page, plan: str, site: str) -> str:
    """The evaluation begins with the plan's gate, staying in-house and its cost; then three vendors."""
    page.goto(plan)
    page.get_by_role(
        "link", name=re.compile("Start the evaluation|Start an evaluation")
    ).first.click()
    press(page, "Start the evaluation")
    found = re.search(rf"{re.escape(site)}/evaluations/\d+/", page.url)
    assert found, page.url
    evaluation = found[0]
    page.goto(f"{evaluation}setup/")
    expect(page.locator("main")).to_contain_text("Liability insurance")
    expect(page.locator("main")).to_contain_text("Stay in-house")
    page.goto(f"{evaluation}candidates/")
    for name in VENDORS:
        page.get_by_label("Name of the vendor").fill(name)
        press(page, "Add as a new vendor")
        expect(page.get_by_text(f"Added {name}.")).to_be_visible()
    return evaluation


def ask_three(page: Page, evaluation: str) -> dict[str, str]:
    """Questions from plan and criteria, sent to three; gives each one's private link."""
    page.goto(f"{evaluation}proposals/new/")
    fill(page, deadline_at="2027-01-22T17:00")
    save(page)
    page.goto(f"{evaluation}proposals/questions/")
    press(page, "Add the ticked ones")
    page.goto(f"{evaluation}proposals/recipients/")
    for at, tick in enumerate(page.locator("[name^=asked_]").all()):
        tick.check()
        number = (tick.get_attribute("name") or "").removeprefix("asked_")
        fill(page, **{f"name_{number}": f"Sales {at}", f"email_{number}": f"sales{at}@example.net"})
    page.locator("form.recipients button.btn-primary").click()
    page.goto(f"{evaluation}proposals/")
    press(page, "Send the request")
    confirm(page, "Send it")
    expect(page.get_by_text("until the deadline nobody can read them")).to_be_visible()
    links = {}
    for name in VENDORS:
        page.goto(f"{evaluation}proposals/")
        page.get_by_text(f"More about {name}").click()
        page.get_by_role("listitem").filter(has_text=name).get_by_role(
            "button", name="Copy the link"
        ).click()
        links[name] = page.get_by_label("Private link").input_value()
    return links


def propose(browser: Browser, name: str, link: str) -> None:
    """Without an account: every question, a price for each user, handed in."""
    context = browser.new_context()
    page = context.new_page()
    page.goto(link)
    for box in page.locator("form#proposal textarea").all():
        box.fill(NAMED if name == "Northwind" else "Gladly.")
    for yes in page.locator("form#proposal").get_by_role("radio", name="Yes", exact=True).all():
        yes.check()
    for number in page.locator("form#proposal [inputmode=decimal]:not([data-quote] *)").all():
        number.fill("12")
    quote = page.locator("[data-quote]")
    quote.locator("[name$='-currency']").select_option("EUR")
    quote.locator("[name$='-1-kind']").select_option("per_user")
    quote.locator("[name$='-1-label']").fill("Help desk")
    quote.locator("[name$='-1-amount']").fill(PRICES[name])
    quote.locator("[name$='-1-period']").select_option("month")
    press(page, "Hand in")
    expect(page.get_by_text("Your proposal is handed in").first).to_be_visible()
    context.close()


def time_passes(clock: Any, **step: float) -> None:
    """All that the worker does by the clock."""
    clock.shift(dt.timedelta(**step))
    for entry in settings.CELERY_BEAT_SCHEDULE.values():
        import_string(entry["task"])()


def read_and_hold_to_it(page: Page, evaluation: str) -> None:
    """The answers stand side by side; one of them is a promise now."""
    page.goto(f"{evaluation}proposals/compare/")
    expect(page.get_by_text(NAMED).first).to_be_visible()
    page.locator("a.note-promise[href*='said_by=Sales']").first.click()
    press(page, "Add the promise")
    expect(page.locator("main")).to_contain_text(NAMED)


def compare_costs(page: Page, evaluation: str) -> None:
    """From the proposals, the plan's growth and the baseline; nothing was typed here.

    14 users grow evenly to 20 over 36 months; in-house 25 % of 52,000 a year, three years.
    """
    page.goto(f"{evaluation}costs/")
    expect(page.get_by_role("row", name="Stay in-house").first).to_contain_text("EUR 39,000")
    expect(page.get_by_role("row", name="Contoso").first).to_contain_text("Cheapest")
    expect(page.get_by_role("row", name="Northwind").first).to_contain_text("less")


def prove(page: Page, evaluation: str, site: str) -> None:
    """The insurance that the plan's gate asks for is on file, checked and valid."""
    page.goto(f"{site}/vendors/")
    page.get_by_role("link", name="Northwind").first.click()
    vendor = page.url
    page.goto(f"{vendor}proofs/add/")
    fill(page, name="Liability insurance", kind="insurance", expires_on="2028-01-31")
    save(page)
    page.get_by_role("link", name=re.compile("Check")).first.click()
    fill(page, check_note="Asked the insurer.")
    save(page)
    expect(page.locator("main")).to_contain_text("Valid")


def call_a_reference(page: Page, browser: Browser, site: str) -> None:
    """A client of Northwind answers six questions by link."""
    page.goto(f"{site}/vendors/")
    page.get_by_role("link", name="Northwind").first.click()
    page.goto(f"{page.url}references/add/")
    fill(page, name="Rae Ruiz", company="Groot Logistics", email="rae@example.net")
    choose(page, "found", "independent")
    save(page)
    page.get_by_role("link", name=re.compile("^Ask")).first.click()
    page.locator("form[method=post] button.btn-primary").last.click()
    link = page.locator("#link").input_value()
    context = browser.new_context()
    referee = context.new_page()
    referee.goto(link)
    for name in sorted(
        {str(one.get_attribute("name")) for one in referee.get_by_role("radio").all()}
    ):
        referee.locator(f"[type=radio][name='{name}']").nth(3).check()
    press(referee, "Send my answers")
    expect(referee.locator("main")).to_contain_text("Thank")
    context.close()


def choose(page: Page, name: str, value: str) -> None:
    """A choice, whether it is drawn as a list or as buttons."""
    radio = page.locator(f"[type=radio][name='{name}'][value='{value}']")
    if radio.count():
        radio.check()
    else:
        page.locator(f"[name='{name}']").select_option(value)


def score(page: Page, evaluation: str) -> None:
    """Cost and the gate are filled by their buttons, the rest by hand; then the scoring is closed."""
    page.goto(f"{evaluation}evaluators/")
    page.get_by_label("Ada Lovelace").check()
    press(page, "Save evaluators")
    page.goto(f"{evaluation}setup/")
    press(page, "Open scoring")
    confirm(page, "Open scoring")
    page.goto(f"{evaluation}score/")
    page.get_by_label("I have no conflict of interest").check()
    press(page, "Declare")
    page.get_by_text("What the quotes come to on the Cost criterion").click()
    for at in range(4):
        page.locator(".score-cost button").nth(at).click()
        page.get_by_text("What the quotes come to on the Cost criterion").click()
    page.wait_for_load_state()
    marks = {"Northwind": "4", "Contoso": "3", "Fabrikam": "3", "Stay in-house": "2"}
    for name, mark in marks.items():
        for criterion in ("Quality", "Satisfaction", "Security", "Cultural fit"):
            box = page.get_by_role("textbox", name=f"{criterion} {name}", exact=True)
            box.fill(mark)
            box.press("Tab")
        page.get_by_role("combobox", name=f"Liability insurance {name}", exact=True).select_option(
            "1"
        )
    expect(page.locator("[data-save-state]")).to_have_text("All saved")
    press(page, "Submit")
    page.goto(f"{evaluation}close/")
    press(page, "Close scoring and show the ranking")
    expect(page.locator(".verdict").first).to_contain_text("Northwind leads")


def try_northwind(page: Page, evaluation: str) -> None:
    """What was estimated is measured; the ranking says before and after; go."""
    page.goto(f"{evaluation}pilots/new/")
    page.locator("[name=candidate]").select_option(label="Northwind")
    fill(page, scope="The sales team", starts_on="2027-01-25", ends_on="2027-02-22", budget="800")
    page.locator("[name=manager]").select_option(label="Ada Lovelace")
    save(page)
    page.get_by_role("link", name=re.compile("Quality")).first.click()
    fill(page, comparator="at_least", target="70", unit="%")
    save(page)
    press(page, "Start it")
    page.get_by_role("link", name=re.compile("Note the result")).click()
    fill(page, value="88", evidence="41 tickets", mark="5", mark_reason="Better than hoped.")
    save(page)
    expect(page.get_by_role("heading", name="The ranking before and after")).to_be_visible()
    press(page, "Go or stop", "link")
    choose(page, "decision", "go")
    fill(page, reason="They did what they said.")
    save(page)
    expect(page.locator(".verdict").first).to_contain_text("Go on with them")


def award_and_draft(page: Page, evaluation: str) -> str:
    """Awarded and approved; the contract's draft knows everything already; gives its address."""
    page.goto(f"{evaluation}awards/new/")
    page.get_by_role("radio", name="Northwind").check()
    page.get_by_label("Rationale").fill("First, and the pilot showed it.")
    press(page, "Save and propose")
    press(page, "Approve or return it", "link")
    page.get_by_role("button", name="Approve").click()
    expect(page.get_by_text("is awarded to Northwind").first).to_be_visible()
    page.get_by_role("button", name=re.compile("[Cc]ontract")).first.click()
    found = re.search(r"/contracts/\d+/", page.url)
    assert found, page.url
    return page.url[: page.url.index(found[0])] + found[0]


def has_it_all(page: Page, contract: str) -> None:
    """Price, term, manager, communication, training and the promise came along."""
    expect(page.locator("main")).to_contain_text("Ada Lovelace")
    expect(page.locator("main")).to_contain_text("Every Monday")
    page.goto(f"{contract}terms/")
    expect(page.locator("main")).to_contain_text("Help desk")
    expect(page.locator("main")).to_contain_text("EUR 40")  # a month for each user, as proposed
    expect(page.locator("main")).to_contain_text("36 months")
    page.goto(f"{contract}transition/")
    expect(page.locator("main")).to_contain_text("Our ordering system")
    page.goto(f"{contract}promises/")
    expect(page.locator("main")).to_contain_text(NAMED)
    expect(page.locator("main")).to_contain_text("in no document you will sign")


def test_from_a_need_to_a_contract_without_typing_twice(ada, browser, site, clock):
    errors: list[str] = []
    ada.on("pageerror", lambda error: errors.append(str(error)))
    say_what_is_needed(ada, site)
    plan = plan_it(ada, site)
    evaluation = start_from(ada, plan, site)
    links = ask_three(ada, evaluation)
    for name, link in links.items():
        propose(browser, name, link)
    still_sealed(ada, evaluation)
    time_passes(clock, days=12)
    read_and_hold_to_it(ada, evaluation)
    compare_costs(ada, evaluation)
    prove(ada, evaluation, site)
    call_a_reference(ada, browser, site)
    score(ada, evaluation)
    try_northwind(ada, evaluation)
    has_it_all(ada, award_and_draft(ada, evaluation))
    assert errors == []


@organization_scope(ALL)
def kept() -> str:
    """All that the database says about answers."""
    return "".join(str(row) for row in ProposalAnswer.objects.values_list("value", "sealed"))


def still_sealed(page: Page, evaluation: str) -> None:
    """Nobody reads an answer before the deadline: not on a page, not in the database."""
    page.goto(f"{evaluation}proposals/")
    expect(page.locator("main")).to_contain_text("3 of 3")
    assert NAMED not in page.content()
    assert NAMED not in kept()
    assert page.goto(f"{evaluation}proposals/compare/").url == f"{evaluation}proposals/"
