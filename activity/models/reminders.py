"""Days that are watched, who is reminded of them how, and what was sent."""

import datetime as dt
from typing import Any, ClassVar

from django.db import models
from django.urls import reverse
from django.utils import timezone

from activity.schedule import USUAL_DAYS, USUAL_DAYS_BY_KIND
from core.models import TenantModel, VersionedModel
from core.tenancy import TenantManager, TenantQuerySet


def usual_days() -> list[int]:
    """So many days before, somebody is reminded."""
    return list(USUAL_DAYS)


def usual_days_by_kind() -> dict[str, list[int]]:
    """Other days for kinds that need no word months before."""
    return {kind: list(days) for kind, days in USUAL_DAYS_BY_KIND.items()}


class WatchedDateQuerySet(TenantQuerySet):
    def open(self) -> "WatchedDateQuerySet":
        """Those that still wait for somebody to do something."""
        return self.filter(settled_at=None)

    def about(self, target: models.Model) -> "WatchedDateQuerySet":
        return self.filter(target_type=target._meta.label_lower, target_id=target.pk)

    def due_at(self, now: dt.datetime) -> "WatchedDateQuerySet":
        """Those about which something has to be sent by `now`, oldest first."""
        return self.open().filter(next_at__lte=now).order_by("next_at", "pk")

    def soonest_first(self) -> "WatchedDateQuerySet":
        return self.order_by("due_on", "pk")


class WatchedDate(TenantModel, VersionedModel):
    """A stored day that somebody must not miss. Written by activity.actions.watch, in the transaction
    that stores the day itself; one row for each kind of day of each thing.

    `title` says on its own what is due about which thing, as the subject of a mail does; `sentence`
    what is at stake; `path` leads to the thing. A moved day is the same row with another `due_on`, and begins to be reminded anew.
    """

    kind = models.CharField(max_length=40)
    target_type = models.CharField(max_length=60)
    target_id = models.PositiveBigIntegerField()
    due_on = models.DateField()
    title = models.CharField(max_length=300)
    sentence = models.CharField(max_length=500, blank=True)
    path = models.CharField(max_length=300)
    responsible = models.ForeignKey(
        "accounts.Membership", models.RESTRICT, null=True, blank=True, related_name="+"
    )
    # The moment from which there is something to send; empty: nothing more.
    next_at = models.DateTimeField(null=True, blank=True)
    # Why nobody could be reminded, as of the last attempt; it is tried again by itself.
    problem = models.CharField(max_length=300, blank=True)
    snoozed_until_on = models.DateField(null=True, blank=True)
    snooze_reason = models.CharField(max_length=500, blank=True)
    snoozed_by = models.ForeignKey(
        "accounts.Membership", models.RESTRICT, null=True, blank=True, related_name="+"
    )
    settled_at = models.DateTimeField(null=True, blank=True)
    settled_note = models.CharField(max_length=500, blank=True)
    settled_by = models.ForeignKey(
        "accounts.Membership", models.RESTRICT, null=True, blank=True, related_name="+"
    )
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    objects: ClassVar = TenantManager.from_queryset(WatchedDateQuerySet)()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "kind", "target_type", "target_id"],
                name="one_watched_date_per_kind",
            )
        ]
        indexes = [
            models.Index(
                fields=["next_at", "id"],
                condition=models.Q(next_at__isnull=False),
                name="watched_next",
            ),
            models.Index(fields=["organization", "due_on", "id"], name="watched_by_day"),
            # Home looks for the soonest of each kind that binds for a year, among all that wait.
            models.Index(
                fields=["organization", "kind", "due_on", "id"],
                condition=models.Q(settled_at=None),
                name="watched_by_kind",
            ),
            models.Index(fields=["target_type", "target_id"], name="watched_target"),
        ]

    def __str__(self) -> str:
        return f"{self.title}: {self.due_on}"

    def get_absolute_url(self) -> str:
        return reverse("dashboard:watched_date", args=[self.organization.slug, self.pk])


