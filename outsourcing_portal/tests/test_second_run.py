"""What the second run of ./portal test leaves out: only what says the same on every database."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
FILES = [
    "core/tests/test_forms.py",  # pure
    "activity/tests/test_log.py",  # some of the database
    "core/tests/test_readonly.py",  # some of the database, with many inputs
    "outsourcing_portal/tests/browser/test_pages_are_accessible.py",  # marked `once`
]


def test_only_what_uses_data_runs_twice():
    options = ["--embedded", "--of-data", "--collect-only", "-q"]
    command = [sys.executable, "-m", "pytest", *options, *FILES]
    own = {"PYTEST_XDIST_WORKER", "_PORTAL_TEST_FOLDER"}  # of this run, not of that one
    environment = {name: value for name, value in os.environ.items() if name not in own}
    done = subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    kept = [line for line in done.stdout.splitlines() if "::" in line]
    assert {line.partition("::")[0] for line in kept} == set(FILES[1:3])
    named = [line.partition("[")[0] for line in kept]
    assert len(named) == len(set(named)), "each test with its first input only"
    assert "activity/tests/test_log.py::test_the_history_of_one_row" in kept
