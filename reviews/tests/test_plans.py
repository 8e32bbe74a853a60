"""Plans and reviews as they appear, move and go: by signature, by the tick, by changed plans and contracts."""

import datetime as dt
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from accounts import actions as people
from accounts.permissions import Role
from activity.actions import send_due_reminders
from activity.models import Reminder, WatchedDate
from contracts.actions import ending
from contracts.actions.award import draft_from_award
from contracts.models import Contract
from contracts.tests import record_case
from contracts.tests.register_rows import vendor_of
from contracts.tests.test_import_contracts import HEAD, RUNNING, upload
from core.errors import Refused
from core.tenancy import ALL, organization_scope
from core.versions import Stale
from evaluations.actions.criteria import CannotSaveCriteria
from evaluations.criteria import CriterionDraft
from evaluations.tests.award_case import closed_evaluation, make_award
from reviews import plans, tasks
from reviews.actions import criteria as criteria_actions
from reviews.actions import plans as actions
from reviews.actions import upcoming
from reviews.models import Review, ReviewPlan
from reviews.tests import review_case as case
from vendors.tests.builders import trail


@pytest.fixture
def contract(manager, owner) -> Contract:
    return case.running(manager, owner)


def states(contract: Contract) -> list[tuple[dt.date, str]]:
    return [(review.first_on, review.state) for review in case.reviews_of(contract)]


@organization_scope(ALL)
def watched(contract: Contract) -> dict[dt.date, WatchedDate]:
    """By the first day of the review that is to be held."""
    rows = WatchedDate.objects.select_related("responsible").filter(kind=plans.REVIEW_DUE)
    first = dict(Review.objects.filter(contract=contract).values_list("pk", "first_on"))
    return {first[row.target_id]: row for row in rows if row.target_id in first}


def change(contract: Contract, by, **values) -> ReviewPlan:
    plan = case.plan_of(contract)
    with organization_scope(ALL):
        return actions.edit_review_plan(plan=plan, values=values, version=plan.version, by=by)


# Beginning ------------------------------------------------------------------------------------------


def test_a_signed_contract_is_reviewed_from_this_quarter_on(manager, owner):
    contract = record_case.signed(manager, owner)
    plan, now = case.plan_of(contract), case.quarter()
    [review] = case.reviews_of(contract)
    assert (plan.every, plan.first_on, plan.refresh_on) == (
        "quarter",
        now.first_on,
        now.last_on + dt.timedelta(days=1),
    )
    due_on = now.last_on + dt.timedelta(days=14)
    assert (review.period, review.state, review.due_on) == (now, "open", due_on)
    assert plan.next_due_on == due_on
    day = watched(contract)[now.first_on]
    assert (day.due_on, day.responsible, day.title) == (
        due_on,
        manager,
        f"Help desk: review of {review.period_label}",
    )
    with organization_scope(ALL):
        # Nobody evaluated: the first set of the organization, or the usual five.
        names = list(plan.criteria.current().values_list("name", "promised"))
    usual = ["Quality", "Satisfaction", "Cost", "Security", "Cultural fit"]
    assert names == [(name, None) for name in usual]
    draft = record_case.draft(manager, contract.vendor, title="Draft")
    assert not ReviewPlan._base_manager.filter(contract=draft).exists()


def test_the_criteria_are_those_that_chose_the_vendor_with_what_it_promised(acme, manager, owner):
    evaluation = closed_evaluation(acme, manager)
    award = make_award(evaluation, manager, "announced", approver=owner)
    with organization_scope(ALL):
        contract = draft_from_award(award=award, by=manager)
        Contract.objects.filter(pk=contract.pk).update(
            stage="signed", manager=manager, signed_on=case.today(), starts_on=case.today()
        )
        row = case.fresh(contract)
        actions.follow_contracts(contracts=[row], today=case.today())
        found = list(case.plan_of(row).criteria.current())
        chosen = {one.pk: one for one in evaluation.criteria.all()}
    promised = {one.name: (one.weight, one.promised, one.kind) for one in found}
    assert promised == {
        "Quality": (chosen[found[0].chosen_by_id].weight, Decimal(5), "judged"),
        "Cost": (chosen[found[1].chosen_by_id].weight, Decimal(5), "judged"),
        "Insured": (Decimal(0), Decimal(1), "gate"),
    }


