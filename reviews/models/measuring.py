"""What was measured against the service levels, and the credits that follow from it."""

from typing import Any, ClassVar

from django.db import models
from django.utils import timezone

from core.models import CreatedOnce, TenantModel, VersionedModel
from core.tenancy import TenantManager, TenantQuerySet


class MeasurementQuerySet(TenantQuerySet):
    def newest_first(self) -> "MeasurementQuerySet":
        return self.order_by("-first_on", "-pk")


class Measurement(TenantModel, VersionedModel):
    """The value of one service level in one of its windows.

    `lineage` names the promise across amendments (ServiceLevel.lineage), `level` is the version of it
    that counted. `value` is in the level's unit, or the share of cases in percent where a share is
    promised; with `numerator` and `denominator` it was computed from them. “0 of 0” says that there were
    no cases: then `value` and `met` are empty, the promise was neither kept nor broken.
    """

    class Source(models.TextChoices):
        TYPED = "typed", "Typed"
        IMPORTED = "imported", "Imported"
        API = "api", "By API"

    contract = models.ForeignKey("contracts.Contract", models.CASCADE, related_name="measurements")
    level = models.ForeignKey(
        "contracts.ServiceLevel", models.RESTRICT, related_name="measurements"
    )
    lineage = models.UUIDField()
    first_on = models.DateField()
    last_on = models.DateField()
    value = models.DecimalField(max_digits=16, decimal_places=4, null=True, blank=True)
    numerator = models.DecimalField(max_digits=16, decimal_places=4, null=True, blank=True)
    denominator = models.DecimalField(max_digits=16, decimal_places=4, null=True, blank=True)
    met = models.BooleanField(null=True, blank=True)
    source = models.CharField(max_length=10, choices=Source, default=Source.TYPED)
    note = models.CharField(max_length=500, blank=True)
    by = models.ForeignKey("accounts.Membership", models.RESTRICT, related_name="+")
    updated_at = models.DateTimeField(auto_now=True)

    objects: ClassVar = TenantManager.from_queryset(MeasurementQuerySet)()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["contract", "lineage", "first_on"], name="measured_once_per_window"
            ),
            models.CheckConstraint(
                condition=models.Q(value__isnull=False, met__isnull=False)
                | models.Q(value=None, met=None, denominator=0),
                name="measured_or_without_cases",
            ),
        ]
        indexes = [
            models.Index(fields=["contract", "-first_on"], name="measurement_of_contract"),
        ]

    def __str__(self) -> str:
        return f"{self.level}: {self.value} from {self.first_on}"


class ServiceCreditQuerySet(TenantQuerySet):
    def unclaimed(self) -> "ServiceCreditQuerySet":
        return self.filter(state=ServiceCredit.State.DUE)


class ServiceCredit(TenantModel, VersionedModel):
    """What the contract gives back for a miss, from the day it is known until it is received or lost."""

    class State(models.TextChoices):
        DUE = "due", "Can be claimed"
        CLAIMED = "claimed", "Claimed"
        RECEIVED = "received", "Received"
        REFUSED = "refused", "Refused"
        EXPIRED = "expired", "Expired unclaimed"
        WAIVED = "waived", "Not claimed on purpose"

    contract = models.ForeignKey(
        "contracts.Contract", models.CASCADE, related_name="service_credits"
    )
    measurement = models.OneToOneField(Measurement, models.CASCADE, related_name="credit")
    state = models.CharField(max_length=10, choices=State, default=State.DUE)
    percent = models.DecimalField(max_digits=7, decimal_places=4)
    # The price of the window, and the credit; empty where the price is not known.
    price = models.DecimalField(max_digits=14, decimal_places=2, null=True, blank=True)
    amount = models.DecimalField(max_digits=14, decimal_places=2, null=True, blank=True)
    currency = models.CharField(max_length=3, blank=True)
    # The last day for the claim; empty: the contract sets none.
    claim_by_on = models.DateField(null=True, blank=True)
    claim_text = models.TextField(max_length=10_000, blank=True)
    claimed_on = models.DateField(null=True, blank=True)
    settled_on = models.DateField(null=True, blank=True)
    received_amount = models.DecimalField(max_digits=14, decimal_places=2, null=True, blank=True)
    note = models.TextField(max_length=2000, blank=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    objects: ClassVar = TenantManager.from_queryset(ServiceCreditQuerySet)()

    class Meta:
        indexes = [
            models.Index(fields=["organization", "claim_by_on", "id"], name="credit_by_deadline"),
        ]

    def __str__(self) -> str:
        return f"{self.percent} % for {self.measurement}"


class MeasurementImport(TenantModel, VersionedModel, CreatedOnce):
    """An uploaded table of values of one contract, between preview and confirmation.

    `rows` is what was read: one entry a line, with what it will do or why it can't be taken.
    """

    contract = models.ForeignKey("contracts.Contract", models.CASCADE, related_name="+")
    filename = models.CharField(max_length=200)
    rows: Any = models.JSONField(default=list, blank=True)
    created_by = models.ForeignKey("accounts.Membership", models.RESTRICT, related_name="+")
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    done_at = models.DateTimeField(null=True, blank=True)

    class Meta(CreatedOnce.Meta):
        abstract = False

    def __str__(self) -> str:
        return self.filename
