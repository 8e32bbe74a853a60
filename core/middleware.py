"""What holds for every answer: a readable 503 while the database is away, private pages not stored."""

import logging
from collections.abc import Callable
from typing import Any

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string

log = logging.getLogger(__name__)

Answer = Callable[[HttpRequest], HttpResponse]


class DatabaseAwayMiddleware:
    """Says in plain words that the database can't be reached, and when to try again."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        try:
            return self.get_response(request)
        except (OperationalError, InterfaceError):
            return self._away()

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if isinstance(error, (OperationalError, InterfaceError)):
            return self._away()
        return None

    def _away(self) -> HttpResponse:
        log.exception("The database did not answer")
        return HttpResponse(render_to_string("503.html"), status=503, headers={"Retry-After": "10"})


class PrivatePagesMiddleware:
    """Pages of a signed-in person are not kept by any cache or shown by Back after signing out."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        user: Any = getattr(request, "user", None)
        if user is not None and user.is_authenticated:
            response.headers.setdefault("Cache-Control", "no-store, private")
        return response
