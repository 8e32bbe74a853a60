"""From signature to working day: phases, tasks, and what is handed over (product.md C8)."""

from typing import ClassVar

from django.db import models

from contracts.models.record import Contract
from core.models import CreatedOnce, TenantModel, VersionedModel
from core.tenancy import TenantManager, TenantQuerySet


class Side(models.TextChoices):
    US = "us", "We"
    VENDOR = "vendor", "The vendor"


class TransitionPhase(TenantModel, VersionedModel, CreatedOnce):
    """A part of the transition; what is in it is done when its tasks are accepted."""

    contract = models.ForeignKey(Contract, models.CASCADE, related_name="phases")
    position = models.PositiveSmallIntegerField(default=0)
    name = models.CharField(max_length=120)

    class Meta(CreatedOnce.Meta):
        abstract = False

    def __str__(self) -> str:
        return self.name


class TaskQuerySet(TenantQuerySet):
    def finished(self) -> "TaskQuerySet":
        """Accepted; or done, where nothing has to be accepted. The same as contracts.timeline.Task.finished."""
        done = models.Q(done_on__isnull=False, acceptance="")
        return self.filter(done | models.Q(accepted_at__isnull=False))


class TransitionTask(TenantModel, VersionedModel, CreatedOnce):
    """Something to do until a day, by one side, after other tasks, accepted by a named rule."""

    phase = models.ForeignKey(TransitionPhase, models.CASCADE, related_name="tasks")
    position = models.PositiveSmallIntegerField(default=0)
    title = models.CharField(max_length=200)
    side = models.CharField(max_length=8, choices=Side)
    # Who does it: a member on our side, a name on theirs. On either side our manager is reminded.
    owner = models.ForeignKey(
        "accounts.Membership", models.RESTRICT, null=True, blank=True, related_name="+"
    )
    owner_name = models.CharField(max_length=200, blank=True)
    starts_on = models.DateField(null=True, blank=True)
    due_on = models.DateField()
    after = models.ManyToManyField(
        "self",
        through="TaskOrder",
        through_fields=("task", "earlier"),
        symmetrical=False,
        blank=True,
        related_name="before",
    )
    acceptance = models.CharField(max_length=500, blank=True)
    done_on = models.DateField(null=True, blank=True)
    accepted_by = models.ForeignKey(
        "accounts.Membership", models.RESTRICT, null=True, blank=True, related_name="+"
    )
    accepted_at = models.DateTimeField(null=True, blank=True)
    note = models.CharField(max_length=500, blank=True)

    objects: ClassVar = TenantManager.from_queryset(TaskQuerySet)()

    class Meta(CreatedOnce.Meta):
        abstract = False

    def __str__(self) -> str:
        return self.title


class TaskOrder(TenantModel):
    """`task` can begin only when `earlier` is done."""

    task = models.ForeignKey(TransitionTask, models.CASCADE, related_name="+")
    earlier = models.ForeignKey(TransitionTask, models.CASCADE, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["task", "earlier"], name="one_order_of_two_tasks"),
            models.CheckConstraint(
                condition=~models.Q(task=models.F("earlier")), name="no_task_before_itself"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.task_id} after {self.earlier_id}"


class HandoverItem(TenantModel, VersionedModel, CreatedOnce):
    """Training to be held or documentation to be handed over, and when it was received."""

    class Kind(models.TextChoices):
        TRAINING = "training", "Training"
        DOCUMENTATION = "documentation", "Documentation"
        ACCESS = "access", "Access"

    contract = models.ForeignKey(Contract, models.CASCADE, related_name="handover_items")
    kind = models.CharField(max_length=14, choices=Kind)
    title = models.CharField(max_length=200)
    side = models.CharField("given by", max_length=8, choices=Side)
    audience = models.CharField("for whom", max_length=200, blank=True)
    due_on = models.DateField(null=True, blank=True)
    received_on = models.DateField(null=True, blank=True)
    received_by = models.ForeignKey(
        "accounts.Membership", models.RESTRICT, null=True, blank=True, related_name="+"
    )
    kept_at = models.CharField("where it is kept", max_length=300, blank=True)

    class Meta(CreatedOnce.Meta):
        abstract = False

    def __str__(self) -> str:
        return self.title
