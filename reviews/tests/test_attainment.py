"""Values, windows and credits: arithmetic, exact to the cent and the day."""

import datetime as dt
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contracts.level_words import Band, Level
from contracts.money import Line, Prices
from core.periods import MONTHS, Period
from reviews import attainment as at
from reviews.windows import Span, windows_of

D = dt.date


def level(**values) -> Level:
    said = {
        "metric": "availability",
        "name": "Availability",
        "comparator": "at_least",
        "target": Decimal("99.5"),
        "unit": "percent",
        "window": "month",
        "credits": (
            Band(Decimal("99.5"), Decimal(5)),
            Band(Decimal(99), Decimal(10)),
            Band(Decimal(95), Decimal(30)),
        ),
        "credit_cap_percent": Decimal(25),
    }
    return Level(**{**said, **values})


QUICK = level(
    metric="response",
    comparator="at_most",
    target=Decimal(4),
    unit="hours",
    share=Decimal(90),
    credits=(Band(Decimal(90), Decimal(5)),),
)
SLOW = level(comparator="at_most", target=Decimal(3), unit="hours", credits=(), metric="custom")
SCORE = level(metric="satisfaction", target=Decimal(4), unit="score", credits=())


# Values ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("promise", "pair", "value", "kept", "percent"),
    [
        (level(), ("995", "1000"), "99.5", True, "0"),
        (level(), ("99499999", "100000000"), "99.4999", False, "5"),  # never rounded into kept
        (level(), ("990", "1000"), "99", False, "5"),
        (level(), ("2", "3"), "66.6666", False, "25"),  # 30, but the cap
        (QUICK, ("35", "40"), "87.5", False, "5"),
        (QUICK, ("36", "40"), "90", True, "0"),
        (QUICK, ("0", "0"), None, None, "0"),
        (SCORE, ("42", "10"), "4.2", True, "0"),
        (SCORE, ("39.99999", "10"), ValueError, None, "0"),
        (SLOW, ("3", "1"), ValueError, None, "0"),
        (QUICK, ("41", "40"), ValueError, None, "0"),
        (QUICK, ("1", "0"), ValueError, None, "0"),
        (QUICK, ("-1", "40"), ValueError, None, "0"),
    ],
)
def test_a_value_from_two_numbers(promise, pair, value, kept, percent):
    numbers = [Decimal(one) for one in pair]
    if value is ValueError:
        with pytest.raises(ValueError, match=r"[a-z]{3}.*\."):
            at.computed(promise, *numbers)
        return
    found = at.computed(promise, *numbers)
    assert found == (None if value is None else Decimal(value))
    assert at.is_kept(promise, found) is kept
    assert at.credit_percent(promise, found) == Decimal(percent)


@given(
    st.integers(0, 10**9),
    st.integers(1, 10**9),
    st.decimals(0, 100, places=4),
    st.sampled_from(["at_least", "at_most"]),
)
@settings(max_examples=50, deadline=None)
def test_rounding_never_changes_sides(numerator, denominator, limit, comparator):
    promise = level(comparator=comparator, target=limit, credits=(), unit="percent")
    exact = Fraction(numerator, denominator) * 100
    worse = exact < Fraction(limit) if comparator == "at_least" else exact > Fraction(limit)
    value = at.rounded(promise, exact)
    assert at.is_kept(promise, value) is not worse
    assert abs(Fraction(value) - exact) < Fraction(1, 10_000)


@pytest.mark.parametrize(
    ("promise", "value"),
    [(level(), "100.1"), (level(), "-1"), (SLOW, "1.00001"), (SCORE, "101"), (SLOW, "1e15")],
)
def test_what_cannot_be_measured_is_refused(promise, value):
    with pytest.raises(ValueError, match=r"\.$"):
        at.check(promise, Decimal(value))


