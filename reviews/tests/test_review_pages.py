"""The pages of the schedule: all reviews, one contract's, its plan and criteria, who holds which."""

import datetime as dt
from typing import Any

import pytest
from django.urls import reverse
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from contracts.models import Contract
from contracts.tests import record_case
from core.tenancy import ALL, organization_scope
from reviews.actions import upcoming
from reviews.models import Review
from reviews.tests import review_case as case
from vendors.tests import builders

CRITERIA = [("Quality", "judged", "60"), ("Cost", "judged", "40"), ("Insured", "gate", "")]


def url(name: str, *args: int) -> str:
    return reverse(f"reviews:{name}", args=["acme", *args])


@pytest.fixture
def contract(manager, owner) -> Contract:
    return case.running(manager, owner)


@pytest.fixture
def signed_in(client, manager) -> Any:
    client.force_login(manager.user)
    return client


def periods_in(page: Any) -> list[str]:
    return [line.period_label for line in page.context["lines"]]


def label(back: int) -> str:
    first_on = case.quarter(back).first_on
    return f"Q{(first_on.month + 2) // 3} {first_on.year}"


# All contracts --------------------------------------------------------------------------------------


def test_what_was_not_held_has_no_standing_of_its_own(signed_in, contract, manager):
    case.closed(case.review_of(contract, 2), manager, "amber", "60")
    with organization_scope(ALL):
        row, values = case.review_of(contract, 1), {"reason": "They moved house."}
        upcoming.miss_review(review=row, values=values, version=row.version, by=manager)
    page = signed_in.get(f"{url('review_list')}?state=not_held")
    assert periods_in(page) == [label(1)]
    assertContains(page, "Needs attention", count=1)  # the filter's choice alone


def test_the_list_shows_what_is_to_be_held_the_most_urgent_first(
    signed_in, contract, manager, owner, viewer
):
    case.closed(case.review_of(contract, 2), manager, "amber", "60")
    page = signed_in.get(url("review_list"))
    assert periods_in(page) == [label(1), label(0)]
    assertContains(page, "Needs attention", count=3)  # the filter's choice, and both rows
    for asked, found in [
        ("state=held", [label(2)]),
        ("state=all", [label(0), label(1), label(2)]),
        ("standing=amber&who=me", [label(1), label(0)]),
        ("standing=green", []),
        ("who=olga", []),
        ("vendor=northw&contract=HELP", [label(1), label(0)]),
        ("vendor=contoso", []),
        ("state=not_held", []),
    ]:
        assert periods_in(signed_in.get(f"{url('review_list')}?{asked}")) == found, asked
    with organization_scope(ALL):
        values = {"reviewer": owner}
        upcoming.delegate_review(
            review=case.review_of(contract, 1), values=values, version=1, by=manager
        )
    assert periods_in(signed_in.get(f"{url('review_list')}?who=olga@")) == [label(1)]
    signed_in.force_login(viewer.user)
    page = signed_in.get(url("review_list"))
    assertContains(page, "Help desk")
    assertNotContains(page, "Record<")


def test_no_list_yet(signed_in):
    assertContains(signed_in.get(url("review_list")), "Its reviews appear here by themselves")


def test_both_pages_ask_the_same_few_questions_whatever_there_is(
    signed_in, contract, manager, owner, django_assert_num_queries
):
    pages = {url("review_list"): 6, url("contract_reviews", contract.pk): 6}
    for page in pages:
        signed_in.get(page)
    counts = []
    for _ in range(2):
        for page in pages:
            with django_assert_num_queries(pages[page]):
                signed_in.get(page)
        counts.append(len(periods_in(signed_in.get(url("review_list")))))
        for number in range(2):
            title = f"Desk {number} {len(counts)}"
            more = case.running(manager, owner, vendor=contract.vendor, title=title)
            case.begin(contract, case.quarter(3).first_on)
            assert more.pk
    assert counts == [3, 10]


def test_nobody_else_sees_them(client, contract, outsider):
    review = case.review_of(contract)
    names = ("contract_reviews", "edit_review_plan", "edit_review_criteria")
    pages = [url("review_list"), *(url(name, contract.pk) for name in names)]
    pages += [url(name, review.pk) for name in ("delegate_review", "postpone_review")]
    for page in pages:
        assert client.get(page).status_code == 302
    client.force_login(outsider.user)
    assert [client.get(page).status_code for page in pages] == [404] * len(pages)
    own = reverse("reviews:contract_reviews", args=["globex", contract.pk])
    assert client.get(own).status_code == 404


