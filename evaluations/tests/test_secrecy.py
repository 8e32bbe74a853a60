"""Nobody learns another's marks before scoring is closed: every page, as everybody, with a mark to find."""

import json

import pytest
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from accounts.permissions import Role
from conftest import make_member
from core.tenancy import ALL, organization_scope
from evaluations.models import Evaluation, Scorecard
from evaluations.tests.builders import add_evaluator, make_evaluation

SECRET_MARK, SECRET_WORDS = "73.6419", "zebra by moonlight"
APPS = {"evaluations", "dashboard", "vendors"}


@pytest.fixture
def evaluation(acme, evaluator, manager) -> Evaluation:
    """Scoring is open; Eve has marked through the page, so that the audit trail holds it as well."""
    evaluation = make_evaluation(
        acme,
        criteria=["Quality", {"name": "Hours", "kind": "measured", "worst": 99, "best": 1}],
        evaluators=[evaluator],
    )
    add_evaluator(evaluation, manager)
    return evaluation


@pytest.fixture
def secret(client, evaluation, evaluator) -> dict:
    client.force_login(evaluator.user)
    with organization_scope(ALL):
        data = {
            "scorecard": Scorecard.objects.get(evaluator=evaluator).pk,
            "candidate": evaluation.candidates.get(name="Contoso").pk,
            "criterion": evaluation.criteria.get(name="Hours").pk,
            "version": 0,
            "mark": SECRET_MARK,
            "evidence": "guess",
            "comment": SECRET_WORDS,
        }
    response = client.post(f"{score_url(evaluation)}cell/", json.dumps(data), "application/json")
    assert response.json()["mark"] == SECRET_MARK
    return data


def score_url(evaluation) -> str:
    return f"/o/acme/evaluations/{evaluation.pk}/score/"


def patterns(resolver=None, app: str = ""):
    """(name, names of the parts of the address) of every address of the apps that may show marks."""
    for entry in (resolver or get_resolver()).url_patterns:
        if isinstance(entry, URLResolver):
            yield from patterns(entry, entry.app_name or app)
        elif isinstance(entry, URLPattern) and app in APPS and entry.name:
            yield f"{app}:{entry.name}", {"org"} | set(entry.pattern.converters)


@organization_scope(ALL)
def addresses(evaluation, secret) -> list[str]:
    """Every address, filled in so that it leads to the evaluation with the secret, or near it."""
    candidate = evaluation.candidates.get(name="Contoso")
    known = {
        "org": "acme",
        "evaluation_id": evaluation.pk,
        "candidate_id": candidate.pk,
        "scorecard_id": secret["scorecard"],
        "criterion_id": secret["criterion"],
        "vendor_id": candidate.vendor_id,
    }
    found = []
    for name, parts in patterns():
        kwargs = {part: known.get(part, 1) for part in parts}
        found.append(reverse(name, kwargs=kwargs))
    own_page = score_url(evaluation)
    return [*found, f"{own_page}?candidate={candidate.pk}"]


@pytest.mark.parametrize("role", list(Role))
@pytest.mark.parametrize("asked", [False, True], ids=["not asked to score", "asked to score"])
def test_no_page_tells(client, acme, evaluation, secret, role, asked):
    member = make_member(acme, role, "nosy")
    if asked:
        add_evaluator(evaluation, member)
    client.force_login(member.user)
    pages = addresses(evaluation, secret)
    assert score_url(evaluation) in pages
    told = []
    for url in pages:
        response = client.get(url)
        content = response.getvalue().decode("utf-8", "replace")
        told += [url for words in (SECRET_MARK, SECRET_WORDS) if words in content]
    assert told == []


def test_it_would_be_found_if_it_were_told(client, evaluation, secret, evaluator):
    """The search above is not blind: the evaluator's own page does show it."""
    client.force_login(evaluator.user)
    own = client.get(score_url(evaluation)).content.decode()
    assert SECRET_MARK in own
    assert SECRET_WORDS in own


@pytest.mark.parametrize("role", [Role.EVALUATOR, Role.MANAGER, Role.OWNER, Role.ADMIN])
def test_no_refusal_tells(client, acme, evaluation, secret, role):
    member = make_member(acme, role, "nosy")
    own = add_evaluator(evaluation, member)
    client.force_login(member.user)
    base = score_url(evaluation)
    stale = {**secret, "mark": "1", "version": 9}
    answers = [
        client.post(f"{base}cell/", json.dumps(data), "application/json")
        for data in (secret, stale, {**stale, "scorecard": own.pk}, {**stale, "mark": "x"})
    ]
    key = f"cell-{secret['candidate']}-{secret['criterion']}-mark"
    answers += [
        client.post(f"{base}save/", {"scorecard": secret["scorecard"], key: "2"}),
        client.post(
            f"{base}save/", {"scorecard": own.pk, "shown": f"{key[5:-5]}:3:00000000", key: "2"}
        ),
        client.post(f"{base}submit/", {}),
    ]
    for answer in answers:
        assert 400 <= answer.status_code < 500
        assert SECRET_MARK not in answer.content.decode()
        assert SECRET_WORDS not in answer.content.decode()


def test_nothing_orders_people_or_candidates_by_marks(client, evaluation, secret, manager, viewer):
    """The same page before and after the mark, but for the count of cells."""
    for member in (manager, viewer):
        client.force_login(member.user)
        before = client.get(score_url(evaluation)).context["progress"]
        assert [line.scorecard.evaluator_name for line in before] == ["Eve", "Mia"]


def test_signed_out_people_see_nothing(client, evaluation, secret):
    client.logout()
    for url in addresses(evaluation, secret):
        response = client.get(url)
        assert response.status_code in {302, 405}
