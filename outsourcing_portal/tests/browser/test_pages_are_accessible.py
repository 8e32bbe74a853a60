"""Every main page of an organization at work: axe in light and dark, and nothing wider than a phone.

Each page is loaded once; the theme and the width change under it, as on a person's own device.
"""

from collections.abc import Sequence
from typing import Any, Literal
from urllib.parse import urlsplit
from zlib import crc32

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import reverse
from playwright.sync_api import Page, expect

from accounts.models import Membership, User
from core.tenancy import ALL, organization_scope
from dashboard.actions import load_example
from evaluations.actions.imports import upload_scores
from evaluations.import_sheet import read_upload
from evaluations.models import CriteriaSet, ScoreImport
from evaluations.tests.browser.scoring_case import sign_in
from evaluations.tests.builders import give_mark, make_evaluation

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

CANDIDATES = ("Brightdesk IT", "Harbour Managed Services", "Kestrel Cloud", "Stay in-house")
# Names, roles and order are the same in every light.
OF_LOOKS = ("color-contrast", "link-in-text-block", "scrollable-region-focusable", "target-size")
PHONE, DESK = {"width": 390, "height": 844}, {"width": 1280, "height": 900}
SHEET = b"Criterion,Weight,Brightdesk IT,Kestrel Cloud\nQuality,60,3,4\nCost,40,5,2\n"

# Fails when a part sticks out sideways, and names it; axe does not look at that.
TOO_WIDE = """() => document.documentElement.scrollWidth <= window.innerWidth ? [] :
  [...document.querySelectorAll("main *")]
    .filter((part) => part.getBoundingClientRect().right > window.innerWidth + 1)
    .filter((part) => !part.closest(".table-wrap"))
    .slice(0, 3).map((part) => "wider than a phone: " + part.outerHTML.slice(0, 120))
    .concat("scrolls sideways")"""


@pytest.fixture
def boss(db) -> Membership:
    """The Admin of a copy of the example organization, who has to set up and to score as well."""
    user = User.objects.create_user("ada@larkspur.example", None, "Ada Lindqvist")
    organization = load_example(user=user)
    boss = organization.memberships.get(user=user)
    criteria = ["Quality", "Cost", {"name": "Insured", "kind": "gate", "worst": 0, "best": 1}]
    for title, state in (("Network", "setup"), ("Payroll", "scoring")):
        evaluation = make_evaluation(
            organization,
            title=title,
            criteria=criteria,
            candidates=CANDIDATES,
            evaluators=[boss],
            state=state,
        )
    card = evaluation.scorecards.get()
    give_mark(card, "Kestrel Cloud", "Quality", 4, evidence="demo", comment="Ran for a week.")
    return boss