@pytest.mark.parametrize("name", ["delegate_review", "postpone_review", "miss_review"])
def test_a_viewer_changes_nothing(client, contract, viewer, name):
    client.force_login(viewer.user)
    review = case.review_of(contract)
    assert client.post(url(name, review.pk), {"reason": "x", "version": 1}).status_code == 403
    assert client.post(url("edit_review_plan", contract.pk)).status_code == 403
    assert case.review_of(contract).version == 1


# One contract ---------------------------------------------------------------------------------------


def test_every_period_since_the_contract_began(signed_in, contract, manager):
    case.closed(case.review_of(contract, 2), manager, "green", "81.25")
    with organization_scope(ALL):
        values = {"reason": "Nobody had time"}
        upcoming.miss_review(
            review=case.review_of(contract, 1), values=values, version=1, by=manager
        )
    page = signed_in.get(url("contract_reviews", contract.pk))
    history = page.context["history"]
    found = [(line.period_label, line.state) for line in history.lines]
    coming = case.quarter().last_on + dt.timedelta(days=1)
    assert found == [
        (f"Q{(coming.month + 2) // 3} {coming.year}", "coming"),
        (label(0), history.lines[1].state),
        (label(1), "not_held"),
        (label(2), "held"),
    ]
    assert history.next_open.period_label == label(0)
    assert [line.period_label for line in history.before] == [
        label(back) for back in range(3, 3 + len(history.before))
    ]
    assert case.fresh(contract).starts_on in history.before[-1].part
    assertContains(page, "Nobody had time")
    assertContains(page, "81.3")
    assertContains(page, "<h1>", count=1)
    assertContains(page, "btn-primary", count=1)


def test_reviews_begin_with_the_signature(signed_in, manager):
    draft = record_case.draft(manager)
    page = signed_in.get(url("contract_reviews", draft.pk))
    assertContains(page, "Reviews begin with the signature")
    for name in ("edit_review_plan", "edit_review_criteria"):
        assertRedirects(signed_in.get(url(name, draft.pk)), url("contract_reviews", draft.pk))


def plan_form(contract: Contract, **values: Any) -> dict[str, Any]:
    plan = case.plan_of(contract)
    usual = {"every": plan.every, "first_on": plan.first_on.isoformat(), "reviewer": ""}
    usual |= {"due_days": 14, "satisfaction_threshold": 60, "version": plan.version}
    return {**usual, **values}


def test_the_plan_is_changed_and_a_stale_one_shows_both(signed_in, contract, owner):
    there = url("edit_review_plan", contract.pk)
    assertContains(signed_in.get(there), "Whoever runs the contract (Mia)")
    form = plan_form(contract, every="month", reviewer=owner.pk, invites_vendor="on")
    assertRedirects(signed_in.post(there, form), url("contract_reviews", contract.pk))
    plan = case.plan_of(contract)
    assert (plan.every, plan.reviewer, plan.invites_vendor) == ("month", owner, True)
    late = signed_in.post(there, {**form, "every": "year"})
    assertContains(late, "Every month", status_code=409)
    assertContains(late, "Save mine", status_code=409)
    assert case.plan_of(contract).every == "month"


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"first_on": "2001-01-01"}, "The contract starts on"),
        ({"first_on": "2099-01-01"}, "Begin within a year"),
        ({"first_on": case.today().isoformat()}, "is still to be held"),
        ({"due_days": "0"}, "greater than or equal to 1"),
        ({"every": "week"}, "Select a valid choice"),
        ({"reviewer": "999999"}, "Select a valid choice"),
    ],
)
def test_a_plan_that_can_not_be(signed_in, contract, values, message):
    page = signed_in.post(url("edit_review_plan", contract.pk), plan_form(contract, **values))
    assertContains(page, message, status_code=422)
    assert case.plan_of(contract).version == 1


def criteria_form(contract: Contract, *weights: str) -> dict[str, Any]:
    plan = case.plan_of(contract)
    form: dict[str, Any] = {"version": plan.version, "do": "save"}
    given = weights or tuple(weight for _, _, weight in CRITERIA)
    for at, ((name, kind, _), weight) in enumerate(zip(CRITERIA, given, strict=True)):
        form |= {f"c{at}-name": name, f"c{at}-kind": kind, f"c{at}-weight": weight}
        form[f"c{at}-row"] = case.criterion_now(contract, name).pk
    return form


