"""Where the promises of the winner went (product.md S8): into a document that is signed, or knowingly nowhere."""

import uuid

from django.db import models

from contracts.models.documents import Clause
from contracts.models.record import Contract
from contracts.models.transition import HandoverItem
from core.models import TenantModel, VersionedModel


class PromisePlace(TenantModel, VersionedModel):
    """What became of one promise in one contract. No row: it is in no document yet."""

    class Kind(models.TextChoices):
        CLAUSE = "clause", "A clause"
        LEVEL = "level", "A service level"
        DELIVERABLE = "deliverable", "A deliverable"
        DROPPED = "dropped", "Knowingly dropped"

    contract = models.ForeignKey(Contract, models.CASCADE, related_name="promise_places")
    promise = models.OneToOneField("evaluations.Promise", models.CASCADE, related_name="place")
    kind = models.CharField(max_length=12, choices=Kind)
    clause = models.ForeignKey(
        Clause, models.SET_NULL, null=True, blank=True, related_name="promises"
    )
    # The service level, across amendments (ServiceLevel.lineage).
    level_lineage: "models.UUIDField[uuid.UUID | None, uuid.UUID | None]" = models.UUIDField(
        null=True, blank=True
    )
    deliverable = models.ForeignKey(
        HandoverItem, models.SET_NULL, null=True, blank=True, related_name="promises"
    )
    # The words in the contract, or why it was dropped.
    note = models.CharField(max_length=1000, blank=True)
    by = models.ForeignKey("accounts.Membership", models.RESTRICT, related_name="+")
    placed_at = models.DateTimeField(auto_now=True)

    def __str__(self) -> str:
        return f"{self.promise}: {self.get_kind_display()}"
