"""What the fixtures of pytest-django and pytest-playwright need to know about this project."""

import os
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import expect

from outsourcing_portal.system_packages import find_chromium


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings: None) -> None:
    """SQLite in a file, as in production: in memory it has neither WAL nor waiting writers."""
    from django.conf import settings  # noqa: PLC0415 - only readable once the environment is set

    for database in settings.DATABASES.values():
        if database["ENGINE"] == "django.db.backends.sqlite3":
            database.setdefault("TEST", {})["NAME"] = str(settings.VAR / "test.sqlite3")


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """Before the test database is dropped, end what a server thread of a journey still holds open on it."""
    yield
    from django.db import connection  # noqa: PLC0415 - only once the settings are loaded

    if connection.vendor != "postgresql":
        return
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )


@pytest.fixture(scope="session", autouse=True)
def patient_expectations() -> None:
    """A busy machine may take longer than Playwright's five seconds; a page that never comes still fails."""
    expect.set_options(timeout=20_000)


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """The machine's Chromium, without its calls home."""
    return {**browser_type_launch_args, **_chromium()}


def _chromium() -> dict[str, Any]:
    """Playwright's launch arguments for the Chromium of this machine."""
    found = find_chromium()
    if found is None:
        raise pytest.UsageError("The browser journeys need Chromium. Install: chromium")
    arguments = [
        "--disable-dev-shm-usage",
        "--disable-quic",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--no-first-run",
    ]
    if os.geteuid() == 0:
        arguments.append("--no-sandbox")  # Chromium refuses its sandbox to root
    return {"executable_path": found, "args": arguments}
