"""Bring your spreadsheet: every layout and dialect people use, every problem at its cell."""

import datetime
import io
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest

from core.spreadsheets import write_xlsx
from evaluations.scorecard_file import (
    Layout,
    ScorecardFile,
    as_dict,
    rank,
    read_scorecard,
)

SAMPLES = Path(__file__).parent / "samples"


def read(text: str | bytes, scale: str | None = None) -> ScorecardFile:
    data = text if isinstance(text, bytes) else text.encode()
    return read_scorecard(data, "scores.csv", scale=scale)


def workbook(rows, change=lambda sheet: None) -> bytes:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    change(book.active)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def ranking(file: ScorecardFile) -> list[tuple[str, float | None]]:
    assert not file.errors, [str(problem) for problem in file.errors]
    vendors = as_dict(file, rank(file))["vendors"]
    return [(vendor["name"], vendor["total"] and round(vendor["total"], 2)) for vendor in vendors]


def errors(file: ScorecardFile) -> list[tuple[str | None, str]]:
    return [(problem.cell, problem.value) for problem in file.errors]


def told(file: ScorecardFile) -> str:
    return "\n".join(map(str, file.problems))


def weights(file: ScorecardFile) -> list[tuple[str, float]]:
    return [(each.name, round(float(each.weight_percent), 4)) for each in file.criteria]


# Quality 60, Cost 40; Acme 4 and 5 of 5, Beta 3 and 3.
EXPECTED = [("Acme", 88.0), ("Beta", 60.0)]


class TestSamples:
    def sample(self, name: str) -> ScorecardFile:
        return read_scorecard((SAMPLES / name).read_bytes(), name)

    def test_criteria_down_gives_the_published_totals(self):
        file = self.sample("criteria-down-vendors-across.xlsx")
        assert (file.layout, str(file.scale)) == (Layout.CRITERIA_DOWN, "0–100")
        assert weights(file)[0] == ("closeness to customers", 32)
        published = [80.8, 39.4, 47.4, 52.3, 64.8, 20.9, 60.2]
        assert rank(file).total.round(1).tolist() == published
        assert rank(file).rank.tolist() == [1, 6, 5, 4, 2, 7, 3]
        assert file.problems == ()

    def test_vendors_down(self):
        file = self.sample("vendors-down-criteria-across.csv")
        assert (file.layout, str(file.scale)) == (Layout.VENDORS_DOWN, "1–10")
        assert weights(file)[0] == ("Quality", 30)
        assert ranking(file) == [
            ("Harbour Managed Services", 72.22),
            ("Local Bytes", 70.0),
            ("Brightdesk IT", 68.89),
            ("Kestrel Cloud", 68.89),
        ]
        assert rank(file).rank.tolist() == [3, 1, 3, 2]

    def test_one_row_per_mark(self):
        file = self.sample("one-row-per-mark.csv")
        assert (file.layout, str(file.scale)) == (Layout.ONE_ROW_PER_MARK, "0–5")
        assert file.evaluators == ("owner@example.com", "ops@example.com", "it@example.com")
        assert ranking(file)[0] == ("Brightdesk IT", 74.67)
        last = file.marks[-1]
        assert (last.mark, last.not_applicable, last.evidence, last.cell) == (
            None,
            True,
            "demo",
            "D60",
        )
        assert "No weights were found" in told(file)
        assert "1 single mark is missing" in told(file)

    def test_everything_understood_is_said(self):
        said = "\n".join(self.sample("one-row-per-mark.csv").understood)
        assert "mark in column D" in said
        assert "4 vendors, 5 criteria, 58 marks by 3 evaluators, 1 not applicable." in said
        assert "0–5 (recognised from the marks)" in said


