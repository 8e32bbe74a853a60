"""The register of contracts: what is found, in which order, as a file, and with how many queries."""

import csv
import io

import openpyxl
import pytest
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from contracts.models import Contract, Document, ExitPlan
from contracts.tests.register_rows import LIST, add, days, vendor_of
from core.tenancy import ALL, organization_scope
from vendors import actions as vendor_actions

EXPORT = f"{LIST}export/"


def shown(client, query: str = "") -> list[str]:
    response = client.get(LIST + query)
    assert response.status_code == 200
    with organization_scope(ALL):
        return [row.record.title for row in response.context["table"].page.object_list]


def file_rows(client, query: str = "") -> list[dict[str, str]]:
    data = client.get(f"{EXPORT}{query}").content
    return list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"))))


@pytest.fixture
def four(manager, owner):
    """A draft; one that needs notice within 20 days; one that ends in 100 days; one that ended."""
    add(manager, "Ärzte-Netz", "Contoso", services=["Network"], kind="master")
    desk = add(
        manager,
        "Help desk",
        reference="C-17",
        services=["Help desk", "Network"],
        starts=-300,
        manager=owner,
        term_ends_on=days(110),
        notice_by_on=days(22),
        safe_notice_on=days(20),
        committed_until_on=days(475),
        notes="Met at the fair",
    )
    add(manager, "backup", starts=-30, ends_on=days(100), yearly_cost="99.50", currency="USD")
    add(manager, "Old", starts=-900, ends_on=days(-3), yearly_cost=None)
    with organization_scope(ALL):
        ExitPlan.objects.create(organization=desk.organization, contract=desk, currency="EUR")


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", ["Ärzte-Netz", "backup", "Help desk", "Old"]),
        ("?sort=-title", ["Old", "Help desk", "backup", "Ärzte-Netz"]),
        ("?sort=vendor", ["Ärzte-Netz", "Help desk", "backup", "Old"]),
        ("?sort=status", ["Help desk", "backup", "Ärzte-Netz", "Old"]),
        ("?sort=-cost", ["Ärzte-Netz", "Help desk", "Old", "backup"]),
        ("?sort=notice", ["Help desk", "Ärzte-Netz", "backup", "Old"]),
        ("?sort=ends", ["Old", "backup", "Help desk", "Ärzte-Netz"]),
        ("?sort=-ends", ["Help desk", "backup", "Old", "Ärzte-Netz"]),
        ("?q=c+17", ["Help desk"]),
        ("?q=ARZTE+contoso", ["Ärzte-Netz"]),
        ("?q=fair", ["Help desk"]),
        ("?q=network", ["Ärzte-Netz", "Help desk"]),
        ("?status=running", ["backup", "Help desk"]),
        ("?status=active", ["backup", "Help desk"]),
        ("?status=ended", ["Old"]),
        ("?status=draft", ["Ärzte-Netz"]),
        ("?vendor=contos", ["Ärzte-Netz"]),
        ("?manager=olga", ["Help desk"]),
        ("?manager=mia%40acme", ["backup", "Old"]),
        ("?manager=nobody", ["Ärzte-Netz"]),
        ("?kind=master", ["Ärzte-Netz"]),
        ("?notice=30", ["Help desk"]),
        ("?term=90", []),
        ("?term=180", ["backup", "Help desk"]),
        ("?without=exit_plan", ["Ärzte-Netz", "backup", "Old"]),
        ("?without=exit_plan&status=running", ["backup"]),
        ("?without=manager", ["Ärzte-Netz"]),
        ("?without=cost", ["Ärzte-Netz", "Old"]),
        ("?service=Help+desk", ["Help desk"]),
        ("?service=desk", []),
        ("?currency=USD", ["backup"]),
        ("?of=999999999999", []),
    ],
)
def test_search_filters_and_order(client, four, viewer, query, found):
    client.force_login(viewer.user)
    assert shown(client, query) == found


def test_papers_are_searched_too(client, four, manager, viewer):
    with organization_scope(ALL):
        contract = Contract.objects.get(title="backup")
        for removed_at, text in ((None, "Exhibit about zebras"), (timezone.now(), "Lions")):
            Document.objects.create(
                organization=contract.organization,
                contract=contract,
                title="Annex",
                kind="annex",
                stored_as=text,
                filename="a.pdf",
                content_type="application/pdf",
                size=1,
                sha256="0" * 64,
                text=text,
                removed_at=removed_at,
                uploaded_by=manager,
            )
    client.force_login(viewer.user)
    assert shown(client, "?q=ZEBRAS+annex") == ["backup"]
    assert shown(client, "?q=zebras&status=draft") == []
    assert shown(client, "?q=lions") == []
    assert [row["Title"] for row in file_rows(client, "?q=zebras")] == ["backup"]


def test_links_of_other_pages_are_told_in_words(client, four, viewer):
    client.force_login(viewer.user)
    span = f"?term_from={days(99)}&term_to={days(105)}"
    assert shown(client, span) == ["backup"]
    assertContains(client.get(LIST + span), "Only contracts term ends from")
    span = f"?notice_from={days(19)}&notice_to={days(20)}&of={vendor_of(viewer, 'Northwind').pk}"
    assert shown(client, span) == ["Help desk"]
    assertContains(client.get(LIST + span), "of Northwind")


