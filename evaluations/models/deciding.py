"""From marks to the award: people's answers about weights, moderated marks, the award and its letters."""

from typing import Any, ClassVar

from django.db import models
from django.urls import reverse
from django.utils import timezone

from core.models import CreatedOnce, TenantModel, VersionedModel
from core.tenancy import TenantManager, TenantQuerySet
from evaluations.models.choosing import Candidate, Evaluation, EvaluationCriterion


class WeightAnswer(TenantModel, VersionedModel):
    """What one person thinks the criteria weigh, asked in one of four ways. Redoing it replaces it.

    `given` is the answer as it was given, in the shape of its way (evaluations/weighting.py);
    `weights` is what follows from it: {criterion pk as text: percent as decimal text}.
    """

    class Way(models.TextChoices):
        ORDER = "order", "Order of importance"
        SWING = "swing", "Swing from worst to best"
        POINTS = "points", "Points"
        PAIRS = "pairs", "Two at a time"

    evaluation = models.ForeignKey(Evaluation, models.CASCADE, related_name="weight_answers")
    member = models.ForeignKey("accounts.Membership", models.RESTRICT, related_name="+")
    way = models.CharField(max_length=10, choices=Way)
    given: Any = models.JSONField(default=dict)
    weights: Any = models.JSONField(default=dict)
    consistency_ratio = models.DecimalField(max_digits=6, decimal_places=4, null=True, blank=True)
    answered_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["evaluation", "member", "way"], name="one_weight_answer_per_way"
            )
        ]

    def __str__(self) -> str:
        return f"{self.member}: {self.get_way_display()}"


class ModeratedMarkQuerySet(TenantQuerySet):
    def standing(self, evaluation: Evaluation) -> "ModeratedMarkQuerySet":
        """Those that count now; a withdrawn one keeps its row and version."""
        return self.filter(evaluation=evaluation, withdrawn_at=None).order_by("pk")


class ModeratedMark(TenantModel, VersionedModel):
    """The one mark agreed on for a cell, and why. The evaluators' own marks stay as they are."""

    evaluation = models.ForeignKey(Evaluation, models.CASCADE, related_name="moderated_marks")
    candidate = models.ForeignKey(Candidate, models.CASCADE, related_name="moderated_marks")
    criterion = models.ForeignKey(
        EvaluationCriterion, models.CASCADE, related_name="moderated_marks"
    )
    mark = models.DecimalField(max_digits=14, decimal_places=4, null=True, blank=True)
    not_applicable = models.BooleanField(default=False)
    reason = models.TextField(max_length=2000)
    by = models.ForeignKey("accounts.Membership", models.RESTRICT, related_name="+")
    by_name = models.CharField(max_length=200)
    moderated_at = models.DateTimeField(default=timezone.now)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar = TenantManager.from_queryset(ModeratedMarkQuerySet)()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["candidate", "criterion"], name="one_moderated_mark_per_cell"
            ),
            models.CheckConstraint(
                condition=models.Q(mark=None) ^ models.Q(not_applicable=False),
                name="moderated_mark_or_not_applicable",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.candidate_id}/{self.criterion_id}: {self.mark}"


class KeptAnalysis(TenantModel):
    """How firm the ranking is, as computed once: thousands of draws are not repeated for every look.

    `key` names exactly what it was computed from; one that does not fit any more is computed anew.
    """

    evaluation = models.OneToOneField(Evaluation, models.CASCADE, related_name="kept_analysis")
    key = models.CharField(max_length=64)
    data: Any = models.JSONField(default=dict)
    computed_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return f"{self.evaluation}: {self.key[:8]}"


class AwardQuerySet(TenantQuerySet):
    def newest_first(self) -> "AwardQuerySet":
        return self.order_by("-created_at", "-pk")

    def standing(self) -> "AwardQuerySet":
        return self.exclude(state=Award.State.WITHDRAWN)


