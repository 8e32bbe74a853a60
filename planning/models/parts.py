"""The lines of an outsourcing plan. Each list is edited as a whole, together with the plan's version."""

from django.db import models

from activity.models import PrivateLink
from core.models import TenantModel, VersionedModel
from planning.models.plan import OutsourcingPlan


class PlanLine(TenantModel):
    """A line of one list of a plan, in its place."""

    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        abstract = True


class Goal(PlanLine):
    """What success looks like (P2): a number, until when, and where it is measured. Checked in reviews."""

    class Comparator(models.TextChoices):
        AT_LEAST = "at_least", "at least"
        AT_MOST = "at_most", "at most"

    plan = models.ForeignKey(OutsourcingPlan, models.CASCADE, related_name="goals")
    text = models.CharField("goal", max_length=300)
    measure = models.CharField("measured by", max_length=200)
    comparator = models.CharField(max_length=10, choices=Comparator)
    target = models.DecimalField(max_digits=14, decimal_places=4)
    unit = models.CharField(max_length=30, blank=True)
    # What it is today; empty: not known.
    today = models.DecimalField(max_digits=14, decimal_places=4, null=True, blank=True)
    due_on = models.DateField("reached by")
    source = models.CharField("where it is measured", max_length=200)

    def __str__(self) -> str:
        return self.text


class Requirement(PlanLine):
    """The least that the vendor's staff must bring (P4) or the work must reach (P6)."""

    class Part(models.TextChoices):
        QUALIFICATION = "qualification", "Minimum qualification"
        QUALITY = "quality", "Minimum quality level"

    class Needs(models.TextChoices):
        """What has to be on file for it; see vendors.Credential.Kind."""

        NOTHING = "", "Our judgement"
        REGISTRATION = "registration", "A registration"
        CERTIFICATE = "certificate", "A certificate"
        MEMBERSHIP = "membership", "A membership"
        INSURANCE = "insurance", "An insurance"

    plan = models.ForeignKey(OutsourcingPlan, models.CASCADE, related_name="requirements")
    part = models.CharField(max_length=14, choices=Part)
    text = models.CharField("requirement", max_length=300)
    proof = models.CharField("how it is shown", max_length=300, blank=True)
    # A candidate without it is out (becomes a gate of the evaluation).
    is_must = models.BooleanField("must", default=False)
    credential = models.CharField(max_length=14, choices=Needs, blank=True, default="")
    credential_name = models.CharField(max_length=120, blank=True)

    def __str__(self) -> str:
        return self.text


class TrainingStep(PlanLine):
    """What the vendor has to be taught about us and our product, when and by whom (P5)."""

    plan = models.ForeignKey(OutsourcingPlan, models.CASCADE, related_name="training")
    topic = models.CharField(max_length=200)
    audience = models.CharField("for whom", max_length=200, blank=True)
    how = models.CharField(max_length=200, blank=True)
    by_whom = models.CharField("by whom", max_length=200, blank=True)
    hours = models.DecimalField(max_digits=6, decimal_places=1, null=True, blank=True)
    # Weeks after the start; negative: before it.
    week = models.SmallIntegerField("in week", null=True, blank=True)

    def __str__(self) -> str:
        return self.topic


class PlannedSurvey(PlanLine):
    """How and when satisfaction is surveyed (P7); becomes the contract's scheduled surveys."""

    class Audience(models.TextChoices):
        EMPLOYEES = "employees", "Employees"
        CUSTOMERS = "customers", "Customers"

    class Every(models.TextChoices):
        QUARTER = "quarter", "Every quarter"
        HALF_YEAR = "half_year", "Every half year"
        YEAR = "year", "Every year"

    plan = models.ForeignKey(OutsourcingPlan, models.CASCADE, related_name="surveys")
    audience = models.CharField(max_length=10, choices=Audience)
    every = models.CharField(max_length=10, choices=Every)
    # The first one so many months after the start.
    first_month = models.PositiveSmallIntegerField("first after")
    about = models.CharField("what is asked", max_length=300, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["plan", "audience"], name="one_planned_survey_each")
        ]

    def __str__(self) -> str:
        return f"{self.get_audience_display()}, {self.get_every_display().lower()}"