def test_many_contracts_are_followed_in_the_same_few_queries(
    acme, manager, owner, django_assert_max_num_queries
):
    first = record_case.signed(manager, owner)
    others = [
        record_case.signed(manager, owner, vendor=first.vendor, title=f"Desk {n}") for n in range(6)
    ]
    with organization_scope(ALL):
        ReviewPlan.objects.all().delete()
        Review.objects.all().delete()
        rows = [case.fresh(one) for one in [first, *others]]
        with django_assert_max_num_queries(20):
            actions.follow_contracts(contracts=rows, today=case.today())
        assert (ReviewPlan.objects.count(), Review.objects.count()) == (7, 7)
        with django_assert_max_num_queries(9):  # nothing is new
            actions.follow_contracts(contracts=rows, today=case.today())


# Time passes ----------------------------------------------------------------------------------------


def test_reviews_appear_in_each_organizations_own_day(acme, manager, owner):
    contract = record_case.signed(manager, owner)
    with organization_scope(ALL):
        people.change_organization(
            organization=acme, values={"time_zone": "Pacific/Kiritimati"}, version=1, by=manager
        )
    begins = case.quarter().last_on + dt.timedelta(days=1)
    moment = dt.datetime.combine(begins, dt.time(0, 30), ZoneInfo("Pacific/Kiritimati"))
    assert moment.astimezone(dt.UTC).date() < begins
    actions.refresh_due(now=moment - dt.timedelta(hours=1))
    assert len(case.reviews_of(contract)) == 1
    assert actions.refresh_due(now=moment) == 1
    assert [review.first_on for review in case.reviews_of(contract)][-1] == begins
    assert actions.refresh_due(now=moment) == 0


def test_a_contract_without_a_plan_gets_one_from_the_tick(manager, owner):
    contract = record_case.signed(manager, owner)
    with organization_scope(ALL):
        ReviewPlan.objects.all().delete()
        Review.objects.all().delete()
    tasks.refresh_plans()
    assert len(case.reviews_of(contract)) == 1


def test_what_nobody_held_stays_open_and_a_held_one_stands_on_the_plan(contract, manager):
    assert [state for _, state in states(contract)] == ["open", "open", "open"]
    case.closed(case.review_of(contract, 2), manager, "amber", "61.5", Quality="3", Cost="3")
    plan = case.plan_of(contract)
    assert (plan.standing, plan.score, plan.standing_before) == ("amber", Decimal("61.500"), "")
    case.closed(case.review_of(contract, 1), manager, "green", "80")
    plan = case.plan_of(contract)
    assert (plan.standing, plan.standing_before, plan.score_before) == (
        "green",
        "amber",
        Decimal("61.500"),
    )
    assert plan.next_due_on == case.review_of(contract, 0).due_on


def test_an_ended_contract_has_its_last_review_and_no_more(contract, owner):
    last = case.today() - dt.timedelta(days=1)
    values = {
        "terminated_on": case.today(),
        "termination": "agreed",
        "termination_reason": "Both agreed",
    }
    with organization_scope(ALL):
        ending.terminate_contract(
            contract=contract, values=values, version=contract.version, by=owner
        )
    plan, review = case.plan_of(contract), case.review_of(contract, 0)
    assert plan.refresh_on is None
    if case.quarter().first_on <= last:
        assert review.due_on == last + dt.timedelta(days=14)
        assert watched(contract)[review.first_on].due_on == review.due_on


# Another plan ---------------------------------------------------------------------------------------


def test_another_rhythm_keeps_what_is_owed_and_replaces_what_runs(contract, manager, owner):
    case.closed(case.review_of(contract, 2), manager)
    change(contract, manager, every="month", reviewer=owner, due_days=7)
    now, found = case.today(), case.reviews_of(contract)
    assert [row.every for row in found[:2]] == ["quarter", "quarter"], "held, and still owed"
    months = found[2:]
    assert {row.every for row in months} == {"month"}
    assert len(months) == now.month - case.quarter().first_on.month + 1
    assert months[-1].first_on == now.replace(day=1)
    assert {day.responsible for day in watched(contract).values()} == {owner}
    assert trail(contract)[-1][1:] == (
        "review.plan_changed",
        {"how often": "Every quarter", "days to hold it": 14, "reviewer": None},
        {"how often": "Every month", "days to hold it": 7, "reviewer": "Olga"},
    )