class ReminderSettings(TenantModel, VersionedModel):
    """When an organization is reminded. Without a row, the defaults count."""

    days: Any = models.JSONField(default=usual_days)
    # Other days for some kinds: {"contract.notice": [120, 60, 30, 14, 7, 1]}.
    days_by_kind: Any = models.JSONField(default=usual_days_by_kind, blank=True)
    weekly_overdue = models.BooleanField(default=True)
    quiet_weekends = models.BooleanField(default=False)
    hour = models.PositiveSmallIntegerField(default=8)
    # Owners are told too, so many days before, if nothing was done about it; empty: never.
    escalate_days = models.PositiveSmallIntegerField(null=True, blank=True, default=14)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organization"], name="one_reminder_settings")
        ]

    def __str__(self) -> str:
        return f"Reminders of {self.organization}"


class ReminderPreference(TenantModel, VersionedModel):
    """How one person wants reminders. Without a row: a digest each day that has any."""

    class Way(models.TextChoices):
        DIGEST = "digest", "One mail a day"
        AT_ONCE = "at_once", "A mail for each, at once"

    member = models.OneToOneField(
        "accounts.Membership", models.CASCADE, related_name="reminder_preference"
    )
    way = models.CharField(max_length=10, choices=Way, default=Way.DIGEST)

    def __str__(self) -> str:
        return f"{self.member}: {self.get_way_display()}"


class ReminderQuerySet(TenantQuerySet):
    def waiting(self) -> "ReminderQuerySet":
        """Those that stand in no mail yet."""
        return self.filter(mail=None, superseded_at=None)

    def unsent(self) -> "ReminderQuerySet":
        """Those that no mail server has seen: in no mail, or in one that waits."""
        in_queue = models.Q(mail=None) | models.Q(mail__state="queued")
        return self.filter(in_queue, superseded_at=None)

    def newest_first(self) -> "ReminderQuerySet":
        return self.order_by("-created_at", "-pk")


class Reminder(TenantModel):
    """That one person is reminded of one day by one rule: claimed once, then mailed.

    `rule` is "90", "overdue-1", "escalation", "snooze-2026-05-01"…; a moved day (`due_on`) is reminded
    anew. Several may share one mail (a digest). Without a mail yet, it waits for the person's digest.
    """

    watched = models.ForeignKey(
        WatchedDate, models.SET_NULL, null=True, blank=True, related_name="reminders"
    )
    kind = models.CharField(max_length=40)
    target_type = models.CharField(max_length=60)
    target_id = models.PositiveBigIntegerField()
    due_on = models.DateField()
    rule = models.CharField(max_length=40)
    recipient = models.ForeignKey("accounts.Membership", models.RESTRICT, related_name="+")
    title = models.CharField(max_length=300)
    sentence = models.CharField(max_length=500, blank=True)
    path = models.CharField(max_length=300)
    mail = models.ForeignKey(
        "activity.OutgoingMail", models.SET_NULL, null=True, blank=True, related_name="reminders"
    )
    # The day was moved or settled before it went out.
    superseded_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    objects: ClassVar = TenantManager.from_queryset(ReminderQuerySet)()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=[
                    "organization",
                    "kind",
                    "target_type",
                    "target_id",
                    "due_on",
                    "rule",
                    "recipient",
                ],
                name="reminded_once",
            )
        ]
        indexes = [
            models.Index(fields=["organization", "-created_at", "-id"], name="reminder_newest"),
            models.Index(
                fields=["recipient"],
                condition=models.Q(mail=None, superseded_at=None),
                name="reminder_waits",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title} ({self.rule}) → {self.recipient}"


class CalendarFeed(TenantModel):
    """A private address from which one person's calendar reads the watched days. Only its hash is kept."""

    member = models.ForeignKey("accounts.Membership", models.CASCADE, related_name="calendar_feeds")
    token_hash = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    fetched_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"Calendar of {self.member}"
