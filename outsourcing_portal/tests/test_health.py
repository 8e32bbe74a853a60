"""What is said, and how soon, when a part is away. Real parts: a closed port, a silent one, no file."""

import datetime as dt
import socket
import subprocess
import sys
import time

import pytest
from django.conf import settings
from django.utils import timezone
from pytest_django.asserts import assertContains

from activity.models import OutgoingMail
from outsourcing_portal.tests.processes import ROOT, portal_environment

OK = {"ready": True, "database": "ok", "broker": "ok", "mail": "ok"}
ASK = """
import os, sys
os.environ["DJANGO_SETTINGS_MODULE"] = "outsourcing_portal.settings"
import django
django.setup()
from django.test import Client
client = Client(raise_request_exception=False, SERVER_NAME="127.0.0.1")
for path in sys.argv[1:]:
    if path.startswith("/o/"):
        client.cookies["sessionid"] = "0123456789abcdefghijklmnopqrstuv"
    answer = client.get(path)
    print(path, answer.status_code, answer.headers.get("Retry-After", "-"))
    print(answer.content.decode())
"""


def ask_without_database(*paths: str, tmp_path) -> str:
    """A portal of its own whose PostgreSQL does not answer; organizations are asked for with a session."""
    own = {"PORTAL_VAR": str(tmp_path), "DATABASE_URL": "postgres://portal@127.0.0.1:1/portal"}
    done = subprocess.run(
        [sys.executable, "-c", ASK, *paths],
        cwd=ROOT,
        env=portal_environment(**own),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_alive_touches_nothing(client, db, django_assert_num_queries):
    with django_assert_num_queries(0):
        response = client.get("/healthz")
    assert (response.status_code, response.content) == (200, b"ok\n")


def test_ready_says_so_for_each_part(client, db):
    response = client.get("/readyz")
    assert (response.status_code, response.json()) == (200, OK)
    assert "no-store" in response.headers["Cache-Control"]


def test_mail_that_waits_too_long_is_told(client, db):
    mail = OutgoingMail.objects.create(to="a@b.example", subject="s", text="t", key="k")
    assert client.get("/readyz").json() == OK
    mail.due_at = timezone.now() - dt.timedelta(minutes=16)
    mail.save()
    response = client.get("/readyz")
    assert (response.status_code, response.json()) == (503, OK | {"ready": False, "mail": "late"})


@pytest.mark.parametrize("silent", [False, True], ids=["stopped", "frozen"])
def test_a_broker_that_is_away_is_told_soon(client, db, settings, silent):
    with socket.socket() as port:
        port.bind(("127.0.0.1", 0))
        if silent:
            port.listen()
        settings.CELERY_BROKER_URL = f"redis://127.0.0.1:{port.getsockname()[1]}/0"
        settings.CELERY_BROKER_TRANSPORT_OPTIONS = {
            "socket_timeout": 1,
            "socket_connect_timeout": 1,
        }
        started = time.monotonic()
        response = client.get("/readyz")
    assert (response.status_code, response.json()) == (503, OK | {"ready": False, "broker": "away"})
    assert time.monotonic() - started < 5


def test_a_database_that_is_away_is_a_readable_503_everywhere(tmp_path):
    """Also where the database is first asked outside the view: who is signed in."""
    out = ask_without_database(
        "/healthz", "/readyz", "/o/acme/", "/o/acme/activity/", tmp_path=tmp_path
    )
    assert "/healthz 200" in out
    assert "/readyz 503" in out
    assert '"database": "away"' in out
    for path in ("/o/acme/", "/o/acme/activity/"):
        assert f"{path} 503 10" in out
    assert out.count("The database can’t be reached just now") == 2
    assert "Traceback" not in out
    assert "OperationalError" not in out


def test_pages_work_while_redis_is_away(client, settings, admin):
    settings.CACHES = {
        "default": {
            "BACKEND": "core.cache.ForgivingRedisCache",
            "LOCATION": "redis://127.0.0.1:1/0",
        }
    }
    assertContains(client.get("/accounts/login/"), "Sign in")
    client.force_login(admin.user)
    assertContains(client.get("/o/acme/settings/members/"), "ada@acme.example")


def test_the_broker_is_the_one_that_the_run_was_given():
    assert (settings.REDIS_URL or "filesystem://localhost//") == settings.CELERY_BROKER_URL
