"""Costs over the term against examples that were reckoned by hand; the arithmetic stands beside each."""

from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.tiers import parse_tiers
from planning.break_even import break_even
from planning.cost_words import Wording, crossing_sentences, steps
from planning.costs import (
    CASES,
    Assumptions,
    Line,
    Quote,
    all_cases,
    cost_of,
    saving,
)

D = Decimal


def line(kind: str, amount: str | None = None, **more: Any) -> Line:
    tiers = tuple(parse_tiers(more.pop("tiers", "")))
    values = {name: D(more.pop(name)) for name in ("quantity", "extra_amount") if name in more}
    if "included_hours" in more:
        values["included_hours"] = D(more.pop("included_hours"))
    more.setdefault("period", "" if kind == "one_off" else "month")
    price = None if amount is None else D(amount)
    return Line(kind, more.pop("label", kind), price, tiers=tiers, **values, **more)


def quote(*lines: Line, rise: str | None = "0", fee: str | None = "0", rate: str = "1") -> Quote:
    fee_of = None if fee is None else D(fee)
    return Quote(lines, D(rate), None if rise is None else D(rise), fee_of)


def users(
    today: str, *, low: str = "", base: str = "", high: str = "", term: int = 12
) -> Assumptions:
    growth = {name: D(n) for name, n in (("low", low), ("base", base), ("high", high)) if n}
    return Assumptions(term, today={"users": D(today)}, growth={"users": growth})


# Worked examples ----------------------------------------------------------------------------------


def test_flat_price_with_set_up_yearly_rise_and_exit_fee() -> None:
    """Year 1: 12 x 1,200 = 14,400. Year 2: 1,200 x 1.03 = 1,236; x 12 = 14,832. Year 3: 1,236 x 1.03 =
    1,273.08; x 12 = 15,276.96. Together 44,508.96, with 5,000 set-up and 2,000 exit fee 51,508.96."""
    offer = quote(line("flat", "1200"), line("one_off", "5000"), rise="3", fee="2000")
    cost = cost_of(offer, Assumptions(36))
    assert cost.total == D("51508.96")
    assert cost.line_totals == [D("44508.96"), D("5000.00"), D("2000.00")]
    assert [cost.months[at] for at in (0, 1, 12, 24, 35)] == [
        D("6200.00"),
        D("1200.00"),
        D("1236.00"),
        D("1273.08"),
        D("3273.08"),
    ]
    assert cost.present_value == cost.total  # without a discount rate
    said = steps(cost.lines[0], offer, Assumptions(36), Wording("EUR"))
    assert [(step.when, step.words.replace("\xa0", " "), step.amount) for step in said] == [
        ("Months 1–12", "EUR 1,200 a month × 12 months", D("14400.00")),
        ("Months 13–24", "EUR 1,200 a month × 1.03 × 12 months", D("14832.00")),
        ("Months 25–36", "EUR 1,200 a month × 1.03 ^ 2 × 12 months", D("15276.96")),
    ]


def test_price_per_user_with_growing_headcount_low_expected_and_high() -> None:
    """From 10 users in month 1 evenly to 21 in month 12: 10, 11, … 21, together (10 + 21) x 12 / 2 = 186;
    x 40 = 7,440. Low: 10 all the time, 120 x 40 = 4,800. High: 10, 12, … 32, together 252; x 40 = 10,080."""
    numbers = users("10", low="10", base="21", high="32")
    offer = quote(line("per_user", "40"))
    costs = all_cases(offer, numbers)
    totals = [costs[case].total for case in CASES]
    assert totals == [D("4800.00"), D("7440.00"), D("10080.00")]
    (step,) = steps(costs["base"].lines[0], offer, numbers, Wording("EUR"))
    words = "EUR 40 a month × 186 users, the months added up (10 to 21)"
    assert (step.words.replace("\xa0", " "), step.amount) == (words, D("7440.00"))


def test_tiers_each_unit_at_the_price_of_its_own() -> None:
    """60 devices: 10 x 40 = 400, 40 x 35 = 1,400, 10 x 30 = 300, together 2,100 a month; x 12 = 25,200.
    The same as a price of a quarter: 2,100 / 3 x 12 = 8,400."""
    tiers = "up to 10: 40; up to 50: 35; more: 30"
    monthly = line("tiered", tiers=tiers, counts="devices", quantity="60")
    quarterly = line("tiered", tiers=tiers, counts="devices", quantity="60", period="quarter")
    assert cost_of(quote(monthly), Assumptions(12)).total == D("25200.00")
    assert cost_of(quote(quarterly), Assumptions(12)).total == D("8400.00")


