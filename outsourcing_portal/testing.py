"""The pytest plugin that gives every test run its own servers and its own data folder.

Plainly: a real PostgreSQL and a real Redis, unless DATABASE_URL or REDIS_URL name others. With
`--embedded`: SQLite and folders, as in `./portal up`.
"""

import contextlib
import os
import signal
from collections.abc import Generator
from pathlib import Path
from typing import Any

import pytest

from outsourcing_portal import services, testing_fixtures
from outsourcing_portal.processes import temporary_folder

_running = contextlib.ExitStack()


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.getgroup("portal").addoption(
        "--embedded",
        action="store_true",
        help="run on SQLite and folders instead of PostgreSQL and Redis",
    )
    parser.getgroup("portal").addoption(
        "--of-data",
        action="store_true",
        help="only tests that use the database: the others say the same on every one",
    )


OF_DATA = {"db", "transactional_db", "live_server"}


def pytest_collection_modifyitems(config: pytest.Config, items: list[Any]) -> None:
    """With --of-data, leave out what does not depend on the database, or is marked `once`; of what a browser
    does, only journeys are repeated: how a page behaves is the same on every database. So is how one test
    goes with many inputs: it is repeated with the first of them."""
    if not config.getoption("of_data"):
        return
    repeated = [item for item in items if _uses_data(item) and _is_repeated(item)]
    firsts = {(item.path, item.cls, item.originalname): item for item in reversed(repeated)}
    kept = [item for item in repeated if firsts[item.path, item.cls, item.originalname] is item]
    config.hook.pytest_deselected(items=[item for item in items if item not in set(kept)])
    items[:] = kept


def _is_repeated(item: Any) -> bool:
    if item.get_closest_marker("browser") and "journey" not in item.path.name:
        return False
    return not item.get_closest_marker("once")


def _uses_data(item: Any) -> bool:
    marked = item.get_closest_marker("django_db") is not None
    return marked or not OF_DATA.isdisjoint(getattr(item, "fixturenames", ()))


@pytest.hookimpl(wrapper=True)
def pytest_load_initial_conftests(early_config: pytest.Config) -> Generator[None, Any, Any]:
    """Set the environment before anything reads the settings; a wrapper runs before all others."""
    chosen = early_config.known_args_namespace
    worker = os.environ.get("PYTEST_XDIST_WORKER")
    if not worker:
        # Tidy up when told to end, as after Ctrl-C.
        signal.signal(signal.SIGTERM, signal.default_int_handler)
    folder = Path(os.environ["_PORTAL_TEST_FOLDER"]) if worker else _new_folder()
    # Playwright keeps an event loop in the main thread; Django takes that for async code.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    var = folder / (worker or "main")
    (var / "static").mkdir(parents=True)  # as after ./portal up: WhiteNoise warns without it
    os.environ["PORTAL_VAR"] = str(var)
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
    # Registered late, so that its fixtures come after, and so build on, the other plugins' own.
    config.pluginmanager.register(testing_fixtures, "portal-fixtures")


def pytest_report_header(config: pytest.Config) -> str:
    if config.getoption("embedded"):
        return "on: the embedded default (SQLite, folders)"
    return f"on: {os.environ.get('DATABASE_URL')} {os.environ.get('REDIS_URL')}"


@pytest.hookimpl(trylast=True)
def pytest_unconfigure() -> None:
    _running.close()
