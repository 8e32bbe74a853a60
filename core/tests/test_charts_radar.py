"""Profiles: gaps where marks are missing, six told apart without colour, names only where they fit."""

import math
import re
from itertools import combinations
from xml.etree import ElementTree

import pytest

from core.charts import Profile, radar, radar_legend
from core.charts.radar import _names, _overlap

AXES = ["Quality", "Cost & price", "Security", "References"]
NASTY = '<script>alert("x")</script>'


def parse(svg: str) -> ElementTree.Element:
    return ElementTree.fromstring(svg)


def lines(svg: str) -> list[str]:
    return [
        path.get("d") for path in parse(svg).findall("path") if "chart-line" in path.get("class")
    ]


def test_a_whole_profile_is_one_closed_line_with_the_first_criterion_on_top() -> None:
    (line,) = lines(radar([Profile("Northwind", [100, 50, 0, 50])], AXES, title="T"))
    assert line == "M0.0 -100.0 L50.0 0.0 L0.0 0.0 L-50.0 0.0 Z"


def test_what_is_missing_is_a_gap_and_not_zero() -> None:
    svg = radar([Profile("Corvid", [100, 50, None, 50])], AXES, title="T")
    assert lines(svg) == ["M-50.0 0.0 L0.0 -100.0 L50.0 0.0"]
    assert len(parse(svg).findall("circle")) == 3
    told = "Corvid: Quality 100.0, Cost & price 50.0, Security missing, References 50.0"
    assert parse(svg).find("desc").text == told


def test_a_mark_between_two_gaps_keeps_its_marker_and_has_no_line() -> None:
    svg = radar([Profile("Corvid", [100, None, 50, None])], AXES, title="T")
    assert lines(svg) == []
    assert len(parse(svg).findall("circle")) == 2


def test_nothing_marked_draws_no_line_and_no_marker() -> None:
    svg = radar([Profile("Corvid", [None] * 4)], AXES, title="T")
    assert (lines(svg), parse(svg).findall("circle")) == ([], [])


def test_six_profiles_differ_by_dash_and_marker_and_the_first_is_on_top() -> None:
    profiles = [Profile(str(number), [10 * number] * 4) for number in range(6)]
    drawn = parse(radar(profiles, AXES, title="T"))
    found = [path for path in drawn.findall("path") if "chart-line" in path.get("class")]
    assert [path.get("class") for path in found] == [
        f"chart-line line-{number}" for number in range(6, 0, -1)
    ]
    assert len({path.get("stroke-dasharray") for path in found}) == 6
    markers = [
        {len(part.get("points", "").split()) for part in drawn if series in part.get("class", "")}
        for series in (f"series-{number}" for number in range(1, 7))
    ]
    assert markers == [{0}, {4}, {3}, {4}, {3}, {12}]


def test_equal_points_stand_side_by_side() -> None:
    svg = radar([Profile("N", [50] * 4), Profile("K", [50] * 4)], AXES, title="T")
    circles = [(part.get("cx"), part.get("cy")) for part in parse(svg).findall("circle")]
    assert circles == [("-4.2", "-50.0"), ("50.0", "-4.2"), ("4.2", "50.0"), ("-50.0", "4.2")]


def test_short_criteria_are_named_on_the_drawing_and_have_no_key() -> None:
    profiles = [Profile("N", [1] * 4)]
    named = [text.text for text in parse(radar(profiles, AXES, title="T")).findall("text")]
    assert named == ["50", "100", "Quality", "Cost &", "price", "Security", "References"]
    assert radar_legend(profiles, AXES).count("<li>") == 1


@pytest.mark.parametrize("count", [3, 8, 15])
def test_long_criteria_are_lettered_with_a_key(count) -> None:
    axes = [f"Incomprehensibilities of number {number}" for number in range(count)]
    profiles = [Profile("N", [1] * count)]
    letters = [text.text for text in parse(radar(profiles, axes, title="T")).findall("text")][2:]
    assert letters == list("ABCDEFGHIJKLMNO"[:count])
    legend = radar_legend(profiles, axes)
    assert re.findall(r"</span>(Incomp[^<]*)", legend) == axes


@pytest.mark.parametrize("count", range(3, 16))
def test_names_never_meet_and_never_leave_the_drawing(count) -> None:
    names = _names(["Cost of all of it"] * count)
    assert len(names) in (0, count)
    assert not any(_overlap(one.box, other.box) for one, other in combinations(names, 2))
    assert all(name.box[0] >= -180 and name.box[2] <= 180 for name in names)


def test_every_text_is_escaped() -> None:
    profiles, axes = [Profile(NASTY, [1, 2, 3])], [NASTY, "b", "c"]
    drawn = radar(profiles, axes, title=NASTY, description=NASTY) + radar_legend(profiles, axes)
    assert "<script" not in drawn
    assert "style=" not in drawn
    assert drawn.count("&lt;script&gt;") >= 4


@pytest.mark.parametrize("value", [-1, 101, math.nan, math.inf])
def test_points_outside_the_scale_are_refused(value) -> None:
    with pytest.raises(ValueError, match="between 0 and 100"):
        radar([Profile("N", [1, 2, value])], AXES[:3], title="T")


def test_too_much_and_too_little_are_refused() -> None:
    with pytest.raises(ValueError, match="1 to 6 can be told apart, not 7"):
        radar([Profile("N", [1] * 4)] * 7, AXES, title="T")
    with pytest.raises(ValueError, match="not 0"):
        radar([], AXES, title="T")
    for count in (2, 16):
        with pytest.raises(ValueError, match=f"3 to 15 can be read, not {count}"):
            radar([Profile("N", [1] * count)], ["x"] * count, title="T")
    with pytest.raises(ValueError, match="'N' must have one value per axis"):
        radar([Profile("N", [1, 2, 3])], AXES, title="T")
