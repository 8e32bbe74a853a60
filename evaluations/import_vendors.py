"""Which candidates of an uploaded scorecard the register knows, and which are new. Reads only."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import Q

from accounts.models import Organization
from evaluations.scorecard_file import Problem
from vendors.folding import fold, name_key
from vendors.models import Vendor

IN_HOUSE_NAMES = {
    "in house",
    "inhouse",
    "stay in house",
    "stay inhouse",
    "staying in house",
    "keep in house",
    "keep it in house",
    "do it in house",
    "do it ourselves",
}


@dataclass(frozen=True)
class Place:
    """A candidate of the sheet: in-house, a `vendor` of the register, or (neither) a new one."""

    name: str
    cell: str
    vendor: Vendor | None = None
    in_house: bool = False

    @property
    def is_new(self) -> bool:
        return self.vendor is None and not self.in_house

    @property
    def same_as(self) -> tuple[str, object]:
        """What two candidates share that mean the same."""
        if self.in_house:
            return "in-house", None
        return ("vendor", self.vendor.pk) if self.vendor else ("name", name_key(self.name))


def is_in_house(name: str) -> bool:
    """ "Stay in-house", "In house"."""
    return fold(name) in IN_HOUSE_NAMES


def places(organization: Organization, named: Sequence[Sequence[str]]) -> list[Place]:
    """Find a place for every (name, cell) of a sheet, in one query."""
    known = _known(organization, {name_key(name) for name, _ in named})
    return [
        Place(name, cell, in_house=True)
        if is_in_house(name)
        else Place(name, cell, vendor=known.get(name_key(name)))
        for name, cell in named
    ]


def clashes(found: Iterable[Place]) -> list[Problem]:
    """Candidates that differ in the sheet but are the same for the register."""
    first: dict[tuple[str, object], Place] = {}
    problems = []
    for place in found:
        other = first.setdefault(place.same_as, place)
        if other is not place:
            message = f"{_why(place)} as “{other.name}” in {other.cell}. Rename or remove one."
            problems.append(Problem("error", place.cell, place.name, message))
    return problems


def _why(place: Place) -> str:
    if place.in_house:
        return "This means doing it yourselves, the same"
    if place.vendor:
        return f"In the register this is the same vendor (“{place.vendor}”)"
    return "The register takes this for the same vendor"


def _known(organization: Organization, keys: set[str]) -> dict[str, Vendor]:
    """Vendors by trading or legal name; of several the current and oldest; a merged one is the one
    it was merged into."""
    rows = organization.vendor_set.filter(Q(name_key__in=keys) | Q(legal_key__in=keys))
    rows = rows.select_related("merged_into").order_by("pk")
    found: dict[str, Vendor] = {}
    for row in sorted(rows, key=_least_wanted):
        for key in keys & {row.name_key, row.legal_key}:
            found.setdefault(key, _living(row))
    return found


def _least_wanted(row: Vendor) -> tuple[bool, bool, int]:
    return row.merged_into_id is not None, row.archived_at is not None, row.pk


def _living(row: Vendor) -> Vendor:
    while row.merged_into is not None:
        row = row.merged_into
    return row
