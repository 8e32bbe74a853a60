"""When a contract is reviewed, by which criteria, and each review from plan to closed record."""

from decimal import Decimal
from typing import ClassVar

from django.db import models
from django.urls import reverse
from django.utils import timezone

from core import periods
from core.models import TenantModel, VersionedModel
from core.tenancy import TenantManager, TenantQuerySet
from evaluations.criteria import amount
from evaluations.criterion_fields import (
    GATE_HAS_NO_WEIGHT,
    SCALE_HAS_LENGTH,
    WEIGHT_RANGE,
    CriterionFields,
)


class Every(models.TextChoices):
    """How long one period is; values as in core/periods.py."""

    MONTH = periods.MONTH, "Every month"
    QUARTER = periods.QUARTER, "Every quarter"
    HALF_YEAR = periods.HALF_YEAR, "Every half year"
    YEAR = periods.YEAR, "Every year"


class Standing(models.TextChoices):
    """How a vendor does, in one word."""

    GREEN = "green", "Good"
    AMBER = "amber", "Needs attention"
    RED = "red", "In trouble"


class ReviewPlan(TenantModel, VersionedModel):
    """How often a contract is reviewed and by whom. Every signed contract has one (reviews/plans.py).

    The columns under “derived” tell of the latest closed reviews and of the next one, so that lists
    need nothing else; reviews/plans.py keeps them.
    """

    contract = models.OneToOneField(
        "contracts.Contract", models.CASCADE, related_name="review_plan"
    )
    every = models.CharField(max_length=10, choices=Every, default=Every.QUARTER)
    # The first day of the first period that has to be reviewed.
    first_on = models.DateField()
    # Who holds the reviews; empty: whoever runs the contract.
    reviewer = models.ForeignKey(
        "accounts.Membership", models.RESTRICT, null=True, blank=True, related_name="+"
    )
    # A review is due so many days after its period ends.
    due_days = models.PositiveSmallIntegerField(default=14)
    invites_vendor = models.BooleanField(default=False)
    # Below this share of satisfied answers or mean (percent), satisfaction counts as low.
    satisfaction_threshold = models.PositiveSmallIntegerField(default=60)
    # Derived ---------------------------------------------------------------------------------
    standing = models.CharField(max_length=6, choices=Standing, blank=True, editable=False)
    standing_before = models.CharField(max_length=6, choices=Standing, blank=True, editable=False)
    # Weighted points 0 to 100 of the latest closed review and of the one before; empty: not complete.
    score = models.DecimalField(
        max_digits=6, decimal_places=3, null=True, blank=True, editable=False
    )
    score_before = models.DecimalField(
        max_digits=6, decimal_places=3, null=True, blank=True, editable=False
    )
    held_on = models.DateField(null=True, blank=True, editable=False)
    next_due_on = models.DateField(null=True, blank=True, editable=False)
    # From when on there may be something to do for the plan: the next period begins.
    refresh_on = models.DateField(null=True, blank=True, editable=False)

    class Meta:
        indexes = [
            models.Index(fields=["refresh_on"], name="reviewplan_refresh"),
            models.Index(fields=["organization", "next_due_on", "id"], name="reviewplan_next"),
            models.Index(fields=["organization", "standing", "id"], name="reviewplan_standing"),
        ]

    def __str__(self) -> str:
        return f"{self.get_every_display()}: {self.contract}"


class ReviewCriterionQuerySet(TenantQuerySet):
    def current(self) -> "ReviewCriterionQuerySet":
        return self.filter(retired_at=None).order_by("position", "pk")