@organization_scope(ALL)
def addresses(boss: Membership) -> list[str]:
    """The pages, from the rows of the example."""
    org = boss.organization
    evaluations = org.evaluation_set
    closed = evaluations.get(title="Network and firewall")
    decided = evaluations.get(title="Backup and restore 2025")
    draft, open_one = evaluations.get(title="Network"), evaluations.get(title="Payroll")
    candidate = closed.candidates.order_by("position").last()
    rows = {
        "vendor_id": org.vendor_set.get(name="Harbour Managed Services").pk,
        "criteria_set_id": CriteriaSet.objects.filter(organization=org).latest("pk").pk,
        "score_import_id": preview(boss).pk,
    }
    pages = [
        ("dashboard:home", ()),
        ("vendors:vendor_list", ()),
        ("vendors:create_vendor", ()),
        ("vendors:import_vendors", ()),
        ("vendors:vendor_detail", ("vendor_id",)),
        ("vendors:edit_vendor", ("vendor_id",)),
        ("evaluations:criteria_set_list", ()),
        ("evaluations:create_criteria_set", ()),
        ("evaluations:criteria_set_detail", ("criteria_set_id",)),
        ("evaluations:edit_criteria_set", ("criteria_set_id",)),
        ("evaluations:evaluation_list", ()),
        ("evaluations:create_evaluation", ()),
        ("evaluations:import_scores", ()),
        ("evaluations:import_preview", ("score_import_id",)),
        ("accounts:member_list", ()),
        ("accounts:organization_settings", ()),
        ("dashboard:activity_list", ()),
        ("dashboard:calendar", ()),
        ("dashboard:date_list", ()),
        ("dashboard:calendar_feed", ()),
        ("dashboard:reminder_list", ()),
        ("dashboard:reminder_settings", ()),
    ]
    one_evaluation = [
        ("set_up", draft),
        ("edit_evaluation_criteria", draft),
        ("choose_candidates", draft),
        ("choose_evaluators", draft),
        ("score_evaluation", open_one),
        ("close_scoring", open_one),
        ("set_up", closed),
        ("ranking", closed),
        ("what_if", closed),
        ("answer_weights", draft),
        ("compare_weights", draft),
        ("moderation", closed),
        ("create_award", closed),
        ("reopen_scoring", closed),
    ]
    of_award = ["award_detail", "verify_award", "award_report", "award_letters", "withdraw_award"]
    found = [
        reverse(name, kwargs={"org": org.slug} | {part: rows[part] for part in parts})
        for name, parts in pages
    ]
    for name, row in one_evaluation:
        kwargs = {"org": org.slug, "evaluation_id": row.pk}
        found.append(reverse(f"evaluations:{name}", kwargs=kwargs))
    at = {"org": org.slug, "evaluation_id": closed.pk, "candidate_id": candidate.pk}
    found.append(reverse("evaluations:candidate_result", kwargs=at))
    at["criterion_id"] = closed.criteria.get(name="Cost").pk
    found.append(reverse("evaluations:moderate_cell", kwargs=at))
    for way in ("order", "swing", "points", "pairs"):
        at = {"org": org.slug, "evaluation_id": draft.pk, "way": way}
        found.append(reverse("evaluations:give_weights", kwargs=at))
    award = decided.awards.get()
    at = {"org": org.slug, "evaluation_id": decided.pk, "award_id": award.pk}
    found += [reverse(f"evaluations:{name}", kwargs=at) for name in of_award]
    at["letter_id"] = award.letters.latest("pk").pk
    return [*found, reverse("evaluations:edit_letter", kwargs=at)]


def preview(boss: Membership) -> ScoreImport:
    file = read_upload(SHEET, "scores.csv")
    with organization_scope(boss.organization):
        return upload_scores(file=file, data=SHEET, title="Scores", scale="", by=boss)


def serious(page: Page, rules: Sequence[str] = ()) -> list[str]:
    """What axe holds serious or worse, in words with the place; by all rules, or by these."""
    options: dict[str, Any] = {"resultTypes": ["violations"]}
    if rules:
        options["runOnly"] = list(rules)
    found = Axe().run(page, options=options).response["violations"]
    return [
        f"{violation['id']}: {node['html'][:160]}"
        for violation in found
        if violation["impact"] in {"serious", "critical"}
        for node in violation["nodes"][:3]
    ]


def set_theme(page: Page, scheme: Literal["light", "dark"]) -> None:
    page.emulate_media(color_scheme=scheme, reduced_motion="reduce")


def look_at(page: Page, address: str) -> list[str]:
    """What is wrong with one page on a desk in light, and on a phone.

    In the dark every colour comes from the same tokens, so axe looks at it on about every third page.
    """
    set_theme(page, "light")
    page.set_viewport_size(DESK)
    answer = page.goto(address)
    if not answer or answer.status != 200 or not page.url.endswith(address):
        return [f"answers {answer and answer.status} at {page.url}"]
    found = [f"light, {words}" for words in serious(page)]
    page.set_viewport_size(PHONE)
    if crc32(urlsplit(address).path.encode()) % 3 == 0:
        set_theme(page, "dark")
        expect(page.locator("html")).to_have_attribute("data-bs-theme", "dark")
        found += [f"dark on a phone, {words}" for words in serious(page, OF_LOOKS)]
    return found + page.evaluate(TOO_WIDE)


@pytest.mark.once
def test_axe_finds_nothing_serious_and_no_page_scrolls_sideways(page, context, live_server, boss):
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    sign_in(context, live_server, boss)
    wrong = {
        path: found
        for path in addresses(boss)
        if (found := look_at(page, f"{live_server.url}{path}"))
    }
    assert wrong == {}
    assert errors == []
