"""One organization with one row of everything that an address can name.

`ROWS` is the registry: the name of a part of an address (`vendor_id`) → what stands there. Who adds an
address with a new part adds a line here; test_urls.py says so until then.
"""

import uuid
from collections.abc import Callable
from decimal import Decimal
from functools import cached_property
from typing import Any

from django.utils import timezone

from accounts.models import Invitation, Membership, Organization
from activity.models import Job, JobFile
from evaluations.actions import add_standard_set
from evaluations.actions.awards import approve_award, propose_award
from evaluations.actions.imports import upload_scores
from evaluations.import_sheet import read_upload
from evaluations.models import (
    AssignedCriterion,
    Award,
    AwardCondition,
    AwardLetter,
    Candidate,
    CriteriaSet,
    Evaluation,
    EvaluationCriterion,
    Score,
    Scorecard,
    ScoreImport,
)
from outsourcing_portal.tests.world_contracts import CONTRACT_ROWS, CONTRACT_STATES, ContractRows
from outsourcing_portal.tests.world_reviews import REVIEW_ROWS, ReviewRows
from outsourcing_portal.tests.world_sourcing import SOURCING_ROWS, SourcingRows
from vendors.models import Contact, Vendor, VendorImport


class World(ContractRows, ReviewRows, SourcingRows):
    """Rows are made when first asked for, inside the caller's scope. `by` is somebody of `organization`."""

    def __init__(self, organization: Organization, by: Membership, state: str = "setup") -> None:
        self.organization = organization
        self.by = by
        if state in CONTRACT_STATES:
            self.contract_stage, state = state, "setup"
        self.state = "closed" if state == "decided" else state
        self.decided = state == "decided"

    @cached_property
    def member(self) -> Membership:
        """Somebody who can be changed: the newest member."""
        return self.organization.memberships.latest("pk")

    @cached_property
    def invitation(self) -> Invitation:
        return Invitation.objects.create(
            organization=self.organization,
            email="somebody@example.com",
            role="viewer",
            token_hash=uuid.uuid4().hex,
            invited_by=self.by,
            expires_at=timezone.now() + timezone.timedelta(days=1),
        )

    @cached_property
    def vendor(self) -> Vendor:
        return Vendor.objects.create(organization=self.organization, name="Northwind")

    @cached_property
    def contact(self) -> Contact:
        return Contact.objects.create(
            organization=self.organization, vendor=self.vendor, name="Carla"
        )

    @cached_property
    def job(self) -> Job:
        return Job.objects.create(organization=self.organization, kind="test", started_by=self.by)

    @cached_property
    def vendor_import(self) -> VendorImport:
        return VendorImport.objects.create(
            organization=self.organization,
            filename="vendors.csv",
            fingerprint="0" * 64,
            created_by=self.by,
        )

    @cached_property
    def score_import(self) -> ScoreImport:
        data = b"Criterion,Weight,Northwind,Contoso\nQuality,60,3,4\nCost,40,5,2\n"
        file = read_upload(data, "scores.csv")
        return upload_scores(file=file, data=data, title="Scores", scale="", by=self.by)

    @cached_property
    def criteria_set(self) -> CriteriaSet:
        found = CriteriaSet.objects.filter(organization=self.organization).order_by("pk").first()
        if found is None:
            add_standard_set(by=self.by)
            found = CriteriaSet.objects.get(organization=self.organization)
        return found

    @cached_property
    def evaluation(self) -> Evaluation:
        """With one criterion, two candidates, and a scorecard for everybody."""
        now = timezone.now()
        evaluation = Evaluation.objects.create(
            organization=self.organization,
            title="Help desk",
            state=self.state,
            opened_at=None if self.state == "setup" else now,
            closed_at=now if self.state == "closed" else None,
            created_by=self.by,
        )
        own = {"organization": self.organization, "evaluation": evaluation}
        criterion = EvaluationCriterion.objects.create(
            **own, position=1, name="Quality", weight=Decimal(100)
        )
        candidates = [
            Candidate.objects.create(**own, vendor=self.vendor, name="Northwind", position=1),
            Candidate.objects.create(**own, name="Stay in-house", position=2),
        ]
        for member in self.organization.memberships.order_by("pk"):
            card = Scorecard.objects.create(
                **own,
                evaluator=member,
                evaluator_name=member.name,
                has_conflict=False,
                declared_at=now,
                submitted_at=now if self.state == "closed" else None,
            )
            AssignedCriterion.objects.create(
                organization=self.organization, scorecard=card, criterion=criterion
            )
            if self.state != "setup":
                Score.objects.bulk_create(
                    Score(
                        organization=self.organization,
                        scorecard=card,
                        candidate=candidate,
                        criterion=criterion,
                        mark=Decimal(3),
                    )
                    for candidate in candidates
                )
        return evaluation

    @cached_property
    def award(self) -> Award:
        """A draft, or approved with its record."""
        award = Award.objects.create(
            organization=self.organization,
            evaluation=self.evaluation,
            winner=self.candidate,
            currency=self.organization.currency,
            rationale="They answered every question, and everybody liked them.",
            created_by=self.by,
        )
        if self.decided:
            decider = self.organization.memberships.filter(role="admin").earliest("pk")
            award = propose_award(award=award, version=award.version, by=decider)
            award = approve_award(award=award, version=award.version, by=decider)
            self._give_report(award)
        return award

    def _give_report(self, award: Award) -> None:
        """A PDF that was made."""
        award.report_job = Job.objects.create(
            organization=self.organization, kind="award_report", state="done", started_by=self.by
        )
        award.save()
        JobFile.objects.create(
            organization=self.organization,
            job=award.report_job,
            filename="decision.pdf",
            content_type="application/pdf",
            data=b"%PDF",
        )

    @cached_property
    def letter(self) -> AwardLetter:
        return AwardLetter.objects.create(
            organization=self.organization,
            award=self.award,
            candidate=self.candidate,
            subject="Our decision",
            body="Dear Northwind",
        )

    @cached_property
    def condition(self) -> AwardCondition:
        return AwardCondition.objects.create(
            organization=self.organization, award=self.award, text="Proof of insurance"
        )

    @property
    def candidate(self) -> Candidate:
        return self.evaluation.candidates.order_by("position").first()

    @property
    def scorecard(self) -> Scorecard:
        return self.evaluation.scorecards.get(evaluator=self.by)

    @property
    def criterion(self) -> EvaluationCriterion:
        return self.evaluation.criteria.get()


