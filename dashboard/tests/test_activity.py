"""The audit trail on its page: who, what, which thing, when, before and after; filters; export."""

import csv
import datetime as dt
import io
import re

import pytest
from django.test import Client
from pytest_django.asserts import assertContains, assertNotContains

from accounts.models import Membership
from accounts.permissions import Role
from activity import log
from activity.models import LogEntry
from conftest import make_member
from core.tenancy import organization_scope
from dashboard.queries import kind_in_words
from dashboard.views import activity as activity_view
from vendors.models import Vendor

URL = "/o/acme/activity/"
EXPORT = f"{URL}export/"


def note(by, verb="vendor.changed", target=None, at="2026-05-10 12:00", **words) -> LogEntry:
    line = log.record(by=by, verb=verb, target=target or by.organization, **words)
    moment = dt.datetime.fromisoformat(at).replace(tzinfo=dt.UTC)
    with organization_scope(by.organization):
        LogEntry.objects.filter(pk=line.pk).update(created_at=moment)
    return line


def make_vendor(org, name="Northwind") -> Vendor:
    return Vendor.objects.create(organization=org, name=name)


def shown(response) -> list[str]:
    """The things that the lines are about, top down."""
    return [row["line"].target_name for row in response.context["rows"]]


@pytest.fixture
def signed_in(client, viewer):
    client.force_login(viewer.user)
    return client


def test_an_empty_trail_says_what_will_stand_there(signed_in):
    assertContains(signed_in.get(URL), "Nothing has happened yet")


def test_a_line_says_who_what_when_and_what_changed(signed_in, acme, manager):
    acme.time_zone, acme.date_format = "Asia/Kolkata", "Y-m-d"
    acme.save()
    vendor = make_vendor(acme)
    note(manager, target=vendor, before={"status": "prospect"}, after={"status": "active"})
    response = signed_in.get(URL)
    assertContains(response, "2026-05-10, 17:30")
    assertContains(response, "<strong>Mia</strong> · Vendor changed ·")
    assertContains(response, "<del>prospect</del>", html=True)
    assertContains(response, "<ins>active</ins>", html=True)


def test_names_and_values_are_text_not_markup(signed_in, acme, manager):
    note(manager, target=make_vendor(acme, "<b>N</b>"), after={"<i>x": "<script>alert(1)</script>"})
    content = signed_in.get(URL).content.decode()
    assert "<script>alert" not in content
    assert "<b>N</b>" not in content
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in content


def test_newest_first_25_a_page_and_the_filter_stays(signed_in, acme, manager):
    for number in range(30):
        note(manager, target=make_vendor(acme, f"V{number:02}"), at=f"2026-05-10 12:{number:02}")
    first = signed_in.get(f"{URL}?q=V")
    assert shown(first) == [f"V{number:02}" for number in range(29, 4, -1)]
    assertContains(first, "1–25 of 30 lines")
    assertContains(first, "?q=V&amp;page=2")
    assert shown(signed_in.get(f"{URL}?q=V&page=2")) == ["V04", "V03", "V02", "V01", "V00"]


# What nobody may see --------------------------------------------------------------------------------


def test_another_organizations_lines_are_nowhere(signed_in, manager, outsider):
    note(outsider, target=make_vendor(outsider.organization, "Secret"), verb="secret.done")
    for path in (URL, f"{URL}?q=Secret", f"{URL}?person={outsider.pk}", EXPORT):
        assertNotContains(signed_in.get(path), "Otto")
    assertNotContains(signed_in.get(URL), "Secret done")


def test_sealed_lines_are_nowhere_but_with_their_evaluator(client, acme, admin, evaluator, manager):
    vendor = make_vendor(acme, "Sealed Ltd")
    note(evaluator, "score.saved", vendor, after={"mark": "5"}, sealed=True)
    note(manager, "vendor.changed", acme)
    client.force_login(admin.user)
    page = client.get(URL)
    assertContains(page, "1 line")
    assertNotContains(page, "Score saved")
    assertNotContains(page, '<option value="vendors.vendor"')
    for query in ("q=Sealed", "verb=score.saved", "kind=vendors.vendor", f"person={evaluator.pk}"):
        assertNotContains(client.get(f"{URL}?{query}"), "Sealed Ltd")
    history = f"{URL}?target_type=vendors.vendor&target_id={vendor.pk}"
    assertNotContains(client.get(history), "Sealed Ltd")
    assertNotContains(client.get(EXPORT), "Sealed Ltd")
    own = Client()
    own.force_login(evaluator.user)
    assertContains(own.get(URL), "Only you see this until scoring closes")
    assertContains(own.get(EXPORT), "Sealed Ltd")


