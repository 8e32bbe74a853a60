"""Every page about reviews: axe in light and dark, and nothing wider than a phone.

A page is every address of reviews that answers with one; of those that share a template one is looked at.
They show the example's year of reviews, and what it leaves out: surveys in other states, a vendor who is
asked, a table on its way in, a rule, a decided renewal, a contract that is not signed and has a long title.
"""

import datetime as dt
import uuid
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import Membership
from contracts.actions.record import create_contract
from contracts.models import Contract
from core.tenancy import ALL, organization_scope
from dashboard import example_contracts as example
from evaluations.tests.browser.scoring_case import sign_in
from outsourcing_portal.tests.browser.test_pages_are_accessible import boss, look_at
from reviews.actions import renewal_days, renewing, rules, vendor_view
from reviews.models import (
    CorrectiveAction,
    Idea,
    Issue,
    Measurement,
    Meeting,
    RenewalBrief,
    Review,
    SecurityCheck,
    ServiceCredit,
    Survey,
)
from reviews.tests import survey_case
from reviews.urls import urlpatterns
from vendors.models import Contact

__all__ = ["boss"]  # the fixture
pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

NOT_SIGNED = ["contract_reviews", "measurement_list", "contract_surveys", "contract_issues"]
NOTHING_YET = ["contract_surveys", "contract_issues", "check_list", "meeting_list"]
CLOSED = ["review_detail", "review_report", "verify_review", "choose_recipients"]
DECIDED = ["renewal_brief", "verify_renewal", "contract_renewals"]
OF_CONTRACT: dict[str, Any] = {
    "measurement_id": Measurement,
    "credit_id": ServiceCredit,
    "survey_id": Survey,
    "issue_id": Issue,
    "action_id": CorrectiveAction,
    "check_id": SecurityCheck,
    "meeting_id": Meeting,
    "idea_id": Idea,
    "brief_id": RenewalBrief,
}
VALUES = b"Service level;Window;Value\nFirst response (outage);2026-10;93\nSomething;soon;many\n"


class Pages:
    """The addresses, from the rows of the example and a few more."""

    def __init__(self, boss: Membership) -> None:
        self.boss, self.org = boss, boss.organization
        self.client = Client()
        self.client.force_login(boss.user)
        contracts = Contract.objects.filter(organization=self.org).select_related("vendor")
        self.network, self.backup = (
            contracts.get(title=title) for title in (example.NETWORK, example.BACKUP)
        )
        values = {"title": "Telephone" * 12, "kind": "standalone", "parent": None, "manager": None}
        self.draft = create_contract(vendor=self.network.vendor, values=values, by=boss)
        reviews = Review.objects.filter(contract=self.network).select_related("contract__vendor")
        self.open = reviews.filter(state=Review.State.OPEN).earliest("first_on")
        self.closed = reviews.filter(state=Review.State.CLOSED).latest("first_on")

    def __iter__(self) -> Iterator[str]:
        yield from self.of_each_template()
        yield from (self.at(name, contract_id=self.draft.pk) for name in NOT_SIGNED)
        yield from (self.at(name, contract_id=self.backup.pk) for name in NOTHING_YET)
        yield from (self.at(name, review_id=self.closed.pk) for name in CLOSED)
        yield from self.of_surveys()
        yield from self.of_the_vendor()
        yield from self.of_a_decision()

    def at(self, name: str | None, **kwargs: int) -> str:
        return reverse(f"reviews:{name}", kwargs={"org": self.org.slug, **kwargs})

    def of_each_template(self) -> Iterator[str]:
        """The first page of each template."""
        rows, seen = self.rows(), set()
        for pattern in urlpatterns:
            parts = {part: rows[part] for part in pattern.pattern.regex.groupindex}
            answer = self.client.get(address := self.at(pattern.name, **parts))
            assert answer.status_code in {200, 302, 405}, address
            is_page = answer.status_code == 200 and "html" in answer.headers["Content-Type"]
            if is_page and answer.templates[0].name not in seen:
                seen.add(answer.templates[0].name)
                yield address

    def rows(self) -> dict[str, int]:
        level = {"misses": 2, "windows": 3, "severity": "high", "due_days": 30, "is_active": True}
        rule = rules.add_rule(organization=self.org, contract=None, values=level, by=self.boss)
        there = {
            name: model.objects.filter(contract=self.network).earliest("pk").pk
            for name, model in OF_CONTRACT.items()
        }
        return there | {
            "contract_id": self.network.pk,
            "review_id": self.open.pk,
            "vendor_id": self.network.vendor_id,
            "member_id": self.network.manager_id,
            "measurement_import_id": self.upload(),
            "survey_template_id": self.org.surveytemplate_set.earliest("pk").pk,
            "survey_invitation_id": 1,
            "rule_id": rule.pk,
            "audience": "customers",
            "goal_id": 1,
            "promise_id": 1,
        }

    def upload(self) -> int:
        """A table of values with a wrong row, waiting to be taken over."""
        there = self.at("import_measurements", contract_id=self.network.pk)
        data = {"file": SimpleUploadedFile("values.csv", VALUES), "creation_key": uuid.uuid4()}
        answer = self.client.post(there, data)
        assert answer.status_code == 302, answer.content.decode()
        return int(answer.headers["Location"].rstrip("/").split("/")[-1])

    def of_surveys(self) -> Iterator[str]:
        drawn_up = survey_case.drafted(self.network, self.boss, 1, audience="customers")
        names = ["survey_detail", "edit_survey", "open_survey"]
        yield from (self.at(name, survey_id=drawn_up.pk) for name in names)
        asked: Survey = survey_case.drafted(self.backup, self.boss, anonymous=False)
        token, *_ = survey_case.ask(asked, self.boss)
        names = ["survey_detail", "survey_invitations", "move_survey_close"]
        yield from (self.at(name, survey_id=asked.pk) for name in names)
        yield reverse("answer_survey", args=[token])
        yield reverse("survey_thanks")

    def of_the_vendor(self) -> Iterator[str]:
        contact = Contact.objects.create(
            organization=self.org,
            vendor=self.network.vendor,
            name="Kim",
            email="kim@vendor.example",
        )
        until = timezone.localdate() + dt.timedelta(days=7)
        values = {"contact": contact, "until_on": until, "shows_marks": True}
        _, link = vendor_view.ask_vendor(review=self.open, values=values, version=1, by=self.boss)
        yield self.at("ask_vendor", review_id=self.open.pk)
        yield reverse("answer_as_vendor", args=[link.rstrip("/").split("/")[-1]])

    def of_a_decision(self) -> Iterator[str]:
        today = timezone.localdate()
        brief = renewal_days.begin_brief(contract=self.backup, today=today, by=self.boss)
        values = {"choice": "exit", "rationale": "Too dear for what it is."}
        renewing.decide_renewal(
            brief=brief, values=values, version=brief.version, today=today, by=self.boss
        )
        for name in DECIDED[:2]:
            yield self.at(name, brief_id=brief.pk)
        yield self.at(DECIDED[2], contract_id=self.backup.pk)


@pytest.mark.once
def test_axe_finds_nothing_serious_and_no_page_scrolls_sideways(page, context, live_server, boss):
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    sign_in(context, live_server, boss)
    with organization_scope(ALL):
        pages = list(Pages(boss))
    wrong = {path: found for path in pages if (found := look_at(page, f"{live_server.url}{path}"))}
    assert wrong == {}
    assert errors == []
