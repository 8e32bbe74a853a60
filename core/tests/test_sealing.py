"""A seal: opens what it sealed, in its place only, and with this site's SECRET_KEY only."""

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from core import sealing
from core.sealing import OVERHEAD, Tampered, WrongSecretKey, new_seal, seal, unseal


@hypothesis_settings(max_examples=40, deadline=None)
@given(data=st.binary(max_size=200), context=st.text(st.characters(codec="utf-8"), max_size=20))
def test_what_was_sealed_opens_and_does_not_show(data, context):
    key = new_seal()
    piece = seal(key, data, context)
    assert unseal(memoryview(key), memoryview(piece), context) == data  # as PostgreSQL gives it
    assert len(piece) == len(data) + OVERHEAD
    assert piece != seal(key, data, context)
    assert len(data) < 4 or data not in piece


def test_any_changed_byte_is_noticed():
    key = new_seal()
    piece = seal(key, b"EUR 1,200 a month", "proposal 1, question 2")
    for place in range(len(piece)):
        changed = bytearray(piece)
        changed[place] ^= 1
        with pytest.raises(Tampered):
            unseal(key, bytes(changed), "proposal 1, question 2")
    for cut in (b"", piece[:5], piece[:-1], piece + b"x"):
        with pytest.raises(Tampered):
            unseal(key, cut, "proposal 1, question 2")


def test_a_piece_opens_in_its_own_place_only():
    key = new_seal()
    piece = seal(key, b"EUR 1,200 a month", "proposal 1, question 2")
    with pytest.raises(Tampered, match="moved from another place"):
        unseal(key, piece, "proposal 2, question 2")
    with pytest.raises(Tampered):
        unseal(new_seal(), piece, "proposal 1, question 2")


def test_the_key_is_nothing_without_the_sites_own(settings):
    key = new_seal()
    piece = seal(key, b"secret", "here")
    settings.SECRET_KEY += "x"
    for broken in (key, key[:-1], bytes([9]) + key[1:], b""):
        with pytest.raises(WrongSecretKey):
            unseal(broken, piece, "here")
        with pytest.raises(WrongSecretKey):
            seal(broken, b"more", "here")
    with pytest.raises(WrongSecretKey, match="Set the SECRET_KEY that was in "):
        unseal(key, piece, "here")


def test_the_format_stays_readable(settings):
    """A piece as it was written by this version: a change of the format must not lose what is sealed."""
    settings.SECRET_KEY = "a-secret-key-for-this-test-only"
    key = bytes.fromhex(KEPT_KEY)
    assert len(key) == sealing._WRAPPED
    assert unseal(key, bytes.fromhex(KEPT_PIECE), "proposal 1, question 2") == b"EUR 1,200"


KEPT_KEY = (
    "012e9a9cbcbea879c5858e5a1010288775c5e17c2855907da37c9437ee4b64243fd535a536eca5b8"
    "3d55e8e41acde350c9ee250dc0bd1353d28e1e8a4d9b0613abf432447cc3e50d4ac1270829"
)
KEPT_PIECE = "01c7566f0103b9f28dac737bf70fa5a37d39d21bc5e6621c807bdbb985c6d0bee0d0da68e277"
