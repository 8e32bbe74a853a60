"""Goals of the outsourcing plan in reviews: asked, judged, frozen, verified, and no more reminded of."""

import datetime as dt
import json
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone

from activity.actions.watching import watch_days
from activity.models import LogEntry, WatchedDate
from activity.records import freeze
from contracts.models import Contract
from core.tenancy import ALL, organization_scope
from evaluations.models import Award, Evaluation
from planning.goal_days import goal_days
from planning.models import Goal, OutsourcingPlan, Service
from reviews import goals, verifying
from reviews.actions import closing
from reviews.goals import result_lines
from reviews.models import GoalCheck, Review
from reviews.result_page import read_result
from reviews.review_rows import RELATED
from reviews.tests import review_case
from reviews.tests.review_case import AREA


@organization_scope(ALL)
def planned(contract: Contract, by: Any) -> list[Goal]:
    """The contract follows an award of an evaluation that began with a plan of two goals."""
    own = {"organization": contract.organization}
    service = Service.objects.create(**own, name="Help desk", name_key="help desk")
    plan = OutsourcingPlan.objects.create(
        **own, service=service, title="Help desk", manager=by, currency="EUR", created_by=by
    )
    evaluation = Evaluation.objects.create(**own, title="Desk", plan=plan, created_by=by)
    candidate = evaluation.candidates.create(**own, vendor=contract.vendor)
    award = Award.objects.create(
        **own, evaluation=evaluation, winner=candidate, currency="EUR", created_by=by
    )
    Contract.objects.filter(pk=contract.pk).update(award=award)
    first = review_case.quarter(1).last_on
    said = [
        ("Quicker answers", "at_most", "30", "minutes", first - dt.timedelta(days=9)),
        ("Content staff", "at_least", "80", "%", first + dt.timedelta(days=365)),
    ]
    found = [
        Goal.objects.create(
            **own,
            plan=plan,
            position=at,
            text=text,
            measure="As counted",
            comparator=comparator,
            target=Decimal(target),
            unit=unit,
            due_on=due_on,
            source="Ticket system",
        )
        for at, (text, comparator, target, unit, due_on) in enumerate(said, 1)
    ]
    plan.record = freeze(by=by, kind="plan", subject=plan, content={})
    plan.state, plan.approved_at = "approved", timezone.now()
    plan.save()
    watch_days(days=goal_days(plan))
    return found


@pytest.fixture
def review(acme, manager, owner) -> Review:
    return review_case.review_of(review_case.running(manager, owner))


@pytest.fixture
def asked(review, manager) -> list[Goal]:
    return planned(review.contract, manager)


def save(client: Any, review: Review, goal: Goal, value: str, **more: Any) -> Any:
    body = {"value": value, "note": "", "version": 0, **more}
    return client.post(f"{AREA}{review.pk}/goals/{goal.pk}/", body)


@organization_scope(ALL)
def fresh(review: Review) -> Review:
    found: Review = Review.objects.select_related(*RELATED).get(pk=review.pk)
    return found


@organization_scope(ALL)
def watched() -> set[str]:
    rows = WatchedDate.objects.filter(kind="goal.due", settled_at=None)
    return set(rows.values_list("title", flat=True))


@pytest.mark.parametrize(
    ("value", "comparator", "days", "state"),
    [
        (None, "at_least", -1, "not_said"),
        ("80", "at_least", -1, "reached"),
        ("79.9", "at_least", 1, "on_the_way"),
        ("79.9", "at_least", 0, "missed"),
        ("80", "at_most", 1, "reached"),
        ("80.1", "at_most", -1, "missed"),
        ("0", "at_most", -1, "reached"),
    ],
)
def test_how_a_goal_stands(value, comparator, days, state):
    number = None if value is None else Decimal(value)
    on = dt.date(2026, 3, 31)
    due_on = on + dt.timedelta(days=days)
    assert goals.state_of(number, comparator, Decimal(80), due_on, on) == state


