"""Lists of contracts on their way in."""

from django.db import models
from django.urls import reverse

from core.imports.models import ListImport, ListImportChunk


class ContractImport(ListImport):
    """An uploaded list of contracts between preview and import."""

    # Vendors that the register does not have are added with the contracts.
    adds_vendors = models.BooleanField(default=False)

    class Meta(ListImport.Meta):
        abstract = False

    def get_absolute_url(self) -> str:
        return reverse("contracts:contract_import_preview", args=[self.organization.slug, self.pk])


class ContractImportChunk(ListImportChunk):
    """Up to 500 rows of the list."""

    contract_import = models.ForeignKey(ContractImport, models.CASCADE, related_name="chunks")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["contract_import", "position"], name="contract_chunk_in_one_place"
            )
        ]
