"""The days of security due diligence that are watched: answers wanted, next round, gaps to be mended."""

from django.urls import reverse

from activity.actions.watching import watch_days
from activity.watching import Day
from vendors.models import DiligenceCheck, DiligenceGap, Vendor

State = DiligenceCheck.State


def days_of(vendor: Vendor) -> list[Day]:
    """All of its rounds and open gaps. Nobody waits for anything of an archived vendor."""
    rounds = DiligenceCheck.objects.filter(vendor=vendor).exclude(state=State.WITHDRAWN)
    rows = list(rounds.select_related("responsible__user", "organization").order_by("number"))
    gaps = DiligenceGap.objects.filter(check_asked__vendor=vendor, state=DiligenceGap.State.OPEN)
    days = []
    for at, row in enumerate(rows):
        row.vendor = vendor
        days += _round_days(row, is_followed=at < len(rows) - 1)
    owned = gaps.select_related("owner__user", "organization").order_by("pk")
    return days + [_gap_day(gap, vendor) for gap in owned]


def watch_round(check: DiligenceCheck) -> None:
    """By its state: the day until which answers are wanted, or the day of the next round."""
    watch_days(days=_round_days(check, is_followed=_is_followed(check)))


def _round_days(check: DiligenceCheck, *, is_followed: bool) -> list[Day]:
    vendor, path = check.vendor, check.get_absolute_url()
    person = check.responsible or vendor.inside_owner
    counts = vendor.archived_at is None
    waits = counts and check.state == State.ASKED
    repeats = counts and check.state == State.JUDGED and not is_followed
    return [
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
    watch_days(days=[_gap_day(gap, vendor)])


def _gap_day(gap: DiligenceGap, vendor: Vendor) -> Day:
    counts = vendor.archived_at is None and gap.state == DiligenceGap.State.OPEN
    return Day(
        target=gap,
        kind="gap.due",
        due_on=gap.due_on if counts else None,
        title=f"Security gap of {vendor.name}",
        sentence=gap.text,
        path=reverse("vendors:vendor_diligence", args=[gap.organization.slug, vendor.pk]),
        responsible=gap.owner or vendor.inside_owner,
    )


def _slug(check: DiligenceCheck) -> str:
    slug: str = check.organization.slug
    return slug
