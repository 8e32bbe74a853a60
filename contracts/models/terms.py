"""What was agreed: versions of the terms, each from a day on, with their price lines."""

import datetime as dt
from typing import Any, ClassVar

from django.db import models
from django.utils import timezone

from contracts import terms
from contracts.models.record import Contract
from core.models import CreatedOnce, TenantModel, VersionedModel
from core.tenancy import TenantManager, TenantQuerySet


class Amendment(TenantModel, VersionedModel, CreatedOnce):
    """A signed change of the terms from a day on. It brings the next version of the terms."""

    class Stage(models.TextChoices):
        DRAFT = "draft", "Draft"
        IN_APPROVAL = "in_approval", "Waiting for signature"
        SIGNED = "signed", "Signed"
        WITHDRAWN = "withdrawn", "Withdrawn"

    contract = models.ForeignKey(Contract, models.CASCADE, related_name="amendments")
    number = models.PositiveSmallIntegerField()
    title = models.CharField(max_length=200)
    reason = models.TextField(max_length=4000, blank=True)
    stage = models.CharField(max_length=12, choices=Stage, default=Stage.DRAFT)
    sent_by = models.ForeignKey(
        "accounts.Membership", models.RESTRICT, null=True, blank=True, related_name="+"
    )
    sent_at = models.DateTimeField(null=True, blank=True)
    returned_note = models.TextField(max_length=2000, blank=True)
    signed_on = models.DateField(null=True, blank=True)
    signed_by = models.ForeignKey(
        "accounts.Membership", models.RESTRICT, null=True, blank=True, related_name="+"
    )
    withdrawn_reason = models.TextField(max_length=2000, blank=True)
    created_by = models.ForeignKey("accounts.Membership", models.RESTRICT, related_name="+")
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta(CreatedOnce.Meta):
        abstract = False
        constraints = [
            *CreatedOnce.Meta.constraints,
            models.UniqueConstraint(fields=["contract", "number"], name="amendments_are_counted"),
        ]

    def __str__(self) -> str:
        return f"Amendment {self.number}: {self.title}"


class TermsQuerySet(TenantQuerySet):
    def agreed(self) -> "TermsQuerySet":
        return self.exclude(agreed_at=None)

    def in_force_first(self, day: dt.date) -> "TermsQuerySet":
        """Agreed versions that count on `day` or before, the one in force first."""
        return self.agreed().filter(from_on__lte=day).order_by("-from_on", "-number")

    def for_export(self, day: dt.date) -> "TermsQuerySet":
        """The version in force first; of a draft its own."""
        counts = models.Q(agreed_at__isnull=False, from_on__lte=day) | models.Q(number=1)
        return self.filter(counts).order_by(models.F("from_on").desc(nulls_last=True), "-number")


class RenewalMode(models.TextChoices):
    """What happens at the end of a term; values as in the pure module."""

    NONE = terms.NONE, "Ends by itself"
    AUTOMATIC = terms.AUTOMATIC, "Renews by itself"
    BY_AGREEMENT = terms.BY_AGREEMENT, "Renews only if both agree"
    EVERGREEN = terms.EVERGREEN, "Runs on until notice"


class NoticeUnit(models.TextChoices):
    DAYS = terms.DAYS, "days"
    MONTHS = terms.MONTHS, "months"
    BUSINESS_DAYS = terms.BUSINESS_DAYS, "business days"


