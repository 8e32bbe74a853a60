"""The body of a table, made in Python: the same cells as the library's own."""

import django_tables2 as tables
import pytest
from django.template import Context, Template
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
        '<tr class="even">'
        '<th scope="row" class="title-cell"><i>Ann &amp; Co</i></th>'
        "<td >3 years</td><td >nothing</td>"
        '<td ><a href="https://a.example/">a.example</a></td><td >at 3</td></tr>'
    )
    assert second == (
        '<tr class="odd">'
        '<th scope="row" class="title-cell"><i>Ben</i></th>'
        "<td >—</td><td >&lt;b&gt;</td>"
        '<td ><a href="https://b.example/">b.example</a></td><td >never</td></tr>'
    )


def test_no_rows_are_no_markup():
    empty = Template("{% load rows %}{% table_rows table %}")
    assert empty.render(Context({"table": PeopleTable([])})) == ""
