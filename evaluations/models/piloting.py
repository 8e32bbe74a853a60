"""Trying a candidate before signing (product.md T1): what is measured counts instead of what was estimated."""

from typing import ClassVar

from django.db import models
from django.urls import reverse
from django.utils import timezone

from core.models import CreatedOnce, TenantModel, VersionedModel
from core.tenancy import TenantManager, TenantQuerySet
from evaluations.models.choosing import Candidate, Evaluation, EvaluationCriterion


class Pilot(TenantModel, VersionedModel, CreatedOnce):
    """A trial with one candidate: scope, days, budget, success criteria, and how it was decided."""

    class State(models.TextChoices):
        DRAFT = "draft", "Being prepared"
        RUNNING = "running", "Running"
        DECIDED = "decided", "Decided"
        CANCELLED = "cancelled", "Cancelled"

    class Decision(models.TextChoices):
        GO = "go", "Go on with them"
        STOP = "stop", "Stop"

    candidate = models.ForeignKey(Candidate, models.RESTRICT, related_name="pilots")
    number = models.PositiveSmallIntegerField(default=1)
    state = models.CharField(max_length=10, choices=State, default=State.DRAFT)
    scope = models.TextField(max_length=4000, blank=True)
    starts_on = models.DateField(null=True, blank=True)
    # The last day; extending moves it, with a reason in the trail.
    ends_on = models.DateField(null=True, blank=True)
    first_ends_on = models.DateField(null=True, blank=True)
    extended = models.PositiveSmallIntegerField(default=0)
    extended_reason = models.TextField(max_length=2000, blank=True)
    budget = models.DecimalField(max_digits=14, decimal_places=2, null=True, blank=True)
    spent = models.DecimalField(max_digits=14, decimal_places=2, null=True, blank=True)
    currency = models.CharField(max_length=3)
    manager = models.ForeignKey(
        "accounts.Membership", models.RESTRICT, null=True, blank=True, related_name="+"
    )
    decision = models.CharField(max_length=6, choices=Decision, blank=True)
    decision_reason = models.TextField(max_length=4000, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(
        "accounts.Membership", models.RESTRICT, null=True, blank=True, related_name="+"
    )
    created_by = models.ForeignKey("accounts.Membership", models.RESTRICT, related_name="+")
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta(CreatedOnce.Meta):
        abstract = False
        constraints = [
            *CreatedOnce.Meta.constraints,
            models.UniqueConstraint(fields=["candidate", "number"], name="pilots_are_counted"),
        ]

    def __str__(self) -> str:
        return f"Pilot with {self.candidate}"

    def get_absolute_url(self) -> str:
        return reverse("evaluations:pilot_detail", args=[self.organization.slug, self.pk])


class PilotCriterion(TenantModel, VersionedModel):
    """What the pilot has to show, by when it counts as a success, and what was measured.

    With `criterion` the measured `mark`, on that criterion's scale, replaces the evaluators' estimates of
    this candidate with the evidence grade “measured”; those stay as they were.
    """

    class Comparator(models.TextChoices):
        AT_LEAST = "at_least", "at least"
        AT_MOST = "at_most", "at most"

    pilot = models.ForeignKey(Pilot, models.CASCADE, related_name="criteria")
    position = models.PositiveSmallIntegerField(default=0)
    criterion = models.ForeignKey(
        EvaluationCriterion, models.RESTRICT, null=True, blank=True, related_name="+"
    )
    text = models.CharField("what is measured", max_length=300)
    comparator = models.CharField(max_length=10, choices=Comparator)
    target = models.DecimalField(max_digits=14, decimal_places=4)
    unit = models.CharField(max_length=30, blank=True)
    value = models.DecimalField(max_digits=14, decimal_places=4, null=True, blank=True)
    measured_on = models.DateField(null=True, blank=True)
    evidence = models.CharField("what it rests on", max_length=500, blank=True)
    file = models.ForeignKey(
        "core.StoredFile", models.SET_NULL, null=True, blank=True, related_name="+"
    )
    mark = models.DecimalField(max_digits=14, decimal_places=4, null=True, blank=True)
    mark_reason = models.CharField(max_length=500, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["pilot", "criterion"],
                condition=models.Q(criterion__isnull=False),
                name="one_measure_per_pilot_and_criterion",
            )
        ]

    def __str__(self) -> str:
        return self.text


class MeasuredMarkQuerySet(TenantQuerySet):
    def standing(self, evaluation: Evaluation) -> "MeasuredMarkQuerySet":
        """Those that count now."""
        return self.filter(candidate__evaluation=evaluation, withdrawn_at=None)


class MeasuredMark(TenantModel, VersionedModel):
    """The mark that a pilot measured for one cell: it counts instead of what was estimated and moderated,
    as evidence “measured”. Withdrawn ones keep their row."""

    candidate = models.ForeignKey(Candidate, models.CASCADE, related_name="measured_marks")
    criterion = models.ForeignKey(
        EvaluationCriterion, models.CASCADE, related_name="measured_marks"
    )
    pilot = models.ForeignKey(Pilot, models.CASCADE, related_name="marks")
    mark = models.DecimalField(max_digits=14, decimal_places=4)
    reason = models.TextField(max_length=2000)
    by = models.ForeignKey("accounts.Membership", models.RESTRICT, related_name="+")
    by_name = models.CharField(max_length=200)
    measured_at = models.DateTimeField(default=timezone.now)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar = TenantManager.from_queryset(MeasuredMarkQuerySet)()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["candidate", "criterion"], name="one_measured_mark_per_cell"
            )
        ]

    def __str__(self) -> str:
        return f"{self.candidate_id}/{self.criterion_id}: {self.mark}"
