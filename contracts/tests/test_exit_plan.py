"""The exit plan and the bench: how we would leave, and whom we would take instead."""

import datetime as dt
import uuid
from decimal import Decimal

import pytest
import time_machine
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from contracts.actions import exits as actions
from contracts.exit_steps import StepDraft, drafts
from contracts.leaving_queries import without_exit_plan
from contracts.models import Alternative, Contract, ContractTerms, ExitPlan, PriceLine
from contracts.tests.leaving_rows import (
    PLAN,
    QUOTE,
    TODAY,
    make_alternative,
    make_contract,
    make_key,
    make_plan,
    make_vendor,
    trail,
    watched,
)
from contracts.watchers import days_of, days_to_forget
from core.errors import Refused
from core.tenancy import ALL, organization_scope
from vendors.actions import merge_vendors

STEPS = [StepDraft("Give notice", "us", 1), StepDraft("Export all data", "vendor")]


@pytest.fixture(autouse=True)
def today():
    with time_machine.travel(dt.datetime(2026, 6, 15, 10, tzinfo=dt.UTC)):
        yield


@pytest.fixture
def contract(manager) -> Contract:
    return make_contract(manager, yearly_cost=Decimal(14832), currency="EUR")


def url(contract: Contract, what: str = "") -> str:
    return f"/o/{contract.organization.slug}/contracts/{contract.pk}/exit/{what}"


def body(steps=STEPS, version=0, **values) -> dict:
    sent = {**PLAN, **values, "version": version}
    sent.pop("steps")
    for at, step in enumerate(steps):
        sent |= {f"s{at}-text": step.text, f"s{at}-side": step.side, f"s{at}-days": step.days}
    return {name: "" if value is None else value for name, value in sent.items()}


def plan_of(contract: Contract) -> tuple[ExitPlan, list[StepDraft]] | None:
    with organization_scope(ALL):
        plan = ExitPlan.objects.filter(contract=contract).first()
        return (plan, drafts(plan)) if plan else None


# The plan ---------------------------------------------------------------------------------------------


def test_a_plan_is_written_once_however_often_it_is_sent(client, manager, contract):
    client.force_login(manager.user)
    assertContains(client.get(url(contract)), "has no exit plan")
    sent = body(triggers="Sold to another", fees="1200", last_drill_on="2026-01-31", drill_months=6)
    for _ in range(2):
        assertRedirects(client.post(url(contract, "edit/"), sent), url(contract))
    plan, steps = plan_of(contract)
    assert (plan.triggers, plan.fees, plan.budget, plan.version) == (
        "Sold to another",
        1200,
        None,
        1,
    )
    assert steps == STEPS
    assert trail(contract) == [
        (
            "contract.exit_plan_written",
            {},
            {
                "when we would leave": "Sold to another",
                "currency": "EUR",
                "fees for leaving": "1200",
                "last drill on": "2026-01-31",
                "drill every months": 6,
                "steps": ["Give notice (We, 1 day)", "Export all data (The vendor)"],
            },
        )
    ]
    assert watched("contract.drill") == [(plan.pk, dt.date(2026, 7, 31))]
    page = client.get(url(contract))
    assertNotContains(page, "has no exit plan")
    assertContains(page, "1 and more")


def test_missing_is_not_zero_in_the_cost(client, manager, contract):
    make_plan(manager, contract, fees=Decimal(0), onboarding=Decimal(900), budget=Decimal(500))
    client.force_login(manager.user)
    page = client.get(url(contract))
    overview = page.context["overview"]
    assert (overview.cost.total, overview.cost.short) == (900, 400)
    assert overview.cost.missing == ("running both for a while", "what is paid and not used")
    assertContains(page, "at least; not said yet: running both for a while")
    assertContains(page, "EUR\u00a0400")
    # Half of the cost is said, nothing else: the steps help most.
    assert (overview.readiness.share, overview.readiness.best.part.code) == (
        Decimal("0.075"),
        "steps",
    )
    assertContains(page, f'href="{url(contract, "edit/")}#steps-title"')


def test_all_that_it_takes(client, manager, contract):
    money = dict.fromkeys(["fees", "parallel_run", "onboarding", "unused_prepayment"], Decimal(1))
    make_plan(
        manager,
        contract,
        **money,
        budget=Decimal(4),
        steps=STEPS,
        triggers="Sold",
        days_to_leave=90,
        data_return="Tickets",
        data_format="CSV",
        last_drill_on=TODAY,
    )
    make_key(manager, contract)
    quote = {"quote": Decimal(1), "quote_is_yearly": False, "currency": "EUR", "quoted_on": TODAY}
    make_alternative(manager, contract, None, **quote)
    client.force_login(manager.user)
    page = client.get(url(contract))
    assert (page.context["overview"].readiness.share, page.context["overview"].readiness.best) == (
        1,
        None,
    )
    assertContains(page, "All that it takes is there")


