"""Lists of contracts on their way in: uploaded, looked at, imported as a whole or not at all."""

import datetime as dt
import uuid
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, ClassVar

from django.db import transaction
from django.utils import timezone

from accounts.models import Membership
from accounts.permissions import Perm
from activity import log
from activity.actions import imports
from activity.actions.imports import CannotImport, Importer, StoredRow
from contracts import dates
from contracts.list_file import SIGNED, ContractList
from contracts.models import Contract, ContractImport, ContractTerms, PriceLine
from contracts.registered import Registered, vendors_by_name
from contracts.words import all_worded
from core.imports.reading import ListRow
from vendors.actions import begin_with_vendors, create_vendors
from vendors.folding import name_key
from vendors.models import Vendor

TERMS = ("initial_months", "renewal_mode", "renewal_months", "notice", "notice_unit")
RECORD = ("title", "reference", "kind", "services", "notes")
UNKNOWN = "The register has no vendor “{}” any more, or has two. Upload the file again."


class ContractImporter(Importer):
    """What a list of contracts brings."""

    model: ClassVar[Any] = ContractImport
    task = "contracts.import_tasks.import_contracts"
    job_kind = "contract_import"
    perm = Perm.CONTRACT_EDIT
    noun = "contract_list"
    things = "contracts"

    def __init__(self, upload: ContractImport, by: Membership) -> None:
        super().__init__(upload, by)
        self.registered = Registered(by.organization)
        self.today = timezone.localdate()
        self.vendors_added = 0
        # Told once all rows are in.
        self.begun: dict[int, Vendor] = {}

    def stored(self, rows: Sequence[ListRow]) -> list[StoredRow]:
        reasons = self.registered.reasons([(row.number, row.values) for row in rows])
        return [
            {
                "number": row.number,
                "values": row.values,
                "problems": {
                    name: [problem.value, problem.message] for name, problem in row.problems.items()
                },
                "same": reason,
            }
            for row, reason in zip(rows, reasons, strict=True)
        ]

    def add(self, rows: Sequence[StoredRow]) -> int:
        reasons = self.registered.reasons([(row["number"], row["values"]) for row in rows])
        new = [row["values"] for row, reason in zip(rows, reasons, strict=True) if not reason]
        if not self.by.can(Perm.CONTRACT_SIGN) and any(map(_is_signed, new)):
            raise CannotImport("Whoever started this import may not bring in signed contracts.")
        vendors = self._vendors(new)
        contracts = [self._contract(values, vendors) for values in new]
        Contract.objects.bulk_create(contracts)
        terms = [self._terms(values, one) for values, one in zip(new, contracts, strict=True)]
        ContractTerms.objects.bulk_create(terms)
        PriceLine.objects.bulk_create(
            self._price(values, one)
            for values, one in zip(new, terms, strict=True)
            if "price" in values
        )
        lines = [(one, _said(values)) for values, one in zip(new, contracts, strict=True)]
        log.record_many(by=self.by, verb="contract.imported", targets=lines)
        if dates.refresh_many(contracts, self.today):
            raise CannotImport("The days of a contract could not be worked out. Check its term.")
        return len(contracts)

    def finish(self) -> dict[str, Any]:
        begin_with_vendors(vendors=list(self.begun.values()), by=self.by)
        return {"vendors added": self.vendors_added} if self.vendors_added else {}

    def _vendors(self, rows: Sequence[Mapping[str, Any]]) -> dict[str, Vendor]:
        """By the name as the rows write it; those that are missing are added if that was wished."""
        names = {row["vendor"] for row in rows}
        known = vendors_by_name(self.by.organization, {name_key(name) for name in names})
        missing = {name_key(name): name for name in sorted(names) if not known.get(name_key(name))}
        if missing and not self.upload.adds_vendors:
            raise CannotImport(UNKNOWN.format(next(iter(missing.values()))))
        if missing:
            signed = {name_key(row["vendor"]) for row in rows if _is_signed(row)}
            status = {True: Vendor.Status.ACTIVE, False: Vendor.Status.PROSPECT}
            fields = [
                {"legal_name": name, "status": status[key in signed]}
                for key, name in missing.items()
            ]
            added = create_vendors(rows=fields, by=self.by)
            self.vendors_added += len(added)
            known |= {key: [vendor] for key, vendor in zip(missing, added, strict=True)}
        twice = next((name for name in names if len(known[name_key(name)]) > 1), None)
        if twice:
            raise CannotImport(UNKNOWN.format(twice))
        return {name: known[name_key(name)][0] for name in names}

    def _contract(self, values: Mapping[str, Any], vendors: Mapping[str, Vendor]) -> Contract:
        fields = {name: values[name] for name in RECORD if name in values}
        vendor = vendors[values["vendor"]]
        vendor.organization = self.by.organization
        contract = Contract(
            organization=self.by.organization, vendor=vendor, created_by=self.by, **fields
        )
        contract.manager = self._manager(values.get("manager"))
        if signed_on := values.get("signed_on"):
            contract.signed_on = dt.date.fromisoformat(signed_on)
        if _is_signed(values):
            contract.stage, contract.signed_by = Contract.Stage.SIGNED, self.by
            contract.starts_on = dt.date.fromisoformat(values["start_on"])
            if vendor.status in (Vendor.Status.PROSPECT, Vendor.Status.CANDIDATE):
                self.begun[vendor.pk] = vendor
        contract.refresh_search()
        return contract

    def _manager(self, member_id: int | None) -> Membership | None:
        if member_id is None:
            return None
        found = self.registered.manager(member_id)
        if found is None:
            raise CannotImport(
                "A delegated manager named in the file can't run contracts any more. "
                "Upload the file again."
            )
        return found

    def _terms(self, values: Mapping[str, Any], contract: Contract) -> ContractTerms:
        fields = {name: values[name] for name in TERMS if name in values}
        start_on = values.get("start_on")
        terms = ContractTerms(
            organization=self.by.organization,
            contract=contract,
            start_on=dt.date.fromisoformat(start_on) if start_on else None,
            currency=values.get("currency") or self.by.organization.currency,
            **fields,
        )
        if _is_signed(values):
            terms.from_on, terms.agreed_at = terms.start_on, timezone.now()
        return terms

    def _price(self, values: Mapping[str, Any], terms: ContractTerms) -> PriceLine:
        return PriceLine(
            organization=self.by.organization,
            terms=terms,
            kind=PriceLine.Kind.FLAT,
            label="Price",
            amount=Decimal(values["price"]),
            period=values["period"],
        )


