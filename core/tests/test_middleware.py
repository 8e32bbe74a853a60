"""What every answer keeps to, whatever happens behind it."""

import pytest
from django.db import DatabaseError, InterfaceError, OperationalError, connection
from django.http import HttpResponse
from django.test import Client, RequestFactory
from pytest_django.asserts import assertContains

from core.middleware import DatabaseAwayMiddleware


def test_pages_of_a_person_are_not_stored(client, admin):
    client.force_login(admin.user)
    assert client.get("/you/").headers["Cache-Control"] == "no-store, private"


def test_a_page_is_framed_and_scripted_by_nobody_else(client, admin):
    client.force_login(admin.user)
    headers = client.get("/you/").headers
    policy = headers["Content-Security-Policy"]
    for words in ("default-src 'self'", "object-src 'none'", "base-uri 'none'"):
        assert words in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Referrer-Policy"] == "same-origin"


@pytest.mark.parametrize("error", [OperationalError, InterfaceError])
def test_a_page_that_finds_the_database_away_says_so(error):
    middleware = DatabaseAwayMiddleware(lambda request: HttpResponse())
    response = middleware.process_exception(RequestFactory().get("/"), error("gone"))
    assertContains(response, "The database can’t be reached just now", status_code=503)
    assert response.headers["Retry-After"] == "10"


def test_other_errors_are_not_the_databases_fault(db):
    middleware = DatabaseAwayMiddleware(lambda request: HttpResponse(status=500))
    assert middleware.process_exception(RequestFactory().get("/"), ValueError()) is None
    assert middleware(RequestFactory().get("/")).status_code == 500


def test_an_error_page_shows_no_inside(acme, admin, monkeypatch):
    def broken(*args, **kwargs):
        raise ValueError("the inside of the machine")

    monkeypatch.setattr("accounts.views.page", broken)
    client = Client(raise_request_exception=False)
    client.force_login(admin.user)
    response = client.get("/you/")
    assertContains(response, "Something broke on our side", status_code=500)
    assert b"inside of the machine" not in response.content


@pytest.mark.parametrize(
    ("error", "status"), [(OperationalError, 503), (InterfaceError, 503), (DatabaseError, 500)]
)
def test_an_error_outside_the_views_is_looked_into(monkeypatch, error, status):
    """Who is signed in and what the session holds is asked where only a bare 500 comes back."""

    def no_cursor():
        raise error("gone")

    monkeypatch.setattr(connection, "cursor", no_cursor)
    middleware = DatabaseAwayMiddleware(lambda request: HttpResponse(status=500))
    assert middleware(RequestFactory().get("/")).status_code == status
