"""The one door into an organization: every tenant view passes through member_view."""

import zoneinfo
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone

from accounts.models import Membership, Organization
from accounts.permissions import Perm
from core.readonly import read_only
from core.tenancy import organization_scope

View = Callable[..., HttpResponse]


class MemberRequest(HttpRequest):
    """What a view behind the door receives."""

    org: Organization
    member: Membership
    htmx: Any


def member_view(perm: Perm) -> Callable[[View], View]:
    """Resolve <org>, 404 non-members, 403 without `perm`, run the view inside the org's scope.

    GET, HEAD and OPTIONS run read-only: a write in them is an error.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def wrapper(request: Any, *args: Any, org: str, **kwargs: Any) -> HttpResponse:
            member = (
                Membership.objects.current()
                .select_related("organization", "user")
                .filter(user=request.user, organization__slug=org)
                .first()
            )
            if member is None:
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
                if request.method in {"GET", "HEAD", "OPTIONS"}:
                    with read_only():
                        return view(request, *args, **kwargs)
                return view(request, *args, **kwargs)

        wrapper.perm = perm  # type: ignore[attr-defined]  # read by the URL matrix test
        return wrapper

    return decorate
