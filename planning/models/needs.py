"""The services a firm runs on, and what it thinks of handing each of them over (product.md P1, P3)."""

from typing import Any, ClassVar

from django.db import models
from django.db.models.functions import Lower
from django.urls import reverse
from django.utils import timezone

from core.models import CreatedOnce, TenantModel, VersionedModel
from core.tenancy import TenantManager, TenantQuerySet


class ServiceQuerySet(TenantQuerySet):
    def current(self) -> "ServiceQuerySet":
        return self.filter(archived_at=None)

    def by_name(self) -> "ServiceQuerySet":
        return self.order_by(Lower("name"), "pk")


class Service(TenantModel, VersionedModel, CreatedOnce):
    """An IT service of the firm, today in-house, outsourced, or partly both. Empty fields: not said yet."""

    class Criticality(models.TextChoices):
        LOW = "low", "We can wait for days"
        NORMAL = "normal", "A day without it is a nuisance"
        HIGH = "high", "A day without it costs us customers"
        VITAL = "vital", "We stand still without it"

    class Sensitivity(models.TextChoices):
        PUBLIC = "public", "Nothing secret"
        INTERNAL = "internal", "Internal"
        CONFIDENTIAL = "confidential", "Confidential, or about persons"
        SPECIAL = "special", "Health, pay, payment cards or the like"

    class Sourcing(models.TextChoices):
        IN_HOUSE = "in_house", "In-house"
        OUTSOURCED = "outsourced", "Outsourced"
        MIXED = "mixed", "Partly outsourced"
        NONE = "none", "Nobody does it"

    name = models.CharField(max_length=120)
    # Which entry of the starter list it came from (planning/starters.py); empty: our own.
    starter = models.SlugField(max_length=40, blank=True)
    description = models.TextField(max_length=4000, blank=True)
    users = models.PositiveIntegerField(null=True, blank=True)
    devices = models.PositiveIntegerField(null=True, blank=True)
    # How much of it there is in a month: 120 “tickets”.
    volume = models.DecimalField(
        "volume a month", max_digits=12, decimal_places=2, null=True, blank=True
    )
    volume_unit = models.CharField("counted in", max_length=40, blank=True)
    criticality = models.CharField(max_length=10, choices=Criticality, blank=True)
    sensitivity = models.CharField("its data", max_length=14, choices=Sensitivity, blank=True)
    bearable_outage_hours = models.DecimalField(
        "longest bearable outage", max_digits=8, decimal_places=2, null=True, blank=True
    )
    sourcing = models.CharField("today", max_length=12, choices=Sourcing, blank=True)
    # How services are compared with those of contracts (vendors/folding.py does the same).
    name_key = models.CharField(max_length=120, editable=False, default="")
    archived_at = models.DateTimeField(null=True, blank=True, editable=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    objects: ClassVar = TenantManager.from_queryset(ServiceQuerySet)()

    class Meta(CreatedOnce.Meta):
        abstract = False
        constraints = [
            *CreatedOnce.Meta.constraints,
            models.UniqueConstraint("organization", Lower("name"), name="service_name_once"),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("planning:service_detail", args=[self.organization.slug, self.pk])


class NeedsAnswers(TenantModel, VersionedModel):
    """What the firm answered about handing over one service: {question key: 1 to 5}, see planning/needs.py.

    What is missing was not answered, and counts as nothing.
    """

    service = models.OneToOneField(Service, models.CASCADE, related_name="needs_answers")
    answers: Any = models.JSONField(default=dict, blank=True)
    note = models.TextField(max_length=2000, blank=True)
    answered_by = models.ForeignKey("accounts.Membership", models.RESTRICT, related_name="+")
    updated_at = models.DateTimeField(auto_now=True)

    def __str__(self) -> str:
        return f"Needs: {self.service}"