def test_bank_of_hours_work_out_of_scope_and_licences() -> None:
    """Bank: 900 for 10 hours, 13 are needed: 900 + 3 x 95 = 1,185 a month; 14,220 in year 1, with 10 % rise
    15,642 in year 2: 29,862. Out of scope: 4 hours a quarter at 120 = 480, / 3 = 160 a month; 1,920 and
    2,112: 4,032. Licences passed through, not rising: 15 x 24 a year = 360; 720. Together 34,614."""
    bank = line("hourly_bank", "900", included_hours="10", extra_amount="95")
    extra = line("out_of_scope", "120", quantity="4", period="quarter")
    licence = line("licence", "24", counts="users", quantity="15", period="year", rises=False)
    numbers = Assumptions(24, today={"hours": D(13)})
    cost = cost_of(quote(bank, extra, licence, rise="10"), numbers)
    assert cost.line_totals == [D("29862.00"), D("4032.00"), D("720.00"), D("0.00")]
    assert cost.total == D("34614.00")
    said = steps(cost.lines[0], quote(bank, rise="10"), numbers, Wording("EUR"))[1].words
    assert said.replace("\xa0", " ") == (
        "(EUR 900 a month × 1.1 for 10 hours, and 3 further hours at EUR 95 × 1.1) × 12 months"
    )


def test_present_value_and_exchange_rate() -> None:
    """1,100 in month 12 at 10 % a year: 1,100 / 1.1 = 1,000. 1,210 in month 24: 1,210 / 1.21 = 1,000.
    Together 2,310 cost 2,000 of today's money. At 21 %, 1,100 in month 6 are 1,100 / 1.21 ^ (6/12) = 1,000.
    USD 1,000 a month at EUR 0.90 = EUR 900; at 1 % a month 900 x (1 - 1.01 ^ -12) / 0.01
    = 900 x 11.25507747 = 10,129.57 instead of 10,800."""
    fees = quote(line("one_off", "1100", from_month=12), line("one_off", "1210", from_month=24))
    cost = cost_of(fees, Assumptions(24, D(10)))
    assert (cost.total, cost.present_value) == (D("2310.00"), D("2000.00"))
    half = quote(line("one_off", "1100", from_month=6))
    assert cost_of(half, Assumptions(12, D(21))).present_value == D("1000.00")
    dollars = quote(line("flat", "1000"), rate="0.90")
    cost = cost_of(dollars, Assumptions(12, (D("1.01") ** 12 - 1) * 100))
    assert (cost.total, cost.present_value) == (D("10800.00"), D("10129.57"))


def test_saving_against_in_house() -> None:
    """In-house: 35 % of a salary of 52,000 = 18,200 a year; tools 150 x 12 = 1,800; downtime 12 hours at 80 a
    quarter = 960 x 4 = 3,840: 23,840 in year 1, with 2 % rise 24,316.80 in year 2; recruiting 4,000 once:
    52,156.80. A vendor for 1,900 a month costs 45,600: 6,556.80 less."""
    at_home = quote(
        line("flat", "18200", period="year"),
        line("flat", "150"),
        line("flat", "960", period="quarter"),
        line("one_off", "4000"),
        rise="2",
    )
    home = cost_of(at_home, Assumptions(24))
    vendor = cost_of(quote(line("flat", "1900")), Assumptions(24))
    assert home.total == D("52156.80")
    assert saving(vendor, home) == D("6556.80")


def test_volume_is_that_of_a_month_whatever_the_period() -> None:
    """120 tickets a month at 4 = 480; x 12 = 5,760. As a yearly tier: 1,440 tickets, 1,000 x 4 + 440 x 3 =
    5,320. From month 4 to 9 only: 6 x 480 = 2,880."""
    numbers = Assumptions(12, today={"volume": D(120)})
    each = line("per_unit", "4", period="")
    yearly = line("tiered", tiers="up to 1000: 4; more: 3", counts="volume", period="year")
    part = line("per_unit", "4", from_month=4, to_month=9)
    totals = [cost_of(quote(one), numbers).total for one in (each, yearly, part)]
    assert totals == [D("5760.00"), D("5320.00"), D("2880.00")]