def _is_signed(values: Mapping[str, Any]) -> bool:
    return values.get("status") == SIGNED


def _said(values: Mapping[str, Any]) -> dict[str, Any]:
    """What the audit trail says of a new contract: all that stood in the file, but for who was meant by
    an id."""
    return all_worded({name: value for name, value in values.items() if name != "manager"})


@transaction.atomic
def upload_contracts(
    *,
    contract_list: ContractList,
    filename: str,
    fingerprint: str,
    adds_vendors: bool,
    by: Membership,
    creation_key: uuid.UUID,
) -> ContractImport:
    """Keep an uploaded list for the preview; no contract is added yet. Sent twice, it is kept once."""
    kept: ContractImport = imports.upload_list(
        importer=ContractImporter,
        found=contract_list,
        fields={
            "filename": filename[:200],
            "fingerprint": fingerprint,
            "adds_vendors": adds_vendors,
        },
        by=by,
        creation_key=creation_key,
    )
    return kept


@transaction.atomic
def start_import(*, contract_import: ContractImport, by: Membership) -> ContractImport:
    """Import a list that was looked at: a short one at once, a long one by a job. Confirmed twice, it
    is imported once."""
    row: ContractImport = imports.start_list(
        importer=ContractImporter, upload=contract_import, by=by
    )
    return row
