"""The next day by which notice counts, what a notice does, and how it is said."""

import datetime as dt
from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from contracts import terms
from contracts.commitment import Commitment, Outlook, sentence, too_late
from contracts.terms import Deadline, Rule

DATES = st.dates(dt.date(2000, 1, 1), dt.date(2060, 12, 31))
A_DAY = dt.timedelta(days=1)


def day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


ISSUE = Rule(day("2020-08-01"), 36, "automatic", 12, 3, "months", postal_days=2)
RULES = st.builds(
    Rule,
    start_on=DATES,
    initial_months=st.integers(1, 60),
    renewal_mode=st.just("automatic"),
    renewal_months=st.integers(1, 36),
    notice=st.integers(0, 24),
    notice_unit=st.sampled_from(terms.NOTICE_UNITS),
    postal_days=st.integers(0, 10),
)


def test_the_deadline_of_the_issue():
    assert terms.next_deadline(ISSUE, day("2024-01-15")) == Deadline(
        ends_on=day("2024-08-01"),
        arrives_from=None,
        arrives_by=day("2024-05-01"),
        send_by=day("2024-04-29"),
        committed_until=day("2025-08-01"),
    )


def test_a_window_for_notice_has_a_first_day():
    rule = replace(ISSUE, notice_earliest=6)
    assert terms.next_deadline(rule, day("2024-01-15")).arrives_from == day("2024-02-01")
    assert terms.too_early(rule, day("2024-01-31")) == day("2024-02-01")
    assert terms.too_early(rule, day("2024-02-01")) is None
    assert terms.too_early(ISSUE, day("2024-01-31")) is None


def test_notice_longer_than_a_term_reaches_a_later_one():
    monthly = Rule(day("2024-01-01"), 1, "automatic", 1, 3, "months")
    found = terms.next_deadline(monthly, day("2024-06-15"))
    assert (found.ends_on, found.arrives_by) == (day("2024-10-01"), day("2024-07-01"))


@pytest.mark.parametrize(
    ("changes", "arrives", "ends"),
    [
        ({}, "2024-05-01", "2024-08-01"),
        ({}, "2024-05-02", "2025-08-01"),
        ({"renewal_mode": "none"}, "2022-01-01", "2023-08-01"),
        ({"renewal_mode": "evergreen"}, "2024-05-10", "2024-08-10"),
        ({"notice": None}, "2024-05-10", "2024-08-01"),
    ],
)
def test_on_which_day_a_notice_ends_it(changes, arrives, ends):
    assert terms.end_by_notice(replace(ISSUE, **changes), day(arrives)) == day(ends)


@pytest.mark.parametrize("changes", [{"notice": None}, {"renewal_mode": "none"}])
def test_some_contracts_have_no_deadline(changes):
    assert terms.next_deadline(replace(ISSUE, **changes), day("2024-01-15")) is None


def test_renewals_so_far_are_listed():
    assert terms.renewals(ISSUE, day("2024-08-01")) == [day("2023-08-01"), day("2024-08-01")]
    assert terms.renewals(replace(ISSUE, renewal_mode="none"), day("2024-08-01")) == []


def test_a_letter_does_not_arrive_on_a_sunday():
    sunday = day("2024-06-30")
    assert terms.send_by(sunday, 2) == day("2024-06-26")
    assert terms.send_by(sunday, 0) == day("2024-06-28")
    assert terms.send_by(sunday, 0, on_business_day=False) == sunday


@given(DATES, st.integers(0, 20), st.sets(DATES, max_size=5))
@hypothesis_settings(max_examples=60)
def test_what_is_sent_on_the_last_safe_day_is_there_in_time(arrives_by, postal_days, holidays):
    sent = terms.send_by(arrives_by, postal_days, holidays=holidays)
    assert terms.is_business_day(sent, holidays)
    assert terms.after(sent, postal_days, terms.BUSINESS_DAYS, holidays) <= arrives_by


@given(RULES, DATES)
@hypothesis_settings(max_examples=80)
def test_notice_in_time_ends_it_at_the_end_of_the_term_and_a_day_later_does_not(rule, today):
    found = terms.next_deadline(rule, today)
    assert found.arrives_by >= today
    assert found.send_by <= found.arrives_by < found.committed_until
    assert terms.end_by_notice(rule, found.arrives_by) == found.ends_on
    assert terms.end_by_notice(rule, found.arrives_by + A_DAY) >= found.committed_until
    term = terms.term_on(rule, today)
    if found.ends_on == today:  # no notice period, on the very day
        assert found.committed_until == term.term_ends_on
    elif term.notice_still_possible:
        assert (found.ends_on, found.arrives_by) == (term.term_ends_on, term.notice_arrives_by)
        assert found.committed_until == term.committed_until
    else:
        assert found.ends_on >= term.committed_until


@given(RULES, DATES, DATES)
@hypothesis_settings(max_examples=60)
def test_the_later_the_day_the_longer_we_are_committed(rule, one, other):
    low, high = sorted((one, other))
    early, late = terms.next_deadline(rule, low), terms.next_deadline(rule, high)
    assert early.committed_until <= late.committed_until
    assert terms.end_by_notice(rule, low) <= terms.end_by_notice(rule, high)


# In words -------------------------------------------------------------------------------------------

RENEWS = Commitment(
    Outlook.RENEWS,
    day("2024-01-15"),
    ends_on=day("2024-08-01"),
    send_by=day("2024-04-29"),
    arrives_by=day("2024-05-01"),
    until_on=day("2025-08-01"),
    at_stake=Decimal("14832.00"),
)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        (
            {},
            "Last safe day: Mon 2024-04-29. If you do nothing you commit to €14,832 until 2025-08-01.",
        ),
        (
            {"today": day("2024-04-30")},
            "By post it is too late: notice must arrive by Wed 2024-05-01."
            " If you do nothing you commit to €14,832 until 2025-08-01.",
        ),
        (
            {"at_stake": None},
            "Last safe day: Mon 2024-04-29."
            " If you do nothing you are bound until 2025-08-01; what that costs is not known yet.",
        ),
        (
            {"arrives_by": None, "send_by": None},
            "It renews by itself on 2024-08-01. If you do nothing you commit to €14,832 until"
            " 2025-08-01. How much notice is needed is not said yet.",
        ),
        (
            {"until_on": None},
            "When it renews is not known yet: start, term and renewal have to be filled in.",
        ),
        (
            {"outlook": Outlook.UNKNOWN, "ends_on": None},
            "When it ends is not known yet: start, term and renewal have to be filled in.",
        ),
        (
            {"outlook": Outlook.UNKNOWN},
            "It runs until 2024-08-01 at least. How much notice ends it is not said yet.",
        ),
        ({"outlook": Outlook.OVER}, "It ended on 2024-08-01."),
        (
            {"outlook": Outlook.RUNS_ON},
            "It runs on until somebody gives notice; if notice arrives today, it ends on 2024-08-01.",
        ),
    ],
)
def test_the_sentence(changes, words):
    found = replace(RENEWS, **changes)
    assert sentence(found, write_day=str, write_money=lambda amount: f"€{amount:,.0f}") == words


def test_what_is_too_late_is_said_first():
    assert too_late(RENEWS, write_day=str) == ""
    assert too_late(replace(RENEWS, too_late_for=day("2023-08-01")), write_day=str) == (
        "It can’t be ended on 2023-08-01 any more: notice would be too late."
        " It runs until 2024-08-01 at least."
    )