ACCEPTED = {
    "plain": "Criterion,Weight,Acme,Beta\nQuality,60,4,3\nCost,40,5,3\n",
    "no corner": ",Weight,Acme,Beta\nQuality,60,4,3\nCost,40,5,3\n",
    "no heading over the weights": "Criterion,,Acme,Beta\nQuality,60,4,3\nCost,40,5,3\n",
    "weights last": "Criteria,Acme,Beta,Weighting\nQuality,4,3,60\nCost,5,3,40\n",
    "weights first": "%,Criteria,Acme,Beta\n60,Quality,4,3\n40,Cost,5,3\n",
    "percent signs": "Factor,Weight (%),Acme,Beta\nQuality,60%,4,3\nCost,40 %,5,3\n",
    "shares": "Criterion,Weight,Acme,Beta\nQuality,0.6,4,3\nCost,.4,5,3\n",
    "german": "\ufeffKriterium;Gewichtung;Acme;Beta\nQuality;0,6;4,0;3,0\nCost;0,4;5,0;3,00\n",
    "tabs": "Criterion\tWeight\tAcme\tBeta\nQuality\t60\t4\t3\nCost\t40\t5\t3\n",
    "title and notes": (
        "IT scorecard 2026,,,\nPrepared by: Ann,,3 May,\n,,,\n,,,\n"
        ",Criterion,Weight,Acme,Beta\n,Quality,60,4,3\n,,,,\n,Cost,40,5,3\n,,,,\n"
        ",Marks run from 0 to 5,,,\n,5 = excellent,,,\n"
    ),
    "totals": (
        "#,Criterion,Description,Weight,Acme,Beta,Average,Max\n1,Quality,Good work,60,4,3,3.5,5\n"
        "2,Cost,Cheap,40,5,3,4,5\n,Total,,100,9,6,,\n,Weighted score,,,4.4,3,,\n,Rank,,,1,2,,\n"
    ),
    "a nameless sum": "Criterion,Weight,Acme,Beta\nQuality,60,4,3\nCost,40,5,3\n,100,9,6\n",
    "the word total beside": "Criterion,Weight,Acme,Beta\nQuality,60,4,3\nCost,40,5,3\n,Total,9,6\n",
    "groups": "Criterion,Weight,Acme,Beta\nHard,,,\nQuality,60,4,3\nSoft,,,\nCost,40,5,3\n",
    "two rows of headings": "Criterion,Weight,Vendors,\n,,Acme,Beta\nQuality,60,4,3\nCost,40,5,3\n",
    "weights in the names": "Criterion,Acme,Beta\nQuality (60%),4,3\nCost – 40 %,5,3\n",
    "a second table": (
        "Criterion,Weight,Acme,Beta\nQuality,60,4,3\nCost,40,5,3\n,,,\n"
        "Weighted,,Acme,Beta\nQuality,,2.4,1.8\nCost,,2,1.2\n"
    ),
    "corner names what is across": "Vendor,Weight,Acme,Beta\nQuality,60,4,3\nCost,40,5,3\n",
    "vendors down": "Supplier,Quality,Cost\nWeight,60,40\nAcme,4,5\nBeta,3,3\n",
    "vendors down, weights last": "Provider,Quality,Cost\nAcme,4,5\nBeta,3,3\nWeights,60,40\n",
    "vendors down, weights on top": "Weight,60,40\nCompany,Quality,Cost\nAcme,4,5\nBeta,3,3\n",
    "vendors down, nameless weights": "Vendor,Quality,Cost\n,60,40\nAcme,4,5\nBeta,3,3\n",
    "vendors last": "Quality,Cost,Vendor\n60,40,Weight\n4,5,Acme\n3,3,Beta\n",
    "vendors down, totals": (
        "Vendor,Type,Phone,Quality,Cost,Total,Overall rank,Comments\nWeight,,,60,40,100,,\n"
        "Acme,MSP,0201234,4,5,4.4,1,good\nBeta,Shop,0209999,3,3,3,2,\nAverage,,,3.5,4,3.7,,\n"
    ),
    "vendors down, evaluators": (
        "Vendor,Reviewer,Quality,Cost\nWeight,,60,40\nAcme,Ann,5,5\nAcme,Bob,3,5\nBeta,Ann,3,3\n"
        "Beta,Bob,3,\n"
    ),
    "long": (
        "Rating,Supplier,%,Criteria,Rater,Remarks,Day\n4,Acme,60%,Quality,Ann,ok,1\n"
        "5,Acme,40%,Cost,Ann,,1\n3,Beta,60%,Quality,Ann,,2\n3,Beta,,Cost,Ann,,2\n"
    ),
    "long, totals and notes": (
        "Help desk,,\n,,\nProvider,Criterion,Points\nWeight,Quality,60\nWeight,Cost,40\n"
        "Acme,Quality,4\nAcme,Cost,5\nAcme,Total,9\nBeta,Quality,3\nBeta,Cost,3\nBeta,Total,6\n,,\n"
        "Note: scored together,,\n"
    ),
    "long, spelled differently": (
        "vendor,criterion,score,weight\nAcme,Quality,4,60\nACME,Cost,5,40\nBeta,quality,3,\n"
        "beta ,Cost,3,\n"
    ),
}  # fmt: skip


@pytest.mark.parametrize("text", ACCEPTED.values(), ids=ACCEPTED)
def test_accepted(text):
    file = read(text, scale="0-5")
    assert ranking(file) == EXPECTED
    assert weights(file) == [("Quality", 60), ("Cost", 40)]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "latin-1", "cp1252"])
def test_encodings(encoding):
    file = read(
        "Critère;Poids;Société Générale;Über\nQualité;60;8;7\nPrix;40;6;9\n".encode(encoding)
    )
    assert [vendor.name for vendor in file.vendors] == ["Société Générale", "Über"]
    assert [name for name, _ in weights(file)] == ["Qualité", "Prix"]


