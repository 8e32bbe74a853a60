"""Where the promises of a contract's vendor went: into a clause, a level, a deliverable, or nowhere."""

import datetime as dt
from typing import Any

import pytest
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from contracts.actions import promises as actions
from contracts.actions.refusals import NotComplete, NotFit, NotNow
from contracts.completeness import MISSING, OK
from contracts.models import Clause, Contract, HandoverItem, PromisePlace, ServiceLevel
from contracts.promise_ledger import ledger_of as read
from contracts.promise_ledger import levels_of, rows_of
from contracts.promise_words import Kept
from contracts.readings import completeness_of
from contracts.tests.record_case import at, draft, fresh, say_terms
from core.errors import Refused
from core.tenancy import ALL, organization_scope
from core.versions import Stale
from evaluations.actions.promises import remove_promise
from evaluations.models import Promise
from evaluations.tests.award_case import candidate, closed_evaluation, make_award
from vendors.tests.builders import trail

TEXTS = ["A named engineer", "On site in two hours", "Training for all", "A monthly call"]


@pytest.fixture
def contract(acme, manager, evaluator, owner) -> Contract:
    """A draft that follows an award, with four promises of its vendor."""
    evaluation = closed_evaluation(acme, manager, evaluator)
    award = make_award(evaluation, manager, "approved", approver=owner)
    northwind = candidate(evaluation, "Northwind")
    row = draft(manager, vendor=northwind.vendor)
    say_terms(row)
    with organization_scope(ALL):
        Contract.objects.filter(pk=row.pk).update(award=award)
        for name, texts in ((northwind, TEXTS), (candidate(evaluation, "Contoso"), ["Theirs"])):
            for text in texts:
                own = {"organization": acme, "created_by": manager, "source": "demo"}
                Promise.objects.create(**own, candidate=name, text=text)
    return fresh(row)


@organization_scope(ALL)
def promise(contract: Contract, text: str) -> Promise:
    return rows_of(contract).get(text=text)


@organization_scope(ALL)
def place(contract: Contract, text: str, by: Any, version: int = 0, **values: Any) -> PromisePlace:
    return actions.place_promise(
        contract=contract, promise=promise(contract, text), values=values, version=version, by=by
    )


@organization_scope(ALL)
def add_level(contract: Contract) -> ServiceLevel:
    terms = contract.terms_versions.get()
    return ServiceLevel.objects.create(
        organization=contract.organization,
        terms=terms,
        metric="response",
        name="On site",
        comparator="at_most",
        target=2,
        unit="hours",
        window="month",
    )


@organization_scope(ALL)
def states(contract: Contract) -> dict[str, tuple[str, str]]:
    ledger = read(contract, levels_of(contract.terms_versions.get()))
    return {line.promise.text: (line.state, line.where or line.lost) for line in ledger.lines}


@organization_scope(ALL)
def finding(contract: Contract) -> tuple[str, str]:
    rows = completeness_of(contract, dt.date(2026, 6, 15))
    [found] = [row for row in rows if row.code == "promises"]
    return found.state, found.words


def url(contract: Contract, text: str, what: str = "") -> str:
    return at(contract, f"promises/{promise(contract, text).pk}/{what}")


