"""Abstract rows that the apps build on."""

import uuid
from typing import Any, ClassVar

from django.db import models
from django.utils import timezone

from core.tenancy import TenantManager, check_same_organization


class TenantModel(models.Model):
    """A row of one organization; it may point only at rows of the same one."""

    organization = models.ForeignKey("accounts.Organization", models.CASCADE)

    objects: ClassVar = TenantManager()

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        check_same_organization([self])
        super().save(*args, **kwargs)


class VersionedModel(models.Model):
    """A row that people edit together: a form posts the version it showed (core.versions)."""

    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        abstract = True


class CreatedOnce(models.Model):
    """A row made by a form that may be sent twice: the second sending finds the first one's row."""

    creation_key = models.UUIDField(default=uuid.uuid4, editable=False)

    class Meta:
        abstract = True
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "creation_key"], name="%(app_label)s_%(class)s_created_once"
            )
        ]


class KeptCount(models.Model):
    """Attempts to sign in, counted here while Redis is away; the columns are those of Django's DatabaseCache."""

    cache_key = models.CharField(max_length=255, primary_key=True)
    value = models.TextField()
    expires = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return self.cache_key


class StoredFile(TenantModel):
    """One uploaded file. It lies in the data folder under a generated name (core/files.py); whose it is
    and who may see it says the row that points here. Sealed: its content is encrypted (core/sealing.py)."""

    stored_as = models.CharField(max_length=100, unique=True, editable=False)
    filename = models.CharField(max_length=400)
    content_type = models.CharField(max_length=100)
    # Of the file on the disk, in bytes.
    size = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    is_sealed = models.BooleanField(default=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    def __str__(self) -> str:
        return self.filename
