"""From the decided award to the draft of a contract, in one click."""

import datetime as dt
from decimal import Decimal

import pytest
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from contracts.actions import signing
from contracts.actions.award import draft_from_award
from contracts.actions.record import edit_contract
from contracts.actions.refusals import NotFit, NotNow
from contracts.models import Alternative, Contract
from contracts.tests.record_case import LIST, at, fresh
from core.tenancy import ALL, organization_scope
from evaluations.actions.reopen import reopen_scoring
from evaluations.models import CostModel, Quote
from evaluations.tests.award_case import (
    award_at,
    candidate,
    closed_evaluation,
    make_award,
)
from planning.models import OutsourcingPlan, Service
from vendors.tests.builders import add, trail

QUOTES = {
    "winner_quote": Decimal(41000),
    "runner_up_quote": Decimal(38500),
    "runner_up_quoted_on": dt.date(2026, 5, 4),
    "runner_up_expires_on": dt.date(2026, 12, 31),
}


@pytest.fixture
def evaluation(acme, manager, evaluator):
    return closed_evaluation(acme, manager, evaluator, service="Help desk, phones")


def decided(evaluation, manager, owner, state="approved", **fields):
    second = candidate(evaluation, fields.pop("second", "Contoso"))
    return make_award(
        evaluation, manager, state, approver=owner, runner_up=second, **{**QUOTES, **fields}
    )


def url(award) -> str:
    return f"{LIST}from-award/{award.pk}/"


def contracts() -> list[Contract]:
    with organization_scope(ALL):
        return [fresh(row) for row in Contract.objects.order_by("pk")]


def test_one_click_from_the_award_to_the_draft(
    client, evaluation, manager, owner, django_assert_num_queries
):
    award = decided(evaluation, manager, owner)
    with organization_scope(ALL):
        vendor = candidate(evaluation, "Northwind").vendor
        type(vendor).objects.filter(pk=vendor.pk).update(inside_owner=owner)
    client.force_login(manager.user)
    assertContains(client.get(award_at(award)), "Draft the contract")
    for _ in range(2):  # again leads to the same
        assertRedirects(client.post(url(award)), at(contracts()[0]) if contracts() else f"{LIST}1/")
    [made] = contracts()
    kept = (made.title, made.services, made.vendor, made.manager, made.award)
    assert kept == ("Help desk", ["Help desk", "phones"], vendor, owner, award)
    with organization_scope(ALL):
        assert not made.terms_versions.get().price_lines.exists()
        [bench] = Alternative.objects.select_related("vendor")
    said = (bench.vendor.name, bench.quote, bench.currency, bench.quoted_on, bench.expires_on)
    assert said == ("Contoso", 38500, "EUR", dt.date(2026, 5, 4), dt.date(2026, 12, 31))
    assert [verb for _, verb, _, _ in trail(made)] == [
        "contract.drafted",
        "contract.award_linked",
        "contract.bench_kept",
    ]
    with django_assert_num_queries(9):
        page = client.get(at(made))
    assertContains(page, "The award names EUR")
    assertContains(page, "41,000")
    award_page = client.get(award_at(award))
    assertContains(award_page, f'Contract: <a href="{at(made)}">Help desk</a>')
    assertNotContains(award_page, "Draft the contract")


def test_a_long_service_stands_in_the_notes_and_the_vendor_stays(manager, evaluator, owner, acme):
    service = "First-line support by phone and mail for forty people in three offices and at night"
    evaluation = closed_evaluation(acme, manager, evaluator, service=service)
    award = make_award(evaluation, manager, "approved", approver=owner)
    with organization_scope(ALL):
        made = draft_from_award(award=award, by=manager)
        assert not Alternative.objects.exists()
        with pytest.raises(NotFit, match="follows an award"):
            edit_contract(
                contract=made, values={"vendor": add(manager, "Other")}, version=1, by=manager
            )
    assert (made.services, made.notes) == ([], service)


def test_no_vendor_no_contract(client, evaluation, manager, owner):
    award = decided(
        evaluation, manager, owner, winner="Stay in-house", rationale="We know how." * 5
    )
    client.force_login(manager.user)
    assertNotContains(client.get(award_at(award)), "Draft the contract")
    response = client.post(url(award), follow=True)
    assertContains(response, "there is nobody to sign with")
    assert contracts() == []


