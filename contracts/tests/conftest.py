"""What several tests of contracts stand on."""

from pathlib import Path
from typing import Any

import pytest


@pytest.fixture
def files(settings, tmp_path) -> Path:
    """A folder of files of its own for each test."""
    storage = settings.STORAGES["default"]
    options = {**storage["OPTIONS"], "location": tmp_path / "files"}
    settings.STORAGES = {**settings.STORAGES, "default": {**storage, "OPTIONS": options}}
    return tmp_path / "files"


@pytest.fixture
def woken(monkeypatch) -> list[tuple[Any, ...]]:
    """The broker is down: nothing is sent, only noted."""
    asked: list[tuple[Any, ...]] = []
    monkeypatch.setattr("core.jobs.wake", lambda *words: asked.append(words))
    return asked


@pytest.fixture
def signed_in(client, manager) -> Any:
    client.force_login(manager.user)
    return manager
