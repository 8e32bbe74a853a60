"""The watched days of an organization as iCalendar (RFC 5545, RFC 7986), for a person's own calendar.

No alarm stands in the events: the portal reminds by mail, and a calendar that many people read must
not ring in each of their pockets.
"""

import datetime as dt
import hashlib
import re
import zoneinfo
from dataclasses import dataclass
from urllib.parse import urlsplit

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from icalendar import Calendar, Event

from accounts.models import Organization
from accounts.permissions import Perm
from activity.kinds import kind_of
from activity.models import CalendarFeed
from activity.tokens import hash_token
from core.tenancy import ALL, organization_scope

PAST, AHEAD = dt.timedelta(days=90), dt.timedelta(days=731)
FETCH_EVERY = dt.timedelta(hours=6)
MOST_EVENTS = 2_000
PRODID = "-//Outsourcing Portal//Watched days//EN"
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029]+")


@dataclass(frozen=True)
class FeedDay:
    """One watched day, with nothing but what an event is made of."""

    pk: int
    kind: str
    target_type: str
    target_id: int
    due_on: dt.date
    title: str
    sentence: str
    version: int
    created_at: dt.datetime


FIELDS = tuple(FeedDay.__dataclass_fields__)


def find_feed(token: str) -> CalendarFeed | None:
    """The feed behind a private address; None for unknown and revoked ones, for members who have left or
    may not see contracts, and for people who may not sign in, all alike."""
    with organization_scope(ALL):
        feed: CalendarFeed | None = (
            CalendarFeed.objects.select_related("member__user", "organization")
            .filter(token_hash=hash_token(token), revoked_at=None)
            .first()
        )
    if feed is None or not feed.member.user.is_active:
        return None
    return feed if feed.member.can(Perm.CONTRACT_VIEW) else None


def feed_days(organization: Organization) -> list[FeedDay]:
    """What is not settled, from 90 days ago to two years ahead, soonest first. One query, inside the
    organization's scope."""
    today = timezone.localdate(timezone=zoneinfo.ZoneInfo(organization.time_zone))
    rows = organization.watcheddate_set.open().soonest_first()
    rows = rows.filter(due_on__gte=today - PAST, due_on__lte=today + AHEAD)
    return [FeedDay(*row) for row in rows.values_list(*FIELDS)[:MOST_EVENTS]]


def feed_etag(organization: Organization, days: list[FeedDay]) -> str:
    """Changes with whatever the calendar says; made without writing it."""
    said = repr((organization.name, organization.slug, settings.PUBLIC_URL, days))
    return f'"{hashlib.sha256(said.encode()).hexdigest()[:32]}"'


def write_calendar(organization: Organization, days: list[FeedDay]) -> bytes:
    """The whole calendar: lines end in CRLF, are folded at 75 bytes, and what people wrote is escaped."""
    calendar = Calendar()
    calendar.add("prodid", PRODID)
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", "PUBLISH")
    name = _line(f"{organization.name}: days to watch")
    calendar.add("name", name)
    calendar.add("x-wr-calname", name)
    if len(days) == MOST_EVENTS:
        more = f"Only the first {MOST_EVENTS:,} days; the others stand in the portal."
        calendar.add("x-wr-caldesc", more)
    calendar.add("refresh-interval", FETCH_EVERY, parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", f"PT{FETCH_EVERY // dt.timedelta(hours=1)}H")
    for day in days:
        calendar.add_component(_event(organization, day))
    return calendar.to_ical()


def _event(organization: Organization, day: FeedDay) -> Event:
    label = kind_of(day.kind).label
    page = reverse("dashboard:watched_date", args=[organization.slug, day.pk])
    url = f"{settings.PUBLIC_URL}{page}"
    event = Event()
    event.add("uid", f"{day.kind}-{day.target_type}-{day.target_id}@{_host()}")
    event.add("dtstamp", day.created_at.astimezone(dt.UTC))
    event.add("sequence", day.version)
    event.add("dtstart", day.due_on)
    event.add("dtend", day.due_on + dt.timedelta(days=1))
    event.add("summary", _line(day.title) or label)
    event.add("description", "\n".join(filter(None, [label, _line(day.sentence), url])))
    event.add("url", url)
    event.add("categories", [label])
    event.add("transp", "TRANSPARENT")
    return event


def _host() -> str:
    return urlsplit(settings.PUBLIC_URL).hostname or "portal"


def _line(text: str) -> str:
    """One line: a break or another control character in a title is no break in the calendar."""
    return _CONTROL.sub(" ", text).strip()
