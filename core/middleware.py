"""What holds for every answer: a readable 503 while the database is away, private pages not stored."""

import logging
from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from django.db import DatabaseError, InterfaceError, OperationalError, connection
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string

log = logging.getLogger(__name__)

Answer = Callable[[HttpRequest], HttpResponse]


class DatabaseAwayMiddleware:
    """Says in plain words that the database can't be reached, and when to try again.

    Views' errors arrive in `process_exception`. Errors of other middleware (who is signed in, saving
    the session) have become a bare 500 by the time they are seen here, so a 500 is looked into.
    """

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if response.status_code == HTTPStatus.INTERNAL_SERVER_ERROR and not _database_answers():
            return self._away()
        return response

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if isinstance(error, (OperationalError, InterfaceError)):
            log.error("The database did not answer", exc_info=error)
            return self._away()
        return None

    def _away(self) -> HttpResponse:
        return HttpResponse(
            render_to_string("503.html"),
            status=HTTPStatus.SERVICE_UNAVAILABLE,
            headers={"Retry-After": "10", "Cache-Control": "no-store"},
        )


def _database_answers() -> bool:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except (OperationalError, InterfaceError):
        return False
    except DatabaseError:
        return True  # it does: only this connection is in a bad way
    return True


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
