"""Migrations match the models, and go forwards and backwards on the database of this run."""

import os
import sqlite3
import subprocess
import sys
import uuid
from collections.abc import Iterator
from contextlib import closing

import pytest
from django.db import connection

from outsourcing_portal.tests.processes import ROOT, portal_environment

APPS = ["core", "activity", "accounts", "vendors", "evaluations"]


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


def manage(*words: str, database: str, tmp_path) -> str:
    environment = portal_environment(DATABASE_URL=database, PORTAL_VAR=tmp_path / "var")
    done = subprocess.run(
        [sys.executable, "manage.py", *words],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_migrations_match_the_models(tmp_path):
    out = manage(
        "makemigrations", "--check", "--dry-run", database="sqlite://:memory:", tmp_path=tmp_path
    )
    assert out == "No changes detected\n"


def test_every_migration_goes_forwards_and_backwards(empty_database, tmp_path):
    where = {"database": empty_database, "tmp_path": tmp_path}
    assert "Applying accounts.0001_initial... OK" in manage("migrate", "--no-color", **where)
    assert "No migrations to apply" in manage("migrate", **where)
    for app in reversed(APPS):
        manage("migrate", app, "zero", **where)
    listed = manage("showmigrations", *APPS, **where)
    assert "[X]" not in listed
    assert "Applying evaluations.0001_initial... OK" in manage("migrate", "--no-color", **where)
    if empty_database.startswith("sqlite"):
        with closing(sqlite3.connect(empty_database.removeprefix("sqlite:///"))) as file:
            [mode] = file.execute("PRAGMA journal_mode").fetchone()
        assert mode == "wal"