def test_staying_in_house_may_be_the_bench(evaluation, manager, owner):
    award = decided(evaluation, manager, owner, second="Stay in-house", runner_up_quote=None)
    with organization_scope(ALL):
        draft_from_award(award=award, by=manager)
        [bench] = Alternative.objects.all()
    assert (bench.vendor_id, bench.quote, bench.currency) == (None, None, "")


@pytest.mark.parametrize("state", ["draft", "proposed", "returned", "withdrawn"])
def test_only_a_decided_award(evaluation, manager, owner, state):
    award = decided(evaluation, manager, owner, state)
    with organization_scope(ALL), pytest.raises(NotNow, match="not approved"):
        draft_from_award(award=award, by=manager)


def test_a_reopened_round_decides_nothing_and_is_sealed(client, evaluation, manager, owner):
    award = decided(evaluation, manager, owner)
    with organization_scope(ALL):
        made = draft_from_award(award=award, by=manager)
        evaluation.refresh_from_db()
        reopen_scoring(
            evaluation=evaluation, reason="A mistake.", version=evaluation.version, by=owner
        )
    client.force_login(manager.user)
    assertNotContains(client.get(at(made)), "41,000")
    assert client.post(url(award)).status_code == 404
    with organization_scope(ALL):
        signing.withdraw_contract(contract=made, reason="We begin again.", by=manager)
        with pytest.raises(NotNow, match="opened again"):
            draft_from_award(award=award, by=manager)


def test_after_a_withdrawn_draft_the_award_is_free(evaluation, manager, owner):
    award = decided(evaluation, manager, owner, "announced")
    with organization_scope(ALL):
        first = draft_from_award(award=award, by=manager)
        signing.withdraw_contract(contract=first, reason="Wrong one.", by=manager)
        second = draft_from_award(award=award, by=manager)
    assert (first.pk != second.pk, fresh(first).award, fresh(second).award) == (True, None, award)


@pytest.mark.parametrize(("who", "status"), [("evaluator", 403), ("outsider", 404)])
def test_who_may_not(client, request, evaluation, manager, owner, who, status):
    award = decided(evaluation, manager, owner)
    client.force_login(request.getfixturevalue(who).user)
    assert (client.post(url(award)).status_code, contracts()) == (status, [])


@organization_scope(ALL)
def planned(evaluation, manager, owner, **fields) -> OutsourcingPlan:
    """The plan that an evaluation was started from, with one line of each kind that a contract takes."""
    own = {"organization": evaluation.organization}
    service = Service.objects.create(**own, name="Help desk", name_key="help desk")
    plan = OutsourcingPlan.objects.create(
        **own,
        service=service,
        title="Help desk from outside",
        manager=owner,
        currency="EUR",
        term_months=24,
        scope_in="Mail and phone",
        scope_out="Printers",
        created_by=manager,
        **fields,
    )
    plan.communication.create(**own, purpose="Outages", roles="Help desk", channel="Phone")
    plan.training.create(**own, topic="Our tills", by_whom="Sam", hours=Decimal(4), week=-2)
    plan.training.create(**own, topic="password: hunter2-Tr0ub4dor&3")
    for part, text in (("quality", "8 of 10 solved at once"), ("qualification", "Certified")):
        plan.requirements.create(**own, part=part, text=text, proof="A sample", is_must=True)
    plan.risks.create(**own, kind="confidentiality", text="They see pay", mitigation="An NDA")
    plan.risks.create(**own, kind="lock_in", text="Nobody else knows")
    evaluation.plan = plan
    evaluation.save()
    return plan


