"""How all contracts stand: the list, its file, the report and its PDF."""

import datetime as dt
import io
from decimal import Decimal

import pytest
from django.utils import timezone
from openpyxl import load_workbook
from pytest_django.asserts import assertContains, assertNotContains

from activity.models import Job
from core.tenancy import ALL, organization_scope
from reviews import seeing_tasks, standing_rows
from reviews.models import ReviewPlan, SeenReport
from reviews.standing_table import signed
from reviews.tests import seeing_rows as rows

LIST = "/o/acme/reviews/standing/"


def standing(contract, now="", before="", score=None, score_before=None, **more):
    """What the latest two reviews said."""
    number = {"score": score, "score_before": score_before}
    number = {name: None if value is None else Decimal(value) for name, value in number.items()}
    said = {"standing": now, "standing_before": before, **number, **more}
    return rows.plan_of(contract, **said)


@pytest.fixture
def contracts(manager):
    """One of each: in trouble and worse, needs attention but better, good, not reviewed, over."""
    today = timezone.localdate()
    made = {
        name: rows.contract_of(manager, name, vendor=vendor)
        for name, vendor in (
            ("Desk", "Northwind"),
            ("Phones", "Corvid"),
            ("Web", "Northwind"),
            ("New", "Kestrel"),
        )
    }
    late = today - dt.timedelta(days=3)
    standing(made["Desk"], "red", "amber", 41, 60, held_on=today, next_due_on=late)
    standing(made["Phones"], "amber", "amber", 64, 58)
    standing(made["Web"], "green", "green", 80, 79)
    rows.plan_of(made["New"])
    standing(rows.contract_of(manager, "Gone", ends_on=today), "red", "red", 10, 10)
    return made


def shown(client, query=""):
    page = client.get(f"{LIST}{query}")
    return [row.record.title for row in page.context["table"].page.object_list]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", ["Desk", "New", "Phones", "Web"]),
        ("?sort=standing", ["Desk", "Phones", "New", "Web"]),
        ("?sort=-standing", ["Web", "New", "Phones", "Desk"]),
        ("?sort=score", ["Desk", "Phones", "Web", "New"]),
        ("?sort=-next", ["Desk", "New", "Phones", "Web"]),
        ("?standing=attention", ["Desk", "Phones"]),
        ("?standing=none", ["New"]),
        ("?standing=green", ["Web"]),
        ("?trend=worse", ["Desk"]),
        ("?trend=better", ["Phones"]),
        ("?trend=same", ["Web"]),
        ("?next=overdue", ["Desk"]),
        ("?q=northw+web", ["Web"]),
    ],
)
def test_the_list_is_searched_filtered_and_ordered(client, manager, contracts, query, found):
    client.force_login(manager.user)
    got = shown(client, query)
    assert got[:1] == found[:1] if "next" in query and "sort" in query else got == found
    assert sorted(got) == sorted(found)


@pytest.mark.parametrize(
    ("now", "before", "score", "score_before", "found"),
    [
        ("green", "", 80, None, ""),
        ("", "", None, None, ""),
        ("green", "red", 50, 60, "better"),
        ("red", "green", 70, 60, "worse"),
        ("green", "green", 83, 80, "better"),
        ("green", "green", "77.001", 80, "same"),
        ("green", "green", 77, 80, "worse"),
        ("amber", "amber", None, 80, "same"),
    ],
)
def test_the_trend_is_the_same_in_python_and_in_the_database(
    manager, now, before, score, score_before, found
):
    contract = rows.contract_of(manager)
    plan = standing(contract, now, before, score, score_before)
    assert standing_rows.trend_of(plan) == found
    with organization_scope(ALL):
        asked = standing_rows.with_trend(
            standing_rows.running(manager.organization, timezone.localdate())
        )
        assert [row.trend_now for row in asked] == [found]