def test_the_criteria_are_changed_in_the_editor(signed_in, contract):
    there = url("edit_review_criteria", contract.pk)
    assertContains(signed_in.get(there), "Quality")
    page = signed_in.post(there, criteria_form(contract, "60", "30", ""))
    assertContains(page, "10 are missing", status_code=422)
    form = criteria_form(contract, "55", "45", "")
    assertRedirects(signed_in.post(there, form), url("contract_reviews", contract.pk))
    assert case.criterion_now(contract, "Cost").weight == 45
    assertContains(signed_in.post(there, form), "Somebody saved this", status_code=409)


# One review -----------------------------------------------------------------------------------------


def test_what_is_said_before_it_is_held(signed_in, contract, owner):
    review, back = case.review_of(contract), url("contract_reviews", contract.pk)
    form = {"reviewer": owner.pk, "version": 1}
    assertContains(signed_in.get(url("delegate_review", review.pk)), "As planned (Mia)")
    assertRedirects(signed_in.post(url("delegate_review", review.pk), form), back)
    day = case.today() + dt.timedelta(days=9)
    form = {"due_on": day.isoformat(), "reason": "They move house", "version": 2}
    assertContains(signed_in.get(url("postpone_review", review.pk)), "It is due on")
    assertRedirects(signed_in.post(url("postpone_review", review.pk), form), back)
    assertContains(signed_in.get(back), "They move house")
    late = signed_in.post(url("miss_review", review.pk), {"reason": "No time", "version": 2})
    assertContains(late, "Somebody changed this", status_code=409)
    form = {"reason": "No time", "version": 3}
    assertContains(signed_in.get(url("miss_review", review.pk)), "can’t be undone")
    assertRedirects(signed_in.post(url("miss_review", review.pk), form), back)
    stored = case.review_of(contract)
    assert (stored.reviewer, stored.due_on, stored.state) == (owner, day, Review.State.MISSED)
    again = signed_in.post(url("miss_review", review.pk), {**form, "version": 4})
    assertContains(again, "is marked as not held", status_code=422)
    assertRedirects(signed_in.get(url("postpone_review", review.pk)), back)


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"due_on": "2020-01-01", "reason": "x"}, "This day has passed"),
        ({"due_on": "2090-01-01", "reason": "x"}, "at most"),
        ({"due_on": "soon", "reason": "x"}, "Write the day like"),
        ({"due_on": case.today().isoformat(), "reason": " "}, "This field is required"),
    ],
)
def test_it_is_not_postponed_to_anywhere(signed_in, contract, values, message):
    review = case.review_of(contract)
    page = signed_in.post(url("postpone_review", review.pk), {**values, "version": 1})
    assertContains(page, message, status_code=422)
    assert case.review_of(contract).due_on == review.due_on


def test_reviews_are_handed_over(client, contract, manager, owner, admin):
    review = case.review_of(contract)
    with organization_scope(ALL):
        values = {"reviewer": owner}
        upcoming.delegate_review(review=review, values=values, version=1, by=manager)
    there = url("hand_over_reviews", owner.pk)
    client.force_login(admin.user)
    remove = reverse("accounts:remove_member", args=["acme", owner.pk])
    assertContains(client.post(remove, follow=True), f'href="{there}"')
    assertContains(client.get(there), f"{review.period_label} only")
    refused = client.post(there, {"to": owner.pk})
    assertContains(refused, "Select a valid choice", status_code=422)
    assertRedirects(
        client.post(there, {"to": manager.pk}), reverse("accounts:member_list", args=["acme"])
    )
    assert case.review_of(contract).reviewer == manager
    assertContains(client.get(there), "Nothing to hand over")
    assert builders.trail(contract)[-1][1] == "review.handed_over"


def test_a_review_tells_only_the_days_on_which_the_contract_ran(signed_in, contract):
    review = case.review_of(contract, back=0)
    day = case.today()
    with organization_scope(ALL):
        Contract.objects.filter(pk=contract.pk).update(terminated_on=day)
    for part in ("", "record/"):
        text = signed_in.get(f"{case.AREA}{review.pk}/{part}").text
        assert "the period still runs" not in text
        assert "The period runs until" not in text
    with organization_scope(ALL):
        found = Review.objects.select_related("contract").get(pk=review.pk)
    assert found.part == (max(review.first_on, contract.starts_on), day - dt.timedelta(days=1))
