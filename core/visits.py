"""How often one address may ask for pages that need no account: who tries tokens gets nowhere."""

import hashlib
import time

from allauth.account.adapter import get_adapter
from django.core.cache import cache
from django.http import HttpRequest

MINUTE = 60  # seconds


def too_many(request: HttpRequest, place: str, *, most: int = 60, seconds: int = MINUTE) -> bool:
    """Has this address asked for `place` more than `most` times within so many seconds?

    Counted in the cache, about right and for a short time only; while the cache is away everybody may
    come. What keeps a token safe is its length, not this.
    """
    address = str(get_adapter().get_client_ip(request))
    digest = hashlib.sha256(address.encode()).hexdigest()[:32]
    key = f"visits:{place}:{int(time.time()) // seconds}:{digest}"
    count = cache.get(key, 0)
    cache.set(key, count + 1, 2 * seconds)
    return bool(count >= most)
