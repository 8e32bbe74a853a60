"""How an action takes hold of a contract, and leaves it one version further."""

from django.utils import timezone

from contracts.models import Contract
from core.versions import lock


def lock_contract(contract: Contract, version: int | None = None) -> Contract:
    """The contract with its vendor and people, locked until the transaction ends.

    Raises core.versions.Stale if it is not at `version` any more.
    """
    people = ("manager__user", "counterpart", "sent_by__user", "signed_by__user")
    rows = Contract.objects.select_related("organization", "vendor", "parent", *people)
    row: Contract = lock(rows, contract.pk, version)
    row.vendor.organization = row.organization
    return row


def save_next_version(row: Contract) -> None:
    """Save a locked contract; whoever edits an older version is told."""
    row.version += 1
    row.updated_at = timezone.now()
    row.save()
