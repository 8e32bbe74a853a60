"""The days of security due diligence that are watched: answers wanted, next round, gaps to be mended."""

import datetime as dt

from django.urls import reverse

from activity.actions.watching import watch_days
from activity.watching import Day
from vendors.models import DiligenceCheck, DiligenceGap, Vendor

State = DiligenceCheck.State


def watch_round(check: DiligenceCheck) -> None:
    """By its state: the day until which answers are wanted, or the day of the next round."""
    vendor, path = check.vendor, check.get_absolute_url()
    person = check.responsible or vendor.inside_owner
    waits = check.state == State.ASKED
    repeats = check.state == State.JUDGED and not _is_followed(check)
    watch_days(
        days=[
            Day(
                target=check,
                kind="diligence.due",
                due_on=check.due_on if waits else None,
                title=f"Security questions: {vendor.name}",
                sentence=f"{vendor.name} was asked to answer by this day.",
                path=path,
                responsible=person,
            ),
            Day(
                target=check,
                kind="diligence.repeat",
                due_on=check.repeat_on if repeats else None,
                title=f"Next security questions: {vendor.name}",
                sentence=f"The last answers of {vendor.name} about security get old: ask again.",
                path=reverse("vendors:vendor_diligence", args=[_slug(check), vendor.pk]),
                responsible=person,
            ),
        ]
    )


def watch_last(vendor: Vendor) -> None:
    """The day of the next round, anew: whether there is a next round has just changed."""
    judged = DiligenceCheck.objects.filter(vendor=vendor, state=State.JUDGED)
    last = judged.select_related("responsible__user", "organization").order_by("-number").first()
    if last is not None:
        last.vendor = vendor
        watch_round(last)


def _is_followed(check: DiligenceCheck) -> bool:
    """A later round is there, so nobody has to be reminded of it."""
    later = DiligenceCheck.objects.filter(vendor_id=check.vendor_id, number__gt=check.number)
    return bool(later.exclude(state=State.WITHDRAWN).exists())


def watch_gap(gap: DiligenceGap, vendor: Vendor) -> None:
    """As long as it is open."""
    due_on: dt.date | None = gap.due_on if gap.state == DiligenceGap.State.OPEN else None
    day = Day(
        target=gap,
        kind="gap.due",
        due_on=due_on,
        title=f"Security gap of {vendor.name}",
        sentence=gap.text,
        path=reverse("vendors:vendor_diligence", args=[gap.organization.slug, vendor.pk]),
        responsible=gap.owner or vendor.inside_owner,
    )
    watch_days(days=[day])


def _slug(check: DiligenceCheck) -> str:
    slug: str = check.organization.slug
    return slug