class ReviewCriterion(TenantModel, CriterionFields):
    """What this contract's reviews mark: at first the criteria of the evaluation that chose the vendor.

    One that has been marked is never changed: another begins, and this one is retired.
    `promised` is the mark that the winner got in that evaluation, on this criterion's scale, and
    `promised_evidence` what it rested on at best.
    """

    plan = models.ForeignKey(ReviewPlan, models.CASCADE, related_name="criteria")
    chosen_by = models.ForeignKey(
        "evaluations.EvaluationCriterion",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="criterion of the evaluation",
    )
    promised = models.DecimalField(max_digits=14, decimal_places=4, null=True, blank=True)
    promised_evidence = models.CharField(max_length=10, blank=True)
    retired_at = models.DateTimeField(null=True, blank=True)
    # Derived (reviews/choosing_well.py): in points 0 to 100, what was promised, and the mean of what
    # closed reviews marked, with their number; empty while either is not known.
    promised_points = models.DecimalField(
        max_digits=6, decimal_places=3, null=True, blank=True, editable=False
    )
    measured_points = models.DecimalField(
        max_digits=6, decimal_places=3, null=True, blank=True, editable=False
    )
    measured_reviews = models.PositiveIntegerField(default=0, editable=False)

    objects: ClassVar = TenantManager.from_queryset(ReviewCriterionQuerySet)()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=WEIGHT_RANGE, name="reviewcriterion_weight_0_to_100"),
            models.CheckConstraint(
                condition=SCALE_HAS_LENGTH, name="reviewcriterion_scale_has_length"
            ),
            models.CheckConstraint(
                condition=GATE_HAS_NO_WEIGHT, name="reviewcriterion_gate_weightless"
            ),
        ]
        indexes = [
            # The few, of most organizations, that “did we choose well” adds up.
            models.Index(
                fields=["organization", "name"],
                condition=models.Q(promised_points__isnull=False, measured_points__isnull=False),
                name="reviewcriterion_promise_kept",
            ),
        ]

    @property
    def promised_text(self) -> str:
        """The promised mark as people write it; empty where nothing was promised."""
        return "" if self.promised is None else amount(self.promised, self.unit)


class ReviewQuerySet(TenantQuerySet):
    def open(self) -> "ReviewQuerySet":
        """Those that still have to be held."""
        return self.filter(state=Review.State.OPEN)

    def closed(self) -> "ReviewQuerySet":
        return self.filter(state=Review.State.CLOSED)

    def due_first(self) -> "ReviewQuerySet":
        return self.order_by("due_on", "pk")

    def newest_first(self) -> "ReviewQuerySet":
        return self.order_by("-first_on", "-pk")


class Review(TenantModel, VersionedModel):
    """The review of one period of one contract. It appears by itself when its period begins.

    Nobody deletes one: what was not held says so (`missed`) with a reason. Closing freezes it as a
    record; nothing about it changes afterwards.
    """

    class State(models.TextChoices):
        OPEN = "open", "To be held"
        CLOSED = "closed", "Held"
        MISSED = "missed", "Not held"

    contract = models.ForeignKey("contracts.Contract", models.CASCADE, related_name="reviews")
    # The period: both days belong to it.
    every = models.CharField(max_length=10, choices=Every)
    first_on = models.DateField()
    last_on = models.DateField()
    state = models.CharField(max_length=10, choices=State, default=State.OPEN)
    # When it should have been held at first, and when it is due since it was postponed.
    first_due_on = models.DateField()
    due_on = models.DateField()
    postponed_reason = models.CharField(max_length=500, blank=True)
    # To whom it was delegated; empty: as the plan says.
    reviewer = models.ForeignKey(
        "accounts.Membership", models.RESTRICT, null=True, blank=True, related_name="+"
    )
    # What is recorded --------------------------------------------------------------------------
    started_at = models.DateTimeField(null=True, blank=True)
    held_on = models.DateField(null=True, blank=True)
    attendees = models.TextField(max_length=2000, blank=True)
    minutes = models.TextField(max_length=20_000, blank=True)
    agreements = models.TextField(max_length=10_000, blank=True)
    standing = models.CharField(max_length=6, choices=Standing, blank=True)
    standing_proposed = models.CharField(max_length=6, choices=Standing, blank=True)
    standing_reason = models.TextField(max_length=2000, blank=True)
    # Closing -----------------------------------------------------------------------------------
    score = models.DecimalField(max_digits=6, decimal_places=3, null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.ForeignKey(
        "accounts.Membership", models.RESTRICT, null=True, blank=True, related_name="+"
    )
    missed_reason = models.TextField(max_length=2000, blank=True)
    record = models.OneToOneField(
        "activity.FrozenRecord", models.RESTRICT, null=True, blank=True, related_name="+"
    )
    report_job = models.ForeignKey(
        "activity.Job", models.SET_NULL, null=True, blank=True, related_name="+"
    )
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    objects: ClassVar = TenantManager.from_queryset(ReviewQuerySet)()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["contract", "first_on"], name="one_review_per_period"),
            models.CheckConstraint(
                condition=models.Q(last_on__gte=models.F("first_on")), name="review_period_has_days"
            ),
            models.CheckConstraint(
                condition=~models.Q(state="closed")
                | models.Q(record__isnull=False, closed_at__isnull=False, held_on__isnull=False)
                & ~models.Q(standing=""),
                name="closed_review_is_frozen",
            ),
        ]
        indexes = [
            models.Index(
                fields=["organization", "due_on", "id"],
                condition=models.Q(state="open"),
                name="review_due",
            ),
            models.Index(fields=["organization", "-first_on", "-id"], name="review_newest"),
            models.Index(fields=["contract", "-first_on"], name="review_of_contract"),
        ]

    def __str__(self) -> str:
        return f"Review {self.period_label}: {self.contract}"

    def get_absolute_url(self) -> str:
        return reverse("reviews:review_detail", args=[self.organization.slug, self.pk])

    @property
    def period(self) -> periods.Period:
        return periods.Period(self.first_on, self.last_on)

    @property
    def part(self) -> periods.Period:
        """The days of the period on which the contract runs, which are what is looked at; the contract is in
        memory. The whole period if it ran on none of them."""
        contract = self.contract
        over = min([day for day in (contract.terminated_on, contract.ends_on) if day], default=None)
        last_on = over - periods.A_DAY if over else None
        return periods.clipped(self.period, contract.starts_on, last_on) or self.period

    @property
    def period_label(self) -> str:
        return periods.label(self.period, self.every, self.organization.fiscal_month)

    @property
    def is_open(self) -> bool:
        return self.state == self.State.OPEN

    @property
    def is_closed(self) -> bool:
        return self.state == self.State.CLOSED


