"""Taking the list away: exactly what is filtered, in its order, and nothing that a program would run."""

import csv
import io

import openpyxl
import pytest
from pytest_django.asserts import assertRedirects

from core.tenancy import ALL, organization_scope
from vendors import actions
from vendors.list_columns import HEADINGS
from vendors.tests.builders import FULL, LIST, add, add_person

EXPORT = f"{LIST}export/"


def rows_of_csv(client, query: str = "") -> list[dict[str, str]]:
    response = client.get(f"{EXPORT}?format=csv{query}")
    assert response.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert response.content.startswith(b"\xef\xbb\xbf")
    return list(csv.DictReader(io.StringIO(response.content.decode("utf-8-sig"))))


@pytest.fixture
def register(manager):
    northwind = add(manager, **{**FULL, "inside_owner": manager})
    add_person(manager, northwind, "Liam")
    add_person(
        manager, northwind, "Nora", role="Sales", email="n@a.example", phone="1", is_main=True
    )
    return [northwind, add(manager, "Contoso"), add(manager, "Fabrikam", status="former")]


def test_every_field_with_the_main_contact(client, viewer, register):
    client.force_login(viewer.user)
    rows = rows_of_csv(client)
    assert list(rows[0]) == [*HEADINGS.values(), "Archived"]
    assert [row["Legal name"] for row in rows] == ["Contoso", "Fabrikam", "Northwind Support Ltd"]
    assert rows[2] == {
        "Legal name": "Northwind Support Ltd",
        "Trading name": "Northwind",
        "Website": "https://www.northwind.example/en",
        "Country": "Ireland",
        "Founded": "2011",
        "Size": "10–49 people",
        "Registration number": "IE-512345",
        "VAT or tax number": "IE1234567T",
        "Services": "Help desk, Network",
        "Industries": "Retail",
        "Countries served": "Ireland, United Kingdom",
        "Languages": "English, German",
        "Time zone": "Europe/Dublin",
        "Support hours": "Mon–Fri 8–18",
        "Status": "Candidate",
        "Owner inside": "Mia",
        "Notes": "Met at the fair.",
        "Contact name": "Nora",
        "Contact position": "Sales",
        "Contact e-mail": "n@a.example",
        "Contact phone": "1",
        "Archived": "",
    }


@pytest.mark.parametrize(
    "query",
    ["", "&q=o", "&status=former", "&q=nothing-fits", "&sort=-name", "&status=nonsense&page=9"],
)
def test_exactly_what_the_list_shows(client, viewer, register, query):
    client.force_login(viewer.user)
    table = client.get(f"{LIST}?{query}").context["table"]
    with organization_scope(ALL):
        listed = [row.record.legal_name for row in table.page.object_list]
    assert [row["Legal name"] for row in rows_of_csv(client, query)] == listed


def test_all_pages_of_it(client, manager):
    for number in range(30):
        add(manager, f"Vendor {number:02}")
    client.force_login(manager.user)
    assert len(rows_of_csv(client)) == 30


def test_archived_ones_only_when_asked_for(client, manager, register):
    with organization_scope(ALL):
        actions.archive_vendor(vendor=register[1], by=manager)
    client.force_login(manager.user)
    assert len(rows_of_csv(client)) == 2
    [row] = rows_of_csv(client, "&archived=archived")
    assert (row["Legal name"], row["Archived"]) == ("Contoso", "yes")


def test_a_workbook_says_the_same(client, viewer, register):
    client.force_login(viewer.user)
    response = client.get(f"{EXPORT}?format=xlsx&sort=name")
    assert response.headers["Content-Type"].endswith("spreadsheetml.sheet")
    assert response.headers["Content-Disposition"].startswith('attachment; filename="vendors-acme-')
    sheet = openpyxl.load_workbook(io.BytesIO(response.content)).active
    table = [[cell or "" for cell in row] for row in sheet.iter_rows(values_only=True)]
    listed = [list(row.values()) for row in rows_of_csv(client)]
    assert [[str(cell) for cell in row] for row in table[1:]] == listed
    assert table[3][4] == 2011


@pytest.mark.parametrize("name", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "＝1", "'=1"])
@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_nothing_in_it_is_a_formula(client, manager, name, kind):
    add(manager, name, notes="=HYPERLINK(1)")
    client.force_login(manager.user)
    data = client.get(f"{EXPORT}?format={kind}").content
    if kind == "csv":
        cells = [cell for row in csv.reader(io.StringIO(data.decode("utf-8-sig"))) for cell in row]
        assert not [cell for cell in cells if cell.lstrip()[:1] in set("=+-@\t＝")]
    else:
        sheet = openpyxl.load_workbook(io.BytesIO(data)).active
        assert {cell.data_type for row in sheet.iter_rows() for cell in row} <= {
            "s",
            "n",
            "inlineStr",
        }
        assert sheet["A2"].value.startswith("'")


def test_the_same_few_queries_however_many(client, manager, django_assert_max_num_queries):
    client.force_login(manager.user)
    counts = []
    for names in (["One"], ["Two", "Three"]):
        for name in names:
            add_person(manager, add(manager, name), "Nora")
        client.get(EXPORT)
        with django_assert_max_num_queries(12) as queries:
            client.get(EXPORT)
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_who_may(client, register, outsider):
    assertRedirects(client.get(EXPORT), f"/accounts/login/?next={EXPORT}")
    client.force_login(outsider.user)
    assert client.get(EXPORT).status_code == 404
    assert b"Contoso" not in client.get("/o/globex/vendors/export/?archived=all").content
