"""Reading the answers of a proposal: what is kept, what is refused, what is missing. Pure."""

import datetime as dt
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from evaluations.costing import values_from_answer
from evaluations.proposal_quote import (
    COUNTS,
    KINDS,
    LINE_NAMES,
    MOST_LINES,
    PERIODS,
    lacking,
    read_quote,
    typed_of,
)
from evaluations.proposal_values import (
    Question,
    code_words,
    mark_of,
    missing,
    read_answer,
    receipt_code,
    typed_answer,
)

EUR = ("EUR", "USD")


@pytest.mark.parametrize(
    ("kind", "typed", "value"),
    [
        ("text", "  one\r\ntwo\x00\u202e ", {"text": "one\ntwo"}),
        ("text", " \x00 ", {}),
        ("number", "1,234.50 days", {"number": "1234.5"}),
        ("number", "-0", {"number": "0"}),
        ("choice", "GOLD", {"choice": "Gold"}),
        ("yes_no", "No", {"yes": False}),
        ("yes_no", "yes", {"yes": True}),
        ("file", "C:\\x.pdf", {}),
    ],
)
def test_an_answer_is_read_and_shown_again(kind, typed, value):
    question = Question(1, kind, choices=("Gold", "Silver"), unit="days")
    assert read_answer(question, {"": typed}).value == value
    assert read_answer(question, typed_answer(question, value)).value == value


@pytest.mark.parametrize(
    ("kind", "typed", "words"),
    [
        ("text", "x" * 10_001, "This has 10,001 characters; at most 10,000 can be kept. Shorten it."),
        ("number", "many", "“many”: This isn't a number. Write it like 40 or 99.5."),
        ("number", "1e9", "“1e9”: This isn't a number. Write it like 40 or 99.5."),
        ("number", "0.1234567", "Use a number below 1,000,000,000,000 with at most 6 decimal places."),
        ("choice", "Bronze", "“Bronze” is none of: Gold, Silver."),
        ("yes_no", "perhaps", "“perhaps”: answer yes or no."),
    ],
)  # fmt: skip
def test_what_cannot_be_read_says_how_to_write_it(kind, typed, words):
    question = Question(1, kind, choices=("Gold", "Silver"))
    read = read_answer(question, {"": typed})
    assert (read.value, read.errors) == ({}, {"": words})


TABLE = {
    "currency": "EUR",
    "rise_percent": "3",
    "exit_fee": "1,500",
    "valid_until_on": "2026-12-31",
    "0-label": "Service desk",
    "0-kind": "per_user",
    "0-amount": "40.00",
    "0-period": "month",
    "0-rises": "on",
    "0-tiers": "not for this kind",
    "1-rises": "on",
    "7-label": "Phones",
    "7-kind": "In tiers",
    "7-tiers": "up to 10: 40; more: 30",
    "7-counts": "devices",
    "7-period": "a year",
}


def test_a_price_table_is_read_and_shown_again():
    read = read_quote(TABLE, EUR)
    assert read.errors == {}
    assert read.value == {
        "currency": "EUR",
        "rise_percent": "3",
        "exit_fee": "1500",
        "valid_until_on": "2026-12-31",
        "lines": [
            {
                "label": "Service desk",
                "kind": "per_user",
                "amount": "40",
                "period": "month",
                "rises": True,
            },
            {
                "label": "Phones",
                "kind": "tiered",
                "period": "year",
                "counts": "devices",
                "tiers": [{"up_to": "10", "amount": "40"}, {"up_to": None, "amount": "30"}],
                "rises": False,
            },
        ],
    }
    assert lacking(read.value) == []
    assert read_quote(typed_of(read.value), EUR).value == read.value
    values = values_from_answer(read.value)
    assert (values["exit_fee"], values["valid_until_on"]) == (Decimal(1500), dt.date(2026, 12, 31))
    assert values["lines"][0]["amount"] == Decimal(40)
    assert values["lines"][1]["amount"] is None


