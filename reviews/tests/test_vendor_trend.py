"""How one vendor does over time, per criterion and service level."""

import csv
import datetime as dt
import io
from decimal import Decimal

import pytest
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains

from contracts.models import ServiceLevel
from core.tenancy import ALL, organization_scope
from reviews import seeing_tasks, vendor_trend
from reviews.actions.seen_reports import ask_for_paper
from reviews.models import Measurement, ReviewCriterion, SeenReport
from reviews.tests import seeing_rows as rows
from vendors.actions import merge_vendors
from vendors.tests.builders import add


@pytest.fixture
def contract(manager):
    """Three quarters: held, not held, held; an edited criterion began anew under its name."""
    contract = rows.contract_of(manager)
    plan = rows.plan_of(contract, held_on=timezone.localdate(), standing="green", score=Decimal(75))
    quality, cost = rows.criteria_of(plan)
    rows.review_of(contract, 3, {quality: 3, cost: None}, by=manager, score=60, standing="amber")
    rows.review_of(contract, 2, by=manager, state="missed")
    with organization_scope(ALL):
        ReviewCriterion.objects.filter(pk=quality.pk).update(retired_at=timezone.now())
        anew = ReviewCriterion.objects.create(
            organization=plan.organization, plan=plan, position=3, name="quality",
            weight=Decimal(50), worst=Decimal(10), best=Decimal(0), unit="faults",
        )  # fmt: skip
        gate = ReviewCriterion.objects.create(
            organization=plan.organization, plan=plan, position=4, name="Insured", kind="gate"
        )
    rows.review_of(contract, 1, {anew: 2, cost: 5, gate: 0}, by=manager, score=75)
    return contract


def url(contract, more="") -> str:
    return f"/o/acme/reviews/vendor/{contract.vendor_id}/{more}"


def test_each_criterion_is_told_in_points_with_gaps_where_nothing_was_said(contract):
    with organization_scope(ALL):
        found = vendor_trend.of_contract(contract, timezone.localdate())
    assert [review.state for review in found.reviews] == ["closed", "missed", "closed"]
    assert [point.value for point in found.drawn] == [60, None, 75]
    told = {
        line.name: [(cell.points, cell.words) for cell in line.cells] for line in found.criteria
    }
    assert told == {
        "Cost": [(None, "N/A"), (None, ""), (Decimal(100), "5")],
        "quality": [(Decimal(60), "3"), (None, ""), (Decimal(80), "2 faults")],
        "Insured": [(None, ""), (None, ""), (None, "failed")],
    }
    assert [(line.name, line.promised) for line in found.weighted] == [
        ("Cost", Decimal(100)), ("quality", None),
    ]  # fmt: skip


def test_the_page_shows_drawings_beside_their_numbers(client, viewer, contract):
    client.force_login(viewer.user)
    page = client.get(url(contract))
    assertContains(page, 'class="chart chart-trend"', 3)
    assertContains(page, "not held")
    assertContains(page, "2 faults")
    assertContains(page, "promised 100.0")
    assertContains(page, "Failed")


def test_service_levels_stand_with_their_misses(client, manager, contract):
    rows.price_line(contract)
    with organization_scope(ALL):
        level = ServiceLevel.objects.create(
            organization=contract.organization, terms=contract.terms_versions.get(),
            metric="availability", name="Uptime", comparator="at_least",
            target=Decimal("99.5"), unit="percent", window="month",
        )  # fmt: skip
        first = timezone.localdate().replace(day=1)
        for back, value in ((1, "99.9"), (2, "98.2")):
            month = first.year * 12 + first.month - 1 - back
            day = dt.date(month // 12, month % 12 + 1, 1)
            Measurement.objects.create(
                organization=contract.organization, contract=contract, level=level,
                lineage=level.lineage, first_on=day, last_on=day + dt.timedelta(days=27),
                value=Decimal(value), met=value == "99.9", by=manager,
            )  # fmt: skip
    client.force_login(manager.user)
    page = client.get(url(contract))
    [level] = page.context["trend"].levels
    assert [cell.state for cell in level.cells[-3:]] == ["missing", "missed", "kept"]
    assertContains(page, "Kept in 1 of 2 measured windows.")
    told = list(csv.reader(io.StringIO(client.get(url(contract, "export/")).text.lstrip("\ufeff"))))
    assert [(row[1], row[2], row[5], row[7], row[9]) for row in told[1:]] == [
        ("Review", "Score", "", "60.000", "Needs attention"),
        ("Review", "Score", "", "75.000", "Good"),
        ("Criterion", "Quality", "3.0000", "60.000", ""),
        ("Criterion", "Cost", "", "", "N/A"),
        ("Criterion", "Cost", "5.0000", "100.000", ""),
        ("Criterion", "quality", "2.0000", "80.000", ""),
        ("Criterion", "Insured", "0.0000", "", "failed"),
        ("Service level", "Uptime", "98.2000", "", "missed"),
        ("Service level", "Uptime", "99.9000", "", "kept"),
    ]


def test_another_contract_of_the_vendor_can_be_chosen(client, viewer, manager, outsider, contract):
    other = rows.contract_of(manager, "Phones")
    foreign = rows.contract_of(outsider, "Foreign")
    client.force_login(viewer.user)
    assert client.get(url(contract)).context["trend"].contract == contract
    page = client.get(url(contract), {"contract": other.pk})
    assertContains(page, "Phones, period by period")
    assertContains(page, "No review was held yet")
    assert client.get(url(contract), {"contract": foreign.pk}).status_code == 404
    assert client.get(url(contract), {"contract": "9" * 30}).context["trend"].contract == contract


def test_the_pdf_is_made_by_the_worker(client, viewer, contract):
    client.force_login(viewer.user)
    assertContains(client.post(url(contract, "report/ask/"), follow=True), "is being made")
    with organization_scope(ALL):
        paper = SeenReport.objects.get(vendor=contract.vendor_id)
    seeing_tasks.resume_seen_reports()  # not lost yet: nothing happens
    assert client.get(url(contract, "report/file/")).url == url(contract)
    seeing_tasks.make_seen_report(paper.pk)
    answer = client.get(url(contract, "report/file/"))
    assert (answer.content[:5], answer["Content-Type"]) == (b"%PDF-", "application/pdf")


def test_vendors_with_a_paper_each_become_one(client, viewer, owner, contract):
    """The one that stays keeps its own; of the other the paper is not moved."""
    other = add(owner, "Northwind Two")
    with organization_scope(ALL):
        for vendor in (contract.vendor, other):
            ask_for_paper(by=viewer, vendor=vendor)
        versions = {row.pk: row.version for row in (contract.vendor, other)}
        merge_vendors(keep=other, other=contract.vendor, values={}, versions=versions, by=owner)
        assert [paper.vendor for paper in SeenReport.objects.all()] == [other]
    client.force_login(viewer.user)
    assertContains(client.get(f"/o/acme/reviews/vendor/{other.pk}/"), contract.title)


def test_who_may_and_how_much_is_asked(
    client, viewer, manager, outsider, contract, django_assert_num_queries
):
    for member, status in ((outsider, 404), (viewer, 200)):
        client.force_login(member.user)
        for more in ("", "export/"):
            assert client.get(url(contract, more)).status_code == status
    for number in range(3):
        other = rows.contract_of(manager, f"More {number}")
        rows.review_of(other, 1, by=manager)
        rows.plan_of(other, held_on=timezone.localdate())
    with django_assert_num_queries(12, exact=False):
        page = client.get(url(contract))
    assertNotContains(page, "No reviews yet")
    client.logout()
    assert client.get(url(contract)).status_code == 302
