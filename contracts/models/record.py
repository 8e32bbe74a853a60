"""The contract: with whom, for what, who answers for it inside, and where it stands."""

import datetime as dt
from typing import Any, ClassVar

from django.db import models
from django.db.models import Case, F, Q, Value, When
from django.urls import reverse
from django.utils import timezone

from contracts.models.register import RegisterQuerySet
from core.models import CreatedOnce, TenantModel, VersionedModel
from core.tenancy import TenantManager
from vendors.folding import fold, name_key, search_words


class Status(models.TextChoices):
    """Where a contract stands on a day: what people did, and from the signature on what the dates say."""

    DRAFT = "draft", "Draft"
    IN_APPROVAL = "in_approval", "Waiting for signature"
    SIGNED = "signed", "Signed"
    ACTIVE = "active", "Active"
    NOTICE_GIVEN = "notice_given", "Notice given"
    ENDED = "ended", "Ended"
    TERMINATED = "terminated", "Terminated"
    WITHDRAWN = "withdrawn", "Withdrawn"

    @property
    def is_live(self) -> bool:
        """Signed, and not over: its days are watched."""
        return self in {Status.SIGNED, Status.ACTIVE, Status.NOTICE_GIVEN}

    @property
    def is_over(self) -> bool:
        return self in {Status.ENDED, Status.TERMINATED}


class ContractQuerySet(RegisterQuerySet):
    def signed(self) -> "ContractQuerySet":
        return self.filter(stage=Contract.Stage.SIGNED)

    def running_on(self, day: dt.date) -> "ContractQuerySet":
        """Signed, begun, and neither ended nor terminated: active ones and those with notice given."""
        return self.signed().filter(
            Q(terminated_on=None) | Q(terminated_on__gt=day),
            Q(ends_on=None) | Q(ends_on__gt=day),
            starts_on__lte=day,
        )

    def with_status(self, day: dt.date) -> "ContractQuerySet":
        """Each with `status_now`, the same as `Contract.status(day)`, to filter, sort and count by."""
        return self.annotate(
            status_now=Case(
                When(~Q(stage=Contract.Stage.SIGNED), F("stage")),
                When(Q(terminated_on__lte=day), Value(Status.TERMINATED.value)),
                When(Q(ends_on__lte=day), Value(Status.ENDED.value)),
                When(~Q(notice_given_on=None), Value(Status.NOTICE_GIVEN.value)),
                When(Q(starts_on__gt=day), Value(Status.SIGNED.value)),
                default=Value(Status.ACTIVE.value),
                output_field=models.CharField(),
            )
        )

    def of_vendor(self, vendor: models.Model) -> "ContractQuerySet":
        """Its own, and those of vendors that became it. Asked by their ids, so that the index of vendors is
        read and not every contract."""
        same = type(vendor)._default_manager.filter(Q(pk=vendor.pk) | Q(merged_into=vendor))
        return self.filter(vendor__in=same.values("pk"))

    def matching(self, query: str) -> "ContractQuerySet":
        """Every word of the query occurs in the title, reference, services, vendor or notes."""
        rows = self
        for word in search_words(query):
            rows = rows.filter(search_text__contains=word)
        return rows

    def newest_first(self) -> "ContractQuerySet":
        return self.order_by("-created_at", "-pk")


