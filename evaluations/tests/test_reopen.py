"""Opening a closed scoring again: who may, what it does to marks and awards, and that secrecy is back."""

import json

import pytest
from django.urls import reverse
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from accounts.permissions import Role
from activity.models import FrozenRecord, LogEntry, OutgoingMail
from conftest import make_member
from core.tenancy import ALL, organization_scope
from evaluations.actions.results import close_scoring
from evaluations.models import Evaluation, KeptAnalysis, ModeratedMark
from evaluations.tests.award_case import (
    at,
    award_at,
    closed_evaluation,
    fresh,
    make_award,
    verbs,
)
from evaluations.tests.builders import add_evaluator, give_mark, make_evaluation
from evaluations.tests.test_scoring_at_once import at_once, client_of
from evaluations.tests.test_secrecy import patterns

REASON = "Two offers were revised after closing."
SECRET_MARK, MARK_WORDS = "73.6419", "zebra by moonlight"
AGREED_WORDS, AWARD_WORDS = "walrus at noon", "heron in the reeds at dawn"
SECRETS = (SECRET_MARK, MARK_WORDS, AGREED_WORDS, AWARD_WORDS)


@pytest.fixture
def evaluation(acme, owner, manager, evaluator) -> Evaluation:
    return closed_evaluation(acme, owner, manager, evaluator)


@organization_scope(ALL)
def now(evaluation: Evaluation) -> Evaluation:
    return Evaluation.objects.get(pk=evaluation.pk)


def reopen(client, member, evaluation, reason=REASON, **fields):
    client.force_login(member.user)
    data = {"reason": reason, "version": now(evaluation).version, **fields}
    return client.post(at(evaluation, "reopen/"), data)


@organization_scope(ALL)
def agree(evaluation, by, reason="Checked again") -> ModeratedMark:
    return ModeratedMark.objects.create(
        organization=evaluation.organization,
        evaluation=evaluation,
        candidate=evaluation.candidates.get(name="Contoso"),
        criterion=evaluation.criteria.get(name="Quality"),
        mark=4,
        reason=reason,
        by=by,
        by_name=by.name,
    )


# What happens -------------------------------------------------------------------------------------


def test_reopening_begins_the_next_round(client, evaluation, owner, manager, evaluator):
    assertRedirects(reopen(client, owner, evaluation), at(evaluation), target_status_code=302)
    row = now(evaluation)
    assert (row.state, row.round, row.version) == ("scoring", 2, 2)
    assert (row.reopened_reason, row.closed_at) == (REASON, None)
    with organization_scope(ALL):
        line = LogEntry.objects.about(evaluation).get(verb="evaluation.scoring_reopened")
    assert (line.actor, line.sealed) == (owner, False)
    assert line.before == {"state": "Scoring closed", "round": 1}
    assert (line.after["round"], line.after["reason"]) == (2, REASON)
    found = {mail.to: mail for mail in OutgoingMail.objects.all()}
    assert set(found) == {manager.user.email, evaluator.user.email}
    mail = found[evaluator.user.email]
    assert mail.subject == "Scoring is open again: Help desk"
    assert REASON in mail.text
    assert at(evaluation, "score/") in mail.text
    client.force_login(evaluator.user)
    assertContains(client.get(at(evaluation, "score/")), REASON)


def test_scorecards_are_taken_back_changed_and_closed_again(client, evaluation, owner, evaluator):
    with organization_scope(ALL):
        evaluation.scorecards.update(submitted_at=evaluation.created_at)
        card = evaluation.scorecards.get(evaluator=evaluator)
        cell = card.scores.get(candidate__name="Northwind", criterion__name="Quality")
    reopen(client, owner, evaluation)
    client.force_login(evaluator.user)
    data = {
        "scorecard": card.pk,
        "candidate": cell.candidate_id,
        "criterion": cell.criterion_id,
        "version": cell.version,
        "mark": "1",
        "evidence": "",
        "comment": "",
    }
    url = at(evaluation, "score/cell/")
    assert client.post(url, json.dumps(data), "application/json").status_code == 422
    client.post(at(evaluation, "score/reopen/"))
    assert client.post(url, json.dumps(data), "application/json").status_code == 200
    with organization_scope(ALL):
        assert LogEntry.objects.get(verb="score.saved").sealed
    client.force_login(owner.user)
    assertRedirects(client.post(at(evaluation, "close/")), at(evaluation, "ranking/"))
    row = now(evaluation)
    assert (row.state, row.round) == ("closed", 2)
    with organization_scope(ALL):
        assert not LogEntry.objects.filter(sealed=True).exists()
    assertContains(client.get(at(evaluation, "ranking/")), "86.7")


