"""A contract in any state of its life, made through the same actions as the pages."""

import datetime as dt
from decimal import Decimal
from typing import Any

from django.utils import timezone

from accounts.models import Membership
from activity.models import WatchedDate
from contracts.actions import ending, record, signing
from contracts.models import Contract, ContractTerms, PriceLine
from core.tenancy import ALL, organization_scope
from vendors.tests import builders

LIST = "/o/acme/contracts/"
TERMS: dict[str, Any] = {
    "initial_months": 12,
    "renewal_mode": "automatic",
    "renewal_months": 12,
    "notice": 3,
    "notice_unit": "months",
}
SIGNATURE = {"signed_for_us": "Olga", "signed_for_vendor": "Nora North", "gaps_seen": True}


def today() -> dt.date:
    return timezone.localdate()


def months_ago(count: int) -> dt.date:
    """The first of the month so many months ago: a day that every month has."""
    month = today().year * 12 + today().month - 1 - count
    return dt.date(month // 12, month % 12 + 1, 1)


def draft(by: Membership, vendor: Any = None, **values: Any) -> Contract:
    """Help desk with Northwind, run by whoever drafts it."""
    vendor = vendor or builders.add(by, "Northwind")
    with organization_scope(ALL):
        said = {"title": "Help desk", "manager": by, **values}
        return record.create_contract(vendor=vendor, values=said, by=by)


def say_terms(contract: Contract, start_on: dt.date | None = None, **terms: Any) -> ContractTerms:
    """A year from five months ago, renewing by itself, 3 months' notice, EUR 100 a month."""
    with organization_scope(ALL):
        row: ContractTerms = contract.terms_versions.get(number=1)
        for name, value in {**TERMS, "start_on": start_on or months_ago(5), **terms}.items():
            setattr(row, name, value)
        row.save()
        PriceLine.objects.create(
            organization=contract.organization,
            terms=row,
            kind="flat",
            label="Desk",
            amount=Decimal(100),
            period="month",
        )
        return row


def ready(by: Membership, **values: Any) -> Contract:
    """A draft whose terms are said."""
    terms = {name: values.pop(name) for name in [*TERMS, "start_on"] if name in values}
    contract = draft(by, **values)
    say_terms(contract, **terms)
    return fresh(contract)


def signed(by: Membership, owner: Membership, **values: Any) -> Contract:
    """In force, with the signature of `owner`."""
    contract = ready(by, **values)
    with organization_scope(ALL):
        said = {"signed_on": months_ago(5), **SIGNATURE}
        return signing.sign_contract(contract=contract, values=said, version=1, by=owner)


def noticed(contract: Contract, by: Membership, day: dt.date) -> Contract:
    """Notice by us that arrived on the day on which it was given."""
    values = {
        "notice_given_on": day,
        "notice_arrived_on": day,
        "notice_by": "us",
        "notice_reason": "Too slow",
    }
    with organization_scope(ALL):
        return ending.give_notice(contract=contract, values=values, version=contract.version, by=by)


def fresh(contract: Contract) -> Contract:
    """As it is stored now."""
    with organization_scope(ALL):
        people = ("organization", "vendor", "manager__user", "counterpart", "parent", "award")
        found: Contract = Contract.objects.select_related(*people).get(pk=contract.pk)
        return found


def at(contract: Contract, page: str = "") -> str:
    return f"{LIST}{contract.pk}/{page}"


def watched() -> dict[str, dt.date]:
    """Days of contracts that are watched now, by kind; reviews watch their own."""
    with organization_scope(ALL):
        rows = WatchedDate.objects.filter(kind__startswith="contract.").order_by("pk")
        return dict(rows.values_list("kind", "due_on"))
