"""How vendors are chosen: criteria sets, evaluations, scorecards, scores."""

from typing import TYPE_CHECKING, Any, ClassVar

from django.db import models
from django.db.models.functions import Coalesce, Lower
from django.urls import reverse
from django.utils import timezone

from core.models import CreatedOnce, TenantModel, VersionedModel
from core.tenancy import TenantManager, TenantQuerySet
from evaluations.criteria import CriterionDraft
from evaluations.criterion_fields import (
    GATE_HAS_NO_WEIGHT,
    SCALE_HAS_LENGTH,
    WEIGHT_RANGE,
    CriterionFields,
)
from evaluations.criterion_fields import Kind as Kind

if TYPE_CHECKING:
    from accounts.models import Membership
    from vendors.models import Vendor


class CriteriaSetQuerySet(TenantQuerySet):
    def current(self) -> "CriteriaSetQuerySet":
        return self.filter(archived_at=None)

    def by_name(self) -> "CriteriaSetQuerySet":
        return self.order_by(Lower("name"), "pk")


class CriteriaSet(TenantModel, VersionedModel, CreatedOnce):
    """A named list of criteria that admins edit. `version` is the number of its newest CriteriaSetVersion."""

    name = models.CharField(max_length=120)
    archived_at = models.DateTimeField(null=True, blank=True, editable=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    objects: ClassVar = TenantManager.from_queryset(CriteriaSetQuerySet)()

    class Meta(CreatedOnce.Meta):
        abstract = False

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("evaluations:criteria_set_detail", args=[self.organization.slug, self.pk])


class CriteriaSetVersion(TenantModel):
    """The set as it stood from one saving to the next. Never changed after it is written."""

    criteria_set = models.ForeignKey(CriteriaSet, models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    name = models.CharField(max_length=120)
    note = models.CharField(max_length=300, blank=True)
    created_by = models.ForeignKey(
        "accounts.Membership", models.RESTRICT, null=True, related_name="+"
    )
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["criteria_set", "number"], name="one_version_per_number"
            )
        ]

    def __str__(self) -> str:
        return f"{self.name}, version {self.number}"

    @property
    def rows(self) -> "list[Criterion]":
        """Its criteria in order; prefetch `criteria` where there are several versions."""
        return sorted(self.criteria.all(), key=lambda row: (row.position, row.pk))

    @property
    def drafts(self) -> list[CriterionDraft]:
        return [row.draft for row in self.rows]


class Criterion(TenantModel, CriterionFields):
    """A criterion as one version of a set has it."""

    version = models.ForeignKey(CriteriaSetVersion, models.CASCADE, related_name="criteria")

    class Meta:
        constraints = [
            models.UniqueConstraint("version", Lower("name"), name="criterion_name_once"),
            models.CheckConstraint(condition=WEIGHT_RANGE, name="criterion_weight_0_to_100"),
            models.CheckConstraint(condition=SCALE_HAS_LENGTH, name="criterion_scale_has_length"),
            models.CheckConstraint(condition=GATE_HAS_NO_WEIGHT, name="criterion_gate_weightless"),
        ]


def _count(rows: "models.QuerySet[Any]") -> Coalesce:
    """How many of `rows` belong to the evaluation; a subquery, so that two counts don't multiply."""
    own = rows.filter(evaluation=models.OuterRef("pk")).order_by().values("evaluation")
    count = own.annotate(count=models.Count("pk")).values("count")
    return Coalesce(models.Subquery(count), 0)


