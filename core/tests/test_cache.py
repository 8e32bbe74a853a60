"""A cache that may be away: misses, except for what limits sign-ins."""

import logging
import socket
import time

import pytest

from core import cache as core_cache
from core.cache import COUNTED, ForgivingRedisCache


@pytest.fixture(params=["stopped", "frozen"])
def away(request, db):
    """A Redis that refuses connections, or takes them and never answers."""
    silent = socket.socket()
    silent.bind(("127.0.0.1", 0))
    if request.param == "frozen":
        silent.listen()
    options = {"socket_timeout": 0.3, "socket_connect_timeout": 0.3}
    address = f"redis://127.0.0.1:{silent.getsockname()[1]}/0"
    yield ForgivingRedisCache(address, {"OPTIONS": options})
    core_cache._away_until.clear()
    silent.close()


def test_what_is_only_quicker_is_missing_meanwhile(away, caplog):
    with caplog.at_level(logging.WARNING):
        assert away.get("a", "default") == "default"
    assert "cache away" in caplog.text
    assert away.set("a", 1) is None
    assert away.get("a") is None
    assert away.add("a", 1) is True
    assert away.delete("a") is False


def test_attempts_are_counted_all_the_same(away):
    key = f"{COUNTED}login"
    assert away.add(key, [1], 60) is True
    assert away.add(key, [2], 60) is False
    assert away.get(key) == [1]
    away.set(key, [3, 4], 60)
    assert away.get(key, []) == [3, 4]
    assert away.delete(key) is True
    assert away.get(key, []) == []


def test_a_count_ends(away):
    away.set(f"{COUNTED}login", [1], -1)
    assert away.get(f"{COUNTED}login", []) == []


def test_it_is_asked_once_and_then_left_alone_for_a_while(away):
    started = time.monotonic()
    for _ in range(20):
        away.get("a")
    assert time.monotonic() - started < 1.5
