"""Asking employees and customers: templates, surveys, private links, answers."""

import uuid
from typing import Any, ClassVar

from django.db import models
from django.db.models.functions import Lower
from django.urls import reverse
from django.utils import timezone

from core.models import CreatedOnce, TenantModel, VersionedModel
from core.tenancy import TenantManager, TenantQuerySet


class Audience(models.TextChoices):
    EMPLOYEES = "employees", "Employees"
    CUSTOMERS = "customers", "Customers"


class SurveyTemplate(TenantModel, VersionedModel, CreatedOnce):
    """Questions to ask again and again; a survey keeps its own copy of them.

    `questions`: [{"key": "q1", "kind": "satisfaction" | "effort" | "recommend" | "text", "text": …}].
    """

    name = models.CharField(max_length=120)
    audience = models.CharField(max_length=10, choices=Audience)
    questions: Any = models.JSONField(default=list)
    archived_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta(CreatedOnce.Meta):
        abstract = False

    def __str__(self) -> str:
        return self.name


class SurveyQuerySet(TenantQuerySet):
    def newest_first(self) -> "SurveyQuerySet":
        return self.order_by("-created_at", "-pk")


class Survey(TenantModel, VersionedModel, CreatedOnce):
    """One asking about one contract, in a period. Anonymous unless it says otherwise before it opens.

    Results show only once it is closed and `minimum` people answered (reviews/survey_results.py).
    """

    class State(models.TextChoices):
        DRAFT = "draft", "Draft"
        OPEN = "open", "Open"
        CLOSED = "closed", "Closed"

    contract = models.ForeignKey("contracts.Contract", models.CASCADE, related_name="surveys")
    template = models.ForeignKey(
        SurveyTemplate, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    title = models.CharField(max_length=200)
    introduction = models.TextField(max_length=2000, blank=True)
    audience = models.CharField(max_length=10, choices=Audience)
    questions: Any = models.JSONField(default=list)
    # The period of the contract's reviews that the answers count for.
    first_on = models.DateField()
    last_on = models.DateField()
    state = models.CharField(max_length=10, choices=State, default=State.DRAFT)
    anonymous = models.BooleanField(default=True)
    minimum = models.PositiveSmallIntegerField(default=5)
    closes_on = models.DateField()
    opened_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    reminded_at = models.DateTimeField(null=True, blank=True)
    # One address for everybody, instead of or besides private links; only its hash is kept.
    shared_token_hash = models.CharField(max_length=64, null=True, blank=True, unique=True)
    # How many were asked; with a shared link, how many people know of it, if somebody said so.
    asked_count = models.PositiveIntegerField(null=True, blank=True)
    # What the answers add up to, once and for all, when it is closed (reviews/survey_results.py).
    results: Any = models.JSONField(default=dict, blank=True)
    created_by = models.ForeignKey("accounts.Membership", models.RESTRICT, related_name="+")
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    objects: ClassVar = TenantManager.from_queryset(SurveyQuerySet)()

    class Meta(CreatedOnce.Meta):
        abstract = False
        indexes = [
            models.Index(fields=["organization", "-created_at", "-id"], name="survey_newest"),
            models.Index(
                fields=["closes_on"], condition=models.Q(state="open"), name="survey_closes"
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("reviews:survey_detail", args=[self.organization.slug, self.pk])


class SurveyInvitation(TenantModel):
    """One person's private link. In an anonymous survey nothing leads from here to an answer: only
    that it was used is kept, not when, and the address is forgotten when the survey closes."""

    survey = models.ForeignKey(Survey, models.CASCADE, related_name="invitations")
    email = models.EmailField(blank=True)
    token_hash = models.CharField(max_length=64, unique=True)
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)
    used = models.BooleanField(default=False)
    mail = models.ForeignKey(
        "activity.OutgoingMail", models.SET_NULL, null=True, blank=True, related_name="+"
    )
    reminded_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "survey",
                Lower("email"),
                condition=~models.Q(email=""),
                name="asked_once_per_survey",
            )
        ]

    def __str__(self) -> str:
        return f"{self.survey_id}: {self.pk}"


class SurveyResponse(TenantModel):
    """What one person answered. Its number is random and it has no moment, so that nobody can tell
    from the order who said what. `answers`: {question key: 1–5, 0–10 or text}; what was left out is missing."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    survey = models.ForeignKey(Survey, models.CASCADE, related_name="responses")
    # Only in a survey that is not anonymous.
    invitation = models.OneToOneField(
        SurveyInvitation, models.SET_NULL, null=True, blank=True, related_name="response"
    )
    # The shared link's form, sent twice, is one answer; random like the number.
    form_key = models.UUIDField(default=uuid.uuid4, unique=True)
    answers: Any = models.JSONField(default=dict)

    def __str__(self) -> str:
        return str(self.pk)