def test_attainment_and_trend_pass_over_what_is_missing():
    assert at.attainment([True, None, False, True]) == at.Attainment(kept=2, measured=3)
    assert at.attainment([None]).share is None
    assert at.trend(level(), [Decimal(99), None, Decimal(98)]) == "worse"
    assert at.trend(SLOW, [Decimal(3), Decimal(2)]) == "better"
    assert at.trend(SLOW, [Decimal(3), Decimal("3.0000")]) == "same"
    assert at.trend(SLOW, [None, Decimal(3)]) == ""


# Windows --------------------------------------------------------------------------------------------


def spans(*rows) -> list[Span]:
    return [Span(level(window=window, name=name), low, high) for window, name, low, high in rows]


def told(found) -> list[tuple]:
    return [
        (w.level.name, w.first_on, w.last_on, w.counts.first_on, w.counts.last_on) for w in found
    ]


def test_a_contract_that_begins_and_ends_inside_a_window():
    found = windows_of(
        spans(("month", "a", D(2026, 1, 15), None)), 1, D(2026, 1, 15), D(2026, 3, 9)
    )
    assert told(found) == [
        ("a", D(2026, 1, 1), D(2026, 1, 31), D(2026, 1, 15), D(2026, 1, 31)),
        ("a", D(2026, 2, 1), D(2026, 2, 28), D(2026, 2, 1), D(2026, 2, 28)),
        ("a", D(2026, 3, 1), D(2026, 3, 31), D(2026, 3, 1), D(2026, 3, 9)),
    ]


def test_an_amendment_inside_a_window_counts_from_the_next_one_on():
    day = D(2026, 2, 10)
    found = windows_of(
        spans(("month", "old", D(2026, 1, 1), day), ("month", "new", day, None)),
        1,
        D(2026, 1, 1),
        D(2026, 3, 31),
    )
    assert told(found) == [
        ("old", D(2026, 1, 1), D(2026, 1, 31), D(2026, 1, 1), D(2026, 1, 31)),
        ("old", D(2026, 2, 1), D(2026, 2, 28), D(2026, 2, 1), D(2026, 2, 28)),
        ("new", D(2026, 3, 1), D(2026, 3, 31), D(2026, 3, 1), D(2026, 3, 31)),
    ]


def test_another_length_of_the_window_cuts_it_and_fiscal_quarters_follow_the_year():
    day = D(2026, 2, 10)
    found = windows_of(
        spans(("month", "old", D(2026, 1, 1), day), ("quarter", "new", day, D(2026, 7, 1))),
        2,
        D(2026, 1, 1),
        D(2026, 12, 31),
    )
    assert told(found) == [
        ("old", D(2026, 1, 1), D(2026, 1, 31), D(2026, 1, 1), D(2026, 1, 31)),
        ("old", D(2026, 2, 1), D(2026, 2, 9), D(2026, 2, 1), D(2026, 2, 9)),
        ("new", D(2026, 2, 10), D(2026, 4, 30), D(2026, 2, 10), D(2026, 4, 30)),
        ("new", D(2026, 5, 1), D(2026, 7, 31), D(2026, 5, 1), D(2026, 6, 30)),
    ]


def test_what_was_measured_by_another_calendar_stays_and_the_rest_is_cut_around_it():
    """The second quarter was measured; then the fiscal year is moved to February."""
    found = windows_of(
        spans(("quarter", "a", D(2026, 1, 1), None)),
        2,
        D(2026, 1, 1),
        D(2026, 10, 31),
        [Period(D(2026, 4, 1), D(2026, 6, 30)), Period(D(2026, 8, 1), D(2026, 10, 31))],
    )
    assert [(w.first_on, w.last_on) for w in found] == [
        (D(2025, 11, 1), D(2026, 1, 31)),
        (D(2026, 2, 1), D(2026, 3, 31)),
        (D(2026, 4, 1), D(2026, 6, 30)),
        (D(2026, 7, 1), D(2026, 7, 31)),
        (D(2026, 8, 1), D(2026, 10, 31)),
    ]


