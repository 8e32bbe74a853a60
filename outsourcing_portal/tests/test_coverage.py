"""docs/coverage.md says where each line of the product is carried out: here its words are held to the code."""

import importlib
import re
from pathlib import Path

import pytest
from django.urls import get_resolver

ROOT = Path(__file__).resolve().parents[2]
TABLE = (ROOT / "docs" / "coverage.md").read_text(encoding="utf-8")
COUNTS = {"P": 13, "S": 11, "E": 6, "T": 1, "C": 9, "M": 12}
CODES = [f"{letter}{number}" for letter, most in COUNTS.items() for number in range(1, most + 1)]
ROWS = [
    [cell.strip() for cell in line.strip().strip("|").split("|")]
    for line in TABLE.splitlines()
    if re.match(r"\| [A-Z]\d+ \|", line)
]
NAMED = re.compile(r"`([^`]+)`")


def every_address() -> set[str]:
    """`app:name` of every address, public ones without an app."""
    found = set()
    for pattern in get_resolver().url_patterns:
        app = getattr(pattern, "app_name", None)
        for inner in getattr(pattern, "url_patterns", [pattern]):
            name = getattr(inner, "name", None)
            if name:
                found.add(f"{app}:{name}" if app else name)
    return found


ADDRESSES = every_address()


def test_every_code_has_a_row_in_order():
    assert [row[0] for row in ROWS] == CODES


@pytest.mark.parametrize("row", ROWS, ids=[row[0] for row in ROWS])
def test_its_pages_actions_and_tests_are_there(row):
    _, _, pages, actions, tests = row
    assert NAMED.findall(pages), "name at least one page"
    assert [name for name in NAMED.findall(pages) if name not in ADDRESSES] == []
    assert NAMED.findall(actions), "name at least one action"
    for name in NAMED.findall(actions):
        module, _, verb = name.rpartition(".")
        assert callable(getattr(importlib.import_module(module), verb)), name
    assert NAMED.findall(tests), "name at least one test"
    for name in NAMED.findall(tests):
        path, _, test = name.partition("::")
        assert f"def {test}(" in (ROOT / path).read_text(encoding="utf-8"), name