def test_each_gets_its_place_until_none_stands_nowhere(
    client, manager, contract, django_assert_num_queries
):
    level = add_level(contract)
    named = [f"“{text}”" for text in TEXTS[:3]]
    words = f"4 of 4 promises are in no document you will sign: {', '.join(named)} and 1 more."
    assert finding(contract) == (MISSING, words)
    client.force_login(manager.user)
    assertContains(client.get(at(contract)), "Give each its place, or drop it with a reason.")
    first, second, third, fourth = (url(contract, text) for text in TEXTS)
    assertContains(client.get(first), "A named engineer")
    sent = {"version": 0, "kind": "clause", "clause": "scope", "note": "Annex 2", "do": "next"}
    assertRedirects(client.post(first, sent), second)
    assertRedirects(
        client.post(second, {"version": 0, "kind": "level", "level": str(level.lineage)}),
        at(contract, "promises/"),
    )
    made = {"kind": "deliverable", "title": "Training", "item_kind": "training"}
    client.post(third, {"version": 0, **made, "due_on": "2027-01-31"})
    assertContains(client.get(at(contract, "clauses/")), "<strong>Scope</strong> A named engineer")
    assert states(contract) == {
        TEXTS[0]: ("placed", "Scope"),
        TEXTS[1]: ("placed", "On site"),
        TEXTS[2]: ("placed", "Training"),
        TEXTS[3]: ("nowhere", ""),
    }
    with organization_scope(ALL):
        clause, item = Clause.objects.get(), HandoverItem.objects.get()
    assert (clause.key, clause.state) == ("scope", "negotiated")
    assert (item.title, item.side, item.due_on) == ("Training", "vendor", dt.date(2027, 1, 31))
    assert finding(contract)[1] == (
        "1 of 4 promises is in no document you will sign: “A monthly call”."
    )
    client.post(fourth, {"version": 0, "kind": "dropped", "note": "We call anyway."})
    assert finding(contract) == (OK, "Each of 4 promises has its place; knowingly dropped: 1.")
    with django_assert_num_queries(8):
        page = client.get(at(contract, "promises/"))
    for shown in ("Annex 2", "Training", "We call anyway.", "Each of 4 promises has its place"):
        assertContains(page, shown)
    assertNotContains(page, "Theirs")
    placed = [line for line in trail(contract) if line[1] == "contract.promise_placed"]
    assert placed[0][2:] == (
        {"promise": TEXTS[0]},
        {"promise": TEXTS[0], "place": "A clause: Scope (Annex 2)"},
    )
    assertRedirects(client.post(url(contract, TEXTS[3], "take-out/")), at(contract, "promises/"))
    client.post(url(contract, TEXTS[3], "take-out/"))
    assert trail(contract)[-1][1:3] == (
        "contract.promise_unplaced",
        {"promise": TEXTS[3], "place": "Knowingly dropped (We call anyway.)"},
    )


def test_a_place_that_is_gone_does_not_count(contract, manager):
    level = add_level(contract)
    place(contract, TEXTS[0], manager, kind="clause", clause="scope")
    place(contract, TEXTS[1], manager, kind="level", level=level.lineage)
    made = {"kind": "deliverable", "title": "Training", "item_kind": "training"}
    place(contract, TEXTS[2], manager, **made)
    with organization_scope(ALL):
        Clause.objects.update(state="absent")
        level.delete()
        HandoverItem.objects.all().delete()
    assert states(contract) == {
        TEXTS[0]: ("nowhere", "Scope"),
        TEXTS[1]: ("nowhere", "The service level that it stood in is gone."),
        TEXTS[2]: ("nowhere", "The deliverable that it was is gone."),
        TEXTS[3]: ("nowhere", ""),
    }
    # Put there again it is found again.
    place(contract, TEXTS[0], manager, version=1, kind="clause", clause="scope")
    assert states(contract)[TEXTS[0]] == ("placed", "Scope")


def test_the_signature_is_told_what_stands_nowhere(client, owner, contract):
    client.force_login(owner.user)
    page = client.get(at(contract, "sign/"))
    assertContains(page, "4 of 4 promises are in no document you will sign")
    view = client.get(at(contract, "completeness/"))
    assertContains(view, f'href="{at(contract, "promises/")}"')


@pytest.mark.parametrize(
    ("sent", "field"),
    [
        ({}, "kind"),
        ({"kind": "clause"}, "clause"),
        ({"kind": "level"}, "level"),
        ({"kind": "deliverable", "title": "", "item_kind": "training"}, "title"),
        ({"kind": "deliverable", "title": "password: hunter2-Tr0ub4dor&3"}, "item_kind"),
        ({"kind": "dropped", "note": " "}, "note"),
    ],
)
def test_what_is_missing_stands_at_its_field(client, manager, contract, sent, field):
    client.force_login(manager.user)
    response = client.post(url(contract, TEXTS[0]), {"version": 0, **sent})
    assert response.status_code == 422
    assert list(response.context["form"].errors) == [field]
    with organization_scope(ALL):
        assert not PromisePlace.objects.exists()


