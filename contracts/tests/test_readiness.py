"""Independence, cost, readiness and comparison: the stated rules, number by number."""

import datetime as dt
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts import readiness as r

TODAY = dt.date(2026, 6, 15)
OURS = r.KeyFacts("Domain", "us", "both", "Anna", dt.date(2026, 1, 1), 6)
THEIRS = r.KeyFacts("Firewall", "vendor", "vendor", "nobody", dt.date(2025, 1, 1), None)
SILENT = r.KeyFacts("Backup", "", "", "", None, 12)


def test_the_weights_are_a_hundred():
    assert sum(question.weight for question in r.QUESTIONS) == 100
    assert sum(part.weight for part in r.PARTS) == 100


def test_all_said_and_all_ours():
    found = r.independence([OURS], TODAY)
    assert (found.low, found.high, found.complete, found.gains) == (1, 1, True, ())


def test_only_the_vendor():
    found = r.independence([OURS, THEIRS], TODAY)
    assert (found.low, found.high) == (Decimal("0.5"), Decimal("0.5"))
    assert found.vendor_only == ("Firewall",)
    assert [(gain.question.code, gain.names, gain.points) for gain in found.gains] == [
        ("admin", ("Firewall",), 20),
        ("owned", ("Firewall",), 15),
        ("second", ("Firewall",), Decimal("7.5")),
        ("verified", ("Firewall",), Decimal("7.5")),
    ]


def test_what_is_not_said_is_missing_and_not_zero():
    found = r.independence([OURS, SILENT], TODAY)
    assert (found.low, found.high) == (Decimal("0.5"), 1)
    assert (found.answered, found.asked, found.whole, found.unknown) == (4, 8, 1, ("Backup",))
    assert found.gains == ()


def test_without_a_key_there_is_no_share():
    found = r.independence([], TODAY)
    assert (found.low, found.high, found.complete) == (None, None, False)


HOLDERS = st.sampled_from(["", "us", "both", "vendor", "other"])
DAYS = st.none() | st.dates(dt.date(2020, 1, 1), dt.date(2026, 6, 15))
KEYS = st.builds(
    r.KeyFacts,
    name=st.just("Key"),
    owned_by=HOLDERS,
    admin_by=HOLDERS,
    second_admin=st.sampled_from(["", "nobody", "Anna"]),
    verified_on=DAYS,
    verify_months=st.none() | st.integers(1, 24),
)


@given(st.lists(KEYS, min_size=1, max_size=8))
def test_the_share_is_a_range_that_closes_when_all_is_said(keys):
    found = r.independence(keys, TODAY)
    assert 0 <= found.low <= found.high <= 1
    assert (found.low == found.high) == found.complete
    # Every no that becomes a yes brings us to the top of the range and no further.
    assert round(found.high + sum(gain.share for gain in found.gains), 20) == 1


@pytest.mark.parametrize(
    ("last", "months", "start", "due"),
    [
        (dt.date(2026, 1, 31), 1, None, dt.date(2026, 2, 28)),
        (None, 6, dt.date(2026, 1, 1), dt.date(2026, 7, 1)),  # never yet: from the start on
        (dt.date(2026, 1, 31), None, dt.date(2026, 1, 1), None),
        (None, 6, None, None),
        (dt.date(9999, 12, 1), 6, None, None),
    ],
)
def test_when_a_check_is_due_again(last, months, start, due):
    assert r.next_check_on(last, months, start) == due


@pytest.mark.parametrize(
    ("last", "months", "expected"),
    [
        (None, 6, None),
        (dt.date(2025, 12, 15), 6, True),  # due today
        (dt.date(2025, 12, 14), 6, False),
        (dt.date(2025, 6, 15), None, True),  # a year, if it says nothing
        (dt.date(2025, 6, 14), None, False),
    ],
)
def test_checked_in_time(last, months, expected):
    assert r.checked_in_time(last, months, TODAY) is expected


def costs(*amounts: int | None) -> dict[str, Decimal | None]:
    made = [None if amount is None else Decimal(amount) for amount in amounts]
    return dict(zip(r.COST_PARTS, made, strict=True))


