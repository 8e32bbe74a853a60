"""What the register has already, for lists that come in: the same contracts, vendors by name, managers."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.db.models import Q

from accounts.models import Membership, Organization
from accounts.permissions import Perm
from vendors.folding import fold, name_key
from vendors.models import Vendor

BATCH = 500
Key = tuple[str, str, str]


def vendors_by_name(organization: Organization, keys: Iterable[str]) -> dict[str, list[Vendor]]:
    """Vendors by trading and legal name (both folded by name_key); one that was merged is the one it was
    merged into. Archived ones too: their contracts may come in."""
    found: dict[str, dict[int, Vendor]] = {}
    wanted = sorted(set(keys))
    for start in range(0, len(wanted), BATCH):
        part = wanted[start : start + BATCH]
        named = Q(name_key__in=part) | Q(legal_key__in=part)
        rows = organization.vendor_set.filter(named).select_related("merged_into")
        for row in rows.defer("search_text", "notes").order_by("pk"):
            vendor = row.merged_into or row
            for key in {row.name_key, row.legal_key} & set(part):
                found.setdefault(key, {})[vendor.pk] = vendor
    return {key: _preferred(list(vendors.values())) for key, vendors in found.items()}


def _preferred(vendors: list[Vendor]) -> list[Vendor]:
    """Of several of one name those that are not archived, if there are any."""
    return [vendor for vendor in vendors if vendor.archived_at is None] or vendors


class Registered:
    """Tells of each row of a list whether its contract is in the register, or stood further up.

    Recognised by vendor and reference, or by vendor, title and start. Asks for one part of the list at a
    time, so that neither has to be in memory.
    """

    def __init__(self, organization: Organization) -> None:
        self.organization = organization
        self.seen: dict[Key, int] = {}
        self._managers: dict[int, Membership] | None = None

    def reasons(self, rows: Sequence[tuple[int, Mapping[str, Any]]]) -> list[str]:
        """For each row (number, values) why it is left out; "" for one that is new."""
        vendors = vendors_by_name(
            self.organization, {name_key(values.get("vendor", "")) for _, values in rows}
        )
        keys = [_keys(values, vendors) for _, values in rows]
        there = self._there({key for some in keys for key in some})
        return [
            self._reason(number, own, there) for (number, _), own in zip(rows, keys, strict=True)
        ]

    def manager(self, member_id: int) -> Membership | None:
        """Somebody who may run contracts."""
        if self._managers is None:
            rows = self.organization.memberships.able_to(Perm.CONTRACT_EDIT).select_related("user")
            self._managers = {member.pk: member for member in rows.order_by("pk")}
        return self._managers.get(member_id)

    def _reason(self, number: int, keys: list[Key], there: set[Key]) -> str:
        for key in keys:
            if key in there:
                return f"In the register already, with the same {_words(key)}."
        for key in keys:
            if key in self.seen:
                return f"The same {_words(key)} as in row {self.seen[key]} of this file."
        for key in keys:
            self.seen.setdefault(key, number)
        return ""

    def _there(self, keys: set[Key]) -> set[Key]:
        vendor_ids = {int(key[0]) for key in keys if key[0].isdigit()}
        if not vendor_ids:
            return set()
        references = {key[1] for key in keys if key[2] == "reference"}
        titles = {key[1] for key in keys if key[2] != "reference"}
        rows = self.organization.contract_set.filter(vendor_id__in=vendor_ids)
        found: set[Key] = set()
        columns = ("vendor_id", "reference", "title_key", "starts_on")
        for vendor_id, reference, title, starts_on in rows.values_list(*columns):
            if fold(reference) in references:
                found.add((str(vendor_id), fold(reference), "reference"))
            if title in titles:
                found.add((str(vendor_id), title, str(starts_on or "")))
        return found


def _keys(values: Mapping[str, Any], vendors: Mapping[str, Sequence[Vendor]]) -> list[Key]:
    """What a row is recognised by; a vendor that is still to be added counts by its name."""
    name = name_key(values.get("vendor", ""))
    if not name or not values.get("title"):
        return []
    known = vendors.get(name, ())
    vendor = str(known[0].pk) if known else f"new {name}"
    keys = [(vendor, name_key(values["title"]), values.get("start_on", ""))]
    if values.get("reference"):
        keys.insert(0, (vendor, fold(values["reference"]), "reference"))
    return keys


def _words(key: Key) -> str:
    return "vendor and reference" if key[2] == "reference" else "vendor, title and start"
