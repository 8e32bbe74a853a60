"""Finding vendors that are the same company under another spelling, and people by what a list calls them."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.db.models import Q

from accounts.models import Organization
from accounts.permissions import Perm
from vendors.folding import fold, name_key, registration_key, website_key
from vendors.models import Vendor, VendorQuerySet

# The fields of a profile in the order in which a person reads them; also what is merged and exported.
PROFILE_FIELDS = [
    "legal_name",
    "trading_name",
    "website",
    "country",
    "founded_year",
    "size",
    "registration_number",
    "tax_number",
    "services",
    "industries",
    "countries_served",
    "languages",
    "time_zone",
    "support_hours",
    "status",
    "inside_owner",
    "notes",
]
LIST_FIELDS = ["services", "industries", "countries_served", "languages"]
MOST_SHOWN = 5


def profile_of(vendor: Vendor) -> dict[str, Any]:
    """The values of a profile by field."""
    return {field: getattr(vendor, field) for field in PROFILE_FIELDS}


def like_company(names: Iterable[str], website: str = "", registration: str = "") -> Q:
    """The condition for vendors of that name (trading or legal), website or registration number."""
    keys = {name_key(name) for name in names if name}
    alike = Q(name_key__in=keys) | Q(legal_key__in=keys)
    if website_key(website):
        alike |= Q(website_key=website_key(website))
    if registration_key(registration):
        alike |= Q(registration_key=registration_key(registration))
    return alike & Q(merged_into=None)


def same_company(
    organization: Organization, names: Iterable[str], website: str = "", registration: str = ""
) -> VendorQuerySet:
    """Vendors that are like it, archived ones included."""
    rows: VendorQuerySet = organization.vendor_set.filter(
        like_company(names, website, registration)
    )
    return rows.by_name()


def likely_duplicates(vendor: Vendor) -> list[Vendor]:
    """Other vendors that look like the same company, a few at most."""
    rows = same_company(
        vendor.organization,
        [vendor.name, vendor.legal_name],
        vendor.website,
        vendor.registration_number,
    )
    return list(rows.exclude(pk=vendor.pk)[:MOST_SHOWN])


# Lists on their way in ------------------------------------------------------------------------------

Key = tuple[str, str]
WORDS = {"name": "name", "website": "website", "registration": "registration number"}


def keys_of(values: Mapping[str, Any]) -> list[Key]:
    """What one row of a list is recognised by."""
    names = [values.get("trading_name", ""), values.get("legal_name", "")]
    keys = [("name", name_key(name)) for name in names if name]
    keys.append(("website", website_key(values.get("website", ""))))
    keys.append(("registration", registration_key(values.get("registration_number", ""))))
    return [(kind, key) for kind, key in keys if key]


class Duplicates:
    """Tells of each row of a list whether its company is in the register, or stood further up.

    Asks the register for one part of the list at a time, so that neither has to be in memory.
    """

    def __init__(self, organization: Organization) -> None:
        self.register = organization.vendor_set
        self.seen: dict[Key, int] = {}

    def reasons(self, rows: Sequence[tuple[int, Mapping[str, Any]]]) -> list[str]:
        """For each row (number, values) why it is left out; "" for one that is new."""
        keys = [keys_of(values) for _, values in rows]
        there = self._in_register({key for some in keys for key in some})
        return [
            self._reason(number, own, there) for (number, _), own in zip(rows, keys, strict=True)
        ]

    def _reason(self, number: int, keys: list[Key], there: Mapping[Key, str]) -> str:
        for key in keys:
            if key in there:
                return f"“{there[key]}” is in the register already, with the same {WORDS[key[0]]}."
        for key in keys:
            if key in self.seen:
                return f"The same {WORDS[key[0]]} as in row {self.seen[key]} of this file."
        for key in keys:
            self.seen.setdefault(key, number)
        return ""

    def _in_register(self, keys: set[Key]) -> dict[Key, str]:
        found: dict[Key, str] = {}
        columns = {"name": ("name_key", "legal_key")}
        for kind in WORDS:
            wanted = {key for of, key in keys if of == kind}
            for column in columns.get(kind, (f"{kind}_key",)) if wanted else ():
                rows = self.register.filter(**{f"{column}__in": wanted})
                pairs = rows.values_list(column, "name")
                found |= {(kind, key): name for key, name in pairs}
        return found


def members_by_word(organization: Organization, perm: Perm = Perm.ORG_VIEW) -> dict[str, int]:
    """Current members who may do `perm`, by name and by e-mail (folded); a name that two of them have
    means nobody."""
    found: dict[str, int] = {}
    doubtful: set[str] = set()
    for member in organization.memberships.able_to(perm).by_name():
        for text in {fold(member.name), fold(member.user.email)}:
            if found.setdefault(text, member.pk) != member.pk:
                doubtful.add(text)
    return {text: pk for text, pk in found.items() if text not in doubtful}
