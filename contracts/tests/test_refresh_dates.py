"""What a contract keeps of its days and sums, and which days are watched."""

import datetime as dt
from dataclasses import replace
from decimal import Decimal

import pytest
from django.utils import timezone

from accounts import actions as people
from activity.actions import watch_days
from activity.models import WatchedDate
from contracts import dates, tasks, watchers
from contracts.actions import refreshing
from contracts.models import (
    Alternative,
    Contract,
    ContractTerms,
    ExitPlan,
    HandoverItem,
    Key,
    PriceLine,
    TransitionPhase,
    TransitionTask,
)
from core.tenancy import ALL, organization_scope
from vendors.models import Vendor


def day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


def signed_contract(org, manager, *, lines=(("Help desk", "1200.00"),), terms=None, **values):
    """The contract of the issue: from 1 August 2020, 36 months, then from year to year."""
    vendor, _ = Vendor.objects.get_or_create(organization=org, legal_name="Northwind")
    terms = {
        "start_on": day("2020-08-01"),
        "initial_months": 36,
        "renewal_mode": "automatic",
        "renewal_months": 12,
        "notice": 3,
        "notice_unit": "months",
        "notice_form": "letter",
        "postal_days": 2,
        "currency": "EUR",
        "escalator_percent": Decimal(3),
        "priced_on": day("2023-08-01"),
        **(terms or {}),
    }
    contract = Contract.objects.create(
        **{
            "organization": org,
            "vendor": vendor,
            "title": "Help desk",
            "stage": "signed",
            "manager": manager,
            "signed_on": terms["start_on"],
            "signed_by": manager,
            "starts_on": terms["start_on"],
            "created_by": manager,
            **values,
        }
    )
    row = ContractTerms.objects.create(
        organization=org,
        contract=contract,
        from_on=terms["start_on"],
        agreed_at=timezone.now(),
        **terms,
    )
    PriceLine.objects.bulk_create(
        [
            PriceLine(
                organization=org,
                terms=row,
                kind="flat",
                label=label,
                amount=Decimal(amount),
                period="month",
            )
            for label, amount in lines
        ]
    )
    return contract


def kept(contract: Contract) -> dict:
    row = Contract.objects.get(pk=contract.pk)
    return {name: getattr(row, name) for name in dates.DERIVED}


def watched(contract: Contract) -> dict:
    return {row.kind: row for row in WatchedDate.objects.about(contract)}


@organization_scope(ALL)
def test_the_sentence_of_the_issue(acme, manager):
    contract = signed_contract(acme, manager)
    dates.refresh(contract, day("2024-01-15"))
    assert kept(contract) == {
        "starts_on": day("2020-08-01"),
        "term_ends_on": day("2024-08-01"),
        "ends_on": None,
        "notice_by_on": day("2024-05-01"),
        "safe_notice_on": day("2024-04-29"),
        "committed_until_on": day("2025-08-01"),
        "currency": "EUR",
        "yearly_cost": Decimal("14400.00"),
        "at_stake": Decimal("14832.00"),
        "refresh_on": day("2024-05-02"),
    }
    row = watched(contract)["contract.notice"]
    assert (row.due_on, row.responsible, list(watched(contract))) == (
        day("2024-04-29"),
        manager,
        ["contract.notice"],
    )
    assert row.sentence == (
        "Last safe day: Mon 29 Apr 2024."
        " If you do nothing you commit to EUR\N{NO-BREAK SPACE}14,832 until 1 Aug 2025."
    )


@organization_scope(ALL)
def test_after_the_deadline_the_next_one_counts_and_the_missed_one_is_watched_for_a_week(
    acme, manager
):
    contract = signed_contract(acme, manager)
    dates.refresh(contract, day("2024-05-02"))
    assert kept(contract)["term_ends_on"] == day("2024-08-01")
    assert kept(contract)["notice_by_on"] == day("2025-05-01")
    assert kept(contract)["committed_until_on"] == day("2026-08-01")
    assert kept(contract)["refresh_on"] == day("2024-05-09")
    row = watched(contract)["contract.notice"]
    assert (row.due_on, row.sentence[:44]) == (
        day("2024-04-29"),
        "Notice had to arrive by Wed 1 May 2024. Last",
    )
    dates.refresh(contract, day("2024-05-09"))
    assert watched(contract)["contract.notice"].due_on == kept(contract)["safe_notice_on"]


