"""Several people and windows saving at the same moment, in real transactions."""

import json
import threading
from collections import Counter

import pytest
from django.db import connection
from django.test import Client

from activity.models import LogEntry
from core.tenancy import ALL, organization_scope
from evaluations.actions.results import close_scoring
from evaluations.models import Evaluation, Score, Scorecard
from evaluations.tests.builders import add_evaluator, fill, give_mark, make_evaluation

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def evaluation(acme, evaluator) -> Evaluation:
    return make_evaluation(acme, evaluators=[evaluator])


def at_once(*jobs) -> list:
    """Run the jobs in threads that start together; return what they return."""
    gate = threading.Barrier(len(jobs))
    results = [None] * len(jobs)

    def run(place, job):
        gate.wait()
        try:
            results[place] = job()
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(jobs)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def client_of(member) -> Client:
    client = Client()
    client.force_login(member.user)
    return client


@organization_scope(ALL)
def cell(evaluation, member, **fields) -> dict:
    return {
        "scorecard": Scorecard.objects.get(evaluation=evaluation, evaluator=member).pk,
        "candidate": evaluation.candidates.get(name="Northwind").pk,
        "criterion": evaluation.criteria.get(name="Quality").pk,
        "version": 0,
        "mark": "4",
        "evidence": "",
        "comment": "",
        **fields,
    }


def sender(client, evaluation, data):
    url = f"/o/acme/evaluations/{evaluation.pk}/score/cell/"
    return lambda: client.post(url, json.dumps(data), "application/json").status_code


def submitter(client, evaluation):
    url = f"/o/acme/evaluations/{evaluation.pk}/score/submit/"
    return lambda: client.post(url).status_code


def test_different_marks_for_one_cell_leave_one_and_refuse_the_rest(evaluation, evaluator):
    jobs = [
        sender(client_of(evaluator), evaluation, cell(evaluation, evaluator, mark=str(mark)))
        for mark in range(6)
    ]
    assert Counter(at_once(*jobs)) == {200: 1, 409: 5}
    with organization_scope(ALL):
        assert Score.objects.get().version == 1
        assert LogEntry.objects.filter(verb="score.saved").count() == 1


def test_the_same_mark_sent_many_times_is_stored_once(evaluation, evaluator):
    data = cell(evaluation, evaluator)
    jobs = [sender(client_of(evaluator), evaluation, data) for _ in range(6)]
    assert at_once(*jobs) == [200] * 6
    with organization_scope(ALL):
        assert Score.objects.get().version == 1
        assert LogEntry.objects.filter(verb="score.saved").count() == 1


def test_evaluators_do_not_get_in_each_others_way(evaluation, evaluator, manager, owner, admin):
    members = [evaluator, manager, owner, admin]
    for member in members[1:]:
        add_evaluator(evaluation, member)
    jobs = [sender(client_of(m), evaluation, cell(evaluation, m)) for m in members]
    assert at_once(*jobs) == [200] * 4
    with organization_scope(ALL):
        assert Score.objects.count() == 4


def test_submitting_beside_clearing_never_submits_a_gap(evaluation, evaluator):
    for _ in range(5):
        with organization_scope(ALL):
            Score.objects.all().delete()
            Scorecard.objects.update(submitted_at=None)
        fill(own_card(evaluation, evaluator))
        clear = sender(
            client_of(evaluator), evaluation, cell(evaluation, evaluator, mark="", version=1)
        )
        at_once(clear, submitter(client_of(evaluator), evaluation))
        card = own_card(evaluation, evaluator)
        with organization_scope(ALL):
            filled = card.scores.filter(mark__isnull=False).count()
        assert (card.submitted_at is None) == (filled == 3)


@organization_scope(ALL)
def own_card(evaluation, member) -> Scorecard:
    cards = Scorecard.objects.select_related("evaluation")
    return cards.get(evaluation=evaluation, evaluator=member)


def test_nothing_is_written_after_closing(evaluation, evaluator, owner):
    """Whichever comes first: a mark that was acknowledged is there, and its line is not left sealed."""
    for mark in ("1", "2", "3", "4", "5"):
        with organization_scope(ALL):
            Score.objects.all().delete()
            LogEntry.objects.all().delete()
            Evaluation.objects.update(state=Evaluation.State.SCORING)
        card = own_card(evaluation, evaluator)
        give_mark(card, "Contoso", "Cost", 3)
        save = sender(client_of(evaluator), evaluation, cell(evaluation, evaluator, mark=mark))

        def close():
            with organization_scope(ALL):
                close_scoring(evaluation=evaluation, by=owner)

        status, _ = at_once(save, close)
        with organization_scope(ALL):
            marked = Score.objects.filter(criterion__name="Quality").count()
            assert (status == 200) == (marked == 1)
            assert not LogEntry.objects.filter(sealed=True).exists()
