"""A request for proposals that was sent to a vendor: what tests of answering it stand on."""

import datetime as dt
from typing import Any

from django.urls import reverse
from django.utils import timezone

from activity.links import open_link, token_of
from core.sealing import new_seal
from core.tenancy import ALL, organization_scope
from evaluations.models import Candidate, Evaluation, Proposal, ProposalRequest, RequestQuestion
from evaluations.proposal_values import mark_of
from vendors.models import Vendor

QUESTIONS = {
    "text": ("Quality", "How do you measure quality?", {}),
    "number": ("Quality", "How many engineers do you have?", {"unit": "people"}),
    "choice": ("Quality", "Which level do you offer?", {"choices": ["Gold", "Silver"]}),
    "yes_no": ("Starting", "Can you start in January?", {}),
    "file": ("Starting", "Send your certificate.", {"required": False}),
    "quote": ("Price", "What does it cost?", {}),
}


class Asked:
    """One request with all kinds of question, sent to one vendor."""

    def __init__(self, by: Any, *, name: str = "Kestrel", kinds: Any = QUESTIONS) -> None:
        own: dict[str, Any] = {"organization": by.organization}
        self.by, self.own = by, own
        self.evaluation = Evaluation.objects.create(**own, title="Help desk", created_by=by)
        self.request = ProposalRequest.objects.create(
            **own,
            evaluation=self.evaluation,
            title="Help desk from outside",
            introduction="We are forty people.",
            state=ProposalRequest.State.SENT,
            seal=new_seal(),
            deadline_at=timezone.now() + dt.timedelta(days=7),
            sent_at=timezone.now(),
            sent_by=by,
            created_by=by,
        )
        self.questions = {
            kind: RequestQuestion.objects.create(
                **own,
                proposal_request=self.request,
                position=place,
                kind=kind,
                section=QUESTIONS[kind][0],
                text=QUESTIONS[kind][1],
                **QUESTIONS[kind][2],
            )
            for place, kind in enumerate(kinds, start=1)
        }
        self.proposal = self.ask(name)

    def ask(self, name: str) -> Proposal:
        """One more vendor gets a link."""
        vendor = Vendor.objects.create(**self.own, name=name, legal_name=name)
        candidate = Candidate.objects.create(
            **self.own, evaluation=self.evaluation, vendor=vendor, name=name
        )
        proposal = Proposal(
            **self.own,
            proposal_request=self.request,
            candidate=candidate,
            name="Carla",
            email=f"carla@{name.lower()}.example",
            time_zone="Europe/Lisbon",
        )
        now = timezone.now()
        open_link(proposal, until_at=now + dt.timedelta(days=97), by=self.by, now=now)
        proposal.save()
        return proposal

    def url(
        self, proposal: Proposal | None = None, name: str = "answer_proposal", **more: Any
    ) -> str:
        return reverse(name, kwargs={"token": token_of(proposal or self.proposal), **more})

    def name(self, kind: str) -> str:
        return f"q{self.questions[kind].pk}"

    def sent(self, shown: dict[str, str] | None = None, **said: Any) -> dict[str, Any]:
        """What the page posts: answers by kind, of a price table its fields, "remove" of a file."""
        data: dict[str, Any] = {}
        for kind, answer in said.items():
            name = self.name(kind)
            data[f"{name}-shown"] = (shown or {}).get(kind, mark_of({}))
            if isinstance(answer, dict):
                data |= {f"{name}-{field}": text for field, text in answer.items()}
            else:
                data[name] = answer
        return data

    def at(self, deadline_at: dt.datetime) -> None:
        """Move the deadline."""
        with organization_scope(ALL):
            rows = ProposalRequest.objects.filter(pk=self.request.pk)
            rows.update(deadline_at=deadline_at)


PRICES = {
    "currency": "EUR",
    "0-label": "Service desk",
    "0-kind": "per_user",
    "0-amount": "40",
    "0-period": "month",
    "0-rises": "yes",
}
COMPLETE = {
    "text": "Every month, by survey.",
    "number": "12",
    "choice": "Gold",
    "yes_no": "yes",
    "quote": PRICES,
}
