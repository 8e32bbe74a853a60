"""The engine as a package: what it imports, what it offers."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from evaluations import engine
from evaluations.bench_engine import run

ROOT = Path(__file__).resolve().parents[3]

ADDED = """
import sys
before = set(sys.modules)
import evaluations.engine
print(*sorted(set(sys.modules) - before))
"""


def test_import_adds_nothing_but_numpy():
    done = subprocess.run(
        [sys.executable, "-c", ADDED], cwd=ROOT, capture_output=True, text=True, check=True
    )
    roots = {name.split(".")[0] for name in done.stdout.split()}
    assert roots - set(sys.stdlib_module_names) == {"numpy", "evaluations"}


def test_every_name_offered_is_there_and_the_version_is_text():
    assert isinstance(engine.VERSION, str)
    for name in engine.__all__:
        assert hasattr(engine, name)


def test_benchmark_reports_numbers_and_their_limits():
    rows = run(repeats=1, calls=2)
    assert [limit for _, _, limit in rows] == [6.0, 3.0, 1.0, 10.0]
    assert all(isinstance(name, str) and ratio > 0 for name, ratio, _ in rows)
    memory = next(ratio for name, ratio, _ in rows if "memory" in name)
    assert memory < 1.0