# Break-even ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kestrel", "brightdesk", "at", "said"),
    [
        # 50 a user against 700: 700 / 50 = 14.
        (
            [line("per_user", "50")],
            [line("flat", "700")],
            [Fraction(14)],
            ["Kestrel becomes dearer than Brightdesk above 14 users."],
        ),
        # 45 a user against 200 + 30 a user: 200 / 15 = 13 1/3.
        (
            [line("per_user", "45")],
            [line("flat", "200"), line("per_user", "30")],
            [Fraction(40, 3)],
            ["Kestrel becomes dearer than Brightdesk above 13 users."],
        ),
        # 20 each up to 10, 60 each up to 20, 10 each beyond; against 35 each.
        # 200 + 60 (n - 10) = 35 n at 16; 800 + 10 (n - 20) = 35 n at 24.
        (
            [line("tiered", tiers="up to 10: 20; up to 20: 60; more: 10", counts="users")],
            [line("per_user", "35")],
            [Fraction(16), Fraction(24)],
            [
                "Kestrel becomes dearer than Brightdesk above 16 users.",
                "Brightdesk becomes dearer than Kestrel above 24 users.",
            ],
        ),
        # The same up to 10, then 5 more each.
        (
            [line("tiered", tiers="up to 10: 30; more: 35", counts="users")],
            [line("per_user", "30")],
            [],
            ["Kestrel is at no number cheaper than Brightdesk, from 1 to 100 users."],
        ),
        (
            [line("flat", "500")],
            [line("flat", "500")],
            [],
            ["Kestrel and Brightdesk cost the same from 1 to 100 users."],
        ),
    ],
)
def test_break_even(
    kestrel: list[Line], brightdesk: list[Line], at: list[Fraction], said: list[str]
) -> None:
    found = break_even(quote(*kestrel), quote(*brightdesk), users("10"), "users", D(1), D(100))
    assert found is not None
    assert [crossing.at for crossing in found.crossings] == at
    assert crossing_sentences("Kestrel", "Brightdesk", found, "users", "users") == said


def test_break_even_ends_where_the_tiers_end_and_is_none_where_a_price_is_missing() -> None:
    short = quote(line("tiered", tiers="up to 20: 30", counts="users"))
    flat = quote(line("flat", "450"))
    found = break_even(short, flat, users("10"), "users", D(1), D(100))
    assert found is not None
    assert (found.high, [c.at for c in found.crossings]) == (20, [15])
    assert break_even(quote(line("flat")), flat, users("10"), "users", D(1), D(100)) is None


# What is missing ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("offer", "numbers", "said"),
    [
        (quote(), Assumptions(12), "There are no prices yet."),
        (quote(line("flat", label="Desk")), Assumptions(12), "“Desk”: what it costs is not said."),
        (
            quote(line("flat", "10", label="Desk", period="")),
            Assumptions(12),
            "“Desk”: whether that is a month, a quarter or a year is not said.",
        ),
        (
            quote(line("per_user", "10", label="Desk")),
            Assumptions(12),
            "“Desk”: how many users is not said.",
        ),
        (
            quote(line("tiered", tiers="up to 10: 5", counts="users", label="Desk")),
            users("8", base="19"),
            "“Desk”: its tiers end before 11.",
        ),
        (
            quote(line("hourly_bank", "10", included_hours="2", quantity="3", label="Bank")),
            Assumptions(12),
            "“Bank”: 3 hours are needed; what those beyond the bank cost is not said.",
        ),
        (
            Quote((line("flat", "10"),), rate=None),
            Assumptions(12),
            "The exchange rate is not said.",
        ),
    ],
)
def test_what_is_missing_is_said_and_never_counts_as_nothing(
    offer: Quote, numbers: Assumptions, said: str
) -> None:
    cost = cost_of(offer, numbers)
    assert (cost.total, cost.present_value, cost.months) == (None, None, [])
    assert cost.missing == (said,)
    assert saving(cost, cost_of(quote(line("flat", "1")), numbers)) is None


def test_absurd_amounts_are_not_reckoned() -> None:
    huge = line("per_user", "999999999999.99", quantity="9999999", label="Desk")
    cost = cost_of(quote(huge, rise="1000", rate="9999999999"), Assumptions(60))
    assert cost.missing == ("“Desk”: it comes to more than can be reckoned.",)


def test_what_was_left_open_is_told_beside_the_total() -> None:
    bank = line("hourly_bank", "100", included_hours="2", label="Bank")
    cost = cost_of(quote(bank, rise=None, fee=None), Assumptions(24))
    assert cost.total == D("2400.00")
    assert cost.left_out == (
        "Whether prices rise each year is not said; no rise is counted.",
        "Whether leaving costs anything is not said; nothing is counted.",
        "“Bank”: how many hours we need is not said; only the bank itself is counted.",
    )


# Properties ---------------------------------------------------------------------------------------

