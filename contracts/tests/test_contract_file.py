"""Reading lists of contracts as people keep them: headings in two languages, days, lengths, prices, words."""

import datetime as dt
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts import list_values
from contracts.list_columns import HEADINGS, SYNONYMS, TEMPLATE_ROW
from contracts.list_file import ContractList, Setting, months_between, read_contract_list
from core.spreadsheets import SpreadsheetProblem, heading_key, read_grid, write_csv, write_xlsx

SETTING = Setting(
    today=dt.date(2026, 5, 1),
    currency="EUR",
    may_sign=True,
    managers={"mia": 7},
    vendors={"northwind": [3], "contoso": [4, 5]},
)


def read(*rows: list, as_xlsx: bool = False, setting: Setting = SETTING) -> ContractList:
    data = write_xlsx(rows, "Contracts") if as_xlsx else write_csv(rows)
    return read_contract_list(read_grid(data, "x", max_rows=1000, max_columns=100), setting)


def problems(found: ContractList) -> list[tuple[str, str]]:
    return [(p.cell, p.message.partition(".")[0]) for p in found.problems]


@pytest.mark.parametrize("as_xlsx", [False, True])
def test_a_german_list_in_any_order(as_xlsx):
    found = read(
        ["Unsere Verträge"],
        [],
        [
            "Anbieter", "Vertragsnr.", "Bezeichnung", "Laufzeit (Jahre)", "Vertragsbeginn", "Kündigungsfrist",
            "Verlängerung", "Verlängerung um", "Preis pro Monat", "Status", "Unterschrieben am",
            "Verantwortlich", "Laune",
        ],
        [
            "Northwind", "V-17", "Betreuung", "3", "01.08.2024", "3 Monate", "automatisch", "12 Monate",
            "1.200,50 €", "aktiv", "15. Juli 2024", "Mia", "gut",
        ],
        as_xlsx=as_xlsx,
    )  # fmt: skip
    assert problems(found) == []
    [row] = found.rows
    assert (row.number, row.values) == (
        4,
        {
            "vendor": "Northwind",
            "reference": "V-17",
            "title": "Betreuung",
            "initial_months": 36,
            "start_on": "2024-08-01",
            "notice": 3,
            "notice_unit": "months",
            "renewal_mode": "automatic",
            "renewal_months": 12,
            "price": "1200.50",
            "period": "month",
            "currency": "EUR",
            "status": "signed",
            "signed_on": "2024-07-15",
            "manager": 7,
        },
    )
    assert "“Laune” (M3)" in found.remarks[-1]


def test_every_synonym_means_its_field():
    """No heading means two things; each is found by the reader."""
    meanings: dict[str, set[str]] = {}
    for name, words in SYNONYMS.items():
        for heading in (name, *words, *filter(None, [HEADINGS.get(name)])):
            meanings.setdefault(heading_key(heading), set()).add(name)
    assert {key: names for key, names in meanings.items() if len(names) > 1} == {}


def test_the_template_is_read_without_a_problem():
    setting = Setting(today=SETTING.today, currency="EUR", may_sign=False, adds_vendors=True)
    found = read(
        list(HEADINGS.values()), [TEMPLATE_ROW[name] for name in HEADINGS], setting=setting
    )
    assert problems(found) == []
    assert [field for field, _ in found.columns] == list(HEADINGS)
    assert found.rows[0].values["initial_months"] == 36


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("2026-04-03", "2026-04-03"),
        ("2026-04-03 00:00:00", "2026-04-03"),
        ("2026/4/3", "2026-04-03"),
        ("3.4.2026", "2026-04-03"),
        ("03. 04. 2026", "2026-04-03"),
        ("30/04/2026", "2026-04-30"),
        ("04/30/2026", "2026-04-30"),
        ("4/4/2026", "2026-04-04"),
        ("3 April 2026", "2026-04-03"),
        ("3. März 2026", "2026-03-03"),
        ("Apr 3rd, 2026", "2026-04-03"),
        ("03/04/2026", "may be 3 April or 4 March"),
        ("3-4-2026", "may be 3 April or 4 March"),
        ("3.4.26", "four digits"),
        ("31.02.2026", "not a date"),
        ("45292", "not a date"),
        ("soon", "not a date"),
        ("1.1.1026", "between 1950 and 2100"),
        ("30 Undecember 2026", "not a date"),
    ],
)
def test_days(text, found):
    if found[:2] == "20":
        assert list_values.day(text).isoformat() == found
    else:
        with pytest.raises(ValueError, match=found):
            list_values.day(text)