class Contract(TenantModel, VersionedModel, CreatedOnce):
    """An agreement with one vendor.

    `stage` is what people did; where it stands on a day also depends on dates (`status`). What was
    agreed stands in its terms (terms.py), of which an amendment brings the next version. The columns
    under “derived” are kept by contracts/dates.py and hold until `refresh_on`.
    """

    class Kind(models.TextChoices):
        STANDALONE = "standalone", "Contract"
        MASTER = "master", "Master agreement"
        STATEMENT_OF_WORK = "statement_of_work", "Statement of work"

    class Stage(models.TextChoices):
        DRAFT = "draft", "Draft"
        IN_APPROVAL = "in_approval", "Waiting for signature"
        SIGNED = "signed", "Signed"
        WITHDRAWN = "withdrawn", "Withdrawn"

    class Party(models.TextChoices):
        US = "us", "We"
        VENDOR = "vendor", "The vendor"

    class Termination(models.TextChoices):
        CONVENIENCE = "convenience", "For convenience"
        CAUSE = "cause", "For cause"
        AGREED = "agreed", "By agreement"

    vendor = models.ForeignKey("vendors.Vendor", models.RESTRICT, related_name="contracts")
    kind = models.CharField(max_length=20, choices=Kind, default=Kind.STANDALONE)
    parent = models.ForeignKey(
        "self",
        models.RESTRICT,
        null=True,
        blank=True,
        related_name="children",
        verbose_name="master agreement",
    )
    award = models.OneToOneField(
        "evaluations.Award", models.RESTRICT, null=True, blank=True, related_name="contract"
    )
    title = models.CharField(max_length=200)
    reference = models.CharField(max_length=80, blank=True)
    services = models.JSONField(default=list, blank=True)
    notes = models.TextField(max_length=10_000, blank=True)
    # Who runs it inside (product.md P11); nothing is signed without one.
    manager = models.ForeignKey(
        "accounts.Membership",
        models.RESTRICT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="delegated manager",
    )
    counterpart = models.ForeignKey(
        "vendors.Contact",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="counterpart at the vendor",
    )
    # What people did ---------------------------------------------------------------------------
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
    signed_for_us = models.CharField(max_length=200, blank=True)
    signed_for_vendor = models.CharField(max_length=200, blank=True)
    withdrawn_reason = models.TextField(max_length=2000, blank=True)
    notice_given_on = models.DateField(null=True, blank=True)
    notice_arrived_on = models.DateField(null=True, blank=True)
    notice_by = models.CharField(max_length=10, choices=Party, blank=True)
    notice_reason = models.TextField(max_length=2000, blank=True)
    terminated_on = models.DateField(null=True, blank=True)
    termination = models.CharField(max_length=12, choices=Termination, blank=True)
    termination_reason = models.TextField(max_length=2000, blank=True)
    # Derived (contracts/dates.py) ----------------------------------------------------------------
    starts_on = models.DateField(null=True, blank=True, editable=False)
    term_ends_on = models.DateField(null=True, blank=True, editable=False)
    # When it is over if nothing more is done; empty while it renews or runs on by itself.
    ends_on = models.DateField(null=True, blank=True, editable=False)
    notice_by_on = models.DateField(null=True, blank=True, editable=False)
    safe_notice_on = models.DateField(null=True, blank=True, editable=False)
    committed_until_on = models.DateField(null=True, blank=True, editable=False)
    currency = models.CharField(max_length=3, blank=True, editable=False)
    yearly_cost = models.DecimalField(
        max_digits=14, decimal_places=2, null=True, blank=True, editable=False
    )
    # What doing nothing commits to beyond the current term, in `currency`.
    at_stake = models.DecimalField(
        max_digits=14, decimal_places=2, null=True, blank=True, editable=False
    )
    refresh_on = models.DateField(null=True, blank=True, editable=False)
    title_key = models.CharField(max_length=200, editable=False, default="")
    service_keys = models.TextField(editable=False, default="")
    search_text = models.TextField(editable=False, default="")
    created_by = models.ForeignKey("accounts.Membership", models.RESTRICT, related_name="+")
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    updated_at = models.DateTimeField(default=timezone.now, editable=False)

    objects: ClassVar = TenantManager.from_queryset(ContractQuerySet)()

    class Meta(CreatedOnce.Meta):
        abstract = False
        constraints = [
            *CreatedOnce.Meta.constraints,
            models.CheckConstraint(
                condition=~Q(stage="signed")
                | Q(manager__isnull=False, signed_on__isnull=False, starts_on__isnull=False),
                name="signed_contract_has_manager_and_dates",
            ),
        ]
        indexes = [
            models.Index(fields=["organization", "-created_at", "-id"], name="contract_newest"),
            models.Index(fields=["organization", "safe_notice_on", "id"], name="contract_notice"),
            models.Index(fields=["organization", "term_ends_on", "id"], name="contract_ends"),
            models.Index(fields=["refresh_on"], name="contract_refresh"),
            # Those that run are counted in the index alone (running_on).
            models.Index(
                fields=["organization", "starts_on", "ends_on", "terminated_on"],
                condition=Q(stage="signed"),
                name="contract_running",
            ),
            # Home asks for the few that wait for somebody among many that are signed.
            models.Index(
                fields=["organization", "-created_at", "-id"],
                condition=Q(stage__in=["draft", "in_approval"]),
                name="contract_unsigned",
            ),
            # Migration register adds one for search_text, where PostgreSQL has the extension for it.
            models.Index(fields=["organization", "title_key", "id"], name="contract_title"),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("contracts:contract_detail", args=[self.organization.slug, self.pk])

    def status(self, day: dt.date) -> Status:
        """Where it stands on `day`; the queryset's `with_status` says the same in SQL."""
        if self.stage != self.Stage.SIGNED:
            return Status(self.stage)
        if self.terminated_on and self.terminated_on <= day:
            return Status.TERMINATED
        if self.ends_on and self.ends_on <= day:
            return Status.ENDED
        if self.notice_given_on:
            return Status.NOTICE_GIVEN
        begun = self.starts_on is not None and self.starts_on <= day
        return Status.ACTIVE if begun else Status.SIGNED

    @property
    def is_draft(self) -> bool:
        """What it says may still be edited as a whole; after signing only by an amendment."""
        return self.stage == self.Stage.DRAFT

    @property
    def is_signed(self) -> bool:
        return self.stage == self.Stage.SIGNED

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.refresh_search()
        super().save(*args, **kwargs)

    def refresh_search(self) -> None:
        """What it is found and sorted by. Whoever writes in bulk calls this first."""
        self.title_key = name_key(self.title)
        self.service_keys = "".join(f"|{fold(service)}" for service in self.services) + "|"
        words = [self.title, self.reference, *self.services, self.vendor.name, self.notes]
        self.search_text = fold(" ".join(words))


class CommunicationLine(TenantModel):
    """One line of the communication plan (product.md C7): about what, how, how often, who."""

    contract = models.ForeignKey(Contract, models.CASCADE, related_name="communication")
    position = models.PositiveSmallIntegerField(default=0)
    purpose = models.CharField(max_length=200)
    channel = models.CharField(max_length=120, blank=True)
    frequency = models.CharField(max_length=120, blank=True)
    format = models.CharField(max_length=120, blank=True)
    roles = models.CharField(max_length=300, blank=True)

    def __str__(self) -> str:
        return self.purpose
