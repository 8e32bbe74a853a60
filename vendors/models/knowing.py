"""What was found out about a vendor, and what it rests on: credentials, references, security due diligence."""

from typing import Any, ClassVar

from django.db import models
from django.urls import reverse
from django.utils import timezone

from activity.models import PrivateLink
from core.models import CreatedOnce, TenantModel, VersionedModel
from core.tenancy import TenantManager, TenantQuerySet
from vendors.models.profile import Vendor


class CredentialQuerySet(TenantQuerySet):
    def kept(self) -> "CredentialQuerySet":
        return self.filter(removed_at=None)

    def by_kind(self) -> "CredentialQuerySet":
        return self.order_by("kind", "name", "-expires_on", "-pk")


class Credential(TenantModel, VersionedModel, CreatedOnce):
    """A registration, certificate, membership or insurance of a vendor (product.md S3).

    Nothing counts as proven before one of us has checked it. `expires_on` is the last day on which it
    is valid, and is watched; empty with `never_expires` false: not known.
    """

    class Kind(models.TextChoices):
        REGISTRATION = "registration", "Registration"
        CERTIFICATE = "certificate", "Certificate"
        MEMBERSHIP = "membership", "Membership"
        INSURANCE = "insurance", "Insurance"

    vendor = models.ForeignKey(Vendor, models.CASCADE, related_name="credentials")
    kind = models.CharField(max_length=14, choices=Kind)
    name = models.CharField(max_length=120)
    issuer = models.CharField(max_length=200, blank=True)
    number = models.CharField(max_length=120, blank=True)
    scope = models.CharField("what it covers", max_length=500, blank=True)
    issued_on = models.DateField(null=True, blank=True)
    expires_on = models.DateField(null=True, blank=True)
    never_expires = models.BooleanField(default=False)
    file = models.ForeignKey(
        "core.StoredFile", models.SET_NULL, null=True, blank=True, related_name="+"
    )
    checked_on = models.DateField(null=True, blank=True)
    checked_by = models.ForeignKey(
        "accounts.Membership", models.RESTRICT, null=True, blank=True, related_name="+"
    )
    check_note = models.CharField("how it was checked", max_length=500, blank=True)
    created_by = models.ForeignKey("accounts.Membership", models.RESTRICT, related_name="+")
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    removed_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar = TenantManager.from_queryset(CredentialQuerySet)()

    class Meta(CreatedOnce.Meta):
        abstract = False
        indexes = [
            models.Index(
                fields=["organization", "expires_on", "id"],
                condition=models.Q(removed_at=None),
                name="credential_ends",
            )
        ]

    def __str__(self) -> str:
        return self.name


class ReferenceQuerySet(TenantQuerySet):
    def kept(self) -> "ReferenceQuerySet":
        return self.filter(removed_at=None)


class Reference(PrivateLink, TenantModel, VersionedModel, CreatedOnce):
    """A client of the vendor who is asked how it is (S2), by private link or on the telephone.

    `answers`: {question key: 1 to 5 or text}, see vendors/reference_questions.py.
    """

    class Found(models.TextChoices):
        VENDOR = "vendor", "Named by the vendor"
        INDEPENDENT = "independent", "Found by ourselves"

    vendor = models.ForeignKey(Vendor, models.CASCADE, related_name="references")
    company = models.CharField(max_length=200)
    role = models.CharField("position", max_length=120, blank=True)
    phone = models.CharField(max_length=60, blank=True)
    found = models.CharField("who named them", max_length=12, choices=Found)
    service = models.CharField("what the vendor does for them", max_length=200, blank=True)
    answers: Any = models.JSONField(default=dict, blank=True)
    called_on = models.DateField(null=True, blank=True)
    called_by = models.ForeignKey(
        "accounts.Membership", models.RESTRICT, null=True, blank=True, related_name="+"
    )
    call_notes = models.TextField(max_length=10_000, blank=True)
    created_by = models.ForeignKey("accounts.Membership", models.RESTRICT, related_name="+")
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    removed_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar = TenantManager.from_queryset(ReferenceQuerySet)()

    class Meta(CreatedOnce.Meta):
        abstract = False

    def __str__(self) -> str:
        return f"{self.name}, {self.company}"