def test_moderated_marks_are_withdrawn_and_stay_as_rows(client, evaluation, owner):
    agreed = agree(evaluation, owner)
    client.force_login(owner.user)
    page = client.get(at(evaluation, "reopen/"))
    assertContains(page, "1 mark that you agreed on is withdrawn")
    reopen(client, owner, evaluation)
    with organization_scope(ALL):
        agreed.refresh_from_db()
        line = LogEntry.objects.get(verb="mark.moderation_withdrawn")
    assert agreed.withdrawn_at is not None
    assert (agreed.version, agreed.reason) == (2, "Checked again")
    assert (line.sealed, list(line.before)) == (True, ["Contoso · Quality"])


@pytest.mark.parametrize("state", ["draft", "proposed", "returned"])
def test_an_award_that_is_not_approved_is_withdrawn(client, evaluation, owner, state):
    award = make_award(evaluation, owner, state)
    client.force_login(owner.user)
    assertContains(client.get(at(evaluation, "reopen/")), "is not approved yet; it is withdrawn")
    reopen(client, owner, evaluation)
    row = fresh(award)
    assert row.state == "withdrawn"
    assert row.withdrawn_reason == f"Scoring was opened again: {REASON}"


@pytest.mark.parametrize("state", ["approved", "announced"])
def test_what_was_approved_stays_with_its_record(client, evaluation, owner, state):
    award = make_award(evaluation, owner, state)
    with organization_scope(ALL):
        before = FrozenRecord.objects.values().get()
    client.force_login(owner.user)
    assertContains(client.get(at(evaluation, "reopen/")), "stays as it is, with its record")
    reopen(client, owner, evaluation)
    row = fresh(award)
    assert (row.state, row.round, row.record_id) == (state, 1, before["id"])
    with organization_scope(ALL):
        assert FrozenRecord.objects.values().get() == before


def test_round_two_gets_its_own_award_and_round_one_is_still_read(client, evaluation, owner):
    first = make_award(evaluation, owner, "approved")
    reopen(client, owner, evaluation)
    with organization_scope(ALL):
        close_scoring(evaluation=evaluation, by=owner)
    page = client.get(award_at(first))
    assertContains(page, "An earlier round")
    assertContains(page, "is awarded to Northwind")
    assert client.post(award_at(first, "announce/")).status_code == 422
    assert client.get(at(evaluation, "awards/new/")).status_code == 200
    second = make_award(now(evaluation), owner, "approved")
    assert (second.round, second.record.number) == (2, 2)
    assertContains(client.get(award_at(second)), "round 1")
    reason = {"reason": "It was decided anew"}
    assert client.post(award_at(first, "withdraw/"), reason).status_code == 302


def test_the_kept_analysis_goes_and_is_renewed(client, evaluation, owner):
    with organization_scope(ALL):
        KeptAnalysis.objects.create(
            organization=evaluation.organization, evaluation=evaluation, key="old"
        )
    reopen(client, owner, evaluation)
    with organization_scope(ALL):
        assert not KeptAnalysis.objects.exists()
        close_scoring(evaluation=evaluation, by=owner)
        assert KeptAnalysis.objects.get().key != "old"


# Refusals -----------------------------------------------------------------------------------------


def test_a_reason_is_required_and_what_was_typed_is_kept(client, evaluation, owner):
    assertContains(reopen(client, owner, evaluation, " "), "is required", status_code=422)
    long = "x" * 2001
    assertContains(reopen(client, owner, evaluation, long), long, status_code=422)
    assert now(evaluation).state == "closed"


