"""The rows of an uploaded list between preview and import. Each app makes its own two of them."""

from typing import Any

from django.db import models
from django.utils import timezone

from core.models import CreatedOnce, TenantModel

CHUNK = 500  # rows of the file in one row of the database


class ListImport(TenantModel, CreatedOnce):
    """An uploaded list: what was read, and what became of it."""

    filename = models.CharField(max_length=200)
    fingerprint = models.CharField(max_length=64, default="")
    columns: Any = models.JSONField(default=list)
    problems: Any = models.JSONField(default=list)
    remarks: Any = models.JSONField(default=list)
    problem_count = models.PositiveIntegerField(default=0)
    new_count = models.PositiveIntegerField(default=0)
    there_count = models.PositiveIntegerField(default=0)
    job = models.ForeignKey("activity.Job", models.SET_NULL, null=True, blank=True)
    created_by = models.ForeignKey("accounts.Membership", models.RESTRICT, related_name="+")
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    added = models.PositiveIntegerField(default=0)
    skipped = models.PositiveIntegerField(default=0)
    imported_at = models.DateTimeField(null=True, blank=True)

    class Meta(CreatedOnce.Meta):
        abstract = True

    def __str__(self) -> str:
        return self.filename

    @property
    def row_count(self) -> int:
        return self.new_count + self.there_count

    @property
    def is_running(self) -> bool:
        """Confirmed, handed to a job, and neither done nor failed."""
        return self.imported_at is None and self.job is not None and not self.job.ended


class ListImportChunk(TenantModel):
    """Up to CHUNK rows of an uploaded list, so that a long one never stands in memory as a whole.

    The app's own class adds the link to its ListImport, with related_name="chunks".
    """

    position = models.PositiveIntegerField()
    rows: Any = models.JSONField(default=list)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"rows from {self.position * CHUNK}"
