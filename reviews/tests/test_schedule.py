"""Which periods are reviewed: nothing twice, nothing left out, whatever the calendar, the contract and the
changes of the plan."""

import datetime as dt
from dataclasses import replace

from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from core.periods import A_DAY, MONTHS, Period
from reviews.schedule import Timetable, appears_on, before, begun, coming, first_period

few = hypothesis_settings(max_examples=50)
days = st.dates(dt.date(2023, 11, 1), dt.date(2026, 3, 31))
today = dt.date(2026, 2, 28)


@st.composite
def timetables(draw):
    starts_on = draw(days)
    runs = draw(st.none() | st.integers(1, 1200))
    return Timetable(
        every=draw(st.sampled_from(sorted(MONTHS))),
        first_on=max(starts_on, draw(days)),
        due_days=draw(st.integers(1, 60)),
        starts_on=starts_on,
        over_on=starts_on + dt.timedelta(days=runs) if runs else None,
        fiscal_month=draw(st.integers(1, 12)),
    )


def on(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


def covered(spans: list[Period]) -> list[dt.date]:
    return [span.first_on + n * A_DAY for span in spans for n in range(span.days)]


def owed(times: Timetable) -> set[dt.date]:
    """Every day of the contract that has to be reviewed by today."""
    start = max(times.period_of(times.first_on).first_on, times.starts_on)
    end = min(today, times.last_on or today)
    return {start + n * A_DAY for n in range(max(0, (end - start).days + 1))}


@few
@given(timetables())
def test_every_day_of_the_contract_is_reviewed_once(times):
    found = begun(times, [], today)
    assert all(span == times.period_of(span.first_on) for span in found), "whole periods"
    all_days = covered(found)
    assert len(all_days) == len(set(all_days))
    assert owed(times) <= set(all_days)
    for span in found:
        part = times.part(span)
        assert part
        assert part.first_on <= today
        assert times.due_on(span) == part.last_on + dt.timedelta(days=times.due_days)
    assert begun(times, found, today) == [], "asked again, nothing is missing"


@few
@given(timetables(), st.sampled_from(sorted(MONTHS)), st.integers(1, 12), st.data())
def test_another_plan_goes_on_where_the_kept_reviews_end(times, every, month, data):
    """Some of the old reviews are kept; the new periods take what is left, and no more."""
    old = begun(times, [], today)
    kept = [span for span in old if data.draw(st.booleans())]
    new = begun(replace(times, every=every, fiscal_month=month), kept, today)
    all_days = covered([*kept, *new])
    assert len(all_days) == len(set(all_days)), "no day is reviewed twice"
    missing = owed(times) - set(all_days)
    assert not {day for day in missing if day >= times.first_on}, "none is left out"


@few
@given(timetables())
def test_what_comes_next_is_what_appears_next(times):
    found = begun(times, [], today)
    after = coming(times, found, today)
    if after is None:
        last = times.last_on
        assert last is not None
        assert begun(times, found, last + dt.timedelta(days=800)) == []
    else:
        day = max(appears_on(times, after), today + A_DAY)
        assert begun(times, found, day) == [after]
        assert begun(times, found, day - A_DAY) == []


@few
@given(timetables())
def test_what_passed_before_is_told_and_not_reviewed(times):
    found = begun(times, [], today)
    earlier = before(times, found)
    assert not set(covered(earlier)) & set(covered(found))
    assert all(times.part(period) for period in earlier)
    if earlier:
        assert times.starts_on in earlier[0]


def test_a_contract_that_starts_and_ends_inside_periods():
    times = Timetable("quarter", on("2025-02-10"), 14, on("2025-02-10"), on("2025-08-01"))
    first, second, third = begun(times, [], today)
    assert times.part(first) == (on("2025-02-10"), on("2025-03-31"))
    assert third == (on("2025-07-01"), on("2025-09-30"))
    assert times.part(third) == (on("2025-07-01"), on("2025-07-31"))
    assert times.due_on(third) == on("2025-08-14")
    assert (second.days, coming(times, [first, second, third], today)) == (91, None)


def test_reviews_begin_now_or_with_the_contract():
    times = Timetable("quarter", today, 14, on("2020-05-05"), fiscal_month=2)
    assert first_period(times, today) == (on("2026-02-01"), on("2026-04-30"))
    later = replace(times, starts_on=on("2026-05-15"))
    assert first_period(later, today) == (on("2026-05-01"), on("2026-07-31"))


def test_a_leap_day_belongs_to_its_month():
    times = Timetable("month", on("2024-02-29"), 1, on("2024-02-29"), on("2024-03-01"))
    assert [times.part(span) for span in begun(times, [], today)] == [(on("2024-02-29"),) * 2]
