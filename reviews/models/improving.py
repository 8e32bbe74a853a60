"""What goes wrong and what is done about it: issues, corrective actions, rules, checks, meetings, ideas."""

from typing import ClassVar

from django.db import models
from django.urls import reverse
from django.utils import timezone

from core.models import CreatedOnce, TenantModel, VersionedModel
from core.tenancy import TenantManager, TenantQuerySet
from reviews.action_rules import in_words
from reviews.models.measuring import Measurement
from reviews.models.schedule import Review
from reviews.models.surveys import Survey


class Side(models.TextChoices):
    US = "us", "Us"
    VENDOR = "vendor", "The vendor"


class IssueQuerySet(TenantQuerySet):
    def open(self) -> "IssueQuerySet":
        return self.filter(state=Issue.State.OPEN)

    def newest_first(self) -> "IssueQuerySet":
        return self.order_by("-opened_on", "-pk")


class Issue(TenantModel, VersionedModel, CreatedOnce):
    """Something that went wrong, wherever it came from, with an owner on either side."""

    class Severity(models.TextChoices):
        LOW = "low", "Low"
        MEDIUM = "medium", "Medium"
        HIGH = "high", "High"
        CRITICAL = "critical", "Critical"

    class State(models.TextChoices):
        OPEN = "open", "Open"
        RESOLVED = "resolved", "Resolved"

    class Source(models.TextChoices):
        REVIEW = "review", "A review"
        SURVEY = "survey", "A survey"
        MEASUREMENT = "measurement", "A measurement"
        CHECK = "check", "A security check"
        OTHER = "other", "Noticed in daily work"

    contract = models.ForeignKey("contracts.Contract", models.CASCADE, related_name="issues")
    title = models.CharField(max_length=200)
    description = models.TextField(max_length=10_000, blank=True)
    severity = models.CharField(max_length=10, choices=Severity)
    source = models.CharField(max_length=12, choices=Source, default=Source.OTHER)
    review = models.ForeignKey(
        Review, models.SET_NULL, null=True, blank=True, related_name="issues"
    )
    measurement = models.ForeignKey(
        Measurement, models.SET_NULL, null=True, blank=True, related_name="issues"
    )
    survey = models.ForeignKey(
        Survey, models.SET_NULL, null=True, blank=True, related_name="issues"
    )
    side = models.CharField(max_length=10, choices=Side)
    # Ours, who sees to it; and theirs, where the vendor has to do it.
    owner = models.ForeignKey(
        "accounts.Membership", models.RESTRICT, null=True, blank=True, related_name="+"
    )
    contact = models.ForeignKey(
        "vendors.Contact", models.SET_NULL, null=True, blank=True, related_name="+"
    )
    opened_on = models.DateField()
    state = models.CharField(max_length=10, choices=State, default=State.OPEN)
    resolved_on = models.DateField(null=True, blank=True)
    resolution = models.TextField(max_length=4000, blank=True)
    recurs = models.ForeignKey(
        "self", models.SET_NULL, null=True, blank=True, related_name="recurrences"
    )
    created_by = models.ForeignKey("accounts.Membership", models.RESTRICT, related_name="+")
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    objects: ClassVar = TenantManager.from_queryset(IssueQuerySet)()

    class Meta(CreatedOnce.Meta):
        abstract = False
        indexes = [
            models.Index(fields=["organization", "-opened_on", "-id"], name="issue_newest"),
            models.Index(
                fields=["contract", "id"], condition=models.Q(state="open"), name="issue_open"
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("reviews:issue_detail", args=[self.organization.slug, self.pk])


class ActionRule(TenantModel, VersionedModel):
    """Starts a corrective action by itself: so many misses of one service level in so many windows.
    Without a contract it counts for all of them."""

    contract = models.ForeignKey(
        "contracts.Contract", models.CASCADE, null=True, blank=True, related_name="action_rules"
    )
    misses = models.PositiveSmallIntegerField(default=2)
    windows = models.PositiveSmallIntegerField(default=3)
    severity = models.CharField(max_length=10, choices=Issue.Severity, default="high")
    due_days = models.PositiveSmallIntegerField(default=30)
    is_active = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(misses__gte=1, windows__gte=models.F("misses")),
                name="rule_can_come_true",
            )
        ]

    def __str__(self) -> str:
        return in_words(self.misses, self.windows)


