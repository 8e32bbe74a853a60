"""What several tests of contracts stand on."""

from typing import Any

import pytest


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
