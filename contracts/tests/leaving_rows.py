"""What the tests about keys and exit share."""

import datetime as dt
import uuid
from typing import Any

from accounts.models import Membership
from activity.models import LogEntry, WatchedDate
from contracts.actions import exits, keys
from contracts.models import Alternative, Contract, ExitPlan, Key
from core.tenancy import ALL, organization_scope
from vendors.models import Vendor

TODAY = dt.date(2026, 6, 15)
KEY: dict[str, Any] = {
    "kind": "domain",
    "name": "acme.example",
    "owned_by": "us",
    "admin_by": "both",
    "kept_at": "1Password vault IT / Domain registrar",
    "second_admin": "Anna Keller",
    "verified_on": dt.date(2026, 3, 1),
    "verify_months": 6,
    "note": "",
}
PLAN: dict[str, Any] = {
    "triggers": "",
    "currency": "EUR",
    "fees": None,
    "parallel_run": None,
    "onboarding": None,
    "unused_prepayment": None,
    "budget": None,
    "days_to_leave": None,
    "data_return": "",
    "data_format": "",
    "last_drill_on": None,
    "drill_months": None,
    "drill_note": "",
    "steps": [],
}
QUOTE: dict[str, Any] = {
    "quote": None,
    "quote_is_yearly": None,
    "currency": "",
    "quoted_on": None,
    "expires_on": None,
    "note": "",
}


def make_contract(by: Membership, title: str = "Help desk", **values: Any) -> Contract:
    """Signed and running since January, unless `values` say otherwise."""
    with organization_scope(by.organization):
        vendor = values.pop("vendor", None) or make_vendor(by, "Northwind")
        usual = {
            "stage": "signed",
            "signed_on": dt.date(2025, 12, 1),
            "starts_on": dt.date(2026, 1, 1),
            "manager": by,
        }
        return Contract.objects.create(
            organization=by.organization,
            vendor=vendor,
            title=title,
            created_by=by,
            **{**usual, **values},
        )


def make_vendor(by: Membership, name: str) -> Vendor:
    with organization_scope(by.organization):
        return Vendor.objects.create(organization=by.organization, name=name)


def make_key(by: Membership, contract: Contract, **values: Any) -> Key:
    with organization_scope(by.organization):
        return keys.add_key(
            contract=contract, values={**KEY, **values}, by=by, creation_key=uuid.uuid4()
        )


def make_plan(by: Membership, contract: Contract, version: int = 0, **values: Any) -> ExitPlan:
    with organization_scope(by.organization):
        return exits.edit_exit_plan(
            contract=contract, values={**PLAN, **values}, version=version, by=by
        )


def make_alternative(
    by: Membership, contract: Contract, vendor: Vendor | None = None, **values: Any
) -> Alternative:
    with organization_scope(by.organization):
        return exits.add_alternative(
            contract=contract,
            vendor=vendor,
            values={**QUOTE, **values},
            by=by,
            creation_key=uuid.uuid4(),
        )


def trail(about: Any) -> list[tuple[str, dict, dict]]:
    """(verb, before, after) of what the audit trail says about one row, oldest first."""
    with organization_scope(ALL):
        lines = LogEntry.objects.about(about).order_by("pk")
        return [(line.verb, line.before, line.after) for line in lines]


def watched(kind: str) -> list[tuple[int, dt.date]]:
    """(row, day) of every watched day of that kind."""
    with organization_scope(ALL):
        rows = WatchedDate.objects.filter(kind=kind).order_by("target_id")
        return [(row.target_id, row.due_on) for row in rows]