class ContractTerms(TenantModel, VersionedModel):
    """One version of what was agreed. Number 1 is the contract's own; each amendment brings another.

    Version n counts from `from_on` until the next one's. A draft's may be incomplete: nothing is
    pre-answered. The term is counted in months from `start_on` (an amendment that renews by
    agreement moves it). Days as in terms.py: the first day that is no longer covered.
    """

    class NoticeForm(models.TextChoices):
        MAIL = "mail", "E-mail"
        LETTER = "letter", "Letter"
        REGISTERED = "registered_letter", "Registered letter"
        PORTAL = "portal", "Vendor's portal"

    class FeeRule(models.TextChoices):
        NONE = "none", "No fee"
        FIXED = "fixed", "A fixed amount"
        MONTHS = "months", "Some months' price"
        REMAINING = "remaining", "A share of what remains of the term"

    class Dispute(models.TextChoices):
        TALKS = "talks", "Talks between named people"
        MEDIATION = "mediation", "Mediation"
        ARBITRATION = "arbitration", "Arbitration"
        COURT = "court", "Court"

    class Confidentiality(models.TextChoices):
        NONE = "none", "None"
        CLAUSE = "clause", "A clause of the contract"
        AGREEMENT = "agreement", "A separate agreement (NDA)"

    class Invoicing(models.TextChoices):
        ADVANCE = "advance", "In advance"
        ARREARS = "arrears", "Afterwards"

    contract = models.ForeignKey(Contract, models.CASCADE, related_name="terms_versions")
    number = models.PositiveSmallIntegerField(default=1)
    amendment = models.OneToOneField(
        Amendment, models.CASCADE, null=True, blank=True, related_name="terms"
    )
    from_on = models.DateField(null=True, blank=True)
    agreed_at = models.DateTimeField(null=True, blank=True)
    # Term, renewal, notice
    start_on = models.DateField(null=True, blank=True)
    initial_months = models.PositiveSmallIntegerField(null=True, blank=True)
    renewal_mode = models.CharField(max_length=12, choices=RenewalMode, blank=True)
    renewal_months = models.PositiveSmallIntegerField(null=True, blank=True)
    notice = models.PositiveSmallIntegerField(null=True, blank=True)
    notice_unit = models.CharField(max_length=14, choices=NoticeUnit, blank=True)
    # Not earlier than so many units before the end; empty: at any time.
    notice_earliest = models.PositiveSmallIntegerField(null=True, blank=True)
    notice_form = models.CharField(max_length=20, choices=NoticeForm, blank=True)
    postal_days = models.PositiveSmallIntegerField(null=True, blank=True)
    # Leaving early
    convenience = models.BooleanField(null=True, blank=True)
    convenience_rule = models.TextField(max_length=2000, blank=True)
    cause_rule = models.TextField(max_length=2000, blank=True)
    fee_rule = models.CharField(max_length=12, choices=FeeRule, blank=True)
    # An amount, a number of months, or a percentage, as the rule says.
    fee_value = models.DecimalField(max_digits=14, decimal_places=2, null=True, blank=True)
    fee_note = models.CharField(max_length=500, blank=True)
    # Law
    governing_law = models.CharField(max_length=120, blank=True)
    dispute = models.CharField(max_length=12, choices=Dispute, blank=True)
    dispute_place = models.CharField(max_length=200, blank=True)
    confidentiality = models.CharField(max_length=12, choices=Confidentiality, blank=True)
    confidential_months = models.PositiveSmallIntegerField(null=True, blank=True)
    # Price and payment
    currency = models.CharField(max_length=3, blank=True)
    invoicing = models.CharField(max_length=10, choices=Invoicing, blank=True)
    payment_days = models.PositiveSmallIntegerField(null=True, blank=True)
    payment_note = models.CharField(max_length=500, blank=True)
    escalator_percent = models.DecimalField(max_digits=6, decimal_places=3, null=True, blank=True)
    escalator_cap_percent = models.DecimalField(
        max_digits=6, decimal_places=3, null=True, blank=True
    )
    escalator_note = models.CharField(max_length=300, blank=True)
    # The amounts are those of this day, and rise from the next anniversary on; empty: of `from_on`,
    # or of the start.
    priced_on = models.DateField(null=True, blank=True)
    # When support works: a list of weekdays (0 is Monday), or round the clock.
    support_round_clock = models.BooleanField(default=False)
    support_days: Any = models.JSONField(default=list, blank=True)
    support_from = models.TimeField(null=True, blank=True)
    support_to = models.TimeField(null=True, blank=True)
    support_zone = models.CharField(max_length=60, blank=True)
    support_holidays = models.CharField(max_length=2, blank=True)

    objects: ClassVar = TenantManager.from_queryset(TermsQuerySet)()

    class Meta:
        verbose_name_plural = "terms"
        constraints = [
            models.UniqueConstraint(fields=["contract", "number"], name="terms_are_counted"),
            models.CheckConstraint(
                condition=models.Q(agreed_at=None) | models.Q(from_on__isnull=False),
                name="agreed_terms_count_from_a_day",
            ),
        ]

    def __str__(self) -> str:
        return f"Terms {self.number} of {self.contract}"


class PriceLine(TenantModel):
    """One rule of the price. Amounts are in the terms' currency, without tax.

    flat: `amount` a period. per_user, per_device: `amount` each, for `quantity`, a period.
    tiered: `tiers` [{"up_to": 10 or null, "amount": "40.00"}], each unit at the price of its own tier,
    for `quantity`. hourly_bank: `amount` a period for `included_hours`, more at `extra_amount` an hour.
    one_off: `amount` once on `due_on` (empty: at the start).
    """

    class Kind(models.TextChoices):
        FLAT = "flat", "Flat"
        PER_USER = "per_user", "Per user"
        PER_DEVICE = "per_device", "Per device"
        TIERED = "tiered", "Tiered"
        HOURLY_BANK = "hourly_bank", "Bank of hours"
        ONE_OFF = "one_off", "One-off"

    class Period(models.TextChoices):
        MONTH = "month", "a month"
        QUARTER = "quarter", "a quarter"
        YEAR = "year", "a year"

    terms = models.ForeignKey(ContractTerms, models.CASCADE, related_name="price_lines")
    position = models.PositiveSmallIntegerField(default=0)
    kind = models.CharField(max_length=12, choices=Kind)
    label = models.CharField(max_length=200)
    amount = models.DecimalField(max_digits=14, decimal_places=2, null=True, blank=True)
    period = models.CharField(max_length=10, choices=Period, blank=True)
    quantity = models.DecimalField(max_digits=12, decimal_places=2, null=True, blank=True)
    tiers: Any = models.JSONField(default=list, blank=True)
    included_hours = models.DecimalField(max_digits=8, decimal_places=2, null=True, blank=True)
    extra_amount = models.DecimalField(max_digits=14, decimal_places=2, null=True, blank=True)
    escalates = models.BooleanField(default=True)
    due_on = models.DateField(null=True, blank=True)

    def __str__(self) -> str:
        return self.label