def test_a_row_says_what_matters(client, four, viewer):
    client.force_login(viewer.user)
    response = client.get(LIST)
    for text in ("C-17", "Olga", "EUR\xa01,200", "20 days left", "committed until", "Active"):
        assertContains(response, text)
    assertContains(response, "not said yet")
    assertNotContains(response, "New contract")


@pytest.mark.parametrize(
    "query",
    [
        "?status=nonsense",
        "?notice=31",
        "?of=x",
        "?of=-1",
        "?of=" + "9" * 40,
        "?of=1e3",
        "?of=1.5",
        "?of=NaN",
        "?term_from=2026-13-01&term_to=x",
        "?term_from=0001-01-01&term_to=9999-12-31",
        "?q=%00",
        "?q=" + "x" * 5000,
        "?page=9999999999999999999",
        "?sort=nonsense,-title,,;drop",
        "?currency=%F0%9F%9A%80",
    ],
)
def test_a_wrong_address_never_breaks_the_page(client, four, viewer, query):
    client.force_login(viewer.user)
    assert client.get(LIST + query).status_code == 200
    assert client.get(EXPORT + query).status_code == 200


def test_pages_of_25_and_a_constant_number_of_queries(
    client, manager, viewer, django_assert_max_num_queries
):
    client.force_login(viewer.user)
    counts = []
    for start, end in ((0, 1), (1, 28)):
        for number in range(start, end):
            add(manager, f"Contract {number:02}", starts=-5, safe_notice_on=days(number))
        client.get(LIST)
        with django_assert_max_num_queries(12) as queries:
            client.get(LIST)
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 6
    assertContains(client.get(LIST), "1–25 of 28 contracts")
    assert len(shown(client, "?page=2")) == 3


@pytest.mark.parametrize("query", ["?", "?status=running&", "?sort=-ends&", "?q=nothing-fits&"])
def test_the_file_holds_exactly_what_the_list_shows(client, four, viewer, query):
    client.force_login(viewer.user)
    assert [row["Title"] for row in file_rows(client, query)] == shown(client, query)


def test_a_file_has_days_as_iso_and_money_as_numbers(client, four, viewer):
    client.force_login(viewer.user)
    [row] = file_rows(client, "?q=C-17&format=csv")
    assert row["Price per year"] == "1200.00"
    assert row["Currency"] == "EUR"
    assert row["Last safe day"] == days(20).isoformat()
    assert (row["Status"], row["Exit plan"], row["Delegated manager"]) == ("Active", "yes", "Olga")
    response = client.get(f"{EXPORT}?q=C-17&format=xlsx")
    assert response.headers["Content-Disposition"].startswith(
        'attachment; filename="contracts-acme'
    )
    sheet = openpyxl.load_workbook(io.BytesIO(response.content)).active
    cells = dict(zip(*sheet.iter_rows(values_only=True), strict=True))
    assert (cells["Price per year"], cells["Last safe day"].date()) == (1200, days(20))


def test_nothing_in_a_file_is_a_formula(client, manager):
    add(manager, "=1+1", reference="@SUM(A1)", notes="+1")
    client.force_login(manager.user)
    [row] = file_rows(client)
    assert (row["Title"], row["Reference"], row["Notes"]) == ("'=1+1", "'@SUM(A1)", "'+1")


def test_a_vendor_shows_its_contracts_also_when_it_is_archived(client, four, manager):
    vendor = vendor_of(manager, "Northwind")
    client.force_login(manager.user)
    address = f"{LIST}of-vendor/{vendor.pk}/"
    response = client.get(address)
    assertContains(response, "EUR\xa01,200 a year for 1 running contract; ")
    assertContains(response, "USD\xa099.50 a year for 1 running contract.")
    assertContains(response, f"{LIST}new/?vendor={vendor.pk}")
    with organization_scope(ALL):
        vendor_actions.archive_vendor(vendor=vendor, by=manager)
    assertContains(client.get(address), "Help desk")
    assert "Help desk" in shown(client)
    other = vendor_of(manager, "Empty")
    assertContains(client.get(f"{LIST}of-vendor/{other.pk}/"), "No contract yet")


def test_htmx_gets_the_results_alone(client, four, viewer):
    client.force_login(viewer.user)
    whole = client.get(f"{LIST}?q=desk").content.decode()
    part = client.get(f"{LIST}?q=desk", headers={"HX-Request": "true"}).content.decode().strip()
    assert part.startswith('<div id="results">')
    assert part in whole


def test_an_empty_register_says_how_to_begin(client, manager, viewer):
    client.force_login(manager.user)
    response = client.get(LIST)
    assertContains(response, "No contract yet")
    assertContains(response, f"{LIST}import/")
    client.force_login(viewer.user)
    assertNotContains(client.get(LIST), f"{LIST}import/")


def test_nobody_else_sees_it(client, four, manager, outsider):
    vendor = vendor_of(manager, "Northwind")
    for address in (LIST, EXPORT, f"{LIST}of-vendor/{vendor.pk}/"):
        client.logout()
        assertRedirects(client.get(address), f"/accounts/login/?next={address}")
        client.force_login(outsider.user)
        assert client.get(address).status_code == 404
    assertNotContains(client.get("/o/globex/contracts/"), "Help desk")
    assertNotContains(client.get(f"/o/globex/contracts/?of={vendor.pk}"), "Northwind")
    assert client.get(f"/o/globex/contracts/of-vendor/{vendor.pk}/").status_code == 404
