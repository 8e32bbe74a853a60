"""Whoever is given something to do is told at once, and never by themselves."""

import datetime as dt

import pytest
import time_machine
from pytest_django.asserts import assertContains

from activity.models import OutgoingMail
from contracts.models import ServiceLevel
from core.tenancy import ALL, organization_scope
from reviews.actions import action_log, issues, upcoming
from reviews.models import CorrectiveAction
from reviews.tests import improving_case, review_case

NOW = dt.datetime(2026, 6, 15, 10, tzinfo=dt.UTC)


@pytest.fixture(autouse=True)
def today():
    with time_machine.travel(NOW):
        yield


def mails(key: str) -> list[OutgoingMail]:
    with organization_scope(ALL):
        return list(OutgoingMail.objects.filter(key__startswith=key).order_by("pk"))


def test_a_delegated_review_is_told(manager, owner):
    review = review_case.review_of(review_case.running(manager, owner))
    with organization_scope(ALL):
        values = {"reviewer": owner}
        row = upcoming.delegate_review(review=review, values=values, version=1, by=manager)
        values = {"reviewer": None}
        upcoming.delegate_review(review=row, values=values, version=row.version, by=manager)
    [mail] = mails("review-given:")
    assert mail.to == owner.user.email
    assert mail.subject == "Mia asks you to hold a review: Help desk, Q1 2026"
    assert f"/o/acme/reviews/{review.pk}/record/" in mail.text


def test_who_is_named_in_an_action_is_told_once_it_is_to_be_done(manager, owner):
    contract = review_case.running(manager, owner)
    improving_case.make_action(manager, contract, owner=manager)
    assert mails("action-given:") == []  # told to oneself
    action = improving_case.make_action(manager, contract, owner=owner)
    with organization_scope(ALL):
        action_log.edit_action(action=action, values={"cause": "Haste"}, version=1, by=manager)
    [mail] = mails("action-given:")
    assert (mail.to, mail.subject) == (
        owner.user.email,
        "Mia gives you an action: Ask before closing",
    )
    review = review_case.review_of(contract)
    with organization_scope(ALL):
        CorrectiveAction.objects.filter(pk=action.pk).update(state="agreed", review=review)
        action_log.open_agreed(review=review, by=manager)
    assert [mail.to for mail in mails("action-given:")] == [owner.user.email] * 2


def test_who_is_named_in_an_issue_is_told(manager, owner):
    contract = review_case.running(manager, owner)
    issue = improving_case.make_issue(manager, contract, owner=manager)
    assert mails("issue-given:") == []
    with organization_scope(ALL):
        issues.edit_issue(issue=issue, values={"owner": owner}, version=1, by=manager)
    [mail] = mails("issue-given:")
    assert mail.to == owner.user.email
    assert "How bad it is: high." in mail.text
    assert f"/o/acme/reviews/issues/{issue.pk}/" in mail.text


def test_an_action_that_a_rule_opened_is_told(client, manager, owner):
    contract = review_case.running(manager, owner)
    improving_case.make_rule(manager, misses=1, windows=1)
    with organization_scope(ALL):
        level = ServiceLevel.objects.get(terms__contract=contract)
    client.force_login(owner.user)
    at = f"{review_case.AREA}contract/{contract.pk}/measurements/record/?on=2026-01-01"
    page = client.post(at, {f"{level.lineage.hex}-20260201": "90"}, follow=True)
    assertContains(page, "A rule came true")
    [mail] = mails("action-by-rule:")
    assert mail.to == manager.user.email
    assert "is due by 15 Jul 2026" in mail.text
    client.post(at, {f"{level.lineage.hex}-20260201": "90"})
    assert len(mails("action-by-rule:")) == 1
