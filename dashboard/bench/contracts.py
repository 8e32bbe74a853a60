"""Filling with contracts: terms, a price, derived days as the portal keeps them, and watched days beside."""

import datetime as dt
import random
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any

from django.utils import timezone

from accounts.models import Membership, Organization
from activity.models import WatchedDate
from contracts import dates
from contracts.models import Contract, ContractTerms, ExitPlan, PriceLine
from core.tenancy import organization_scope

BATCH = 500
SERVICES = ["Help desk", "Network", "Security", "Cloud hosting", "Backup", "Print"]
MODES = ["automatic", "automatic", "automatic", "none", "by_agreement", "evergreen"]
NOTICES = [(3, "months"), (1, "months"), (90, "days"), (30, "business_days")]


def add_contracts(
    organization: Organization, people: Sequence[Membership], count: int, watched: int
) -> Contract | None:
    """So many contracts spread over the vendors, nine in ten signed; further days until so many are
    watched. Returns the first, signed one."""
    with organization_scope(organization):
        filling = _ContractFilling(organization, people)
        for start in range(0, count, BATCH):
            filling.add_batch(range(start, min(start + BATCH, count)))
        filling.add_watched(watched - WatchedDate.objects.count())
        first: Contract | None = Contract.objects.order_by("pk").first()
        return first


class _ContractFilling:
    def __init__(self, organization: Organization, people: Sequence[Membership]) -> None:
        self.organization = organization
        self.people = people
        self.random = random.Random(4711)  # noqa: S311 - the same rows each time, nothing secret
        self.today = timezone.localdate()
        self.vendor_count = organization.vendor_set.count()

    def add_batch(self, numbers: range) -> None:
        vendors = self._vendors(numbers)
        contracts = [
            self._contract(number, vendors[at % len(vendors)]) for at, number in enumerate(numbers)
        ]
        Contract.objects.bulk_create(contracts)
        terms = [self._terms(contract) for contract in contracts]
        ContractTerms.objects.bulk_create(terms)
        PriceLine.objects.bulk_create(map(self._price, terms))
        ExitPlan.objects.bulk_create(map(self._plan, contracts[::2]))
        dates.refresh_many(contracts, self.today)

    def _vendors(self, numbers: range) -> list[Any]:
        start = numbers.start % self.vendor_count
        rows = self.organization.vendor_set.order_by("pk")
        vendors = list(rows.defer("search_text", "notes")[start : start + len(numbers)])
        for vendor in vendors:
            vendor.organization = self.organization
        return vendors

    def _contract(self, number: int, vendor: Any) -> Contract:
        pick = self.random
        start_on = self.today - dt.timedelta(days=pick.randrange(1500))
        signed = number % 10 != 9
        contract = Contract(
            organization=self.organization,
            vendor=vendor,
            title=f"{pick.choice(SERVICES)} of {vendor.name}",
            reference=f"C-{number:06}",
            services=pick.sample(SERVICES, 2),
            stage="signed" if signed else "draft",
            manager=self.people[number % len(self.people)],
            signed_on=start_on if signed else None,
            signed_by=self.people[0] if signed else None,
            starts_on=start_on,
            notes="Extended twice; the price was talked down. " * pick.randrange(4),
            created_by=self.people[0],
        )
        contract.refresh_search()
        return contract

    def _terms(self, contract: Contract) -> ContractTerms:
        pick = self.random
        mode = pick.choice(MODES)
        notice, unit = pick.choice(NOTICES)
        return ContractTerms(
            organization=self.organization,
            contract=contract,
            from_on=contract.starts_on if contract.is_signed else None,
            agreed_at=timezone.now() if contract.is_signed else None,
            start_on=contract.starts_on,
            initial_months=pick.choice([12, 24, 36, 60]),
            renewal_mode=mode,
            renewal_months=12 if mode == "automatic" else None,
            notice=notice,
            notice_unit=unit,
            postal_days=3,
            currency=pick.choice(["EUR", "EUR", "EUR", "USD"]),
        )

    def _price(self, terms: ContractTerms) -> PriceLine:
        return PriceLine(
            organization=self.organization,
            terms=terms,
            kind="flat",
            label="Price",
            amount=Decimal(self.random.randrange(100, 5000)),
            period="month",
        )

    def _plan(self, contract: Contract) -> ExitPlan:
        return ExitPlan(organization=self.organization, contract=contract, currency="EUR")

    def add_watched(self, count: int) -> None:
        """Keys that are due to be verified: days without much behind them."""
        for start in range(0, count, BATCH):
            WatchedDate.objects.bulk_create(self._days(range(start, min(start + BATCH, count))))

    def _days(self, numbers: range) -> Iterator[WatchedDate]:
        for number in numbers:
            yield WatchedDate(
                organization=self.organization,
                kind="contract.key",
                target_type="contracts.key",
                target_id=number + 1,
                due_on=self.today + dt.timedelta(days=self.random.randrange(-30, 720)),
                title=f"Key {number}",
                sentence="Somebody should see whether it still opens.",
                path=f"/o/{self.organization.slug}/contracts/",
                responsible=self.people[number % len(self.people)],
                next_at=timezone.now(),
            )
