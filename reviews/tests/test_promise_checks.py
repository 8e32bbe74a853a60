"""Were the vendor's promises kept? Asked in each review, and frozen with it."""

import json
from typing import Any

import pytest
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from contracts.actions.promises import place_promise
from contracts.models import Contract
from contracts.tests.record_case import fresh
from core.errors import Refused
from core.tenancy import ALL, organization_scope
from core.versions import Stale
from evaluations.models import Promise
from evaluations.tests.award_case import candidate, closed_evaluation, make_award
from reviews import promised, review_record, review_rows
from reviews.actions.closing import close_review
from reviews.actions.promise_checks import save_promise_check
from reviews.models import PromiseCheck, Review
from reviews.result_page import read_result
from reviews.tests.review_case import AREA, criterion, mark, review_of, running
from reviews.verifying import verify
from vendors.tests.builders import trail

TEXTS = ["A named engineer", "On site in two hours", "A monthly call"]


@pytest.fixture
def review(acme, manager, evaluator, owner) -> Review:
    """An open review of a contract that follows an award; the last promise was dropped knowingly."""
    evaluation = closed_evaluation(acme, manager, evaluator)
    northwind = candidate(evaluation, "Northwind")
    award = make_award(evaluation, manager, "approved", approver=owner)
    contract = running(manager, owner, vendor=northwind.vendor)
    with organization_scope(ALL):
        Contract.objects.filter(pk=contract.pk).update(award=award)
        own = {"organization": acme, "created_by": manager, "source": "demo"}
        for text in TEXTS:
            row = Promise.objects.create(**own, candidate=northwind, text=text)
        place_promise(
            contract=fresh(contract),
            promise=row,
            values={"kind": "dropped", "note": "We call anyway."},
            version=0,
            by=manager,
        )
    return review_of(fresh(contract), 2)


@organization_scope(ALL)
def promise(text: str) -> Promise:
    return Promise.objects.get(text=text)


@organization_scope(ALL)
def say(review: Review, by: Any, text: str, kept: str, note: str = "", version: int = 0) -> Any:
    return save_promise_check(
        review=review,
        promise=promise(text),
        values={"kept": kept, "note": note},
        version=version,
        by=by,
    )


@organization_scope(ALL)
def stored() -> list[tuple[str, str, str, int]]:
    rows = PromiseCheck.objects.select_related("promise").order_by("pk")
    return [(row.promise.text, row.kept, row.note, row.version) for row in rows]


def url(review: Review, text: str = TEXTS[0]) -> str:
    return f"{AREA}{review.pk}/promises/{promise(text).pk}/"


@organization_scope(ALL)
def close(review: Review, by: Any) -> Review:
    """Mark everything and close it."""
    for name, value in (("Quality", "4"), ("Cost", "4"), ("Insured", "1")):
        assert criterion(review.contract, name)
        mark(review, name, value, by)
    close_review(review=review, by=by)
    rows = Review.objects.select_related(*review_rows.RELATED)
    return rows.get(pk=review.pk)


def test_answered_on_the_page_of_the_review(client, manager, review, django_assert_num_queries):
    with organization_scope(ALL), django_assert_num_queries(1):
        assert [row.line.promise.text for row in promised.of_review(review)] == TEXTS[:2]
    client.force_login(manager.user)
    page = client.get(f"{AREA}{review.pk}/record/")
    for text in TEXTS[:2]:
        assertContains(page, text)
    assertNotContains(page, TEXTS[2])
    sent = {"version": "0", "kept": "partly", "note": "Three weeks of holiday"}
    for _ in range(2):
        back = f"{AREA}{review.pk}/record/#promise-{promise(TEXTS[0]).pk}"
        assertRedirects(client.post(url(review), sent), back)
    assert stored() == [(TEXTS[0], "partly", "Three weeks of holiday", 1)]
    part = client.post(
        url(review), {**sent, "version": "1", "kept": "yes"}, headers={"HX-Request": "true"}
    )
    assertContains(part, 'name="version" value="2"')
    assertNotContains(part, "<html")
    stale = client.post(
        url(review), {**sent, "version": "1", "kept": "no"}, headers={"HX-Request": "true"}
    )
    assert stale.status_code == 409
    assertContains(stale, "Now stored: <strong>Kept</strong>", status_code=409)
    assertContains(stale, 'name="version" value="2"', status_code=409)
    wrong = client.post(url(review, TEXTS[1]), {"version": "0", "note": "Hm"})
    assertContains(wrong, "Say first whether it was kept.", status_code=422)
    assertContains(wrong, 'value="Hm"', status_code=422)
    label = review.period_label
    about = {"review": label, "promise": TEXTS[0]}
    told = [line for line in trail(review.contract) if line[1] == "review.promise_checked"]
    assert told[-1][2:] == ({**about, "kept": "Partly"}, {**about, "kept": "Kept"})


