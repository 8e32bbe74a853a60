"""The plan of a contract and its reviews, touched at the same moment, in real transactions."""

import datetime as dt
import threading
import time
from dataclasses import replace

import pytest
from django.db import transaction
from django.utils import timezone

from accounts import actions as people
from core.errors import Refused
from core.tenancy import ALL, organization_scope
from evaluations.tests.test_scoring_at_once import at_once, client_of
from reviews import tasks
from reviews.actions import plans as actions
from reviews.actions import recording
from reviews.actions.criteria import change_review_criteria
from reviews.entries import MINUTES, MarkEntry, TextEntry, shown_of_mark, shown_of_text
from reviews.models import Review, ReviewMark, ReviewPlan
from reviews.tests import review_case as case
from reviews.tests.test_review_pages import plan_form, url

pytestmark = pytest.mark.django_db(transaction=True)


def test_two_ticks_and_a_changed_plan_make_each_review_once(manager, owner):
    contract = case.running(manager, owner)
    with organization_scope(ALL):
        Review.objects.all().delete()
        ReviewPlan.objects.update(refresh_on=dt.date(2000, 1, 1))
    client, form = client_of(manager), plan_form(contract, due_days=21)

    def change() -> int:
        return client.post(url("edit_review_plan", contract.pk), form).status_code

    now = timezone.now()
    found = at_once(
        change, lambda: actions.refresh_due(now=now), lambda: actions.refresh_due(now=now)
    )
    assert found[0] == 302
    reviews = case.reviews_of(contract)
    assert [review.first_on for review in reviews] == [
        case.quarter(back).first_on for back in (2, 1, 0)
    ]
    late = dt.timedelta(days=21)
    assert [review.due_on for review in reviews] == [review.last_on + late for review in reviews]
    tasks.refresh_plans()
    assert case.reviews_of(contract) == reviews


def test_of_two_who_change_a_plan_at_once_one_is_shown_both(manager, owner):
    contract = case.running(manager, owner)
    there = url("edit_review_plan", contract.pk)
    posts = [
        (client_of(member), plan_form(contract, due_days=days))
        for member, days in ((manager, 10), (owner, 20))
    ]
    found = at_once(*[lambda c=c, f=f: c.post(there, f).status_code for c, f in posts])
    assert sorted(found) == [302, 409]
    assert case.plan_of(contract).version == 2


def test_nobody_who_is_removed_is_to_hold_reviews_at_the_same_moment(manager, owner, admin):
    """Either the reviews stay with somebody who may hold them, or the member stays."""
    contract = case.running(manager, owner)
    plan = case.plan_of(contract)

    def remove() -> bool:
        with organization_scope(ALL):
            try:
                people.remove_member(member=owner, by=admin)
            except Refused:
                return False
            return True

    def choose() -> bool:
        with organization_scope(ALL):
            try:
                actions.edit_review_plan(
                    plan=plan, values={"reviewer": owner}, version=plan.version, by=manager
                )
            except Refused:
                return False
            return True

    assert sorted(at_once(remove, choose)) == [False, True]


def while_saving(review: Review, by, change, marks=(), texts=()) -> None:
    """`change` comes while this is being saved: after it was written, before it is committed."""
    written = threading.Event()

    def save() -> None:
        with organization_scope(ALL), transaction.atomic():
            recording.record_review(review=review, marks=marks, texts=texts, by=by)
            written.set()
            time.sleep(0.5)

    def after() -> None:
        written.wait()
        with organization_scope(ALL):
            change()

    at_once(save, after)


def test_a_changed_plan_takes_no_review_away_that_is_being_written(manager, owner):
    contract = case.running(manager, owner)
    plan, review = case.plan_of(contract), case.review_of(contract, 0)
    values = {"every": "month"}

    def change() -> None:
        actions.edit_review_plan(plan=plan, values=values, version=plan.version, by=owner)

    words = TextEntry(MINUTES, "Prices were talked about.", shown_of_text(""))
    while_saving(review, manager, change, texts=[words])
    kept = case.review_of(contract, 0)
    assert (kept.pk, kept.minutes) == (review.pk, "Prices were talked about.")


def test_a_mark_that_is_being_saved_goes_along_with_an_edited_criterion(manager, owner):
    contract = case.running(manager, owner)
    case.closed(case.review_of(contract, 2), manager, Quality="3")  # so another one succeeds it
    plan, review = case.plan_of(contract), case.review_of(contract)
    quality = case.criterion(contract, "Quality")
    with organization_scope(ALL):
        drafts = [row.draft for row in plan.criteria.current()]
    wanted = [
        replace(row, name="Quality of work") if row.row == quality.pk else row for row in drafts
    ]

    def change() -> None:
        change_review_criteria(plan=plan, drafts=wanted, version=plan.version, by=owner)

    mark = MarkEntry(quality.pk, "4", "", shown_of_mark("", ""))
    while_saving(review, manager, change, marks=[mark])
    with organization_scope(ALL):
        kept = ReviewMark.objects.select_related("criterion").get(review=review)
    assert (kept.criterion.name, kept.criterion.retired_at) == ("Quality of work", None)