def test_a_review_that_somebody_began_is_not_replaced(contract, manager):
    review = case.review_of(contract, 0)
    case.mark(review, "Quality", "4", manager)
    change(contract, manager, every="month")
    assert case.reviews_of(contract)[-1] == review
    assert case.review_of(contract, 0).every == "quarter"


def test_reviews_begin_earlier_or_later_but_none_that_is_owed_vanishes(contract, manager):
    start = case.fresh(contract).starts_on
    assert start
    change(contract, manager, first_on=start)
    assert case.reviews_of(contract)[0].first_on <= start
    with pytest.raises(Refused, match="is still to be held"):
        change(contract, manager, first_on=case.today())
    plan = case.plan_of(contract)
    with pytest.raises(Stale), organization_scope(ALL):
        actions.edit_review_plan(plan=plan, values={"due_days": 3}, version=1, by=manager)


def test_another_fiscal_year_moves_the_periods(contract, acme, manager):
    month = case.quarter().first_on.month % 12 + 1  # quarters begin a month later
    with organization_scope(ALL):
        people.change_organization(
            organization=acme, values={"fiscal_month": month}, version=1, by=manager
        )
    tasks.refresh_plans()
    found = case.reviews_of(contract)
    spans = [row.period for row in found]
    for before, after in zip(spans, spans[1:], strict=False):
        assert after.first_on == before.last_on + dt.timedelta(days=1)
    assert case.today() in spans[-1]
    assert spans[-1] != case.quarter()


# Criteria -------------------------------------------------------------------------------------------


def drafts(contract: Contract, **weights: int) -> list[CriterionDraft]:
    with organization_scope(ALL):
        rows = [row.draft for row in case.plan_of(contract).criteria.current()]
    changed = [
        CriterionDraft(**{**vars(row), "weight": Decimal(weights.get(row.name, row.weight))})
        for row in rows
    ]
    return [row for row in changed if row.name not in weights or weights[row.name]]


def save_criteria(contract: Contract, rows: list[CriterionDraft], by) -> ReviewPlan:
    plan = case.plan_of(contract)
    with organization_scope(ALL):
        return criteria_actions.change_review_criteria(
            plan=plan, drafts=rows, version=plan.version, by=by
        )


def test_a_criterion_that_was_marked_is_succeeded_with_its_promise_and_open_marks(
    contract, manager
):
    old = case.criterion(contract, "Quality")
    case.closed(case.review_of(contract, 2), manager, Quality="3")
    case.mark(case.review_of(contract, 1), "Quality", "4", manager)
    save_criteria(contract, drafts(contract, Quality=70, Cost=30), manager)
    new = case.criterion_now(contract, "Quality")
    assert (new.pk != old.pk, new.weight, new.promised) == (True, Decimal(70), Decimal(4))
    with organization_scope(ALL):
        marks = {
            mark.review.state: mark.criterion_id for mark in [*old.marks.all(), *new.marks.all()]
        }
        assert old.plan.criteria.get(pk=old.pk).weight == Decimal(60)
    assert marks == {"closed": old.pk, "open": new.pk}
    cost = case.criterion_now(contract, "Cost")
    assert (cost.weight, cost.retired_at) == (Decimal(30), None), (
        "nobody marked it: changed in place"
    )


def test_a_list_of_criteria_that_is_not_good_is_refused(contract, manager):
    with pytest.raises(CannotSaveCriteria, match="add up to 90"):
        save_criteria(contract, drafts(contract, Quality=50), manager)
    case.mark(case.review_of(contract, 1), "Cost", "4", manager)
    save_criteria(contract, drafts(contract, Quality=100, Cost=0, Insured=0), manager)
    with organization_scope(ALL):
        plan = case.plan_of(contract)
        assert [row.name for row in plan.criteria.current()] == ["Quality"]
        # Cost was marked, so its mark still knows what it meant; the gate is gone.
        assert {row.name for row in plan.criteria.all()} == {"Quality", "Cost"}


# Before it is held ----------------------------------------------------------------------------------


