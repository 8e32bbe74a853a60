"""The list of evaluations: search, filters, sort, pages; and those of one vendor."""

import datetime as dt

import pytest
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from core.tenancy import ALL, organization_scope
from evaluations.models import Evaluation, Scorecard
from evaluations.tests.award_case import closed_evaluation, make_award
from evaluations.tests.builders import add_evaluator, fill, make_evaluation

LIST = "/o/acme/evaluations/"
State = Evaluation.State


def titles(response) -> list[str]:
    with organization_scope(ALL):
        return [row.record.title for row in response.context["table"].paginated_rows]


@pytest.fixture
def three(acme, manager, evaluator) -> list[Evaluation]:
    now = timezone.now()
    rows = [
        ("Help desk", "Phone and mail", State.SCORING, dt.date(2020, 1, 2), [evaluator]),
        ("network", "Switches", State.SETUP, None, [manager]),
        ("Data entry", "", State.CLOSED, dt.date(2026, 1, 2), [manager]),
    ]
    return [
        make_evaluation(
            acme,
            title=title,
            service=service,
            state=state,
            due_on=due,
            evaluators=people,
            opened_at=now,
            created_at=now - dt.timedelta(days=at),
        )
        for at, (title, service, state, due, people) in enumerate(rows)
    ]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", ["Help desk", "network", "Data entry"]),
        ("?q=HELP+phone", ["Help desk"]),
        ("?q=switch", ["network"]),
        ("?q=nothing", []),
        ("?q=a%00b", ["Help desk", "network", "Data entry"]),
        ("?state=closed", ["Data entry"]),
        ("?state=nonsense", ["Help desk", "network", "Data entry"]),
        ("?mine=on", ["network", "Data entry"]),
        ("?sort=title", ["Data entry", "Help desk", "network"]),
        ("?sort=-title", ["network", "Help desk", "Data entry"]),
        ("?sort=due_on", ["Help desk", "Data entry", "network"]),
        ("?sort=-due_on", ["Data entry", "Help desk", "network"]),
        ("?sort=created_at", ["Data entry", "network", "Help desk"]),
        ("?sort=candidate_count", ["Data entry", "network", "Help desk"]),
        ("?sort=state", ["Data entry", "Help desk", "network"]),
        ("?sort=password", ["Help desk", "network", "Data entry"]),
        ("?page=99", ["Help desk", "network", "Data entry"]),
    ],
)
def test_search_filter_and_sort_stand_in_the_address(client, manager, three, query, expected):
    client.force_login(manager.user)
    response = client.get(LIST + query)
    assert response.status_code == 200
    found = titles(response)
    assert found == expected or ("candidate_count" in query and sorted(found) == sorted(expected))


def test_progress_says_how_many_are_in_and_nothing_about_marks(client, viewer, three, manager):
    card = add_evaluator(three[0], manager)
    fill(card, 5)
    with organization_scope(ALL):
        Scorecard.objects.filter(pk=card.pk).update(submitted_at=timezone.now())
    client.force_login(viewer.user)
    response = client.get(f"{LIST}?q=help")
    assertContains(response, "1 of 2")
    assertContains(response, "Overdue")
    assertNotContains(response, "New evaluation")


def test_twenty_five_a_page(client, manager, acme):
    for number in range(27):
        make_evaluation(acme, title=f"No {number}", evaluators=[manager], candidates=())
    client.force_login(manager.user)
    assert len(titles(client.get(LIST))) == 25
    assert len(titles(client.get(f"{LIST}?page=2"))) == 2
    assertContains(client.get(f"{LIST}?page=2"), "26–27 of 27 evaluations")


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_takes_the_same_queries_however_long_it_is(
    client, manager, acme, count, django_assert_num_queries
):
    for _ in range(count):
        make_evaluation(acme, evaluators=[manager])
    client.force_login(manager.user)
    client.get(LIST)
    with django_assert_num_queries(4):
        client.get(LIST)


def test_an_empty_list_teaches(client, manager, evaluator):
    client.force_login(manager.user)
    response = client.get(LIST)
    assertContains(response, "Start with the five standard criteria and add your candidates")
    assertContains(response, f'href="{LIST}new/"')
    assertNotContains(response, 'role="search" aria-label="Filter')
    client.force_login(evaluator.user)
    assertContains(client.get(LIST), "Somebody with the role Manager or higher can start one.")


def test_a_filter_that_fits_nothing_says_so(client, manager, three):
    client.force_login(manager.user)
    assertContains(client.get(f"{LIST}?q=nothing"), "No evaluation fits.")


def test_htmx_gets_the_list_alone(client, manager, three):
    client.force_login(manager.user)
    response = client.get(LIST, headers={"HX-Request": "true"})
    assertContains(response, "Help desk")
    assertNotContains(response, "<html")


def test_the_list_is_for_members_only(client, three, outsider):
    assert client.get(LIST).status_code == 302
    client.force_login(outsider.user)
    assert client.get(LIST).status_code == 404
    assert titles(client.get("/o/globex/evaluations/")) == []


@pytest.mark.parametrize(
    ("state", "step"),
    [(State.SETUP, "setup/"), (State.SCORING, "score/"), (State.CLOSED, "ranking/")],
)
def test_an_evaluation_opens_at_its_step(client, viewer, acme, manager, state, step):
    row = make_evaluation(acme, evaluators=[manager], state=state, opened_at=timezone.now())
    client.force_login(viewer.user)
    response = client.get(f"{LIST}{row.pk}/")
    assertRedirects(response, f"{LIST}{row.pk}/{step}", fetch_redirect_response=False)


def test_the_evaluations_of_one_vendor(client, viewer, acme, manager, globex, outsider):
    make_evaluation(acme, title="With them", candidates=["Initech", "B"], evaluators=[manager])
    make_evaluation(acme, title="Without", candidates=["B", "C"], evaluators=[manager])
    make_evaluation(globex, title="Foreign", candidates=["Initech"], evaluators=[outsider])
    client.force_login(viewer.user)
    with organization_scope(acme):
        vendor = acme.vendor_set.get(name="Initech")
    response = client.get(f"{LIST}vendor/{vendor.pk}/")
    assertContains(response, "Initech")
    assert titles(response) == ["With them"]
    with organization_scope(ALL):
        foreign = globex.vendor_set.get()
        lonely = acme.vendor_set.create(organization=acme, name="Lonely", legal_name="Lonely")
    assertContains(client.get(f"{LIST}vendor/{lonely.pk}/"), "Not in any evaluation")
    assert client.get(f"{LIST}vendor/{foreign.pk}/").status_code == 404
    assert client.get(f"{LIST}vendor/{'9' * 30}/").status_code == 404


def test_the_list_says_who_was_awarded(client, acme, owner):
    client.force_login(owner.user)
    first = closed_evaluation(acme, owner, title="First")
    make_award(first, owner, "proposed")
    assertNotContains(client.get(LIST), "Awarded")
    second = closed_evaluation(acme, owner, title="Second")
    make_award(second, owner, "approved")
    third = closed_evaluation(acme, owner, title="Third")
    make_award(third, owner, "announced", winner="Stay in-house", rationale="x" * 20)
    page = client.get(LIST)
    assertContains(page, "to Northwind", count=1)
    assertContains(page, "Stays in-house", count=1)
