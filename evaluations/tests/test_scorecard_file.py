"""Bring your spreadsheet: every layout and dialect people use, every problem at its cell."""

import datetime
import io
import json
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from core.spreadsheets import write_csv, write_xlsx
from evaluations.scorecard_file import (
    Layout,
    ScorecardFile,
    as_dict,
    as_table,
    parse_scale,
    rank,
    rank_order,
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


class TestScale:
    @pytest.mark.parametrize(
        ("marks", "scale"),
        [
            ([4, 5, 0, 3], "0–5"), ([4, 5, 1, 3], "0–5"), ([4, 6, 1, 3], "1–10"),
            ([4, 6, 0, 3], "0–10"), (["0,5", 9, 8, 3], "0–10"), ([4, 11, 12, 3], "0–100"),
            (["80%", "5%", "3%", "2%"], "0–100"), ([4, 5, 44, 3], "0–5"), ([8, 7, 9, 11], "1–10"),
        ],
    )  # fmt: skip
    def test_recognised(self, marks, scale):
        a, b, c, d = marks
        assert str(read(f"Criterion;Acme;Beta\nQuality;{a};{b}\nCost;{c};{d}\n").scale) == scale

    def test_a_typing_error_does_not_widen_it(self):
        data = (SAMPLES / "vendors-down-criteria-across.csv").read_text()
        file = read(data.replace("Kestrel Cloud,9,6,4,", "Kestrel Cloud,9,6,44,"))
        assert errors(file) == [("D5", "44")]
        assert "off the scale 1–10, which 19 of the 20 marks fit" in told(file)
        assert "such as 0–100" in told(file)

    @pytest.mark.parametrize(("mark", "cell"), [("-1", "C2"), ("101", "C2"), ("1000000", "C2")])
    def test_never_on_any_scale(self, mark, cell):
        file = read(f"Criterion,Weight,Acme,Beta\nQuality,60,{mark},3\nCost,40,5,3\n")
        assert errors(file) == [(cell, mark)]

    def test_given(self):
        file = read("Criterion,Weight,Acme,Beta\nQuality,60,14,15\nCost,40,13,21\n", scale="0-20")
        assert (str(file.scale), file.scale.how, errors(file)) == ("0–20", "given", [("D3", "21")])

    @pytest.mark.parametrize("text", ["0-10", "0 – 10", "0 to 10", "0..10", "-2-2", "0,5-10"])
    def test_written(self, text):
        assert parse_scale(text).lowest < parse_scale(text).highest

    @pytest.mark.parametrize("text", ["banana", "10", "10-0", "5-5", "0-1e9", "NaN-5"])
    def test_badly_written(self, text):
        file = read(ACCEPTED["plain"], scale=text)
        assert "isn't a scale" in told(file)

    @pytest.mark.parametrize(
        ("title", "scale"),
        [
            ("Scores from 1 to 5", "1–5"), ("Scale: 0–10", "0–10"), ("Rated out of 20", "0–20"),
            ("Weighted score 0-100", "0–5"), ("Scores 2025-26", "0–5"), ("Scale 0-4", "0–5"),
        ],
    )  # fmt: skip
    def test_stated_in_the_file(self, title, scale):
        assert str(read(f"{title},,,\n{ACCEPTED['plain']}").scale) == scale

    def test_shares_are_pointed_out(self):
        file = read("Criterion,Acme,Beta\nQuality,0.4,1\nCost,0.5,0.2\n")
        assert "No mark is above 1" in told(file)


class TestMissingAndNotApplicable:
    @pytest.mark.parametrize(
        "text", ["N/A", "n.a.", "na", "–", "-", "Not applicable", "n/a ", "n. v. t."]
    )
    def test_not_applicable_shares_its_weight(self, text):
        file = read(f"Criterion,Weight,Acme,Beta\nQuality,60,4,{text}\nCost,40,5,3\n")
        assert ranking(file) == EXPECTED
        assert as_dict(file, rank(file))["vendors"][1]["not_applicable"] == ["Quality"]

    def test_missing_is_not_zero(self):
        file = read("Criterion,Weight,Acme,Beta,Cora\nQuality,60,4,,3\nCost,40,5,3,3\n")
        assert ranking(file) == [("Acme", 88.0), ("Cora", 60.0), ("Beta", None)]
        beta = as_dict(file, rank(file))["vendors"][2]
        assert (beta["rank"], beta["low"], beta["high"], beta["coverage"]) == (None, 24, 84, 0.4)
        assert beta["contributions"] == {"Quality": None, "Cost": 24}
        assert [(p.cell, p.severity) for p in file.problems] == [("D2", "warning")]

    def test_a_vendor_without_any_mark_is_kept(self):
        file = read("Vendor,Quality,Cost\nWeight,60,40\nAcme,4,5\nBeta,3,3\nCora,,\n")
        assert ranking(file) == [*EXPECTED, ("Cora", None)]

    def test_a_vendor_to_whom_nothing_applies(self):
        file = read("Criterion,Weight,Acme,Beta\nQuality,60,4,n/a\nCost,40,5,–\n")
        beta = as_dict(file, rank(file))["vendors"][1]
        assert [beta[key] for key in ("total", "low", "high", "coverage")] == [None] * 4
        assert "–  Beta" in as_table(file, rank(file))

    def test_long_gaps_are_counted_not_listed(self):
        file = read("Vendor,Quality,Cost\n" + "".join(f"V{n},{n % 5},\n" for n in range(30)))
        assert "10 further marks are missing" in told(file)

    def test_evaluators_are_averaged_over_those_who_marked(self):
        file = read(
            "evaluator,vendor,criterion,score\nAnn,Acme,Q,4\nBob,Acme,Q,5\nAnn,Beta,Q,3\nBob,Beta,Q,n/a\n"
        )
        assert ranking(file) == [("Acme", 90.0), ("Beta", 60.0)]


REFUSED = {
    "text": ("Criterion,Weight,A,B\nQ,60,good,5\nC,40,3,3\n", "C2", "good", "isn't a number"),
    "error value": ("Criterion,Weight,A,B\nQ,60,#N/A,5\nC,40,3,3\n", "C2", "#N/A", "isn't a number"),
    "only text": ("Criterion,Weight,A,B,C\nQ,60,good,5,4\nC,40,bad,3,3\n", "C1", "A", "only text"),
    "vendor twice": ("Criterion,Weight,Acme, ACME \nQ,60,4,5\nC,40,3,3\n", "D1", "ACME", "C1"),
    "vendor down twice": ("Vendor,Q,C\nA b,4,5\na  B,3,3\n", "A3", "a  B", "A2"),
    "criterion twice": ("Criterion,Weight,A,B\nQ,60,4,5\nq,40,3,3\n", "A3", "q", "A2"),
    "mark twice": ("vendor,criterion,score\nA,Q,4\nA,Q,5\nB,Q,3\n", "C3", "5", "C2"),
    "weights of 95": ("Criterion,Weight,A,B\nQ,60,4,5\nC,35,3,3\n", "B2", "95", "B2, B3 come to 95"),
    "weights of 0.9": ("Criterion,Weight,A,B\nQ,.6,4,5\nC,.3,3,3\n", "B2", "0.9", "0.1 missing"),
    "weights of 110%": ("Criterion,Weight,A,B\nQ,60%,4,5\nC,50%,3,3\n", "B2", "110%", "10 too much"),
    "weights of 1%": ("Criterion,Weight,A,B\nQ,.6%,4,5\nC,.4%,3,3\n", "B2", "1%", "99 missing"),
    "no weight": ("Criterion,Weight,A,B\nQ,,4,5\nC,40,3,3\n", "B2", "", "“Q” is missing"),
    "negative weight": ("Criterion,Weight,A,B\nQ,140,4,5\nC,-40,3,3\n", "B3", "-40", "negative"),
    "wordy weight": ("Criterion,Weight,A,B\nQ,lots,4,5\nC,40,3,3\n", "B2", "lots", "such as 30"),
    "two weights": (
        "vendor,criterion,score,weight\nA,Q,4,50\nA,C,5,50\nB,Q,3,40\nB,C,3,50\n", "D4", "40", "D2",
    ),
    "no vendor name": ("vendor,criterion,score\nA,Q,4\n,Q,5\nB,Q,3\n", "A3", "", "vendor is missing"),
    "no name": ("Vendor,Q,C\nA,4,5\n,3,3\nB,2,2\n", "A3", "", "no name in A3"),
    "no heading": ("Criterion,Weight,A,\nQ,60,4,5\nC,40,3,3\n", "D1", "", "no heading"),
    "unclear": (",A,B\nX,4,5\nY,3,3\n", "A1", "", "vendors go down or across"),
    "only totals": ("Criterion,Weight,Score\nQ,60,4\nC,40,3\n", "A1", "", "no column of marks"),
    "no names at all": ("Q,C\n4,5\n3,3\n", "A1", "", "no column of names"),
}  # fmt: skip


@pytest.mark.parametrize(("text", "cell", "value", "words"), REFUSED.values(), ids=REFUSED)
def test_refused_at_its_cell(text, cell, value, words):
    file = read(text)
    assert errors(file) == [(cell, value)]
    assert words in told(file)
    with pytest.raises(ValueError, match="can't be ranked"):
        rank(file)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "empty"), ("%PDF-1.7", "PDF"), ("hello\nworld\n", "No table of marks"),
        ("Dear Sir,\nthis is a letter, no table; at all.\n", "No table of marks"),
        ("Criterion,Weight,A,B\n", "no marks"), ("Criterion,Weight,A,B\nQ,60,,\nC,40,,\n", "no marks"),
        ("vendor,criterion,score\n", "no marks"), ("4,5\n3,3\n", "No table of marks"),
        ("Vendor,Quality\n" + "".join(f"V{n},3\n" for n in range(201)), "201 vendors; at most 200"),
        ("Criterion,A,B\n" + "".join(f"C{n},3,4\n" for n in range(51)), "51 criteria; at most 50"),
        (
            "evaluator,vendor,criterion,score\n" + "".join(f"E{n},V,Q,3\n" for n in range(51)),
            "51 evaluators; at most 50",
        ),
    ],
)  # fmt: skip
def test_refused_as_a_whole(text, words):
    file = read(text)
    assert len(file.errors) == 1
    assert words in told(file)


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


