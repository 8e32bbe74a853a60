"""The one door into an organization: every tenant view passes through member_view."""

import zoneinfo
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone

from accounts.models import Membership, Organization, User
from accounts.permissions import Perm
from core.readonly import READING_METHODS, read_only
from core.tenancy import organization_scope

View = Callable[..., HttpResponse]
BIGGEST_ID = 2**63 - 1  # what a database column can hold


class MemberRequest(HttpRequest):
    """What a view behind the door receives."""

    org: Organization
    member: Membership
    htmx: Any


def keep_memberships(user: User, memberships: list[Membership]) -> None:
    """What `memberships_of` answers for this object of a person, which lives as long as a request."""
    user.kept_memberships = memberships  # type: ignore[attr-defined]


def memberships_of(user: Any) -> list[Membership]:
    """Where a person belongs now, with the organizations, by their names. Of somebody who is signed in they
    were read together with the person (accounts/backend.py)."""
    kept: list[Membership] | None = getattr(user, "kept_memberships", None)
    if kept is None:
        kept = list(Membership.objects.with_organization().filter(user=user))
        for membership in kept:
            membership.user = user
    return kept


def member_view(perm: Perm) -> Callable[[View], View]:
    """Resolve <org>, 404 non-members, 403 without `perm`, run the view inside the org's scope.

    GET, HEAD and OPTIONS run read-only: a write in them is an error.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def wrapper(request: Any, *args: Any, org: str, **kwargs: Any) -> HttpResponse:
            memberships = memberships_of(request.user)
            member = next((row for row in memberships if row.organization.slug == org), None)
            if member is None or any(_too_big(value) for value in kwargs.values()):
                raise Http404
            request.member, request.org = member, member.organization
            if not member.can(perm):
                raise PermissionDenied
            if request.session.get("org") != org:
                request.session["org"] = org
            with (
                organization_scope(request.org),
                timezone.override(zoneinfo.ZoneInfo(request.org.time_zone)),
            ):
                if request.method in READING_METHODS:
                    with read_only():
                        return view(request, *args, **kwargs)
                return view(request, *args, **kwargs)

        wrapper.perm = perm  # type: ignore[attr-defined]  # read by the URL matrix test
        return wrapper

    return decorate


def _too_big(value: Any) -> bool:
    """No row can have such an id; asked for it, some databases break instead of finding nothing."""
    return isinstance(value, int) and value > BIGGEST_ID