ROWS: dict[str, Callable[[World], Any]] = {
    "org": lambda world: world.organization.slug,
    "member_id": lambda world: world.member.pk,
    "invitation_id": lambda world: world.invitation.pk,
    "vendor_id": lambda world: world.vendor.pk,
    "contact_id": lambda world: world.contact.pk,
    "job_id": lambda world: world.job.pk,
    "import_id": lambda world: world.vendor_import.pk,
    "vendor_import_id": lambda world: world.vendor_import.pk,
    "score_import_id": lambda world: world.score_import.pk,
    "criteria_set_id": lambda world: world.criteria_set.pk,
    "evaluation_id": lambda world: world.evaluation.pk,
    "candidate_id": lambda world: world.candidate.pk,
    "scorecard_id": lambda world: world.scorecard.pk,
    "criterion_id": lambda world: world.criterion.pk,
    "award_id": lambda world: world.award.pk,
    "letter_id": lambda world: world.letter.pk,
    "condition_id": lambda world: world.condition.pk,
    **CONTRACT_ROWS,
    **REVIEW_ROWS,
    **SOURCING_ROWS,
    "way": lambda world: "points",  # of saying what the criteria weigh
    "number": lambda world: 1,  # of a criteria set's version
}
# Parts that are no row's id: they mean the same in every organization.
NO_ID = {"org", "number", "way", "audience"}

# Pages that exist only in a certain state of the evaluation; all others are asked during set-up.
STATES = {
    **CONTRACT_STATES,
    "scoring": {
        "score_evaluation",
        "declare_conflict",
        "save_score",
        "save_scorecard",
        "submit_scorecard",
        "reopen_scorecard",
        "remind_evaluator",
        "close_scoring",
        "fill_gate",
    },
    "closed": {
        "ranking",
        "what_if",
        "candidate_result",
        "pilot_list",
        "create_pilot",
        "pilot_detail",
        "edit_pilot",
        "start_pilot",
        "extend_pilot",
        "decide_pilot",
        "cancel_pilot",
        "add_pilot_criterion",
        "edit_pilot_criterion",
        "remove_pilot_criterion",
        "measure_pilot",
        "pilot_file",
        "export_marks",
        "moderation",
        "moderate_cell",
        "save_moderated_mark",
        "preview_moderated_mark",
        "withdraw_moderated_mark",
        "reopen_scoring",
        "create_award",
        "award_detail",
        "edit_award",
        "propose_award",
        "approve_award",
        "return_award",
        "announce_award",
        "withdraw_award",
        "settle_condition",
        "reopen_condition",
    },
    # Closed, and an award is approved.
    "decided": {
        "draft_from_award",
        "verify_award",
        "export_record",
        "award_report",
        "ask_award_report",
        "award_report_file",
        "award_letters",
        "draft_letters",
        "edit_letter",
    },
}


def state_for(view_name: str) -> str:
    return next((state for state, names in STATES.items() if view_name in names), "setup")


# What is posted, for pages that look at it before they look for the row in the address.
BODIES: dict[str, Callable[[World], dict[str, Any]]] = {
    "save_score": lambda world: {
        "scorecard": world.scorecard.pk,
        "candidate": world.candidate.pk,
        "criterion": world.criterion.pk,
        "version": 1,
        "mark": "4",
        "evidence": "guess",
        "comment": "",
    },
}