@pytest.mark.parametrize(
    ("text", "heading", "found"),
    [
        ("36", "Term", 36),
        ("3", "Term (years)", 3 * 12),
        ("3 years", "Term in months", 36),
        ("1.5 years", "", 18),
        ("1,5 Jahre", "", 18),
        ("24 Monate", "", 24),
        ("0", "", "from 1 to"),
        ("1.3 years", "", "whole months"),
        ("90 days", "", "counted in months"),
        ("long", "", "not a length"),
        ("9999 years", "", "from 1 to"),
    ],
)
def test_terms(text, heading, found):
    unit = list_values.unit_in(heading)
    if isinstance(found, int):
        assert list_values.months(text, unit) == found
    else:
        with pytest.raises(ValueError, match=found):
            list_values.months(text, unit)


@pytest.mark.parametrize(
    ("text", "heading", "found"),
    [
        ("3 months", "", (3, "months")),
        ("90 days", "", (90, "days")),
        ("6 Wochen", "", (42, "days")),
        ("30 business days", "", (30, "business_days")),
        ("10 Arbeitstage", "", (10, "business_days")),
        ("3", "Notice period (months)", (3, "months")),
        ("30", "Notice in working days", (30, "business_days")),
        ("0 days", "", (0, "days")),
        ("1 year", "", (12, "months")),
        ("3", "Notice", "of what"),
        ("30 Werktage", "", "count Saturdays"),
        ("3 months to the end of the quarter", "", "not a length"),
        ("99999 days", "", "at most 3,660"),
    ],
)
def test_notice(text, heading, found):
    unit = list_values.unit_in(heading)
    if isinstance(found, tuple):
        assert list_values.notice(text, unit) == found
    else:
        with pytest.raises(ValueError, match=found):
            list_values.notice(text, unit)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("1200", ("1200.00", "", "")),
        ("€1,200.00", ("1200.00", "EUR", "")),
        ("1.200,50 EUR", ("1200.50", "EUR", "")),
        ("CHF 1'200", ("1200.00", "CHF", "")),
        ("1200.– CHF", ("1200.00", "CHF", "")),
        ("1 200,00 €", ("1200.00", "EUR", "")),
        ("$99 / month", ("99.00", "USD", "month")),
        ("£10 per year", ("10.00", "GBP", "year")),
        ("1,234,567.89 p.a.", ("1234567.89", "", "year")),
        ("400 € pro Quartal", ("400.00", "EUR", "quarter")),
        ("1.200", "may be 1200 or 1.20"),
        ("-5", "not an amount"),
        ("free", "not an amount"),
        ("1.2.3", "not an amount"),
        ("1,005.123", "at most two decimals"),
        ("12 apples", "not a currency"),
        ("5 per goat", "month, quarter or year"),
        ("9" * 15, "at most two decimals"),
    ],
)
def test_prices(text, found):
    if isinstance(found, tuple):
        amount, currency, period = list_values.price(text, "EUR")
        assert (str(amount), currency, period) == found
    else:
        with pytest.raises(ValueError, match=found):
            list_values.price(text, "EUR")


@pytest.mark.parametrize(
    ("start", "end", "months"),
    [
        ("2024-01-01", "2026-12-31", 36),
        ("2024-01-01", "2027-01-01", 36),
        ("2024-01-31", "2024-02-28", 1),
        ("2024-01-01", "2024-01-15", None),
        ("2024-01-01", "2023-01-01", None),
    ],
)
def test_whole_months_between(start, end, months):
    assert months_between(dt.date.fromisoformat(start), dt.date.fromisoformat(end)) == months


