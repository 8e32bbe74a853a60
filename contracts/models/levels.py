"""What was promised, measurably (product.md C2)."""

import uuid
from typing import Any

from django.db import models

from contracts.models.terms import ContractTerms
from core.models import TenantModel, VersionedModel


class ServiceLevel(TenantModel, VersionedModel):
    """One promise: `metric` is at least, or at most, `target` `unit`, over each `window`.

    Part of one version of the terms, so that an amendment changes it from a day on. `share` is the
    percentage of cases that must keep the target (empty: all of them). `credits` is a list of bands
    [{"worse_than": "99.5", "percent": "5"}] on the period's price, `credit_cap_percent` at most.
    """

    class Metric(models.TextChoices):
        AVAILABILITY = "availability", "Availability"
        RESPONSE = "response", "First response"
        RESOLUTION = "resolution", "Resolution"
        FIRST_CONTACT = "first_contact", "Solved at first contact"
        SATISFACTION = "satisfaction", "Satisfaction"
        CUSTOM = "custom", "Something else"

    class Comparator(models.TextChoices):
        AT_LEAST = "at_least", "at least"
        AT_MOST = "at_most", "at most"

    class Unit(models.TextChoices):
        PERCENT = "percent", "%"
        MINUTES = "minutes", "minutes"
        HOURS = "hours", "hours"
        DAYS = "days", "days"
        SCORE = "score", "points"
        COUNT = "count", "times"

    class Window(models.TextChoices):
        MONTH = "month", "month"
        QUARTER = "quarter", "quarter"
        YEAR = "year", "year"

    class Hours(models.TextChoices):
        SUPPORT = "support", "Within support hours"
        ROUND_CLOCK = "round_clock", "Round the clock"

    terms = models.ForeignKey(ContractTerms, models.CASCADE, related_name="service_levels")
    # The same promise in later versions of the terms; measurements follow it.
    lineage = models.UUIDField(default=uuid.uuid4, editable=False)
    position = models.PositiveSmallIntegerField(default=0)
    metric = models.CharField(max_length=16, choices=Metric)
    name = models.CharField(max_length=200)
    priority = models.CharField(max_length=80, blank=True)
    comparator = models.CharField(max_length=10, choices=Comparator)
    target = models.DecimalField(max_digits=12, decimal_places=4)
    unit = models.CharField(max_length=10, choices=Unit)
    share = models.DecimalField(max_digits=6, decimal_places=3, null=True, blank=True)
    hours = models.CharField(max_length=12, choices=Hours, blank=True)
    window = models.CharField(max_length=10, choices=Window)
    source = models.CharField(max_length=300, blank=True)
    exclusions = models.TextField(max_length=2000, blank=True)
    credits: Any = models.JSONField(default=list, blank=True)
    credit_cap_percent = models.DecimalField(max_digits=6, decimal_places=3, null=True, blank=True)
    claim_days = models.PositiveSmallIntegerField(null=True, blank=True)

    def __str__(self) -> str:
        return self.name
