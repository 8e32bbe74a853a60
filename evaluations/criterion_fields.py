"""What a criterion says, in a set and in the copy that an evaluation keeps."""

from decimal import Decimal
from typing import Any

from django.db import models

from evaluations import criteria
from evaluations.criteria import CriterionDraft


class Kind(models.TextChoices):
    """How a criterion is marked."""

    JUDGED = criteria.JUDGED, "Judged"
    MEASURED = criteria.MEASURED, "Measured number"
    GATE = criteria.GATE, "Gate (pass or fail)"


class CriterionFields(models.Model):
    """What a criterion says, in a set and in the copy that an evaluation keeps.

    Points are 0–100: a judged mark runs from `worst` to `best` (0 to 5 unless imported), a measured
    number from the `worst` to the `best` fixed beforehand (rising or falling). A gate has weight 0.
    """

    position = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=100)
    question = models.CharField(max_length=300, blank=True)
    kind = models.CharField(max_length=10, choices=Kind, default=Kind.JUDGED)
    weight = models.DecimalField(max_digits=6, decimal_places=3, default=Decimal(0))
    worst = models.DecimalField(max_digits=14, decimal_places=4, default=Decimal(0))
    best = models.DecimalField(max_digits=14, decimal_places=4, default=Decimal(5))
    unit = models.CharField(max_length=30, blank=True)
    anchors: Any = models.JSONField(default=list, blank=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.name

    @property
    def is_gate(self) -> bool:
        return self.kind == Kind.GATE

    @property
    def higher_is_better(self) -> bool:
        return self.best > self.worst

    @property
    def weight_text(self) -> str:
        return criteria.number(self.weight)

    @property
    def direction(self) -> str:
        return criteria.direction(self.kind, self.worst, self.best, self.unit)

    @property
    def draft(self) -> CriterionDraft:
        """The same as plain values, to copy, compare and edit."""
        return CriterionDraft(
            name=self.name,
            weight=self.weight,
            kind=self.kind,
            question=self.question,
            worst=self.worst,
            best=self.best,
            unit=self.unit,
            anchors=tuple(self.anchors),
            row=self.pk,
        )


WEIGHT_RANGE = models.Q(weight__gte=0, weight__lte=100)
SCALE_HAS_LENGTH = ~models.Q(worst=models.F("best"))
GATE_HAS_NO_WEIGHT = ~models.Q(kind="gate") | models.Q(weight=0)
