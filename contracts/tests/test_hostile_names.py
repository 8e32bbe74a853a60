"""Whatever people call things: no page about contracts or their days takes it for HTML."""

from typing import Any

import pytest
from django.db.models import CharField, TextField
from django.urls import get_resolver, reverse

from activity import models as activity
from contracts import models as contracts
from core.tenancy import ALL, organization_scope
from outsourcing_portal.tests.world import ROWS, World
from vendors import models as vendors

NAME = """\"><img src=x onerror=alert(1)>'&"""
WRITTEN = {"title", "name", "sentence", "note", "notes", "reason", "reference", "text", "label"}
WRITTEN |= {"place", "kept_at", "owner_name", "audience", "filename", "purpose", "triggers"}


def call_everything_so() -> None:
    models: list[Any] = [getattr(contracts, name) for name in contracts.__all__]
    for model in [
        *models,
        activity.WatchedDate,
        activity.Reminder,
        vendors.Vendor,
        vendors.Contact,
    ]:
        fields = [f for f in model._meta.concrete_fields if isinstance(f, CharField | TextField)]
        names = [f.name for f in fields if f.name in WRITTEN]
        model.objects.update(**dict.fromkeys(names, NAME))
    contracts.Contract.objects.update(services=[NAME])


def pages(world: World) -> list[str]:
    """Every address of these apps that the world has a row for."""
    found = []
    for app in ("contracts", "dashboard"):
        names = get_resolver().namespace_dict[app][1].reverse_dict
        for name in [one for one in names if isinstance(one, str)]:
            parts = set(names.getlist(name)[0][0][0][1]) - {"org"}
            if parts <= ROWS.keys():
                at = {part: ROWS[part](world) for part in parts}
                found.append(reverse(f"{app}:{name}", kwargs={"org": "acme", **at}))
    return found


@pytest.mark.once
@pytest.mark.parametrize("state", ["setup", "signed"])
def test_no_name_is_taken_for_html(client, acme, owner, state):
    with organization_scope(ALL):
        world = World(acme, owner, state)
        asked = pages(world)
        call_everything_so()
    client.force_login(owner.user)
    shown = 0
    for url in asked:
        answer = client.get(url)
        if answer.status_code == 200 and "text/html" in answer.headers["Content-Type"]:
            body = answer.content.decode()
            assert "<img src=x" not in body, url
            shown += "&lt;img src=x" in body
    assert shown > 30