def test_what_changed_meanwhile_is_looked_at_again(client, evaluation, owner):
    response = reopen(client, owner, evaluation, version=7)
    assertContains(response, "Somebody changed this evaluation meanwhile.", status_code=409)
    assertContains(response, REASON, status_code=409)
    assertContains(response, 'name="version" value="1"', status_code=409)
    assert now(evaluation).state == "closed"


def test_the_same_form_twice_reopens_once(client, evaluation, owner):
    for _ in range(2):
        response = reopen(client, owner, evaluation, version=1)
        assertRedirects(response, at(evaluation), target_status_code=302)
    assert now(evaluation).round == 2
    assert verbs(evaluation).count("evaluation.scoring_reopened") == 1


def test_what_is_not_closed_is_not_reopened(client, acme, owner):
    evaluation = make_evaluation(acme, evaluators=[owner])
    client.force_login(owner.user)
    assert client.get(at(evaluation, "reopen/")).status_code == 302
    response = reopen(client, owner, evaluation)
    assertRedirects(response, at(evaluation), target_status_code=302)
    assert (now(evaluation).round, verbs(evaluation)) == (1, [])


def test_an_imported_evaluation_is_imported_anew_instead(client, evaluation, owner):
    with organization_scope(ALL):
        Evaluation.objects.update(imported_from="scores.xlsx")
    client.force_login(owner.user)
    page = client.get(at(evaluation, "reopen/"))
    assertContains(page, "Import the corrected file")
    assertNotContains(page, "<textarea")
    response = reopen(client, owner, evaluation)
    assert response.status_code == 422
    assert now(evaluation).state == "closed"


def test_those_who_may_find_the_way(client, evaluation, owner, manager):
    for member, seen in ((owner, True), (manager, False)):
        client.force_login(member.user)
        page = client.get(at(evaluation, "ranking/")).content.decode()
        assert (at(evaluation, "reopen/") in page) == seen


@pytest.mark.parametrize("role", ["manager", "evaluator", "viewer"])
def test_reopening_is_for_owners(role, client, evaluation, request):
    member = request.getfixturevalue(role)
    assert reopen(client, member, evaluation).status_code == 403
    assert client.get(at(evaluation, "reopen/")).status_code == 403


def test_the_other_organization_finds_nothing(client, evaluation, outsider):
    assert reopen(client, outsider, evaluation).status_code == 404
    response = client.post(f"/o/globex/evaluations/{evaluation.pk}/reopen/", {"reason": REASON})
    assert response.status_code == 404


# Secrecy is back ----------------------------------------------------------------------------------


@pytest.fixture
def secret(client, acme, owner, evaluator) -> dict:
    """A whole round with marks, a moderated one and an approved award; then open again."""
    evaluation = make_evaluation(
        acme,
        criteria=["Quality", {"name": "Hours", "kind": "measured", "worst": 99, "best": 1}],
        evaluators=[evaluator],
    )
    with organization_scope(ALL):
        card = evaluation.scorecards.get()
        ids = {
            "scorecard": card.pk,
            "candidate": evaluation.candidates.get(name="Contoso").pk,
            "criterion": evaluation.criteria.get(name="Hours").pk,
        }
    client.force_login(evaluator.user)
    mark = {"version": 0, "mark": SECRET_MARK, "evidence": "guess", "comment": MARK_WORDS}
    client.post(at(evaluation, "score/cell/"), json.dumps(ids | mark), "application/json")
    for name, criterion in (
        ("Contoso", "Quality"),
        ("Northwind", "Quality"),
        ("Northwind", "Hours"),
    ):
        give_mark(card, name, criterion, 3)
    with organization_scope(ALL):
        close_scoring(evaluation=evaluation, by=owner)
        agreed = agree(now(evaluation), owner, AGREED_WORDS)
        LogEntry.objects.create(
            organization=acme,
            actor=owner,
            actor_name="Olga",
            verb="mark.moderated",
            target_type="evaluations.evaluation",
            target_id=evaluation.pk,
            target_name="Help desk",
            after={"reason": agreed.reason},
        )
    award = make_award(
        now(evaluation), owner, "approved", rationale=AWARD_WORDS, conditions=(AWARD_WORDS,)
    )
    with organization_scope(ALL):
        condition = award.conditions.get()
    assert reopen(client, owner, evaluation).status_code == 302
    return {
        "evaluation": evaluation,
        "award": award,
        "kwargs": {
            "org": "acme",
            "evaluation_id": evaluation.pk,
            "candidate_id": ids["candidate"],
            "criterion_id": ids["criterion"],
            "scorecard_id": ids["scorecard"],
            "award_id": award.pk,
            "condition_id": condition.pk,
        },
    }


