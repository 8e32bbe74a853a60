"""What happened (the audit trail), what was sent (the mail queue), what is being worked on (jobs)."""

import datetime as dt
from typing import TYPE_CHECKING, Any, ClassVar

from django.db import models
from django.utils import timezone
from django.utils.text import capfirst

from activity.words import in_words, verb_in_words
from core.errors import Refused
from core.models import TenantModel
from core.tenancy import TenantManager, TenantQuerySet

if TYPE_CHECKING:
    from accounts.models import Membership

WRITTEN_ONCE = "A frozen record is written once: it can't be changed or deleted."


class LogEntryQuerySet(TenantQuerySet):
    def visible_to(self, member: "Membership") -> "LogEntryQuerySet":
        """Sealed lines (marks before scoring closes) are seen by nobody but their own actor."""
        return self.filter(models.Q(sealed=False) | models.Q(actor=member))

    def about(self, target: models.Model) -> "LogEntryQuerySet":
        return self.filter(target_type=target._meta.label_lower, target_id=target.pk)

    def newest_first(self) -> "LogEntryQuerySet":
        return self.order_by("-created_at", "-pk")


class LogEntry(TenantModel):
    """One line of the audit trail: who did what to which row, before and after."""

    actor = models.ForeignKey(
        "accounts.Membership", models.RESTRICT, null=True, blank=True, related_name="+"
    )
    actor_name = models.CharField(max_length=200)
    verb = models.CharField(max_length=60)
    target_type = models.CharField(max_length=60)
    target_id = models.PositiveBigIntegerField()
    target_name = models.CharField(max_length=300)
    before = models.JSONField(default=dict, blank=True)
    after = models.JSONField(default=dict, blank=True)
    sealed = models.BooleanField(default=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    objects: ClassVar = TenantManager.from_queryset(LogEntryQuerySet)()

    class Meta:
        indexes = [
            models.Index(fields=["organization", "-created_at", "-id"], name="log_newest"),
            # With the order of newest_first: else one thing's few lines are looked for among all lines.
            models.Index(
                fields=["organization", "target_type", "target_id", "-created_at", "-id"],
                name="log_about",
            ),
            # What there is to filter by, without reading the trail (dashboard/queries.py).
            models.Index(
                fields=["organization", "target_type"],
                condition=models.Q(sealed=False),
                name="log_kinds",
            ),
            models.Index(
                fields=["organization", "verb"], condition=models.Q(sealed=False), name="log_verbs"
            ),
            models.Index(
                fields=["actor", "target_type", "verb"],
                condition=models.Q(sealed=True),
                name="log_sealed",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.actor_name}: {self.verb} {self.target_name}"

    @property
    def verb_text(self) -> str:
        return verb_in_words(self.verb)

    @property
    def changes(self) -> list[tuple[str, str, str]]:
        """(field, before, after) in words, in the order in which they were written."""
        names = dict.fromkeys([*self.before, *self.after])
        return [
            (
                capfirst(name.replace("_", " ")),
                in_words(self.before.get(name)),
                in_words(self.after.get(name)),
            )
            for name in names
        ]


class OutgoingMailQuerySet(models.QuerySet["OutgoingMail"]):
    def due(self, now: dt.datetime) -> "OutgoingMailQuerySet":
        """What should have been sent by `now`, oldest first."""
        return self.filter(state="queued", due_at__lte=now).order_by("due_at", "pk")

    def lost(self, before: dt.datetime) -> "OutgoingMailQuerySet":
        """Claimed long ago and never marked: the worker died in between."""
        return self.filter(state="sending", claimed_at__lt=before)


class OutgoingMail(models.Model):
    """One mail to one person. Written in the transaction that wants it, sent by a worker.

    Belongs to no organization's pages: reached only through the row that it was sent for.
    """

    class State(models.TextChoices):
        QUEUED = "queued", "waiting to be sent"
        SENDING = "sending", "being sent"
        SENT = "sent", "sent"
        FAILED = "failed", "could not be sent"
        CANCELLED = "cancelled", "not needed any more"

    key = models.CharField(max_length=200, unique=True)
    to = models.EmailField()
    subject = models.CharField(max_length=300)
    text = models.TextField()
    html = models.TextField(blank=True)
    secret = models.BooleanField(default=False)
    # Made by a job and sent along; a mail may wait for it (activity.actions.attach_file).
    attachment = models.ForeignKey(
        "activity.JobFile", models.SET_NULL, null=True, blank=True, related_name="+"
    )
    # Sent again under the same Message-ID when the sender died while sending; else that is shown.
    repeat_if_lost = models.BooleanField(default=False)
    repeats = models.PositiveSmallIntegerField(default=0)
    state = models.CharField(max_length=10, choices=State, default=State.QUEUED)
    attempts = models.PositiveSmallIntegerField(default=0)
    error = models.CharField(max_length=300, blank=True)
    due_at = models.DateTimeField(default=timezone.now)
    claimed_at = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = OutgoingMailQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["state", "due_at"], name="mail_due")]

    def __str__(self) -> str:
        return f"{self.subject} → {self.to}"


class Job(TenantModel):
    """Long work that a person started and may leave and come back to."""

    class State(models.TextChoices):
        WAITING = "waiting", "waiting"
        RUNNING = "running", "running"
        DONE = "done", "done"
        FAILED = "failed", "failed"

    kind = models.CharField(max_length=40)
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    total = models.PositiveIntegerField(default=0)
    message = models.CharField(max_length=300, blank=True)
    started_by = models.ForeignKey("accounts.Membership", models.RESTRICT, related_name="+")
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    ended_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"

    @property
    def ended(self) -> bool:
        return self.state in {self.State.DONE, self.State.FAILED}


class JobFile(TenantModel):
    """What a job made, to be fetched by whoever may see the page that started it."""

    job = models.OneToOneField(Job, models.CASCADE, related_name="file")
    filename = models.CharField(max_length=200)
    content_type = models.CharField(max_length=100)
    data = models.BinaryField()
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    def __str__(self) -> str:
        return self.filename


class FrozenRecordQuerySet(TenantQuerySet):
    """Records are written once. They go only when their organization goes as a whole."""

    def update(self, **values: Any) -> int:
        raise Refused(WRITTEN_ONCE)

    def bulk_update(self, objs: Any, *args: Any, **kwargs: Any) -> int:
        raise Refused(WRITTEN_ONCE)

    def delete(self) -> tuple[int, dict[str, int]]:
        raise Refused(WRITTEN_ONCE)


class FrozenRecord(TenantModel):
    """A decision with all its inputs as canonical JSON, chained to the organization's previous record.

    Written once by `activity.records.freeze`, never changed. `number` counts from 1 within the
    organization; `sha256` is over the previous record's hash and `content` (core/records.py).
    """

    number = models.PositiveIntegerField()
    kind = models.CharField(max_length=40)
    subject_type = models.CharField(max_length=60)
    subject_id = models.PositiveBigIntegerField()
    subject_name = models.CharField(max_length=300)
    content = models.TextField()
    sha256 = models.CharField(max_length=64)
    previous_sha256 = models.CharField(max_length=64, blank=True)
    created_by = models.ForeignKey("accounts.Membership", models.RESTRICT, related_name="+")
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    objects: ClassVar = TenantManager.from_queryset(FrozenRecordQuerySet)()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organization", "number"], name="records_are_counted")
        ]

    def __str__(self) -> str:
        return f"Record {self.number}: {self.subject_name}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise Refused(WRITTEN_ONCE)
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        raise Refused(WRITTEN_ONCE)