class ReviewMark(TenantModel, VersionedModel):
    """One criterion in one review. No row or no mark means missing; several people may fill them in."""

    review = models.ForeignKey(Review, models.CASCADE, related_name="marks")
    criterion = models.ForeignKey(ReviewCriterion, models.RESTRICT, related_name="marks")
    mark = models.DecimalField(max_digits=14, decimal_places=4, null=True, blank=True)
    not_applicable = models.BooleanField(default=False)
    comment = models.TextField(max_length=2000, blank=True)
    by = models.ForeignKey("accounts.Membership", models.RESTRICT, related_name="+")
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["review", "criterion"], name="one_mark_per_review"),
            models.CheckConstraint(
                condition=models.Q(mark=None) | models.Q(not_applicable=False),
                name="review_mark_or_not_applicable",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.review_id}/{self.criterion_id}: {self.mark}"


class ReviewRecipient(TenantModel):
    """Who gets the one-page result: a member, or a contact of the vendor."""

    review = models.ForeignKey(Review, models.CASCADE, related_name="recipients")
    member = models.ForeignKey(
        "accounts.Membership", models.CASCADE, null=True, blank=True, related_name="+"
    )
    contact = models.ForeignKey(
        "vendors.Contact", models.CASCADE, null=True, blank=True, related_name="+"
    )
    mail = models.ForeignKey(
        "activity.OutgoingMail", models.SET_NULL, null=True, blank=True, related_name="+"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["review", "member"], name="review_told_member_once"),
            models.UniqueConstraint(fields=["review", "contact"], name="review_told_contact_once"),
            models.CheckConstraint(
                condition=models.Q(member=None) ^ models.Q(contact=None),
                name="review_recipient_is_one",
            ),
        ]

    def __str__(self) -> str:
        return str(self.member or self.contact)


class UsageCount(TenantModel, VersionedModel):
    """Of something that is paid by number: how many are paid for and how many are used (product.md M9)."""

    review = models.ForeignKey(Review, models.CASCADE, related_name="usage")
    label = models.CharField(max_length=200)
    paid = models.DecimalField(max_digits=12, decimal_places=2, null=True, blank=True)
    used = models.DecimalField(max_digits=12, decimal_places=2, null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["review", "label"], name="counted_once_per_review")
        ]
        indexes = [
            # The few that outgrow what is paid for.
            models.Index(
                fields=["organization", "review"],
                condition=models.Q(used__gt=models.F("paid")),
                name="usage_beyond_paid",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.label}: {self.used} of {self.paid}"

    @property
    def unused(self) -> Decimal | None:
        if self.paid is None or self.used is None:
            return None
        return max(self.paid - self.used, Decimal(0))