@given(
    st.lists(st.integers(0, 900), min_size=1, max_size=4, unique=True),
    st.lists(st.sampled_from(["month", "quarter", "year"]), min_size=4, max_size=4),
    st.integers(1, 12),
)
@settings(max_examples=50, deadline=None)
def test_windows_cover_each_day_of_the_promise_once(days, lengths, fiscal_month):
    begin = D(2024, 1, 10)
    starts = [begin + dt.timedelta(days=day) for day in sorted(days)]
    rows = [
        (lengths[n], str(n), day, starts[n + 1] if n + 1 < len(starts) else None)
        for n, day in enumerate(starts)
    ]
    end = D(2027, 3, 3)
    found = windows_of(spans(*rows), fiscal_month, starts[0], end)
    covered = [
        w.counts.first_on + dt.timedelta(days=n) for w in found for n in range(w.counts.days)
    ]
    assert covered == [starts[0] + dt.timedelta(days=n) for n in range((end - starts[0]).days + 1)]
    assert len({w.first_on for w in found}) == len(found)
    assert all(w.first_on <= w.counts.first_on and w.counts.last_on <= w.last_on for w in found)


# Credits --------------------------------------------------------------------------------------------


BEGIN = D(2026, 1, 15)


def prices(amount="1000", from_on=BEGIN, **values) -> Prices:
    line = Line("flat", amount=Decimal(amount), period="month")
    fee = Line("one_off", amount=Decimal(9999))
    said = {"start_on": D(2026, 1, 15), "from_on": from_on, "priced_on": from_on}
    return Prices((line, fee), **{**said, **values})


@pytest.mark.parametrize(
    ("versions", "first_on", "last_on", "price"),
    [
        # A whole month is a monthly price, whatever day the contract began on; setup is not in it.
        ([prices()], D(2026, 2, 1), D(2026, 2, 28), "1000.00"),
        ([prices()], D(2026, 1, 15), D(2026, 1, 31), "548.39"),  # 17 of 31 days
        ([prices()], D(2026, 4, 1), D(2026, 6, 30), "3000.00"),
        # A rise of 10 % on 15 January: 14 days at the old price, 17 at the new one.
        ([prices(rise_percent=Decimal(10))], D(2027, 1, 1), D(2027, 1, 31), "1054.84"),
        # An amendment from 11 April: 10 days at 1,000 and 20 at 1,300.
        ([prices(), prices("1300", D(2026, 4, 11))], D(2026, 4, 1), D(2026, 4, 30), "1200.00"),
        ([], D(2026, 4, 1), D(2026, 4, 30), None),
        (
            [Prices((), D(2026, 1, 1), D(2026, 1, 1), D(2026, 1, 1))],
            D(2026, 4, 1),
            D(2026, 4, 30),
            None,
        ),
    ],
)
def test_the_price_of_a_window(versions, first_on, last_on, price):
    found = at.window_price(versions, Period(first_on, last_on))
    assert found == (None if price is None else Decimal(price))


@pytest.mark.parametrize(
    ("price", "percent", "amount"),
    [
        ("1000", "5", "50.00"),
        ("33.33", "5", "1.67"),
        ("0.10", "5", "0.01"),
        ("33.30", "25", "8.33"),
    ],
)
def test_a_credit_is_rounded_half_up_to_cents(price, percent, amount):
    assert at.credit_amount(Decimal(price), Decimal(percent)) == Decimal(amount)
    assert at.credit_amount(None, Decimal(percent)) is None


def test_a_claim_is_due_so_many_days_after_the_window():
    assert at.claim_by(D(2028, 1, 31), 29) == D(2028, 2, 29)
    assert at.claim_by(D(2026, 1, 31), 0) == D(2026, 1, 31)
    assert at.claim_by(D(2026, 1, 31), None) is None


def test_every_length_of_a_window_is_known():
    assert {"month", "quarter", "year"} <= set(MONTHS)
