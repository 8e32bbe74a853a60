"""Numbers and headings as people write them, and exports that can't run anything."""

import datetime
import io
from contextlib import suppress
from decimal import Decimal

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.spreadsheets import (
    Cell,
    Kind,
    NumberProblem,
    match_headings,
    parse_number,
    safe_cell,
    write_csv,
    write_xlsx,
)
from core.tests.test_spreadsheets import read, texts, workbook


class TestNumbers:
    @pytest.mark.parametrize(
        ("text", "number"),
        [
            ("4", "4"), ("4,5", "4.5"), ("4.5", "4.5"), ("1.234,5", "1234.5"), ("1,234.5", "1234.5"),
            ("1 234,5", "1234.5"), ("1\u00a0234,5", "1234.5"), ("1\u202f234", "1234"),
            ("1'234.50", "1234.50"), ("1,234", "1234"), ("0,333", "0.333"), ("33,3333", "33.3333"),
            ("1.234", "1.234"), ("1.234.567", "1234567"), ("30%", "30"), ("30 %", "30"), ("%30", "30"),
            ("\u22122", "-2"), ("-2,5", "-2.5"), ("+3", "3"), (".5", "0.5"), (",5", "0.5"), ("007", "7"),
            ("٥", "5"), ("-0", "0"),
        ],
    )  # fmt: skip
    def test_understood(self, text, number):
        assert parse_number(text) == Decimal(number)
        assert str(parse_number(text)) == number

    def test_a_lone_comma_may_always_be_decimal(self):
        assert parse_number("3,333", decimal_comma=True) == Decimal("3.333")

    @pytest.mark.parametrize(
        "text",
        ["", " ", "good", "NaN", "inf", "1e5", "9" * 30, "1." + "1" * 30, "1,2,3", "12,34,567", "1.2.3",
         "4.", "--4", "4-", "%", "1.234,567.8", "1 2", "²", "0x10", "1_000", "\x00", "1'2 345"],
    )  # fmt: skip
    def test_refused(self, text):
        with pytest.raises(NumberProblem):
            parse_number(text)

    @given(st.text(max_size=40))
    def test_a_finite_number_or_a_problem(self, text):
        with suppress(NumberProblem):
            assert parse_number(text).is_finite()

    @given(st.decimals(-999_999_999, 999_999_999, places=2))
    def test_every_dialect_reads_back(self, number):
        english = f"{number:,.2f}"
        german = english.translate(str.maketrans(",.", ".,"))
        assert parse_number(english) == parse_number(german) == number

    def test_numbers_in_workbooks_have_bounds_too(self):
        cell = read(workbook([10**30])).rows[0].cell(1)
        with pytest.raises(NumberProblem, match="too large"):
            cell.as_number()
        assert not cell.is_number


class TestHeadings:
    def test_empty_headings_match_nothing(self):
        assert match_headings([Cell(1, 1)], {"name": [""]}).columns == {}

    def test_by_name_and_synonym(self):
        row = read("VENDOR-Name ,Grösse,,Punktzahl (0–5),vendor,Sonstiges\n".encode()).rows[0]
        found = match_headings(
            row, {"name": ["Vendor name", "vendor"], "size": ["Grosse"], "mark": ["Punktzahl"]}
        )
        assert found.columns == {"name": 1, "mark": 4} | ({"size": 2})
        assert [cell.text for cell in found.repeated] == ["vendor"]
        assert [cell.text for cell in found.unknown] == ["Sonstiges"]


DANGEROUS = [
    "=1+1",
    "+1",
    "-1",
    "@x",
    "\t=1",
    "\r=1",
    "\n=1",
    " =1",
    "'=1",
    "＝1",
    "=cmd|' /C calc'!A0",
]


class TestWriting:
    @pytest.mark.parametrize("text", DANGEROUS)
    def test_formulas_are_guarded(self, text):
        assert safe_cell(text) == f"'{text}"

    @pytest.mark.parametrize(
        "value", ["Acme", "a=b", "", "'quoted'", 5, -5, 4.5, Decimal("-1.5"), None]
    )
    def test_the_rest_is_left_alone(self, value):
        assert safe_cell(value) == value

    @pytest.mark.parametrize("value", [float("nan"), float("inf"), Decimal("NaN")])
    def test_no_export_holds_nan(self, value):
        with pytest.raises(ValueError, match="NaN or infinity"):
            safe_cell(value)

    def test_csv_bytes(self):
        data = write_csv(
            [["Name", "Points"], ["=1+1", Decimal("-1.50")], ['Ünal, "U"', None], [True, 2]]
        )
        assert data == ('\ufeffName,Points\r\n\'=1+1,-1.50\r\n"Ünal, ""U""",\r\nyes,2\r\n'.encode())

    def test_a_workbook_holds_no_formula(self):
        data = write_xlsx(
            [["Name", "n"], ["=1+1", -2], ["a\x07b", Decimal("4.5")]], "A/B: [x] " + "y" * 40
        )
        sheet = openpyxl.load_workbook(io.BytesIO(data)).active
        assert [[cell.value for cell in row] for row in sheet.rows] == [
            ["Name", "n"], ["'=1+1", -2], ["a\ufffdb", 4.5],
        ]  # fmt: skip
        assert {cell.data_type for row in sheet.rows for cell in row} == {"s", "n"}
        assert sheet.title == "A B   x  yyyyyyyyyyyyyyyyyyyyyy"

    def test_what_a_workbook_cannot_hold(self):
        with pytest.raises(ValueError, match="32 767"):
            write_xlsx([["x" * 40_000]], "a")

    def test_moments_with_a_zone_are_written_as_text(self):
        moment = datetime.datetime.fromisoformat("2026-01-02T03:04:05+00:00")
        cell = read(write_xlsx([[moment, False]], "")).rows[0].cell(1)
        assert (cell.text, cell.kind) == ("2026-01-02T03:04:05+00:00", Kind.TEXT)

    @settings(deadline=None)
    @given(
        st.lists(
            st.text(
                st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufffe\uffff"),
                max_size=12,
            )
            | st.sampled_from(DANGEROUS[:4]),
            min_size=2,
            max_size=4,
        )
    )
    def test_what_we_export_we_read_back(self, values):
        values = ["first", *values, "last"]
        expected = [text for value in values if (text := value.strip())]
        assert texts(read(write_csv([values]))) == [expected]
        assert texts(read(write_xlsx([values], "x"))) == [expected]
