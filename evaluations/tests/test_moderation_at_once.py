"""Two people at one cell at the same moment, in real transactions."""

from collections import Counter

import pytest

from activity.models import LogEntry
from core.tenancy import ALL, organization_scope
from evaluations.models import Evaluation, ModeratedMark
from evaluations.tests.builders import give_mark, make_evaluation
from evaluations.tests.test_scoring_at_once import at_once, client_of

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def evaluation(acme, owner, manager) -> Evaluation:
    evaluation = make_evaluation(acme, evaluators=[owner, manager], state=Evaluation.State.CLOSED)
    with organization_scope(ALL):
        for card, mark in zip(evaluation.scorecards.order_by("pk"), (2, 5), strict=True):
            for candidate in ("Northwind", "Contoso"):
                give_mark(card, candidate, "Quality", mark)
                give_mark(card, candidate, "Cost", 3)
    return evaluation


@pytest.fixture
def url(evaluation) -> str:
    with organization_scope(ALL):
        candidate = evaluation.candidates.get(name="Northwind").pk
        criterion = evaluation.criteria.get(name="Quality").pk
    return f"/o/acme/evaluations/{evaluation.pk}/moderate/{candidate}/{criterion}/"


def saver(member, url, mark, version=0):
    client = client_of(member)
    data = {"version": version, "mark": mark, "reason": f"We agreed on {mark}"}
    return lambda: client.post(f"{url}save/", data).status_code


def withdrawer(member, url, version):
    client = client_of(member)
    return lambda: client.post(f"{url}withdraw/", {"version": version}).status_code


def verbs() -> list[str]:
    with organization_scope(ALL):
        return list(LogEntry.objects.order_by("pk").values_list("verb", flat=True))


def test_the_first_mark_of_several_people_is_one(url, owner, manager, admin):
    """There is no row yet that could be locked."""
    for _ in range(3):
        with organization_scope(ALL):
            ModeratedMark.objects.all().delete()
            LogEntry.objects.all().delete()
        people = (owner, manager, admin, owner)
        jobs = [saver(member, url, str(mark)) for mark, member in enumerate(people, start=1)]
        assert Counter(at_once(*jobs)) == {302: 1, 409: 3}
        with organization_scope(ALL):
            row = ModeratedMark.objects.get()
        assert (row.version, row.reason) == (1, f"We agreed on {row.mark:.0f}")
        assert verbs() == ["mark.moderated"]


def test_the_same_from_several_people_is_stored_once(url, owner, manager, admin):
    jobs = [saver(member, url, "3") for member in (owner, manager, admin)]
    assert at_once(*jobs) == [302] * 3
    with organization_scope(ALL):
        assert ModeratedMark.objects.get().version == 1
    assert verbs() == ["mark.moderated"]


def test_changing_beside_withdrawing_leaves_one_of_the_two(url, owner, manager):
    assert saver(owner, url, "3")() == 302
    found = at_once(saver(owner, url, "4", version=1), withdrawer(manager, url, 1))
    assert sorted(found) == [302, 409]
    with organization_scope(ALL):
        row = ModeratedMark.objects.get()
    assert row.version == 2
    assert (row.withdrawn_at is None) == (found[0] == 302)
    assert len(verbs()) == 2