def test_begin_by(client, manager):
    contract = make_contract(manager, term_ends_on=dt.date(2027, 1, 1))
    make_plan(manager, contract, days_to_leave=31)
    client.force_login(manager.user)
    page = client.get(url(contract))
    assert page.context["overview"].begin_by == dt.date(2026, 12, 1)
    assertContains(page, '<time datetime="2026-12-01">')


def test_the_fee_by_the_terms_is_suggested(client, manager, contract):
    with organization_scope(ALL):
        Contract.objects.filter(pk=contract.pk).update(term_ends_on=dt.date(2027, 1, 1))
        own = {"organization": contract.organization}
        terms = ContractTerms.objects.create(
            **own,
            contract=contract,
            agreed_at=dt.datetime(2025, 12, 1, tzinfo=dt.UTC),
            from_on=dt.date(2026, 1, 1),
            start_on=dt.date(2026, 1, 1),
            initial_months=12,
            currency="EUR",
            fee_rule="months",
            fee_value=2,
        )
        PriceLine.objects.create(
            **own, terms=terms, kind="flat", label="x", amount=100, period="month"
        )
    client.force_login(manager.user)
    assertContains(client.get(url(contract, "edit/")), "costs a fee of EUR\u00a0200")


@pytest.mark.parametrize(
    ("do", "expected"),
    [
        ("add", ["Give notice", "Export all data", ""]),
        ("remove-0", ["Export all data"]),
        ("down-0", ["Export all data", "Give notice"]),
        ("up-1", ["Export all data", "Give notice"]),
        ("up-0", ["Give notice", "Export all data"]),
        ("remove-9", ["Give notice", "Export all data"]),
        ("remove-x", ["Give notice", "Export all data"]),
    ],
)
def test_the_buttons_beside_the_steps_only_change_the_form(client, manager, contract, do, expected):
    client.force_login(manager.user)
    response = client.post(url(contract, "edit/"), {**body(triggers="Typed"), "do": do})
    assert response.status_code == 200
    form = response.context["form"]
    assert [row["text"].value() for row in form.rows] == expected
    assert (form["triggers"].value(), form["version"].value()) == ("Typed", "0")
    assert plan_of(contract) is None


def test_the_usual_steps_say_who_but_not_how_long(client, manager, contract):
    client.force_login(manager.user)
    response = client.post(url(contract, "edit/"), {**body(steps=[]), "do": "usual"})
    rows = response.context["form"].rows
    assert {(bool(row["side"].value()), row["days"].value()) for row in rows} == {(True, "")}
    assert len(rows) == 8


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"s0-side": ""}, "__all__"),
        ({"s0-days": "-1"}, "__all__"),
        ({"s0-text": "", "s0-days": "3"}, "__all__"),
        ({"fees": "-1"}, "fees"),
        ({"currency": "XXX"}, "currency"),
        ({"last_drill_on": "2026-06-16"}, "last_drill_on"),
        ({f"s{at}-text": "x" for at in range(61)}, "__all__"),
    ],
)
def test_wrong_input_stands_at_its_place_and_is_kept(client, manager, contract, change, field):
    client.force_login(manager.user)
    response = client.post(url(contract, "edit/"), {**body(triggers="Typed"), **change})
    assert response.status_code == 422
    assert list(response.context["form"].errors) == [field]
    assertContains(response, "Typed", status_code=422)
    assert plan_of(contract) is None


def test_nothing_said_is_no_plan(client, manager, contract):
    client.force_login(manager.user)
    response = client.post(url(contract, "edit/"), body(steps=[StepDraft(" ", "")]))
    assertContains(response, "Nothing is said yet", status_code=422)
    assert plan_of(contract) is None


def test_an_edit_is_told_and_saved_untouched_nothing_changes(client, manager, contract):
    make_plan(manager, contract, steps=STEPS, drill_months=6)
    client.force_login(manager.user)
    sent = body([STEPS[1]], version=1, days_to_leave=30)
    for version in (1, 2):
        sent["version"] = version
        assertRedirects(client.post(url(contract, "edit/"), sent), url(contract))
    plan, steps = plan_of(contract)
    assert (plan.version, plan.days_to_leave, steps) == (2, 30, [STEPS[1]])
    assert trail(contract)[1:] == [
        (
            "contract.exit_plan_changed",
            {
                "days to leave": None,
                "drill every months": 6,
                "steps": ["Give notice (We, 1 day)", "Export all data (The vendor)"],
            },
            {
                "days to leave": 30,
                "drill every months": None,
                "steps": ["Export all data (The vendor)"],
            },
        )
    ]
    assert watched("contract.drill") == []


