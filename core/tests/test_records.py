"""Canonical JSON and its seal: one text for one content, nothing lost, nothing foreign accepted."""

import hashlib
import json
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core import records
from core.records import Unreadable, canonical, open_envelope, read, seal

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
LEAVES = (
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False)
)
DATA = st.recursive(
    LEAVES | TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXT, inner, max_size=4),
    max_leaves=30,
)


def file_of(content: str = '{"a":1}', previous: str = "", **changes) -> bytes:
    found = records.envelope(
        number=1,
        kind="award",
        previous_sha256=previous,
        sha256=seal(previous, content),
        content=content,
    )
    return json.dumps({**found, **changes}).encode()


def test_there_is_one_text_for_one_content():
    data = {"b": [1, 0.1, 70.0, 1e-7, True, None], "a": {"ü": "“x”\n\u0000", "A": ""}}
    text = canonical(data)
    assert text == '{"a":{"A":"","ü":"“x”\\n\\u0000"},"b":[1,0.1,70.0,1e-07,true,null]}'
    assert canonical(dict(reversed(data.items()))) == text


def test_the_seal_is_what_the_documentation_says():
    assert seal("", '{"a":1}') == hashlib.sha256(b'\n{"a":1}').hexdigest()
    assert seal("ab", '{"ü":1}') == hashlib.sha256('ab\n{"ü":1}'.encode()).hexdigest()
    assert seal("", "x") != seal("x", "")


@given(DATA)
def test_what_is_written_is_read_again_exactly(data):
    text = canonical(data)
    again = read(text)
    assert again == data
    assert canonical(again) == text


def test_text_stays_byte_equal():
    composed, decomposed = "é", "e\u0301"
    assert canonical(composed) != canonical(decomposed)
    assert read(canonical(decomposed)) == decomposed


def nested(depth: int) -> list:
    data: list = []
    for _ in range(depth):
        data = [data]
    return data


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ({"a": [math.nan]}, "the record › a › 0 is nan"),
        ({"a": -math.inf}, "the record › a is -inf"),
        ({"a": (1, 2)}, "the record › a is a tuple"),
        ({1: 2}, "a name in the record is a int"),
        ({"a": "\ud800"}, "the record › a holds half a character"),
        ({"\ud800": 1}, "a name in the record holds half a character"),
        ({"a": b"x"}, "is a bytes"),
        (nested(50), "nested more than 40 deep"),
    ],
)
def test_what_it_cannot_hold_is_refused_with_its_place(data, words):
    with pytest.raises(ValueError, match=words):
        canonical(data)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        '{"a": 1}',
        '{"b":1,"a":2}',
        '{"a":1,"a":1}',
        '{"a":NaN}',
        '{"a":1e999}',
        '{"a":1.00}',
        '{"a":"\\u00fc"}',
        '{"a":"\\ud800"}',
        '{"a":1}\n',
        "[" * 100_000,
        "[" * 60 + "]" * 60,
        "9" * 5000,
    ],
)
def test_any_other_text_is_no_record(text):
    with pytest.raises(Unreadable):
        read(text)


def test_an_envelope_is_opened_again():
    assert open_envelope(file_of('{"ü":1}'))["content"] == '{"ü":1}'
    assert open_envelope(b"\xef\xbb\xbf" + file_of())["number"] == 1


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "not JSON"),
        (b"\xff\xfe", "UTF-8"),
        (b"vendor,score\nKestrel,4\n", "not JSON"),
        (b'{"name": "something else"}', "does not say that it is one"),
        (b"[]", "does not say that it is one"),
        (b'{"format": NaN}', "NaN stands where a number should be"),
        (b'{"format": 1, "format": 2}', "A name stands twice"),
        (file_of(format_version=2), "newer version"),
        (file_of(content=1), "no content"),
        (file_of(kind=None), "no kind"),
        (file_of(number="1"), "no number"),
        (file_of(number=True), "no number"),
        (file_of(sha256="A" * 64), "SHA-256"),
        (file_of(sha256=7), "SHA-256"),
        (file_of(previous_sha256="xyz"), "SHA-256"),
        (file_of(previous_sha256=None), "SHA-256"),
        (b"[" * 200_000, "not JSON"),
    ],
)
def test_another_file_is_refused_in_one_line(data, words):
    with pytest.raises(Unreadable, match=words) as refusal:
        open_envelope(data)
    assert "\n" not in str(refusal.value)


def test_a_huge_file_is_refused_unread():
    with pytest.raises(Unreadable, match="larger than 50 MB"):
        open_envelope(b" " * (records.MAX_BYTES + 1))
