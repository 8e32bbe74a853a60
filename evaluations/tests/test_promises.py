"""The promise ledger: what candidates said they would do."""

import datetime as dt
import uuid

import pytest
import time_machine
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from core.errors import Refused
from core.tenancy import ALL, organization_scope
from evaluations.actions.promises import add_promise
from evaluations.models import Promise, ProposalAnswer, ProposalRequest, RequestQuestion
from evaluations.tests.award_case import at, candidate
from evaluations.tests.builders import make_evaluation
from vendors.tests.builders import trail

NOW = dt.datetime(2026, 6, 15, 10, tzinfo=dt.UTC)
SAID = {
    "text": "A named engineer",
    "source": "demo",
    "said_by": "Nora North",
    "said_on": dt.date(2026, 6, 1),
}


@pytest.fixture(autouse=True)
def today():
    with time_machine.travel(NOW):
        yield


@pytest.fixture
def evaluation(acme, manager):
    return make_evaluation(acme, candidates=["Northwind", "Contoso", "Stay in-house"])


def body(evaluation, **values) -> dict:
    return {"candidate": candidate(evaluation, "Northwind").pk, "answer": "", **SAID, **values}


def promises() -> list[Promise]:
    with organization_scope(ALL):
        return list(Promise.objects.select_related("candidate").order_by("pk"))


@organization_scope(ALL)
def make_answer(evaluation, name="Northwind", state="opened", **value) -> ProposalAnswer:
    """One answer of the proposal of a candidate."""
    own = {"organization": evaluation.organization}
    request, _ = ProposalRequest.objects.get_or_create(
        **own, evaluation=evaluation, defaults={"title": "Desk", "created_by_id": _by(evaluation)}
    )
    ProposalRequest.objects.filter(pk=request.pk).update(state=state)
    question, _ = RequestQuestion.objects.get_or_create(
        **own, proposal_request=request, position=1, section="Work", text="Who helps?", kind="text"
    )
    proposal = request.proposals.create(
        **own,
        candidate=candidate(evaluation, name),
        name="Pat Sales",
        email="pat@example.com",
        answered_at=NOW - dt.timedelta(days=3),
    )
    return ProposalAnswer.objects.create(**own, proposal=proposal, question=question, value=value)


def _by(evaluation) -> int:
    return evaluation.created_by_id


def test_noted_once_said_better_and_taken_out(
    client, evaluation, manager, django_assert_num_queries
):
    client.force_login(manager.user)
    empty = client.get(at(evaluation, "promises/"))
    assertContains(empty, "No promise is noted yet")
    sent = body(evaluation, text="A named\r\nengineer", creation_key=uuid.uuid4())
    for _ in range(2):
        assertRedirects(
            client.post(at(evaluation, "promises/add/"), sent), at(evaluation, "promises/")
        )
    [row] = promises()
    assert {name: getattr(row, name) for name in SAID} == SAID
    assert (row.candidate.name, row.created_by) == ("Northwind", manager)
    edit = at(evaluation, f"promises/{row.pk}/edit/")
    assertContains(client.get(edit), "A named engineer")
    changed = body(evaluation, text="Two named engineers", version=1)
    assertRedirects(client.post(edit, changed), at(evaluation, "promises/"))
    stale = client.post(edit, body(evaluation, text="Three", version=1))
    assert stale.status_code == 409
    assert stale.context["differing"] == [("What was promised", "Two named engineers", "Three")]
    client.post(at(evaluation, "promises/add/"), body(evaluation, text="On site in two hours"))
    with django_assert_num_queries(5):
        page = client.get(at(evaluation, "promises/"))
    assertContains(page, "Two named engineers")
    assertContains(page, "nothing noted")  # of Contoso
    ledgers = page.context["ledgers"]
    assert [row.candidate.name for row in ledgers] == ["Northwind", "Contoso"]
    remove = at(evaluation, f"promises/{row.pk}/remove/")
    assertRedirects(client.post(remove), at(evaluation, "promises/"))
    assert [row.text for row in promises()] == ["On site in two hours"]
    lines = [line for line in trail(evaluation) if "promise" in line[1]]
    said = {"promise": "A named engineer", "source": "Demo", "said by": "Nora North"}
    assert lines[0][1:] == (
        "evaluation.promise_added",
        {},
        {"candidate": "Northwind", **said, "said on": "2026-06-01"},
    )
    assert lines[1][1:] == (
        "evaluation.promise_changed",
        {"promise": "A named engineer"},
        {"promise": "Two named engineers"},
    )
    assert lines[-1][1:] == (
        "evaluation.promise_removed",
        {"candidate": "Northwind", "promise": "Two named engineers"},
        {},
    )


