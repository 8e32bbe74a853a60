"""What may be typed into a cell, and what it becomes."""

from decimal import Decimal

import pytest

from evaluations.marks import (
    GATE,
    JUDGED,
    MEASURED,
    BadMark,
    Scale,
    fingerprint,
    mark_text,
    read_mark,
)

HAND = Scale(JUDGED, Decimal(0), Decimal(5))
TEN = Scale(JUDGED, Decimal(1), Decimal(10))
HOURS = Scale(MEASURED, Decimal(24), Decimal(1))
INSURED = Scale(GATE, Decimal(0), Decimal(1))


@pytest.mark.parametrize(
    ("scale", "text", "mark"),
    [
        (HAND, "0", "0"),
        (HAND, " 5 ", "5"),
        (HAND, "3.0", "3.0"),
        (HAND, "-0", "0"),
        (TEN, "7.5", "7.5"),
        (TEN, "7,5", "7.5"),
        (TEN, "10", "10"),
        (HOURS, "2.5", "2.5"),
        (HOURS, "2,25", "2.25"),
        (HOURS, "-3", "-3"),
        (HOURS, "\N{MINUS SIGN}3", "-3"),
        (HOURS, "9999999999.9999", "9999999999.9999"),
        (INSURED, "1", "1"),
        (INSURED, "Pass", "1"),
        (INSURED, "f", "0"),
    ],
)
def test_a_mark_is_read(scale, text, mark):
    assert read_mark(text, scale) == (Decimal(mark), False)


@pytest.mark.parametrize("scale", [HAND, TEN, HOURS, INSURED])
@pytest.mark.parametrize("text", ["n", "N/A", "na", " n/a "])
def test_not_applicable_is_no_number(scale, text):
    assert read_mark(text, scale) == (None, True)


@pytest.mark.parametrize("scale", [HAND, TEN, HOURS, INSURED])
@pytest.mark.parametrize("text", ["", "  "])
def test_nothing_is_missing_not_zero(scale, text):
    assert read_mark(text, scale) == (None, False)


@pytest.mark.parametrize(
    ("scale", "text"),
    [
        *[(HAND, text) for text in ("6", "-1", "2.5", "pass", "3 or 4", "٣", "5e0", "0x3")],
        *[(TEN, text) for text in ("0.9999", "10.1", "pass")],
        *[(INSURED, text) for text in ("2", "0.5", "maybe")],
        *[
            (HOURS, text)
            for text in ("NaN", "inf", "-Infinity", "1e400", "1e3", "1.23456", "12345678901")
        ],
        (HOURS, "9" * 30),
        (HOURS, "1.2.3"),
        (HOURS, "1,2,3"),
    ],
)
def test_what_is_no_mark_is_refused_in_words(scale, text):
    with pytest.raises(BadMark) as refusal:
        read_mark(text, scale)
    assert "N/A" in str(refusal.value)


def test_a_comma_that_may_mean_two_things_is_asked_about():
    with pytest.raises(BadMark) as refusal:
        read_mark("1,250", HOURS)
    assert str(refusal.value) == "Does 1,250 mean 1250 or 1.25? Write it without the comma."


def test_each_scale_says_what_it_takes():
    def words(scale: Scale) -> str:
        with pytest.raises(BadMark) as refusal:
            read_mark("x", scale)
        return str(refusal.value)

    assert words(HAND) == "Type a whole number from 0 to 5, or N/A."
    assert words(TEN) == "Type a number from 1 to 10, or N/A."
    assert words(INSURED) == "Choose pass or fail, or N/A."
    assert words(HOURS).startswith("Type a number such as 12.5")


@pytest.mark.parametrize(
    ("mark", "not_applicable", "text"),
    [
        (Decimal("4.0000"), False, "4"),
        (Decimal("12.5000"), False, "12.5"),
        (Decimal("100"), False, "100"),
        (Decimal("0.0000"), False, "0"),
        (None, True, "N/A"),
        (None, False, ""),
    ],
)
def test_a_mark_is_written_as_it_can_be_typed(mark, not_applicable, text):
    assert mark_text(mark, not_applicable) == text


def test_a_fingerprint_knows_its_parts_but_not_the_line_ends():
    assert fingerprint("4", "", "a\r\nb") == fingerprint("4", "", "a\nb")
    assert fingerprint("4", "") != fingerprint("", "4")
    assert len(fingerprint("\ud800")) == 8