def test_the_second_one_sees_both_then_saves_over_it(client, manager, contract):
    """Also when both began while there was no plan."""
    make_plan(manager, contract, triggers="Theirs")
    client.force_login(manager.user)
    response = client.post(url(contract, "edit/"), body([STEPS[0]], triggers="Mine"))
    assert response.status_code == 409
    assert response.context["differing"] == [
        ("When would you leave?", "Theirs", "Mine"),
        ("Steps", "", "Give notice (We, 1 day)"),
    ]
    assert response.context["form"]["version"].value() == "1"
    client.post(url(contract, "edit/"), body([STEPS[0]], version=1, triggers="Mine"))
    client.post(url(contract, "edit/"), body([STEPS[0]], version=2, triggers="Ours"))
    assert (plan_of(contract)[0].triggers, plan_of(contract)[0].version) == ("Ours", 3)
    assert trail(contract)[-1][1:] == (
        {"when we would leave": "Mine"},
        {"when we would leave": "Ours"},
    )


def test_a_plan_has_so_many_steps_at_most(manager, contract, monkeypatch):
    monkeypatch.setattr(actions, "MOST_STEPS", 1)
    with pytest.raises(Refused, match="1 steps at most"):
        make_plan(manager, contract, steps=STEPS)


def test_a_running_contract_without_a_plan_is_found(manager, acme, contract):
    planned = make_contract(manager, "Planned")
    make_plan(manager, planned, triggers="Sold")
    make_contract(manager, "Draft", stage="draft", signed_on=None, starts_on=None)
    make_contract(manager, "Over", ends_on=TODAY)
    make_contract(manager, "Later", starts_on=dt.date(2027, 1, 1))
    with organization_scope(acme):
        assert list(without_exit_plan(acme, TODAY)) == [contract]


# The bench --------------------------------------------------------------------------------------------


def quote(**values) -> dict:
    given = {
        "quote": "13990",
        "quote_is_yearly": "True",
        "currency": "EUR",
        "quoted_on": "2026-05-01",
        "expires_on": "2026-12-24",
        "note": "",
    }
    return {**given, **values}


def bench() -> list[Alternative]:
    with organization_scope(ALL):
        return list(Alternative.objects.select_related("vendor").order_by("pk"))


def test_a_vendor_is_found_and_put_on_the_bench_once(client, manager, contract):
    kestrel = make_vendor(manager, "Kestrel")
    client.force_login(manager.user)
    page = client.get(url(contract, "alternatives/choose/"), {"q": "kes"})
    assert page.context["found"] == [kestrel]
    address = f"{url(contract, 'alternatives/add/')}?vendor={kestrel.pk}"
    sent = quote(creation_key=uuid.uuid4())
    for _ in range(2):
        assertRedirects(client.post(address, sent), url(contract))
    [row] = bench()
    assert (row.vendor, row.quote, row.quote_is_yearly, row.currency) == (
        kestrel,
        13990,
        True,
        "EUR",
    )
    assert trail(contract) == [
        (
            "contract.alternative_added",
            {},
            {
                "alternative": "Kestrel",
                "quote": "13990",
                "for a year": True,
                "currency": "EUR",
                "quoted on": "2026-05-01",
                "expires on": "2026-12-24",
            },
        )
    ]
    assert watched("contract.quote") == [(row.pk, dt.date(2026, 12, 24))]
    page = client.get(url(contract))
    assertContains(page, "EUR\u00a0842 less")
    assertContains(page, "45 days ago")
    assertContains(client.post(address, quote()), "is on the bench already", status_code=422)
    assert not client.get(url(contract, "alternatives/choose/")).context["found"]


