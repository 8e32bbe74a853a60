"""Abstract rows that the apps build on."""

import uuid
from typing import Any, ClassVar

from django.db import models

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