# The same marks, written in each layout and dialect, give the same ranking.

MARK = st.integers(0, 100).map(Decimal) | st.sampled_from([None, "n/a"])


@st.composite
def tables(draw):
    """Draw (vendor names, weights, marks[vendor][criterion]) on 0–100 with at least one mark."""
    vendors, criteria = draw(st.integers(2, 5)), draw(st.integers(1, 4))
    cuts = sorted(draw(st.lists(st.integers(1, 99), min_size=criteria - 1, max_size=criteria - 1)))
    weight = [b - a for a, b in zip([0, *cuts], [*cuts, 100], strict=True)]
    marks = draw(
        st.lists(
            st.lists(MARK, min_size=criteria, max_size=criteria), min_size=vendors, max_size=vendors
        )
    )
    marks[0][0] = Decimal(draw(st.integers(11, 100)))
    return [f"Vendor no. {n}" for n in range(vendors)], weight, marks


def layouts(names, weight, marks):
    criteria = [f"Goal {n}" for n in range(len(weight))]
    down = [["Criterion", "Weight", *names]]
    down += [
        [criterion, weight[c], *(row[c] for row in marks)] for c, criterion in enumerate(criteria)
    ]
    across = [["Vendor", *criteria], ["Weight", *weight]]
    across += [[name, *row] for name, row in zip(names, marks, strict=True)]
    long = [["Weight", "Score", "Vendor", "Criterion"]]
    long += [
        [weight[c], row[c], name, criterion]
        for name, row in zip(names, marks, strict=True)
        for c, criterion in enumerate(criteria)
    ]
    return down, across, long