class DiligenceCheck(PrivateLink, TenantModel, VersionedModel, CreatedOnce):
    """One round of security questions to a vendor (S4), from the asking to our judgement of the answers.

    `questions` names the version of the set in vendors/diligence_questions.py. `score` (0 to 100) and
    `coverage` are what the answers that we accepted add up to (vendors/diligence.py), kept when the round is
    judged; nothing changes afterwards. `repeat_on` is watched: on it the next round begins.
    """

    class State(models.TextChoices):
        DRAFT = "draft", "Not asked yet"
        ASKED = "asked", "Asked"
        ANSWERED = "answered", "Answered, to be judged"
        JUDGED = "judged", "Judged"
        WITHDRAWN = "withdrawn", "Withdrawn"

    vendor = models.ForeignKey(Vendor, models.CASCADE, related_name="diligence_checks")
    number = models.PositiveSmallIntegerField(default=1)
    questions = models.CharField(max_length=20)
    # Keys of questions that are not asked this time.
    left_out: Any = models.JSONField(default=list, blank=True)
    state = models.CharField(max_length=10, choices=State, default=State.DRAFT)
    due_on = models.DateField("answers wanted by", null=True, blank=True)
    introduction = models.TextField(max_length=2000, blank=True)
    responsible = models.ForeignKey(
        "accounts.Membership", models.RESTRICT, null=True, blank=True, related_name="+"
    )
    score = models.DecimalField(max_digits=6, decimal_places=3, null=True, blank=True)
    coverage = models.DecimalField(max_digits=6, decimal_places=3, null=True, blank=True)
    summary = models.TextField(max_length=4000, blank=True)
    judged_at = models.DateTimeField(null=True, blank=True)
    judged_by = models.ForeignKey(
        "accounts.Membership", models.RESTRICT, null=True, blank=True, related_name="+"
    )
    repeat_months = models.PositiveSmallIntegerField(null=True, blank=True)
    repeat_on = models.DateField(null=True, blank=True)
    created_by = models.ForeignKey("accounts.Membership", models.RESTRICT, related_name="+")
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta(CreatedOnce.Meta):
        abstract = False
        constraints = [
            *CreatedOnce.Meta.constraints,
            models.UniqueConstraint(fields=["vendor", "number"], name="diligence_is_counted"),
        ]

    def __str__(self) -> str:
        return f"Security due diligence {self.number}: {self.vendor}"

    def get_absolute_url(self) -> str:
        return reverse(
            "vendors:diligence_detail", args=[self.organization.slug, self.vendor_id, self.pk]
        )


class DiligenceAnswer(TenantModel):
    """What the vendor answered to one question, with evidence, and what we make of it."""

    class Answer(models.TextChoices):
        YES = "yes", "Yes"
        PARTLY = "partly", "Partly"
        NO = "no", "No"
        NOT_APPLICABLE = "na", "Does not apply"

    class Verdict(models.TextChoices):
        PROVEN = "proven", "Proven"
        BELIEVED = "believed", "Plausible, not proven"
        DOUBTED = "doubted", "Not accepted"

    check_asked = models.ForeignKey(DiligenceCheck, models.CASCADE, related_name="given")
    question = models.SlugField(max_length=40)
    answer = models.CharField(max_length=8, choices=Answer, blank=True)
    comment = models.TextField(max_length=4000, blank=True)
    file = models.ForeignKey(
        "core.StoredFile", models.SET_NULL, null=True, blank=True, related_name="+"
    )
    verdict = models.CharField(max_length=10, choices=Verdict, blank=True)
    verdict_note = models.CharField(max_length=500, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["check_asked", "question"], name="one_diligence_answer_each"
            )
        ]

    def __str__(self) -> str:
        return f"{self.check_asked_id}: {self.question}"


class DiligenceGap(TenantModel, VersionedModel, CreatedOnce):
    """Something that the vendor lacks, how bad that is, and until when it is to be mended or accepted."""

    class Severity(models.TextChoices):
        LOW = "low", "Low"
        MEDIUM = "medium", "Medium"
        HIGH = "high", "High"
        CRITICAL = "critical", "Critical"

    class State(models.TextChoices):
        OPEN = "open", "Open"
        CLOSED = "closed", "Closed"
        ACCEPTED = "accepted", "Accepted as it is"

    check_asked = models.ForeignKey(DiligenceCheck, models.CASCADE, related_name="gaps")
    question = models.SlugField(max_length=40, blank=True)
    text = models.CharField(max_length=300)
    severity = models.CharField(max_length=10, choices=Severity)
    state = models.CharField(max_length=10, choices=State, default=State.OPEN)
    due_on = models.DateField(null=True, blank=True)
    owner = models.ForeignKey(
        "accounts.Membership", models.RESTRICT, null=True, blank=True, related_name="+"
    )
    note = models.TextField(max_length=2000, blank=True)
    settled_on = models.DateField(null=True, blank=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta(CreatedOnce.Meta):
        abstract = False

    def __str__(self) -> str:
        return self.text
