"""The rows of planning and sourcing for world.py: one of everything that their addresses can name."""

import datetime as dt
from decimal import Decimal
from functools import cached_property
from typing import Any

from django.utils import timezone

from activity.links import open_link
from contracts.models import Contract
from core.models import StoredFile
from evaluations.models import (
    CostModel,
    Evaluation,
    Pilot,
    PilotCriterion,
    Promise,
    Proposal,
    ProposalRequest,
    Quote,
    RequestAnswer,
    RequestQuestion,
)
from planning.models import Goal, OutsourcingPlan, Service, Stakeholder
from vendors.models import Credential, DiligenceAnswer, DiligenceCheck, DiligenceGap, Reference


class SourcingRows:
    """Mixed into World."""

    organization: Any
    by: Any
    vendor: Any
    evaluation: Any
    candidate: Any
    criterion: Any
    contract: Any
    award: Any

    @property
    def _own(self) -> dict[str, Any]:
        return {"organization": self.organization}

    @cached_property
    def service(self) -> Service:
        return Service.objects.create(**self._own, name="Help desk", name_key="help desk")

    @cached_property
    def plan(self) -> OutsourcingPlan:
        """A draft with a manager and a goal."""
        plan = OutsourcingPlan.objects.create(
            **self._own,
            service=self.service,
            title="Help desk from outside",
            manager=self.by,
            currency=self.organization.currency,
            created_by=self.by,
        )
        Goal.objects.create(
            **self._own,
            plan=plan,
            text="Quicker answers",
            measure="First response",
            comparator="at_most",
            target=Decimal(30),
            unit="minutes",
            due_on=dt.date(2030, 1, 31),
            source="Ticket system",
        )
        return plan

    @cached_property
    def asked_goal(self) -> Goal:
        """Of the plan that the contract's evaluation began with: reviews ask about it."""
        Evaluation.objects.filter(pk=self.evaluation.pk).update(plan=self.plan)
        Contract.objects.filter(pk=self.contract.pk).update(award=self.award)
        goal: Goal = self.plan.goals.get()
        return goal

    @cached_property
    def stakeholder(self) -> Stakeholder:
        return Stakeholder.objects.create(
            **self._own, plan=self.plan, name="Sam", email="sam@example.com"
        )

    @cached_property
    def stored_file(self) -> StoredFile:
        """A row whose file is gone: pages say so."""
        return StoredFile.objects.create(
            **self._own, stored_as=f"gone-{self.organization.pk}", filename="a.pdf", size=1
        )

    @cached_property
    def credential(self) -> Credential:
        return Credential.objects.create(
            **self._own,
            vendor=self.vendor,
            kind="certificate",
            name="ISO/IEC 27001",
            created_by=self.by,
        )

    @cached_property
    def reference(self) -> Reference:
        return Reference.objects.create(
            **self._own,
            vendor=self.vendor,
            name="Rae",
            email="rae@example.com",
            company="Contoso",
            found="vendor",
            created_by=self.by,
        )

    @cached_property
    def diligence(self) -> DiligenceCheck:
        check = DiligenceCheck.objects.create(
            **self._own, vendor=self.vendor, questions="2026-1", created_by=self.by
        )
        DiligenceAnswer.objects.create(
            **self._own,
            check_asked=check,
            question="policy",
            answer="yes",
            file=self.stored_file,
        )
        return check

    @cached_property
    def gap(self) -> DiligenceGap:
        return DiligenceGap.objects.create(
            **self._own, check_asked=self.diligence, text="No restore test", severity="high"
        )

    @cached_property
    def proposal_request(self) -> ProposalRequest:
        return ProposalRequest.objects.create(
            **self._own, evaluation=self.evaluation, title="Help desk", created_by=self.by
        )

    @cached_property
    def request_question(self) -> RequestQuestion:
        return RequestQuestion.objects.create(
            **self._own,
            proposal_request=self.proposal_request,
            position=1,
            section="Quality",
            text="How do you measure quality?",
            kind="text",
        )

    @cached_property
    def proposal(self) -> Proposal:
        proposal = Proposal(
            **self._own,
            proposal_request=self.proposal_request,
            candidate=self.candidate,
            name="Carla",
            email="carla@example.com",
        )
        now = timezone.now()
        open_link(proposal, until_at=now + dt.timedelta(days=7), by=self.by, now=now)
        proposal.save()
        return proposal

    @cached_property
    def request_answer(self) -> RequestAnswer:
        return RequestAnswer.objects.create(
            **self._own,
            proposal_request=self.proposal_request,
            proposal=self.proposal,
            question="How many?",
        )

    @cached_property
    def quote(self) -> Quote:
        CostModel.objects.create(**self._own, evaluation=self.evaluation, currency="EUR")
        return Quote.objects.create(**self._own, candidate=self.candidate, currency="EUR")

    @cached_property
    def promise(self) -> Promise:
        """Of the candidate with whom the contract is."""
        self.contract.award = self.award
        self.contract.save()
        return Promise.objects.create(
            **self._own,
            candidate=self.candidate,
            text="A named engineer",
            source="demo",
            created_by=self.by,
        )

    @cached_property
    def pilot(self) -> Pilot:
        return Pilot.objects.create(
            **self._own, candidate=self.candidate, currency="EUR", created_by=self.by
        )

    @cached_property
    def pilot_criterion(self) -> PilotCriterion:
        return PilotCriterion.objects.create(
            **self._own,
            pilot=self.pilot,
            criterion=self.criterion,
            text="First response",
            comparator="at_most",
            target=Decimal(30),
            unit="minutes",
            file=self.stored_file,
        )


SOURCING_ROWS = {
    "service_id": lambda world: world.service.pk,
    "plan_id": lambda world: world.plan.pk,
    "goal_id": lambda world: world.asked_goal.pk,
    "audience": lambda world: "employees",
    "stakeholder_id": lambda world: world.stakeholder.pk,
    "credential_id": lambda world: world.credential.pk,
    "reference_id": lambda world: world.reference.pk,
    "diligence_id": lambda world: world.diligence.pk,
    "given_id": lambda world: world.diligence.given.get().pk,
    "gap_id": lambda world: world.gap.pk,
    "request_question_id": lambda world: world.request_question.pk,
    "proposal_id": lambda world: world.proposal.pk,
    "asked_id": lambda world: world.request_answer.pk,
    "promise_id": lambda world: world.promise.pk,
    "pilot_id": lambda world: world.pilot.pk,
    "pilot_criterion_id": lambda world: world.pilot_criterion.pk,
}
