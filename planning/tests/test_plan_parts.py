"""The lists of a plan: edited as a whole, moved, refused, stale; growth; who may; what is told of it."""

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest

from activity.models import LogEntry
from core.tenancy import ALL, organization_scope
from planning import plan_words
from planning.models import OutsourcingPlan
from planning.plan_lists import GOALS, LISTS, RISKS
from planning.tests.part_case import address, draft, fresh, posted

GOAL = {
    "text": "Quicker answers",
    "measure": "First response",
    "comparator": "at_most",
    "target": "30",
    "unit": "minutes",
    "today": "",
    "due_on": "2030-01-31",
    "source": "Ticket system",
}
ROWS: dict[str, dict[str, Any]] = {
    "goals": GOAL,
    "requirements": {
        "part": "qualification",
        "text": "Certified people",
        "is_must": "on",
        "credential": "certificate",
        "credential_name": "ISO/IEC 27001",
        "proof": "The certificate",
    },
    "training": {"topic": "Our products", "hours": "7.5", "week": "-2"},
    "surveys": {"audience": "employees", "every": "quarter", "first_month": "3", "about": ""},
    "communication": {"purpose": "Outages", "channel": "Phone"},
    "risks": {"text": "We can’t leave", "kind": "lock_in", "likelihood": "2", "impact": "3"},
}


@pytest.fixture
def plan(manager) -> OutsourcingPlan:
    return draft(manager)


@organization_scope(ALL)
def texts(plan: OutsourcingPlan, key: str = "goals") -> list[str]:
    rows = getattr(fresh(plan), key).order_by("position")
    return [str(row) for row in rows]


@organization_scope(ALL)
def verbs() -> list[str]:
    return list(LogEntry.objects.order_by("pk").values_list("verb", flat=True))


@pytest.mark.parametrize("part", LISTS, ids=lambda part: part.key)
def test_each_list_is_written_shown_again_and_told(client, manager, plan, part):
    client.force_login(manager.user)
    page = address(plan, f"{part.key}/")
    assert client.get(page).status_code == 200
    response = client.post(page, posted(plan, ROWS[part.key]))
    assert response.url == f"{address(plan)}#{part.key}"
    assert len(texts(plan, part.key)) == 1
    shown = client.get(page).context["editor"]
    assert [row.heading for row in shown.rows] != ["New line"]
    # The same again is no change, and no line in the trail.
    client.post(page, posted(plan, ROWS[part.key]))
    assert fresh(plan).version == 2
    assert verbs() == [f"plan.{part.key}_changed"]


def test_a_goal_keeps_numbers_as_they_are_and_what_is_not_known_is_not_zero(client, manager, plan):
    client.force_login(manager.user)
    client.post(address(plan, "goals/"), posted(plan, GOAL))
    with organization_scope(ALL):
        line = GOALS.stored(fresh(plan))[0]
    assert (line["target"], line["today"], line["due_on"]) == (
        Decimal(30),
        None,
        dt.date(2030, 1, 31),
    )
    assert GOALS.in_words(line) == (
        "Quicker answers · First response · at most · 30 · minutes · 2030-01-31 · Ticket system"
    )


def test_buttons_add_move_and_remove_lines_without_storing(client, manager, plan):
    client.force_login(manager.user)
    page = address(plan, "communication/")
    two = ({"purpose": "Outages"}, {"purpose": "Report"})

    def headings(do: str, *rows: dict[str, str]) -> list[str]:
        response = client.post(page, posted(plan, *rows, do=do))
        assert response.status_code == 200
        return [row.heading for row in response.context["editor"].rows]

    assert headings("down-0", *two) == ["Report", "Outages"]
    assert headings("up-0", *two) == ["Outages", "Report"]
    assert headings("remove-0", *two) == ["Report"]
    assert headings("remove-0", two[0]) == ["New line"]
    assert headings("add", *two) == ["Outages", "Report", "New line"]
    assert headings("offer-complaint", *two, {"purpose": " "})[2:] == ["Complaints and escalation"]
    assert headings("offer-nonsense", two[0]) == ["Outages"]
    assert headings("up-99", *two) == headings("up-x", *two) == ["Outages", "Report"]
    assert texts(plan, "communication") == []
    client.post(page, posted(plan, *two[::-1], {"purpose": " ", "roles": ""}))
    assert texts(plan, "communication") == ["Report", "Outages"]


def test_a_wrong_line_is_said_where_it_is_and_nothing_is_stored(client, manager, plan):
    client.force_login(manager.user)
    wrong = {**GOAL, "target": "many", "due_on": ""}
    response = client.post(address(plan, "goals/"), posted(plan, GOAL, wrong))
    assert response.status_code == 422
    first, second = response.context["editor"].rows
    assert not first.errors
    assert set(second.errors) == {"target", "due_on"}
    assert texts(plan) == []
    twice = posted(plan, ROWS["surveys"], {**ROWS["surveys"], "every": "year"})
    response = client.post(address(plan, "surveys/"), twice)
    assert set(response.context["editor"].rows[1].errors) == {"audience"}
    many = posted(plan, *[{"purpose": f"Talk {at}"} for at in range(41)])
    response = client.post(address(plan, "communication/"), many)
    assert response.status_code == 422
    assert "at most 40 fit" in response.content.decode()
    paper = {**ROWS["requirements"], "credential": ""}
    response = client.post(address(plan, "requirements/"), posted(plan, paper))
    assert set(response.context["editor"].rows[0].errors) == {"credential"}