def test_two_at_once_see_each_other(client, manager, contract):
    place(contract, TEXTS[0], manager, kind="clause", clause="scope")
    client.force_login(manager.user)
    sent = {"version": 0, "kind": "dropped", "note": "Not needed"}
    response = client.post(url(contract, TEXTS[0]), sent)
    assert response.status_code == 409
    assert response.context["differing"] == [
        ("Where it goes", "In a clause: Scope", "Nowhere: drop it knowingly")
    ]
    again = client.post(url(contract, TEXTS[0]), {**sent, "version": 1})
    assertRedirects(again, at(contract, "promises/"))
    with organization_scope(ALL):
        actions.unplace_promise(contract=contract, promise=promise(contract, TEXTS[0]), by=manager)
    with pytest.raises(Stale):
        place(contract, TEXTS[0], manager, version=2, kind="dropped", note="No")


def test_what_does_not_belong_is_refused(contract, manager):
    other = draft(manager, title="Other", vendor=contract.vendor)
    with organization_scope(ALL):
        theirs = Promise.objects.get(text="Theirs")
        item = HandoverItem.objects.create(
            organization=other.organization, contract=other, kind="access", title="x", side="us"
        )
        with pytest.raises(NotFit, match="contract's vendor"):
            actions.place_promise(
                contract=contract, promise=theirs, values={"kind": "dropped"}, version=0, by=manager
            )
    for values in (
        {"kind": "deliverable", "deliverable": item},
        {"kind": "level", "level": "00000000-0000-0000-0000-000000000000"},
        {"kind": "clause", "clause": "nonsense"},
    ):
        with pytest.raises(NotFit):
            place(contract, TEXTS[0], manager, **values)
    with pytest.raises(NotComplete):
        place(contract, TEXTS[0], manager, kind="dropped", note="")
    with organization_scope(ALL):
        Contract.objects.filter(pk=contract.pk).update(stage="withdrawn")
    with pytest.raises(NotNow):
        place(contract, TEXTS[0], manager, kind="dropped", note="No")


def test_of_a_contract_that_came_to_nothing_it_moves_along(contract, manager):
    place(contract, TEXTS[0], manager, kind="dropped", note="No")
    other = draft(manager, title="Again", vendor=contract.vendor)
    award = contract.award
    with organization_scope(ALL):
        Contract.objects.filter(pk=contract.pk).update(award=None)
        Contract.objects.filter(pk=other.pk).update(award=award)
    other = fresh(other)
    with pytest.raises(NotFit, match="Help desk"):
        place(other, TEXTS[0], manager, kind="dropped", note="No")
    with organization_scope(ALL):
        with pytest.raises(Refused, match="Take it out of there first"):
            remove_promise(promise=promise(other, TEXTS[0]), by=manager)
        Contract.objects.filter(pk=contract.pk).update(stage="withdrawn")
        remove_promise(promise=promise(other, TEXTS[1]), by=manager)
    row = place(other, TEXTS[0], manager, kind="dropped", note="No")
    assert (row.contract_id, row.version) == (other.pk, 2)


def test_who_may(client, viewer, outsider, contract, manager):
    writing = [url(contract, TEXTS[0]), url(contract, TEXTS[0], "take-out/")]
    for address in writing:
        assertRedirects(client.post(address), f"/accounts/login/?next={address}")
    client.force_login(viewer.user)
    assert {client.post(address).status_code for address in writing} == {403}
    assertNotContains(client.get(at(contract, "promises/")), "Place it")
    client.force_login(outsider.user)
    mine = draft(outsider)
    foreign = f"/o/globex/contracts/{mine.pk}/promises/"
    assert client.post(f"{foreign}{promise(contract, TEXTS[0]).pk}/").status_code == 404
    assertContains(client.get(foreign), "follows no award")


@pytest.mark.parametrize(
    ("count", "is_signed", "words"),
    [
        (Kept(23, 0, 7), False, "7 of 23 promises are in no document you will sign"),
        (Kept(1, 0, 1), True, "1 of 1 promise is in no document that you signed"),
        (Kept(1), False, "The one promise has its place"),
        (Kept(3, 3), False, "Each of 3 promises has its place; knowingly dropped: 3"),
    ],
)
def test_in_words(count, is_signed, words):
    assert count.words(is_signed=is_signed) == words