@pytest.mark.parametrize(
    ("values", "terms", "ends_on", "words"),
    [
        (
            {"notice_given_on": day("2024-04-20"), "notice_arrived_on": day("2024-04-22")},
            {},
            "2024-08-01",
            "Notice is given; it ends on 1 Aug 2024.",
        ),
        (
            {"notice_given_on": day("2024-04-30")},
            {},
            "2025-08-01",
            "Notice is given; it ends on 1 Aug 2025.",
        ),
        (
            {"terminated_on": day("2024-06-15"), "termination": "agreed"},
            {},
            "2024-06-15",
            "It is terminated and ends on 15 Jun 2024.",
        ),
        (
            {},
            {"renewal_mode": "by_agreement", "initial_months": 48},
            "2024-08-01",
            "It ends on 1 Aug 2024 unless both sides agree before to go on.",
        ),
        (
            {},
            {"renewal_mode": "none", "initial_months": 48},
            "2024-08-01",
            "It ends on 1 Aug 2024 by itself.",
        ),
    ],
    ids=["notice", "late notice", "terminated", "by agreement", "by itself"],
)
@organization_scope(ALL)
def test_what_ends_is_watched_instead(acme, manager, values, terms, ends_on, words):
    contract = signed_contract(acme, manager, terms=terms, **values)
    dates.refresh(contract, day("2024-05-20"))
    found = kept(contract)
    assert (found["ends_on"], found["committed_until_on"]) == (day(ends_on), day(ends_on))
    assert (found["notice_by_on"], found["at_stake"]) == (None, Decimal("0.00"))
    [row] = watched(contract).values()
    assert (row.kind, row.due_on, row.sentence) == ("contract.end", day(ends_on), words)


@organization_scope(ALL)
def test_many_are_refreshed_in_the_same_few_queries(acme, manager, django_assert_max_num_queries):
    contracts = [signed_contract(acme, manager, title=f"Contract {n}") for n in range(8)]
    with django_assert_max_num_queries(30):
        assert dates.refresh_many(contracts, day("2024-01-15")) == []
    assert {kept(row)["at_stake"] for row in contracts} == {Decimal("14832.00")}
    assert WatchedDate.objects.filter(kind=dates.NOTICE).count() == 8


def test_the_tick_finds_what_time_has_changed_and_one_bad_row_fails_alone(
    acme, globex, manager, outsider, caplog
):
    with organization_scope(ALL):
        good = [signed_contract(acme, manager), signed_contract(globex, outsider)]
        bad = signed_contract(acme, manager, terms={"start_on": day("9999-01-01")})
        Contract.objects.update(refresh_on=day("2024-05-02"))
        globex.time_zone = "Pacific/Kiritimati"
        globex.save()
    # There the 2nd of May has begun; in the other organization it is still the 1st.
    assert refreshing.refresh_due(now=dt.datetime(2024, 5, 1, 12, tzinfo=dt.UTC)) == 1
    assert refreshing.refresh_due(now=dt.datetime(2024, 5, 4, 12, tzinfo=dt.UTC)) == 1
    assert [record.args for record in caplog.records] == [(bad.pk,)]
    with organization_scope(ALL):
        assert {kept(row)["notice_by_on"] for row in good} == {day("2025-05-01")}
        assert kept(bad)["refresh_on"] == day("2024-05-02")


def test_what_the_database_refuses_fails_alone_too(acme, manager, caplog):
    with organization_scope(ALL):
        good, bad = signed_contract(acme, manager), signed_contract(acme, manager)
        bad.terms_versions.update(start_on=None)  # a signed contract has to have one
        Contract.objects.update(refresh_on=day("2024-01-01"))
    tasks.refresh_dates()
    assert [record.args for record in caplog.records] == [(bad.pk,)]
    with organization_scope(ALL):
        assert kept(good)["refresh_on"] > day("2024-01-01")
        assert kept(bad)["refresh_on"] == day("2024-01-01")


