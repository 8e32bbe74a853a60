"""The working hours of both sides as rows hold them, and what is missing before they can be compared."""

import datetime as dt
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from accounts.models import Organization
from core.holidays import are_known, holidays_in
from core.service_hours import SupportHours
from vendors import overlap
from vendors.countries import country_name
from vendors.models import Vendor
from vendors.overlap import Overlap, Reply, Spell, Suggestion


def our_hours(organization: Organization) -> SupportHours | None:
    """None as long as nobody said when we work."""
    if not organization.work_days or not organization.work_from or not organization.work_to:
        return None
    return SupportHours(
        zone=ZoneInfo(organization.time_zone),
        days=frozenset(organization.work_days),
        opens=organization.work_from,
        closes=organization.work_to,
        holidays=holidays_in(organization.country),
        holidays_of=_holidays_of(organization.country),
    )


def their_hours(vendor: Vendor) -> SupportHours | None:
    """None as long as nobody said when they work, and in which time zone."""
    if vendor.work_round_clock:
        return SupportHours(zone=ZoneInfo(vendor.time_zone or "UTC"), round_clock=True)
    if not (vendor.time_zone and vendor.work_days and vendor.work_from and vendor.work_to):
        return None
    return SupportHours(
        zone=ZoneInfo(vendor.time_zone),
        days=frozenset(vendor.work_days),
        opens=vendor.work_from,
        closes=vendor.work_to,
        holidays=holidays_in(vendor.country),
        holidays_of=_holidays_of(vendor.country),
    )


def _holidays_of(country: str) -> str:
    return country_name(country) if are_known(country) else ""


@dataclass(frozen=True)
class Shared:
    """Everything that the page about the shared hours of one vendor tells."""

    ours: SupportHours
    theirs: SupportHours
    year: Overlap
    spells: list[Spell]
    replies: list[Reply]
    suggestion: Suggestion


def shared_hours(vendor: Vendor, organization: Organization, today: dt.date) -> Shared | None:
    """None as long as one side has not said when it works. No query."""
    ours, theirs = our_hours(organization), their_hours(vendor)
    if ours is None or theirs is None:
        return None
    year = overlap.overlap(ours, theirs, today)
    return Shared(
        ours=ours,
        theirs=theirs,
        year=year,
        spells=overlap.spells(year),
        replies=overlap.replies(ours, theirs, overlap.usual_day(year)),
        suggestion=overlap.suggestion(year),
    )
