"""Saving one mark as it is typed: the answer says what the page says, and asks for no more than that takes."""

import datetime as dt
from decimal import Decimal

import pytest

from contracts.models import ServiceLevel
from core.tenancy import ALL, organization_scope
from reviews.actions import measuring
from reviews.entries import mark_key, shown_of_mark, shown_of_text
from reviews.models import CorrectiveAction, Issue
from reviews.tests import review_case as case
from reviews.tests import survey_case


@pytest.fixture(autouse=True)
def woken(monkeypatch):
    """The broker is down: nothing is sent, only noted."""
    monkeypatch.setattr("core.jobs.wake", lambda *words: None)


def test_the_answer_says_what_the_page_says_and_asks_little(
    client, manager, owner, django_assert_max_num_queries
):
    contract = case.running(manager, owner)
    before, review = case.review_of(contract, 2), case.review_of(contract)
    case.closed(before, manager, score="95", Quality="5", Cost="5", Insured="1")
    survey_case.told(contract, manager, good=2, bad=3, back=1)
    known = {"organization": contract.organization, "contract": contract, "created_by": manager}
    with organization_scope(ALL):
        level = ServiceLevel.objects.get(terms__contract=contract)
        missed = measuring.Entry(level.lineage, review.first_on, Decimal(98))
        measuring.record_measurements(contract=contract, entries=[missed], by=manager)
        for severity in ("high", "low"):
            Issue.objects.create(
                title="Late", severity=severity, side="vendor", opened_on=case.today(), **known
            )
        yesterday = case.today() - dt.timedelta(days=1)
        CorrectiveAction.objects.create(
            title="Call", state="open", side="us", owner=manager, due_on=yesterday, **known
        )
    for name, value in (("Quality", "1"), ("Insured", "1")):
        case.mark(review, name, value, manager)
    key = mark_key(case.criterion(contract, "Cost").pk)
    client.force_login(manager.user)
    path = f"/o/acme/reviews/{review.pk}/record/"
    client.get(path)
    typed = {"autosave": "1", key: "3", f"shown-{key}": shown_of_mark("", "")}
    with django_assert_max_num_queries(16):
        answer = client.post(path, typed)
    with django_assert_max_num_queries(12):
        page = client.get(path)
    said, shown = answer.context["sheet"], page.context["sheet"]
    assert (said.found.facts, said.found.proposal) == (shown.found.facts, shown.found.proposal)
    assert (said.found.score, said.found.promised, said.found.missing) == (36.0, 72.0, [])
    assert (said.proposal, said.change_text) == (shown.proposal, "59 less than last time")
    assert [reason.text for reason in said.found.proposal.reasons] == [
        "The score is 36 points of 100: below 40.",
        "Below 40 points: Quality.",
        "The score fell by 59 points since the last review.",
        "The measured service level was missed: Availability of the desk.",
        "1 high-severity issue is still open.",
        "1 agreed action is overdue.",
        "About 40 % of those who answered are satisfied: below 60 %.",
    ]


def test_what_was_said_is_saved_without_reading_what_stands_beside(
    client, manager, owner, django_assert_max_num_queries
):
    review = case.review_of(case.running(manager, owner))
    client.force_login(manager.user)
    path = f"/o/acme/reviews/{review.pk}/record/"
    client.get(path)
    shown = shown_of_text("")
    with django_assert_max_num_queries(9):
        answer = client.post(path, {"autosave": "1", "minutes": "Long.", "shown-minutes": shown})
    assert f'name="shown-minutes" value="{shown_of_text("Long.")}"' in answer.text
    assert "record-proposal" not in answer.text
    answer = client.post(path, {"autosave": "1", "standing": "red", "shown-standing": shown})
    assert "record-proposal" in answer.text
