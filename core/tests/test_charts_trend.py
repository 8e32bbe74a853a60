"""The trend: places, gaps, misses told by shape, everything escaped."""

import math
from xml.etree import ElementTree

import pytest

from core.charts import TrendPoint, for_pdf, trend

NASTY = '<script>alert("x")</script>'


def parse(svg: str) -> ElementTree.Element:
    return ElementTree.fromstring(svg)


def points(*values) -> list[TrendPoint]:
    return [TrendPoint(f"Q{index}", value) for index, value in enumerate(values, 1)]


def test_a_gap_stays_a_gap() -> None:
    svg = parse(trend(points(50, None, 70, 80), title="T", low=0, high=100))
    lines = svg.findall("line[@class='chart-line line-1']")
    assert [(line.get("x1"), line.get("x2")) for line in lines] == [("65.67%", "97.00%")]
    assert [mark.get("x") for mark in svg.findall("svg")] == ["3.00%", "65.67%", "97.00%"]
    assert svg.find("desc").text == "Q1: 50.0; Q2: not known; Q3: 70.0; Q4: 80.0"
    assert [text.text for text in svg.findall("text")] == ["80.0", "Q1", "Q4"]


def test_a_miss_is_told_by_shape_and_words() -> None:
    given = [TrendPoint("Jan", 98, missed=True, text="98 %"), TrendPoint("Feb", 99.9)]
    svg = parse(trend(given, title="T", target=99.5, target_words="promised 99.5 %"))
    assert [child.tag for mark in svg.findall("svg") for child in mark] == ["polygon", "circle"]
    assert svg.find("desc").text == "Jan: 98 %, missed; Feb: 99.9; promised 99.5 %"
    [target] = svg.findall("line[@class='chart-whisker']")
    assert target.get("stroke-dasharray") == "5 4"


def test_the_scale_holds_values_and_target() -> None:
    svg = parse(trend(points(10, 20), title="T", target=40))
    heights = [float(mark.get("y")) for mark in svg.findall("svg")]
    assert heights == sorted(heights, reverse=True)
    assert all(18 < height < 80 for height in heights)


@pytest.mark.parametrize(
    ("values", "above"), [((80, 80), True), ((95, 90), False), ((60, 60), True), ((20, 99), True)]
)
def test_the_words_of_the_target_stand_where_the_line_is_not(values, above: bool) -> None:
    svg = parse(trend(points(*values), title="T", low=0, high=100, target=80, target_words="80 %"))
    [line] = svg.findall("line[@class='chart-whisker']")
    [words] = [text for text in svg.findall("text") if text.text == "80 %"]
    assert (float(words.get("y")) < float(line.get("y1"))) is above


def test_one_value_alone_stands_in_the_middle() -> None:
    svg = parse(trend(points(5), title="T"))
    assert [mark.get("x") for mark in svg.findall("svg")] == ["50.00%"]


def test_text_is_escaped() -> None:
    drawn = trend([TrendPoint(NASTY, 1, text=NASTY)], title=NASTY, target=1, target_words=NASTY)
    assert "<script" not in drawn
    assert parse(drawn).find("title").text == NASTY
    assert parse(for_pdf(drawn)).get("width") == "100%"


@pytest.mark.parametrize(
    ("given", "scale"),
    [([], {}), ([101], {"low": 0, "high": 100}), ([math.inf], {}), ([1] * 61, {})],
)
def test_what_can_not_be_drawn_is_refused(given, scale) -> None:
    with pytest.raises(ValueError, match=r"points|between|finite"):
        trend(points(*given), title="T", **scale)
