"""Several lines over the same periods."""

import pytest

from core.charts import Curve, curves, curves_legend


def test_lines_keys_and_words_are_drawn_and_escaped() -> None:
    rows = [Curve("A & B", [1, 2, 4]), Curve("C", [0, 3, 3])]
    drawn = curves(rows, ["Month 1", "Month 2", "<3>"], title="Spent", top_words="EUR 4")
    assert drawn.count('class="chart-line line-1"') == drawn.count('class="chart-line line-2"') == 2
    assert 'y1="147.0" y2="104.0"' in drawn  # 1 and 2 of 4, from 190 up to 18
    assert "EUR 4" in drawn
    assert "&lt;3&gt;" in drawn
    assert "A &amp; B" in curves_legend(rows)
    assert 'stroke-dasharray="7 3"' in curves_legend(rows)
    assert curves([Curve("None", [0])], ["Month 1"], title="Spent").count("chart-marker") == 1


@pytest.mark.parametrize(
    ("rows", "periods", "words"),
    [
        ([], ["1"], "1 to 6 curves"),
        ([Curve("A", [])], [], "1 to 60 periods"),
        ([Curve("A", [1, 2])], ["1"], "2 values for 1 periods"),
        ([Curve("A", [-1])], ["1"], "negative"),
        ([Curve("A", [float("nan")])], ["1"], "finite"),
    ],
)
def test_what_cannot_be_drawn(rows: list[Curve], periods: list[str], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        curves(rows, periods, title="Spent")
