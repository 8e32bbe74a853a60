"""Who holds the keys, and how we would leave (product.md C4, C6)."""

from typing import ClassVar

from django.db import models
from django.utils import timezone

from contracts.models.record import Contract
from core.models import CreatedOnce, TenantModel, VersionedModel
from core.tenancy import TenantManager, TenantQuerySet


class Key(TenantModel, VersionedModel, CreatedOnce):
    """Something that we could be locked out of. Never the secret itself: only where it is kept."""

    class Kind(models.TextChoices):
        DOMAIN = "domain", "Domain"
        DNS = "dns", "DNS"
        TENANT = "tenant", "Cloud tenant"
        FIREWALL = "firewall", "Firewall and network"
        BACKUP = "backup", "Backup"
        LICENCES = "licences", "Licences"
        SOURCE_CODE = "source_code", "Source code"
        DOCUMENTATION = "documentation", "Documentation"
        OTHER = "other", "Something else"

    class Holder(models.TextChoices):
        US = "us", "We"
        BOTH = "both", "Both"
        VENDOR = "vendor", "The vendor"
        OTHER = "other", "Somebody else"

    contract = models.ForeignKey(Contract, models.CASCADE, related_name="keys")
    kind = models.CharField(max_length=14, choices=Kind)
    name = models.CharField(max_length=200)
    owned_by = models.CharField("legal owner", max_length=8, choices=Holder, blank=True)
    admin_by = models.CharField("holds the admin rights", max_length=8, choices=Holder, blank=True)
    kept_at = models.CharField("where the secret is kept", max_length=200, blank=True)
    second_admin = models.CharField(max_length=200, blank=True)
    verified_on = models.DateField(null=True, blank=True)
    verify_months = models.PositiveSmallIntegerField(null=True, blank=True)
    note = models.TextField(max_length=2000, blank=True)

    class Meta(CreatedOnce.Meta):
        abstract = False

    def __str__(self) -> str:
        return self.name


class ExitPlan(TenantModel, VersionedModel):
    """How we would leave: when, by which steps, in what time, at what cost."""

    contract = models.OneToOneField(Contract, models.CASCADE, related_name="exit_plan")
    triggers = models.TextField(max_length=4000, blank=True)
    currency = models.CharField(max_length=3)
    fees = models.DecimalField(max_digits=14, decimal_places=2, null=True, blank=True)
    parallel_run = models.DecimalField(max_digits=14, decimal_places=2, null=True, blank=True)
    onboarding = models.DecimalField(max_digits=14, decimal_places=2, null=True, blank=True)
    unused_prepayment = models.DecimalField(max_digits=14, decimal_places=2, null=True, blank=True)
    budget = models.DecimalField(max_digits=14, decimal_places=2, null=True, blank=True)
    days_to_leave = models.PositiveSmallIntegerField(null=True, blank=True)
    data_return = models.TextField(max_length=4000, blank=True)
    data_format = models.CharField(max_length=200, blank=True)
    last_drill_on = models.DateField(null=True, blank=True)
    drill_months = models.PositiveSmallIntegerField(null=True, blank=True)
    drill_note = models.TextField(max_length=2000, blank=True)
    updated_at = models.DateTimeField(default=timezone.now, editable=False)

    def __str__(self) -> str:
        return f"Exit plan of {self.contract}"


class ExitStep(TenantModel):
    """One step of leaving, in order."""

    plan = models.ForeignKey(ExitPlan, models.CASCADE, related_name="steps")
    position = models.PositiveSmallIntegerField(default=0)
    text = models.CharField(max_length=500)
    side = models.CharField(
        max_length=8, choices=[("us", "We"), ("vendor", "The vendor")], default="us"
    )
    days = models.PositiveSmallIntegerField(null=True, blank=True)

    def __str__(self) -> str:
        return self.text


class AlternativeQuerySet(TenantQuerySet):
    def newest_quote_first(self) -> "AlternativeQuerySet":
        return self.order_by(models.F("quoted_on").desc(nulls_last=True), "pk")


class Alternative(TenantModel, VersionedModel, CreatedOnce):
    """Whom we could take instead: a vendor of the register, or doing it ourselves (no vendor)."""

    contract = models.ForeignKey(Contract, models.CASCADE, related_name="alternatives")
    vendor = models.ForeignKey(
        "vendors.Vendor", models.RESTRICT, null=True, blank=True, related_name="+"
    )
    quote = models.DecimalField(max_digits=14, decimal_places=2, null=True, blank=True)
    # A year's price, or one in total; an award's quote does not say which.
    quote_is_yearly = models.BooleanField(null=True, blank=True)
    currency = models.CharField(max_length=3, blank=True)
    quoted_on = models.DateField(null=True, blank=True)
    expires_on = models.DateField(null=True, blank=True)
    note = models.CharField(max_length=500, blank=True)

    objects: ClassVar = TenantManager.from_queryset(AlternativeQuerySet)()

    class Meta(CreatedOnce.Meta):
        abstract = False
        verbose_name_plural = "on the bench"
        constraints = [
            *CreatedOnce.Meta.constraints,
            models.UniqueConstraint(fields=["contract", "vendor"], name="one_place_on_a_bench"),
        ]

    def __str__(self) -> str:
        return self.vendor.name if self.vendor else "Do it ourselves"
