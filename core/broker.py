"""Redis as a broker whose going away does not end the worker.

Kombu puts back unfinished messages while it closes a lost connection, and asks a connection that is gone
already for its host: an AttributeError, which Celery takes for unrecoverable (celery/kombu issue 582). Said
as what it is, a lost connection, it is handled: the worker connects again.
"""

from typing import Any

from kombu.transport import TRANSPORT_ALIASES, redis


class Channel(redis.Channel):
    """Says that the connection is lost when it is."""

    def _connparams(self, asynchronous: bool = False) -> Any:
        if self.connection is None or self.connection.client is None:
            raise ConnectionError("The connection to Redis is closed.")
        return super()._connparams(asynchronous=asynchronous)


class Transport(redis.Transport):
    """Kombu's, with the channel above."""

    Channel = Channel


def use_for_redis() -> None:
    """From now on, redis:// and rediss:// mean this transport."""
    name = f"{Transport.__module__}:{Transport.__qualname__}"
    TRANSPORT_ALIASES.update(redis=name, rediss=name)
