"""The rows of reviews for world.py: one of everything that an address of a review can name."""

import datetime as dt
import uuid
from decimal import Decimal
from functools import cached_property
from typing import Any

from django.utils import timezone

from reviews.models import (
    ActionRule,
    CorrectiveAction,
    Idea,
    Issue,
    Measurement,
    MeasurementImport,
    Meeting,
    RenewalBrief,
    Review,
    ReviewCriterion,
    ReviewPlan,
    SecurityCheck,
    ServiceCredit,
    Survey,
    SurveyInvitation,
    SurveyTemplate,
    VendorView,
)

FIRST_ON, LAST_ON = dt.date(2026, 1, 1), dt.date(2026, 3, 31)


class ReviewRows:
    """A review of the contract, open, and what hangs on it."""

    organization: Any
    by: Any
    contract: Any
    level: Any

    @cached_property
    def review_plan(self) -> ReviewPlan:
        there = ReviewPlan.objects.filter(contract=self.contract).first()
        return there or ReviewPlan.objects.create(
            organization=self.organization, contract=self.contract, first_on=FIRST_ON
        )

    @cached_property
    def review_criterion(self) -> ReviewCriterion:
        return ReviewCriterion.objects.create(
            organization=self.organization,
            plan=self.review_plan,
            position=1,
            name="Quality of the work",
            weight=Decimal(100),
            promised=Decimal(4),
        )

    @cached_property
    def review(self) -> Review:
        self.review_criterion  # noqa: B018  # a review marks something
        there = Review.objects.filter(contract=self.contract, first_on=FIRST_ON).first()
        return there or Review.objects.create(
            organization=self.organization,
            contract=self.contract,
            every="quarter",
            first_on=FIRST_ON,
            last_on=LAST_ON,
            first_due_on=dt.date(2026, 4, 14),
            due_on=dt.date(2026, 4, 14),
        )

    @cached_property
    def vendor_view(self) -> VendorView:
        return VendorView.objects.create(
            organization=self.organization,
            review=self.review,
            name="Kim",
            email="kim@vendor.example",
            token_hash=uuid.uuid4().hex,
            expires_at=timezone.now() + dt.timedelta(days=7),
            asked_by=self.by,
        )

    @cached_property
    def measurement(self) -> Measurement:
        return Measurement.objects.create(
            organization=self.organization,
            contract=self.contract,
            level=self.level,
            lineage=self.level.lineage,
            first_on=FIRST_ON,
            last_on=dt.date(2026, 1, 31),
            value=Decimal("98.7"),
            met=False,
            by=self.by,
        )

    @cached_property
    def credit(self) -> ServiceCredit:
        return ServiceCredit.objects.create(
            organization=self.organization,
            contract=self.contract,
            measurement=self.measurement,
            percent=Decimal(10),
            price=Decimal(1200),
            amount=Decimal(120),
            currency="EUR",
            claim_by_on=dt.date(2099, 1, 1),
        )

    @cached_property
    def measurement_import(self) -> MeasurementImport:
        return MeasurementImport.objects.create(
            organization=self.organization,
            contract=self.contract,
            filename="values.csv",
            created_by=self.by,
        )

    @cached_property
    def survey_template(self) -> SurveyTemplate:
        return SurveyTemplate.objects.create(
            organization=self.organization,
            name="Help desk",
            audience="employees",
            questions=[{"key": "q1", "kind": "satisfaction", "text": "How satisfied are you?"}],
        )

    @cached_property
    def survey(self) -> Survey:
        return Survey.objects.create(
            organization=self.organization,
            contract=self.contract,
            title="Help desk, first quarter",
            audience="employees",
            questions=[{"key": "q1", "kind": "satisfaction", "text": "How satisfied are you?"}],
            first_on=FIRST_ON,
            last_on=LAST_ON,
            closes_on=dt.date(2099, 1, 1),
            created_by=self.by,
        )

    @cached_property
    def survey_invitation(self) -> SurveyInvitation:
        return SurveyInvitation.objects.create(
            organization=self.organization,
            survey=self.survey,
            email="anna@acme.example",
            token_hash=uuid.uuid4().hex,
            expires_at=timezone.now() + dt.timedelta(days=7),
        )

    @cached_property
    def issue(self) -> Issue:
        return Issue.objects.create(
            organization=self.organization,
            contract=self.contract,
            title="Tickets are closed unsolved",
            severity="high",
            side="vendor",
            owner=self.by,
            opened_on=FIRST_ON,
            created_by=self.by,
        )

    @cached_property
    def action(self) -> CorrectiveAction:
        return CorrectiveAction.objects.create(
            organization=self.organization,
            contract=self.contract,
            issue=self.issue,
            title="Ask before closing",
            side="vendor",
            owner=self.by,
            due_on=dt.date(2026, 5, 1),
            created_by=self.by,
        )

    @cached_property
    def rule(self) -> ActionRule:
        return ActionRule.objects.create(organization=self.organization, contract=self.contract)

    @cached_property
    def security_check(self) -> SecurityCheck:
        return SecurityCheck.objects.create(
            organization=self.organization,
            contract=self.contract,
            kind="audit",
            title="Security audit",
            next_on=dt.date(2026, 6, 1),
            responsible=self.by,
        )

    @cached_property
    def meeting(self) -> Meeting:
        return Meeting.objects.create(
            organization=self.organization,
            contract=self.contract,
            held_on=FIRST_ON,
            title="Monthly call",
            created_by=self.by,
        )

    @cached_property
    def idea(self) -> Idea:
        return Idea.objects.create(
            organization=self.organization,
            contract=self.contract,
            side="vendor",
            proposed_on=FIRST_ON,
            title="One portal for all tickets",
            created_by=self.by,
        )

    @cached_property
    def renewal_brief(self) -> RenewalBrief:
        return RenewalBrief.objects.create(
            organization=self.organization,
            contract=self.contract,
            safe_notice_on=dt.date(2028, 9, 20),
        )


REVIEW_ROWS: dict[str, Any] = {
    "review_id": lambda world: world.review.pk,
    "review_criterion_id": lambda world: world.review_criterion.pk,
    "measurement_id": lambda world: world.measurement.pk,
    "credit_id": lambda world: world.credit.pk,
    "measurement_import_id": lambda world: world.measurement_import.pk,
    "survey_template_id": lambda world: world.survey_template.pk,
    "survey_invitation_id": lambda world: world.survey_invitation.pk,
    "survey_id": lambda world: world.survey.pk,
    "issue_id": lambda world: world.issue.pk,
    "action_id": lambda world: world.action.pk,
    "rule_id": lambda world: world.rule.pk,
    "check_id": lambda world: world.security_check.pk,
    "meeting_id": lambda world: world.meeting.pk,
    "idea_id": lambda world: world.idea.pk,
    "brief_id": lambda world: world.renewal_brief.pk,
}

# Pages that exist only for a signed contract; all others are asked of a draft.
REVIEW_STATES: set[str] = set()
