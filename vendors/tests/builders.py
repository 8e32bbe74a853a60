"""What the tests about vendors share."""

import uuid
from typing import Any

from accounts.models import Membership
from activity.models import LogEntry
from core.tenancy import ALL, organization_scope
from vendors import actions
from vendors.models import Contact, Vendor

LIST = "/o/acme/vendors/"
FULL: dict[str, Any] = {
    "legal_name": "Northwind Support Ltd",
    "trading_name": "Northwind",
    "website": "https://www.northwind.example/en",
    "country": "IE",
    "founded_year": 2011,
    "size": "10-49",
    "registration_number": "IE-512345",
    "tax_number": "IE1234567T",
    "services": ["Help desk", "Network"],
    "industries": ["Retail"],
    "countries_served": ["IE", "GB"],
    "languages": ["English", "German"],
    "time_zone": "Europe/Dublin",
    "support_hours": "Mon–Fri 8–18",
    "status": "candidate",
    "notes": "Met at the fair.",
}


def add(by: Membership, legal_name: str, **values: Any) -> Vendor:
    """A vendor in the register of `by`."""
    with organization_scope(by.organization):
        return actions.create_vendor(
            values={"legal_name": legal_name, **values}, by=by, another=True
        )


def add_person(by: Membership, vendor: Vendor, name: str, **values: Any) -> Contact:
    """A contact of the vendor."""
    fields = {"role": "", "email": "", "phone": "", "is_main": False, **values}
    with organization_scope(by.organization):
        return actions.add_contact(
            vendor=vendor, values={"name": name, **fields}, creation_key=uuid.uuid4(), by=by
        )


def fresh(row: Any) -> Any:
    """The row as it is stored now."""
    with organization_scope(ALL):
        return type(row).objects.select_related("organization").get(pk=row.pk)


def names() -> list[str]:
    """The names of all vendors of all organizations."""
    with organization_scope(ALL):
        return list(Vendor.objects.order_by("pk").values_list("name", flat=True))


def trail(about: Any = None) -> list[tuple[str, str, dict, dict]]:
    """The audit trail, or what it says about one row, oldest first."""
    with organization_scope(ALL):
        lines = LogEntry.objects.about(about) if about else LogEntry.objects.all()
        return [
            (line.actor_name, line.verb, line.before, line.after) for line in lines.order_by("pk")
        ]