def test_what_the_plan_says_is_not_typed_again(evaluation, manager, owner):
    start_on = timezone.localdate() + dt.timedelta(days=60)
    plan = planned(evaluation, manager, owner, starts_on=start_on)
    award = decided(evaluation, manager, owner)
    with organization_scope(ALL):
        made = draft_from_award(award=award, by=manager)
        terms = made.terms_versions.get()
        [line] = made.communication.all()
        [item] = made.handover_items.all()
        notes = dict(made.clauses.values_list("key", "note"))
        states = set(made.clauses.values_list("state", flat=True))
    assert (made.manager, terms.start_on, terms.initial_months) == (owner, start_on, 24)
    assert (line.purpose, line.roles, line.channel) == ("Outages", "Help desk", "Phone")
    said = (item.kind, item.title, item.side, item.due_on)
    due_on = start_on - dt.timedelta(days=14)
    assert said == ("training", "Our tills (by Sam, 4 hours)", "us", due_on)
    assert notes == {
        "scope": "From the plan.\nIn: Mail and phone\nNot in: Printers",
        "service_levels": "From the plan.\n8 of 10 solved at once (shown by: A sample)",
        "confidentiality": "From the plan.\nThey see pay: An NDA",
    }
    assert states == {"unchecked"}
    _, verb, _, after = trail(made)[-1]
    assert verb == "contract.taken_over"
    assert after == {
        "plan": plan.title,
        "terms": True,
        "communication": ["Outages"],
        "training": ["Our tills (by Sam, 4 hours)"],
        "notes of clauses": ["scope", "service_levels", "confidentiality"],
    }
    with organization_scope(ALL):  # again leads to the same, as it is
        assert draft_from_award(award=award, by=manager) == made
        assert made.handover_items.count() == 1


def test_a_wish_that_is_past_is_no_start_and_nobody_manages_who_may_not(
    evaluation, manager, owner, viewer
):
    planned(evaluation, manager, viewer, starts_on=dt.date(2026, 1, 1))
    with organization_scope(ALL):
        made = draft_from_award(award=decided(evaluation, manager, owner), by=manager)
        terms, [item] = made.terms_versions.get(), made.handover_items.all()
    assert (made.manager, terms.start_on, item.due_on) == (None, None, None)


def test_the_quote_becomes_the_price(evaluation, manager, owner):
    """Its lines, currency and rise; the term is the one that costs were compared over."""
    planned(evaluation, manager, owner)
    award = decided(evaluation, manager, owner)
    with organization_scope(ALL):
        own = {"organization": evaluation.organization}
        CostModel.objects.create(
            **own, evaluation=evaluation, currency="EUR", term_months=36, today={"users": "40"}
        )
        quote = Quote.objects.create(
            **own, candidate=award.winner, currency="CHF", rate=1, rise_percent=3, exit_fee=500
        )
        quote.lines.create(
            **own, position=1, kind="per_user", label="Desk", amount=12, period="month"
        )
        quote.lines.create(
            **own, position=2, kind="one_off", label="Setup", amount=900, rises=False
        )
        made = draft_from_award(award=award, by=manager)
        terms = made.terms_versions.get()
        lines = terms.price_lines.order_by("position")
        said = [(row.kind, row.label, row.amount, row.quantity, row.escalates) for row in lines]
    assert said == [("per_user", "Desk", 12, 40, True), ("one_off", "Setup", 900, None, False)]
    kept = (terms.initial_months, terms.currency, terms.escalator_percent)
    assert kept == (36, "CHF", 3)
    assert terms.fee_note.startswith("The quote names an exit fee of CHF")
    told = next(after for _, verb, _, after in trail(made) if verb == "contract.taken_over")
    assert told["prices"] == ["Desk", "Setup"]


def test_what_the_plan_asks_for_begins_a_service_level(client, evaluation, manager, owner):
    plan = planned(evaluation, manager, owner)
    with organization_scope(ALL):
        plan.goals.create(
            organization=plan.organization,
            text="Quicker answers",
            measure="First response",
            comparator="at_most",
            target=Decimal(30),
            unit="minutes",
            due_on=dt.date(2030, 1, 31),
            source="Ticket system",
        )
        made = draft_from_award(award=decided(evaluation, manager, owner), by=manager)
    client.force_login(manager.user)
    page = client.get(at(made, "service-levels/"))
    assertContains(page, "Quicker answers: First response at most 30 minutes")
    assertContains(page, "8 of 10 solved at once")
    form = client.get(at(made, f"service-levels/new/?{page.context['wishes'][0].query}"))
    shown = {name: form.context["form"][name].value() for name in ("name", "target", "unit")}
    assert shown == {"name": "First response", "target": "30", "unit": "minutes"}
