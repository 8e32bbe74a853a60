"""Private addresses: a token that nobody guesses, of which only the hash is kept."""

import hashlib
import secrets


def new_token() -> str:
    """192 bits, as 32 characters that an address may hold."""
    return secrets.token_urlsafe(24)


def hash_token(token: str) -> str:
    """What is stored in place of a token, in hexadecimal."""
    return hashlib.sha256(token.encode()).hexdigest()