class TestWorkbooks:
    ROWS = (("Criterion", "Weight", "Acme", "Beta"), ("Quality", 0.6, 4, 3), ("Cost", 0.4, 5, 3))

    def test_percent_formats_and_merged_titles(self):
        def change(sheet):
            sheet.insert_rows(1, 2)
            sheet["A1"] = "Which help desk?"
            sheet.merge_cells("A1:D1")
            sheet["B4"].number_format = sheet["B5"].number_format = "0%"

        assert ranking(read(workbook(self.ROWS, change))) == EXPECTED

    def test_merged_headings(self):
        rows = [
            ("Criterion", "Weight", "Vendors", None),
            (None, None, "Acme", "Beta"),
            *self.ROWS[1:],
        ]

        def change(sheet):
            for area in ("A1:A2", "B1:B2", "C1:D1"):
                sheet.merge_cells(area)

        assert ranking(read(workbook(rows, change))) == EXPECTED

    def test_merged_vendors_in_a_long_table(self):
        rows = [("Vendor", "Criterion", "Score", "Weight"), ("Acme", "Quality", 4, 60),
                (None, "Cost", 5, 40), ("Beta", "Quality", 3, 60), (None, "Cost", 3, 40)]  # fmt: skip

        def change(sheet):
            sheet.merge_cells("A2:A3")
            sheet.merge_cells("A4:A5")

        assert ranking(read(workbook(rows, change))) == EXPECTED

    def test_formulas_matter_only_where_they_are_needed(self):
        total = ("Total", None, "=SUM(C2:C3)", "=SUM(D2:D3)")
        assert ranking(read(workbook([*self.ROWS, total]))) == EXPECTED
        file = read(workbook([*self.ROWS[:2], ("Cost", 0.4, "=2+3", 3)]))
        assert errors(file) == [("C3", "=2+3")]
        assert "result isn't stored" in told(file)
        file = read(workbook([("Criterion", "Weight", "=A9", "Beta"), *self.ROWS[1:]]))
        assert ("C1", "=A9") in errors(file)

    def test_other_sheets_are_named(self):
        file = read(
            workbook(self.ROWS, lambda sheet: sheet.parent.create_sheet("More").append(["x"]))
        )
        assert ranking(file) == EXPECTED
        assert "left out: “More”" in told(file)

    def test_vendors_called_by_numbers(self):
        rows = [("Criterion", "Weight", 360, 7), *self.ROWS[1:]]
        assert [name for name, _ in ranking(read(workbook(rows)))] == ["360", "7"]

    def test_dates_are_no_marks(self):
        rows = [*self.ROWS[:2], ("Cost", 0.4, datetime.date(2026, 5, 4), 3)]
        assert errors(read(workbook(rows))) == [("C3", "2026-05-04")]


def test_weights_may_be_rounded_or_absent():
    file = read("Criterion,Weight,A,B\nQ,33.3,4,5\nC,33.3,3,3\nD,33.3,1,3\n")
    assert weights(file) == [("Q", 33.3333), ("C", 33.3333), ("D", 33.3333)]
    assert sum(each.weight for each in file.criteria) == pytest.approx(Decimal(1))
    file = read("Criterion,Acme,Beta\nQ,4,5\nC,3,3\n")
    assert (weights(file), file.weights_given) == ([("Q", 50), ("C", 50)], False)


def test_what_is_left_out_is_said():
    said = "\n".join(read(ACCEPTED["totals"]).understood)
    assert "“#” (A1), “Description” (C1), “Average” (G1), “Max” (H1)" in said
    assert "“Total” (B4), “Weighted score” (B5), “Rank” (B6)" in said
    assert "below the table, were left out although numbers" in told(
        read(ACCEPTED["a second table"])
    )


def test_words_of_other_columns_do_not_make_a_long_table():
    file = read("Vendor,Value,Requirements,Price\nWeight,60,40,0\nAcme,4,5,1\nBeta,3,3,1\n")
    assert (file.layout, ranking(file)) == (Layout.VENDORS_DOWN, EXPECTED)


def test_total_cost_is_a_criterion():
    file = read("Criterion,Weight,Acme,Beta\nTotal cost,60,4,3\nOverall fit,40,5,3\n")
    assert ranking(file) == EXPECTED


def test_evidence_by_its_synonyms():
    file = read(
        "vendor,criterion,score,evidence,comment\nAcme,Q,4,Vendor's claim,we asked\nBeta,Q,3,hearsay,\n"
    )
    assert [(mark.evidence, mark.comment) for mark in file.marks] == [
        ("claim", "we asked"),
        ("", ""),
    ]
    assert "D3 “hearsay”" in told(file)


def test_names_come_back_byte_equal():
    names = ["شركة\u200f النور", "Zoë & Co. 🚀", "x" * 500]
    file = read("Criterion,Weight," + ",".join(names) + "\nQ,60,4,5,3\nC,40,3,3,3\n")
    assert [vendor.name for vendor in file.vendors] == names


def test_many_problems_are_not_all_listed():
    file = read(
        "Vendor,Q,C\n" + "".join(f"V{n},x{n},4\n" for n in range(190)) * 1 + "W,1,bad\n" * 30
    )
    assert len(file.problems) == 201
    assert "further problems are not shown" in told(file)


def test_the_largest_file_is_read():
    header = ["Criterion", "Weight", *(f"Vendor {n}" for n in range(200))]
    rows = [[f"C{c}", 2, *((c + v) % 6 for v in range(200))] for c in range(50)]
    file = read(write_xlsx([header, *rows], "Scores"))
    assert (len(file.vendors), len(file.criteria), len(file.marks)) == (200, 50, 10_000)
    assert file.errors == ()
