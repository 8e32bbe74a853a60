"""Values of a profile as a person reads them: in comparisons, previews, exports and the audit trail."""

from collections.abc import Mapping
from typing import Any

from activity.words import in_words
from vendors.countries import country_name
from vendors.models import Vendor

STATUS_KINDS = {
    Vendor.Status.PROSPECT: "neutral",
    Vendor.Status.CANDIDATE: "info",
    Vendor.Status.ACTIVE: "ok",
    Vendor.Status.ON_WATCH: "warn",
    Vendor.Status.EXITING: "warn",
    Vendor.Status.FORMER: "neutral",
    Vendor.Status.DISQUALIFIED: "bad",
}
STATUSES: dict[str, str] = dict(Vendor.Status.choices)
SIZES: dict[str, str] = dict(Vendor.Size.choices)
LABELS = {
    "legal_name": "Legal name",
    "trading_name": "Trading name",
    "website": "Website",
    "country": "Country",
    "founded_year": "Founded",
    "size": "Size",
    "registration_number": "Registration number",
    "tax_number": "VAT or tax number",
    "services": "Services offered",
    "industries": "Industries",
    "countries_served": "Countries served",
    "languages": "Languages",
    "time_zone": "Time zone",
    "support_hours": "Support hours",
    "status": "Status",
    "inside_owner": "Owner inside",
    "notes": "Notes",
}


def worded(field: str, value: Any) -> Any:
    """The value with codes replaced by words; lists stay lists."""
    if field == "status":
        return STATUSES.get(value, value)
    if field == "size":
        return SIZES.get(value, value)
    if field == "country":
        return country_name(value)
    if field == "countries_served":
        return [country_name(code) for code in value]
    return value


def all_worded(values: Mapping[str, Any]) -> dict[str, Any]:
    """The same for several fields."""
    return {field: worded(field, value) for field, value in values.items()}


def shown(field: str, value: Any) -> str:
    """The value as text; "" for nothing."""
    if value in ("", None, []):
        return ""
    words = worded(field, value)
    return str(words) if not isinstance(words, list) else in_words(words)
