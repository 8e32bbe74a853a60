"""Steps of an award beside moderation, withdrawing and reopening at the same moment, in real transactions."""

import pytest

from activity.models import FrozenRecord
from core.tenancy import ALL, organization_scope
from evaluations.models import Award, Evaluation, ModeratedMark
from evaluations.tests.award_case import at as address
from evaluations.tests.award_case import award_at, closed_evaluation, fresh, make_award, verbs
from evaluations.tests.test_scoring_at_once import at_once, client_of

pytestmark = pytest.mark.django_db(transaction=True)
ROUNDS = 3


def poster(member, url, **data):
    client = client_of(member)
    return lambda: client.post(url, data).status_code


@pytest.fixture
def evaluation(acme, owner, admin) -> Evaluation:
    return closed_evaluation(acme, owner, admin)


def test_approving_beside_withdrawing_leaves_a_record_exactly_if_it_was_approved(
    evaluation, owner, admin
):
    for _ in range(ROUNDS):
        award = make_award(evaluation, owner, "proposed")
        approved, withdrawn = at_once(
            poster(admin, award_at(award, "approve/"), version=award.version),
            poster(owner, award_at(award, "withdraw/"), reason="They went bankrupt."),
        )
        row = fresh(award)
        assert (withdrawn, row.state) == (302, "withdrawn")
        assert (row.record is not None) == ("award.approved" in verbs(evaluation)[-4:])
        # The approver who came too late is told, or is led to the award that is withdrawn by now.
        assert approved in {302, 422}
    with organization_scope(ALL):
        numbers = list(FrozenRecord.objects.order_by("number").values_list("number", flat=True))
    assert numbers == list(range(1, len(numbers) + 1))


def test_no_mark_is_agreed_on_beside_a_proposal_unless_before_it(evaluation, owner, admin):
    with organization_scope(ALL):
        candidate = evaluation.candidates.get(name="Contoso").pk
        criterion = evaluation.criteria.get(name="Cost").pk
    cell = address(evaluation, f"moderate/{candidate}/{criterion}/save/")
    for _ in range(ROUNDS):
        with organization_scope(ALL):
            Award.objects.all().delete()
            ModeratedMark.objects.all().delete()
        award = make_award(evaluation, owner)
        proposed, agreed = at_once(
            poster(owner, award_at(award, "propose/"), version=award.version),
            poster(admin, cell, version=0, mark="2", reason="We saw the demo."),
        )
        assert proposed == 302
        with organization_scope(ALL):
            assert ModeratedMark.objects.count() == (agreed == 302)
        if agreed == 302:
            order = [v for v in verbs(evaluation) if v in {"mark.moderated", "award.proposed"}]
            assert order[-2:] == ["mark.moderated", "award.proposed"]
        else:
            assert agreed == 422


def test_of_two_reopenings_at_once_one_begins_one_round(evaluation, owner, admin):
    jobs = [
        poster(member, address(evaluation, "reopen/"), reason=f"Asked by {member.name}", version=1)
        for member in (owner, admin)
    ]
    assert at_once(*jobs) == [302, 302]  # the second is led to the scoring, which is open already
    with organization_scope(ALL):
        row = Evaluation.objects.get(pk=evaluation.pk)
    assert (row.state, row.round, row.version) == (Evaluation.State.SCORING, 2, 2)
    assert verbs(evaluation).count("evaluation.scoring_reopened") == 1
