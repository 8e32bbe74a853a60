"""What each candidate really costs over the term (product.md E4): quotes, and the assumptions for all of them."""

from typing import Any

from django.db import models
from django.utils import timezone

from core.models import CreatedOnce, TenantModel, VersionedModel
from evaluations.models.choosing import Candidate, Evaluation, EvaluationCriterion


class CostModel(TenantModel, VersionedModel):
    """What all candidates of an evaluation are reckoned with, so that their totals compare.

    `growth` as in planning.OutsourcingPlan: {"users" | "devices" | "volume" | "hours": {"low" | "base" |
    "high": text}}; `today`: {"users": text, …}, the numbers at the start, from which they grow evenly.
    `worst` and `best` are the totals that score 0 and 100 points; fixed before scoring opens.
    """

    evaluation = models.OneToOneField(Evaluation, models.CASCADE, related_name="cost_model")
    term_months = models.PositiveSmallIntegerField(default=36)
    currency = models.CharField(max_length=3)
    discount_percent = models.DecimalField(max_digits=6, decimal_places=3, null=True, blank=True)
    today: Any = models.JSONField(default=dict, blank=True)
    growth: Any = models.JSONField(default=dict, blank=True)
    volume_unit = models.CharField(max_length=40, blank=True)
    criterion = models.ForeignKey(
        EvaluationCriterion, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    worst = models.DecimalField(max_digits=14, decimal_places=2, null=True, blank=True)
    best = models.DecimalField(max_digits=14, decimal_places=2, null=True, blank=True)
    updated_at = models.DateTimeField(auto_now=True)

    def __str__(self) -> str:
        return f"Cost of {self.evaluation}"


class Quote(TenantModel, VersionedModel):
    """What one candidate would be paid; of staying in-house, the baseline cost.

    `rate`: one unit of `currency` in the cost model's currency, on `rate_on`; empty where both are the same.
    """

    class Source(models.TextChoices):
        TYPED = "typed", "Typed by us"
        PROPOSAL = "proposal", "From the proposal"
        BASELINE = "baseline", "In-house cost of the plan"

    candidate = models.OneToOneField(Candidate, models.CASCADE, related_name="quote")
    currency = models.CharField(max_length=3)
    rate = models.DecimalField(max_digits=18, decimal_places=8, null=True, blank=True)
    rate_on = models.DateField(null=True, blank=True)
    source = models.CharField(max_length=10, choices=Source, default=Source.TYPED)
    quoted_on = models.DateField(null=True, blank=True)
    valid_until_on = models.DateField(null=True, blank=True)
    # Yearly rise of everything that rises, and its cap.
    rise_percent = models.DecimalField(max_digits=6, decimal_places=3, null=True, blank=True)
    exit_fee = models.DecimalField(max_digits=14, decimal_places=2, null=True, blank=True)
    note = models.TextField(max_length=4000, blank=True)
    updated_at = models.DateTimeField(auto_now=True)

    def __str__(self) -> str:
        return f"Quote of {self.candidate}"


class QuoteLine(TenantModel):
    """One line of a quote: how it is priced, per what, from which month to which.

    flat: `amount` a period. per_user, per_device, per_unit: `amount` each, for as many as there are then.
    tiered: `tiers` as in contracts.PriceLine, for users, devices or volume as `counts` says. hourly_bank:
    `amount` a period for `included_hours`, more at `extra_amount` an hour. one_off: `amount` in `from_month`.
    licence: passed through, `amount` each of `counts` a period. out_of_scope: `amount` an hour for
    `quantity` hours a period. `quantity` set: that many, whatever grows.
    """

    class Kind(models.TextChoices):
        FLAT = "flat", "Flat"
        PER_USER = "per_user", "Per user"
        PER_DEVICE = "per_device", "Per device"
        PER_UNIT = "per_unit", "Per unit of volume"
        TIERED = "tiered", "Tiered"
        HOURLY_BANK = "hourly_bank", "Bank of hours"
        ONE_OFF = "one_off", "One-off"
        LICENCE = "licence", "Licence passed through"
        OUT_OF_SCOPE = "out_of_scope", "Work out of scope, by the hour"

    class Counts(models.TextChoices):
        USERS = "users", "users"
        DEVICES = "devices", "devices"
        VOLUME = "volume", "volume"
        HOURS = "hours", "hours"

    class Period(models.TextChoices):
        MONTH = "month", "a month"
        QUARTER = "quarter", "a quarter"
        YEAR = "year", "a year"

    quote = models.ForeignKey(Quote, models.CASCADE, related_name="lines")
    position = models.PositiveSmallIntegerField(default=0)
    kind = models.CharField(max_length=14, choices=Kind)
    label = models.CharField(max_length=200)
    amount = models.DecimalField(max_digits=14, decimal_places=2, null=True, blank=True)
    period = models.CharField(max_length=10, choices=Period, blank=True)
    counts = models.CharField(max_length=10, choices=Counts, blank=True)
    quantity = models.DecimalField(max_digits=12, decimal_places=2, null=True, blank=True)
    tiers: Any = models.JSONField(default=list, blank=True)
    included_hours = models.DecimalField(max_digits=8, decimal_places=2, null=True, blank=True)
    extra_amount = models.DecimalField(max_digits=14, decimal_places=2, null=True, blank=True)
    # Month 1 is the first of the term; empty: from the first, until the last.
    from_month = models.PositiveSmallIntegerField(null=True, blank=True)
    to_month = models.PositiveSmallIntegerField(null=True, blank=True)
    rises = models.BooleanField(default=True)

    def __str__(self) -> str:
        return self.label


class GateCredential(TenantModel):
    """A gate that asks for a credential on file (vendors.Credential): which kind and, if it matters, which."""

    criterion = models.OneToOneField(
        EvaluationCriterion, models.CASCADE, related_name="gate_credential"
    )
    kind = models.CharField(max_length=14)
    name = models.CharField(max_length=120, blank=True)

    def __str__(self) -> str:
        return self.name or self.kind


class Promise(TenantModel, VersionedModel, CreatedOnce):
    """Something that a candidate said they would do, kept until it stands in a document or is knowingly
    dropped. Where it went after the award says contracts.PromisePlace."""

    class Source(models.TextChoices):
        PROPOSAL = "proposal", "Proposal"
        DEMO = "demo", "Demo"
        REFERENCE = "reference", "Reference"
        TALK = "talk", "Talk or mail"

    candidate = models.ForeignKey(Candidate, models.CASCADE, related_name="promises")
    text = models.CharField("what was promised", max_length=500)
    source = models.CharField(max_length=10, choices=Source)
    # The answer of the proposal that it was taken from.
    answer = models.ForeignKey(
        "evaluations.ProposalAnswer", models.SET_NULL, null=True, blank=True, related_name="+"
    )
    said_by = models.CharField("who said it", max_length=200, blank=True)
    said_on = models.DateField("when", null=True, blank=True)
    created_by = models.ForeignKey("accounts.Membership", models.RESTRICT, related_name="+")
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta(CreatedOnce.Meta):
        abstract = False

    def __str__(self) -> str:
        return self.text