def test_goals_are_asked_saved_told_and_frozen(client, manager, review, asked):
    client.force_login(manager.user)
    quick, content = asked
    page = client.get(f"{AREA}{review.pk}/record/").content.decode()
    assert "Quicker answers" in page
    assert "at most 30" in page
    assert save(client, review, quick, "45", note="Summer").url.endswith(f"record/#goal-{quick.pk}")
    # A second time it is the same; somebody else's page shows both.
    assert save(client, review, quick, "45", note="Summer").status_code == 302
    stale = save(client, review, quick, "20")
    assert stale.status_code == 409
    assert stale.context["differing"] == [("Value", "45", "20"), ("Note", "Summer", "")]
    wrong = save(client, review, quick, "soon", version=1)
    assert wrong.status_code == 422
    assert "Write a number" in wrong.content.decode()
    assert save(client, review, content, "81.5").status_code == 302
    with organization_scope(ALL):
        stored = {row.goal_id: row.value for row in GoalCheck.objects.all()}
        verbs = LogEntry.objects.filter(verb="review.goal_checked").count()
    assert (stored, verbs) == ({quick.pk: Decimal(45), content.pk: Decimal("81.5")}, 2)
    # Looked at after its day, or reached before it: nobody is reminded any more.
    assert watched() == set()
    for name, mark in (("Quality", "4"), ("Cost", "3"), ("Insured", "1")):
        review_case.mark(review, name, mark, manager)
    with organization_scope(ALL):
        closed = closing.close_review(review=fresh(review), by=manager)
    found = fresh(closed)
    with organization_scope(ALL):
        kept = json.loads(found.record.content)["goals"]
        assert [(row["text"], row["value"], row["note"]) for row in kept] == [
            ("Quicker answers", "45", "Summer"),
            ("Content staff", "81.5", ""),
        ]
        assert dict(read_result(found).sections)["Goals of the plan"] == [
            "1 of 2 goals is reached.",
            "Quicker answers: 45\N{NO-BREAK SPACE}minutes, wanted at most 30\N{NO-BREAK SPACE}minutes",
        ]
        assert verifying.verify(found).identical
        GoalCheck.objects.filter(goal=quick).update(value=20)
        assert verifying.verify(found).count == 1
    page = client.get(f"{AREA}{review.pk}/").content.decode()
    assert "Not reached" in page
    assert save(client, review, quick, "20", version=1).status_code == 422


def test_what_is_on_the_way_is_still_watched_and_an_empty_number_is_not_said(
    client, manager, review, asked
):
    client.force_login(manager.user)
    quick, content = asked
    assert watched() == {"Goal: Quicker answers", "Goal: Content staff"}
    save(client, review, content, "60")
    assert "Goal: Content staff" in watched()
    save(client, review, quick, "")
    with organization_scope(ALL):
        assert not GoalCheck.objects.filter(goal=quick).exists()
        assert not goals.seen_through(quick.plan_id)
    save(client, review, content, "", version=1)
    with organization_scope(ALL):
        [row] = goals.of_review(fresh(review))[1:]
    assert (row.value, row.state) == (None, "not_said")


def test_goals_of_others_are_nobodys(client, manager, viewer, outsider, review, asked):
    quick = asked[0]
    client.force_login(viewer.user)
    assert save(client, review, quick, "1").status_code == 403
    client.force_login(outsider.user)
    assert save(client, review, quick, "1").status_code == 404
    client.force_login(manager.user)
    assert save(client, review, Goal(pk=0), "1").status_code == 404
    with organization_scope(ALL):
        Contract.objects.filter(pk=review.contract_id).update(award=None)
    assert save(client, review, quick, "1").status_code == 404
    assert "Goals of the plan" not in client.get(f"{AREA}{review.pk}/record/").content.decode()


@pytest.mark.parametrize(
    ("unit", "line"),
    [
        ("EUR a month", "Cheaper: not reached"),
        ("minutes", "Cheaper: 900\xa0minutes, wanted at most 700\xa0minutes"),
    ],
)
def test_the_vendor_reads_no_sum_that_we_hope_for(unit, line):
    said = {"text": "Cheaper", "comparator": "at_most", "target": "700", "unit": unit}
    said |= {"value": "900", "due_on": "2026-03-31"}
    assert result_lines([said], dt.date(2026, 6, 30)) == ["0 of 1 goal are reached.", line]