class CommunicationStep(PlanLine):
    """Who hears what, how and how often (P8); becomes the contract's communication plan."""

    plan = models.ForeignKey(OutsourcingPlan, models.CASCADE, related_name="communication")
    purpose = models.CharField("about what", max_length=200)
    channel = models.CharField(max_length=120, blank=True)
    frequency = models.CharField("how often", max_length=120, blank=True)
    format = models.CharField(max_length=120, blank=True)
    roles = models.CharField("who", max_length=300, blank=True)

    def __str__(self) -> str:
        return self.purpose


class Risk(PlanLine):
    """What could go wrong, how likely and how bad, who watches it and what is done (P12)."""

    class Kind(models.TextChoices):
        LOCK_IN = "lock_in", "Lock-in"
        CONTROL = "control", "Loss of control"
        CONFIDENTIALITY = "confidentiality", "Confidentiality"
        MORALE = "morale", "Morale and changed roles"
        CONTINUITY = "continuity", "Continuity"
        COST = "cost", "Hidden cost"
        OTHER = "other", "Something else"

    plan = models.ForeignKey(OutsourcingPlan, models.CASCADE, related_name="risks")
    kind = models.CharField(max_length=16, choices=Kind)
    text = models.CharField("what could happen", max_length=300)
    # 1 low, 2 medium, 3 high; empty: not judged yet.
    likelihood = models.PositiveSmallIntegerField(null=True, blank=True)
    impact = models.PositiveSmallIntegerField(null=True, blank=True)
    owner = models.ForeignKey(
        "accounts.Membership", models.RESTRICT, null=True, blank=True, related_name="+"
    )
    mitigation = models.CharField("what we do about it", max_length=500, blank=True)

    def __str__(self) -> str:
        return self.text


class BaselineLine(PlanLine):
    """One part of what the service costs in-house today (P9): `amount` x `quantity` x `share_percent`,
    each `period`. See planning/costs.py."""

    class Kind(models.TextChoices):
        PEOPLE = "people", "People's share"
        TOOLS = "tools", "Tools and licences"
        DOWNTIME = "downtime", "Downtime"
        RECRUITING = "recruiting", "Recruiting"
        TRAINING = "training", "Training"
        OTHER = "other", "Something else"

    class Period(models.TextChoices):
        MONTH = "month", "a month"
        QUARTER = "quarter", "a quarter"
        YEAR = "year", "a year"
        ONCE = "once", "once"

    plan = models.ForeignKey(OutsourcingPlan, models.CASCADE, related_name="baseline")
    kind = models.CharField(max_length=12, choices=Kind)
    label = models.CharField(max_length=200)
    amount = models.DecimalField(max_digits=14, decimal_places=2)
    quantity = models.DecimalField(max_digits=12, decimal_places=2, default=1)
    share_percent = models.DecimalField(max_digits=6, decimal_places=3, default=100)
    period = models.CharField(max_length=10, choices=Period)

    def __str__(self) -> str:
        return self.label


class Stakeholder(VersionedModel, PrivateLink, TenantModel):
    """Somebody who is affected or has a say (P8); asked for their view by private link, or spoken to."""

    class Stance(models.TextChoices):
        FOR = "for", "For it"
        OPEN = "open", "Undecided"
        AGAINST = "against", "Against it"

    plan = models.ForeignKey(OutsourcingPlan, models.CASCADE, related_name="stakeholders")
    group = models.CharField("group or role", max_length=200, blank=True)
    affected = models.CharField("how they are affected", max_length=300, blank=True)
    # What they said: through the link, or noted by somebody of us.
    stance = models.CharField(max_length=10, choices=Stance, blank=True)
    hopes = models.TextField(max_length=4000, blank=True)
    worries = models.TextField(max_length=4000, blank=True)
    needs = models.TextField("must not get lost", max_length=4000, blank=True)
    noted_by = models.ForeignKey(
        "accounts.Membership", models.RESTRICT, null=True, blank=True, related_name="+"
    )
    # What was done with it.
    response = models.TextField("what we make of it", max_length=4000, blank=True)
