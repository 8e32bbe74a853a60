"""Did we choose well: promised against measured, and what it teaches for the next choice (M12)."""

from decimal import Decimal

import pytest
from pytest_django.asserts import assertContains, assertNotContains

from core.tenancy import ALL, organization_scope
from evaluations.actions import add_standard_set
from reviews import choosing_well
from reviews.choosing_well import Kept
from reviews.models import ReviewCriterion
from reviews.tests import seeing_rows as rows

URL = "/o/acme/reviews/choices/"


def compared(by, number, promised=5, measured=3, evidence="claim", name="Quality"):
    """A contract whose one criterion was promised and measured so, twice."""
    contract = rows.contract_of(by, f"Contract {number}")
    plan = rows.plan_of(contract)
    [criterion] = rows.criteria_of(plan, [promised], [name], evidence)
    for ago in (1, 2):
        rows.review_of(contract, ago, {criterion: measured}, by=by)
    with organization_scope(ALL):
        choosing_well.recount([plan])
    return contract


def kept() -> list[tuple]:
    with organization_scope(ALL):
        found = ReviewCriterion.objects.order_by("pk")
        return list(found.values_list(*["name", *choosing_well.COLUMNS]))


def test_only_closed_reviews_count_and_gates_have_no_points(manager, django_assert_num_queries):
    contract = rows.contract_of(manager)
    plan = rows.plan_of(contract)
    quality, cost, unheard = rows.criteria_of(plan, [4, None, 5], ["Quality", "Cost", "Unheard"])
    with organization_scope(ALL):
        days = ReviewCriterion.objects.create(
            organization=plan.organization, plan=plan, position=4, name="Days", promised=8,
            worst=Decimal(10), best=Decimal(0),
        )  # fmt: skip
        gate = ReviewCriterion.objects.create(
            organization=plan.organization, plan=plan, position=5, name="Gate", kind="gate",
            best=Decimal(1), promised=1,
        )  # fmt: skip
    rows.review_of(contract, 0, {quality: 0, cost: 0}, by=manager, state="open")
    rows.review_of(contract, 1, {quality: 3, cost: 1, days: 1, gate: 1}, by=manager)
    rows.review_of(contract, 2, {quality: 2, cost: None, days: 2, gate: 1}, by=manager)
    with organization_scope(ALL), django_assert_num_queries(3):
        choosing_well.recount([plan])
    assert kept() == [
        ("Quality", 80, 50, 2),
        ("Cost", None, 20, 1),
        ("Unheard", 100, None, 0),
        ("Days", 20, 85, 2),
        ("Gate", None, None, 0),
    ]
    with organization_scope(ALL), django_assert_num_queries(1):
        choosing_well.recount([plan])  # nothing changed: nothing is written


@pytest.mark.parametrize(
    ("criteria", "gap", "margin", "words"),
    [
        (4, -30.0, 2.0, "Too few to tell (4 of at least 5)"),
        (9, -12.4, 3.0, "12 points less than promised"),
        (9, -1.0, 0.5, "1 point less than promised"),
        (9, 7.0, 3.0, "7 points more than promised"),
        (9, -12.0, 13.0, "About as promised"),
        (5, 0.0, 0.0, "About as promised"),
    ],
)
def test_it_says_what_is_clear_and_no_more(criteria, gap, margin, words):
    assert Kept("Quality", "quality", criteria, 80, 80 + gap, gap, margin).words == words


def test_clear_lessons_become_advice_where_criteria_are_chosen(
    client, manager, admin, django_assert_num_queries
):
    for number, measured in enumerate([3, 2, 3, 3, 2]):
        compared(manager, number, measured=measured)
    for number in range(5, 10):
        compared(manager, number, 4, 4, "measured", "Speed")
    client.force_login(manager.user)
    page = client.get(URL)
    found = page.context["found"]
    assert [(line.key, line.criteria, line.promised, line.measured) for line in found.by_evidence] == [
        ("measured", 5, 80, 80), ("claim", 5, 100, 52),
    ]  # fmt: skip
    assert [(line.name, line.words) for line in found.by_criterion] == [
        ("Quality", "48 points less than promised"), ("Speed", "About as promised"),
    ]  # fmt: skip
    assert found.by_evidence[1].margin == pytest.approx(1.96 * 10.954 / 5**0.5, rel=1e-3)
    assert found.overall.criteria == 10
    advice = "Marks that rested on the vendor&#x27;s own claim came out 48 points lower"
    assertContains(page, advice)
    with organization_scope(ALL):
        add_standard_set(by=admin)
        told = choosing_well.advice_for_criteria(manager.organization)
    with django_assert_num_queries(0):
        assert choosing_well.advice_for_criteria(manager.organization) == told
    assertContains(client.get("/o/acme/evaluations/new/"), advice)


def test_a_line_leads_to_what_it_rests_on(client, viewer, manager):
    compared(manager, 1, 5, 3)
    compared(manager, 2, 5, 1, name="QUALITY")
    compared(manager, 3, 5, 4, "", "Other & more")
    client.force_login(viewer.user)
    page = client.get(URL, {"criterion": "quality"})
    assert [(row.plan.contract.title, row.gap) for row, *_ in page.context["lines"]] == [
        ("Contract 2", -80), ("Contract 1", -40),
    ]  # fmt: skip
    assertContains(page, "\N{MINUS SIGN}80.0")
    page = client.get(URL, {"evidence": "none"})
    assert [row.name for row, *_ in page.context["lines"]] == ["Other & more"]
    assertContains(client.get(URL), "?criterion=other%20%26%20more")
    assertContains(client.get(URL, {"criterion": "\x00<b>"}), "Nothing to compare")


def test_pages_ask_little_and_nobody_else_sees_them(
    client, viewer, outsider, manager, django_assert_num_queries
):
    compared(manager, 1)
    client.force_login(viewer.user)
    for query in ({}, {"criterion": "quality"}):
        client.get(URL, query)
        with django_assert_num_queries(5, exact=False):
            assertContains(client.get(URL, query), "Quality")
    client.force_login(outsider.user)
    assert client.get(URL).status_code == 404
    page = client.get("/o/globex/reviews/choices/")
    assertContains(page, "Nothing to compare yet")
    assertNotContains(page, "Quality")
    client.logout()
    assert client.get(URL).status_code == 302
