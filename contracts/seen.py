"""What a person saw of terms before they sign them: whatever they say, with prices and service levels."""

import hashlib
from typing import Any

from contracts.models import ContractTerms
from contracts.versions import sorted_lines

_OWN = {"id", "organization", "contract", "terms", "version", "agreed_at"}


def fingerprint(terms: ContractTerms) -> str:
    """Another one as soon as anything is agreed differently. Two queries, unless prices and service levels
    are in memory."""
    levels = sorted(terms.service_levels.all(), key=lambda row: (row.position, row.pk))
    rows = [terms, *sorted_lines(terms.price_lines.all()), *levels]
    said = repr([_said(row) for row in rows])
    return hashlib.sha256(said.encode("utf-8", "replace")).hexdigest()[:32]


def _said(row: Any) -> list[tuple[str, str]]:
    fields = [field for field in row._meta.concrete_fields if field.name not in _OWN]
    return [(field.name, str(field.value_to_string(row))) for field in fields]