def test_doing_it_ourselves_needs_no_price(client, manager, contract):
    client.force_login(manager.user)
    add = url(contract, "alternatives/add/")
    sent = dict.fromkeys(QUOTE, "") | {"currency": "EUR"}
    assertRedirects(client.post(add, sent), url(contract))
    [row] = bench()
    assert (str(row), row.quote, row.quote_is_yearly, row.currency) == (
        "Do it ourselves",
        None,
        None,
        "",
    )
    assert trail(contract)[-1][2] == {"alternative": "Do it ourselves"}
    assert watched("contract.quote") == []
    edit = url(contract, f"alternatives/{row.pk}/edit/")
    client.post(edit, {**sent, "version": 1})
    assert bench()[0].version == 1
    assertContains(client.get(url(contract)), "Do it ourselves")


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"quote": "-1"}, "quote"),
        ({"quote": ""}, "quote"),
        ({"quote_is_yearly": ""}, "quote_is_yearly"),
        ({"currency": ""}, "currency"),
        ({"expires_on": "2026-04-30"}, "expires_on"),
        ({"quoted_on": "2026-06-16"}, "quoted_on"),
    ],
)
def test_a_wrong_quote_stands_at_its_field(client, manager, contract, change, field):
    client.force_login(manager.user)
    response = client.post(url(contract, "alternatives/add/"), quote(**change))
    assert response.status_code == 422
    assert list(response.context["form"].errors) == [field]
    assert bench() == []


def test_a_quote_that_came_with_an_award_does_not_say_whether_it_is_a_years(
    client, manager, contract
):
    with organization_scope(ALL):
        Alternative.objects.create(
            organization=contract.organization,
            contract=contract,
            vendor=make_vendor(manager, "Kestrel"),
            quote=Decimal(9000),
            currency="EUR",
        )
    client.force_login(manager.user)
    page = client.get(url(contract))
    assertContains(page, "a year or in total? Not said yet")
    assert page.context["overview"].bench[0].comparison is None


def test_who_can_not_sit_on_the_bench(client, manager, outsider, contract, monkeypatch):
    archived = make_vendor(manager, "Archived")
    with organization_scope(ALL):
        type(archived).objects.filter(pk=archived.pk).update(archived_at=dt.datetime.now(dt.UTC))
    client.force_login(manager.user)
    add = url(contract, "alternatives/add/")
    own = client.post(f"{add}?vendor={contract.vendor_id}", quote())
    assertContains(own, "is the vendor that you would leave", status_code=422)
    for wrong in (archived.pk, make_vendor(outsider, "Theirs").pk, "x", "9" * 19):
        assert client.post(f"{add}?vendor={wrong}", quote()).status_code == 404
    with organization_scope(ALL):
        archived.refresh_from_db()
    with pytest.raises(Refused, match="is archived"):
        make_alternative(manager, contract, archived)
    monkeypatch.setattr(actions, "MOST_ALTERNATIVES", 0)
    with pytest.raises(Refused, match="0 places at most"):
        make_alternative(manager, contract)
    assert bench() == []


def test_a_new_quote_moves_the_watched_day_and_removing_ends_it(client, manager, contract):
    row = make_alternative(
        manager,
        contract,
        make_vendor(manager, "Kestrel"),
        quote=Decimal(9),
        quote_is_yearly=True,
        currency="EUR",
        expires_on=dt.date(2026, 6, 14),
    )
    client.force_login(manager.user)
    assertContains(client.get(url(contract)), "Expired")
    edit = url(contract, f"alternatives/{row.pk}/edit/")
    assertRedirects(client.post(edit, quote(version=1, quote="20000")), url(contract))
    assert watched("contract.quote") == [(row.pk, dt.date(2026, 12, 24))]
    assert trail(contract)[-1] == (
        "contract.alternative_changed",
        {"alternative": "Kestrel", "quote": "9.00", "quoted on": None, "expires on": "2026-06-14"},
        {
            "alternative": "Kestrel",
            "quote": "20000",
            "quoted on": "2026-05-01",
            "expires on": "2026-12-24",
        },
    )
    assertContains(client.get(url(contract)), "EUR\u00a05,168 more")
    stale = client.post(edit, quote(version=1, quote="3"))
    assert stale.status_code == 409
    assert stale.context["differing"] == [("Quote", "20000.00", "3")]
    remove = url(contract, f"alternatives/{row.pk}/remove/")
    assertRedirects(client.post(remove), url(contract))
    assert (bench(), watched("contract.quote")) == ([], [])
    with organization_scope(ALL):
        actions.remove_alternative(alternative=row, by=manager)
    assert [verb for verb, _, _ in trail(contract)].count("contract.alternative_removed") == 1


