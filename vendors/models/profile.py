"""What is known about vendors, and lists of them on their way in."""

from typing import Any, ClassVar

from django.db import models
from django.urls import reverse
from django.utils import timezone

from core.imports.models import ListImport, ListImportChunk
from core.models import CreatedOnce, TenantModel, VersionedModel
from core.tenancy import TenantManager, TenantQuerySet
from vendors.countries import country_name
from vendors.folding import fold, name_key, registration_key, search_words, website_key


class VendorQuerySet(TenantQuerySet):
    def current(self) -> "VendorQuerySet":
        """Neither archived nor merged into another."""
        return self.filter(archived_at=None)

    def by_name(self) -> "VendorQuerySet":
        return self.order_by("name_key", "pk")

    def for_list(self) -> "VendorQuerySet":
        """Only what the list shows: notes and what is searched may be long."""
        return self.only(
            "organization_id",
            "name",
            "legal_name",
            "status",
            "country",
            "services",
            "updated_at",
            "archived_at",
        ).by_name()

    def for_export(self) -> "VendorQuerySet":
        """Everything that a file holds, with who looks after the vendor."""
        return self.select_related("inside_owner__user").defer("search_text").by_name()

    def matching(self, query: str) -> "VendorQuerySet":
        """Every word of the query occurs in what is searched; see Vendor.refresh_keys."""
        rows = self
        for word in search_words(query):
            rows = rows.filter(search_text__contains=word)
        return rows


class Vendor(TenantModel, VersionedModel, CreatedOnce):
    """A company that offers IT services.

    `name` is what people call it: the trading name, else the legal one.
    """

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
    website = models.CharField(max_length=300, blank=True)
    country = models.CharField(max_length=2, blank=True)
    countries_served = models.JSONField(default=list, blank=True)
    languages = models.JSONField(default=list, blank=True)
    time_zone = models.CharField(max_length=60, blank=True)
    support_hours = models.CharField(max_length=200, blank=True)
    # When its people work, on the clock of `time_zone` (0 is Monday); empty: not said.
    work_round_clock = models.BooleanField("round the clock", default=False)
    work_days = models.JSONField("working days", default=list, blank=True)
    work_from = models.TimeField("from", null=True, blank=True)
    work_to = models.TimeField("to", null=True, blank=True)
    size = models.CharField(max_length=10, choices=Size, blank=True)
    founded_year = models.PositiveSmallIntegerField("founded", null=True, blank=True)
    industries = models.JSONField(default=list, blank=True)
    services = models.JSONField("services offered", default=list, blank=True)
    registration_number = models.CharField(max_length=60, blank=True)
    tax_number = models.CharField("VAT or tax number", max_length=60, blank=True)
    status = models.CharField(max_length=20, choices=Status, default=Status.PROSPECT)
    inside_owner = models.ForeignKey(
        "accounts.Membership",
        models.RESTRICT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="owner inside",
    )
    notes = models.TextField(max_length=10_000, blank=True)
    # What vendors are sorted and found by, and duplicates recognised; kept by `refresh_keys`.
    name_key = models.CharField(max_length=200, editable=False, default="")
    legal_key = models.CharField(max_length=200, editable=False, default="")
    website_key = models.CharField(max_length=200, editable=False, default="")
    registration_key = models.CharField(max_length=60, editable=False, default="")
    service_keys = models.TextField(editable=False, default="")
    search_text = models.TextField(editable=False, default="")
    archived_at = models.DateTimeField(null=True, blank=True, editable=False)
    merged_into = models.ForeignKey(
        "self", models.RESTRICT, null=True, blank=True, editable=False, related_name="merged"
    )
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    updated_at = models.DateTimeField(default=timezone.now, editable=False)

    objects: ClassVar = TenantManager.from_queryset(VendorQuerySet)()

    class Meta(CreatedOnce.Meta):
        abstract = False
        indexes = [
            models.Index(fields=["organization", "name_key", "id"], name="vendor_by_name"),
            # Small enough to count in, whatever the status and country. Migration 0001 adds
            # one for search_text, where PostgreSQL has the extension for it.
            models.Index(
                fields=["organization", "status", "country"],
                condition=models.Q(archived_at=None),
                name="vendor_current",
            ),
            models.Index(
                fields=["organization", "status", "name_key", "id"], name="vendor_by_status"
            ),
            models.Index(
                fields=["organization", "country", "name_key", "id"], name="vendor_by_country"
            ),
            models.Index(fields=["organization", "updated_at", "id"], name="vendor_by_change"),
            models.Index(fields=["organization", "legal_key"], name="vendor_legal_key"),
            models.Index(fields=["organization", "website_key"], name="vendor_website_key"),
            models.Index(fields=["organization", "registration_key"], name="vendor_reg_key"),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("vendors:vendor_detail", args=[self.organization.slug, self.pk])

    @property
    def country_name(self) -> str:
        return country_name(self.country)

    @property
    def countries_served_names(self) -> list[str]:
        return [country_name(code) for code in self.countries_served]

    @property
    def website_shown(self) -> str:
        return self.website.partition("//")[2].removeprefix("www.")

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.refresh_keys()
        super().save(*args, **kwargs)

    def refresh_keys(self) -> None:
        """Derive the name people use, and everything that is compared or searched, from the profile.

        Whoever writes in bulk calls this first.
        """
        self.legal_name = self.legal_name or self.name
        self.name = self.trading_name or self.legal_name
        self.name_key, self.legal_key = name_key(self.name), name_key(self.legal_name)
        self.website_key = website_key(self.website)
        self.registration_key = registration_key(self.registration_number)
        self.service_keys = "".join(f"|{fold(service)}" for service in self.services)
        searched = [self.name, self.legal_name, self.website, *self.services, self.notes]
        searched += [self.registration_number, self.registration_key, self.tax_number]
        self.search_text = fold(" ".join(searched))


class ContactQuerySet(TenantQuerySet):
    def main_first(self) -> "ContactQuerySet":
        return self.order_by("-is_main", "name", "pk")


class Contact(TenantModel, VersionedModel, CreatedOnce):
    """A person at the vendor. One of a vendor's contacts is the main one."""

    vendor = models.ForeignKey(Vendor, models.CASCADE, related_name="contacts")
    name = models.CharField(max_length=200)
    role = models.CharField("position", max_length=120, blank=True)
    email = models.EmailField("e-mail", blank=True)
    phone = models.CharField(max_length=60, blank=True)
    is_main = models.BooleanField("main contact", default=False)

    objects: ClassVar = TenantManager.from_queryset(ContactQuerySet)()

    class Meta(CreatedOnce.Meta):
        abstract = False
        constraints = [
            *CreatedOnce.Meta.constraints,
            models.UniqueConstraint(
                fields=["vendor"],
                condition=models.Q(is_main=True),
                name="one_main_contact_per_vendor",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class VendorImport(ListImport):
    """An uploaded vendor list between preview and import: what was read, and what became of it."""

    class Meta(ListImport.Meta):
        abstract = False

    def get_absolute_url(self) -> str:
        return reverse("vendors:import_preview", args=[self.organization.slug, self.pk])


class VendorImportChunk(ListImportChunk):
    """Up to 500 rows of an uploaded list."""

    vendor_import = models.ForeignKey(VendorImport, models.CASCADE, related_name="chunks")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["vendor_import", "position"], name="import_chunk_in_one_place"
            )
        ]