@pytest.mark.parametrize(
    ("field", "value"),
    [("text", ""), ("text", "x" * 501), ("source", "rumour"), ("said_on", "2026-06-16")],
)
def test_wrong_input_stands_at_its_field(client, evaluation, manager, field, value):
    client.force_login(manager.user)
    response = client.post(at(evaluation, "promises/add/"), body(evaluation, **{field: value}))
    assert response.status_code == 422
    assert list(response.context["form"].errors) == [field]
    assert promises() == []


def test_nobody_promises_themselves_or_without_limit(evaluation, manager, monkeypatch):
    with organization_scope(ALL):
        with pytest.raises(Refused, match="hold yourselves"):
            add_promise(candidate=candidate(evaluation, "Stay in-house"), values=SAID, by=manager)
        monkeypatch.setattr("evaluations.actions.promises.MOST_PROMISES", 1)
        northwind = candidate(evaluation, "Northwind")
        add_promise(candidate=northwind, values=SAID, by=manager)
        with pytest.raises(Refused, match="1 promises"):
            add_promise(candidate=northwind, values=SAID, by=manager)


def test_from_an_answer_of_the_proposal(client, evaluation, manager):
    answer = make_answer(evaluation, text="Nora,\nwho knows your systems")
    client.force_login(manager.user)
    add = at(evaluation, "promises/add/")
    form = client.get(f"{add}?answer={answer.pk}").context["form"]
    assert {name: form[name].value() for name in ("text", "source", "said_by")} == {
        "text": "Nora, who knows your systems",
        "source": "proposal",
        "said_by": "Pat Sales",
    }
    assert form["candidate"].value() == candidate(evaluation, "Northwind").pk
    prefilled = client.get(f"{add}?text=Hello&source=talk&candidate=x").context["form"]
    assert (prefilled["text"].value(), prefilled["candidate"].value()) == ("Hello", None)
    sent = body(evaluation, source="proposal", answer=answer.pk)
    assertRedirects(client.post(add, sent), at(evaluation, "promises/"))
    assertContains(client.get(at(evaluation, "promises/")), "answer to “Who helps?”")
    assert promises()[0].answer_id == answer.pk
    # An answer of another candidate is not theirs.
    foreign = {**sent, "candidate": candidate(evaluation, "Contoso").pk}
    assertContains(client.post(add, foreign), "this candidate&#x27;s proposal", status_code=422)


def test_a_sealed_answer_is_not_there(client, evaluation, manager):
    answer = make_answer(evaluation, state="sent", text="Sealed words")
    client.force_login(manager.user)
    add = at(evaluation, "promises/add/")
    page = client.get(f"{add}?answer={answer.pk}")
    assertNotContains(page, "Sealed words")
    response = client.post(add, body(evaluation, answer=answer.pk))
    assert response.status_code == 422
    assert list(response.context["form"].errors) == ["answer"]


def test_who_may(client, evaluation, manager, evaluator, outsider):
    with organization_scope(ALL):
        row = add_promise(candidate=candidate(evaluation, "Northwind"), values=SAID, by=manager)
    writing = ["add/", f"{row.pk}/edit/", f"{row.pk}/remove/"]
    for what in writing:
        address = at(evaluation, f"promises/{what}")
        assertRedirects(client.post(address), f"/accounts/login/?next={address}")
    client.force_login(evaluator.user)
    assert {client.post(at(evaluation, f"promises/{what}")).status_code for what in writing} == {
        403
    }
    page = client.get(at(evaluation, "promises/"))
    assertContains(page, "A named engineer")
    assertNotContains(page, "Add a promise")
    other = make_evaluation(outsider.organization)
    client.force_login(outsider.user)
    for what in writing[1:]:
        foreign = f"/o/globex/evaluations/{other.pk}/promises/{what}"
        assert client.post(foreign).status_code == 404
    assert len(promises()) == 1
