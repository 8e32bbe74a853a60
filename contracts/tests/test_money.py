"""What a contract costs: sums worked out by hand, and what holds for any dates."""

import datetime as dt
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from contracts import money
from contracts.money import Line, Prices
from contracts.terms import add_months
from core.money import cents
from core.tiers import Tier, parse_tiers, write_tiers

DATES = st.dates(dt.date(2000, 1, 1), dt.date(2060, 12, 31))
FLAT = Line("flat", "Help desk", Decimal(1200), "month")
TIERS = (Tier(Decimal(10), Decimal(40)), Tier(Decimal(50), Decimal(35)), Tier(None, Decimal(30)))


def day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


def prices(*lines: Line, start: str = "2020-08-01", rise: str = "0", **changes) -> Prices:
    first = day(start)
    found = Prices(lines or (FLAT,), first, first, first, Decimal(rise))
    return replace(found, **changes)


@pytest.mark.parametrize(
    ("line", "yearly"),
    [
        (FLAT, "14400"),
        (Line("flat", amount=Decimal(100), period="quarter"), "400"),
        (Line("per_user", amount=Decimal("9.90"), quantity=Decimal(42), period="month"), "4989.60"),
        (Line("per_device", amount=Decimal(5), quantity=Decimal("1.5"), period="year"), "7.50"),
        (Line("tiered", tiers=TIERS, quantity=Decimal(60), period="month"), "25200"),
        (Line("tiered", tiers=TIERS, quantity=Decimal(10), period="year"), "400"),
        (Line("tiered", tiers=TIERS[:1], quantity=Decimal(11), period="year"), None),
        (Line("hourly_bank", amount=Decimal(2000), period="year"), "2000"),
        (Line("per_user", amount=Decimal(5), period="month"), None),
        (Line("flat", amount=Decimal(5)), None),
        (Line("one_off", amount=Decimal(3500)), "0"),
    ],
)
def test_a_year_of_one_line(line, yearly):
    found = money.yearly_cost(prices(line), day("2020-08-01"))
    assert found == (None if yearly is None else Decimal(yearly))


@pytest.mark.parametrize(
    ("found", "on", "yearly"),
    [
        (prices(rise="3"), "2021-07-31", "14400"),
        (prices(rise="3"), "2021-08-01", "14832"),  # the sum of the issue
        (prices(rise="3"), "2022-08-01", "15276.96"),
        (prices(rise="3", priced_on=day("2023-08-01")), "2024-07-31", "14400"),
        (prices(rise="3", priced_on=day("2023-08-02")), "2024-08-01", "14832"),
        (prices(replace(FLAT, escalates=False), rise="3"), "2022-08-01", "14400"),
        (prices(start="2020-02-29", rise="3"), "2021-02-28", "14832"),
    ],
)
def test_prices_rise_on_each_anniversary_after_the_day_that_they_are_of(found, on, yearly):
    assert money.yearly_cost(found, day(on)) == Decimal(yearly)


@pytest.mark.parametrize(
    ("rise", "cap", "counts"),
    [("3", None, "3"), ("5", "3", "3"), ("2", "3", "2"), (None, "3", "0"), (None, None, "0")],
)
def test_the_rise_is_its_cap_at_most(rise, cap, counts):
    given_rise, given_cap = (None if x is None else Decimal(x) for x in (rise, cap))
    assert money.rise(given_rise, given_cap) == Decimal(counts)


@pytest.mark.parametrize(
    ("versions", "start", "end", "total"),
    [
        ([prices(rise="3", priced_on=day("2023-08-01"))], "2024-08-01", "2025-08-01", "14832"),
        ([prices()], "2021-01-01", "2021-01-11", "387.10"),  # 10 of 31 days, half up
        ([prices()], "2021-01-15", "2021-02-15", "1258.06"),  # 17 of 31 and 14 of 28 days
        (
            [prices(start="2021-01-31")],
            "2021-01-31",
            "2021-02-28",
            "1200",
        ),  # a month of the contract
        ([prices()], "2019-01-01", "2020-08-01", "0"),  # before it begins
        (
            [prices(rise="3")],
            "2021-07-01",
            "2021-09-01",
            "2436",
        ),  # a month before the rise, one after
        ([prices(Line("one_off", amount=Decimal(50)))], "2020-08-01", "2020-08-02", "50"),
        ([prices(Line("one_off", amount=Decimal(50)))], "2020-08-02", "2030-08-02", "0"),
        (
            [prices(Line("one_off", amount=Decimal(50), due_on=day("2020-07-01")))],
            "2020-06-01",
            "2021-06-01",
            "50",
        ),  # due before the first day
        (
            [prices(), prices(replace(FLAT, amount=Decimal(100)), from_on=day("2021-01-01"))],
            "2020-12-01",
            "2021-02-01",
            "1300",
        ),
        ([prices(Line("flat"))], "2021-01-01", "2021-02-01", None),
        ([], "2021-01-01", "2021-02-01", None),
    ],
)
def test_a_span_costs(versions, start, end, total):
    found = money.cost(versions, day(start), day(end))
    assert found == (None if total is None else Decimal(total))