def test_it_is_reminded_of_before_on_and_after_the_day_then_owners_are_told(
    contract, manager, owner, time_machine
):
    review = case.review_of(contract, 0)
    new = {}
    for days in (-8, -7, -1, 0, 1, 6, 7, 8, 15):
        moment = dt.datetime.combine(review.due_on, dt.time(12), dt.UTC) + dt.timedelta(days=days)
        time_machine.move_to(moment)
        with organization_scope(ALL):
            rows = Reminder.objects.filter(watched__target_id=review.pk, watched__kind="review.due")
            there = list(rows.values_list("pk", flat=True))
            send_due_reminders(now=timezone.now())
            new[days] = [
                (row.rule, row.recipient.name)
                for row in rows.exclude(pk__in=there).select_related("recipient__user")
            ]
    assert new[-7] == [("7", "Mia")]
    assert new[-1] == [("1", "Mia")]
    assert new[0] == [("0", "Mia")]
    assert new[1] == [("overdue-1", "Mia")]
    assert new[6] == []
    assert ("escalation", "Olga") in new[7]
    assert new[8] == [("overdue-2", "Mia")]
    assert new[15] == [("overdue-3", "Mia")]


def test_delegated_postponed_not_held(contract, manager, owner):
    review = case.review_of(contract, 1)
    with organization_scope(ALL):
        row = upcoming.delegate_review(
            review=review, values={"reviewer": owner}, version=1, by=manager
        )
        day = case.today() + dt.timedelta(days=20)
        values = {"due_on": day, "reason": "They move house"}
        row = upcoming.postpone_review(review=row, values=values, version=2, by=owner)
        assert (row.due_on, row.first_due_on) == (day, review.first_due_on)
        watched_day = watched(contract)[review.first_on]
        assert (watched_day.due_on, watched_day.responsible) == (day, owner)
        case.follow(contract)
        assert case.review_of(contract, 1).due_on == day, "it keeps the day that was chosen"
        with pytest.raises(Stale):
            upcoming.miss_review(review=row, values={"reason": "x"}, version=1, by=manager)
        values = {"reason": "Nobody had time"}
        row = upcoming.miss_review(review=row, values=values, version=3, by=manager)
    assert (row.state, row.missed_reason) == ("missed", "Nobody had time")
    assert review.first_on not in watched(contract)
    assert [line[1] for line in trail(contract)][-3:] == [
        "review.delegated",
        "review.postponed",
        "review.missed",
    ]
    with organization_scope(ALL), pytest.raises(Refused, match="is marked as not held"):
        upcoming.delegate_review(review=row, values={"reviewer": None}, version=4, by=manager)


def test_what_can_not_be_said_about_a_review(contract, manager, viewer):
    running, past = case.review_of(contract, 0), case.review_of(contract, 1)
    far = {"due_on": case.today() + dt.timedelta(days=800), "reason": "Later"}
    with organization_scope(ALL):
        if case.today() < case.quarter().last_on:
            with pytest.raises(Refused, match="Its period runs until"):
                upcoming.miss_review(review=running, values={"reason": "x"}, version=1, by=manager)
        with pytest.raises(Refused, match="at most"):
            upcoming.postpone_review(review=past, values=far, version=1, by=manager)
        with pytest.raises(Refused, match="may hold reviews"):
            upcoming.delegate_review(
                review=past, values={"reviewer": viewer}, version=1, by=manager
            )


def test_who_holds_reviews_hands_them_over_first(contract, manager, owner, admin):
    review = case.review_of(contract, 0)
    change(contract, admin, reviewer=owner)
    with organization_scope(ALL):
        upcoming.delegate_review(review=review, values={"reviewer": owner}, version=1, by=admin)
        with pytest.raises(people.StillHolds, match="Olga holds the reviews of “Help desk”"):
            people.change_role(member=owner, role=Role.VIEWER, by=admin)
        assert upcoming.hand_over_reviews(member=owner, to=manager, by=admin) == 1
        people.change_role(member=owner, role=Role.VIEWER, by=admin)
    assert {day.responsible for day in watched(contract).values()} == {manager}


def test_an_imported_contract_is_reviewed_like_any_other(client, manager, owner):
    client.force_login(owner.user)
    vendor_of(owner, "Northwind")
    page = upload(client, [HEAD, RUNNING])
    client.post(page.url)
    with organization_scope(ALL):
        plan = ReviewPlan.objects.select_related("contract").get()
        [review] = plan.contract.reviews.all()
        assert (review.period, plan.reviewer) == (case.quarter(), None)
        assert plan.criteria.count() == 5
        assert watched(plan.contract)[review.first_on].responsible == manager
