"""The floor that every page is measured against: the least that Django can do.

A list: one indexed query, a table of 25 rows. An insert: one row, a redirect. No form, no audit line,
no page frame; and, but for one row of the report, no middleware.
"""

import functools
import uuid
from collections.abc import Callable
from typing import Any

from django.core.handlers.wsgi import WSGIHandler
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template import engines
from django.test import override_settings
from django.urls import path

from activity.models import OutgoingMail
from vendors.models import Vendor

LIST = "/floor/list/"
INSERT = "/floor/insert/"
ROWS = 25
TABLE = """<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>Floor</title></head>
<body>
<table>
<thead><tr><th>Name</th><th>Status</th><th>Country</th><th>Website</th><th>Changed</th></tr></thead>
<tbody>
{% for row in rows %}<tr>
<td><a href="{{ row.pk }}/">{{ row.name }}</a></td>
<td>{{ row.status }}</td>
<td>{{ row.country }}</td>
<td>{{ row.website }}</td>
<td>{{ row.updated_at|date:"j M Y" }}</td>
</tr>{% endfor %}
</tbody>
</table>
</body>
</html>
"""


@functools.cache
def _table() -> Any:
    return engines["django"].from_string(TABLE)


def floor_list(request: HttpRequest) -> HttpResponse:
    """The first 25 vendors of an organization by name, straight from the index."""
    rows = Vendor._base_manager.filter(organization_id=request.GET["organization"])
    shown = rows.order_by("name_key", "pk").only(
        "name", "status", "country", "website", "updated_at"
    )
    return HttpResponse(_table().render({"rows": shown[:ROWS]}, request))


def floor_insert(request: HttpRequest) -> HttpResponse:
    """One row into a table that has few indexes and no parents."""
    OutgoingMail.objects.create(
        key=f"bench:{uuid.uuid4()}", to="somebody@example.com", subject="Bench", text="Bench"
    )
    return HttpResponseRedirect(LIST)


urlpatterns = [path("floor/list/", floor_list), path("floor/insert/", floor_insert)]


class FloorAddresses:
    """Middleware that swaps the portal's addresses for the two above."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.urlconf = __name__
        return self.get_response(request)


def application(behind: list[str]) -> WSGIHandler:
    """A WSGI application of the two views, behind this middleware."""
    ours = f"{FloorAddresses.__module__}.{FloorAddresses.__qualname__}"
    with override_settings(MIDDLEWARE=[*behind, ours]):
        return WSGIHandler()
