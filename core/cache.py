"""Redis as a cache that may be away: a page never fails because of it."""

import logging
from typing import Any

from django.core.cache.backends.redis import RedisCache
from redis.exceptions import RedisError

log = logging.getLogger(__name__)


class ForgivingRedisCache(RedisCache):
    """Misses instead of raising while Redis is stopped or frozen.

    Sign-in limits then count only what they can; the password check itself never depends on it.
    """

    def get(self, key: Any, default: Any = None, version: Any = None) -> Any:
        try:
            return super().get(key, default, version)
        except RedisError as error:
            log.warning("cache away: %s", error)
            return default

    def set(self, key: Any, value: Any, timeout: Any = 300, version: Any = None) -> Any:
        try:
            return super().set(key, value, timeout, version)
        except RedisError as error:
            log.warning("cache away: %s", error)
            return None

    def add(self, key: Any, value: Any, timeout: Any = 300, version: Any = None) -> Any:
        try:
            return super().add(key, value, timeout, version)
        except RedisError as error:
            log.warning("cache away: %s", error)
            return True

    def delete(self, key: Any, version: Any = None) -> Any:
        try:
            return super().delete(key, version)
        except RedisError as error:
            log.warning("cache away: %s", error)
            return False
