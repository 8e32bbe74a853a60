"""What a contract still lacks: one finding for each question, with the place to mend it."""

import datetime as dt
from decimal import Decimal

import pytest
from pytest_django.asserts import assertContains, assertNotContains

from contracts.clauses import CLAUSES
from contracts.completeness import MISSING, OK, WARNING, Facts, check, counts
from contracts.models import (
    Clause,
    CommunicationLine,
    Contract,
    ContractTerms,
    Document,
    ExitPlan,
    ExitStep,
    Key,
    PriceLine,
    ServiceLevel,
    TransitionPhase,
    TransitionTask,
)
from contracts.readings import completeness_of, facts_of
from contracts.tests.papers import make_contract, sign
from core.tenancy import ALL, organization_scope

WHOLE = {
    "has_manager": True,
    "has_counterpart": True,
    "needs_master": True,
    "master_is_signed": True,
    "has_start": True,
    "initial_months": 36,
    "renewal_mode": "automatic",
    "renewal_months": 12,
    "notice": 3,
    "notice_unit": "months",
    "notice_form": "registered_letter",
    "postal_days": 3,
    "price_lines": 2,
    "currency": "EUR",
    "payment_days": 0,
    "convenience": False,
    "has_cause_rule": True,
    "governing_law": "Irish",
    "dispute": "court",
    "confidentiality": "clause",
    "service_levels": 3,
    "clauses": {clause.key: "present" for clause in CLAUSES},
    "communication_lines": 1,
    "documents": 2,
    "signed_copies": 1,
    "keys": 4,
    "transition_tasks": 5,
    "has_exit_plan": True,
    "exit_steps": 1,
}


def states(**changed) -> dict[str, str]:
    return {finding.code: finding.state for finding in check(Facts(**{**WHOLE, **changed}))}


def test_nothing_is_known_of_an_empty_one():
    findings = check(Facts())
    assert counts(findings) == {MISSING: 13, WARNING: 5, OK: 0}
    assert [finding.code for finding in findings if finding.to_sign] == [
        *("manager", "start", "term", "renewal", "notice")
    ]
    assert all(finding.why and finding.words and finding.title for finding in findings)


def test_a_whole_one():
    findings = check(Facts(**WHOLE))
    assert counts(findings) == {MISSING: 0, WARNING: 0, OK: len(findings)}


@pytest.mark.parametrize(
    ("changed", "code", "state"),
    [
        ({"has_manager": False}, "manager", MISSING),
        ({"has_counterpart": False}, "counterpart", WARNING),
        ({"master_is_signed": False}, "master", MISSING),
        ({"master_is_signed": None}, "master", MISSING),
        ({"has_start": False}, "start", MISSING),
        ({"initial_months": None}, "term", MISSING),
        ({"renewal_mode": ""}, "renewal", MISSING),
        ({"renewal_months": None}, "renewal", MISSING),
        ({"renewal_months": None, "renewal_mode": "by_agreement"}, "renewal", WARNING),
        ({"notice": None}, "notice", MISSING),
        ({"notice_form": ""}, "notice", WARNING),
        ({"postal_days": None}, "notice", WARNING),
        ({"price_lines": 0}, "prices", MISSING),
        ({"unpriced_lines": ["Help desk"]}, "prices", WARNING),
        ({"currency": ""}, "prices", WARNING),
        ({"payment_days": None}, "payment", WARNING),
        ({"convenience": None}, "termination", WARNING),
        ({"convenience": None, "has_cause_rule": False}, "termination", MISSING),
        ({"convenience": True}, "termination", WARNING),
        ({"convenience": True, "fee_rule": "none"}, "termination", OK),
        ({"governing_law": ""}, "dispute", WARNING),
        ({"confidentiality": "none"}, "confidentiality", WARNING),
        ({"confidentiality": ""}, "confidentiality", MISSING),
        ({"service_levels": 0}, "levels", MISSING),
        ({"level_findings": ["Resolution is not."]}, "levels", WARNING),
        ({"clauses": {}}, "clauses", MISSING),
        ({"clauses": {**WHOLE["clauses"], "scope": "unchecked"}}, "clauses", WARNING),
        ({"clauses": {**WHOLE["clauses"], "scope": "absent"}}, "clause_scope", MISSING),
        ({"clauses": {**WHOLE["clauses"], "insurance": "absent"}}, "clause_insurance", WARNING),
        ({"communication_lines": 0}, "communication", WARNING),
        ({"signed_copies": 0}, "signed_copy", WARNING),
        ({"signed_copies": 0, "documents": 0}, "signed_copy", MISSING),
        ({"keys": 0}, "keys", MISSING),
        ({"keys_of_vendor_only": 1}, "keys", WARNING),
        ({"transition_tasks": 0}, "transition", WARNING),
        ({"has_exit_plan": False}, "exit", MISSING),
        ({"exit_steps": 0}, "exit", WARNING),
    ],
)  # fmt: skip
def test_one_thing_is_not_as_it_should_be(changed, code, state):
    found = states(**changed)
    assert found[code] == state
    assert {other for key, other in found.items() if key != code} == {OK}


def test_what_ends_by_itself_needs_no_notice():
    assert states(renewal_mode="none", notice=None)["notice"] == OK
    assert "master" not in states(needs_master=False)


