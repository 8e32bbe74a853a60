"""How often one address may ask for pages that need no account: who tries tokens gets nowhere."""

import hashlib
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import Any, TypeVar, cast
from zoneinfo import ZoneInfo

from allauth.account.adapter import get_adapter
from django.contrib.auth.decorators import login_not_required
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_http_methods

from core.readonly import reads_on_get
from core.tenancy import organization_scope

VisitorPage = TypeVar("VisitorPage", bound=Callable[..., HttpResponse])

MINUTE = 60  # seconds


def too_many(request: HttpRequest, place: str, *, most: int = 60, seconds: int = MINUTE) -> bool:
    """Has this address asked for `place` more than `most` times within so many seconds?

    Counted in the cache, about right and for a short time only; while the cache is away everybody may
    come. What keeps a token safe is its length, not this.
    """
    address = str(get_adapter().get_client_ip(request))
    digest = hashlib.sha256(address.encode()).hexdigest()[:32]
    key = f"visits:{place}:{int(time.time()) // seconds}:{digest}"
    count = cache.get(key, 0)
    cache.set(key, count + 1, 2 * seconds)
    return bool(count >= most)


def visitor_view(place: str, *, most: int = 60) -> Callable[[VisitorPage], VisitorPage]:
    """A page for somebody without an account, whose address holds a token: no sign-in, limited per network
    address, read-only on GET, and no other page, cache or search engine may learn the address.

    Not `no-referrer`: with it browsers send `Origin: null`, and the form would be refused.
    """

    def decorate(view: VisitorPage) -> VisitorPage:
        @wraps(view)
        def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if too_many(request, place, most=most):
                response = render(request, "429.html", status=429)
            else:
                response = reads_on_get(view)(request, *args, **kwargs)
            response.headers["Referrer-Policy"] = "strict-origin"
            response.headers["Cache-Control"] = "no-store, private"
            response.headers["X-Robots-Tag"] = "noindex, nofollow"
            return response

        hidden = sensitive_variables("token")(answer)
        allowed = require_http_methods(["GET", "HEAD", "POST"])(hidden)
        return cast("VisitorPage", login_not_required(allowed))

    return decorate


@contextmanager
def visiting(organization: Any, time_zone: str = "") -> Iterator[None]:
    """Inside the organization that asked, on its clock or on that of `time_zone`."""
    zone = ZoneInfo(time_zone or organization.time_zone)
    with organization_scope(organization), timezone.override(zone):
        yield


def link_gone(request: HttpRequest) -> HttpResponse:
    """The one answer to unknown, expired, withdrawn and foreign links, whatever they were for."""
    return render(request, "link_gone.html", status=404)