class EvaluationQuerySet(TenantQuerySet):
    def for_list(self) -> "EvaluationQuerySet":
        return self.order_by("-created_at", "-pk")

    def with_counts(self) -> "EvaluationQuerySet":
        """How many candidates, scorecards, and scorecards handed in; nothing about marks."""
        cards = Scorecard.objects.all()
        return self.annotate(
            candidate_count=_count(Candidate.objects.all()),
            scorecard_count=_count(cards),
            submitted_count=_count(cards.exclude(submitted_at=None)),
        )

    def search(self, words: str) -> "EvaluationQuerySet":
        """Those whose title or service holds every one of the words."""
        rows = self
        for word in words.split()[:10]:
            rows = rows.filter(models.Q(title__icontains=word) | models.Q(service__icontains=word))
        return rows

    def with_vendor(self, vendor: "Vendor") -> "EvaluationQuerySet":
        """Those in which this vendor, or one that was merged into it, is a candidate."""
        same = models.Q(vendor=vendor) | models.Q(vendor__merged_into=vendor)
        rows = Candidate.objects.filter(same, evaluation=models.OuterRef("pk"))
        return self.filter(models.Exists(rows))

    def of(self, member: "Membership") -> "EvaluationQuerySet":
        """Those that this person set up or scores in."""
        cards = Scorecard.objects.filter(evaluation=models.OuterRef("pk"), evaluator=member)
        return self.filter(models.Q(created_by=member) | models.Exists(cards))


class Evaluation(TenantModel, VersionedModel, CreatedOnce):
    """One choice among candidates, from set-up to the award."""

    class State(models.TextChoices):
        SETUP = "setup", "Being set up"
        SCORING = "scoring", "Scoring"
        CLOSED = "closed", "Scoring closed"

    title = models.CharField(max_length=200)
    service = models.CharField(max_length=200, blank=True)
    reason = models.TextField(max_length=4000, blank=True)
    state = models.CharField(max_length=10, choices=State, default=State.SETUP)
    criteria_from = models.ForeignKey(
        CriteriaSetVersion, models.RESTRICT, null=True, blank=True, related_name="+"
    )
    # The outsourcing plan that it was started from.
    plan = models.ForeignKey(
        "planning.OutsourcingPlan",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="evaluations",
    )
    imported_from = models.CharField(max_length=200, blank=True)
    due_on = models.DateField(null=True, blank=True)
    # Rises when a closed evaluation is reopened; an award belongs to one round.
    round = models.PositiveSmallIntegerField(default=1)
    reopened_reason = models.TextField(max_length=2000, blank=True)
    # While moderating: marks are shown without the evaluators' names.
    names_hidden = models.BooleanField(default=False)
    # How the weights came about: see evaluations/weighting.py; empty: typed or taken from the set.
    weights_from: Any = models.JSONField(default=dict, blank=True)
    opened_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    created_by = models.ForeignKey("accounts.Membership", models.RESTRICT, related_name="+")
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    objects: ClassVar = TenantManager.from_queryset(EvaluationQuerySet)()

    class Meta(CreatedOnce.Meta):
        abstract = False
        indexes = [models.Index(fields=["organization", "-created_at", "-id"], name="eval_newest")]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("evaluations:evaluation_detail", args=[self.organization.slug, self.pk])

    @property
    def in_setup(self) -> bool:
        return self.state == self.State.SETUP

    @property
    def is_scoring(self) -> bool:
        return self.state == self.State.SCORING

    @property
    def is_closed(self) -> bool:
        return self.state == self.State.CLOSED


class EvaluationCriterion(TenantModel, CriterionFields):
    """The evaluation's own copy of a criterion: later edits of the set never reach it."""

    evaluation = models.ForeignKey(Evaluation, models.CASCADE, related_name="criteria")

    class Meta:
        constraints = [
            models.UniqueConstraint("evaluation", Lower("name"), name="evalcriterion_name_once"),
            models.CheckConstraint(condition=WEIGHT_RANGE, name="evalcriterion_weight_0_to_100"),
            models.CheckConstraint(
                condition=SCALE_HAS_LENGTH, name="evalcriterion_scale_has_length"
            ),
            models.CheckConstraint(
                condition=GATE_HAS_NO_WEIGHT, name="evalcriterion_gate_weightless"
            ),
        ]


