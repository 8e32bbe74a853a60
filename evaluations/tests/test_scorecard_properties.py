"""One ranking whatever the layout and dialect; any table, any bytes are ranked or explained."""

import json
from decimal import Decimal

from hypothesis import example, given, settings
from hypothesis import strategies as st

from core.spreadsheets import write_csv, write_xlsx
from evaluations.scorecard_file import as_dict, as_table, rank, rank_order, read_scorecard

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