def test_change_is_told_with_its_sign():
    assert [signed(Decimal(n)) for n in ("4.24", "-3", "0.04", "-0.04")] == [
        "+4.2", "\N{MINUS SIGN}3.0", "±0.0", "±0.0",
    ]  # fmt: skip


def test_the_file_says_what_the_list_says(client, manager, contracts):
    client.force_login(manager.user)
    answer = client.get(f"{LIST}export/?format=xlsx&standing=attention&sort=standing")
    sheet = load_workbook(io.BytesIO(answer.content)).active
    told = list(sheet.iter_rows(values_only=True))
    assert told[0][:4] == ("Contract", "Reference", "Vendor", "Standing")
    assert [(row[0], row[3], row[4], row[5], row[6], row[7]) for row in told[1:]] == [
        ("Desk", "In trouble", "Needs attention", "worse", 41, 60),
        ("Phones", "Needs attention", "Needs attention", "better", 64, 58),
    ]


def test_the_report_counts_everything_and_names_the_worst(client, viewer, contracts):
    client.force_login(viewer.user)
    page = client.get(f"{LIST}report/")
    report = page.context["report"]
    assert [(group.standing, group.contracts, group.costs) for group in report.groups] == [
        ("red", 1, [("EUR", Decimal("1200.00"))]),
        ("amber", 1, [("EUR", Decimal("1200.00"))]),
        ("green", 1, [("EUR", Decimal("1200.00"))]),
        ("", 1, [("EUR", Decimal("1200.00"))]),
    ]
    assert [line.contract.title for line in report.attention] == ["Desk", "Phones"]
    assert [line.contract.title for line in report.worse] == ["Desk"]
    assert [line.contract.title for line in report.overdue] == ["Desk"]
    assert (report.worse_count, report.better_count, report.overdue_count) == (1, 1, 1)
    assertContains(page, "2 of 3 reviewed contracts need attention or are in trouble.")


def test_the_pdf_is_made_by_the_worker(client, viewer, outsider, contracts):
    client.force_login(viewer.user)
    assert client.get(f"{LIST}report/file/").url == f"{LIST}report/"
    for _ in range(2):
        page = client.post(f"{LIST}report/ask/", follow=True)
    assertContains(page, "The PDF is being made")
    with organization_scope(ALL):
        paper = SeenReport.objects.get()
        assert [job.kind for job in Job.objects.all()] == ["seen_report"]
    seeing_tasks.make_seen_report(paper.pk)
    seeing_tasks.make_seen_report(paper.pk)
    part = client.get(f"{LIST}report/", headers={"HX-Request": "true"})
    assertContains(part, "Download the PDF")
    assertNotContains(part, "<html")
    answer = client.get(f"{LIST}report/file/")
    assert (answer.content[:5], answer["Content-Type"]) == (b"%PDF-", "application/pdf")
    client.force_login(outsider.user)
    assert client.get("/o/globex/reviews/standing/report/file/").status_code == 302


def test_pages_ask_as_much_for_many_as_for_few(
    client, viewer, manager, contracts, django_assert_num_queries
):
    client.force_login(viewer.user)
    pages = {f"{LIST}": 6, f"{LIST}?standing=attention&q=e": 6, f"{LIST}report/": 9}
    for count in (0, 30):
        for number in range(count):
            standing(rows.contract_of(manager, f"More {number}"), "red", "green", 20, 30)
        for page, most in pages.items():
            client.get(page)
            with django_assert_num_queries(most, exact=False):
                assert client.get(page).status_code == 200
    with organization_scope(ALL):
        ReviewPlan.objects.all().delete()
    assertContains(client.get(LIST), "Not yet", 25)


def test_nothing_runs_and_nobody_else_sees_it(client, viewer, outsider):
    client.force_login(viewer.user)
    for page in (LIST, f"{LIST}report/"):
        assertContains(client.get(page), "Nothing runs yet")
    client.force_login(outsider.user)
    assert client.get(LIST).status_code == 404
    client.logout()
    assert client.get(LIST).status_code == 302
