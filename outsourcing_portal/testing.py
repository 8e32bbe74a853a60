"""The pytest plugin that gives every test run its own servers and its own data folder.

Plainly: a real PostgreSQL and a real Redis, unless DATABASE_URL or REDIS_URL name others. With
`--embedded`: SQLite and folders, as in `./portal up`. It also finds the machine's Chromium.
"""

import contextlib
import os
import shutil
from collections.abc import Generator
from pathlib import Path
from typing import Any

import pytest

from outsourcing_portal import services
from outsourcing_portal.processes import temporary_folder

CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
_running = contextlib.ExitStack()


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.getgroup("portal").addoption(
        "--embedded",
        action="store_true",
        help="run on SQLite and folders instead of PostgreSQL and Redis",
    )


@pytest.hookimpl(wrapper=True)
def pytest_load_initial_conftests(early_config: pytest.Config) -> Generator[None, Any, Any]:
    """Set the environment before anything reads the settings; a wrapper runs before all others."""
    chosen = early_config.known_args_namespace
    worker = os.environ.get("PYTEST_XDIST_WORKER")
    folder = Path(os.environ["_PORTAL_TEST_FOLDER"]) if worker else _new_folder()
    # Playwright keeps an event loop in the main thread; Django takes that for async code.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    os.environ["PORTAL_VAR"] = str(folder / (worker or "main"))
    for name in ("DEBUG", "ALLOWED_HOSTS", "EMAIL_URL", "PORTAL_PUBLIC_URL", "SECRET_KEY"):
        os.environ.pop(name, None)  # a developer's own settings must not change what a test sees
        os.environ.pop(f"{name}_FILE", None)
    if chosen.embedded:
        os.environ.pop("DATABASE_URL", None)
        os.environ.pop("REDIS_URL", None)
    elif worker:
        _take_own_redis_database(worker)
    elif not chosen.collectonly and not chosen.help and not chosen.version:
        _start_servers()
    return (yield)


def _new_folder() -> Path:
    folder = _running.enter_context(temporary_folder("portal-test-"))
    os.environ["_PORTAL_TEST_FOLDER"] = str(folder)
    return folder


def _start_servers() -> None:
    try:
        if not os.environ.get("DATABASE_URL"):
            os.environ["DATABASE_URL"] = _running.enter_context(services.postgres())
        if not os.environ.get("REDIS_URL"):
            os.environ["REDIS_URL"] = _running.enter_context(services.redis())
            os.environ["_PORTAL_TEST_REDIS"] = os.environ["REDIS_URL"]
    except services.ServiceError as error:
        raise pytest.UsageError(str(error)) from error


def _take_own_redis_database(worker: str) -> None:
    """Parallel workers must not see each other's cache: worker gw3 takes database 4."""
    if ours := os.environ.get("_PORTAL_TEST_REDIS"):
        number = (int(worker.removeprefix("gw")) + 1) % services.REDIS_DATABASES
        os.environ["REDIS_URL"] = f"{ours.rsplit('/', 1)[0]}/{number}"


@pytest.hookimpl(trylast=True)
def pytest_configure(config: pytest.Config) -> None:
    # Registered late, so that these fixtures come after, and so build on, the other plugins' own.
    config.pluginmanager.register(_Fixtures(), "portal-fixtures")


def pytest_report_header(config: pytest.Config) -> str:
    if config.getoption("embedded"):
        return "on: the embedded default (SQLite, folders)"
    return f"on: {os.environ.get('DATABASE_URL')} {os.environ.get('REDIS_URL')}"


@pytest.hookimpl(trylast=True)
def pytest_unconfigure() -> None:
    _running.close()


class _Fixtures:
    """What the other plugins' fixtures need to know about this project."""

    @pytest.fixture(scope="session")
    def django_db_modify_db_settings(self, django_db_modify_db_settings: None) -> None:
        """SQLite in a file, as in production: in memory it has neither WAL nor waiting writers."""
        from django.conf import settings  # noqa: PLC0415 - only readable once the environment is set

        for database in settings.DATABASES.values():
            if database["ENGINE"] == "django.db.backends.sqlite3":
                database.setdefault("TEST", {})["NAME"] = str(settings.VAR / "test.sqlite3")

    @pytest.fixture(scope="session")
    def browser_type_launch_args(self, browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
        """The machine's Chromium, without its calls home."""
        return {**browser_type_launch_args, **chromium()}


def find_chromium() -> str | None:
    """The path of the machine's Chromium or Chrome."""
    return next((path for name in CHROMIUM_NAMES if (path := shutil.which(name))), None)


def chromium() -> dict[str, Any]:
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