class Candidate(TenantModel):
    """A vendor in an evaluation, or staying in-house (no vendor)."""

    evaluation = models.ForeignKey(Evaluation, models.CASCADE, related_name="candidates")
    vendor = models.ForeignKey(
        "vendors.Vendor", models.RESTRICT, null=True, blank=True, related_name="candidacies"
    )
    name = models.CharField(max_length=200)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["evaluation", "vendor"], name="vendor_is_candidate_once"
            ),
            models.UniqueConstraint(
                fields=["evaluation"], condition=models.Q(vendor=None), name="in_house_once"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def in_house(self) -> bool:
        return self.vendor_id is None


class ScorecardQuerySet(TenantQuerySet):
    def of(self, member: "Membership") -> "ScorecardQuerySet":
        return self.filter(evaluator=member)


class Scorecard(TenantModel):
    """One evaluator's marks in one evaluation."""

    evaluation = models.ForeignKey(Evaluation, models.CASCADE, related_name="scorecards")
    evaluator = models.ForeignKey(
        "accounts.Membership", models.RESTRICT, null=True, blank=True, related_name="scorecards"
    )
    # An imported sheet may name evaluators who are no members.
    evaluator_name = models.CharField(max_length=200)
    criteria = models.ManyToManyField(
        EvaluationCriterion, through="AssignedCriterion", related_name="scorecards"
    )
    has_conflict = models.BooleanField(null=True, blank=True)
    conflict_note = models.TextField(max_length=2000, blank=True)
    declared_at = models.DateTimeField(null=True, blank=True)
    submitted_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar = TenantManager.from_queryset(ScorecardQuerySet)()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["evaluation", "evaluator"], name="one_scorecard_per_evaluator"
            )
        ]

    def __str__(self) -> str:
        return f"{self.evaluator_name}: {self.evaluation}"


class AssignedCriterion(TenantModel):
    """This evaluator judges this criterion."""

    scorecard = models.ForeignKey(Scorecard, models.CASCADE, related_name="assignments")
    criterion = models.ForeignKey(EvaluationCriterion, models.CASCADE, related_name="assignments")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["scorecard", "criterion"], name="assigned_once")
        ]

    def __str__(self) -> str:
        return f"{self.scorecard_id}: {self.criterion}"


class Evidence(models.TextChoices):
    """What a mark rests on, firmest first."""

    MEASURED = "measured", "Measured by us"
    REFERENCE = "reference", "Reference"
    DOCUMENT = "document", "Document"
    DEMO = "demo", "Demo or trial"
    CLAIM = "claim", "Vendor's claim"
    GUESS = "guess", "Guess"


class Score(TenantModel, VersionedModel):
    """One cell: a mark or not-applicable, what it rests on, a comment. No row or no mark means missing.

    A gate's mark is 1 (pass) or 0 (fail).
    """

    scorecard = models.ForeignKey(Scorecard, models.CASCADE, related_name="scores")
    candidate = models.ForeignKey(Candidate, models.CASCADE, related_name="scores")
    criterion = models.ForeignKey(EvaluationCriterion, models.CASCADE, related_name="scores")
    mark = models.DecimalField(max_digits=14, decimal_places=4, null=True, blank=True)
    not_applicable = models.BooleanField(default=False)
    evidence = models.CharField(max_length=10, choices=Evidence, blank=True)
    comment = models.TextField(max_length=2000, blank=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["scorecard", "candidate", "criterion"], name="one_score_per_cell"
            ),
            models.CheckConstraint(
                condition=models.Q(mark=None) | models.Q(not_applicable=False),
                name="mark_or_not_applicable",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.candidate_id}/{self.criterion_id}: {self.mark}"


class ScoreImport(TenantModel, VersionedModel, CreatedOnce):
    """An uploaded scoring sheet between preview and confirmation, read once, when it was uploaded.

    `summary` is what the preview shows, `marks` the cells that a confirmation writes: see
    evaluations/import_sheet.py. Both and `data` are emptied when it has become an evaluation.
    """

    filename = models.CharField(max_length=200)
    title = models.CharField(max_length=200)
    scale = models.CharField(max_length=20, blank=True)
    data = models.BinaryField(blank=True)
    summary: Any = models.JSONField(default=dict, blank=True)
    marks: Any = models.JSONField(default=list, blank=True)
    created_by = models.ForeignKey("accounts.Membership", models.RESTRICT, related_name="+")
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    evaluation = models.ForeignKey(
        Evaluation, models.CASCADE, null=True, blank=True, related_name="+"
    )

    class Meta(CreatedOnce.Meta):
        abstract = False

    def __str__(self) -> str:
        return self.filename

    def get_absolute_url(self) -> str:
        return reverse("evaluations:import_preview", args=[self.organization.slug, self.pk])
