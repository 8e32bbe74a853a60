"""The drawings: right widths, every text escaped, nothing told by colour alone."""

import math
from decimal import Decimal
from xml.etree import ElementTree

import pytest

from core.charts import BarRow, bar, legend, letter, stacked_bars
from core.charts.drawing import text_width

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


@pytest.mark.parametrize(
    ("points", "letter", "value", "css"),
    [
        (20, "A 20.0", None, "chart-key"),  # room for both everywhere
        (10, "A", " 10.0", "chart-key"),  # the number only from a tablet on
        (6, "A", None, "chart-key"),
        (3, "A", None, "chart-key chart-wide"),  # not even the letter on a phone
    ],
)
def test_a_part_shows_what_it_has_room_for(points, letter, value, css) -> None:
    (text,) = parse(stacked_bars([BarRow("N", [points], "")], ["A"], title="T")).findall("g/text")
    span = text.find("tspan")
    assert (text.text, span.text if value else span, text.get("class")) == (letter, value, css)


def test_a_sliver_shows_only_its_colour() -> None:
    svg = parse(stacked_bars([BarRow("N", [1], "")], ["A"], title="T"))
    assert (len(svg.findall("g/rect")), svg.findall("g/text")) == (1, [])


def test_a_label_is_cut_before_the_total_on_a_phone_only() -> None:
    name = "Northwind Systems Integration and Consulting GmbH"
    svg = parse(stacked_bars([BarRow(name, [1], "incomplete")], ["A"], title="T"))
    narrow, wide, total = svg.findall("text")
    assert (narrow.get("class"), wide.get("class")) == (
        "chart-label chart-narrow",
        "chart-label chart-wide",
    )
    assert (narrow.text[-1], wide.text, total.text) == ("…", name, "incomplete")
    assert text_width(narrow.text) + text_width(total.text) < 320


@pytest.mark.parametrize(
    ("index", "key"), [(0, "A"), (25, "Z"), (26, "AA"), (51, "AZ"), (52, "BA"), (702, "AAA")]
)
def test_letters_go_on_beyond_z(index, key) -> None:
    assert letter(index) == key


def test_more_segments_than_letters_keep_their_own_key() -> None:
    segments = [f"Criterion {number}" for number in range(30)]
    assert ">AD</text>" in legend(segments)
    row = BarRow("N", [2] * 29 + [20], "78.0")
    assert ">AD 20.0</text>" in stacked_bars([row], segments, title="T")


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
    with pytest.raises(ValueError, match="low must not be above high"):
        bar(5, 7, 3, title="T")
