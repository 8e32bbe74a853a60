"""The charts in a page and in a PDF: tags, attributes instead of classes, one palette."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.template import engines

from core import charts
from core.charts import pdf
from core.templatetags.charts import for_pdf as for_pdf_filter

NAMES = ["Northwind", "Kestrel"]
INPUT = {
    "rows": [
        charts.BarRow("A very long name of a vendor that no phone has room for", [30, 3], "33")
    ],
    "segments": ["Quality", "Cost"],
    "profiles": [charts.Profile(name, [10, 50, 90]) for name in NAMES],
    "axes": ["Quality", "Cost", "Incomprehensibilities"],
    "tornado": [charts.TornadoRow("Cost", 5, -1)],
    "shares": [charts.RankRow("Northwind", [0.9, 0.1]), charts.RankRow("Kestrel", [0.1, 0.9])],
    "dots": [charts.Dot(3, "A", "Anna"), charts.Dot(4, "B", "Ben")],
}
TAGS = {
    "stacked_bars": 'rows segments "T"',
    "bar": '40 "T" low=30 high=50',
    "radar": 'profiles axes "T"',
    "tornado": 'tornado 4 "T" runner_up="Kestrel" less="less" more="more"',
    "rank_shares": 'shares "T"',
    "mark_dots": 'dots "T" low=0 high=5 mean=3.5 moderated=4',
    "mark_dots_legend": "dots",
    "stability_strip": '"Cost" 0.2 0.1 0.3 "Northwind" below="Corvid" above="Kestrel"',
}


def drawn(tag: str, suffix: str = "") -> str:
    source = f"{{% load charts %}}{{% {tag} {TAGS[tag]} as c %}}{{{{ c{suffix} }}}}"
    return engines["django"].from_string(source).render(INPUT)


@pytest.mark.parametrize("tag", TAGS)
def test_each_tag_draws_unescaped_markup(tag) -> None:
    assert drawn(tag).startswith(("<svg", "<div", "<ul"))


def test_a_radar_stands_beside_its_legend() -> None:
    assert drawn("radar") == (
        f'<div class="chart-radar">{charts.radar(INPUT["profiles"], INPUT["axes"], title="T")}'
        f'<div class="chart-radar-keys">{charts.radar_legend(INPUT["profiles"], INPUT["axes"])}'
        "</div></div>"
    )


@pytest.mark.parametrize("tag", TAGS)
def test_every_class_of_a_drawing_has_its_rule_in_the_style_sheet(tag) -> None:
    css = Path(settings.BASE_DIR / "static/app.css").read_text()
    used = {name for found in re.findall(r'class="([^"]*)"', drawn(tag)) for name in found.split()}
    bare = {"chart-bar", "chart-marks", "chart-stability", "chart-end", "chart-name"}
    known = {"visually-hidden", *bare}  # Bootstrap's; names for pages to take hold of
    assert {name for name in used if f".{name} " not in css and f".{name}," not in css} <= known


@pytest.mark.parametrize("tag", TAGS)
def test_in_a_pdf_no_shape_depends_on_a_class(tag) -> None:
    """A shape without fill or stroke would come out black."""
    for shape in re.findall(
        r"<(?:rect|line|path|circle|polygon|text) [^>]*>", drawn(tag, "|for_pdf")
    ):
        assert "class=" not in shape
        assert "fill=" in shape or "stroke=" in shape


def test_a_pdf_takes_the_wide_texts_or_beside_others_the_narrow_ones() -> None:
    wide, narrow = drawn("stacked_bars", "|for_pdf"), drawn("stacked_bars", '|for_pdf:"narrow"')
    assert re.search(r'display="none"[^>]*>A very long name of a v[^<]*…<', wide)
    assert re.search(r'display="none"[^>]*>A very long name of a vendor that no phone', narrow)


def test_other_markup_and_texts_stay_as_they_are() -> None:
    markup = '<p class="chart-label">Cost</p><text class="unknown" x="1">class="chart-label"</text>'
    assert charts.for_pdf(markup) == markup.replace(' class="unknown"', "")


def test_the_filter_takes_only_what_a_tag_has_drawn() -> None:
    with pytest.raises(ValueError, match="what a chart tag has drawn"):
        for_pdf_filter("<svg></svg>")
    with pytest.raises(ValueError, match="narrow"):
        drawn("bar", '|for_pdf:"tiny"')


def test_the_palette_on_paper_is_the_light_one_on_screen() -> None:
    css = Path(settings.BASE_DIR / "static/app.css").read_text()
    light = dict(
        re.findall(r"--([\w-]+): (#[0-9a-f]{6});", css[: css.index('[data-bs-theme="dark"]')])
    )
    assert [light[f"series-{number}"] for number in range(1, 11)] == list(pdf.SERIES_COLOURS)
    assert [light[f"heat-{number}"] for number in range(1, 11)] == list(pdf.HEAT)
    same = {
        "ink": pdf.INK,
        "ink-soft": pdf.INK_SOFT,
        "panel": pdf.PAPER,
        "neutral-soft": pdf.TRACK,
        "neutral-line": pdf.GRID,
        "line-strong": pdf.AXIS,
        "bad": pdf.BAD,
        "bad-soft": pdf.BAD_SOFT,
        "warn": pdf.WARN,
    }
    assert {name: light[name] for name in same} == same


def test_the_styles_for_a_pdf_have_every_level_of_heat() -> None:
    rules = re.findall(r"\.heat-(\d+) {.*?color: (#\w+);", charts.pdf_styles())
    levels = {int(level): ink for level, ink in rules}
    assert levels == {
        0: pdf.INK_SOFT,
        **dict.fromkeys(range(1, pdf.DARK_FROM), pdf.INK),
        **dict.fromkeys(range(pdf.DARK_FROM, 11), pdf.PAPER),
    }


@pytest.mark.parametrize("tag", TAGS)
def test_every_picture_has_a_name_for_a_reader_of_the_pdf(tag) -> None:
    pictures = re.findall(r"<svg [^>]*(?:role=|aria-hidden)[^>]*>(<title)?", drawn(tag, "|for_pdf"))
    assert set(pictures) <= {"<title"}
