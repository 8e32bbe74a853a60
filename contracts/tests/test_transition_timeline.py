"""The pure part of the transition plan: standing on a day, circles, progress; and its picture."""

import datetime as dt
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts import transition_pack
from contracts.timeline import Task, makes_circle, progress, standings
from core.charts import TimelineRow, timeline

DAY = dt.date(2027, 3, 10)


def on(day: int) -> dt.date:
    return dt.date(2027, 3, day)


@pytest.mark.parametrize(
    ("task", "state", "days_late"),
    [
        (Task(1, due_on=on(10)), "open", 0),
        (Task(1, due_on=on(9)), "late", 1),
        (Task(1, due_on=on(9), done_on=on(9)), "done", 0),
        (Task(1, due_on=on(9), done_on=on(10)), "done", 1),
        (Task(1, due_on=on(9), done_on=on(9), needs_acceptance=True), "to_accept", 0),
        (Task(1, due_on=on(9), done_on=on(9), needs_acceptance=True, accepted=True), "done", 0),
    ],
)
def test_where_a_task_stands(task, state, days_late):
    found = standings([task], DAY)[1]
    assert (found.state, found.days_late) == (state, days_late)


def test_a_task_waits_for_unfinished_ones_only_and_cannot_be_due_before_them():
    tasks = [
        Task(1, due_on=on(5), done_on=on(5)),
        Task(2, due_on=on(20)),
        Task(3, due_on=on(15), after=(1, 2, 99)),
    ]
    found = standings(tasks, DAY)
    assert (found[3].state, found[3].waits_for, found[3].due_before) == ("waits", (2,), (2,))
    assert found[2].state == "open"


def test_done_needs_nothing_before_it():
    tasks = [Task(1, due_on=on(20)), Task(2, due_on=on(21), done_on=on(1), after=(1,))]
    assert standings(tasks, DAY)[2].waits_for == ()


def test_progress_counts_what_is_finished_and_what_is_late():
    tasks = [
        Task(1, due_on=on(5), done_on=on(8)),
        Task(2, due_on=on(9)),
        Task(3, due_on=on(9), done_on=on(9), needs_acceptance=True),
    ]
    found = progress(tasks, DAY)
    assert (found.finished, found.total, found.late, found.ends_on) == (1, 3, 1, on(9))
    assert not found.is_done
    assert progress([], DAY).ends_on is None


def test_a_circle_is_found_however_long():
    orders = {2: [1], 3: [2], 4: [3]}
    assert makes_circle(orders, 1, [4]) == 4
    assert makes_circle(orders, 1, [1]) == 1
    assert makes_circle(orders, 5, [4, 1]) is None


@given(st.lists(st.tuples(st.integers(0, 8), st.integers(0, 8)), max_size=30))
def test_what_is_let_in_never_makes_a_circle(pairs):
    """Whatever is asked for, the orders that were not refused can be brought into a row."""
    orders: dict[int, set[int]] = {}
    for task, earlier in pairs:
        if makes_circle(orders, task, [earlier]) is None:
            orders.setdefault(task, set()).add(earlier)
    left = set(range(9))
    while ready := {task for task in left if not orders.get(task, set()) & left}:
        left -= ready
    assert left == set()


def test_the_usual_plan_fits_together():
    tasks = [task for _, planned in transition_pack.PHASES for task in planned]
    start = dt.date(2027, 1, 1)
    plain = [
        Task(key, due_on=start + dt.timedelta(days=task.due), after=task.after)
        for key, task in enumerate(tasks)
    ]
    assert {key: one.due_before for key, one in standings(plain, start).items()} == dict.fromkeys(
        range(len(tasks)), ()
    )
    assert all(task.start <= task.due for task in tasks)


# The picture --------------------------------------------------------------------------------------


def test_bars_lie_on_one_scale_of_days_with_today():
    rows = [
        TimelineRow("Prepare", on(10), on(1), "done", "First"),
        TimelineRow("<Run>", on(20), on(11), "late", "First"),
    ]
    svg = ElementTree.fromstring(timeline(rows, today=on(11), title="Plan"))
    bars = [group.findall("rect")[1] for group in svg.findall("g")]
    assert [(bar.get("x"), bar.get("width")) for bar in bars] == [
        ("0.00%", "50.00%"),
        ("50.00%", "50.00%"),
    ]
    assert [bar.get("class") for bar in bars] == ["chart-more", "chart-moderated"]
    lines = [group.find("line") for group in svg.findall("g")]
    assert [(line.get("class"), line.get("x1")) for line in lines] == [("chart-now", "50.00%")] * 2
    assert svg.find("desc").text == (
        "Prepare: 2027-03-01 to 2027-03-10, done; <Run>: 2027-03-11 to 2027-03-20, late"
    )


def test_today_far_away_is_not_drawn_and_a_day_is_seen():
    svg = ElementTree.fromstring(timeline([TimelineRow("A", on(1))], today=DAY, title="Plan"))
    assert list(svg.iter("line")) == []
    assert svg.find("g").findall("rect")[1].get("width") == "100.00%"


@pytest.mark.parametrize(
    "row", [TimelineRow("A", on(1), on(2)), TimelineRow("A", on(1), state="unheard")]
)
def test_what_cannot_be_drawn_is_said(row):
    with pytest.raises(ValueError, match="'A'"):
        timeline([row], today=DAY, title="Plan")


def test_no_task_is_no_picture():
    assert timeline([], today=DAY, title="Plan") == ""