HEAD = [
    "Title",
    "Vendor",
    "Start",
    "End",
    "Term",
    "Renewal",
    "Renewal term",
    "Price",
    "Period",
    "Currency",
]


@pytest.mark.parametrize(
    ("row", "cell", "message"),
    [
        (["", "Northwind"], "A2", "The title is missing"),
        (["A", ""], "B2", "The vendor is missing"),
        (["A", "Nobody"], "B2", "The register has no such vendor"),
        (["A", "CONTOSO."], "B2", "There are two vendors of this name"),
        (["A", "Northwind", "2026-01-01", "2026-12-15"], "D2", "From 2026-01-01 to 2026-12-15 is no"),
        (["A", "Northwind", "2026-01-01", "2026-12-31", "24"], "D2", "From 2026-01-01 this is not the"),
        (["A", "Northwind", "", "2026-12-31"], "C2", "An end needs a start"),
        (["A", "Northwind", "", "", "", "no", "12"], "G2", "Only a contract that renews by itself"),
        (["A", "Northwind", "", "", "", "", "", "5"], "I2", "Of what? Write month, quarter or year"),
        (["A", "Northwind", "", "", "", "", "", "5 €", "month", "USD"], "H2", "The currency beside it is"),
        (["A", "Northwind", "", "", "", "perhaps"], "F2", "“perhaps” is not a renewal that we know"),
    ],
)  # fmt: skip
def test_each_problem_stands_at_its_cell(row, cell, message):
    [(at, said)] = problems(read(HEAD, row))
    assert (at, said[: len(message)]) == (cell, message)


def test_a_signed_contract_says_what_a_signature_needs():
    found = read(["Title", "Vendor", "Status", "Start"], ["A", "Northwind", "Signed", ""])
    assert [p.cell for p in found.problems] == ["C2", "D2"]
    words = " ".join(p.message for p in found.problems)
    for said in (
        "day of its signature",
        "manager inside",
        "initial term",
        "end of the term",
        "notice",
    ):
        assert said in words
    found = read(["Title", "Vendor", "Status"], ["A", "Northwind", "Terminated"])
    assert problems(found) == [("C2", "“Terminated” is not a status that we know")]
    setting = Setting(SETTING.today, "EUR", may_sign=False, vendors=SETTING.vendors)
    found = read(["Title", "Vendor", "Status"], ["A", "Northwind", "Signed"], setting=setting)
    assert problems(found) == [("C2", "Only an Owner or Admin may bring in signed contracts")]
    found = read(["Title", "Vendor", "Signed on"], ["A", "Northwind", "2026-05-02"])
    assert problems(found) == [("C2", "A signature can't lie ahead")]


def test_two_prices_are_one_too_many():
    found = read(
        ["Title", "Vendor", "Monthly fee", "Annual cost"], ["A", "Northwind", "100", "1200"]
    )
    assert problems(found) == [("D2", "Write one price only: per month, quarter or year")]


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ([["Colour"], ["red"]], "No column holds the contracts' titles"),
        ([["Title"], ["A"]], "No column holds the vendors' names"),
        ([["Title", "Vendor"]], "There is no contract below the headings"),
    ],
)
def test_what_is_no_list_of_contracts(rows, message):
    with pytest.raises(SpreadsheetProblem, match=message):
        read(*rows)


@given(st.lists(st.lists(st.text(max_size=12), max_size=7), max_size=5))
def test_whatever_stands_in_it_only_problems_come_out(rows):
    header = ["Title", "Vendor", "Start", "Notice", "Price", "Status", "Term"]
    try:
        found = read(header, *rows)
    except SpreadsheetProblem:
        return
    for row in found.rows:
        assert row.values.get("title") or row.problems
        assert all(problem.cell and problem.message for problem in row.problems.values())


@pytest.mark.parametrize("text", ["1234.56", "0", "0.5", "1,5"])
def test_amounts_are_exact(text):
    assert list_values.price(text)[0] == Decimal(text.replace(",", ".")).quantize(Decimal("0.01"))
