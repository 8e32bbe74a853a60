"""The drawings: right widths, every text escaped, nothing told by colour alone."""

import math
from decimal import Decimal
from xml.etree import ElementTree

import pytest

from core.charts import BarRow, bar, legend, stacked_bars

SVG = "{http://www.w3.org/2000/svg}"
SEGMENTS = ["Quality", "Cost & price"]
NASTY = '<script>alert("x")</script>'


def parse(svg: str) -> ElementTree.Element:
    return ElementTree.fromstring(svg)


def test_parts_stand_end_to_end_with_widths_in_points() -> None:
    svg = parse(
        stacked_bars([BarRow("Northwind", [50.0, Decimal("25")], "75.0")], SEGMENTS, title="T")
    )
    parts = svg.findall("g/rect")
    assert [(part.get("x"), part.get("width")) for part in parts] == [
        ("0.00%", "50.00%"),
        ("50.00%", "25.00%"),
    ]
    assert [part.get("class") for part in parts] == ["chart-part series-1", "chart-part series-2"]
    assert [text.text for text in svg.findall("g/text")] == ["A 50.0", "B 25.0"]


def test_a_chart_has_a_name_and_the_numbers_in_words() -> None:
    svg = parse(
        stacked_bars([BarRow("Corvid", [20, None], "incomplete")], SEGMENTS, title="Points")
    )
    assert svg.get("role") == "img"
    title, desc = svg.find("title"), svg.find("desc")
    assert (svg.get("aria-labelledby"), svg.get("aria-describedby")) == (
        title.get("id"),
        desc.get("id"),
    )
    assert title.text == "Points"
    assert desc.text == "Corvid: incomplete (Quality 20.0, Cost & price missing)"


def test_missing_and_zero_draw_no_part() -> None:
    svg = parse(stacked_bars([BarRow("Corvid", [0, None], "0.0")], SEGMENTS, title="T"))
    assert svg.findall("g") == []


def test_a_narrow_part_shows_its_letter_or_only_its_colour() -> None:
    svg = parse(stacked_bars([BarRow("N", [5, 1], "6.0")], SEGMENTS, title="T"))
    assert [text.text for text in svg.findall("g/text")] == ["A"]


def test_every_text_is_escaped() -> None:
    drawn = stacked_bars(
        [BarRow(NASTY, [1, 2], NASTY)], [NASTY, "b"], title=NASTY, description=NASTY
    )
    drawn += legend([NASTY]) + bar(1, title=NASTY)
    assert "<script" not in drawn
    assert drawn.count("&lt;script&gt;") >= 6


def test_no_drawing_needs_an_inline_style() -> None:
    drawn = stacked_bars([BarRow("N", [1, 2], "3")], SEGMENTS, title="T") + bar(1, 0, 2, title="T")
    assert "style" not in drawn


def test_the_eleventh_series_starts_over_but_keeps_its_own_letter() -> None:
    items = legend([str(number) for number in range(11)])
    assert 'series-1" width' in items
    assert ">K</text>" in items
    assert "series-11" not in items


def test_a_bar_shows_value_and_range() -> None:
    svg = parse(bar(50, 40, 60, title="Half"))
    assert [rect.get("width") for rect in svg.findall("rect")] == ["100%", "50.00%", "20.00%"]
    assert [line.get("x1") for line in svg.findall("line")] == ["40.00%", "40.00%", "60.00%"]


@pytest.mark.parametrize("arguments", [(None,), (50, 50, 50), (50, None, 60)])
def test_a_bar_without_a_range_has_no_whiskers(arguments) -> None:
    assert "line" not in bar(*arguments, title="T")


def test_a_missing_value_draws_only_what_it_could_be() -> None:
    assert [rect.get("class") for rect in parse(bar(None, 10, 20, title="T")).findall("rect")] == [
        "chart-track",
        "chart-range",
    ]


@pytest.mark.parametrize("value", [-1, 101, math.nan, math.inf])
def test_values_outside_the_scale_are_refused(value) -> None:
    with pytest.raises(ValueError, match="between 0 and 100"):
        bar(value, title="T")
    with pytest.raises(ValueError, match="between 0 and 100"):
        stacked_bars([BarRow("N", [value], "")], ["Quality"], title="T")


def test_impossible_rows_are_refused() -> None:
    with pytest.raises(ValueError, match="one value per segment"):
        stacked_bars([BarRow("N", [1], "1")], SEGMENTS, title="T")
    with pytest.raises(ValueError, match="more than 100"):
        stacked_bars([BarRow("N", [60, 60], "120")], SEGMENTS, title="T")
    with pytest.raises(ValueError, match="at most 26"):
        stacked_bars([], ["x"] * 27, title="T")
    with pytest.raises(ValueError, match="low must not be above high"):
        bar(5, 7, 3, title="T")
