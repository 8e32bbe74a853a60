"""The body of a table, made in Python: the same cells as the library's own."""

import re

import django_tables2 as tables
import pytest
from django.core.paginator import Paginator
from django.template import Context, Template
from django.test import RequestFactory
from django.utils.html import format_html

ROWS = [
    {"name": "Ann & Co", "age": 3, "note": "", "site": "a.example"},
    {"name": "Ben", "age": None, "note": "<b>", "site": "b.example"},
]


class Row:
    def __init__(self, **values):
        self.__dict__.update(values)


class PeopleTable(tables.Table):
    name = tables.Column(attrs={"td": {"class": "title-cell"}})
    age = tables.Column()
    note = tables.Column(empty_values=())
    site = tables.Column(linkify=lambda record: f"https://{record.site}/")
    seen = tables.Column(accessor="age", default="never")

    def render_name(self, record):
        return format_html("<i>{}</i>", record.name)

    def render_age(self, value):
        return f"{value} years"

    def render_note(self, record):
        return record.note or "nothing"

    def render_seen(self, record):
        return f"at {record.age}"


@pytest.fixture
def table() -> PeopleTable:
    return PeopleTable([Row(**values) for values in ROWS])


def test_cells_are_those_of_the_library_and_everything_is_escaped(table):
    shown = Template("{% load rows %}{% table_rows table %}").render(Context({"table": table}))
    first, second = shown.strip().split("\n")
    assert first == (
        "<tr>"
        '<th scope="row" class="title-cell"><i>Ann &amp; Co</i></th>'
        "<td >3 years</td><td >nothing</td>"
        '<td ><a href="https://a.example/">a.example</a></td><td >at 3</td></tr>'
    )
    assert second == (
        "<tr>"
        '<th scope="row" class="title-cell"><i>Ben</i></th>'
        "<td >—</td><td >&lt;b&gt;</td>"
        '<td ><a href="https://b.example/">b.example</a></td><td >never</td></tr>'
    )


def test_no_rows_are_no_markup():
    empty = Template("{% load rows %}{% table_rows table %}")
    assert empty.render(Context({"table": PeopleTable([])})) == ""


def shown(source: str, address: str, **context) -> str:
    context["request"] = RequestFactory().get(address)
    return Template("{% load rows %}" + source).render(Context(context))


def links(pages: int, number: int, address: str = "/") -> str:
    html = shown("{% page_links page %}", address, page=Paginator(range(pages), 1).page(number))
    return " ".join(re.findall(r">([A-Za-z0-9…]+)(?:</a>|</span></li>)", html))


@pytest.mark.parametrize(
    ("pages", "number", "words"),
    [
        (2, 1, "1 2 Next"),
        (3, 3, "Previous 1 2 3"),
        (10, 5, "Previous 1 2 3 4 5 6 7 8 9 10 Next"),
        (40, 1, "1 2 3 4 5 6 7 8 … 40 Next"),
        (40, 20, "Previous 1 … 17 18 19 20 21 22 … 40 Next"),
        (40, 40, "Previous 1 … 33 34 35 36 37 38 39 40"),
    ],
)
def test_page_links_lead_around_and_to_both_ends(pages, number, words):
    assert links(pages, number) == words


def test_page_links_keep_the_rest_of_the_address():
    page = Paginator(range(3), 1).page(2)
    html = shown("{% page_links page %}", "/?q=a%26b&q=c&page=2", page=page)
    assert 'rel="prev" href="?q=a%26b&amp;q=c&amp;page=1">Previous' in html
    assert 'rel="next" href="?q=a%26b&amp;q=c&amp;page=3">Next' in html
    assert html.count('<li class="page-item active"><a class="page-link" aria-current="page"') == 1
    assert '?rows=3"' in shown('{% page_links page "rows" %}', "/?rows=2", page=page)


def test_headings_sort_and_say_how_it_is_sorted():
    class Sortable(tables.Table):
        name = tables.Column(attrs={"th": {"lang": "en"}})
        note = tables.Column(orderable=False, verbose_name="<Note>")

    head = "{% table_head table %}"
    plain = shown(head, "/?q=x&page=4", table=Sortable([]))
    assert plain.split("\n") == [
        '<th scope="col" lang="en" class="orderable"><a href="?q=x&amp;sort=name">Name</a></th>',
        '<th scope="col" >&lt;Note&gt;</th>',
    ]
    rising = shown(head, "/?sort=name", table=Sortable([], order_by="name"))
    assert 'aria-sort="ascending"><a href="?sort=-name">Name <svg' in rising
    assert "(sorted, smallest or first first)</span></a></th>" in rising
    assert 'aria-sort="descending"' in shown(head, "/", table=Sortable([], order_by="-name"))
