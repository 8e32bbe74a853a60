"""Every page about planning and sourcing: axe in light and dark, and nothing wider than a phone.

A page is every address that answers with one; of those that share a template one is looked at, and of
private links the four public pages. They show the example's services, plans, proofs, quotes, promises and
pilot, and what it leaves out: a request that is written, one that waits, one that was opened, and a round
of security questions that is under way.
"""

import datetime as dt
import uuid
from collections.abc import Iterable, Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import Membership
from activity.links import token_of
from contracts.urls import promises as contract_promises
from core.tenancy import ALL, organization_scope
from dashboard.example_sourcing import SECURITY
from evaluations.actions import proposal_answers
from evaluations.actions.request_opening import open_proposals
from evaluations.actions.requests import create_proposal_request, take_starters
from evaluations.models import Pilot
from evaluations.proposal_values import Given
from evaluations.request_queries import offered
from evaluations.tests.browser.scoring_case import sign_in
from evaluations.tests.proposal_case import Asked
from evaluations.urls import costs, from_plan, gates, pilots, promises, requests
from outsourcing_portal.tests.browser.test_pages_are_accessible import boss, look_at
from planning.models import Stakeholder
from planning.urls import baseline, parts, plans, services, stakeholders
from reviews.urls import following
from vendors.actions.diligence import ask, start_round
from vendors.actions.references import add_reference, ask_reference
from vendors.models import DiligenceCheck, DiligenceGap, Reference
from vendors.urls import credentials, diligence, overlap, references

__all__ = ["boss"]  # the fixture
pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

ADDRESSES: dict[str, list[Any]] = {
    "planning": [services, plans, parts, baseline, stakeholders],
    "vendors": [credentials, references, diligence, overlap],
    "evaluations": [from_plan, requests, costs, promises, pilots, gates],
    "contracts": [contract_promises],
    "reviews": [following],
}
PRICES = {
    "currency": "EUR",
    "rise_percent": "3",
    "lines": [
        {"label": "Desk", "kind": "per_user", "amount": "43.21", "period": "month", "rises": True}
    ],
}


def pick(rows: dict[str, int | str], parts: Iterable[str]) -> dict[str, int | str]:
    return {part: rows[part] for part in parts}