def addresses(secret) -> list[str]:
    return [
        reverse(name, kwargs={part: secret["kwargs"].get(part, 1) for part in parts})
        for name, parts in patterns()
    ]


def told(client, urls) -> list[str]:
    """What stands on the pages that must not be told."""
    found = []
    for url in urls:
        content = client.get(url).getvalue().decode("utf-8", "replace")
        found += [f"{url}: {words}" for words in SECRETS if words in content]
    return found


@pytest.mark.parametrize("role", list(Role))
@pytest.mark.parametrize("asked", [False, True], ids=["not asked to score", "asked to score"])
def test_after_reopening_no_page_tells(acme, secret, role, asked):
    member = make_member(acme, role, "nosy")
    if asked:
        add_evaluator(secret["evaluation"], member)
    assert told(client_of(member), addresses(secret)) == []


def test_after_closing_again_everything_is_told(viewer, owner, secret):
    """The search above is not blind: it finds all of it as soon as it may be found."""
    with organization_scope(ALL):
        close_scoring(evaluation=secret["evaluation"], by=owner)
    found = told(client_of(viewer), addresses(secret))
    assert {line.partition(": ")[2] for line in found} == set(SECRETS)


@pytest.mark.parametrize("role", list(Role))
def test_after_reopening_an_award_is_sealed(acme, secret, role):
    """Whatever its address: the page, the record, the report and its file, the letters, every step."""
    client = client_of(make_member(acme, role, "nosy"))
    page = client.get(award_at(secret["award"]))
    assertContains(page, "Scoring is open again", status_code=404)
    assertNotContains(page, "Northwind", status_code=404)
    about = [url for url in addresses(secret) if f"/awards/{secret['award'].pk}/" in url]
    assert len(about) > 12
    for url in about:
        assert client.get(url).status_code in {403, 404, 405}, url
        assert client.post(url, {}).status_code in {403, 404, 405}, url


def test_who_scores_may_still_not_read_the_others(secret, evaluator, owner):
    """Whoever agreed on a mark or wrote an award sees their own lines of the trail, nobody else does."""
    url = (
        f"/o/acme/activity/?target_id={secret['evaluation'].pk}&target_type=evaluations.evaluation"
    )
    assert AWARD_WORDS not in client_of(evaluator).get(url).content.decode()
    assert MARK_WORDS not in client_of(owner).get(url).content.decode()


def test_the_list_and_home_forget_who_was_awarded(viewer, owner, secret):
    client = client_of(viewer)
    for url in ("/o/acme/", "/o/acme/evaluations/"):
        assertNotContains(client.get(url), "Awarded")
        assertNotContains(client.get(url), "Northwind")


# At the same moment -------------------------------------------------------------------------------


def poster(member, url, **data):
    client = client_of(member)
    return lambda: client.post(url, data).status_code


@pytest.mark.django_db(transaction=True)
def test_reopening_beside_approving_never_approves_in_an_open_scoring(acme, owner, admin):
    for _ in range(3):
        evaluation = closed_evaluation(acme, owner)
        award = make_award(evaluation, owner, "proposed")
        approved, reopened = at_once(
            poster(owner, award_at(award, "approve/"), version=award.version),
            poster(admin, at(evaluation, "reopen/"), reason=REASON, version=1),
        )
        row = fresh(award)
        assert reopened == 302
        assert (approved == 302) == (row.state == "approved") == (row.record_id is not None)
        assert row.state in {"approved", "withdrawn"}