# Filters --------------------------------------------------------------------------------------------


@pytest.fixture
def trail(acme, manager, admin) -> dict[str, int]:
    vendor = make_vendor(acme)
    note(manager, "vendor.created", vendor, at="2026-05-09 23:30")
    note(admin, "vendor.status_changed", vendor, at="2026-05-10 12:00")
    note(admin, "member.removed", manager, at="2026-05-11 00:30")
    system = log.record(by=None, verb="vendor.archived", target=make_vendor(acme, "Old Co"))
    note_at = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
    with organization_scope(acme):
        LogEntry.objects.filter(pk=system.pk).update(created_at=note_at)
    return {"vendor": vendor.pk, "manager": manager.pk, "admin": admin.pk}


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", ["Mia", "Northwind", "Northwind", "Old Co"]),
        ("person={manager}", ["Northwind"]),
        ("person=portal", ["Old Co"]),
        ("kind=vendors.vendor", ["Northwind", "Northwind", "Old Co"]),
        ("kind=accounts.membership", ["Mia"]),
        ("verb=vendor.created", ["Northwind"]),
        ("since=2026-05-10", ["Mia", "Northwind"]),
        ("until=2026-05-10", ["Northwind", "Northwind", "Old Co"]),
        ("since=2026-05-10&until=2026-05-10", ["Northwind"]),
        ("target_type=vendors.vendor&target_id={vendor}", ["Northwind", "Northwind"]),
        ("q=north", ["Northwind", "Northwind"]),
        ("q=mia", ["Mia", "Northwind"]),
        ("q=status changed", ["Northwind"]),
        ("q=nothing like this", []),
        ("person={admin}&kind=vendors.vendor", ["Northwind"]),
    ],
)
def test_filters_stand_in_the_address(signed_in, trail, query, expected):
    response = signed_in.get(f"{URL}?{query.format(**trail)}")
    assert shown(response) == expected
    rows = list(csv.reader(io.StringIO(export_of(signed_in, query.format(**trail)))))
    assert [row[4] for row in rows[1:]] == expected


def test_days_are_those_of_the_organization(signed_in, acme, trail):
    acme.time_zone = "Asia/Kolkata"  # 23:30 the day before is 05:00
    acme.save()
    found = shown(signed_in.get(f"{URL}?since=2026-05-10&until=2026-05-10"))
    assert found == ["Northwind", "Northwind"]


@pytest.mark.parametrize(
    "query",
    [
        "since=yesterday",
        "since=0001-01-01",
        "until=9999-12-31",
        "person=x",
        "person=1' OR 1=1",
        "kind=auth.user",
        "target_type=vendors.vendor&target_id=" + "9" * 30,
        "target_type=vendors.vendor&target_id=NaN",
        "q=%00",
        "q=" + "x" * 201,
    ],
)
def test_a_question_that_makes_no_sense_finds_nothing_and_says_why(signed_in, trail, query):
    response = signed_in.get(f"{URL}?{query}")
    assert response.status_code == 200
    assert shown(response) == []
    assert response.context["filter"].form.errors
    assertContains(response, "Nothing matches")


@pytest.mark.parametrize("page", ["0", "-1", "999", "x", "9" * 30])
def test_a_page_that_is_not_there_is_the_nearest_one(signed_in, trail, page):
    assert len(shown(signed_in.get(f"{URL}?page={page}"))) == 4


def test_nothing_found_offers_the_way_back(signed_in, trail):
    response = signed_in.get(f"{URL}?q=nothing like this")
    assertContains(response, "Nothing matches")
    assertContains(response, '<a class="btn btn-primary" href="?">Show everything</a>', html=True)


def test_choices_are_what_there_is_and_people_who_left(signed_in, acme, trail):
    gone = make_member(acme, Role.OWNER, "gina")
    Membership.objects.filter(pk=gone.pk).update(ended_at=gone.created_at)
    response = signed_in.get(URL)
    for words in ("Gina (left)", "Vendor status changed", "Member</option>", "Portal (by itself)"):
        assertContains(response, words)
    assertNotContains(response, "Evaluation</option>")


