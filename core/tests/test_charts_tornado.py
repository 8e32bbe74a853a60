"""The tornado: sorted, on one scale with zero, and plain about what changes the leader."""

import math
from decimal import Decimal
from xml.etree import ElementTree

import pytest

from core.charts import TornadoRow, tornado, tornado_legend

NASTY = '<script>alert("x")</script>'
ROWS = [TornadoRow("References", 3, 5), TornadoRow("Cost & price", 8, Decimal("-2"))]


def parse(svg: str) -> ElementTree.Element:
    return ElementTree.fromstring(svg)


def part(group: ElementTree.Element, css: str) -> tuple[str, str]:
    (found,) = [each for each in group if each.get("class") == css]
    return found.get("x") or found.get("x1"), found.get("width") or found.get("x2")


def test_the_widest_bar_comes_first() -> None:
    groups = parse(tornado(ROWS, lead=4, title="T")).findall("g")
    assert [group.find("text").text for group in groups] == ["Cost & price", "References"]


def test_bars_reach_from_the_lead_now_to_the_lead_then_on_one_scale() -> None:
    # −2 … 8 lie between 16 % and 84 %: 6.8 % a point, so that zero is at 29.6 and 4 at 56.8.
    cost, references = parse(tornado(ROWS, lead=4, title="T")).findall("g")
    for group in (cost, references):
        assert part(group, "chart-zero") == ("29.60%", "29.60%")
        assert part(group, "chart-now") == ("56.80%", "56.80%")
        assert part(group, "chart-beyond") == ("0", "29.60%")
    assert part(cost, "chart-less") == ("56.80%", "27.20%")
    assert part(cost, "chart-more") == ("16.00%", "40.80%")
    assert part(references, "chart-less") == ("50.00%", "6.80%")
    assert part(references, "chart-more") == ("56.80%", "6.80%")


def test_the_numbers_stand_outside_the_bars() -> None:
    cost, _ = parse(tornado(ROWS, lead=4, title="T")).findall("g")
    ends = [
        (text.text, text.get("x"), text.get("dx"), text.get("text-anchor"))
        for text in cost.findall("text")
        if text.get("class") == "chart-end"
    ]
    assert ends == [("−2.0", "16.00%", "-6", "end"), ("8.0", "84.00%", "6", "start")]


def test_a_row_that_crosses_zero_says_so() -> None:
    svg = tornado(ROWS, lead=4, title="T")
    assert svg.count(">changes the leader</text>") == 1
    assert parse(svg).find("desc").text == (
        "Lead now 4.0. Cost & price: 8.0 with less weight, −2.0 with more, changes the leader; "
        "References: 3.0 with less weight, 5.0 with more"
    )


def test_the_two_lines_are_named_on_lines_of_their_own() -> None:
    zero, now = parse(tornado(ROWS, lead=4, title="T", runner_up="Kestrel")).findall("text")
    assert (zero.text, zero.get("y")) == ("0: Kestrel takes over", "12")
    assert (now.text, now.get("y")) == ("lead now 4.0", "31")


def test_a_weight_without_effect_has_no_bar() -> None:
    svg = tornado([TornadoRow("Security", 4, 4)], lead=4, title="T")
    assert "chart-less" not in svg
    assert ">no effect</text>" in svg


def test_nothing_at_all_is_drawn_without_failing() -> None:
    assert parse(tornado([TornadoRow("Only", 0, 0)], lead=0, title="T")).get("height") == "92"
    assert parse(tornado([], lead=0, title="T")).get("height") == "44"


def test_the_shorter_of_two_halves_on_one_side_lies_on_top() -> None:
    (group,) = parse(tornado([TornadoRow("Odd", 1, 3)], lead=4, title="T")).findall("g")
    halves = [
        each.get("class") for each in group if each.get("class") in ("chart-less", "chart-more")
    ]
    assert halves == ["chart-less", "chart-more"]


def test_a_long_criterion_leaves_room_for_the_note_beside_it() -> None:
    rows = [TornadoRow("Security and compliance with everything that belongs to it", 8, -2)]
    group = parse(tornado(rows, lead=4, title="T")).find("g")
    narrow, wide = group.findall("text")[:2]
    assert narrow.get("class") == "chart-label chart-narrow"
    assert narrow.text[-1] == "…"
    assert len(narrow.text) < len(wide.text)


def test_every_text_is_escaped() -> None:
    drawn = tornado([TornadoRow(NASTY, 1, 2)], lead=1, title=NASTY, runner_up=NASTY)
    drawn += tornado_legend(NASTY, NASTY)
    assert "<script" not in drawn
    assert "style=" not in drawn


@pytest.mark.parametrize("value", [math.nan, math.inf, None, "4", True])
def test_what_is_no_number_is_refused(value) -> None:
    with pytest.raises(ValueError, match="lead must be a"):
        tornado(ROWS, lead=value, title="T")
    with pytest.raises(ValueError, match="'N' must be a"):
        tornado([TornadoRow("N", 1, value)], lead=1, title="T")
