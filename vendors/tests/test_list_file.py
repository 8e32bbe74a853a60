"""Reading vendor lists as people keep them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.spreadsheets import SpreadsheetProblem, read_grid, write_csv, write_xlsx
from vendors.list_columns import HEADINGS, SYNONYMS, TEMPLATE_ROW
from vendors.list_file import Setting, VendorList, read_vendor_list

SETTING = Setting(
    this_year=2026,
    statuses=[("prospect", "Prospect"), ("on_watch", "On watch")],
    members={"mia": 7, "mia acme example": 7},
)


def read(*rows: list, as_xlsx: bool = False) -> VendorList:
    data = write_xlsx(rows, "Vendors") if as_xlsx else write_csv(rows)
    grid = read_grid(data, "list", max_rows=1000, max_columns=100)
    return read_vendor_list(grid, SETTING)


def problems(found: VendorList) -> list[tuple[str, str, str]]:
    return [(p.cell, p.heading, p.message.partition(".")[0]) for p in found.problems]


@pytest.mark.parametrize("as_xlsx", [False, True])
def test_any_order_of_columns_any_names_and_rows_above(as_xlsx):
    found = read(
        ["Our suppliers 2026"],
        [],
        ["Since", "SUPPLIER ", "Home-Page", "HQ country", "Employees", "E-mail", "Mood", "Stage"],
        [
            2011,
            "Contoso",
            "contoso.example",
            "Germany",
            120,
            "a@contoso.example",
            "fine",
            "on watch",
        ],
        ["", "Fabrikam", "", "", "", "", "", ""],
        as_xlsx=as_xlsx,
    )
    assert problems(found) == []
    first, second = found.rows
    assert (first.number, second.number) == (4, 5)
    assert first.values == {
        "legal_name": "Contoso",
        "trading_name": "",
        "website": "https://contoso.example",
        "country": "DE",
        "founded_year": 2011,
        "size": "50-249",
        "status": "on_watch",
    }
    assert first.contact == {
        "name": "a@contoso.example",
        "role": "",
        "email": "a@contoso.example",
        "phone": "",
    }
    assert second.values == {"legal_name": "Fabrikam", "trading_name": ""}
    assert ("Not read, because we don't know these columns: “Mood” (G3).") in found.remarks
    assert found.columns[:2] == [("founded_year", "Since"), ("name", "SUPPLIER")]


@pytest.mark.parametrize("field", SYNONYMS)
def test_every_synonym_means_its_field(field):
    for heading in (*SYNONYMS[field], *filter(None, [HEADINGS.get(field)])):
        row = ["Legal name", heading] if field != "legal_name" else [heading]
        found = read(row, ["Contoso", ""][: len(row)])
        names = dict(found.columns)
        assert field in names or field == "archived", heading


def test_names():
    header = ["Vendor", "Legal name", "Trading name"]
    rows = [["A", "", ""], ["A", "A Ltd", ""], ["", "", "T"], ["A", "A Ltd", "T"], ["A", "A", "A"]]
    named = [(r.values["legal_name"], r.values["trading_name"]) for r in read(header, *rows).rows]
    assert named == [("A", ""), ("A Ltd", "A"), ("T", ""), ("A Ltd", "T"), ("A", "")]


def test_each_problem_stands_at_its_cell():
    found = read(
        [
            "Vendor",
            "Website",
            "Country",
            "Founded",
            "Size",
            "Status",
            "E-mail",
            "Time zone",
            "Owner",
        ],
        ["A", "nowhere", "Narnia", "1066", "lots", "friend", "x", "Mars", "Bob"],
        ["", "a.example"],
        ["x" * 201],
    )
    assert problems(found) == [
        ("B2", "Website", "“nowhere” is not the address of a website"),
        ("C2", "Country", "“Narnia” is not a country we know"),
        ("D2", "Founded", "Write the year as four digits, from 1800 to 2026"),
        ("E2", "Size", "“lots” is not a size"),
        ("F2", "Status", "“friend” is not a status"),
        ("G2", "E-mail", "“x” is not one e-mail address"),
        ("H2", "Time zone", "“Mars” is not a time zone"),
        ("I2", "Owner", "“Bob” is not one person of your organization"),
        ("A3", "Vendor", "The name is missing"),
        ("A4", "Vendor", "This has 201 characters; at most 200 fit"),
    ]


def test_people():
    header = ["Vendor", "Owner inside", "Contact name", "Contact position", "Phone"]
    found = read(
        header,
        ["A", "MIA", "Nora", "Sales", ""],
        ["B", "mia@acme.example", "", "", "+353 1"],
        ["C", "", "", "Sales", ""],
    )
    assert [row.values.get("inside_owner") for row in found.rows] == [7, 7, None]
    assert [row.contact["name"] for row in found.rows] == ["Nora", "+353 1", ""]
    assert problems(found) == [
        ("D4", "Contact position", "A position needs a contact: add a name or an e-mail address")
    ]


def test_a_formula_without_result_and_an_error_say_so():
    found = read(["Vendor", "Notes"], ["A", "#REF!"])
    assert found.rows[0].values["notes"] == "#REF!"


def test_the_template_and_an_export_are_read_without_a_remark():
    found = read([*HEADINGS.values(), "Archived"], [TEMPLATE_ROW[name] for name in HEADINGS])
    assert problems(found) == []
    assert [remark for remark in found.remarks if "Not read" in remark] == []
    assert [field for field, _ in found.columns] == list(HEADINGS)


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ([["Colour", "Weight"], ["red", "3"]], "No column holds the vendors' names"),
        ([["Vendor"]], "There is no vendor below the headings"),
        ([["Vendor", "x"], ["", "y"]], "There is no vendor below the headings"),
        ([["Notes"], ["Contoso"]], "No column holds the vendors' names"),
    ],
)
def test_what_is_no_vendor_list(rows, message):
    with pytest.raises(SpreadsheetProblem, match=message):
        read(*rows)


def test_a_column_that_comes_twice_is_read_once():
    found = read(["Vendor", "Website", "URL"], ["A", "a.example", "b.example"])
    assert found.rows[0].values["website"] == "https://a.example"
    assert "another column means the same: “URL” (C1)" in found.remarks[-1]


@given(st.lists(st.lists(st.text(max_size=12), max_size=5), max_size=6))
def test_whatever_stands_in_it_only_problems_come_out(rows):
    try:
        found = read(["Vendor", "Website", "Founded", "E-mail", "Countries"], *rows)
    except SpreadsheetProblem:
        return
    for row in found.rows:
        assert row.values["legal_name"] or row.problems
        assert all(problem.cell and problem.message for problem in row.problems.values())
