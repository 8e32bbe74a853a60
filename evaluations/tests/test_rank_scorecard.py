"""`manage.py rank_scorecard`: a real process, because exit codes and pipes are the point."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.management import call_command

from evaluations.management.commands.rank_scorecard import Command

ROOT = Path(__file__).resolve().parents[2]
SAMPLES = Path(__file__).parent / "samples"
OFFICES = SAMPLES / "criteria-down-vendors-across.xlsx"


def run(*arguments, data: bytes = b"", **environment) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [sys.executable, "manage.py", "rank_scorecard", *map(str, arguments)],
        cwd=ROOT,
        input=data,
        capture_output=True,
        check=False,
        env=os.environ | {"DJANGO_SETTINGS_MODULE": "outsourcing_portal.settings"} | environment,
    )


def outcome(capsys, *arguments) -> tuple[int, str, list[str]]:
    """Run in this process; return exit code, output, and the lines of standard error."""
    try:
        call_command(Command(), *map(str, arguments))
        code = 0
    except SystemExit as exit_:
        code = exit_.code
    out, err = capsys.readouterr()
    return code, out, err.splitlines()


def written(folder: Path, text: str | bytes, name: str = "scores.csv") -> Path:
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def test_json_of_the_published_case(capsys):
    code, out, err = outcome(capsys, OFFICES, "--json")
    assert (code, err) == (0, [])
    found = json.loads(out)
    assert [(each["rank"], each["name"], round(each["total"], 1)) for each in found["vendors"]] == [
        (1, "Addison Square", 80.8),
        (2, "Elton Street", 64.8),
        (3, "Gorton Square", 60.2),
        (4, "Denver Street", 52.3),
        (5, "Carlisle Walk", 47.4),
        (6, "Bilton Village", 39.4),
        (7, "Filton Village", 20.9),
    ]
    assert found["criteria"][0] == {"name": "closeness to customers", "weight": 32.0}
    assert found["warnings"] == []
    for vendor in found["vendors"]:
        assert sum(vendor["contributions"].values()) == pytest.approx(vendor["total"], abs=1e-9)
        assert (vendor["low"], vendor["high"], vendor["coverage"]) == (vendor["total"],) * 2 + (
            1.0,
        )


def test_incomplete_vendors_come_last_with_their_bounds(capsys, tmp_path):
    path = written(tmp_path, "Criterion,Weight,Zoë,Acme,Beta\nQ,60,,4,3\nC,40,5,5,3\n")
    code, out, err = outcome(capsys, path, "--json")
    assert (code, err) == (0, [])
    found = json.loads(out)
    assert [each["name"] for each in found["vendors"]] == ["Acme", "Beta", "Zoë"]
    last = found["vendors"][2]
    assert (last["total"], last["rank"], last["low"], last["high"]) == (None, None, 40.0, 100.0)
    assert (last["coverage"], last["contributions"]) == (0.4, {"Q": None, "C": 40.0})
    assert last["possible_ranks"] == [1, 3]
    assert "NaN" not in out
    assert found["warnings"] == [
        "C2: “Zoë” has no mark on “Q”, so it is placed after the complete ones."
    ]


def test_table(capsys, tmp_path):
    path = written(tmp_path, "Criterion,Weight,日本,Acme,Beta,Cora\nQ,60,3,4,n/a,\nC,40,3,5,3,1\n")
    code, out, err = outcome(capsys, path)
    assert (code, err) == (0, [])
    assert out.splitlines()[:5] == [
        "Rank  Vendor                   Total  Q (60)  C (40)",
        "   1  Acme                      88.0    48.0    40.0",
        "  2=  日本                      60.0    36.0    24.0",
        "  2=  Beta                      60.0     N/A    60.0",
        "   –  Cora    8.0–68.0 (40 % marked)       ?     8.0",
    ]
    assert "Marks are on the scale 0–5 (recognised from the marks)." in out
    assert "Warning: F2: “Cora” has no mark on “Q”" in out


def test_scale(capsys, tmp_path):
    path = written(tmp_path, "Criterion,Weight,Acme,Beta\nQ,60,4,3\nC,40,5,3\n")
    code, out, _ = outcome(capsys, path, "--json", "--scale", "0-10")
    assert (code, json.loads(out)["vendors"][0]["total"]) == (0, 44.0)
    code, out, err = outcome(capsys, path, "--scale", "big")
    assert (code, out, err) == (
        2, "", ["“big” isn't a scale. Write the lowest and highest mark, like 0-10."],
    )  # fmt: skip


def test_one_line_per_problem_names_cell_and_value(capsys, tmp_path):
    path = written(tmp_path, 'Criterion,Weight,Acme, ACME\nQ,60,"go\nod",5\nC,\x1b[31m,3,-1\n')
    code, out, err = outcome(capsys, written(tmp_path, path.read_bytes().replace(b"\x1b", b"?")))
    assert (code, out) == (2, "")
    assert [line.split(":")[0] for line in err] == ["D1 “ACME”", "C2 “go od”", "B3 “?[31m”"]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "empty"),
        (b"%PDF-1.4", "PDF"),
        (b"\x00\x01\x02", "spreadsheet"),
        ("a,b\n1,2\n", "table"),
    ],
)
def test_files_that_are_no_scorecard(capsys, tmp_path, text, words):
    code, out, err = outcome(capsys, written(tmp_path, text), "--json")
    assert (code, out, len(err)) == (2, "", 1)
    assert words in err[0]


def test_files_that_cannot_be_read(capsys, tmp_path):
    for name, words in [
        (tmp_path / "none.csv", "There is no such file."),
        (tmp_path, "This is a folder, not a file."),
        ("a\x00b", "embedded null byte"),
        (OFFICES / "x.csv", "Not a directory"),
        (written(tmp_path, b"x" * (5 * 1024 * 1024 + 1)), "larger than 5 MB"),
    ]:
        code, out, err = outcome(capsys, name)
        assert (code, out, len(err)) == (2, "", 1)
        assert words in err[0]


def test_a_file_without_permission(capsys, monkeypatch):
    def refuse(*arguments):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", refuse)  # the tests may run as root, whom nothing is refused
    assert outcome(capsys, "a.csv") == (
        2,
        "",
        ["a.csv: This file can't be read: permission denied."],
    )


def test_a_process_without_any_database():
    done = run(OFFICES, "--json", DATABASE_URL="postgres://nobody@127.0.0.1:1/none")
    assert (done.returncode, done.stderr) == (0, b"")
    assert json.loads(done.stdout)["vendors"][0]["name"] == "Addison Square"


def test_standard_input_and_a_terminal_that_knows_no_accents():
    data = "Criterion,Weight,Zoë 🚀,Beta\nQ,60,4,3\nC,40,5,3\n".encode()
    plain = {"PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0", "LC_ALL": "C"}
    done = run("-", "--json", data=data, **plain)
    assert (done.returncode, done.stderr) == (0, b"")
    assert json.loads(done.stdout)["vendors"][0]["name"] == "Zoë 🚀"
    done = run("-", data=data, **plain)
    assert (done.returncode, done.stderr) == (0, b"")
    assert b"Zo? ?" in done.stdout
    done = run("-", data=data.replace(b",4,", ",gööd,".encode()), **plain)
    assert (done.returncode, done.stdout) == (2, b"")
    assert done.stderr.startswith(b"C2 ")
    assert done.stderr.count(b"\n") == 1


def test_bad_arguments():
    done = run()
    assert done.returncode == 2
    assert b"Traceback" not in done.stderr


def test_a_reader_that_leaves_early():
    reading, writing = os.pipe()
    os.close(reading)
    with os.fdopen(writing, "wb") as pipe:
        done = subprocess.run(
            [sys.executable, "manage.py", "rank_scorecard", str(OFFICES)],
            cwd=ROOT,
            stdout=pipe,
            stderr=subprocess.PIPE,
            check=False,
        )
    assert (done.returncode, done.stderr) == (1, b"")


def test_a_full_disk():
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(
            [sys.executable, "manage.py", "rank_scorecard", str(OFFICES)],
            cwd=ROOT,
            stdout=full,
            stderr=subprocess.PIPE,
            check=False,
        )
    assert (done.returncode, done.stderr) == (
        1,
        b"The ranking can't be written: No space left on device.\n",
    )