def test_signing_watches_what_was_planned_in_the_draft(manager):
    draft = make_contract(manager, stage="draft", signed_on=None, starts_on=None)
    plan = make_plan(manager, draft, drill_months=12)
    row = make_alternative(
        manager,
        draft,
        quote=Decimal(1),
        quote_is_yearly=True,
        currency="EUR",
        expires_on=dt.date(2026, 9, 1),
    )
    assert (watched("contract.drill"), watched("contract.quote")) == ([], [])
    with organization_scope(ALL):
        signed = Contract.objects.select_related("organization", "vendor").get(pk=draft.pk)
        signed.stage, signed.starts_on = "signed", dt.date(2026, 1, 1)
        found = {day.kind: (day.target, day.due_on, day.path) for day in days_of([signed])}
        assert found["contract.drill"] == (plan, dt.date(2027, 1, 1), url(draft))
        assert found["contract.quote"] == (row, dt.date(2026, 9, 1), url(draft))
        assert {day.due_on for day in days_to_forget([signed])} == {None}


# Who may ----------------------------------------------------------------------------------------------


def test_nothing_of_a_withdrawn_contract_is_changed(client, manager, contract):
    row = make_alternative(manager, contract)
    with organization_scope(ALL):
        Contract.objects.filter(pk=contract.pk).update(stage="withdrawn")
    client.force_login(manager.user)
    said = "was withdrawn"
    assertContains(client.post(url(contract, "edit/"), body()), said, status_code=422)
    edit, remove = (url(contract, f"alternatives/{row.pk}/{verb}/") for verb in ("edit", "remove"))
    assertContains(client.post(edit, quote(version=1)), said, status_code=422)
    assertContains(client.post(remove, follow=True), said)
    assert (plan_of(contract), len(bench())) == (None, 1)


def test_who_may(client, manager, viewer, evaluator, contract):
    row = make_alternative(manager, contract)
    parts = ("choose/", "add/", f"{row.pk}/edit/", f"{row.pk}/remove/")
    for what in ("edit/", *(f"alternatives/{part}" for part in parts)):
        client.logout()
        address = url(contract, what)
        assertRedirects(client.post(address), f"/accounts/login/?next={address}")
        for member in (viewer, evaluator):
            client.force_login(member.user)
            assert client.post(address, quote(version=1)).status_code == 403
    assertNotContains(client.get(url(contract)), "Add an alternative")
    assert (plan_of(contract), bench()[0].version) == (None, 1)


def test_what_belongs_to_another_is_not_found(client, manager, outsider, contract):
    row = make_alternative(manager, contract)
    other, theirs = make_contract(manager, "Other"), make_contract(outsider, "Theirs")
    for member, at in ((manager, other), (outsider, theirs)):
        client.force_login(member.user)
        for verb in ("edit", "remove"):
            address = url(at, f"alternatives/{row.pk}/{verb}/")
            assert client.post(address, quote(version=1)).status_code == 404
    for what in ("", "edit/", "alternatives/choose/", "alternatives/add/"):
        assert client.get(url(contract, what)).status_code == 404
    assert len(bench()) == 1


def test_the_tab_is_read_in_few_queries(client, manager, contract, django_assert_num_queries):
    plan = make_plan(manager, contract, steps=STEPS)
    client.force_login(manager.user)
    client.get(url(contract))
    for count in (1, 3):
        for at in range(count):
            make_key(manager, contract)
            make_alternative(manager, contract, make_vendor(manager, f"Kestrel {count} {at}"))
        make_plan(manager, contract, plan.version, steps=STEPS * count)
        plan.version += count > 1
        with django_assert_num_queries(7):
            client.get(url(contract))
        with django_assert_num_queries(6):
            client.get(url(contract, "edit/"))


# Vendors that become one ------------------------------------------------------------------------------


def merge(keep, other, by):
    versions = {keep.pk: keep.version, other.pk: other.version}
    with organization_scope(ALL):
        return merge_vendors(keep=keep, other=other, values={}, versions=versions, by=by)


def test_the_bench_follows_a_merged_vendor(manager, contract):
    other = make_vendor(manager, "Contoso Ltd")
    keep = make_vendor(manager, "Contoso")
    row = make_alternative(manager, contract, vendor=other)
    merge(keep, other, manager)
    with organization_scope(ALL):
        assert Alternative.objects.get(pk=row.pk).vendor == keep


def test_nobody_sits_on_a_bench_twice_or_instead_of_themselves(manager, contract):
    first = make_vendor(manager, "Contoso Ltd")
    second = make_vendor(manager, "Contoso")
    for vendor in (first, second):
        make_alternative(manager, contract, vendor=vendor)
    with pytest.raises(Refused, match="Both are on the bench in “Help desk"):
        merge(first, second, manager)
    with pytest.raises(Refused, match="Contoso Ltd is on the bench of “Help desk"):
        merge(contract.vendor, first, manager)
    with organization_scope(ALL):
        assert Alternative.objects.filter(vendor__in=[first, second]).count() == 2
