"""./portal as a person uses it: real processes, real ports, real signals."""

import http.client
import re
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import venv
from contextlib import closing, contextmanager

import pytest

from outsourcing_portal.tests.processes import (
    ROOT,
    eventually,
    free_port,
    is_open,
    portal,
    portal_environment,
    processes_with,
)


class RunningPortal:
    """./portal up in a data folder of its own."""

    def __init__(self, var, port):
        self.process = subprocess.Popen(
            [ROOT / "portal", "up"],
            cwd="/",
            env=portal_environment(PORTAL_VAR=var, PORT=port),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self.first_line = self.process.stdout.readline()

    def end(self, how):
        """Send the signal; give the exit code and what was printed after the first line."""
        self.process.send_signal(how)
        rest, _ = self.process.communicate(timeout=40)
        return self.process.returncode, rest


@contextmanager
def running_portal(var, port):
    started = RunningPortal(var, port)
    try:
        yield started
    finally:
        started.process.kill()
        started.process.communicate()


def status_of(port, path):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    with closing(connection):
        connection.request("GET", path)
        return connection.getresponse().status


def test_up_answers_stops_cleanly_and_keeps_the_data(tmp_path):
    var, port = tmp_path / "var", free_port()
    with running_portal(var, port) as up:
        assert up.first_line == f"Ready: http://127.0.0.1:{port}\n"
        assert status_of(port, "/healthz") == 200
        assert eventually(lambda: len(processes_with(str(var))) >= 5)  # up, web and two, worker
        assert (var / "secret_key").stat().st_mode & 0o777 == 0o600
        key = (var / "secret_key").read_text()

        second = portal("up", PORTAL_VAR=var, PORT=free_port())
        assert second.returncode == 1
        assert second.stderr == (
            f"portal: The portal is already running on {var} (http://127.0.0.1:{port}, process "
            f"{up.process.pid}). Stop that one first.\n"
        )

        code, rest = up.end(signal.SIGTERM)
    assert code == 0
    assert "Ready" not in rest
    assert "Traceback" not in rest
    assert processes_with(str(var)) == []
    assert not is_open(port)

    with closing(sqlite3.connect(var / "portal.sqlite3")) as database, database:
        database.execute("CREATE TABLE kept (word TEXT)")
    with running_portal(var, port) as up:
        assert up.first_line == f"Ready: http://127.0.0.1:{port}\n"
        assert (var / "secret_key").read_text() == key
        with closing(sqlite3.connect(var / "portal.sqlite3")) as database:
            assert database.execute("SELECT count(*) FROM kept").fetchone() == (0,)

        up.end(signal.SIGKILL)
        assert eventually(lambda: processes_with(str(var)) == [])
    when_the_worker_dies_everything_stops_and_says_so(var)


def when_the_worker_dies_everything_stops_and_says_so(var):
    """Part of the test above, so that its folder need not be filled once more."""
    with running_portal(var, free_port()) as up:
        assert up.first_line.startswith("Ready")
        subprocess.run(["pkill", "-KILL", "-P", str(up.process.pid), "-f", "celery"], check=True)
        rest, _ = up.process.communicate(timeout=40)
    assert up.process.returncode == 1
    assert "portal: The worker process ended. The end of " in rest
    assert processes_with(str(var)) == []


def test_a_port_in_use_is_one_clear_line(tmp_path):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        refused = portal("up", PORTAL_VAR=tmp_path / "var", PORT=port)
    assert refused.returncode == 1
    assert refused.stderr == (
        f"portal: Port {port} can't be used (Address already in use). "
        f"Choose another: PORT={port % 65535 + 1} ./portal up\n"
    )


@pytest.mark.parametrize("port", ["0", "65536", "-1", "eighty", "８０"])
def test_a_wrong_port_is_one_clear_line(tmp_path, port):
    refused = portal("up", PORTAL_VAR=tmp_path / "var", PORT=port)
    assert refused.returncode == 1
    assert refused.stderr == (f"portal: PORT must be a number from 1 to 65535, not {port!r}.\n")


def test_an_unwritable_data_folder_is_one_clear_line(tmp_path):
    (tmp_path / "file").touch()
    refused = portal("up", PORTAL_VAR=tmp_path / "file" / "var", PORT=free_port())
    assert refused.returncode == 1
    assert refused.stderr == (
        f"portal: The data folder {tmp_path}/file/var can't be written: Not a directory.\n"
    )


def test_a_database_that_is_away_is_one_clear_message(tmp_path):
    refused = portal(
        "up",
        PORTAL_VAR=tmp_path / "var",
        PORT=free_port(),
        DATABASE_URL=f"postgres://nobody@127.0.0.1:{free_port()}/none",
    )
    assert refused.returncode == 1
    assert refused.stderr.startswith("portal: The database can't be used: ")
    assert "Traceback" not in refused.stderr


def test_wrong_settings_are_one_clear_line(tmp_path):
    refused = portal(
        "up", PORTAL_VAR=tmp_path / "var", PORT=free_port(), PORTAL_PUBLIC_URL="portal.example"
    )
    assert refused.returncode == 1
    assert refused.stderr.startswith("portal: The settings are wrong: PORTAL_PUBLIC_URL must")
    assert refused.stderr.count("\n") == 1


def test_help_names_every_command_and_an_unknown_one_is_refused():
    told = portal("help")
    assert told.returncode == 0
    assert re.findall(r"^  (\w+)", told.stdout, re.MULTILINE) == [
        "up", "test", "check", "bench", "manage", "help"
    ]  # fmt: skip
    refused = portal("fly")
    assert refused.returncode == 1
    assert refused.stderr == "portal: There is no command 'fly'. ./portal help lists them.\n"


def test_an_activated_environment_is_not_touched(tmp_path):
    venv.create(tmp_path / "mine", with_pip=False)
    before = sorted(tmp_path.rglob("*"))
    refused = portal("manage", "check", VIRTUAL_ENV=tmp_path / "mine", PYTHONDONTWRITEBYTECODE=1)
    assert refused.returncode == 1
    assert refused.stderr.startswith(
        f"portal: The active virtual environment {tmp_path}/mine lacks the pinned amqp, "
    )
    assert sorted(tmp_path.rglob("*")) == before


@pytest.fixture
def small_project(tmp_path):
    """A project with empty locks, so that installing needs no network."""
    shutil.copy(ROOT / "portal", tmp_path)
    (tmp_path / "requirements.lock").write_text("# none\n")
    (tmp_path / "requirements-dev.lock").write_text("# none, dev\n")
    (tmp_path / "manage.py").write_text("import sys; print(sys.prefix, sys.argv[1:])\n")
    return tmp_path


def bare_environment():
    return {k: v for k, v in portal_environment().items() if k != "VIRTUAL_ENV"}


def test_the_environment_is_built_once_and_repaired(small_project):
    def manage():
        command = [sys.executable, small_project / "portal", "manage", "hello", "you"]
        return subprocess.Popen(
            command,
            env=bare_environment(),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    inside = f"{small_project}/.venv ['hello', 'you']\n"
    installing = "Installing the packages of requirements.lock (only once) ...\n"
    waiting = "Another ./portal is installing the packages; waiting for it ...\n"

    # Two at the same time: one installs, the other waits.
    told = sorted(one.communicate(timeout=100)[0] for one in [manage(), manage()])
    assert told == [waiting + inside, installing + inside]

    assert manage().communicate(timeout=100) == (inside, "")

    # An install that was cut short: everything is made anew.
    (small_project / ".venv" / ".portal-runtime").unlink()
    (small_project / ".venv" / ".portal-unfinished").touch()
    (small_project / ".venv" / "half a package").touch()
    assert manage().communicate(timeout=100)[0] == installing + inside
    assert not (small_project / ".venv" / "half a package").exists()
    assert manage().communicate(timeout=100)[0] == inside
