"""The rows of this app: profile.py who a vendor is, knowing.py what was found out and proven."""

from vendors.models.knowing import (
    Credential,
    DiligenceAnswer,
    DiligenceCheck,
    DiligenceGap,
    Reference,
)
from vendors.models.profile import (
    Contact,
    Vendor,
    VendorImport,
    VendorImportChunk,
    VendorQuerySet,
)

__all__ = [
    "Contact",
    "Credential",
    "DiligenceAnswer",
    "DiligenceCheck",
    "DiligenceGap",
    "Reference",
    "Vendor",
    "VendorImport",
    "VendorImportChunk",
    "VendorQuerySet",
]
