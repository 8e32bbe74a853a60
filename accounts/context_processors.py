"""What the page frame needs on every page."""

from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from accounts.access import memberships_of
from accounts.models import Organization


def organizations(request: HttpRequest) -> dict[str, Any]:
    """The organizations this person belongs to, for the switcher; asked only if a template uses it."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return {"organizations": []}

    def load() -> list[Organization]:
        return [membership.organization for membership in memberships_of(user)]

    return {"organizations": SimpleLazyObject(load)}
