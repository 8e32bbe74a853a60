"""The calendar feed: private addresses, and calendars that other programs read."""

import datetime as dt

import pytest
from django.utils import timezone
from icalendar import Calendar
from pytest_django.asserts import assertContains, assertNotContains

from accounts.actions import remove_member
from activity.actions.feeds import NOTED_EVERY, make_feed
from activity.models import CalendarFeed, LogEntry
from activity.tokens import hash_token
from core.errors import Refused
from core.tenancy import ALL, organization_scope
from dashboard import feed as feed_module
from dashboard.feed import feed_days, write_calendar
from dashboard.tests.watched import in_days, watch

PAGE = "/o/acme/calendar/feed/"
PROPERTIES = {"UID", "DTSTAMP", "SEQUENCE", "DTSTART", "DTEND"}
PROPERTIES |= {"SUMMARY", "DESCRIPTION", "URL", "CATEGORIES", "TRANSP"}


@pytest.fixture
def address(viewer):
    with organization_scope(viewer.organization):
        return f"/calendar/{make_feed(by=viewer)}.ics"


def feed() -> CalendarFeed:
    with organization_scope(ALL):
        return CalendarFeed.objects.latest("pk")


def events(response) -> list:
    return list(Calendar.from_ical(response.content).walk("VEVENT"))


def refused(client, path: str) -> tuple[int, bytes, str]:
    page = client.get(path)
    return page.status_code, page.content, page.headers["Referrer-Policy"]


# The calendar ---------------------------------------------------------------------------------------


def test_the_feed_is_a_calendar_that_others_can_read(client, acme, address, settings):
    settings.PUBLIC_URL = "https://portal.acme.example"
    stake = "If you do nothing you commit to EUR 14,832; that’s a lot, until 1 August 2027."
    row = watch(acme, 30, "Übergabe, ein Büro; 東京 🚀", sentence=stake, version=3)
    page = client.get(address)
    assert (page.status_code, page.headers["Content-Type"]) == (200, "text/calendar; charset=utf-8")
    assert page.headers["Referrer-Policy"] == "no-referrer"
    assert page.headers["Cache-Control"] == "private, no-cache"
    calendar = Calendar.from_ical(page.content)
    assert (calendar["METHOD"], calendar["VERSION"]) == ("PUBLISH", "2.0")
    assert calendar["X-WR-CALNAME"] == "Acme: days to watch"
    assert calendar["X-PUBLISHED-TTL"] == "PT6H"
    assert b"REFRESH-INTERVAL;VALUE=DURATION:PT6H\r\n" in page.content
    [event] = events(page)
    url = f"https://portal.acme.example{row.get_absolute_url()}"
    assert event["SUMMARY"] == "Übergabe, ein Büro; 東京 🚀"
    assert event["DESCRIPTION"] == f"Last safe day for notice\n{stake}\n{url}"
    assert (event["URL"], event["TRANSP"], event["SEQUENCE"]) == (url, "TRANSPARENT", 3)
    assert event["UID"].endswith("@portal.acme.example")
    assert event["DTSTART"].dt == in_days(30)
    assert event["DTEND"].dt == in_days(31)
    assert event["DTSTART"].params["VALUE"] == "DATE"
    assert event["DTSTAMP"].dt == row.created_at.replace(microsecond=0)
    assert [str(word) for word in event["CATEGORIES"].cats] == ["Last safe day for notice"]
    assert calendar.walk("VALARM") == []


@pytest.mark.parametrize("day", ["2027-03-28", "2027-10-31", "2028-02-29"])
def test_a_day_is_a_day_whatever_the_clocks_do(acme, day):
    acme.time_zone = "Europe/Berlin"
    on = dt.date.fromisoformat(day)
    watch(acme, on)
    with organization_scope(acme):
        rows = feed_days(acme)
    event = Calendar.from_ical(write_calendar(acme, rows)).walk("VEVENT")[0]
    assert (event["DTSTART"].dt, event["DTEND"].dt) == (on, on + dt.timedelta(days=1))


@pytest.mark.parametrize(
    "title",
    [
        "Help\r\nATTENDEE:mailto:x@example.com\r\nEND:VEVENT",
        "=HYPERLINK(1)\nBEGIN:VALARM",
        "\x01a\x0bb\x85c\u2028d\u2029e",
        "long " * 60,
        "ü" * 299,
        r"back\slash \n, comma; semicolon: “quotes” & <b>",
    ],
)
def test_what_people_wrote_stays_in_its_line(acme, title):
    acme.name = f"Acme\r\n{title}"[:120]
    watch(acme, 3, title, sentence=title)
    with organization_scope(acme):
        data = write_calendar(acme, feed_days(acme))
    assert all(len(line) <= 75 for line in data.split(b"\r\n"))
    assert b"\n" not in data.replace(b"\r\n", b"")
    assert b"\r" not in data.replace(b"\r\n", b"")
    calendar = Calendar.from_ical(data)
    [event] = calendar.walk("VEVENT")
    assert set(event) == PROPERTIES
    assert calendar.walk("VALARM") == []
    plain = "".join(" " if char in "\r\n\x01\x0b\x85\u2028\u2029" else char for char in title)
    words = " ".join(event["SUMMARY"].split())
    assert words == " ".join(plain.split())


