"""The calendar feed: the page on which a person makes its address, and the feed itself."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.cache import cache
from django.http import HttpResponse
from django.shortcuts import redirect, render, resolve_url
from django.utils.cache import get_conditional_response
from django.views.decorators.http import require_POST, require_safe

from accounts.access import MemberRequest, member_view
from accounts.models import Organization
from accounts.permissions import Perm
from activity.actions import feeds as actions
from core.errors import Refused
from core.readonly import read_only
from core.tenancy import organization_scope
from dashboard.feed import FeedDay, feed_days, feed_etag, find_feed, write_calendar

KEPT_FOR = 6 * 3600  # seconds
NEW_ADDRESS = "calendar_address"


@member_view(Perm.CONTRACT_VIEW)
@require_safe
def calendar_feed(request: MemberRequest) -> HttpResponse:
    """Make, replace or revoke one's own private address; a new one is shown once."""
    own = request.org.calendarfeed_set.filter(member=request.member, revoked_at=None)
    url = request.session.pop(NEW_ADDRESS, "")
    context = {
        "feed": own.order_by("-created_at", "-pk").first(),
        "new_url": url,
        "new_webcal": f"webcal:{url.partition(':')[2]}" if url else "",
    }
    return render(request, "dashboard/calendar_feed.html", context)


@member_view(Perm.CONTRACT_VIEW)
@require_POST
def make_feed(request: MemberRequest) -> HttpResponse:
    """A new address; the one before stops working."""
    try:
        token = actions.make_feed(by=request.member)
    except Refused as error:  # removed a moment ago
        messages.error(request, str(error))
    else:
        path = resolve_url("calendar_ics", token=token)
        request.session[NEW_ADDRESS] = f"{settings.PUBLIC_URL}{path}"
    return redirect("dashboard:calendar_feed", org=request.org.slug)


@member_view(Perm.CONTRACT_VIEW)
@require_POST
def revoke_feed(request: MemberRequest) -> HttpResponse:
    """The address stops working; calendars that use it are not updated any more."""
    ended = actions.revoke_feeds(member=request.member, by=request.member)
    if ended:
        messages.success(request, "The address does not work any more.")
    return redirect("dashboard:calendar_feed", org=request.org.slug)


@login_not_required
@require_safe
def calendar_ics(request: Any, token: str) -> HttpResponse:
    """The feed itself. Whoever has the address reads; unknown, revoked and left get the same answer.

    Reads only, but for noting that it was read. A calendar that has it already is told so.
    """
    with read_only():
        feed = find_feed(token)
        if feed is None:
            return _headed(
                HttpResponse(
                    "This calendar address does not work (any more). Make a new one in the portal.\n",
                    content_type="text/plain; charset=utf-8",
                    status=404,
                )
            )
        with organization_scope(feed.organization):
            days = feed_days(feed.organization)
    with organization_scope(feed.organization):
        actions.note_feed_read(feed=feed, by=feed.member)
    etag = feed_etag(feed.organization, days)
    if not_modified := get_conditional_response(request, etag=etag):
        not_modified.headers["ETag"] = etag
        return _headed(not_modified)
    response = HttpResponse(
        _written(feed.organization, days, etag),
        content_type="text/calendar; charset=utf-8",
        headers={"ETag": etag, "Content-Disposition": 'inline; filename="calendar.ics"'},
    )
    return _headed(response)


def _written(organization: Organization, days: list[FeedDay], etag: str) -> bytes:
    """Written once for all who ask, however often, until a day changes: 2,000 days take a second."""
    key = f"calendar-feed:{etag[1:-1]}"
    kept: bytes | None = cache.get(key)
    if kept is None:
        kept = write_calendar(organization, days)
        cache.set(key, kept, KEPT_FOR)
    return kept


def _headed(response: HttpResponse) -> HttpResponse:
    """The address is the key: no other page, shared cache or search engine may learn it."""
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["Cache-Control"] = "private, no-cache"
    response.headers["X-Robots-Tag"] = "noindex"
    return response
