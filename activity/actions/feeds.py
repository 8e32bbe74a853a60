"""The private address from which a person's own calendar program reads the watched days."""

import datetime as dt
from typing import TYPE_CHECKING

from django.db import models, transaction
from django.utils import timezone

from activity import log
from activity.models import CalendarFeed
from activity.tokens import hash_token, new_token
from core.errors import Refused

if TYPE_CHECKING:
    from accounts.models import Membership

NOTED_EVERY = dt.timedelta(hours=1)


@transaction.atomic
def make_feed(*, by: "Membership") -> str:
    """Give a person a new private address; an earlier one stops working. Returns the token, which is
    never shown again."""
    # Held, so that two clicks at once leave one address that works.
    member = type(by).objects.select_for_update(of=("self",), no_key=True).get(pk=by.pk)
    if member.ended_at:
        raise Refused("You do not belong to this organization any more.")
    replaced = _end(by)
    token = new_token()
    feed = CalendarFeed.objects.create(
        organization_id=by.organization_id, member=by, token_hash=hash_token(token)
    )
    verb = "calendar.address_replaced" if replaced else "calendar.address_made"
    log.record(by=by, verb=verb, target=feed)
    return token


@transaction.atomic
def revoke_feeds(*, member: "Membership", by: "Membership") -> int:
    """Make the private addresses of `member` useless; how many worked until now."""
    feeds = list(_working(member))
    _end(member)
    for feed in feeds:
        log.record(by=by, verb="calendar.address_revoked", target=feed)
    return len(feeds)


@transaction.atomic
def note_feed_read(*, feed: CalendarFeed, by: "Membership") -> bool:
    """A calendar program fetched the days of `by`: note when, at most once an hour."""
    now = timezone.now()
    long_ago = models.Q(fetched_at=None) | models.Q(fetched_at__lt=now - NOTED_EVERY)
    rows = CalendarFeed.objects.filter(long_ago, pk=feed.pk, member=by)
    return bool(rows.update(fetched_at=now))


def _working(member: "Membership") -> "models.QuerySet[CalendarFeed]":
    return CalendarFeed.objects.filter(member=member, revoked_at=None).order_by("pk")


def _end(member: "Membership") -> int:
    return _working(member).update(revoked_at=timezone.now())
