"""What the page frame needs on every page."""

from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from accounts.models import Organization


def organizations(request: HttpRequest) -> dict[str, Any]:
    """The organizations this person belongs to, for the switcher; asked only if a template uses it."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return {"organizations": []}

    def load() -> list[Organization]:
        rows = Organization.objects.filter(memberships__user=user, memberships__ended_at=None)
        return list(rows.order_by("name", "pk"))

    return {"organizations": SimpleLazyObject(load)}
