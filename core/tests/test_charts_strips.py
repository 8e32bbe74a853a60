"""Marks of one cell, and how far a weight may move."""

import math
from xml.etree import ElementTree

import pytest

from core.charts import Dot, mark_dots, mark_dots_legend, stability_strip

NASTY = '<script>alert("x")</script>'


def parse(svg: str) -> ElementTree.Element:
    return ElementTree.fromstring(svg)


def places(svg: str, css: str) -> list[tuple[str, float]]:
    """Where the shapes of this class stand."""
    return [
        (group.get("x"), float(group.get("y")))
        for group in parse(svg).findall("svg")
        if any(part.get("class") == css for part in group)
    ]


def texts(svg: str, css: str) -> list[str]:
    return [
        "".join(text.itertext()) for text in parse(svg).iter("text") if text.get("class") == css
    ]


def test_dots_stand_at_their_marks_and_equal_ones_on_top_of_each_other() -> None:
    drawn = mark_dots([Dot(0), Dot(2), Dot(5), Dot(2)], title="Marks")
    found = places(drawn, "chart-dot")
    assert [x for x, _ in found] == ["5.00%", "41.00%", "41.00%", "95.00%"]
    ys = [y for _, y in found]
    assert ys[0] == ys[1] == ys[3]
    assert ys[2] == ys[1] - 12
    assert texts(drawn, "chart-scale") == ["0", "1", "2", "3", "4", "5"]


def test_near_marks_do_not_cover_one_another() -> None:
    found = places(mark_dots([Dot(50), Dot(51)], title="T", high=100), "chart-dot")
    assert found[0][1] - found[1][1] == 12


def test_a_missing_mark_is_no_zero_but_told() -> None:
    drawn = mark_dots([Dot(3), Dot(None)], title="T", mean=3, moderated=3.5)
    assert len(places(drawn, "chart-dot")) == 1
    assert parse(drawn).find("desc").text == "Marks: 3; 1 missing; mean 3; moderated 3.5"


def test_no_mark_at_all() -> None:
    drawn = mark_dots([Dot(None)], title="T")
    assert places(drawn, "chart-dot") == []
    assert parse(drawn).find("desc").text == "Marks: none; 1 missing"


def test_the_mean_is_a_line_and_the_moderated_mark_a_diamond() -> None:
    drawn = mark_dots([Dot(2), Dot(3)], title="T", mean=2.5, moderated=4)
    (mean,) = [line for line in parse(drawn).findall("line") if line.get("class") == "chart-mean"]
    assert mean.get("x1") == mean.get("x2") == "50.00%"
    assert [x for x, _ in places(drawn, "chart-moderated")] == ["77.00%"]
    assert texts(drawn, "chart-note") == ["mean 2.5", "moderated 4"]


def test_hidden_names_appear_nowhere_and_order_tells_nothing() -> None:
    hidden = mark_dots([Dot(4), Dot(1), Dot(3)], title="T")
    assert hidden == mark_dots([Dot(1), Dot(3), Dot(4)], title="T")
    assert texts(hidden, "chart-key") == []
    assert mark_dots_legend([Dot(4), Dot(1)]) == ""


def test_shown_names_have_a_letter_in_the_dot_and_in_the_legend() -> None:
    dots = [Dot(4, "A", "Anna & co"), Dot(1, "B", "Ben")]
    drawn = mark_dots(dots, title="T")
    assert texts(drawn, "chart-key") == ["B", "A"]
    assert parse(drawn).find("desc").text == "Marks: Ben 1, Anna & co 4"
    legend = ElementTree.fromstring(mark_dots_legend(dots))
    assert ["".join(item.find("span").itertext()) for item in legend] == ["A: Anna & co", "B: Ben"]


@pytest.mark.parametrize(
    ("low", "high", "ticks"),
    [(1, 7, 7), (0, 10, 11), (0, 100, 2), (0, 2.5, 2), (-3, 3, 7), (0.5, 2.5, 2)],
)
def test_a_scale_has_its_whole_marks_while_they_fit(low, high, ticks) -> None:
    drawn = mark_dots([Dot(high)], title="T", low=low, high=high)
    assert len(texts(drawn, "chart-scale")) == ticks