def test_what_is_wrong_in_a_price_table_stands_at_its_field():
    wrong = {
        "currency": "Taler",
        "rise_percent": "5000",
        "exit_fee": "-1",
        "valid_until_on": "31/12/2026",
        "0-label": "x" * 201,
        "0-kind": "tiered",
        "0-tiers": "more: 30; up to 5: 2",
        "0-from_month": "0",
        "1-kind": "flat",
        "1-amount": "1.005",
    }
    assert read_quote(wrong, EUR).errors == {
        "currency": "“Taler” is none of: EUR, USD.",
        "rise_percent": "Use a number from 0 to 999.",
        "exit_fee": "Use a number from 0 to 999,999,999,999.99.",
        "valid_until_on": "“31/12/2026”: write the day like 2026-12-31.",
        "0-label": "Use at most 200 characters.",
        "0-tiers": "“more” has to be the last tier; “up to 5: 2” comes after it.",
        "0-from_month": "Months are counted from 1, the first of the contract.",
        "1-amount": "Use at most 2 decimal places.",
    }
    many = {f"{place}-label": "x" for place in range(MOST_LINES + 1)}
    assert read_quote(many, EUR).errors == {
        "": "There can be 30 price lines at most. Join some of them."
    }


def test_an_unfinished_price_table_is_kept_and_says_what_is_missing():
    question = Question(1, "quote", required=False)
    read = read_quote({"0-amount": "10", "1-kind": "licence", "1-label": "Office"}, EUR)
    assert read.value["lines"] == [
        {"amount": "10", "rises": False},
        {"label": "Office", "kind": "licence", "rises": False},
    ]
    assert missing(question, read.value) == [
        "Choose the currency.",
        "Price line 1: say what the price is for, choose how it is priced.",
        "Price line 2: say what it costs, choose what is counted, choose a month, a quarter or a year.",
    ]
    assert missing(question, {"salt": "ab"}) == []
    assert missing(Question(1, "text"), {}) == ["This needs an answer."]
    backwards = {"currency": "EUR", "0-label": "a", "0-kind": "flat", "0-amount": "1",
                 "0-period": "month", "0-from_month": "9", "0-to_month": "3"}  # fmt: skip
    assert lacking(read_quote(backwards, EUR).value) == ["Price line 1: it ends before it begins."]


line_texts = st.fixed_dictionaries(
    {name: st.text(max_size=8) for name in LINE_NAMES}
    | {
        "kind": st.sampled_from(["", *KINDS]),
        "period": st.sampled_from(["", *PERIODS]),
        "counts": st.sampled_from(["", *COUNTS]),
        "amount": st.sampled_from(["", "0", "12.50", "999999999999.99", "1e5"]),
        "tiers": st.sampled_from(["", "up to 5: 4; more: 2.50", "more: 0"]),
    }
)


@hypothesis_settings(max_examples=40)
@given(st.lists(line_texts, max_size=4))
def test_whatever_is_typed_what_is_kept_comes_back_the_same(lines):
    typed = {f"{at}-{name}": text for at, line in enumerate(lines) for name, text in line.items()}
    kept = read_quote(typed, EUR).value
    again = read_quote(typed_of(kept), EUR)
    assert (again.value, again.errors) == (kept, {})
    values_from_answer(kept)


def test_the_code_of_the_receipt_depends_on_answers_and_their_salt():
    values = {2: {"text": "a", "salt": "x"}, 1: {"yes": True, "salt": "y"}, 3: {"salt": "z"}}
    code = receipt_code(values)
    assert code == receipt_code({1: values[1], 2: values[2]})
    assert code != receipt_code({**values, 2: {"text": "a", "salt": "other"}})
    assert code != receipt_code({**values, 2: {"text": "b", "salt": "x"}})
    assert mark_of(values[2]) == mark_of({"text": "a"}) != mark_of({})
    assert code_words("3f2a9c0177de0b42ffff") == "3f2a 9c01 77de 0b42"
