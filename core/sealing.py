"""Sealing what nobody of us may read yet: proposals until their deadline (docs/proposals.md).

Every request has its own random key of 256 bits. It is kept wrapped, that is encrypted with a key that
HKDF-SHA256 derives from SECRET_KEY and a random salt, so a copy of the database or of the files
alone opens nothing. Data is encrypted with AES-256-GCM (NIST SP 800-38D), each piece under a fresh random
96-bit nonce; `context` says what the piece is (for example "proposal 4, question 17") and is authenticated
with it, so that a piece that was changed, or moved to another place, does not open.

    wrapped = 1 | salt (16) | nonce (12) | encrypted key and tag (48)
    sealed  = 1 | nonce (12) | encrypted data and tag (16)

What this does not do: who holds SECRET_KEY and the database together can open everything.
"""

import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

FORMAT = b"\x01"
SALT = 16  # bytes
NONCE = 12
KEY = 32
TAG = 16
OVERHEAD = len(FORMAT) + NONCE + TAG  # how much longer a sealed piece is than its data
_WRAPPED = len(FORMAT) + SALT + NONCE + KEY + TAG
_PURPOSE = b"outsourcing portal: wrapping the key of a seal"


class SealProblem(Exception):
    """Something can't be unsealed; the message says why and what to do."""


class WrongSecretKey(SealProblem):
    """The request's key does not open with this site's SECRET_KEY."""


class Tampered(SealProblem):
    """The piece was changed, cut off, or does not belong to this place."""


def new_seal() -> bytes:
    """A new random key, wrapped: 77 bytes, to be kept in the row whose data it seals."""
    salt, nonce = os.urandom(SALT), os.urandom(NONCE)
    key = AESGCM.generate_key(bit_length=KEY * 8)
    return FORMAT + salt + nonce + AESGCM(_wrapping_key(salt)).encrypt(nonce, key, _PURPOSE)


def seal(wrapped: bytes | memoryview, data: bytes, context: str) -> bytes:
    """The data, encrypted, `OVERHEAD` bytes longer; the same data never gives the same piece twice.

    Raises WrongSecretKey.
    """
    nonce = os.urandom(NONCE)
    return FORMAT + nonce + AESGCM(_unwrap(bytes(wrapped))).encrypt(nonce, data, context.encode())


def unseal(wrapped: bytes | memoryview, sealed: bytes | memoryview, context: str) -> bytes:
    """The data of a piece that was sealed with this key and this very context.

    Raises WrongSecretKey and Tampered.
    """
    key, piece = _unwrap(bytes(wrapped)), bytes(sealed)
    if not piece.startswith(FORMAT) or len(piece) < OVERHEAD:
        raise Tampered("What was sealed is damaged. Restore it from a backup.")
    nonce, hidden = piece[1 : 1 + NONCE], piece[1 + NONCE :]
    try:
        return AESGCM(key).decrypt(nonce, hidden, context.encode())
    except InvalidTag:
        raise Tampered(
            "What was sealed was changed since, or was moved from another place. "
            "Restore it from a backup."
        ) from None


def _wrapping_key(salt: bytes) -> bytes:
    derive = HKDF(algorithm=SHA256(), length=KEY, salt=salt, info=_PURPOSE)
    return derive.derive(settings.SECRET_KEY.encode())


def _unwrap(wrapped: bytes) -> bytes:
    if not wrapped:
        raise WrongSecretKey("There is no key: it was thrown away, or nothing was sealed yet.")
    if not wrapped.startswith(FORMAT) or len(wrapped) != _WRAPPED:
        raise WrongSecretKey("The key is damaged. Restore it from a backup.")
    salt, rest = wrapped[1 : 1 + SALT], wrapped[1 + SALT :]
    try:
        return AESGCM(_wrapping_key(salt)).decrypt(rest[:NONCE], rest[NONCE:], _PURPOSE)
    except InvalidTag:
        raise WrongSecretKey(
            "The key does not open with this site's SECRET_KEY. Set the SECRET_KEY that was in "
            "use when the request was sent, and try again."
        ) from None