def test_marks_outside_the_scale_are_refused() -> None:
    for value in (-1, 6, math.nan, math.inf):
        for arguments in ({"dots": [Dot(value)]}, {"dots": [], "mean": value}):
            with pytest.raises(ValueError, match="mark"):
                mark_dots(**arguments, title="T")
    with pytest.raises(ValueError, match="low must be below high"):
        mark_dots([], title="T", low=5, high=5)


def test_a_strip_shows_the_span_and_the_weight_now() -> None:
    drawn = stability_strip(
        "Cost", now=0.2, low=0.04, high=0.34, leader="Northwind", below="Corvid", above="Kestrel"
    )
    (span,) = [part for part in parse(drawn).findall("rect") if part.get("class") == "chart-span"]
    assert (span.get("x"), span.get("width")) == ("4.00%", "30.00%")
    assert [x for x, _ in places(drawn, "chart-pointer")] == ["20.00%"]
    assert texts(drawn, "chart-note") == [
        "Below 4\xa0%: Corvid leads",
        "Above 34\xa0%: Kestrel leads",
    ]
    assert parse(drawn).find("title").text == "Cost"
    assert parse(drawn).find("desc").text == (
        "Weight now 20\xa0%; Northwind leads from 4\xa0% to 34\xa0%; "
        "below 4\xa0% Corvid leads; above 34\xa0% Kestrel leads"
    )


def test_two_takeovers_stand_side_by_side_only_where_a_phone_has_room() -> None:
    def heights(name: str) -> list[str]:
        drawn = stability_strip("C", now=0.2, low=0.1, high=0.3, leader="N", below=name, above=name)
        notes = [each for each in parse(drawn).iter("text") if "chart-note" in each.get("class")]
        return [note.get("y") for note in notes]

    assert heights("Bo") == ["60", "60"]
    assert heights("Osprey Outsourcing") == ["60", "76"]


def test_of_a_long_takeover_only_the_name_is_cut() -> None:
    name = "Osprey Information Technology Outsourcing Limited Partnership"
    drawn = stability_strip("C", now=0.2, low=0.1, high=1, leader="N", below=name)
    narrow = "".join(texts(drawn, "chart-note chart-narrow"))
    assert narrow.startswith("Below 10\xa0%: Osprey Information")
    assert narrow.endswith("… leads")


def test_a_leader_whom_no_weight_dethrones() -> None:
    drawn = stability_strip("C", now=0.2, low=0, high=1, leader="Northwind")
    assert texts(drawn, "chart-note") == ["Leads at any weight"]
    assert "chart-whisker" not in drawn
    assert "Northwind leads at any weight" in parse(drawn).find("desc").text


def test_one_takeover_stands_on_its_side() -> None:
    drawn = stability_strip("C", now=0.2, low=0, high=0.3, leader="N", above="Kestrel")
    (note,) = [text for text in parse(drawn).iter("text") if text.get("class") == "chart-note"]
    assert (note.text, note.get("x")) == ("Above 30\xa0%: Kestrel leads", "100%")


@pytest.mark.parametrize(
    ("now", "low", "high"),
    [(0.5, 0.6, 0.9), (0.5, 0.1, 0.4), (1.2, 0, 1), (0.5, -0.1, 1), (math.nan, 0, 1), (0.1, 0, 20)],
)
def test_impossible_weights_are_refused(now, low, high) -> None:
    with pytest.raises(ValueError, match="weight|now must lie"):
        stability_strip("C", now=now, low=low, high=high, leader="N")


def test_every_text_is_escaped() -> None:
    dots = [Dot(1, NASTY, NASTY)]
    drawn = mark_dots(dots, title=NASTY) + mark_dots_legend(dots)
    drawn += stability_strip(
        NASTY, now=0.2, low=0.1, high=0.3, leader=NASTY, below=NASTY, above=NASTY
    )
    assert "<script" not in drawn
    assert "style=" not in drawn
