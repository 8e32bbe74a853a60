"""Deciding whether a contract goes on: the brief that builds itself, votes, the decision, the letter."""

from typing import Any, ClassVar

from django.db import models
from django.urls import reverse
from django.utils import timezone

from core.models import TenantModel, VersionedModel
from core.tenancy import TenantManager, TenantQuerySet


class Choice(models.TextChoices):
    RENEW = "renew", "Keep it as it is"
    RENEGOTIATE = "renegotiate", "Keep it and renegotiate"
    RE_TENDER = "re_tender", "Ask the market again"
    EXIT = "exit", "Leave"


SHOWN_IN_LISTS = [
    "organization_id",
    "safe_notice_on",
    "state",
    "choice",
    "rationale",
    "decided_at",
    "contract__title",
    "contract__at_stake",
    "contract__currency",
    "contract__yearly_cost",
    "contract__safe_notice_on",
    "contract__vendor__name",
    "contract__manager__user__name",
    "contract__manager__user__email",
    "contract__review_plan__standing",
    "contract__review_plan__score",
]


class RenewalBriefQuerySet(TenantQuerySet):
    def open(self) -> "RenewalBriefQuerySet":
        return self.filter(state=RenewalBrief.State.OPEN)

    def past(self) -> "RenewalBriefQuerySet":
        """Those about which nobody decided."""
        return self.filter(state__in=[RenewalBrief.State.LAPSED, RenewalBrief.State.OVERTAKEN])

    def for_list(self) -> "RenewalBriefQuerySet":
        """Only what lists show of the brief and its contract, and how many `voted`."""
        rows = self.select_related(
            "contract__vendor", "contract__manager__user", "contract__review_plan"
        )
        votes = RenewalVote.objects.filter(brief=models.OuterRef("pk")).order_by()
        counted = votes.values("brief").annotate(count=models.Count("pk")).values("count")
        return rows.only(*SHOWN_IN_LISTS).annotate(voted=models.Subquery(counted))

    def soonest_first(self) -> "RenewalBriefQuerySet":
        return self.order_by("safe_notice_on", "pk")

    def newest_first(self) -> "RenewalBriefQuerySet":
        return self.order_by("-safe_notice_on", "-pk")


class RenewalBrief(TenantModel, VersionedModel):
    """The decision before one last safe notice day of one contract. It appears 60 days before by itself.

    What it shows is computed when it is looked at; `facts` is what the deciders saw, kept with the
    decision, and `record` freezes both.
    """

    class State(models.TextChoices):
        OPEN = "open", "To be decided"
        DECIDED = "decided", "Decided"
        LAPSED = "lapsed", "Not decided in time"
        # Notice was given, the contract was ended, or its day moved far away: `rationale` says which.
        OVERTAKEN = "overtaken", "Overtaken"

    contract = models.ForeignKey(
        "contracts.Contract", models.CASCADE, related_name="renewal_briefs"
    )
    safe_notice_on = models.DateField()
    state = models.CharField(max_length=10, choices=State, default=State.OPEN)
    choice = models.CharField(max_length=12, choices=Choice, blank=True)
    rationale = models.TextField(max_length=4000, blank=True)
    facts: Any = models.JSONField(default=dict, blank=True)
    decided_by = models.ForeignKey(
        "accounts.Membership", models.RESTRICT, null=True, blank=True, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    letter_subject = models.CharField(max_length=200, blank=True)
    letter_body = models.TextField(max_length=20_000, blank=True)
    record = models.OneToOneField(
        "activity.FrozenRecord", models.RESTRICT, null=True, blank=True, related_name="+"
    )
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    objects: ClassVar = TenantManager.from_queryset(RenewalBriefQuerySet)()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["contract", "safe_notice_on"], name="one_brief_per_notice_day"
            ),
            models.CheckConstraint(
                condition=~models.Q(state="decided")
                | models.Q(decided_at__isnull=False, record__isnull=False) & ~models.Q(choice=""),
                name="decided_brief_is_frozen",
            ),
        ]
        indexes = [
            models.Index(
                fields=["organization", "safe_notice_on", "id"],
                condition=models.Q(state="open"),
                name="brief_open",
            ),
        ]

    def __str__(self) -> str:
        return f"Renewal of {self.contract}"

    @property
    def is_open(self) -> bool:
        return self.state == self.State.OPEN

    @property
    def is_decided(self) -> bool:
        return self.state == self.State.DECIDED

    def get_absolute_url(self) -> str:
        return reverse("reviews:renewal_brief", args=[self.organization.slug, self.pk])


class RenewalVoteQuerySet(TenantQuerySet):
    def first_said_first(self) -> "RenewalVoteQuerySet":
        return self.select_related("member__user").order_by("pk")


class RenewalVote(TenantModel, VersionedModel):
    """What one person would do. May be changed until the decision."""

    brief = models.ForeignKey(RenewalBrief, models.CASCADE, related_name="votes")
    member = models.ForeignKey("accounts.Membership", models.RESTRICT, related_name="+")
    choice = models.CharField(max_length=12, choices=Choice)
    reason = models.TextField(max_length=2000, blank=True)
    voted_at = models.DateTimeField(default=timezone.now)

    objects: ClassVar = TenantManager.from_queryset(RenewalVoteQuerySet)()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["brief", "member"], name="one_vote_each")]

    def __str__(self) -> str:
        return f"{self.member}: {self.get_choice_display()}"
