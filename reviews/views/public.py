"""What pages share that somebody without an account opens by a private link."""

from allauth.core import ratelimit
from django.http import HttpRequest, HttpResponse

# Wrong links from one network address until it has to wait; an office shares one.
LIMITS = {"wrong_link": "60/10m/ip", "answer": "300/h/ip"}


def private(response: HttpResponse) -> HttpResponse:
    """The address holds the token: no other page, cache or search engine may learn it.

    Not `no-referrer`: with it browsers send `Origin: null`, and the form would be refused.
    """
    response.headers["Referrer-Policy"] = "strict-origin"
    response.headers["Cache-Control"] = "no-store, private"
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    return response


def is_too_much(request: HttpRequest, what: str, *, count: bool = True) -> bool:
    """Whether this address has used up its share of `what` (LIMITS); `count` False only looks."""
    used = ratelimit.consume(
        request, app="reviews", action=what, config=LIMITS, dry_run=not count, limit_get=True
    )
    return used is None


def wait(request: HttpRequest) -> HttpResponse:
    """Too many requests: the usual page, which says so."""
    return private(ratelimit.respond_429(request))