@pytest.mark.parametrize(
    ("rule", "value", "fee"),
    [
        ("none", None, "0"),
        ("fixed", "500", "500"),
        ("months", "3", "3600"),
        ("remaining", "50", "3600"),  # half of six months
        ("fixed", None, None),
        ("", None, None),
    ],
)
def test_leaving_early_costs(rule, value, fee):
    found = money.fee_of_leaving(
        rule,
        None if value is None else Decimal(value),
        versions=[prices()],
        leave_on=day("2021-02-01"),
        term_ends_on=day("2021-08-01"),
    )
    assert found == (None if fee is None else Decimal(fee))
    over = money.fee_of_leaving(
        "fixed",
        Decimal(1),
        versions=[],
        leave_on=day("2021-08-01"),
        term_ends_on=day("2021-08-01"),
    )
    assert over == 0
    unknown = {"versions": [], "leave_on": day("2021-02-01"), "term_ends_on": day("2021-08-01")}
    assert money.fee_of_leaving("months", Decimal(1), **unknown) is None
    assert money.fee_of_leaving("remaining", Decimal(1), **unknown) is None


@pytest.mark.parametrize(
    ("exact", "rounded"),
    [("1/200", "0.01"), ("-1/200", "-0.01"), ("1/201", "0.00"), ("2/3", "0.67"), ("5", "5.00")],
)
def test_sums_are_rounded_half_up(exact, rounded):
    assert cents(Fraction(exact)) == Decimal(rounded)


@given(DATES, st.integers(1, 120), st.integers(1, 60), st.integers(0, 10))
@hypothesis_settings(max_examples=60)
def test_a_term_costs_its_months_whatever_day_it_begins_on(start, initial, months, rise):
    found = replace(prices(rise=str(rise)), start_on=start, from_on=start, priced_on=start)
    low, high = add_months(start, initial), add_months(start, initial + months)
    exact = sum(
        1200 * (1 + Fraction(rise, 100)) ** (month // 12)
        for month in range(initial, initial + months)
    )
    assert money.exact_cost([found], low, high) == exact


@given(DATES, st.lists(DATES, min_size=3, max_size=3), DATES, st.integers(0, 10))
@hypothesis_settings(max_examples=60)
def test_costs_of_adjacent_spans_add_up_and_never_shrink(start, days, amended, rise):
    low, middle, high = sorted(days)
    first = replace(prices(rise=str(rise)), start_on=start, from_on=start, priced_on=start)
    second = replace(first, from_on=max(start, amended), priced_on=max(start, amended))
    for versions in ([first], [first, second]):
        one = money.exact_cost(versions, low, middle)
        other = money.exact_cost(versions, middle, high)
        assert money.exact_cost(versions, low, high) == one + other
        assert one >= 0
        assert other >= 0


@given(DATES, DATES)
@hypothesis_settings(max_examples=60)
def test_prices_rise_next_on_the_first_day_on_which_they_differ(start, on):
    found = replace(prices(rise="3"), start_on=start, from_on=start, priced_on=start)
    later = money.next_rise(found, on)
    assert later > on
    assert money.rises(found, later) == money.rises(found, later - dt.timedelta(1)) + 1
    assert money.rises(found, later - dt.timedelta(1)) == money.rises(found, on)
    assert money.next_rise(prices(), on) is None


# Tiers as text --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "again"),
    [
        ("up to 10: 40; up to 50: 35; more: 30", None),
        ("Up to 10: 40\nUP TO 50 : 35.5\nMore: 30", "up to 10: 40; up to 50: 35.50; more: 30"),
        ("10: 1,000", "up to 10: 1000"),
        ("", None),
    ],
)
def test_tiers_are_read_and_written(text, again):
    assert write_tiers(parse_tiers(text)) == (text if again is None else again)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("ten users forty", "can’t be read. Write it like up to 10: 40"),
        ("up to ten: 40", "the quantity is a number"),
        ("up to 10: forty", "the price is a number"),
        ("up to 10: 1e9", "the price is a number"),
        ("up to 10: -4", "the price is a number"),
        ("up to 10: 1.234", "the price is a number"),
        ("up to 99999999: 1", "at most 9,999,999"),
        ("up to 0: 1", "A tier ends at more than 0"),
        ("up to 10: 40; up to 10: 35", "The tiers have to grow"),
        ("more: 40; up to 10: 35", "“more” has to be the last tier"),
        ("; ".join(f"{n}: 1" for n in range(1, 22)), "There can be 20 tiers at most; this has 21"),
    ],
)
def test_tiers_that_make_no_sense_are_refused_in_words(text, words):
    with pytest.raises(ValueError, match=words):
        parse_tiers(text)