class Award(TenantModel, VersionedModel, CreatedOnce):
    """The decision for one candidate, from a draft to its announcement.

    It belongs to one round of the evaluation: reopening the scoring begins the next round, and
    what was decided in the last one stays as it was. `record` is what was frozen at approval.
    """

    class State(models.TextChoices):
        DRAFT = "draft", "Draft"
        PROPOSED = "proposed", "Waiting for approval"
        RETURNED = "returned", "Returned"
        APPROVED = "approved", "Approved"
        ANNOUNCED = "announced", "Announced"
        WITHDRAWN = "withdrawn", "Withdrawn"

    evaluation = models.ForeignKey(Evaluation, models.CASCADE, related_name="awards")
    round = models.PositiveSmallIntegerField(default=1)
    state = models.CharField(max_length=10, choices=State, default=State.DRAFT)
    winner = models.ForeignKey(Candidate, models.RESTRICT, related_name="+")
    winner_quote = models.DecimalField(max_digits=14, decimal_places=2, null=True, blank=True)
    runner_up = models.ForeignKey(
        Candidate, models.RESTRICT, null=True, blank=True, related_name="+"
    )
    runner_up_quote = models.DecimalField(max_digits=14, decimal_places=2, null=True, blank=True)
    runner_up_quoted_on = models.DateField(null=True, blank=True)
    runner_up_expires_on = models.DateField(null=True, blank=True)
    currency = models.CharField(max_length=3)
    rationale = models.TextField(max_length=4000, blank=True)
    # What the rationale has to answer, in words, as it stood when it was last saved or proposed.
    reasons: Any = models.JSONField(default=list, blank=True)
    created_by = models.ForeignKey("accounts.Membership", models.RESTRICT, related_name="+")
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    proposed_by = models.ForeignKey(
        "accounts.Membership", models.RESTRICT, null=True, blank=True, related_name="+"
    )
    proposed_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(
        "accounts.Membership", models.RESTRICT, null=True, blank=True, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    decision_note = models.TextField(max_length=2000, blank=True)
    announced_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_reason = models.TextField(max_length=2000, blank=True)
    record = models.OneToOneField(
        "activity.FrozenRecord", models.RESTRICT, null=True, blank=True, related_name="+"
    )
    report_job = models.ForeignKey(
        "activity.Job", models.SET_NULL, null=True, blank=True, related_name="+"
    )

    objects: ClassVar = TenantManager.from_queryset(AwardQuerySet)()

    class Meta(CreatedOnce.Meta):
        abstract = False
        constraints = [
            *CreatedOnce.Meta.constraints,
            models.UniqueConstraint(
                fields=["evaluation", "round"],
                condition=~models.Q(state="withdrawn"),
                name="one_standing_award_per_round",
            ),
            models.CheckConstraint(
                condition=models.Q(runner_up=None) | ~models.Q(runner_up=models.F("winner")),
                name="runner_up_is_another",
            ),
        ]

    def __str__(self) -> str:
        return f"Award: {self.evaluation}"

    def get_absolute_url(self) -> str:
        return reverse(
            "evaluations:award_detail", args=[self.organization.slug, self.evaluation_id, self.pk]
        )

    @property
    def is_open(self) -> bool:
        """Its content may still be edited."""
        return self.state in {self.State.DRAFT, self.State.RETURNED}

    @property
    def is_decided(self) -> bool:
        return self.state in {self.State.APPROVED, self.State.ANNOUNCED}


class AwardCondition(TenantModel):
    """Something to settle before signing."""

    award = models.ForeignKey(Award, models.CASCADE, related_name="conditions")
    text = models.CharField(max_length=500)
    position = models.PositiveSmallIntegerField(default=0)
    settled_at = models.DateTimeField(null=True, blank=True)
    settled_by = models.ForeignKey(
        "accounts.Membership", models.RESTRICT, null=True, blank=True, related_name="+"
    )
    settled_note = models.CharField(max_length=500, blank=True)

    def __str__(self) -> str:
        return self.text


class AwardLetter(TenantModel, VersionedModel):
    """A letter of award or regret as a draft; we send nothing by ourselves."""

    award = models.ForeignKey(Award, models.CASCADE, related_name="letters")
    candidate = models.ForeignKey(Candidate, models.RESTRICT, related_name="+")
    subject = models.CharField(max_length=200)
    body = models.TextField(max_length=20_000)  # the longest list of conditions fits into a draft
    sent_on = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["award", "candidate"], name="one_letter_per_candidate")
        ]

    def __str__(self) -> str:
        return self.subject