def dialects(rows):
    texts = [["" if value is None else str(value) for value in row] for row in rows]
    yield write_csv(rows)
    yield write_xlsx(rows, "Scores")
    yield "\r\n".join(";".join(row) for row in texts).encode("utf-16")
    yield "\n".join("\t".join(["", *row, ""]) for row in [["A title"], [], *texts, []]).encode(
        "cp1252"
    )


@settings(max_examples=60, deadline=None)
@given(tables())
def test_one_ranking_whatever_the_layout_and_dialect(table):
    files = [
        read_scorecard(data, "x", scale="0-100")
        for rows in layouts(*table)
        for data in dialects(rows)
    ]
    first, *others = (as_dict(file, rank(file))["vendors"] for file in files)
    assert all(other == first for other in others)
    assert json.dumps(first, allow_nan=False)


SCRAPS = st.sampled_from(
    ["", "4", "4,5", "30%", "-1", "good", "Weight", "Vendor", "Criterion", "Score", "Total", "N/A", "Rater",
     "Acme", "Beta", "Quality (30%)", "Note:", "=1", "NaN", "9" * 30, "Scale 1-5", "100", "0.5"]
)  # fmt: skip


@settings(max_examples=400, deadline=None)
@given(st.lists(st.lists(SCRAPS, max_size=6), max_size=8), st.sampled_from([None, "0-10", "x"]))
@example([["Criterion", "Acme"], ["Weight", "4"]], None)
def test_any_table_is_ranked_or_explained(rows, scale):
    file = read_scorecard(write_csv(rows), "x.csv", scale=scale)
    if file.errors:
        assert all(str(problem) and "\n" not in str(problem) for problem in file.problems)
    else:
        result = rank(file)
        assert sorted(rank_order(result)) == list(range(len(file.vendors)))
        assert json.dumps(as_dict(file, result), allow_nan=False)
        assert as_table(file, result)


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=200))
def test_any_bytes_are_explained(data):
    file = read_scorecard(data, "x")
    assert file.errors or rank(file) is not None
