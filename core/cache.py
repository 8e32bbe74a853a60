"""Redis as a cache that may be away: a page never fails or waits because of it."""

import logging
import time
from collections.abc import Callable
from typing import Any

from django.core.cache.backends.db import DatabaseCache
from django.core.cache.backends.redis import RedisCache
from redis.exceptions import RedisError

log = logging.getLogger(__name__)

# What limits sign-ins must be counted also while Redis is away: in this table (core.models.KeptCount).
COUNTED = "allauth:rl:"
TABLE = "core_keptcount"
ASK_AGAIN_AFTER = 10  # seconds; without it a frozen Redis costs every call its whole timeout
_away_until: dict[Any, float] = {}


class ForgivingRedisCache(RedisCache):
    """While Redis is stopped or frozen: misses instead of raising, and counts attempts in the database."""

    def __init__(self, server: Any, params: dict[str, Any]) -> None:
        super().__init__(server, params)
        self._server = server
        self._database = DatabaseCache(TABLE, {})

    def get(self, key: Any, default: Any = None, version: Any = None) -> Any:
        return self._ask("get", default, key, default, version)

    def set(self, key: Any, value: Any, timeout: Any = 300, version: Any = None) -> Any:
        return self._ask("set", None, key, value, timeout, version)

    def add(self, key: Any, value: Any, timeout: Any = 300, version: Any = None) -> Any:
        return self._ask("add", True, key, value, timeout, version)

    def delete(self, key: Any, version: Any = None) -> Any:
        return self._ask("delete", False, key, version)

    def _ask(self, name: str, otherwise: Any, key: str, *args: Any) -> Any:
        if time.monotonic() >= _away_until.get(self._server, 0):
            ask: Callable[..., Any] = getattr(super(), name)
            try:
                return ask(key, *args)
            except RedisError as error:
                _away_until[self._server] = time.monotonic() + ASK_AGAIN_AFTER
                log.warning("cache away: %s", error)
        if key.startswith(COUNTED):
            return getattr(self._database, name)(key, *args)
        return otherwise
