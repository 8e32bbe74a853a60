"""The calendar: a month, the list, one day's page."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pytest_django.asserts import assertContains, assertNotContains

from core.tenancy import organization_scope
from dashboard.calendar import month_of, read_month, state_of, step
from dashboard.tests.watched import in_days, remind, watch

TODAY = dt.date(2026, 11, 22)
MONTH, LIST = "/o/acme/calendar/", "/o/acme/calendar/list/"


def titles(page) -> list[str]:
    return [entry.row.title for entry in page.context["entries"]]


def queries(client, path: str) -> int:
    with CaptureQueriesContext(connection) as seen:
        assert client.get(path).status_code == 200
    return len(seen)


# The month ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("2028-02", dt.date(2028, 2, 1)),
        ("1990-01", dt.date(1990, 1, 1)),
        ("2199-12", dt.date(2199, 12, 1)),
        *((wrong, dt.date(2026, 11, 1)) for wrong in ("", "2026-13", "1989-12", "2200-01")),
        *((wrong, dt.date(2026, 11, 1)) for wrong in ("x", "-026-12", "2026-1", "²026-12")),
    ],
)
def test_the_month_of_an_address_is_bounded(text, first):
    assert month_of(text, TODAY) == first


def test_the_months_end_where_the_calendar_does():
    assert step(dt.date(2026, 12, 1), 1) == dt.date(2027, 1, 1)
    assert step(dt.date(2027, 1, 1), -1) == dt.date(2026, 12, 1)
    assert (step(dt.date(1990, 1, 1), -1), step(dt.date(2199, 12, 1), 1)) == (None, None)


def test_a_month_begins_on_monday_and_says_how_many_more_a_day_has(acme):
    for number in range(7):
        watch(acme, dt.date(2028, 2, 29), f"Contract {number}")
    watch(acme, dt.date(2028, 3, 1), "Next month")
    watch(acme, dt.date(2028, 3, 6), "After the last week")
    with organization_scope(acme):
        month = read_month(acme.watcheddate_set.all(), dt.date(2028, 2, 1), TODAY)
    assert [len(week) for week in month.weeks] == [7] * 5
    assert month.weeks[0][0].on == dt.date(2028, 1, 31)
    days = {day.on: day for week in month.weeks for day in week if day.entries}
    leap = days[dt.date(2028, 2, 29)]
    assert ([entry.row.title for entry in leap.entries], leap.more) == (
        [f"Contract {number}" for number in range(4)],
        3,
    )
    assert not days[dt.date(2028, 3, 1)].inside
    assert (len(days), month.total) == (2, 7)


def test_the_page_of_a_month_leads_to_the_next_one_and_to_the_list(client, acme, viewer):
    for number in range(5):
        watch(acme, dt.date(2027, 3, 28), f"Contract {number}")
    client.force_login(viewer.user)
    page = client.get(f"{MONTH}?month=2027-03&kind=contract.notice")
    assertContains(page, "March 2027")
    assertContains(page, 'href="?month=2027-04&amp;kind=contract.notice"')
    assertContains(page, "list/?on=2027-03-28&amp;state=all&amp;kind=contract.notice")
    assertContains(page, "and 1 more")
    assertNotContains(client.get(f"{MONTH}?month=2027-03&kind=contract.end"), "Contract 0")
    assertContains(client.get(f"{MONTH}?month=2027-05"), "Nothing is due in May 2027")


def test_the_month_tells_of_overdue_days(client, acme, viewer):
    watch(acme, -1)
    client.force_login(viewer.user)
    assertContains(client.get(MONTH), "1 day is overdue")


# The list -------------------------------------------------------------------------------------------


def test_overdue_days_stand_first_then_what_comes_in_90_days(client, acme, owner, manager):
    watch(acme, 90, "Ninety", responsible=owner)
    watch(acme, 91, "Later")
    watch(acme, -200, "Overdue", kind="contract.key", responsible=manager)
    watch(acme, 5, "Settled", settled_at=dt.datetime.now(dt.UTC), settled_note="We keep it")
    watch(acme, 6, "Put off", snoozed_until_on=in_days(2), snooze_reason="Talks in May")
    client.force_login(manager.user)
    assert titles(client.get(LIST)) == ["Overdue", "Put off", "Ninety"]
    assertContains(client.get(LIST), "Talks in May")
    assert titles(client.get(f"{LIST}?until=365&state=")) == [
        "Overdue",
        "Put off",
        "Ninety",
        "Later",
    ]
    assert len(titles(client.get(f"{LIST}?until=all&state=all"))) == 5
    assert titles(client.get(f"{LIST}?state=settled")) == ["Settled"]
    assert titles(client.get(f"{LIST}?state=snoozed")) == ["Put off"]
    assert titles(client.get(f"{LIST}?person=me")) == ["Overdue"]
    assert titles(client.get(f"{LIST}?person={owner.pk}")) == ["Ninety"]
    assert titles(client.get(f"{LIST}?kind=contract.key")) == ["Overdue"]
    assert titles(client.get(f"{LIST}?on={in_days(5)}&state=all")) == ["Settled"]
    assertContains(client.get(f"{LIST}?kind=contract.drill"), "No day fits")


@pytest.mark.parametrize("wrong", ["kind=x", "person=999999", "person=x", "until=x", "on=x"])
def test_what_makes_no_sense_is_as_if_it_was_not_asked(client, acme, viewer, wrong):
    watch(acme, 3, "Help desk")
    client.force_login(viewer.user)
    assert titles(client.get(f"{LIST}?{wrong}")) == ["Help desk"]
    assert client.get(f"{MONTH}?{wrong}&month=x").status_code == 200


def test_days_of_others_are_nowhere(client, acme, viewer, globex):
    foreign = watch(globex, 3, "Globex secret")
    client.force_login(viewer.user)
    for path in (MONTH, LIST, f"{MONTH}?month={foreign.due_on:%Y-%m}", "/o/acme/"):
        assertNotContains(client.get(path), "Globex secret")
    assert client.get(f"/o/acme/calendar/{foreign.pk}/").status_code == 404


def test_an_empty_calendar_says_where_days_come_from(client, viewer):
    client.force_login(viewer.user)
    assertContains(client.get(LIST), "Days come here by themselves")


def test_the_number_of_queries_is_constant(client, acme, owner, manager):
    client.force_login(owner.user)
    first = watch(acme, 1, responsible=manager)
    remind(first, manager, "sent")
    paths = (MONTH, LIST, f"/o/acme/calendar/{first.pk}/")
    client.get(MONTH)
    one = [queries(client, path) for path in paths]
    for number in range(6):
        watch(acme, 1 + number % 2, responsible=(owner, manager)[number % 2])
        remind(first, owner, "failed", rule=str(number))
    assert [queries(client, path) for path in paths] == one
    assert max(one) <= 8


# One day --------------------------------------------------------------------------------------------


def test_the_page_of_a_day_says_what_is_at_stake_and_who_was_reminded(
    client, acme, manager, viewer
):
    stake = "If you do nothing you commit to EUR 14,832 until 1 August 2027."
    row = watch(acme, 12, sentence=stake, responsible=manager, problem="Nobody could be reminded.")
    remind(row, manager, "failed", error="550 no such user")
    remind(row, manager, "sent", rule="overdue-2", repeats=2)
    client.force_login(manager.user)
    page = client.get(row.get_absolute_url())
    for words in (
        stake,
        "Last safe day for notice",
        "Mia",
        "Could not be sent",
        "550 no such user",
    ):
        assertContains(page, words)
    assertContains(page, "Overdue, week 2")
    assertContains(page, "Sent again 2 times")
    assertContains(page, "Nobody could be reminded.")
    assertContains(page, "We keep it")
    client.force_login(viewer.user)
    page = client.get(row.get_absolute_url())
    assertNotContains(page, "We keep it")
    assertNotContains(page, "Put off")


def test_states_in_words(acme, manager):
    far, near = watch(acme, 9), watch(acme, 9, snoozed_until_on=in_days(2))
    today = in_days(0)
    assert state_of(far, today) == ("info", "Ahead")
    assert state_of(near, today) == ("neutral", "Put off")
    assert state_of(near, in_days(2)) == ("info", "Ahead")
    assert state_of(far, in_days(9)) == ("warn", "Today")
    assert state_of(near, in_days(10)) == ("bad", "Overdue")
