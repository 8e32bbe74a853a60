"""What is known about vendors."""

from typing import Any

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models.functions import Lower
from django.urls import reverse
from django.utils import timezone

from core.models import CreatedOnce, TenantModel, VersionedModel
from core.tenancy import TenantManager, TenantQuerySet


class VendorQuerySet(TenantQuerySet):
    def current(self) -> "VendorQuerySet":
        """Neither archived nor merged into another."""
        return self.filter(archived_at=None)

    def by_name(self) -> "VendorQuerySet":
        return self.order_by(Lower("name"), "pk")


class Vendor(TenantModel, VersionedModel, CreatedOnce):
    """A company that offers IT services. `name` is what people call it: the trading name, else the legal one."""

    class Status(models.TextChoices):
        PROSPECT = "prospect", "Prospect"
        CANDIDATE = "candidate", "Candidate"
        ACTIVE = "active", "Active"
        ON_WATCH = "on_watch", "On watch"
        EXITING = "exiting", "Exiting"
        FORMER = "former", "Former"
        DISQUALIFIED = "disqualified", "Disqualified"

    class Size(models.TextChoices):
        SOLO = "1", "1 person"
        MICRO = "2-9", "2–9 people"
        SMALL = "10-49", "10–49 people"
        MEDIUM = "50-249", "50–249 people"
        LARGE = "250+", "250 people or more"

    name = models.CharField(max_length=200)
    legal_name = models.CharField(max_length=200)
    trading_name = models.CharField(max_length=200, blank=True)
    website = models.URLField(max_length=300, blank=True)
    country = models.CharField(max_length=2, blank=True)
    countries_served = models.JSONField(default=list, blank=True)
    languages = models.JSONField(default=list, blank=True)
    time_zone = models.CharField(max_length=60, blank=True)
    support_hours = models.CharField(max_length=200, blank=True)
    size = models.CharField(max_length=10, choices=Size, blank=True)
    founded_year = models.PositiveSmallIntegerField(
        null=True, blank=True, validators=[MinValueValidator(1800), MaxValueValidator(2100)]
    )
    industries = models.JSONField(default=list, blank=True)
    services = models.JSONField(default=list, blank=True)
    registration_number = models.CharField(max_length=60, blank=True)
    tax_number = models.CharField(max_length=60, blank=True)
    status = models.CharField(max_length=20, choices=Status, default=Status.PROSPECT)
    inside_owner = models.ForeignKey(
        "accounts.Membership", models.RESTRICT, null=True, blank=True, related_name="+"
    )
    notes = models.TextField(max_length=10_000, blank=True)
    # What duplicates are found by: folded name, bare host of the website, digits and letters of the number.
    name_key = models.CharField(max_length=200, editable=False, default="")
    website_key = models.CharField(max_length=200, editable=False, default="")
    registration_key = models.CharField(max_length=60, editable=False, default="")
    search_text = models.TextField(editable=False, default="")
    archived_at = models.DateTimeField(null=True, blank=True, editable=False)
    merged_into = models.ForeignKey(
        "self", models.RESTRICT, null=True, blank=True, editable=False, related_name="merged"
    )
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    updated_at = models.DateTimeField(auto_now=True)

    objects = TenantManager.from_queryset(VendorQuerySet)()

    class Meta(CreatedOnce.Meta):
        abstract = False
        indexes = [
            models.Index("organization", Lower("name"), "id", name="vendor_by_name"),
            models.Index(fields=["organization", "status"], name="vendor_by_status"),
            models.Index(fields=["organization", "name_key"], name="vendor_name_key"),
            models.Index(fields=["organization", "website_key"], name="vendor_website_key"),
            models.Index(fields=["organization", "registration_key"], name="vendor_reg_key"),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("vendors:vendor_detail", args=[self.organization.slug, self.pk])


class Contact(TenantModel, VersionedModel, CreatedOnce):
    """A person at the vendor."""

    vendor = models.ForeignKey(Vendor, models.CASCADE, related_name="contacts")
    name = models.CharField(max_length=200)
    role = models.CharField("position", max_length=120, blank=True)
    email = models.EmailField("e-mail", blank=True)
    phone = models.CharField(max_length=60, blank=True)
    is_main = models.BooleanField("main contact", default=False)

    class Meta(CreatedOnce.Meta):
        abstract = False

    def __str__(self) -> str:
        return self.name


class VendorImport(TenantModel):
    """An uploaded vendor list between preview and import: what was read, and what became of it."""

    filename = models.CharField(max_length=200)
    fingerprint = models.CharField(max_length=64)
    rows: Any = models.JSONField(default=list)
    problems: Any = models.JSONField(default=list)
    understood: Any = models.JSONField(default=list)
    job = models.ForeignKey("activity.Job", models.SET_NULL, null=True, blank=True)
    created_by = models.ForeignKey("accounts.Membership", models.RESTRICT, related_name="+")
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    added = models.PositiveIntegerField(default=0)
    skipped = models.PositiveIntegerField(default=0)
    imported_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return self.filename
