"""Reading people's CSV and XLSX files, and writing ours."""

import datetime
import io
import zipfile
from decimal import Decimal

import openpyxl
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from core.spreadsheets import (
    Grid,
    Kind,
    NotASpreadsheet,
    NumberProblem,
    SpreadsheetProblem,
    address,
    read_grid,
)


def read(data: bytes, name: str = "file.csv", **limits) -> Grid:
    return read_grid(data, name, **{"max_rows": 1_000, "max_columns": 50} | limits)


def grid_or_words(data: bytes) -> Grid | str:
    try:
        return read(data)
    except SpreadsheetProblem as problem:
        return str(problem)


def texts(grid: Grid) -> list[list[str]]:
    return [[cell.text for cell in row] for row in grid.rows]


def workbook(*rows, change=lambda book, sheet: None) -> bytes:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    change(book, book.active)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def repacked(data: bytes, name: str, change) -> bytes:
    """Return a workbook with one part of its archive changed."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(data)) as old,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for part in old.infolist():
            content = old.read(part)
            new.writestr(part.filename, change(content) if part.filename == name else content)
    return out.getvalue()


SHEET = "xl/worksheets/sheet1.xml"
TABLE = "Name;Größe\nÉtoile;4,5\n"


class TestText:
    @pytest.mark.parametrize(
        "encoding",
        ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1252", "latin-1"],
    )
    def test_encodings_give_the_same_cells(self, encoding):
        assert texts(read(TABLE.encode(encoding))) == [["Name", "Größe"], ["Étoile", "4,5"]]

    def test_a_guessed_encoding_is_told(self):
        assert "Windows-1252" in " ".join(read(TABLE.encode("cp1252")).notes)
        assert "Latin-1" in " ".join(read(b"a;b\n\x81;\xe9\n").notes)

    @pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
    def test_separators(self, separator):
        text = "Title\n" + "\n".join(separator.join(row) for row in ["abc", "def"])
        assert texts(read(text.encode())) == [["Title"], ["a", "b", "c"], ["d", "e", "f"]]

    def test_decimal_commas_do_not_hide_semicolons(self):
        grid = read(b"K;G;A;B\nQ;30;4,5;3,5\nP;70;2,5;1,5\n")
        assert texts(grid)[1] == ["Q", "30", "4,5", "3,5"]

    def test_the_separator_line_of_excel_is_obeyed(self):
        grid = read(b"sep=|\r\na,b|c\r\n")
        assert texts(grid) == [["a,b", "c"]]
        assert grid.rows[0].number == 1

    def test_addresses_count_empty_rows_and_columns(self):
        cell = read(b"\n\n,,x\n").rows[0].cell(3)
        assert (cell.address, cell.text, address(1, 16_384)) == ("C3", "x", "XFD1")

    def test_rows_and_cells_can_be_asked_for(self):
        grid = read(b"a\n\nb\n")
        assert (grid.row(3).cell(1).text, grid.row(2).cell(1).text) == ("b", "")

    def test_quoted_line_breaks_stay_in_the_cell(self):
        assert texts(read(b'a,"one\ntwo"\nb,c\n')) == [["a", "one\ntwo"], ["b", "c"]]

    def test_names_come_back_whole(self):
        name = "شركة\u200f 🚀 " + "x" * 3_000
        assert texts(read(f" {name} ,b\n".encode())) == [[name, "b"]]

    @pytest.mark.parametrize(
        ("data", "told"),
        [
            (b"", "empty"),
            (b" \n ; \n", "empty"),
            (b";;\n", "empty"),
            (b"\xef\xbb\xbf\n", "empty"),
            (b"%PDF-1.7 x", "PDF"),
            (b"\x89PNG\r\n\x1a\n", "picture"),
            (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 old", "Office"),
            (
                b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"),
                "password",
            ),
            (b"<html><table><tr><td>1", "web page"),
            (b"a,b\x00c\n", "bytes"),
            (b"a,\x01\n", "bytes"),
            ("a,\x00b".encode("utf-16"), "bytes"),
            (b"a\x00" * 40 + b"\x00\xd8", "bytes"),
            (b"\xff\xfea", "damaged"),
        ],
    )
    def test_other_things_are_refused_in_words(self, data, told):
        with pytest.raises(NotASpreadsheet, match=told):
            read(data)

    def test_an_old_workbook_is_named(self):
        with pytest.raises(NotASpreadsheet, match=r"old \.xls"):
            read(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "scores.xls")

    def test_an_open_quotation_mark_names_its_line(self):
        with pytest.raises(SpreadsheetProblem, match="Line 3"):
            read(b'a,b\n"c,d\ne,f\n')

    def test_limits(self):
        with pytest.raises(SpreadsheetProblem, match="5 MB"):
            read(b"x" * (5 * 1024 * 1024 + 1))
        with pytest.raises(SpreadsheetProblem, match="at most 2 rows") as refused:
            read(b"a\n\nb\n", max_rows=2)
        assert refused.value.cell == "A3"
        with pytest.raises(SpreadsheetProblem, match="at most 2 columns") as refused:
            read(b"a,,b\n", max_columns=2)
        assert refused.value.cell == "C1"
        with pytest.raises(SpreadsheetProblem, match="3 filled cells"):
            read(b"a,b\nc,d\n", max_cells=3)
        with pytest.raises(SpreadsheetProblem, match="too long"):
            read(b"x" * 40_000)

    @settings(max_examples=300)
    @given(st.binary(max_size=300))
    @example(b"PK\x03\x04")
    @example(b'"')
    @example(b"\xff\xfe\x00\xd8")
    def test_no_bytes_raise_anything_else(self, data):
        assert grid_or_words(data)


class TestWorkbook:
    def test_numbers_as_they_are_shown(self):
        def formats(book, sheet):
            sheet["B1"].number_format = "0%"

        data = workbook(["x", 0.3, 2.2999999999999998, 100, True], change=formats)
        cells = list(read(data, "a.xlsx").rows[0])
        assert [cell.text for cell in cells] == ["x", "30%", "2.3", "100", "TRUE"]
        assert cells[1].as_number() == 30
        assert cells[1].is_percent
        assert cells[2].as_number() == Decimal("2.3")

    def test_the_name_of_the_file_does_not_matter(self):
        assert texts(read(workbook(["a", "b"]), "scores.csv")) == [["a", "b"]]

    def test_first_visible_sheet_with_content_and_a_warning(self):
        def more(book, sheet):
            hidden = book.create_sheet("Lists")
            hidden.append(["secret"])
            hidden.sheet_state = "hidden"
            book.create_sheet("Scores").append(["x", 1])
            book.create_sheet("Second").append(["y", 2])

        data = workbook(change=more)
        grid = read(data)
        assert (grid.sheet, texts(grid)) == ("Scores", [["x", "1"]])
        assert grid.warnings == ("Only sheet “Scores” was read; left out: “Second”.",)
        assert read(data, sheet="Second").sheet == "Second"
        with pytest.raises(SpreadsheetProblem, match="no sheet called “Third”"):
            read(data, sheet="Third")

    def test_dates_errors_and_formulas_say_why_they_are_no_numbers(self):
        rows = ["x", "=1+1", "#DIV/0!"]
        data = workbook(rows, change=lambda book, sheet: sheet.append([datetime.date(2026, 4, 5)]))
        grid = read(data)
        kinds = [cell.kind for row in grid.rows for cell in row]
        assert kinds == [Kind.TEXT, Kind.FORMULA, Kind.ERROR, Kind.DATE]
        formula, error, date = grid.rows[0].cell(2), grid.rows[0].cell(3), grid.rows[1].cell(1)
        with pytest.raises(NumberProblem, match="formula whose result isn't stored"):
            formula.as_number()
        with pytest.raises(NumberProblem, match="error"):
            error.as_number()
        with pytest.raises(NumberProblem, match="date"):
            date.as_number()
        assert (formula.unusable is None, date.text) == (False, "2026-04-05")

    def test_merged_cells_repeat_what_is_seen(self):
        data = workbook(
            ["Acme", "Q", 4], [None, "C", 5], change=lambda book, sheet: sheet.merge_cells("A1:A2")
        )
        assert texts(read(data)) == [["Acme", "Q", "4"], ["Acme", "C", "5"]]
        assert read(data).rows[1].cell(1).merged_from == "A1"

    def test_a_cell_in_the_last_corner_is_refused_at_once(self):
        def corner(book, sheet):
            sheet["XFD1048576"] = "hi"

        with pytest.raises(SpreadsheetProblem, match="1048576") as refused:
            read(workbook(["a"], change=corner))
        assert refused.value.cell == "XFD1048576"

    def test_formatting_in_the_last_corner_does_no_harm(self):
        def corner(book, sheet):
            sheet["XFD1048576"].number_format = "0%"

        assert texts(read(workbook(["a"], change=corner))) == [["a"]]

    def test_moments_times_and_odd_numbers(self):
        moment = datetime.datetime(2026, 1, 2, 3, 4)
        data = workbook([moment, datetime.time(9, 30), 1.5])
        huge = repacked(data, SHEET, lambda xml: xml.replace(b"<v>1.5</v>", b"<v>1e999</v>"))
        cells = list(read(huge).rows[0])
        assert [cell.text for cell in cells] == ["2026-01-02 03:04:00", "09:30:00", "inf"]
        assert cells[2].kind is Kind.ERROR

    def test_a_sheet_that_merges_everything_does_no_harm(self):
        merges = b"<mergeCells>" + b'<mergeCell ref="A1:J1500"/>' * 100 + b"</mergeCells>"
        data = repacked(
            workbook(["a"]),
            SHEET,
            lambda xml: xml.replace(b"</sheetData>", b"</sheetData>" + merges),
        )
        assert len(read(data, max_rows=2_000).rows) == 1_500

    def test_a_wide_merge_is_refused(self):
        data = workbook(["a"], change=lambda book, sheet: sheet.merge_cells("A1:BZ1"))
        with pytest.raises(SpreadsheetProblem, match="column BZ; at most 50 columns"):
            read(data)

    def test_pictures_in_a_workbook_are_not_looked_at(self):
        data = io.BytesIO(workbook(["a"]))
        with zipfile.ZipFile(data, "a") as archive:
            archive.writestr("xl/media/image1.png", b"<!DOCTYPE")
        assert texts(read(data.getvalue())) == [["a"]]

    def test_a_locked_archive(self):
        data = bytearray(workbook(["a"]))
        at = data.index(b"PK\x01\x02")
        data[at + 8] |= 1
        with pytest.raises(NotASpreadsheet, match="password"):
            read(bytes(data))

    def test_a_workbook_that_calls_its_parts_otherwise(self):
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w") as archive:
            archive.writestr("[Content_Types].xml", "<x/>")
            archive.writestr("other.xml", "<x/>")
        with pytest.raises(NotASpreadsheet, match="damaged"):
            read(out.getvalue())

    def test_an_absurd_row_number_ends(self):
        data = repacked(
            workbook(["a"]), SHEET, lambda xml: xml.replace(b'r="1"', b'r="999999999999"')
        )
        with pytest.raises(SpreadsheetProblem):
            read(data)

    def test_a_bomb_is_refused_before_it_is_unpacked(self):
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("[Content_Types].xml", "<x/>")
            archive.writestr("xl/workbook.xml", b" " * 80_000_000)
        assert len(out.getvalue()) < 1_000_000
        with pytest.raises(SpreadsheetProblem, match="far too large"):
            read(out.getvalue())

    def test_entities_are_refused(self):
        def define(xml: bytes) -> bytes:
            return b'<!DOCTYPE x [<!ENTITY a "aaaa">]>' + xml.split(b"?>", 1)[-1]

        with pytest.raises(NotASpreadsheet, match="XML definitions"):
            read(repacked(workbook(["a"]), SHEET, define))

    @pytest.mark.parametrize(
        ("names", "told"),
        [
            (["readme.txt"], "ZIP archive"),
            (["[Content_Types].xml", "word/document.xml"], "Word"),
            (["mimetype", "content.xml"], "OpenDocument"),
            (["[Content_Types].xml", "xl/workbook.bin"], "xlsb"),
            (["[Content_Types].xml", "xl/workbook.xml"], "damaged"),
        ],
    )
    def test_other_archives_are_named(self, names, told):
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w") as archive:
            for name in names:
                archive.writestr(name, "x")
        with pytest.raises(NotASpreadsheet, match=told):
            read(out.getvalue())

    def test_empty_and_cut_off_workbooks(self):
        with pytest.raises(NotASpreadsheet, match="empty"):
            read(workbook())
        data = workbook(["a", "b"])
        with pytest.raises(NotASpreadsheet, match="damaged"):
            read(data[: len(data) // 2])

    @settings(max_examples=150, deadline=None)
    @given(st.integers(0, 4_000), st.binary(min_size=1, max_size=8))
    def test_damage_anywhere_is_said_in_words(self, place, noise):
        data = bytearray(workbook(["Vendor", "Quality"], ["Acme", 4]))
        at = place % len(data)
        data[at : at + len(noise)] = noise
        assert grid_or_words(bytes(data))

    @settings(max_examples=150, deadline=None)
    @given(st.sampled_from([SHEET, "xl/styles.xml", "xl/workbook.xml"]), st.data())
    def test_damaged_parts_are_said_in_words(self, part, data):
        def damage(xml: bytes) -> bytes:
            at = data.draw(st.integers(0, len(xml)))
            return (
                xml[:at]
                + data.draw(st.binary(max_size=6))
                + xml[at + data.draw(st.integers(0, 9)) :]
            )

        assert grid_or_words(repacked(workbook(["Vendor", "x"], ["Acme", 0.4]), part, damage))