@organization_scope(ALL)
def test_without_agreed_terms_nothing_is_known(acme, manager):
    contract = signed_contract(acme, manager)
    contract.terms_versions.update(agreed_at=None)
    found = dates.read_standing(contract, day("2024-01-01"))
    assert (found.commitment.outlook, found.starts_on, found.yearly_cost) == ("unknown", None, None)


def watch_parts(contract: Contract) -> set[tuple[str, int]]:
    """A key, a quote, a plan to leave, a task and something to be handed over, each with its watched day."""
    own = {"organization": contract.organization, "contract": contract}
    Key.objects.create(**own, kind="domain", name="acme.example", verify_months=3)
    ExitPlan.objects.create(**own, currency="EUR", drill_months=12)
    Alternative.objects.create(**own, quote=1, currency="EUR", expires_on=day("2024-09-01"))
    phase = TransitionPhase.objects.create(**own, name="Start")
    task = {"organization": contract.organization, "due_on": day("2024-09-01"), "side": "us"}
    TransitionTask.objects.create(**task, phase=phase, title="Hand over")
    HandoverItem.objects.create(**task, contract=contract, kind="runbook", title="Runbook")
    days = [replace(part, due_on=day("2024-09-01")) for part in watchers.days_of([contract])]
    assert len(days) == 5
    watch_days(days=days)
    return {(part.kind, part.target.pk) for part in days}


@pytest.mark.parametrize("count", [1, 30])
def test_however_many_end_on_a_day_their_parts_are_forgotten_in_the_same_queries(
    acme, manager, django_assert_max_num_queries, count
):
    """Those of a contract that runs on stay."""
    terms = {"initial_months": 48, "renewal_mode": "none"}
    with organization_scope(ALL):
        ended = [signed_contract(acme, manager, terms=terms) for _ in range(count)]
        runs = signed_contract(acme, manager)
        stay = [watch_parts(contract) for contract in [*ended, runs]][-1]
        Contract.objects.update(refresh_on=day("2024-08-01"))
    # 53 for one, what follows contracts among them; Django deletes a hundred at a time, and SQLite takes
    # fewer values at once.
    with django_assert_max_num_queries(60):
        assert refreshing.refresh_due(now=dt.datetime(2024, 8, 1, 12, tzinfo=dt.UTC)) == count + 1
    with organization_scope(ALL):
        own = {dates.NOTICE, dates.END, "review.due"}
        rows = WatchedDate.objects.exclude(kind__in=own).values_list("kind", "target_id")
        assert set(rows) == stay
        assert (
            Contract.objects.with_status(day("2024-08-01")).filter(status_now="ended").count()
            == count
        )


def test_other_holidays_and_another_clock_count_from_the_next_tick_on(
    acme, manager, admin, time_machine
):
    time_machine.move_to(dt.datetime(2024, 1, 15, 12, tzinfo=dt.UTC))
    with organization_scope(ALL):
        contract = signed_contract(acme, manager)
        dates.refresh(contract, day("2024-01-15"))
        WatchedDate.objects.update(next_at=None)
        values = {"country": "DE", "time_zone": "Europe/Berlin"}  # 1 May is a holiday there
        people.change_organization(organization=acme, values=values, version=1, by=admin)
        assert WatchedDate.objects.get(kind="contract.notice").next_at is not None
    tasks.refresh_dates()
    with organization_scope(ALL):
        assert kept(contract)["safe_notice_on"] == day("2024-04-26")
        assert watched(contract)["contract.notice"].due_on == day("2024-04-26")
        people.change_organization(
            organization=acme, values={"name": "Acme Ltd"}, version=2, by=admin
        )
        assert kept(contract)["refresh_on"] == day("2024-05-02")
