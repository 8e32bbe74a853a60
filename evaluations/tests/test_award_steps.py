"""Each step of an award, each refusal, who may, what is mailed, and two people at the same moment."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from accounts.permissions import Role
from activity.models import FrozenRecord, OutgoingMail
from conftest import make_member
from core.tenancy import ALL, organization_scope
from evaluations.actions import awards as actions
from evaluations.models import Award, Evaluation
from evaluations.tests.award_case import (
    WHY,
    at,
    award_at,
    closed_evaluation,
    fresh,
    mails,
    make_award,
    verbs,
)
from evaluations.tests.test_scoring_at_once import at_once, client_of


@pytest.fixture
def evaluation(acme, owner, manager, evaluator) -> Evaluation:
    return closed_evaluation(acme, owner, manager, evaluator)


@pytest.fixture
def needs_two(acme):
    acme.awards_need_two = True
    acme.save()
    return acme


def step(client, member, award, name, **fields):
    client.force_login(member.user)
    return client.post(award_at(award, f"{name}/"), {"version": award.version, **fields})


def back(award, note, version=None):
    return {"return-version": version or award.version, "return-note": note}


def records() -> int:
    with organization_scope(ALL):
        return FrozenRecord.objects.count()


# Proposing ----------------------------------------------------------------------------------------


def test_proposing_asks_those_who_may_approve(client, acme, evaluation, manager, owner, admin):
    award = make_award(evaluation, manager)
    assertRedirects(step(client, manager, award, "propose"), award_at(award))
    now = fresh(award)
    assert (now.state, now.version) == ("proposed", 2)
    assert now.proposed_at is not None
    found = mails("proposed")
    assert set(found) == {owner.user.email, admin.user.email}
    mail = found[owner.user.email]
    assert mail.subject == "Please decide: Help desk"
    for words in ("Hello Olga,", "Mia proposes: “Help desk” goes to Northwind.", award_at(award)):
        assert words in mail.text
    assert "100" not in mail.text
    assert "&ldquo;" not in mail.text
    assertContains(client.get(award_at(award)), "It can be approved or returned by Ada or Olga.")


def test_proposing_twice_is_proposing_once(client, evaluation, manager, owner):
    award = make_award(evaluation, manager)
    for _ in range(2):
        assertRedirects(step(client, manager, award, "propose"), award_at(award))
    assert verbs(evaluation) == ["award.drafted", "award.proposed"]
    assert len(mails("proposed")) == 1


def test_proposing_what_was_changed_meanwhile_is_refused(client, evaluation, manager):
    award = make_award(evaluation, manager)
    response = step(client, manager, award, "propose", version=9)
    assertContains(response, "Somebody changed this award meanwhile.", status_code=409)
    assert step(client, manager, award, "propose", version="x").status_code == 409
    assert fresh(award).state == "draft"


@pytest.mark.parametrize("state", ["approved", "announced", "withdrawn"])
def test_what_is_decided_is_not_proposed(client, evaluation, owner, state):
    award = make_award(evaluation, owner, state)
    assert step(client, owner, award, "propose").status_code == 422
    assert fresh(award).state == state


# Approving and returning --------------------------------------------------------------------------


def test_approving_freezes_and_tells_the_proposer(client, evaluation, manager, owner):
    award = make_award(evaluation, manager, "proposed", conditions=("NDA",), winner_quote=12400)
    client.force_login(owner.user)
    page = client.get(award_at(award, "approve/"))
    for words in ("Mia proposes to award “Help desk” to Northwind", "EUR\u00a012,400", "NDA"):
        assertContains(page, words)
    response = step(client, owner, award, "approve", note="Well argued.")
    assertRedirects(response, award_at(award))
    now = fresh(award)
    assert (now.state, now.decided_by, now.decision_note) == ("approved", owner, "Well argued.")
    assert now.record.number == 1
    assert "award.approved" in verbs(evaluation)
    [mail] = mails("approved").values()
    assert mail.to == manager.user.email
    assert "Well argued." in mail.text
    assertContains(client.get(award_at(award)), "“Help desk” is awarded to Northwind for")
    assertContains(client.get(award_at(award)), now.record.sha256)


def test_approving_twice_freezes_once(client, evaluation, manager, owner):
    award = make_award(evaluation, manager, "proposed")
    for _ in range(2):
        assertRedirects(step(client, owner, award, "approve"), award_at(award))
    assert records() == 1
    assert verbs(evaluation).count("award.approved") == 1


def test_the_second_approver_is_told(client, evaluation, manager, owner, admin):
    award = make_award(evaluation, manager, "proposed")
    step(client, owner, award, "approve")
    response = step(client, admin, award, "approve")
    assertContains(response, "Olga has approved this award already.", status_code=422)
    assert step(client, admin, award, "return", **back(award, "No")).status_code == 422
    assert (fresh(award).state, records()) == ("approved", 1)


def test_what_was_proposed_anew_has_to_be_looked_at_again(client, evaluation, manager, owner):
    award = make_award(evaluation, manager, "proposed")
    response = step(client, owner, award, "approve", version=1, note="Fine")
    assertContains(response, "Look again.", status_code=409)
    assertContains(response, 'name="version" value="2"', status_code=409)
    assertContains(response, "Fine", status_code=409)
    response = step(client, owner, award, "return", **back(award, "No", 1))
    assertContains(response, 'name="return-version" value="2"', status_code=409)
    assert fresh(award).state == "proposed"


def test_returning_needs_a_note_which_the_proposer_gets(client, evaluation, manager, owner):
    award = make_award(evaluation, manager, "proposed")
    response = step(client, owner, award, "return", **back(award, "  "))
    assertContains(response, "This field is required.", status_code=422)
    note = "Ask <Contoso> & co. again"
    for _ in range(2):
        response = step(client, owner, award, "return", **back(award, note))
        assertRedirects(response, award_at(award))
    [mail] = mails("returned").values()
    assert (mail.to, note in mail.text) == (manager.user.email, True)
    assert "&lt;Contoso&gt; &amp; co." in mail.html
    assertContains(client.get(award_at(award)), "Olga returned it.")
    assert verbs(evaluation)[-1] == "award.returned"


def test_returned_it_is_changed_and_proposed_again(client, evaluation, manager, owner):
    award = make_award(evaluation, manager, "returned", approver=owner)
    client.force_login(manager.user)
    assertContains(client.get(award_at(award, "edit/")), "Ask for a newer quote.")
    data = {"winner": award.winner_id, "rationale": WHY, "do": "propose", "version": award.version}
    assertRedirects(client.post(award_at(award, "edit/"), data), award_at(award))
    now = fresh(award)
    assert (now.state, now.decided_by, now.decision_note) == ("proposed", None, "")
    assert OutgoingMail.objects.filter(key__contains=":proposed:", to=owner.user.email).count() == 2


@pytest.mark.parametrize("state", ["draft", "returned", "withdrawn"])
def test_only_what_is_proposed_can_be_approved_or_returned(client, evaluation, owner, state):
    award = make_award(evaluation, owner, state)
    client.force_login(owner.user)
    assertRedirects(client.get(award_at(award, "approve/")), award_at(award))
    assert step(client, owner, award, "approve").status_code == 422
    if state != "returned":
        response = step(client, owner, award, "return", **back(award, "Another"))
        assert response.status_code == 422
    assert (fresh(award).state, records()) == (state, 0)


def test_a_ranking_that_changed_since_has_to_be_explained(client, evaluation, manager, owner):
    award = make_award(evaluation, manager, "proposed")
    with organization_scope(ALL):
        for card in evaluation.scorecards.all():
            card.scores.filter(candidate__name="Northwind").exclude(criterion__kind="gate").update(
                mark=2
            )
    response = step(client, owner, award, "approve")
    assertContains(response, "Northwind is not first", status_code=422)
    assert (fresh(award).state, records()) == ("proposed", 0)


# Two people ---------------------------------------------------------------------------------------


def test_the_proposer_may_approve_unless_two_are_needed(client, evaluation, owner):
    award = make_award(evaluation, owner, "proposed")
    assert mails("proposed") == {}
    step(client, owner, award, "approve")
    assert fresh(award).state == "approved"


def test_with_two_needed_the_proposer_may_not(client, needs_two, evaluation, owner, admin):
    award = make_award(evaluation, owner, "proposed")
    client.force_login(owner.user)
    page = client.get(award_at(award, "approve/"))
    assertContains(page, "You proposed this award, so somebody else has to approve it.")
    assertContains(page, "It can be approved or returned by Ada.")
    assertNotContains(page, "Approve it")
    assertNotContains(client.get(award_at(award)), "Approve or return it</a>")
    response = step(client, owner, award, "approve")
    assertContains(response, "asks for a second person to approve it", status_code=422)
    assert (fresh(award).state, records()) == ("proposed", 0)
    step(client, admin, award, "approve")
    assert fresh(award).decided_by == admin


def test_with_nobody_else_it_says_who_to_invite(client, needs_two, evaluation, owner):
    award = make_award(evaluation, owner, "proposed")
    client.force_login(owner.user)
    page = client.get(award_at(award))
    assertContains(page, "There is nobody who could approve it")
    assertContains(page, "Ask an Admin to invite a partner or another decider as Owner.")


def test_an_admin_alone_is_led_to_the_invitation(client, needs_two, evaluation, owner, admin):
    award = make_award(evaluation, admin, "proposed")
    owner.role = Role.VIEWER
    owner.save()
    client.force_login(admin.user)
    assertContains(client.get(award_at(award)), 'href="/o/acme/settings/members/">Invite')


# Announcing ---------------------------------------------------------------------------------------


def test_announcing_tells_those_who_scored_without_points(
    client, evaluation, owner, manager, evaluator, viewer
):
    award = make_award(evaluation, manager, "approved", approver=owner)
    for _ in range(2):
        assertRedirects(step(client, owner, award, "announce"), award_at(award))
    found = mails("announced")
    assert set(found) == {manager.user.email, evaluator.user.email}
    text = found[evaluator.user.email].text
    assert "“Help desk” goes to Northwind." in text
    assert "100" not in text
    assert fresh(award).announced_at is not None
    assert verbs(evaluation)[-1] == "award.announced"


@pytest.mark.parametrize("state", ["draft", "proposed", "returned", "withdrawn"])
def test_only_an_approved_award_is_announced(client, evaluation, owner, state):
    award = make_award(evaluation, owner, state)
    response = step(client, owner, award, "announce")
    assertContains(response, "Only an approved award can be announced.", status_code=422)
    assert mails("announced") == {}


# Withdrawing --------------------------------------------------------------------------------------


@pytest.mark.parametrize("state", ["draft", "proposed", "returned", "approved", "announced"])
def test_any_award_is_withdrawn_with_a_reason(client, evaluation, owner, state):
    award = make_award(evaluation, owner, state)
    assertContains(step(client, owner, award, "withdraw"), "is required", status_code=422)
    client.force_login(owner.user)
    assert client.get(award_at(award, "withdraw/")).status_code == 200
    for _ in range(2):
        response = step(client, owner, award, "withdraw", reason="They went bankrupt.")
        assertRedirects(response, award_at(award))
    now = fresh(award)
    assert (now.state, now.withdrawn_reason) == ("withdrawn", "They went bankrupt.")
    assert (now.record is not None) == (state in {"approved", "announced"})
    assert verbs(evaluation).count("award.withdrawn") == 1
    page = client.get(award_at(award))
    assertContains(page, "The award to Northwind was withdrawn")
    assertContains(page, "They went bankrupt.")


def test_who_was_told_of_an_award_is_told_of_its_end(client, evaluation, owner, manager, evaluator):
    award = make_award(evaluation, manager, "announced", approver=owner)
    step(client, owner, award, "withdraw", reason="They went bankrupt.")
    found = mails("withdrawn")
    assert set(found) == {manager.user.email, evaluator.user.email}
    assert "They went bankrupt." in found[evaluator.user.email].text


def test_a_draft_is_withdrawn_without_a_word(client, evaluation, owner, manager):
    award = make_award(evaluation, manager)
    step(client, owner, award, "withdraw", reason="A mistake")
    assert mails("withdrawn") == {}


def test_a_manager_withdraws_only_what_is_not_approved(client, evaluation, owner, manager):
    award = make_award(evaluation, manager, "approved", approver=owner)
    response = step(client, manager, award, "withdraw", reason="I changed my mind")
    assert response.status_code == 403
    with organization_scope(ALL), pytest.raises(actions.NotYours):
        actions.withdraw_award(award=award, reason="x", by=manager)
    assertNotContains(client.get(award_at(award)), "Withdraw this award")
    assert fresh(award).state == "approved"


# Roles --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("page", "allowed"),
    [
        ("propose/", {"manager", "owner", "admin"}),
        ("withdraw/", {"manager", "owner", "admin"}),
        ("approve/", {"owner", "admin"}),
        ("return/", {"owner", "admin"}),
        ("announce/", {"owner", "admin"}),
    ],
)
@pytest.mark.parametrize("role", [role.value for role in Role])
def test_steps_are_for_those_who_may(client, acme, evaluation, owner, page, allowed, role):
    award = make_award(evaluation, owner)
    client.force_login(make_member(acme, Role(role), "somebody").user)
    response = client.post(award_at(award, page), {})
    assert (response.status_code != 403) == (role in allowed)


@pytest.mark.parametrize("role", [role.value for role in Role])
@pytest.mark.parametrize("state", ["draft", "proposed", "approved"])
def test_everybody_reads_an_award(client, acme, evaluation, owner, role, state):
    award = make_award(evaluation, owner, state)
    client.force_login(make_member(acme, Role(role), "somebody").user)
    assertContains(client.get(award_at(award)), "Northwind")


def test_signed_out_people_are_sent_to_the_sign_in(client, evaluation, owner):
    award = make_award(evaluation, owner)
    for page in ("", "approve/", "propose/"):
        assert client.get(award_at(award, page)).url.startswith("/accounts/login/")


def test_the_number_of_queries_is_constant(client, acme, evaluation, owner, manager):
    award = make_award(evaluation, manager, "proposed", conditions=("One",))
    client.force_login(owner.user)
    client.get(award_at(award))

    def queries() -> int:
        with CaptureQueriesContext(connection) as seen:
            client.get(award_at(award))
        return len(seen)

    one = queries()
    for name in ("ann", "bob", "cid"):
        make_member(acme, Role.OWNER, name)
    with organization_scope(ALL):
        for text in ("Two", "Three"):
            award.conditions.create(organization=acme, text=text, settled_by=owner)
    assert queries() == one
    assert one <= 12


# The bench and the conditions ---------------------------------------------------------------------


def test_the_bench_says_when_its_quote_expires(client, evaluation, owner):
    today = timezone.localdate()
    award = make_award(evaluation, owner)
    with organization_scope(ALL):
        Award.objects.update(
            runner_up=evaluation.candidates.get(name="Contoso"),
            runner_up_quote=100,
            runner_up_quoted_on=today,
            runner_up_expires_on=today + dt.timedelta(days=12),
        )
    client.force_login(owner.user)
    assertContains(client.get(award_at(award)), "in 12 days")
    with organization_scope(ALL):
        Award.objects.update(runner_up_expires_on=today - dt.timedelta(days=1))
    page = client.get(award_at(award))
    assertContains(page, "Expired")
    assertContains(page, "ask for a new quote")


@pytest.mark.parametrize("state", ["draft", "approved", "announced"])
def test_a_condition_is_settled_and_not_settled_after_all(
    client, evaluation, owner, manager, state
):
    award = make_award(evaluation, owner, state, conditions=("Proof of insurance",))
    with organization_scope(ALL):
        condition = award.conditions.get()
    for _ in range(2):
        response = step(
            client, manager, award, f"conditions/{condition.pk}/settle", note="Policy 4711"
        )
        assertRedirects(response, award_at(award))
    page = client.get(award_at(award))
    assertContains(page, "by Mia: Policy 4711")
    with organization_scope(ALL):
        condition.refresh_from_db()
    assert (condition.settled_by, condition.text) == (manager, "Proof of insurance")
    for _ in range(2):
        step(client, manager, award, f"conditions/{condition.pk}/reopen")
    assertNotContains(client.get(award_at(award)), "Policy 4711")
    assert verbs(evaluation)[-2:] == ["award.condition_settled", "award.condition_unsettled"]


def test_a_note_that_is_too_long_is_refused(client, evaluation, owner):
    award = make_award(evaluation, owner, conditions=("NDA",))
    with organization_scope(ALL):
        condition = award.conditions.get()
    url = f"conditions/{condition.pk}/settle"
    assertContains(step(client, owner, award, url, note="x" * 501), "Not settled", status_code=422)


def test_conditions_of_a_withdrawn_award_stay_as_they_are(client, evaluation, owner, evaluator):
    award = make_award(evaluation, owner, conditions=("NDA",))
    with organization_scope(ALL):
        condition = award.conditions.get()
    assert step(client, evaluator, award, f"conditions/{condition.pk}/settle").status_code == 403
    step(client, owner, award, "withdraw", reason="No")
    assert step(client, owner, award, f"conditions/{condition.pk}/settle").status_code == 422
    assertNotContains(client.get(award_at(award)), "It is settled")


def test_a_condition_of_another_award_is_not_found(client, acme, evaluation, owner):
    award = make_award(evaluation, owner)
    other = make_award(closed_evaluation(acme, owner), owner, conditions=("NDA",))
    with organization_scope(ALL):
        foreign = other.conditions.get().pk
    assert step(client, owner, award, f"conditions/{foreign}/settle").status_code == 404


def test_what_happens_after_the_approval_leaves_the_record_as_it_was(client, evaluation, owner):
    award = make_award(evaluation, owner, "approved", conditions=("NDA",))

    def is_identical() -> bool:
        return client.get(award_at(award, "verify/")).context["verification"].identical

    with organization_scope(ALL):
        condition = award.conditions.get()
    step(client, owner, award, f"conditions/{condition.pk}/settle", note="Signed")
    assert is_identical()
    step(client, owner, award, "announce")
    assert is_identical()
    step(client, owner, award, "withdraw", reason="They went bankrupt.")
    assert is_identical()


# At the same moment -------------------------------------------------------------------------------


def poster(member, award, name, **fields):
    client = client_of(member)
    data = {"version": award.version, **fields}
    return lambda: client.post(award_at(award, f"{name}/"), data).status_code


@pytest.mark.django_db(transaction=True)
def test_of_two_approvers_at_once_one_approves(acme, owner, admin, manager):
    evaluation = closed_evaluation(acme, owner)
    award = make_award(evaluation, manager, "proposed")
    jobs = [poster(member, award, "approve") for member in (owner, admin, owner, admin)]
    assert sorted(at_once(*jobs)) == [302, 302, 422, 422]
    assert (records(), fresh(award).state) == (1, "approved")
    assert verbs(evaluation).count("award.approved") == 1


@pytest.mark.django_db(transaction=True)
def test_approving_beside_returning_does_one_of_the_two(acme, owner, admin, manager):
    evaluation = closed_evaluation(acme, owner)
    award = make_award(evaluation, manager, "proposed")
    returning = poster(admin, award, "return", **back(award, "No"))
    assert sorted(at_once(poster(owner, award, "approve"), returning)) == [302, 422]
    assert (fresh(award).state == "approved") == (records() == 1)


@pytest.mark.django_db(transaction=True)
def test_two_drafts_at_once_leave_one(acme, owner, manager):
    evaluation = closed_evaluation(acme, owner)
    with organization_scope(ALL):
        pk = evaluation.candidates.get(name="Northwind").pk
    clients = [client_of(member) for member in (owner, manager)]
    url = at(evaluation, "awards/new/")
    jobs = [lambda c=c: c.post(url, {"winner": pk, "do": "save"}).status_code for c in clients]
    assert sorted(at_once(*jobs)) == [302, 422]
    with organization_scope(ALL):
        assert Award.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_approving_in_two_evaluations_at_once_makes_two_records_in_a_row(acme, owner, admin):
    awards = [make_award(closed_evaluation(acme, owner), owner, "proposed") for _ in range(2)]
    jobs = [poster(member, a, "approve") for member, a in zip((owner, admin), awards, strict=True)]
    assert at_once(*jobs) == [302, 302]
    with organization_scope(ALL):
        first, second = FrozenRecord.objects.order_by("number")
    assert (first.number, second.number) == (1, 2)
    assert second.previous_sha256 == first.sha256
