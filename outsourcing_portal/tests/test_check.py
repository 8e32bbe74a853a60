"""What ./portal check finds by itself: unsound locks, and files that have grown too long."""

import re

import pytest

from outsourcing_portal import check
from outsourcing_portal.check import length_problems, lock_problems
from outsourcing_portal.tests.processes import ROOT

PIN = "django==5.2.19 \\\n    --hash=sha256:00\n"


@pytest.fixture
def project(tmp_path):
    (tmp_path / "requirements.txt").write_text("Django~=5.2.19  # the framework\n")
    (tmp_path / "requirements-dev.txt").write_text("-r requirements.txt\n")
    (tmp_path / "requirements.lock").write_text(PIN)
    (tmp_path / "requirements-dev.lock").write_text(PIN)
    return tmp_path


def test_our_own_locks_are_sound():
    assert list(lock_problems(ROOT)) == []


def test_sound_locks(project):
    assert list(lock_problems(project)) == []


@pytest.mark.parametrize(
    ("chosen", "lock", "problem"),
    [
        ("celery~=5.7", PIN, "requirements.lock lacks celery, which requirements.txt asks for"),
        (
            "Django~=5.2.20",
            PIN,
            "requirements.lock pins Django 5.2.19, but requirements.txt says ~=5.2.20",
        ),
        (
            "Django~=5.2.19",
            f"--index-url https://packages.example\n{PIN}",
            "requirements.lock:1: a lock holds pins and hashes only: "
            "--index-url https://packages.example",
        ),
        ("Django~=5.2.19", "django==5.2.19", "requirements.lock: no hash for django==5.2.19"),
        (
            "Django~=5.2.18",
            PIN.replace("19", "18"),
            "requirements-dev.lock must pin django at 5.2.18, as requirements.lock does",
        ),
    ],
)
def test_unsound_locks(project, chosen, lock, problem):
    (project / "requirements.txt").write_text(f"{chosen}\n")
    (project / "requirements.lock").write_text(lock)
    assert list(lock_problems(project)) == [problem]


def test_long_files(tmp_path):
    (tmp_path / "vendors" / "tests").mkdir(parents=True)
    (tmp_path / "vendors" / "views.py").write_text("x = 1\n" * 401)
    (tmp_path / "vendors" / "models.py").write_text("x = 1\n" * 400)
    (tmp_path / "vendors" / "tests" / "test_views.py").write_text("x = 1\n" * 401)
    (tmp_path / "vendors" / "list.html").write_text("<p>\n" * 151)
    assert list(length_problems(tmp_path)) == [
        "vendors/list.html has 151 lines, 150 at most: split it",
        "vendors/views.py has 401 lines, 400 at most: split it",
    ]


def test_a_line_for_each_check_and_a_last_one_that_counts(capsys):
    assert check.main(["locks", "import order"]) == 0
    told = re.sub(r"[0-9.]+ s", "0 s", capsys.readouterr().out)
    assert re.sub(r" +", " ", told) == (
        "ok locks 0 s\nok import order 0 s\n2 checks passed, 0 failed\n"
    )


def test_a_failed_check_shows_what_it_found(capsys, monkeypatch):
    monkeypatch.setitem(check.COMMANDS, "ruff check", ["-m", "ruff", "check", "no-such-file.py"])
    assert check.main(["ruff check"]) == 1
    told = capsys.readouterr().out
    assert told.startswith("FAILED  ruff check")
    assert "no-such-file.py" in told
    assert told.endswith("0 checks passed, 1 failed\n")


def test_an_unknown_check_is_refused_with_those_there_are(capsys):
    assert check.main(["spelling"]) == 2
    assert capsys.readouterr().err.startswith(
        "portal: no check 'spelling'; there are: ruff check, "
    )