# One thing ------------------------------------------------------------------------------------------


def test_the_history_of_one_thing_has_its_name_and_its_page(signed_in, acme, trail):
    query = f"target_type=vendors.vendor&target_id={trail['vendor']}"
    response = signed_in.get(f"{URL}?{query}")
    assertContains(signed_in.get(URL), query.replace("&", "&amp;"))
    assertContains(response, "History of Northwind</h1>")
    assertContains(response, f'href="/o/acme/vendors/{trail["vendor"]}/"')


def test_things_with_a_page_are_links_and_gone_ones_are_not(signed_in, acme, manager):
    kept, gone = make_vendor(acme, "Kept"), make_vendor(acme, "Gone")
    for target in (kept, gone, manager, acme):
        note(manager, target=target)
    with organization_scope(acme):
        gone.delete()
    page = signed_in.get(URL).content.decode()
    links = re.findall(r'·\s+<a href="([^"]+)">([^<]+)</a>', page)
    assert sorted(links) == [("/o/acme/", "Acme"), (f"/o/acme/vendors/{kept.pk}/", "Kept")]


def test_lines_about_kinds_that_no_longer_exist_are_still_read(signed_in, acme, manager):
    line = note(manager)
    with organization_scope(acme):
        LogEntry.objects.filter(pk=line.pk).update(target_type="gone.oldthing")
    assertContains(signed_in.get(URL), "Vendor changed")
    assert kind_in_words("gone.oldthing") == "Oldthing"


def test_it_costs_the_same_however_long_it_is(
    signed_in, acme, manager, django_assert_max_num_queries
):
    signed_in.get(URL)
    counts = []
    for number in (1, 40):
        for n in range(number):
            note(manager, f"vendor.verb_{n}", make_vendor(acme, f"V{n}"))
            note(manager, "organization.changed", acme)
        with django_assert_max_num_queries(12) as queries:
            signed_in.get(URL)
        counts.append(len(queries))
    assert counts[0] == counts[1]


# Export ---------------------------------------------------------------------------------------------


def export_of(client, query="") -> str:
    response = client.get(f"{EXPORT}?{query}")
    assert response.status_code == 200
    return response.content.decode("utf-8-sig")


def test_the_export_has_everything_and_runs_nothing(signed_in, acme, manager):
    vendor = make_vendor(acme, "=HYPERLINK(1)")
    changes = {"before": {"name": None}, "after": {"name": "+1", "tags": ["a", "b"]}}
    note(manager, target=vendor, **changes)
    response = signed_in.get(EXPORT)
    assert response.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert re.fullmatch(
        r'attachment; filename="activity-acme-\d{4}-\d\d-\d\d\.csv"',
        response.headers["Content-Disposition"],
    )
    assert list(csv.reader(io.StringIO(export_of(signed_in)))) == [
        activity_view.HEADINGS,
        [
            "2026-05-10 12:00:00+00:00",
            "Mia",
            "Vendor changed",
            "Vendor",
            "'=HYPERLINK(1)",
            str(vendor.pk),
            "Name: – → +1\nTags: – → a, b",
        ],
    ]


def test_the_link_to_the_export_carries_the_filter(signed_in, trail):
    response = signed_in.get(f"{URL}?q=north&since=2026-05-10")
    assertContains(response, f"{EXPORT}?q=north&amp;since=2026-05-10")


def test_too_much_for_one_file_is_refused_in_words(signed_in, trail, monkeypatch):
    monkeypatch.setattr(activity_view, "MOST_EXPORTED", 3)
    response = signed_in.get(f"{EXPORT}?q=", follow=True)
    assertContains(response, "too many for one file")
    assert len(export_of(signed_in, "q=north").splitlines()) == 3


def test_what_names_the_thing_and_did_not_change_is_told_once(signed_in, acme, manager):
    vendor = make_vendor(acme, "Northwind")
    said = {"review": "Q1 2026"}
    note(
        manager,
        target=vendor,
        before={**said, "reviewer": "Mia"},
        after={**said, "reviewer": "Olga", "SHA-256": "ab"},
    )
    assert "Review: Q1 2026\nReviewer: Mia → Olga\nSHA-256: – → ab" in export_of(signed_in)
    assertContains(signed_in.get(URL), "<dt>Review:</dt> <dd><ins>Q1 2026</ins></dd>", html=False)
