"""Filling with what comes before a contract: plans, proofs, and an evaluation with proposals and quotes."""

import datetime as dt
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils import timezone

from accounts.models import Membership, Organization
from core.tenancy import organization_scope
from evaluations.models import (
    Candidate,
    CostModel,
    Evaluation,
    Proposal,
    ProposalAnswer,
    ProposalRequest,
    Quote,
    QuoteLine,
    RequestQuestion,
)
from planning.models import (
    BaselineLine,
    CommunicationStep,
    Goal,
    NeedsAnswers,
    OutsourcingPlan,
    Requirement,
    Risk,
    Service,
    Stakeholder,
    TrainingStep,
)
from planning.needs import QUESTIONS
from vendors.models import Credential, Vendor

BATCH = 500
SERVICES, PROOFS_EACH, LETTERS = 40, 2, 1_000
PROOFS = ["ISO/IEC 27001", "Cyber insurance", "Trade register", "ISO 9001", "Liability insurance"]
KINDS = ["per_user", "flat", "per_device", "one_off"]
AMOUNTS = {"users": "10", "devices": "20"}
GROWTH = {"low": "8", "base": "20", "high": "40"}


@dataclass(frozen=True)
class PlanningSize:
    """`proposals` of one evaluation, each with answers to `questions` and a quote of `lines`; the lists of the
    first plan have as many lines."""

    plans: int = 300
    proposals: int = 20
    questions: int = 60
    lines: int = 20


@dataclass(frozen=True)
class FilledPlanning:
    """What the measurements need to know: a draft with long lists, and an evaluation with opened proposals."""

    plan: OutsourcingPlan
    evaluation: Evaluation


def add_planning(
    organization: Organization, people: Sequence[Membership], size: PlanningSize
) -> FilledPlanning:
    """Two proofs of every vendor, plans over `SERVICES` services, and one evaluation with proposals and
    quotes over five years."""
    with organization_scope(organization):
        filling = _PlanningFilling(organization, people, size)
        filling.add_proofs()
        plan = filling.add_plans()
        return FilledPlanning(plan, filling.add_evaluation(plan))


