"""Terms, renewals and notice: the published cases, days counted by hand, and what holds for any dates."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts import terms
from contracts.terms import Term, add_months, current_term
from evaluations.tests.engine.cases import load

DATES = st.dates(dt.date(1990, 1, 1), dt.date(2090, 12, 31))
FIELDS = ("start_on", "today")
RESULTS = {field for field in Term.__dataclass_fields__ if field != "committed_until"}


def day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


def given_terms(**changes) -> dict:
    usual = {
        "start_on": day("2025-01-01"),
        "initial_months": 12,
        "renewal_mode": "automatic",
        "renewal_months": 12,
        "notice": 3,
        "notice_unit": "months",
        "today": day("2025-06-01"),
    }
    return usual | changes


@pytest.mark.parametrize("case", load("contract-terms")["cases"], ids=lambda case: case["id"])
def test_published_case(case):
    asked = {
        name: day(value) if name in FIELDS else value
        for name, value in case.items()
        if name not in RESULTS | {"id"}
    }
    found = current_term(**asked)
    for name in RESULTS & case.keys():
        wanted = day(case[name]) if name.endswith(("_on", "_by")) else case[name]
        assert getattr(found, name) == wanted, name


def test_if_nothing_is_done_it_renews_once_more():
    """The example of the reminders: notice by 1 May 2024, else bound until August 2025."""
    case = {"start_on": day("2020-08-01"), "initial_months": 36}
    for today in ("2023-10-31", "2024-05-01", "2024-05-02", "2024-07-31"):
        found = current_term(**given_terms(**case, today=day(today)))
        assert found.committed_until == day("2025-08-01")
        assert found.notice_still_possible == (today <= "2024-05-01")


@pytest.mark.parametrize("mode", ["none", "by_agreement"])
def test_what_does_not_renew_by_itself_ends(mode):
    found = current_term(
        **given_terms(renewal_mode=mode, renewal_months=0, today=day("2025-12-31"))
    )
    assert (found.ended, found.committed_until) == (False, day("2026-01-01"))
    found = current_term(
        **given_terms(renewal_mode=mode, renewal_months=0, today=day("2026-01-01"))
    )
    assert (found.ended, found.notice_still_possible) == (True, False)


@pytest.mark.parametrize(
    ("today", "arrives_by", "ends_on"),
    [
        ("2025-06-01", "2025-10-01", "2026-01-01"),  # the initial term has to be kept
        ("2025-10-01", "2025-10-01", "2026-01-01"),
        ("2025-10-02", "2025-10-02", "2026-01-02"),
        ("2027-11-30", "2027-11-30", "2028-02-29"),
    ],
)
def test_an_evergreen_contract_ends_with_notice_at_any_time(today, arrives_by, ends_on):
    found = current_term(**given_terms(renewal_mode="evergreen", today=day(today)))
    assert found == Term(day(ends_on), 0, day(arrives_by), True, False, day(ends_on))


def test_business_days_are_counted_without_weekends_and_holidays():
    monday = day("2026-06-01")
    assert terms.before(monday, 5, "business_days") == day("2026-05-25")
    assert terms.before(monday, 5, "business_days", {day("2026-05-25")}) == day("2026-05-22")
    assert terms.send_by(day("2024-05-01"), 2) == day("2024-04-29")
    assert terms.send_by(day("2026-06-01"), 0, holidays={day("2026-06-01")}) == day("2026-05-29")


@pytest.mark.parametrize(
    ("changes", "name"),
    [
        ({"renewal_mode": "sometimes"}, "renewal_mode"),
        ({"notice_unit": "weeks"}, "notice_unit"),
        ({"initial_months": 0}, "initial_months"),
        ({"renewal_months": 0}, "renewal_months"),
        ({"notice": -1}, "notice"),
        ({"notice": 121}, "notice"),
        ({"start_on": dt.date(9999, 6, 1)}, "months"),
    ],
)
def test_what_makes_no_sense_is_refused(changes, name):
    with pytest.raises(ValueError, match=f"^{name}: "):
        current_term(**given_terms(**changes))


@given(DATES, st.integers(1, 120), st.integers(1, 60), DATES)
def test_a_term_holds_today_and_renewals_are_counted_from_the_start(start, initial, renewal, today):
    found = current_term(
        **given_terms(start_on=start, initial_months=initial, renewal_months=renewal, today=today)
    )
    months = initial + found.renewals_so_far * renewal
    assert found.term_ends_on == add_months(start, months)
    assert found.committed_until == add_months(start, months + renewal)
    assert found.term_ends_on > today or found.renewals_so_far == 0
    assert found.renewals_so_far == 0 or add_months(start, months - renewal) <= today


@given(DATES, st.integers(0, 24), st.sampled_from(terms.NOTICE_UNITS))
def test_notice_never_arrives_after_the_end_nor_ends_before_it_arrives(day, notice, unit):
    assert terms.before(day, notice, unit) <= day <= terms.after(day, notice, unit)
    if unit == "days":
        assert terms.after(terms.before(day, notice, unit), notice, unit) == day


@given(DATES, st.integers(0, 24), st.sampled_from(terms.NOTICE_UNITS), DATES)
def test_the_later_the_day_the_later_the_earliest_end(first, notice, unit, second):
    low, high = sorted((first, second))
    assert terms.after(low, notice, unit) <= terms.after(high, notice, unit)


@given(DATES, st.integers(-600, 600), st.integers(-600, 600))
def test_months_are_added_at_once(start, one, two):
    there = add_months(start, one + two)
    assert (there.year * 12 + there.month) - (start.year * 12 + start.month) == one + two
    assert there.day == start.day or (there + dt.timedelta(days=1)).day == 1
