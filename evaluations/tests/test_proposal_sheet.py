"""The spreadsheet of a request: written, filled in, read again; and what people do to it in between."""

import datetime as dt
import io

import pytest
from openpyxl import Workbook, load_workbook

from core.spreadsheets import NotASpreadsheet
from evaluations.proposal_sheet import changes_of, read_sheet, sheet_of
from evaluations.proposal_values import Question, read_answer
from evaluations.tests.proposal_case import PRICES

EUR = ("EUR", "USD")


class Asked(Question):
    """With what a sheet shows besides."""

    section = "Section"
    help = ""


QUESTIONS = [
    Asked(11, "text", text="How do you work?"),
    Asked(12, "number", text="How many?", unit="people"),
    Asked(13, "choice", text="Which?", choices=("Gold", "=Silver")),
    Asked(14, "yes_no", text="Can you?", required=False),
    Asked(15, "file", text="Certificate"),
    Asked(16, "quote", text="What does it cost?"),
]
TABLE = PRICES | {"1-label": "Phones", "1-kind": "tiered", "1-tiers": "up to 10: 40; more: 30",
                  "1-counts": "devices", "1-period": "year", "valid_until_on": "2026-12-31"}  # fmt: skip
VALUES = {
    11: {"text": "=cmd|' /C calc'!A0\nsecond line"},
    12: {"number": "12.5"},
    13: {"choice": "=Silver"},
    14: {"yes": False},
    15: {"filename": "secret.pdf", "size": 5},
    16: read_answer(QUESTIONS[5], TABLE, EUR).value,
}


def filled(changes: dict[str, object], values=VALUES) -> bytes:
    """The spreadsheet with some cells overwritten."""
    workbook = load_workbook(io.BytesIO(sheet_of(QUESTIONS, values)))
    for place, said in changes.items():
        workbook.active[place] = said
    out = io.BytesIO()
    workbook.save(out)
    return out.getvalue()


def changes(data: bytes, values=VALUES, name: str = "x.xlsx"):
    sheet = read_sheet(data, name, QUESTIONS)
    return sheet, changes_of(sheet, QUESTIONS, values, EUR)


def test_what_is_written_is_read_again_and_runs_nowhere():
    data = sheet_of(QUESTIONS, VALUES)
    cells = [cell for row in load_workbook(io.BytesIO(data)).active.iter_rows() for cell in row]
    assert {cell.data_type for cell in cells if cell.value is not None} == {"s"}
    assert not [cell.value for cell in cells if str(cell.value or "").startswith(("=", "+", "@"))]
    assert "secret.pdf" not in str([cell.value for cell in cells])
    sheet, same = changes(data)
    assert (sheet.problems, same) == ([], [])
    sheet, new = changes(data, values={})
    assert {one.question.pk: one.value for one in new} == {
        pk: VALUES[pk] for pk in (11, 12, 13, 14, 16)
    }


def test_numbers_and_days_as_a_spreadsheet_keeps_them():
    data = filled({"E3": 7, "E10": dt.datetime(2027, 1, 31), "G12": 37.5, "E2": None})
    sheet, new = changes(data)
    assert sheet.problems == []
    assert [(one.question.pk, one.errors) for one in new] == [(12, []), (16, [])]
    assert new[0].value == {"number": "7"}
    assert (new[1].value["valid_until_on"], new[1].value["lines"][0]["amount"]) == (
        "2027-01-31",
        "37.5",
    )


def test_what_cannot_be_read_is_told_with_its_cell():
    data = filled(
        {"E3": "a dozen", "E4": "Bronze", "G12": "free", "E2": "=1+1", "A5": "Q1", "A6": "Q99"}
    )
    sheet, new = changes(data)
    assert sheet.problems == [
        "E2: This cell holds a formula whose result isn't stored in the file. Open the file in your "
        "spreadsheet program, save it, and try again.",
        "A5: Q1 is there twice; the first one counts.",
        "A6: this request has no question Q99.",
    ]
    assert [one.errors for one in new] == [
        ["E3: “a dozen”: This isn't a number. Write it like 40 or 99.5."],
        ["E4: “Bronze” is none of: Gold, =Silver."],
        ["G12: “free”: This isn't a number. Write it like 1200 or 37.50."],
    ]


def test_another_sheet_or_none_at_all_is_told():
    workbook = Workbook()
    workbook.active["A1"], workbook.active["A2"], workbook.active["C2"] = (
        "Key",
        "Q1",
        "What is your name?",
    )
    out = io.BytesIO()
    workbook.save(out)
    sheet, new = changes(out.getvalue())
    assert sheet.problems == [
        "A2: “What is your name?” is not what Q1 asks here. Use the spreadsheet of this request."
    ]
    assert new == []
    sheet, _ = changes(b"a;b\n1;2\n", name="x.csv")
    assert "No question was found" in sheet.problems[0]
    with pytest.raises(NotASpreadsheet):
        changes(b"%PDF-1.7", name="x.xlsx")