def test_a_stale_list_shows_both_and_the_next_sending_counts(client, manager, plan):
    client.force_login(manager.user)
    page, mine = address(plan, "goals/"), posted(plan, {**GOAL, "text": "Mine"})
    client.post(page, posted(plan, {**GOAL, "text": "Theirs"}))
    response = client.post(page, mine)
    assert response.status_code == 409
    [(_, stored, written)] = response.context["differing"]
    assert (stored[:6], written[:4]) == ("Theirs", "Mine")
    assert texts(plan) == ["Theirs"]
    response = client.post(page, mine | {"version": response.context["form"]["version"].value()})
    assert response.status_code == 302
    assert texts(plan) == ["Mine"]


def test_what_is_no_draft_stays_as_it_is(client, manager, plan):
    client.force_login(manager.user)
    with organization_scope(ALL):
        OutsourcingPlan.objects.filter(pk=plan.pk).update(state="dropped")
    for part in ("goals/", "growth/"):
        assert client.get(address(plan, part)).url == address(plan)
    response = client.post(address(plan, "goals/"), posted(plan, GOAL))
    assert response.status_code == 422
    assert "This plan is not pursued" in response.content.decode()
    assert texts(plan) == []


def test_only_who_may_edit_plans_comes_in(client, plan, viewer, outsider):
    page = address(plan, "goals/")
    assert "/accounts/login/" in client.get(page).url
    client.force_login(viewer.user)
    assert client.get(page).status_code == 403
    assert client.post(page, posted(plan, GOAL)).status_code == 403
    client.force_login(outsider.user)
    assert client.get(page).status_code == 404
    assert texts(plan) == []


def test_a_risk_is_watched_by_one_of_us_and_costs_no_query_more(
    client, manager, owner, outsider, plan, django_assert_max_num_queries
):
    client.force_login(manager.user)
    page, risk = address(plan, "risks/"), ROWS["risks"]
    client.post(page, posted(plan, *[{**risk, "owner": owner.pk}] * 30))
    with organization_scope(ALL):
        assert {line["owner"] for line in RISKS.stored(fresh(plan))} == {owner}
    with django_assert_max_num_queries(12):
        assert client.get(page).status_code == 200
    response = client.post(page, posted(plan, {**risk, "owner": outsider.pk}))
    assert set(response.context["editor"].rows[0].errors) == {"owner"}
    # Somebody who left goes on being named until somebody else is.
    owner.ended_at = "2026-01-01T00:00Z"
    owner.save()
    client.post(page, posted(plan, {**risk, "owner": owner.pk}))
    assert texts(plan, "risks") == ["We can’t leave"]


def test_growth_is_kept_as_said_and_rises_from_low_to_high(client, manager, plan):
    client.force_login(manager.user)
    page = address(plan, "growth/")
    said = {"users_low": "18", "users_base": "", "users_high": "32.50", "growth_note": "Hiring"}
    response = client.post(page, {**said, "version": 1})
    assert response.url == f"{address(plan)}#growth"
    stored = fresh(plan)
    assert stored.growth == {"users": {"low": "18", "high": "32.50"}}
    rows = plan_words.growth_rows(stored.growth, plan_words.service_counts(stored.service))
    assert rows[0] == plan_words.Growth(
        "users", "Users", Decimal(20), Decimal(18), None, Decimal("32.50")
    )
    wrong = client.post(page, {"users_low": "40", "users_high": "32", "version": 2})
    assert wrong.status_code == 422
    assert set(wrong.context["form"].errors) == {"users_high"}
    stale = client.post(page, {**said, "users_high": "50", "version": 1})
    assert stale.status_code == 409
    assert stale.context["differing"] == [("Users, high", "32.5", "50")]
    assert fresh(plan).growth == {"users": {"low": "18", "high": "32.50"}}


@pytest.mark.parametrize(
    ("likelihood", "impact", "label"),
    [
        (None, 3, "Not judged yet"),
        (1, 1, "Low"),
        (1, 3, "Medium"),
        (2, 2, "Medium"),
        (2, 3, "High"),
        (3, 3, "High"),
    ],
)
def test_how_serious_a_risk_is(likelihood, impact, label):
    assert plan_words.severity(likelihood, impact).label == label


@pytest.mark.parametrize(
    ("value", "text"),
    [("95.0000", "95"), ("0.5000", "0.5"), ("1200", "1,200"), ("1E+3", "1,000"), ("-2.10", "-2.1")],
)
def test_numbers_read_as_people_write_them(value, text):
    assert plan_words.number_text(Decimal(value)) == text
    assert plan_words.number_text(None) == ""