class Pages:
    """The addresses, from the rows of the example and a few more."""

    def __init__(self, boss: Membership) -> None:
        self.boss, self.org = boss, boss.organization
        self.client = Client()
        self.client.force_login(boss.user)
        self.seen: set[str] = set()
        self.person = Stakeholder.objects.get(name="Works council")
        self.vendor = self.org.vendor_set.get(name="Brightdesk IT")
        self.waiting = Asked(boss, name="Corvid")

    def __iter__(self) -> Iterator[str]:
        states = [self.written(), self.at_work(), self.sealed(), self.opened(), self.promised()]
        for app, modules in ADDRESSES.items():
            for pattern in (pattern for module in modules for pattern in module.urlpatterns):
                parts = pattern.pattern.regex.groupindex.keys()
                fits = (rows for rows in states if rows.keys() >= parts)
                found = (self.at(f"{app}:{pattern.name}", **pick(rows, parts)) for rows in fits)
                yield from self.first(found)
        yield self.at("planning:plan_detail", plan_id=states[1]["plan_id"])
        for rows in states[2:4]:
            yield self.at("evaluations:proposal_request", evaluation_id=rows["evaluation_id"])
        yield reverse("answer_as_stakeholder", args=[token_of(self.person)])
        yield reverse("answer_reference", args=[token_of(self.asked_reference())])
        yield reverse("answer_diligence", args=[token_of(self.asked_round())])
        yield self.waiting.url()

    def at(self, name: str, **kwargs: int | str) -> str:
        return reverse(name, kwargs={"org": self.org.slug, **kwargs})

    def first(self, addresses: Iterator[str]) -> Iterator[str]:
        """The first that answers with a page, if its template was not seen before."""
        for address in addresses:
            answer = self.client.get(address)
            assert answer.status_code in {200, 302, 404, 405}, address
            if answer.status_code == 200 and b"</h1>" in answer.content:
                if answer.templates[0].name not in self.seen:
                    self.seen.add(answer.templates[0].name)
                    yield address
                return
            if answer.status_code == 405:
                return

    def written(self) -> dict[str, Any]:
        """What can still be changed: the draft of a plan, a request with its questions, a new round."""
        evaluation = self.org.evaluation_set.get(title="Network")
        values = {"title": "Network", "introduction": "", "questions_until_on": None}
        values["deadline_at"] = timezone.now() + dt.timedelta(days=9)
        row = create_proposal_request(evaluation=evaluation, values=values, by=self.boss)
        take_starters(proposal_request=row, chosen=offered(evaluation, []), by=self.boss)
        return {
            "plan_id": self.person.plan_id,
            "service_id": self.person.plan.service_id,
            "stakeholder_id": self.person.pk,
            "evaluation_id": evaluation.pk,
            "request_question_id": row.questions.earliest("position").pk,
        }

    def at_work(self) -> dict[str, Any]:
        """A plan that an evaluation began with, its quotes and pilot; what is known of a vendor."""
        evaluation = self.org.evaluation_set.exclude(plan=None).get()
        gap = DiligenceGap.objects.filter(check_asked__vendor=self.vendor).earliest("pk")
        pilot = Pilot.objects.get()
        return {
            "plan_id": evaluation.plan_id,
            "evaluation_id": evaluation.pk,
            "candidate_id": evaluation.candidates.get(vendor=self.vendor).pk,
            "pilot_id": pilot.pk,
            "pilot_criterion_id": pilot.criteria.earliest("pk").pk,
            "vendor_id": self.vendor.pk,
            "credential_id": self.vendor.credentials.earliest("pk").pk,
            "reference_id": self.vendor.references.earliest("pk").pk,
            "diligence_id": gap.check_asked_id,
            "gap_id": gap.pk,
        }

    def sealed(self) -> dict[str, Any]:
        """Vendors were asked and time has not run out; one of them wants to know something."""
        request = self.org.evaluation_set.get(title=SECURITY).proposal_request
        proposal = request.proposals.latest("pk")
        values = {"question": "From which day on?"}
        asked = proposal_answers.ask(proposal=proposal, values=values, creation_key=uuid.uuid4())
        return {
            "evaluation_id": request.evaluation_id,
            "proposal_id": proposal.pk,
            "asked_id": asked.pk,
        }

    def opened(self) -> dict[str, Any]:
        """Everybody reads what was proposed."""
        case = Asked(self.boss, name="Merlin", kinds=("text", "number", "quote"))
        said = {"text": {"text": "By survey."}, "number": {"number": "12"}, "quote": PRICES}
        given = {case.questions[kind].pk: Given(value) for kind, value in said.items()}
        proposal_answers.save_answers(proposal=case.proposal, given=given)
        proposal_answers.hand_in(proposal=case.proposal)
        case.at(timezone.now() - dt.timedelta(minutes=1))
        open_proposals(proposal_request=case.request, by=self.boss)
        return {
            "evaluation_id": case.evaluation.pk,
            "proposal_id": case.proposal.pk,
            "candidate_id": case.proposal.candidate_id,
        }

    def promised(self) -> dict[str, Any]:
        """A contract with what its vendor promised, and with surveys that come again."""
        contract = self.org.contract_set.exclude(award=None).get()
        promise = contract.award.winner.promises.latest("pk")
        return {
            "evaluation_id": contract.award.evaluation_id,
            "contract_id": contract.pk,
            "promise_id": promise.pk,
            "audience": "employees",
        }

    def asked_reference(self) -> Reference:
        values = {
            "name": "Rae Ruiz",
            "company": "Contoso",
            "role": "",
            "email": "rae@contoso.example",
            "phone": "",
            "found": "vendor",
            "service": "",
        }
        row = add_reference(
            vendor=self.vendor, values=values, creation_key=uuid.uuid4(), by=self.boss
        )
        until = {"until_on": timezone.localdate() + dt.timedelta(days=7)}
        return ask_reference(reference=row, values=until, version=row.version, by=self.boss)

    def asked_round(self) -> DiligenceCheck:
        values = {
            "left_out": [],
            "due_on": timezone.localdate() + dt.timedelta(days=7),
            "introduction": "",
            "responsible": self.boss,
            "repeat_months": 12,
        }
        row = start_round(
            vendor=self.vendor, values=values, creation_key=uuid.uuid4(), by=self.boss
        )
        said = {"contact": self.vendor.contacts.exclude(email="").first(), "until_on": row.due_on}
        return ask(check=row, values=said, version=row.version, by=self.boss)


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
