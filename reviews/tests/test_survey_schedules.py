"""Surveys that come again: begun by the plan at signing, changed, laid ready on their day, ended."""

import datetime as dt

import pytest
from django.utils import timezone
from pytest_django.asserts import assertContains

from activity.models import WatchedDate
from contracts.dates import refresh
from contracts.models import Contract
from contracts.terms import add_months
from core.tenancy import ALL, organization_scope
from planning.models import PlannedSurvey
from reviews.actions import survey_schedules as actions
from reviews.actions.surveys import remove_survey
from reviews.models import Survey, SurveySchedule
from reviews.survey_schedules import next_after
from reviews.tests import review_case, survey_case
from reviews.tests.review_case import AREA, fresh, today
from reviews.tests.test_goals import planned


@pytest.fixture
def contract(manager, owner) -> Contract:
    """Eleven months old; its plan asks the staff every quarter, the customers every year."""
    found = review_case.running(manager, owner)
    [goal, _] = planned(found, manager)
    own = {"organization": found.organization, "plan": goal.plan}
    with organization_scope(ALL):
        PlannedSurvey.objects.create(
            **own, audience="employees", every="quarter", first_month=2, about="Friendly and quick?"
        )
        PlannedSurvey.objects.create(**own, audience="customers", every="year", first_month=12)
    return fresh(found)


@organization_scope(ALL)
def follow(contract: Contract) -> None:
    refresh(fresh(contract), today())


@organization_scope(ALL)
def schedules() -> dict[str, SurveySchedule]:
    return {row.audience: row for row in SurveySchedule.objects.select_related("last_survey")}


@organization_scope(ALL)
def watched() -> dict[str, dt.date]:
    rows = WatchedDate.objects.filter(kind="survey.prepare", settled_at=None)
    return dict(rows.values_list("title", "due_on"))


@pytest.mark.parametrize(
    ("day", "every", "found"),
    [
        (dt.date(2026, 1, 31), "month", dt.date(2026, 5, 31)),
        (dt.date(2026, 1, 31), "quarter", dt.date(2026, 7, 31)),
        (dt.date(2026, 4, 30), "half_year", dt.date(2026, 10, 30)),
        (dt.date(2026, 5, 1), "year", dt.date(2026, 5, 1)),
    ],
)
def test_the_next_time_is_counted_in_whole_steps(day, every, found):
    assert next_after(day, every, dt.date(2026, 4, 30)) == found


def test_the_plan_begins_them_and_what_is_past_is_not_asked(contract):
    follow(contract)
    follow(contract)  # derived anew: they are there once
    found = schedules()
    assert {name: row.every for name, row in found.items()} == {
        "employees": "quarter",
        "customers": "year",
    }
    # Two months after the start and then every three: the first of those days that is not over.
    days = [add_months(contract.starts_on, months) for months in (2, 5, 8, 11, 14)]
    assert found["employees"].next_on == min(day for day in days if day >= today())
    assert found["customers"].next_on == add_months(contract.starts_on, 12)
    assert watched() == {
        "Survey of employees: Help desk": found["employees"].next_on,
        "Survey of customers: Help desk": found["customers"].next_on,
    }


def test_on_its_day_a_draft_lies_ready_and_nobody_is_asked(contract, manager):
    follow(contract)
    day = today()
    with organization_scope(ALL):
        SurveySchedule.objects.filter(audience="employees").update(next_on=day)
    assert actions.make_due_surveys(now=timezone.now()) == 1
    assert actions.make_due_surveys(now=timezone.now()) == 0
    schedule = schedules()["employees"]
    survey = schedule.last_survey
    assert (survey.state, survey.audience, survey.created_by_id) == (
        "draft",
        "employees",
        manager.pk,
    )
    assert survey.first_on <= day <= survey.last_on
    assert len(survey.questions) == 5
    assert survey.introduction == "We would like to know: Friendly and quick?"
    assert schedule.next_on == next_after(day, "quarter", day)
    assert watched()[f"Survey to send: {survey.title}"] == day
    follow(contract)
    assert watched()[f"Survey to send: {survey.title}"] == day
    # While that draft waits, no second one is piled on it.
    with organization_scope(ALL):
        SurveySchedule.objects.filter(audience="employees").update(next_on=day)
    assert actions.make_due_surveys(now=timezone.now()) == 0
    assert schedules()["employees"].next_on > day
    with organization_scope(ALL):
        survey = Survey.objects.select_related("contract", "organization").get()
    survey_case.ask(survey, manager)
    assert f"Survey to send: {survey.title}" not in watched()


def test_a_draft_that_is_thrown_away_is_not_reminded_of_and_an_ended_contract_is_not_asked_about(
    contract, manager
):
    follow(contract)
    with organization_scope(ALL):
        SurveySchedule.objects.update(next_on=today())
    assert actions.make_due_surveys(now=timezone.now()) == 2
    with organization_scope(ALL):
        for survey in Survey.objects.all():
            remove_survey(survey=survey, by=manager)
        SurveySchedule.objects.update(next_on=today())
        Contract.objects.update(ends_on=today() - dt.timedelta(days=1))
    assert actions.make_due_surveys(now=timezone.now()) == 0
    assert watched() == {}


def test_people_change_end_and_plan_them(client, manager, viewer, outsider, contract):
    follow(contract)
    page = f"{AREA}contract/{contract.pk}/surveys/"
    again = f"{page}again/employees/"
    later = today() + dt.timedelta(days=40)
    body = {"every": "year", "next_on": later, "template": "", "version": 1}
    client.force_login(viewer.user)
    assertContains(client.get(page), "By the plan: Friendly and quick?", count=1)
    assert client.post(again, body).status_code == 403
    client.force_login(outsider.user)
    assert client.post(again, body).status_code == 404
    client.force_login(manager.user)
    assert client.get(again).status_code == 200
    assert client.get(f"{page}again/nobody/").status_code == 404
    assert client.post(again, body).url == page
    assert watched()["Survey of employees: Help desk"] == later
    stale = client.post(again, {**body, "every": "month"})
    assert stale.status_code == 409
    assert stale.context["differing"] == [("How often", "Every year", "Every month")]
    assert client.post(again, {**body, "next_on": today(), "version": 2}).status_code == 422
    for _ in range(2):
        assert client.post(f"{again}end/").url == page
    assert "Survey of employees: Help desk" not in watched()
    follow(contract)
    assert schedules()["employees"].ended_at is not None
    assert client.post(again, {**body, "version": 3}).url == page
    assert (schedules()["employees"].ended_at, watched()["Survey of employees: Help desk"]) == (
        None,
        later,
    )
