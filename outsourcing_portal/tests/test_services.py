"""The servers of a test run: real, private, and gone afterwards, whatever happens."""

import subprocess
import sys
from urllib.parse import urlsplit

import psycopg2
import redis as redis_client

from outsourcing_portal import services
from outsourcing_portal.processes import temporary_folder, try_lock
from outsourcing_portal.tests.processes import ROOT, eventually, is_open, processes_with

HOLD_BOTH = """
import sys
from outsourcing_portal import services
with services.postgres() as database, services.redis() as broker:
    print(database, broker, flush=True)
    sys.stdin.read()
"""


def test_postgres_is_real_and_gone_afterwards():
    with services.postgres() as url:
        connection = psycopg2.connect(url)
        with connection.cursor() as cursor:
            cursor.execute("SELECT lower('ÄRGER'), current_setting('server_encoding')")
            assert cursor.fetchone() == ("ärger", "UTF8")
        connection.close()
    assert not is_open(urlsplit(url).port)


def test_redis_is_real_and_gone_afterwards():
    with services.redis() as url:
        client = redis_client.Redis.from_url(url)
        client.set("key", "value")
        assert client.get("key") == b"value"
        client.close()
    assert not is_open(urlsplit(url).port)


def test_two_at_once_do_not_meet():
    with services.redis() as one, services.redis() as other:
        assert one != other


def test_nothing_is_left_after_kill_9():
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLD_BOTH],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    ports = [urlsplit(url).port for url in holder.stdout.readline().split()]
    assert [is_open(port) for port in ports] == [True, True]

    holder.kill()
    holder.communicate()

    assert eventually(lambda: not any(map(is_open, ports)))
    assert eventually(lambda: not processes_with(f"port={ports[0]}"))
    assert eventually(lambda: not processes_with(f"--port\0{ports[1]}"))


def test_folders_of_killed_runs_are_cleared(tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    left = tmp_path / "some-left"
    left.mkdir()
    (left / "lock").touch()
    with temporary_folder("some-") as mine, temporary_folder("some-") as other:
        assert not left.exists()
        assert mine.is_dir()
        assert other.is_dir()
    assert list(tmp_path.iterdir()) == []


def test_a_lock_is_held_once(tmp_path):
    held = try_lock(tmp_path / "lock")
    assert try_lock(tmp_path / "lock") is None
    held.close()
    again = try_lock(tmp_path / "lock")
    assert again is not None
    again.close()
