"""The outsourcing plan of one service, from its draft to its approval."""

from typing import Any, ClassVar

from django.db import models
from django.urls import reverse
from django.utils import timezone

from core.models import CreatedOnce, TenantModel, VersionedModel
from core.tenancy import TenantManager, TenantQuerySet
from planning.models.needs import Service


class PlanQuerySet(TenantQuerySet):
    def newest_first(self) -> "PlanQuerySet":
        return self.order_by("-created_at", "-pk")

    def draft(self) -> "PlanQuerySet":
        return self.filter(state=OutsourcingPlan.State.DRAFT)

    def approved(self) -> "PlanQuerySet":
        return self.filter(state=OutsourcingPlan.State.APPROVED)


class OutsourcingPlan(TenantModel, VersionedModel, CreatedOnce):
    """Why, what and how one service is to be outsourced (product.md P1 to P13).

    Approving freezes it (`record`); a change afterwards is a new draft with the next `number` that
    replaces it when it is approved. `growth`: {"users" | "devices" | "volume" | "hours":
    {"low" | "base" | "high": decimal as text}}, what is expected at the end of the term; what was not said
    is not there.
    """

    class State(models.TextChoices):
        DRAFT = "draft", "Draft"
        APPROVED = "approved", "Approved"
        REPLACED = "replaced", "Replaced by a newer one"
        DROPPED = "dropped", "Not pursued"

    service = models.ForeignKey(Service, models.RESTRICT, related_name="plans")
    number = models.PositiveSmallIntegerField(default=1)
    revises = models.ForeignKey(
        "self", models.SET_NULL, null=True, blank=True, related_name="revisions"
    )
    title = models.CharField(max_length=200)
    state = models.CharField(max_length=10, choices=State, default=State.DRAFT)
    # Who will manage the vendor (P11); nothing is approved without one.
    manager = models.ForeignKey(
        "accounts.Membership",
        models.RESTRICT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="delegated manager",
    )
    why = models.TextField("why outsource it", max_length=4000, blank=True)
    scope_in = models.TextField("what is in", max_length=6000, blank=True)
    scope_out = models.TextField("what is not", max_length=6000, blank=True)
    constraints = models.TextField(max_length=4000, blank=True)
    understanding = models.TextField(
        "our systems, as a vendor has to know them", max_length=6000, blank=True
    )
    starts_on = models.DateField("wished start", null=True, blank=True)
    term_months = models.PositiveSmallIntegerField("term", null=True, blank=True)
    # The whole budget over the term, and what would be ideal: the scale of the Cost criterion.
    budget = models.DecimalField(max_digits=14, decimal_places=2, null=True, blank=True)
    hoped_cost = models.DecimalField(max_digits=14, decimal_places=2, null=True, blank=True)
    currency = models.CharField(max_length=3)
    discount_percent = models.DecimalField(
        "discount rate", max_digits=6, decimal_places=3, null=True, blank=True
    )
    growth: Any = models.JSONField(default=dict, blank=True)
    growth_note = models.TextField(max_length=2000, blank=True)
    baseline_note = models.TextField(max_length=2000, blank=True)
    # By how much in-house cost rises a year.
    baseline_rise_percent = models.DecimalField(
        max_digits=6, decimal_places=3, null=True, blank=True
    )
    approved_at = models.DateTimeField(null=True, blank=True)
    approved_by = models.ForeignKey(
        "accounts.Membership", models.RESTRICT, null=True, blank=True, related_name="+"
    )
    dropped_reason = models.TextField(max_length=2000, blank=True)
    record = models.OneToOneField(
        "activity.FrozenRecord", models.RESTRICT, null=True, blank=True, related_name="+"
    )
    report_job = models.ForeignKey(
        "activity.Job", models.SET_NULL, null=True, blank=True, related_name="+"
    )
    created_by = models.ForeignKey("accounts.Membership", models.RESTRICT, related_name="+")
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    objects: ClassVar = TenantManager.from_queryset(PlanQuerySet)()

    class Meta(CreatedOnce.Meta):
        abstract = False
        constraints = [
            *CreatedOnce.Meta.constraints,
            models.UniqueConstraint(fields=["service", "number"], name="plans_are_counted"),
            models.UniqueConstraint(
                fields=["service"],
                condition=models.Q(state="approved"),
                name="one_approved_plan_per_service",
            ),
            models.CheckConstraint(
                condition=~models.Q(state="approved")
                | models.Q(approved_at__isnull=False, manager__isnull=False, record__isnull=False),
                name="approved_plan_has_manager_and_record",
            ),
        ]
        indexes = [models.Index(fields=["organization", "-created_at", "-id"], name="plan_newest")]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("planning:plan_detail", args=[self.organization.slug, self.pk])

    @property
    def is_draft(self) -> bool:
        return self.state == self.State.DRAFT

    @property
    def is_approved(self) -> bool:
        return self.state == self.State.APPROVED