def test_who_may_and_what_is_asked(client, viewer, outsider, manager, review):
    assertRedirects(client.post(url(review)), f"/accounts/login/?next={url(review)}")
    client.force_login(viewer.user)
    assert client.post(url(review)).status_code == 403
    page = client.get(f"{AREA}{review.pk}/")
    assertContains(page, "not said yet")
    client.force_login(outsider.user)
    foreign = url(review).replace("/o/acme/", "/o/globex/")
    assert client.post(foreign, {"version": 0, "kept": "yes"}).status_code == 404
    with pytest.raises(Refused, match="not asked about"):
        say(review, manager, TEXTS[2], "yes")
    client.force_login(manager.user)
    dropped = client.post(url(review, TEXTS[2]), {"version": 0, "kept": "yes"})
    assert dropped.status_code == 404
    say(review, manager, TEXTS[0], "yes")
    with pytest.raises(Stale):
        say(review, manager, TEXTS[0], "no")
    assert stored() == [(TEXTS[0], "yes", "", 1)]


def test_frozen_with_the_review_and_told_to_both_sides(client, manager, review):
    say(review, manager, TEXTS[0], "yes")
    say(review, manager, TEXTS[1], "no", "Twice a day later")
    done = close(review, manager)
    said = json.loads(done.record.content)["promises"]
    assert [(row["text"], row["kept"], row["note"]) for row in said] == [
        (TEXTS[0], "yes", ""),
        (TEXTS[1], "no", "Twice a day later"),
    ]
    with organization_scope(ALL):
        assert verify(done).identical
        sections = dict(read_result(done).sections)
    assert sections["What was promised"] == [
        "1 of 2 that could be judged is kept.",
        f"Not kept: {TEXTS[1]}",
    ]
    client.force_login(manager.user)
    page = client.get(f"{AREA}{review.pk}/")
    assertContains(page, "Twice a day later")
    with pytest.raises(Refused, match="closed"):
        say(review, manager, TEXTS[0], "no", version=1)
    trend = client.get(f"{AREA}vendor/{done.contract.vendor_id}/")
    assertContains(trend, "1 of 2")
    # The next one says what was said the time before.
    following = review_of(fresh(review.contract), 1)
    assertContains(client.get(f"{AREA}{following.pk}/record/"), "last time: not kept")
    with organization_scope(ALL):
        PromiseCheck.objects.filter(kept="no").update(kept="yes")
        found = verify(done)
    assert not found.identical
    [changed] = [one for check in found.checks for one in check.differences]
    assert (changed.recorded, changed.now) == ("“no”", "“yes”")


def test_a_record_from_before_still_verifies(manager, review):
    """Nothing about promises is in it, and nothing was asked."""
    with organization_scope(ALL):
        Contract.objects.filter(pk=review.contract_id).update(award=None)
    done = close(review_of(fresh(review.contract), 2), manager)
    assert "promises" not in json.loads(done.record.content)
    with organization_scope(ALL):
        assert verify(done).identical
        given = review_rows.frozen_given(done)
        assert given is not None
        assert given["promises"] == []
        assert "What was promised" not in dict(read_result(done).sections)
    assert set(review_record.LATER) >= {"promises"}


def test_in_words():
    rows = [{"text": "A", "kept": "too_early"}, {"text": "B", "kept": ""}]
    assert promised.result_lines(rows) == []
    rows += [{"text": "C", "kept": "partly"}, {"text": "D", "kept": "yes"}]
    assert promised.result_lines(rows) == [
        "1 of 2 that could be judged is kept.",
        "Partly kept: C",
    ]
