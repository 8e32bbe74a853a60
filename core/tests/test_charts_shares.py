"""The rank shares: a real table, and every background leaves its text readable."""

import math
import re
from pathlib import Path
from xml.etree import ElementTree

import pytest
from django.conf import settings

from core.charts import RankRow, rank_shares
from core.charts.drawing import percent
from core.charts.shares import heat
from core.templatetags import ui

NASTY = '<script>alert("x")</script>'
ROWS = [RankRow("Northwind", [0.913, 0.087, 0]), RankRow("Kestrel", [0.087, 0.5, 0.413])]


def test_the_table_has_headers_and_a_caption() -> None:
    wrap = ElementTree.fromstring(rank_shares(ROWS, caption="How often"))
    assert (wrap.get("role"), wrap.get("tabindex"), wrap.get("aria-label")) == (
        "region",
        "0",
        "How often",
    )
    assert wrap.find("table/caption").text == "How often"
    head = wrap.findall("table/thead/tr/th")
    assert [cell.text for cell in head] == ["Candidate", "1st", "2nd", "3rd"]
    assert {cell.get("scope") for cell in head} == {"col"}
    rows = wrap.findall("table/tbody/tr")
    assert [(row.find("th").text, row.find("th").get("scope")) for row in rows] == [
        ("Northwind", "row"),
        ("Kestrel", "row"),
    ]
    assert [(cell.text, cell.get("class")) for cell in rows[0].findall("td")] == [
        ("91\xa0%", "heat-10"),
        ("9\xa0%", "heat-1"),
        ("0\xa0%", "heat-0"),
    ]


@pytest.mark.parametrize(
    ("share", "level"), [(0, 0), (0.0001, 1), (0.1, 1), (0.11, 2), (0.3, 3), (0.95, 10), (1, 10)]
)
def test_heat_goes_up_by_tenths(share, level) -> None:
    assert heat(share) == level


@pytest.mark.parametrize("share", [0, 0.004, 0.005, 0.125, 0.5, 0.994, 0.995, 0.9999, 1])
def test_shares_read_as_everywhere_else(share) -> None:
    assert percent(share) == ui.percent(share)


def test_fifty_by_fifty() -> None:
    table = rank_shares([RankRow(str(row), [0.02] * 50) for row in range(50)], caption="C")
    assert table.count("<td ") == 2500
    assert re.findall(r'scope="col">(\d+\w\w)<', table)[-30::10] == ["21st", "31st", "41st"]
    assert ">11th<" in table
    assert ">22nd<" in table


def test_no_row_is_an_empty_table() -> None:
    assert "<tbody></tbody>" in rank_shares([], caption="C")


def test_every_text_is_escaped() -> None:
    table = rank_shares([RankRow(NASTY, [1])], caption=NASTY, corner=NASTY)
    assert "<script" not in table
    assert "style=" not in table


def test_impossible_shares_are_refused() -> None:
    for value in (-0.1, 1.1, math.nan):
        with pytest.raises(ValueError, match="'N' must lie between 0 and 1"):
            rank_shares([RankRow("N", [value])], caption="C")
    with pytest.raises(ValueError, match="'N' must have one share per rank"):
        rank_shares([RankRow("M", [1]), RankRow("N", [1, 0])], caption="C")
    with pytest.raises(ValueError, match="'N' add up to more than 1"):
        rank_shares([RankRow("N", [0.6, 0.6])], caption="C")


def tokens(theme: str) -> dict[str, str]:
    css = Path(settings.BASE_DIR / "static/app.css").read_text()
    block = re.search(rf'\[data-bs-theme="{theme}"\] {{([^}}]*)}}', css).group(1)
    return dict(re.findall(r"(--[\w-]+): (#[0-9a-f]{6});", block))


def luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_every_level_is_readable_in_light_and_dark(theme) -> None:
    css = Path(settings.BASE_DIR / "static/app.css").read_text()
    colours = tokens(theme)
    pairs = re.findall(
        r"\.heat-(\d+) { background-color: var\((.*?)\); color: var\((.*?)\); }", css
    )
    assert [int(level) for level, _, _ in pairs] == list(range(1, 11))
    for _, ground, ink in pairs:
        assert contrast(colours[ground], colours[ink]) >= 4.5
    assert contrast(colours["--panel"], colours["--ink-soft"]) >= 4.5
    for number in range(1, 11):
        assert contrast(colours[f"--series-{number}"], colours["--on-series"]) >= 4.5