@pytest.mark.parametrize(
    ("parts", "budget", "total", "missing", "spare", "short"),
    [
        (costs(None, None, None, None), 100, None, 4, None, None),
        (costs(0, 0, 0, 0), None, 0, 0, None, None),  # zero is an answer
        (costs(100, None, 50, 0), 500, 150, 1, 350, None),
        (costs(100, 200, 300, 0), 500, 600, 0, -100, 100),
    ],
)
def test_the_cost_adds_up_what_is_said(parts, budget, total, missing, spare, short):
    found = r.exit_cost(parts, None if budget is None else Decimal(budget))
    assert (found.total, len(found.missing), found.spare) == (total, missing, spare)
    assert (found.short, found.complete) == (short, missing == 0)


def test_how_long_the_steps_take():
    assert r.steps_take([3, None, 0]) == r.Duration(days=3, silent=1)


NOTHING = r.PlanFacts()
ALL = r.PlanFacts(
    triggers="Sold",
    steps=3,
    days_to_leave=0,
    budgeted=True,
    cost=r.exit_cost(costs(1, 2, 3, 0), Decimal(6)),
    data_return="Tickets",
    data_format="CSV",
    drill_in_time=True,
    alternatives=1,
    quotes_that_count=1,
    independence=Decimal(1),
)


def test_nothing_is_ready_and_the_steps_help_most():
    found = r.readiness(NOTHING)
    assert (found.share, found.best.part.code, found.best.lacking) == (0, "steps", 15)


def test_all_is_ready_and_nothing_is_left_to_do():
    found = r.readiness(ALL)
    assert (found.share, found.best) == (1, None)


@pytest.mark.parametrize(
    ("change", "share", "best"),
    [
        ({"steps": 0}, "0.85", "steps"),
        ({"days_to_leave": None}, "0.90", "time"),
        ({"triggers": "  "}, "0.90", "triggers"),
        ({"data_format": ""}, "0.95", "data"),
        ({"quotes_that_count": 0}, "0.90", "quote"),
        ({"alternatives": 0, "quotes_that_count": 0}, "0.80", "alternative"),
        ({"drill_in_time": None}, "0.95", "drill"),
        ({"independence": None}, "0.95", "keys"),
        ({"independence": Decimal("0.5")}, "0.975", "keys"),
        ({"budgeted": False}, "0.90", "budget"),
        ({"cost": r.exit_cost(costs(1, 2, 3, 0), Decimal(5))}, "0.90", "budget"),
        ({"cost": r.exit_cost(costs(1, None, None, 0), Decimal(5))}, "0.925", "cost"),
    ],
)
def test_each_part_is_the_best_when_it_alone_is_lacking(change, share, best):
    found = r.readiness(r.PlanFacts(**{**vars(ALL), **change}))
    assert (found.share, found.best.part.code) == (Decimal(share), best)


def test_every_part_says_where_it_is_mended():
    for row in r.readiness(NOTHING).parts:
        assert bool(row.field) == (row.part.place == r.PLAN)


@pytest.mark.parametrize(
    ("quote", "is_yearly", "currency", "paid", "more", "share"),
    [
        (90, True, "EUR", 100, -10, "-0.1"),
        (90, True, "EUR", 0, 90, None),
        (90, False, "EUR", 100, None, None),
        (90, None, "EUR", 100, None, None),
        (90, True, "USD", 100, None, None),
        (None, True, "EUR", 100, None, None),
        (90, True, "EUR", None, None, None),
    ],
)
def test_a_yearly_quote_is_compared_in_the_same_currency(
    quote, is_yearly, currency, paid, more, share
):
    found = r.compare(
        None if quote is None else Decimal(quote),
        is_yearly=is_yearly,
        currency=currency,
        yearly_cost=None if paid is None else Decimal(paid),
        paid_in="EUR",
    )
    expected = r.Comparison(Decimal(more), Decimal(share) if share else None) if more else None
    assert found == expected


@pytest.mark.parametrize(
    ("quote", "quoted", "expires", "counts"),
    [
        (None, TODAY, TODAY, False),
        (1, None, None, False),
        (1, dt.date(2025, 6, 15), None, True),
        (1, dt.date(2025, 6, 14), None, False),
        (1, dt.date(2020, 1, 1), TODAY, True),
        (1, TODAY, dt.date(2026, 6, 14), False),
    ],
)
def test_whether_a_quote_still_counts(quote, quoted, expires, counts):
    amount = None if quote is None else Decimal(quote)
    assert r.quote_counts(amount, quoted, expires, TODAY) is counts