AMOUNTS = st.decimals("0", "9999.99", places=2)
LINES = st.builds(
    lambda kind, amount, period, first, rises: Line(
        kind,
        kind,
        amount,
        "" if kind == "one_off" else period,
        counts="users",
        tiers=tuple(parse_tiers(f"up to 7: {amount}; up to 30: 12.35; more: 3")),
        included_hours=D("3.5"),
        extra_amount=D("77.77"),
        from_month=first,
        rises=rises,
    ),
    st.sampled_from(
        [
            "flat",
            "per_user",
            "per_device",
            "per_unit",
            "tiered",
            "hourly_bank",
            "one_off",
            "licence",
        ]
    ),
    AMOUNTS,
    st.sampled_from(["month", "quarter", "year"]),
    st.one_of(st.none(), st.integers(1, 12)),
    st.booleans(),
)
QUOTES = st.builds(
    lambda lines, rise, fee, rate: Quote(tuple(lines), rate, rise, fee),
    st.lists(LINES, min_size=1, max_size=6),
    st.decimals("0", "15", places=3),
    AMOUNTS,
    st.decimals("0.01", "150", places=6),
)
TERMS = st.integers(12, 60)


def numbers_of(term: int, start: int, low: int, base: int, discount: Decimal) -> Assumptions:
    names = ("users", "devices", "volume", "hours")
    growth = {"low": D(low), "base": D(low + base), "high": D(low + 2 * base)}
    return Assumptions(term, discount, {n: D(start) for n in names}, dict.fromkeys(names, growth))


NUMBERS = st.builds(
    numbers_of,
    TERMS,
    st.integers(0, 90),
    st.integers(0, 90),
    st.integers(0, 90),
    st.decimals("0", "20", places=3),
)


@settings(max_examples=40, deadline=None)
@given(QUOTES, NUMBERS)
def test_parts_add_up_and_more_is_never_cheaper(offer: Quote, numbers: Assumptions) -> None:
    costs = all_cases(offer, numbers)
    for case, cost in costs.items():
        assert cost.total is not None
        assert sum(cost.months) == sum(cost.line_totals) == cost.total
        for each, shown in zip(cost.lines, cost.line_totals, strict=False):
            told = steps(each, offer, numbers, Wording("EUR", "USD"), case)
            assert abs(sum(step.amount for step in told) - shown) <= D("0.01")
        assert cost.present_value is not None
        assert cost.present_value <= cost.total
    totals = [costs[case].total or D(0) for case in CASES]
    assert totals == sorted(totals)  # monotone in numbers
    free = Assumptions(numbers.term_months, D(0), numbers.today, numbers.growth)
    assert cost_of(offer, free).present_value == costs["base"].total


@settings(max_examples=40, deadline=None)
@given(QUOTES, NUMBERS, AMOUNTS, st.integers(0, 5))
def test_a_higher_price_never_costs_less(
    offer: Quote, numbers: Assumptions, more: Decimal, at: int
) -> None:
    at %= len(offer.lines)
    old = offer.lines[at]
    new = Line(**{**vars(old), "amount": (old.amount or D(0)) + more})
    dearer = Quote(
        (*offer.lines[:at], new, *offer.lines[at + 1 :]),
        offer.rate,
        offer.rise_percent,
        offer.exit_fee,
    )
    before, after = cost_of(offer, numbers).total, cost_of(dearer, numbers).total
    assert before is not None
    assert after is not None
    assert before <= after


@settings(max_examples=25, deadline=None)
@given(QUOTES, QUOTES, st.integers(12, 24))
def test_break_even_is_where_the_totals_change_places(one: Quote, two: Quote, term: int) -> None:
    numbers = numbers_of(term, 5, 5, 5, D(0))
    found = break_even(one, two, numbers, "users", D(1), D(40))
    assert found is not None
    for crossing in found.crossings:
        whole = crossing.at.numerator // crossing.at.denominator
        dearer, cheaper = (one, two) if crossing.first_is_dearer else (two, one)
        beyond = [
            _exact(quote, numbers, Fraction(whole + 1) if whole < 40 else crossing.at)
            for quote in (dearer, cheaper)
        ]
        at = [_exact(quote, numbers, crossing.at) for quote in (dearer, cheaper)]
        assert at[0] == at[1]
        later = [other.at for other in found.crossings if crossing.at < other.at <= whole + 1]
        assert later or beyond[0] >= beyond[1]


def _exact(offer: Quote, numbers: Assumptions, held: Fraction) -> Fraction:
    fixed = Assumptions(numbers.term_months, D(0), numbers.today, numbers.growth, {"users": held})
    return sum(cost_of(offer, fixed).exact_months, Fraction(0))