def test_long_lists_are_cut_short_in_words():
    [finding] = [row for row in check(Facts(clauses={"scope": "present"})) if row.code == "clauses"]
    assert finding.words == (
        "17 of 18 not looked at yet: Price, Payment, Service levels and 14 more."
    )


@pytest.fixture
def contract(manager) -> Contract:
    return make_contract(manager)


def fill(contract: Contract, by) -> None:
    """One of everything that is counted."""
    org = contract.organization
    base = {"organization": org, "contract": contract}
    terms = contract.terms_versions.get()
    terms.start_on, terms.initial_months, terms.cause_rule = dt.date(2026, 1, 1), 12, "Any"
    terms.save()
    PriceLine.objects.create(organization=org, terms=terms, kind="flat", label="Setup")
    ServiceLevel.objects.create(
        organization=org, terms=terms, metric="custom", name="x", comparator="at_least",
        target=Decimal(1), unit="count", window="month",
    )  # fmt: skip
    Clause.objects.create(**base, key="scope", state="absent")
    CommunicationLine.objects.create(**base, purpose="Weekly call")
    for signed, removed_at in ((True, None), (True, contract.created_at), (False, None)):
        Document.objects.create(
            **base, title="x", kind="other", is_signed_copy=signed, removed_at=removed_at,
            stored_as=f"{contract.pk}-{signed}-{removed_at}", filename="x", content_type="x",
            size=1, sha256="x", uploaded_by=by,
        )  # fmt: skip
    Key.objects.create(**base, kind="domain", name="x", admin_by="vendor")
    Key.objects.create(**base, kind="dns", name="x", admin_by="us")
    phase = TransitionPhase.objects.create(**base, name="x")
    TransitionTask.objects.create(
        organization=org, phase=phase, title="x", side="us", due_on=dt.date(2026, 1, 1)
    )
    plan = ExitPlan.objects.create(**base, currency="EUR")
    ExitStep.objects.create(organization=org, plan=plan, text="x")


def test_read_from_the_rows(manager, contract, django_assert_num_queries):
    with organization_scope(ALL):
        fill(contract, manager)
        with django_assert_num_queries(5):
            facts = facts_of(contract, dt.date(2026, 2, 1))
    assert facts == Facts(
        has_start=True,
        initial_months=12,
        currency="EUR",
        price_lines=1,
        unpriced_lines=["Setup"],
        has_cause_rule=True,
        service_levels=1,
        level_findings=["“x” has no source of measurement."],
        clauses={"scope": "absent"},
        communication_lines=1,
        documents=2,
        signed_copies=1,
        keys=2,
        keys_of_vendor_only=1,
        transition_tasks=1,
        has_exit_plan=True,
        exit_steps=1,
    )


def test_the_terms_in_force_count(manager, contract):
    with organization_scope(ALL):
        for number, from_on, months in ((2, dt.date(2027, 1, 1), 24), (3, None, 36)):
            ContractTerms.objects.create(
                organization=contract.organization, contract=contract, number=number,
                currency="EUR", initial_months=months, from_on=from_on,
                agreed_at=contract.created_at if from_on else None,
            )  # fmt: skip
        assert facts_of(contract, dt.date(2026, 12, 31)).initial_months is None
        assert facts_of(contract, dt.date(2027, 1, 1)).initial_months == 24


def test_a_statement_of_work_needs_its_master_signed(manager, contract):
    work = make_contract(manager, kind="statement_of_work", parent=contract, vendor=contract.vendor)
    today = dt.date(2026, 2, 1)

    def words() -> list[str]:
        with organization_scope(ALL):
            found = completeness_of(work, today)
        return [finding.words for finding in found if finding.code == "master"]

    assert words() == ["The master agreement is not signed yet."]
    with organization_scope(ALL):
        sign(contract, manager)
    assert words() == ["The master agreement is signed."]


def test_the_page_says_it_in_three_groups(client, manager, viewer, outsider, contract):
    address = f"/o/acme/contracts/{contract.pk}/completeness/"
    client.force_login(manager.user)
    page = client.get(address)
    assert page.context["counts"] == {MISSING: 13, WARNING: 5, OK: 0}
    assertContains(page, "13 points are missing, 5 should be looked at again.")
    assertContains(page, "be signed without", count=5)
    assertContains(page, f'href="/o/acme/contracts/{contract.pk}/documents/"')
    assertContains(page, f'href="/o/acme/contracts/{contract.pk}/edit/"')
    assertContains(page, "Mend this first", count=1)
    client.force_login(viewer.user)
    page = client.get(address)
    assertContains(page, "Delegated manager")
    assertNotContains(page, "Mend")
    assertNotContains(page, "/edit/")
    client.force_login(outsider.user)
    assert client.get(address).status_code == 404
    assert client.get(f"/o/globex/contracts/{contract.pk}/completeness/").status_code == 404


def test_the_page_asks_the_same_however_much_there_is(
    client, manager, contract, django_assert_max_num_queries
):
    address = f"/o/acme/contracts/{contract.pk}/completeness/"
    client.force_login(manager.user)
    client.get(address)
    with organization_scope(ALL):
        fill(contract, manager)
    with django_assert_max_num_queries(10):
        assertContains(client.get(address), "In order")
