"""Scales, gaps, and every problem of a scorecard file at its cell."""

import pytest

from evaluations.scorecard_file import as_dict, as_table, parse_scale, rank, reading
from evaluations.tests.test_scorecard_file import (
    ACCEPTED,
    EXPECTED,
    SAMPLES,
    errors,
    ranking,
    read,
    told,
    weights,
    workbook,
)


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


class TestSmallThings:
    def test_a_stated_scale_that_is_no_scale_is_passed_over(self):
        assert str(read(f"Score 1-77,,,\n{ACCEPTED['plain']}").scale) == "0–5"

    def test_a_given_scale_does_not_help_where_there_are_no_marks(self):
        file = read("Vendor,Q,C\nAcme,,\n", scale="0-10")
        assert errors(file) == [(None, "")]
        assert "There are no marks to rank." in told(file)

    def test_long_tables_with_double_columns_and_empty_rows(self):
        file = read("vendor,criterion,score,provider,day\nAcme,Q,4,x,1\n,,,,2\nBeta,Q,3,y,3\n")
        assert ranking(file) == [("Acme", 80.0), ("Beta", 60.0)]
        assert "D1 “provider”: This column was not used" in told(file)

    def test_a_weight_repeated_in_other_words(self):
        text = "vendor,criterion,score,weight\nAcme,Q,4,100\nBeta,Q,3,{}\n"
        assert read(text.format("100.0")).errors == ()
        assert errors(read(text.format("lots"))) == [("D3", "lots")]

    def test_notes_right_below_the_table(self):
        file = read("Vendor,Q,C\nAcme,4,5\nBeta,3,3\nNote: marks from 0 to 5,,\n")
        assert [name for name, _ in ranking(file)] == ["Acme", "Beta"]
        assert "Rows left out: “Note: marks from 0 to 5” (A4)." in file.understood

    def test_a_name_that_is_a_formula(self):
        rows = [("Vendor", "Q", "C"), ("=B9", 4, 5), ("Beta", 3, 3)]
        assert errors(read(workbook(rows))) == [("A2", "=B9")]

    def test_more_than_can_be_read(self, monkeypatch):
        file = read("Vendor,Q,C\n" + "".join(f"V{n},1,2\n" for n in range(42_000)))
        assert told(file).startswith("The table is too large: at most 200 vendors")
        monkeypatch.setattr(reading, "MAX_MARKS", 1)
        assert "more than 1 marks" in told(read("vendor,criterion,score\nA,Q,1\nB,Q,2\n"))

    def test_equal_names_in_front_of_weights(self):
        file = read("Criterion,Acme,Beta\nQ (60%),4,5\nQ (40%),3,3\n")
        assert [name for name, _ in weights(file)] == ["Q (60%)", "Q (40%)"]
