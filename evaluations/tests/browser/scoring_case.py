"""What the journeys through scoring share: signing in, finding a cell, what is stored."""

from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.test import Client
from playwright.sync_api import expect

from core.tenancy import ALL, organization_scope
from evaluations.models import Score, Scorecard

CRITERIA = [
    {"name": "Insured", "kind": "gate", "worst": 0, "best": 1, "anchors": []},
    {"name": "Quality", "question": "How good is it?"},
    {"name": "Hours", "kind": "measured", "worst": 24, "best": 2, "unit": "h", "anchors": []},
    "Cost",
]


def sign_in(context, live_server, member) -> None:
    client = Client()
    client.force_login(member.user)
    session = client.cookies[settings.SESSION_COOKIE_NAME].value
    context.add_cookies(
        [{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": live_server.url}]
    )


def cell(page, candidate: str, criterion: str):
    role = "combobox" if criterion == "Insured" else "textbox"
    return page.get_by_role(role, name=f"{criterion} {candidate}", exact=True)


@organization_scope(ALL)
def stored() -> dict[tuple[str, str], tuple]:
    return {
        (score.candidate.name, score.criterion.name): (
            "N/A" if score.not_applicable else score.mark,
            score.evidence,
            score.comment,
        )
        for score in Score.objects.select_related("candidate", "criterion")
    }


@organization_scope(ALL)
def card() -> Scorecard:
    return Scorecard.objects.select_related("evaluation").get()


def all_saved(page) -> None:
    expect(page.locator("[data-save-state]")).to_have_text("All saved")


def no_serious_finding(page) -> None:
    found = Axe().run(page).response["violations"]
    serious = [f for f in found if f["impact"] in {"serious", "critical"}]
    assert [(f["id"], [n["html"] for n in f["nodes"]][:3]) for f in serious] == []