class CorrectiveActionQuerySet(TenantQuerySet):
    def open(self) -> "CorrectiveActionQuerySet":
        """To be done, or done and still to be checked."""
        return self.filter(state__in=["open", "done"])

    def due_first(self) -> "CorrectiveActionQuerySet":
        return self.order_by("due_on", "pk")


class CorrectiveAction(TenantModel, VersionedModel, CreatedOnce):
    """Why it went wrong, what mends it, what keeps it from coming back; and whether that helped.

    Agreed in a review it is `agreed`, and opens when that review is closed. Done is not the end: its
    effect is checked on `check_on`, 30 to 90 days later; what did not help is open again.
    """

    class State(models.TextChoices):
        AGREED = "agreed", "Agreed in an open review"
        OPEN = "open", "To be done"
        DONE = "done", "Done, effect to be checked"
        EFFECTIVE = "effective", "Helped"
        CANCELLED = "cancelled", "Cancelled"

    contract = models.ForeignKey(
        "contracts.Contract", models.CASCADE, related_name="corrective_actions"
    )
    issue = models.ForeignKey(Issue, models.SET_NULL, null=True, blank=True, related_name="actions")
    review = models.ForeignKey(
        Review, models.SET_NULL, null=True, blank=True, related_name="actions"
    )
    # Which rule started it, for which promise and window: it does so once.
    rule = models.ForeignKey(ActionRule, models.SET_NULL, null=True, blank=True, related_name="+")
    rule_key = models.CharField(max_length=120, blank=True)
    title = models.CharField(max_length=200)
    cause = models.TextField(max_length=4000, blank=True)
    correction = models.TextField(max_length=4000, blank=True)
    prevention = models.TextField(max_length=4000, blank=True)
    side = models.CharField(max_length=10, choices=Side)
    # Ours, who follows it up, whoever does it.
    owner = models.ForeignKey(
        "accounts.Membership", models.RESTRICT, null=True, blank=True, related_name="+"
    )
    contact = models.ForeignKey(
        "vendors.Contact", models.SET_NULL, null=True, blank=True, related_name="+"
    )
    due_on = models.DateField()
    state = models.CharField(max_length=10, choices=State, default=State.OPEN)
    done_on = models.DateField(null=True, blank=True)
    evidence = models.TextField(max_length=4000, blank=True)
    check_on = models.DateField(null=True, blank=True)
    checked_on = models.DateField(null=True, blank=True)
    check_note = models.TextField(max_length=4000, blank=True)
    checked_by = models.ForeignKey(
        "accounts.Membership", models.RESTRICT, null=True, blank=True, related_name="+"
    )
    reopened_count = models.PositiveSmallIntegerField(default=0)
    cancelled_reason = models.TextField(max_length=2000, blank=True)
    created_by = models.ForeignKey("accounts.Membership", models.RESTRICT, related_name="+")
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    objects: ClassVar = TenantManager.from_queryset(CorrectiveActionQuerySet)()

    class Meta(CreatedOnce.Meta):
        abstract = False
        constraints = [
            *CreatedOnce.Meta.constraints,
            models.UniqueConstraint(
                fields=["organization", "rule_key"],
                condition=~models.Q(rule_key=""),
                name="rule_starts_an_action_once",
            ),
        ]
        indexes = [
            models.Index(
                fields=["organization", "due_on", "id"],
                condition=models.Q(state__in=["open", "done"]),
                name="action_due",
            ),
            models.Index(fields=["contract", "-created_at"], name="action_of_contract"),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("reviews:action_detail", args=[self.organization.slug, self.pk])


class SecurityCheck(TenantModel, VersionedModel, CreatedOnce):
    """Something about security that is looked at again and again (product.md M7)."""

    class Kind(models.TextChoices):
        AUDIT = "audit", "Security audit"
        PENETRATION_TEST = "penetration_test", "Penetration test"
        INCIDENT_EXERCISE = "incident_exercise", "Incident plan exercised"
        ACCESS_REVIEW = "access_review", "Review of access rights"
        OTHER = "other", "Something else"

    contract = models.ForeignKey(
        "contracts.Contract", models.CASCADE, related_name="security_checks"
    )
    kind = models.CharField(max_length=20, choices=Kind)
    title = models.CharField(max_length=200)
    every_months = models.PositiveSmallIntegerField(default=12)
    next_on = models.DateField(null=True, blank=True)
    responsible = models.ForeignKey(
        "accounts.Membership", models.RESTRICT, null=True, blank=True, related_name="+"
    )
    note = models.TextField(max_length=2000, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta(CreatedOnce.Meta):
        abstract = False

    def __str__(self) -> str:
        return self.title


class SecurityCheckResult(TenantModel, CreatedOnce):
    """One time that a check was made. Never changed afterwards."""

    class Outcome(models.TextChoices):
        PASSED = "passed", "Nothing found"
        FINDINGS = "findings", "Findings, to be mended"
        FAILED = "failed", "Failed"

    check_made = models.ForeignKey(SecurityCheck, models.CASCADE, related_name="results")
    done_on = models.DateField()
    outcome = models.CharField(max_length=10, choices=Outcome)
    note = models.TextField(max_length=4000, blank=True)
    by = models.ForeignKey("accounts.Membership", models.RESTRICT, related_name="+")
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta(CreatedOnce.Meta):
        abstract = False

    def __str__(self) -> str:
        return f"{self.check_made}: {self.done_on}"


class Meeting(TenantModel, VersionedModel, CreatedOnce):
    """A meeting with the vendor outside the reviews."""

    contract = models.ForeignKey("contracts.Contract", models.CASCADE, related_name="meetings")
    held_on = models.DateField()
    title = models.CharField(max_length=200)
    attendees = models.TextField(max_length=2000, blank=True)
    notes = models.TextField(max_length=10_000, blank=True)
    created_by = models.ForeignKey("accounts.Membership", models.RESTRICT, related_name="+")
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta(CreatedOnce.Meta):
        abstract = False

    def __str__(self) -> str:
        return f"{self.title}, {self.held_on}"


class Idea(TenantModel, VersionedModel, CreatedOnce):
    """What one side proposed, and what became of it (product.md M8)."""

    class Outcome(models.TextChoices):
        OPEN = "open", "Not decided yet"
        ACCEPTED = "accepted", "Accepted"
        DONE = "done", "Carried out"
        REJECTED = "rejected", "Not taken up"

    contract = models.ForeignKey("contracts.Contract", models.CASCADE, related_name="ideas")
    meeting = models.ForeignKey(
        Meeting, models.SET_NULL, null=True, blank=True, related_name="ideas"
    )
    review = models.ForeignKey(Review, models.SET_NULL, null=True, blank=True, related_name="ideas")
    side = models.CharField(max_length=10, choices=Side)
    proposed_by = models.CharField(max_length=200, blank=True)
    proposed_on = models.DateField()
    title = models.CharField(max_length=200)
    text = models.TextField(max_length=4000, blank=True)
    benefit = models.CharField(max_length=300, blank=True)
    outcome = models.CharField(max_length=10, choices=Outcome, default=Outcome.OPEN)
    outcome_note = models.TextField(max_length=2000, blank=True)
    decided_on = models.DateField(null=True, blank=True)
    created_by = models.ForeignKey("accounts.Membership", models.RESTRICT, related_name="+")
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta(CreatedOnce.Meta):
        abstract = False

    def __str__(self) -> str:
        return self.title
