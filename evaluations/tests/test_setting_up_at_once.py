"""Two people, or one impatient one, at the same moment, in real transactions."""

import uuid
from dataclasses import replace
from decimal import Decimal

import pytest
from django.test import Client

from activity.models import LogEntry, OutgoingMail
from core.tenancy import ALL, organization_scope
from evaluations import actions
from evaluations.models import CriteriaSet, Evaluation
from evaluations.standard_set import STANDARD_SET
from evaluations.tests.builders import make_evaluation
from evaluations.tests.posting import rows, weights
from evaluations.tests.test_scoring_at_once import at_once, client_of

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def standard(acme, admin) -> CriteriaSet:
    with organization_scope(acme):
        return actions.add_standard_set(by=admin)


def post(client: Client, url: str, data: dict):
    return lambda: client.post(url, data).status_code


def test_two_sendings_of_one_form_start_one_evaluation(acme, manager, standard):
    data = {"title": "Help desk", "criteria_set": standard.pk, "creation_key": uuid.uuid4().hex}
    jobs = [post(client_of(manager), "/o/acme/evaluations/new/", data) for _ in range(4)]
    assert at_once(*jobs) == [302] * 4
    with organization_scope(ALL):
        assert Evaluation.objects.get().criteria.count() == len(STANDARD_SET)


def test_of_two_who_save_a_set_at_once_one_sees_the_other(acme, admin, standard):
    url = f"/o/acme/evaluations/criteria/{standard.pk}/edit/"
    data = {"name": "Standard criteria", "version": 1, **rows(STANDARD_SET)}
    jobs = [post(client_of(admin), url, weights(data, 30 + more, 20 - more)) for more in (1, 2, 3)]
    assert sorted(at_once(*jobs)) == [302, 409, 409]
    with organization_scope(ALL):
        assert standard.versions.count() == 2


def test_opening_twice_at_once_opens_and_mails_once(acme, manager, evaluator):
    row = make_evaluation(acme, evaluators=[evaluator], state=Evaluation.State.SETUP)
    url = f"/o/acme/evaluations/{row.pk}/open/"
    jobs = [post(client_of(manager), url, {"version": 1}) for _ in range(3)]
    assert at_once(*jobs) == [302] * 3
    assert OutgoingMail.objects.count() == 1
    with organization_scope(ALL):
        assert LogEntry.objects.filter(verb="evaluation.scoring_opened").count() == 1


def test_nobody_slips_a_weight_past_the_opening(acme, manager, evaluator):
    """Whichever comes first, what was opened is what the audit line says was opened."""
    row = make_evaluation(acme, evaluators=[evaluator], state=Evaluation.State.SETUP)
    with organization_scope(ALL):
        drafts = [criterion.draft for criterion in row.criteria.order_by("position")]
    heavier = [replace(drafts[0], weight=Decimal(70)), replace(drafts[1], weight=Decimal(30))]
    url = f"/o/acme/evaluations/{row.pk}/"
    found = at_once(
        post(client_of(manager), f"{url}open/", {"version": 1}),
        post(client_of(manager), f"{url}criteria/", {"version": 1, **rows(heavier)}),
    )
    with organization_scope(ALL):
        row.refresh_from_db()
        stored = {c.name: c.weight_text for c in row.criteria.all()}
        if row.in_setup:
            assert found == [409, 302]
        else:
            line = LogEntry.objects.get(verb="evaluation.scoring_opened")
            assert line.after["weights"] == stored == {"Quality": "50", "Cost": "50"}
            assert found[0] == 302
