"""The day by which scores are due is watched as long as scoring is not closed."""

import datetime as dt
from importlib import import_module

import pytest
from django.apps import apps

from activity.models import WatchedDate
from core.tenancy import ALL, organization_scope
from evaluations import actions
from evaluations.actions.reopen import reopen_scoring
from evaluations.actions.results import close_scoring
from evaluations.models import Evaluation
from evaluations.tests.builders import fill, make_evaluation

DUE = dt.date(2027, 3, 1)


def watched() -> list[tuple[dt.date, str, str, str]]:
    with organization_scope(ALL):
        rows = WatchedDate.objects.select_related("responsible__user")
        return [(row.due_on, row.title, row.path, row.responsible.name) for row in rows]


@pytest.mark.parametrize("due_on", [DUE, None])
def test_from_making_to_deleting(acme, manager, owner, admin, due_on):
    with organization_scope(acme):
        chosen = actions.add_standard_set(by=admin)
        evaluation = actions.create_evaluation(
            title="Help desk", criteria_set=chosen, due_on=due_on, by=manager
        )
        path = f"/o/acme/evaluations/{evaluation.pk}/"
        expected = [(DUE, "Scores due: Help desk", path, "Mia")]
        assert watched() == (expected if due_on else [])
        values = {"title": "Network", "due_on": DUE + dt.timedelta(days=1)}
        actions.change_evaluation(evaluation=evaluation, values=values, version=1, by=owner)
        assert watched() == [(values["due_on"], "Scores due: Network", path, "Mia")]
        actions.delete_evaluation(evaluation=evaluation, by=owner)
        assert watched() == []


def test_closing_ends_it_and_reopening_begins_it_again(acme, manager, owner, evaluator):
    with organization_scope(ALL):
        made = make_evaluation(acme, evaluators=[evaluator])
        fill(made.scorecards.get())
    with organization_scope(acme):
        values, version = {"due_on": DUE}, made.version
        row = actions.change_evaluation(evaluation=made, values=values, version=version, by=manager)
        assert len(watched()) == 1
        row = close_scoring(evaluation=row, by=owner)
        assert watched() == []
        reopen_scoring(evaluation=row, reason="A mark is missing", version=row.version, by=owner)
        assert [day for day, *_ in watched()] == [DUE]


def test_days_stored_before_they_were_watched_are_found(acme, manager):
    """What the migration does to a database that is older than the reminders."""
    with organization_scope(ALL):
        opened = make_evaluation(acme, title="Network", due_on=DUE)
        make_evaluation(acme, title="Closed", due_on=DUE, state=Evaluation.State.CLOSED)
        make_evaluation(acme, title="No day")
        migration = import_module("evaluations.migrations.0003_watch_due")
        for _ in range(2):
            migration.watch_due_days(apps, None)
    path = f"/o/acme/evaluations/{opened.pk}/"
    assert watched() == [(DUE, "Scores due: Network", path, "Mia")]
