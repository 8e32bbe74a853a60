"""Migrations match the models, and go forwards and backwards on the database of this run."""

import os
import subprocess
import sys
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import connection

from outsourcing_portal.tests.processes import ROOT, portal_environment

APPS = [
    "core",
    "activity",
    "accounts",
    "planning",
    "vendors",
    "evaluations",
    "contracts",
    "reviews",
]


@pytest.fixture
def empty_database(transactional_db, tmp_path) -> Iterator[str]:
    """The address of a new database of the same kind as the one of this run."""
    if connection.vendor == "sqlite":
        yield f"sqlite:///{tmp_path}/empty.sqlite3"
        return
    name = f"migrations_{uuid.uuid4().hex}"
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE DATABASE {name}")
    yield f"{os.environ['DATABASE_URL'].rpartition('/')[0]}/{name}"
    with connection.cursor() as cursor:
        cursor.execute(f"DROP DATABASE {name} WITH (FORCE)")


BOTH_WAYS = f"""
import django
django.setup()
from django.core.management import call_command
from django.db import connection
call_command("migrate", no_color=True)
call_command("migrate", no_color=True)
for app in {APPS}:  # the lower ones take the higher ones along, in one plan
    call_command("migrate", app, "zero", verbosity=0)
call_command("showmigrations", *{APPS}, no_color=True)
print("TABLES LEFT", [t for t in connection.introspection.table_names() if t.split("_")[0] in {APPS}])
"""


def run(*words: str, database: str, tmp_path: Path) -> str:
    environment = portal_environment(
        DATABASE_URL=database,
        PORTAL_VAR=tmp_path / "var",
        DJANGO_SETTINGS_MODULE="outsourcing_portal.settings",
    )
    done = subprocess.run(
        [sys.executable, *words],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=400,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_migrations_match_the_models(tmp_path):
    words = ["manage.py", "makemigrations", "--check", "--dry-run"]
    out = run(*words, database="sqlite://:memory:", tmp_path=tmp_path)
    assert out == "No changes detected\n"


def test_every_migration_goes_forwards_and_backwards(empty_database, tmp_path):
    out = run("-c", BOTH_WAYS, database=empty_database, tmp_path=tmp_path)
    assert out.count("Applying accounts.0001_initial... OK") == 1
    assert out.count("Applying evaluations.0001_initial... OK") == 1
    assert out.count("No migrations to apply") == 1
    assert "[X]" not in out
    assert "TABLES LEFT []" in out
