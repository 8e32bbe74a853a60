"""The portfolio: what runs, what it costs and when it ends; each number is that of the list it links to."""

import datetime as dt
import re
from decimal import Decimal

import pytest
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from contracts.models import Contract, ExitPlan
from contracts.tests.register_rows import LIST, add, days
from core.tenancy import ALL, organization_scope

PAGE = f"{LIST}portfolio/"


@pytest.fixture
def four(manager):
    """Two running in EUR, one in USD, one over, one draft without a manager."""
    desk = add(
        manager,
        "Help desk",
        starts=-300,
        services=["Help desk", "Network"],
        term_ends_on=days(65),
        committed_until_on=days(430),
        safe_notice_on=days(1),
        at_stake=Decimal(1200),
    )
    add(
        manager,
        "Backup",
        "Contoso",
        starts=-30,
        services=["Network"],
        yearly_cost=Decimal(300),
        ends_on=days(65),
        term_ends_on=days(65),
        committed_until_on=days(65),
    )
    add(manager, "Mail", "Contoso", starts=-30, yearly_cost=Decimal(50), currency="USD")
    add(manager, "Old", starts=-900, ends_on=days(-3))
    add(manager, "Draft")
    add(manager, "Given up", stage="withdrawn")
    with organization_scope(ALL):
        ExitPlan.objects.create(organization=desk.organization, contract=desk, currency="EUR")


def test_the_numbers(client, four, viewer):
    client.force_login(viewer.user)
    found = client.get(PAGE).context["portfolio"]
    euro, dollar = found.totals
    assert (euro.currency, euro.contracts, euro.cost, euro.stake) == ("EUR", 2, 1500, 1200)
    assert euro.left == round(1200 * Decimal(430) / 365 + 300 * Decimal(65) / 365)
    assert (dollar.currency, dollar.contracts, dollar.cost, dollar.left) == ("USD", 1, 50, None)
    assert [(line.name, line.contracts, line.cost, line.share) for line in found.vendors] == [
        ("Northwind", 1, 1200, Decimal("0.8")),
        ("Contoso", 1, 300, Decimal("0.2")),
    ]
    assert found.others is None
    assert [(line.name, line.contracts, line.cost) for line in found.services] == [
        ("Network", 2, 1500),
        ("Help desk", 1, 1200),
    ]
    assert found.concentration.startswith("Northwind has 80% of what you pay a year.")
    assert [(line.name, line.contracts) for line in found.lacks] == [
        ("running without an exit plan", 2),
        ("without a delegated manager", 1),
    ]
    assert len(found.terms) == 24
    [month] = [month for month in found.terms if month.contracts]
    assert (month.first_on, month.contracts) == (days(65).replace(day=1), 2)
    assert (month.final, month.cost) == (1, 1500)
    [month] = [month for month in found.notices if month.contracts]
    assert (month.first_on, month.contracts, month.cost) == (days(1).replace(day=1), 1, 1200)
    dollars = client.get(f"{PAGE}?currency=USD").context["portfolio"]
    assert [line.name for line in dollars.vendors] == ["Contoso"]
    assert client.get(f"{PAGE}?currency=nonsense").context["portfolio"].currency == "EUR"


def test_every_number_is_that_of_its_list(client, four, viewer):
    client.force_login(viewer.user)
    found = client.get(PAGE).context["portfolio"]
    lines = [*found.totals, *found.vendors, *found.services, *found.lacks]
    lines += [month for month in (*found.terms, *found.notices) if month.contracts]
    assert len(lines) == 10
    page = client.get(PAGE).content.decode()
    for line in lines:
        assert client.get(f"{LIST}?{line.query}").context["count"] == line.contracts, line
        assert f'href="{LIST}?{line.query.replace("&", "&amp;")}' in page


def test_ten_vendors_and_the_rest(client, manager):
    for number in range(12):
        add(manager, "Contract", f"Vendor {number:02}", starts=-1, yearly_cost=100 + number)
    client.force_login(manager.user)
    found = client.get(PAGE).context["portfolio"]
    assert [line.name for line in found.vendors] == [f"Vendor {at:02}" for at in range(11, 1, -1)]
    assert (found.others.contracts, found.others.cost) == (2, 201)
    assert found.concentration == ""
    assertContains(client.get(PAGE), "All others")


def test_what_is_not_known_is_not_zero(client, manager):
    add(manager, "Unknown", starts=-1, yearly_cost=None)
    client.force_login(manager.user)
    response = client.get(PAGE)
    assertContains(response, "1 contract, 0 with a cost")
    assertContains(response, "not said yet")
    assertContains(response, "running without a yearly cost")
    assert not re.search(r"EUR\s0\b", response.content.decode())


def test_evergreen_contracts_have_no_term_that_ends(client, manager):
    """Their end moves with every day; it is no event of a month."""
    day = days(90)
    add(manager, "Evergreen", starts=-400, term_ends_on=day, committed_until_on=day)
    client.force_login(manager.user)
    assert client.get(PAGE).context["portfolio"].most_terms == 0
    assertContains(client.get(PAGE), "None in the next 24 months.")


def test_the_same_few_queries_for_one_and_for_many(client, manager, django_assert_max_num_queries):
    client.force_login(manager.user)
    counts = []
    for start, end in ((0, 1), (1, 9)):
        for number in range(start, end):
            add(manager, "Contract", f"V {number}", starts=-1, term_ends_on=days(number * 20))
        client.get(PAGE)
        with django_assert_max_num_queries(12) as queries:
            client.get(PAGE)
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_nothing_runs_and_who_may(client, viewer, outsider, four):
    assertRedirects(client.get(PAGE), f"/accounts/login/?next={PAGE}")
    client.force_login(outsider.user)
    assert client.get(PAGE).status_code == 404
    theirs = client.get(PAGE.replace("acme", "globex"))
    assertContains(theirs, "Nothing runs yet")
    assertNotContains(theirs, "Northwind")
    with organization_scope(ALL):
        assert Contract.objects.running_on(dt.date.today()).count() == 3
