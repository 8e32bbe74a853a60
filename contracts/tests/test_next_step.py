"""The one next step of a contract that runs."""

import datetime as dt

import pytest
from django.utils import timezone

from activity.models import WatchedDate
from contracts.models import Contract
from contracts.overview import Progress, next_step
from contracts.tests.record_case import draft, noticed, signed, today
from core.tenancy import ALL, organization_scope

NOTHING = Progress(
    levels=0,
    clauses_checked=0,
    papers=0,
    signed_copies=0,
    keys_listed=0,
    tasks=0,
    tasks_done=0,
    has_exit_plan=False,
    open_amendments=0,
    standing=None,
    next_review_on=None,
)


def progress(**found) -> Progress:
    return Progress(**{**vars(NOTHING), **found})


def page(contract: Contract, member, **found) -> str:
    with organization_scope(ALL):
        terms = contract.terms_versions.get()
        status = contract.status(today())
        return next_step(contract, status, terms, progress(**found), member, today()).page


def test_what_lacks_comes_one_after_the_other(manager, owner, viewer):
    contract = signed(manager, owner)
    contract.safe_notice_on = today() + dt.timedelta(days=91)
    found: dict[str, object] = {}
    steps = [
        ("exit_plan", {"has_exit_plan": True}),
        ("document_list", {"signed_copies": 1}),
        ("key_list", {"keys_listed": 2}),
        ("", {"tasks": 3, "tasks_done": 2}),
        ("transition_plan", {"tasks_done": 3}),
        ("", {}),
    ]
    for wanted, then in steps:
        assert page(contract, manager, **found) == wanted
        found |= then
    assert page(contract, viewer) == ""
    contract.safe_notice_on = today() + dt.timedelta(days=90)
    assert page(contract, manager, **found) == "reviews:contract_renewals"
    with organization_scope(ALL):  # somebody said: we keep it
        WatchedDate.objects.filter(kind="contract.notice").update(settled_at=timezone.now())
    assert page(contract, manager, **found) == ""


def test_a_review_that_is_due_comes_before_papers(manager, owner):
    contract = signed(manager, owner)
    contract.safe_notice_on = today() + dt.timedelta(days=91)
    for days, wanted in [(-3, "reviews:contract_reviews"), (14, "reviews:contract_reviews")]:
        due_on = today() + dt.timedelta(days=days)
        assert page(contract, manager, next_review_on=due_on) == wanted
    later = today() + dt.timedelta(days=15)
    assert page(contract, manager, next_review_on=later) == "exit_plan"


def test_the_overview_tells_how_the_reviews_stand(client, manager, owner):
    contract = signed(manager, owner)
    client.force_login(manager.user)
    text = client.get(f"/o/acme/contracts/{contract.pk}/").text
    assert f'<a href="/o/acme/reviews/contract/{contract.pk}/">Reviews</a>' in text
    assert "not reviewed yet" in text
    assert "next due" in text


def test_after_notice_the_exit_plan(manager, owner):
    contract = noticed(signed(manager, owner), owner, today())
    assert page(contract, manager) == "exit_plan"
    assert page(contract, manager, has_exit_plan=True) == "exit_plan"


@pytest.mark.parametrize("stage", ["withdrawn", "in_approval"])
def test_nothing_to_do_for_a_manager(manager, stage):
    contract = draft(manager)
    contract.stage = stage
    assert page(contract, manager) == ""


def test_a_draft_without_a_manager_but_with_terms(manager, owner):
    contract = signed(manager, owner)
    contract.stage, contract.manager = "draft", None
    assert page(contract, manager) == "edit_contract"
