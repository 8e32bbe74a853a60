"""Contracts as the register shows them: rows with the columns that contracts/dates.py would keep."""

import datetime as dt
from decimal import Decimal
from typing import Any

from django.utils import timezone

from accounts.models import Membership
from contracts.models import Contract
from core.tenancy import ALL, organization_scope
from vendors.models import Vendor
from vendors.tests import builders

LIST = "/o/acme/contracts/"


def days(count: int) -> dt.date:
    """So many days from today."""
    return timezone.localdate() + dt.timedelta(days=count)


def vendor_of(by: Membership, name: str) -> Vendor:
    with organization_scope(ALL):
        found = Vendor.objects.filter(organization=by.organization, legal_name=name).first()
    return found or builders.add(by, name)


def add(by: Membership, title: str, vendor: str = "Northwind", **columns: Any) -> Contract:
    """A draft, or with `starts` (days from today) a signed one that costs EUR 1,200 a year."""
    starts = columns.pop("starts", None)
    signed: dict[str, Any] = {}
    if starts is not None:
        signed = {
            "stage": "signed",
            "manager": by,
            "signed_on": days(starts),
            "starts_on": days(starts),
            "currency": "EUR",
            "yearly_cost": Decimal(1200),
        }
    with organization_scope(ALL):
        contract: Contract = Contract.objects.create(
            organization=by.organization,
            vendor=vendor_of(by, vendor),
            title=title,
            created_by=by,
            **{**signed, **columns},
        )
        return contract