class _PlanningFilling:
    def __init__(
        self, organization: Organization, people: Sequence[Membership], size: PlanningSize
    ) -> None:
        self.size = size
        self.own = {"organization": organization}
        self.people = people
        self.by = people[0]
        self.random = random.Random(5309)  # noqa: S311 - the same rows each time, nothing secret
        self.now = timezone.now()
        self.today = timezone.localdate()

    # Proofs ---------------------------------------------------------------------------------------

    def add_proofs(self) -> None:
        last = 0
        while ids := _vendors_after(last):
            Credential.objects.bulk_create(self._proofs(ids))
            last = ids[-1]

    def _proofs(self, vendors: Sequence[int]) -> Iterator[Credential]:
        pick = self.random
        for vendor in vendors:
            for name in pick.sample(PROOFS, PROOFS_EACH):
                checked = pick.random() < 0.7
                yield Credential(
                    **self.own,
                    vendor_id=vendor,
                    kind="insurance" if "insurance" in name else "certificate",
                    name=name,
                    issuer="Somebody who may",
                    expires_on=self.today + dt.timedelta(days=pick.randrange(-60, 900)),
                    checked_on=self.today if checked else None,
                    checked_by=self.by if checked else None,
                    created_by=self.by,
                )

    # Plans ----------------------------------------------------------------------------------------

    def add_plans(self) -> OutsourcingPlan:
        """Drafts, the first of them with long lists."""
        services = [
            Service(**self.own, name=f"Service {at}", name_key=f"service {at}", users=40)
            for at in range(SERVICES)
        ]
        Service.objects.bulk_create(services)
        answers = {question.key: 3 for question in QUESTIONS}
        NeedsAnswers.objects.bulk_create(
            NeedsAnswers(**self.own, service=one, answers=answers, answered_by=self.by)
            for one in services
        )
        plans = [
            OutsourcingPlan(
                **self.own,
                service=services[at % SERVICES],
                number=at // SERVICES + 1,
                title=f"Plan {at}",
                manager=self.people[at % len(self.people)],
                term_months=60,
                currency="EUR",
                created_by=self.by,
                created_at=self.now - dt.timedelta(hours=at),
            )
            for at in range(self.size.plans)
        ]
        OutsourcingPlan.objects.bulk_create(plans)
        self._add_lists(plans[0])
        return plans[0]

    def _add_lists(self, plan: OutsourcingPlan) -> None:
        goal = {"measure": "Minutes", "comparator": "at_most", "target": Decimal(30)}
        self._lines(Goal, plan, "text", due_on=self.today, source="Ticket system", **goal)
        self._lines(Requirement, plan, "text", part="quality")
        self._lines(TrainingStep, plan, "topic")
        self._lines(CommunicationStep, plan, "purpose")
        self._lines(Risk, plan, "text", kind="lock_in", likelihood=2, impact=2, owner=self.by)
        self._lines(
            BaselineLine, plan, "label", kind="people", amount=Decimal(4000), period="month"
        )
        Stakeholder.objects.bulk_create(
            Stakeholder(**self.own, plan=plan, name=f"Stakeholder {at}")
            for at in range(self.size.lines)
        )

    def _lines(self, model: Any, plan: OutsourcingPlan, name: str, **values: Any) -> None:
        model.objects.bulk_create(
            model(**self.own, plan=plan, position=at, **{name: f"Line {at}"}, **values)
            for at in range(self.size.lines)
        )

    # Proposals ------------------------------------------------------------------------------------

    def add_evaluation(self, plan: OutsourcingPlan) -> Evaluation:
        evaluation: Evaluation = Evaluation.objects.create(
            **self.own, title="Proposals", plan=plan, created_by=self.by
        )
        vendors = Vendor.objects.order_by("pk")[: self.size.proposals]
        candidates = Candidate.objects.bulk_create(
            Candidate(**self.own, evaluation=evaluation, vendor=one, name=one.name, position=at)
            for at, one in enumerate(vendors)
        )
        self._add_quotes(evaluation, candidates)
        self._add_proposals(evaluation, candidates)
        return evaluation

    def _add_quotes(self, evaluation: Evaluation, candidates: Sequence[Candidate]) -> None:
        CostModel.objects.create(
            **self.own,
            evaluation=evaluation,
            term_months=60,
            currency="EUR",
            discount_percent=Decimal(4),
            today=AMOUNTS,
            growth=dict.fromkeys(AMOUNTS, GROWTH),
        )
        quotes = Quote.objects.bulk_create(
            Quote(**self.own, candidate=one, currency="EUR", rise_percent=Decimal(3))
            for one in candidates
        )
        QuoteLine.objects.bulk_create(line for quote in quotes for line in self._prices(quote))

    def _prices(self, quote: Quote) -> Iterator[QuoteLine]:
        for at in range(self.size.lines):
            kind = KINDS[at % len(KINDS)]
            once = kind == "one_off"
            yield QuoteLine(
                **self.own,
                quote=quote,
                position=at,
                kind=kind,
                label=f"Line {at}",
                amount=Decimal(self.random.randrange(500, 9000)) / 100,
                period="" if once else "month",
                from_month=1 if once else None,
            )

    def _add_proposals(self, evaluation: Evaluation, candidates: Sequence[Candidate]) -> None:
        asked = ProposalRequest.objects.create(
            **self.own,
            evaluation=evaluation,
            title="Proposals",
            state=ProposalRequest.State.OPENED,
            deadline_at=self.now,
            sent_at=self.now,
            sent_by=self.by,
            opened_at=self.now,
            created_by=self.by,
        )
        questions = RequestQuestion.objects.bulk_create(
            RequestQuestion(
                **self.own,
                proposal_request=asked,
                position=at,
                section=f"Section {at // 10}",
                text=f"How do you do what stands in line {at}?",
                kind="text",
            )
            for at in range(self.size.questions)
        )
        proposals = Proposal.objects.bulk_create(
            Proposal(
                **self.own,
                proposal_request=asked,
                candidate=one,
                name=one.name,
                email="carla@vendor.example",
                answered_at=self.now,
            )
            for one in candidates
        )
        text = "As we do it for others. " * (LETTERS // 24)
        ProposalAnswer.objects.bulk_create(
            ProposalAnswer(**self.own, proposal=one, question=question, value={"text": text})
            for one in proposals
            for question in questions
        )


def _vendors_after(pk: int) -> list[int]:
    return list(
        Vendor.objects.filter(pk__gt=pk).order_by("pk").values_list("pk", flat=True)[:BATCH]
    )