def test_only_open_days_of_the_organization_in_reach_are_in_it(client, acme, globex, address):
    for days, title in ((-90, "a"), (-91, "too old"), (731, "d"), (732, "too far"), (5, "c")):
        watch(acme, days, title)
    watch(acme, 2, "settled", settled_at=timezone.now())
    watch(acme, 3, "b", snoozed_until_on=in_days(1))
    watch(globex, 3, "Globex secret")
    found = [event["SUMMARY"] for event in events(client.get(address))]
    assert found == ["a", "b", "c", "d"]


def test_what_does_not_fit_is_said(acme, monkeypatch):
    monkeypatch.setattr(feed_module, "MOST_EVENTS", 2)
    for days in (3, 2, 1):
        watch(acme, days)
    with organization_scope(acme):
        calendar = Calendar.from_ical(write_calendar(acme, feed_days(acme)))
    assert [event["DTSTART"].dt for event in calendar.walk("VEVENT")] == [in_days(1), in_days(2)]
    assert calendar["X-WR-CALDESC"].startswith("Only the first 2 days")


def test_an_event_keeps_its_uid_when_its_day_moves(client, acme, address):
    row = watch(acme, 3)
    one = events(client.get(address))[0]
    with organization_scope(acme):
        row.due_on, row.version = in_days(8), 2
        row.save()
    other = events(client.get(address))[0]
    assert (one["UID"], one["SEQUENCE"]) == (other["UID"], 1)
    assert (other["SEQUENCE"], other["DTSTART"].dt) == (2, in_days(8))


def test_a_calendar_that_has_it_already_is_told_so(client, acme, address):
    row = watch(acme, 3)
    etag = client.get(address).headers["ETag"]
    page = client.get(address, headers={"If-None-Match": etag})
    assert (page.status_code, page.content, page.headers["ETag"]) == (304, b"", etag)
    assert page.headers["Referrer-Policy"] == "no-referrer"
    with organization_scope(acme):
        row.title = "Renamed"
        row.save()
    page = client.get(address, headers={"If-None-Match": etag})
    assert (page.status_code, page.headers["ETag"] != etag) == (200, True)


# The address ----------------------------------------------------------------------------------------


def test_reading_is_noted_at_most_once_an_hour(client, acme, address, django_assert_num_queries):
    watch(acme, 3)
    with django_assert_num_queries(5):  # feed, days, savepoint, update, release
        client.get(address)
    first = feed().fetched_at
    client.get(address)
    assert feed().fetched_at == first
    with organization_scope(acme):
        row = feed()
        row.fetched_at = first - NOTED_EVERY
        row.save()
    client.head(address)
    assert feed().fetched_at > first
    assert client.post(address).status_code == 405


def test_unknown_revoked_and_left_get_the_same_answer(client, acme, admin, viewer, address):
    watch(acme, 3, "Acme secret")
    unknown = refused(client, "/calendar/" + "x" * 32 + ".ics")
    assert unknown[0] == 404
    assert unknown[2] == "no-referrer"
    assert client.get(address).status_code == 200
    viewer.user.is_active = False
    viewer.user.save()
    assert refused(client, address) == unknown
    viewer.user.is_active = True
    viewer.user.save()
    with organization_scope(acme):
        remove_member(member=viewer, by=admin)
    assert refused(client, address) == unknown
    viewer.ended_at = None  # joined again: the old address stays dead
    viewer.save()
    assert refused(client, address) == unknown


def test_a_person_makes_replaces_and_revokes_an_address(client, acme, viewer):
    client.force_login(viewer.user)
    assertContains(client.get(PAGE), "Make my private address")
    assert client.post(f"{PAGE}new/").url == PAGE
    first = client.get(PAGE).context["new_url"]
    assertNotContains(client.get(PAGE), first)  # shown once
    path = first[first.index("/calendar/") :]
    token = path.removeprefix("/calendar/").removesuffix(".ics")
    assert len(token) == 32
    assert feed().token_hash == hash_token(token) != token
    assert client.get(path).status_code == 200
    client.post(f"{PAGE}new/")
    assert client.get(path).status_code == 404
    second = client.get(PAGE).context["new_url"]
    path = second[second.index("/calendar/") :]
    assert client.get(path).status_code == 200
    for _ in range(2):
        client.post(f"{PAGE}revoke/")
    assert client.get(path).status_code == 404
    with organization_scope(acme):
        lines = LogEntry.objects.filter(actor=viewer).order_by("pk")
        assert [line.verb for line in lines] == [
            "calendar.address_made",
            "calendar.address_replaced",
            "calendar.address_revoked",
        ]
        assert token not in str(list(lines.values("before", "after", "target_name")))


def test_who_was_removed_a_moment_ago_makes_no_address(acme, viewer):
    viewer.ended_at = timezone.now()
    viewer.save()
    with organization_scope(acme), pytest.raises(Refused, match="do not belong"):
        make_feed(by=viewer)


def test_nobody_sees_or_ends_the_address_of_somebody_else(client, acme, owner, address):
    client.force_login(owner.user)
    assertContains(client.get(PAGE), "You have no address yet")
    client.post(f"{PAGE}revoke/")
    assert client.get(address).status_code == 200
