"""How much hangs on one vendor (M10), what was outgrown (M11), and going slowly at first (P10)."""

from decimal import Decimal

import pytest
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains

from activity.models import LogEntry
from contracts.models import Alternative, ExitPlan
from core.tenancy import ALL, organization_scope
from planning.actions.services import create_service
from reviews.concentration import advice_for_contract
from reviews.models import CriticalService, UsageCount, VendorView
from reviews.tests import seeing_rows as rows

URL = "/o/acme/reviews/concentration/"


def services_of(by, title, vendor, *services, cost=1000, **columns):
    contract = rows.contract_of(
        by, title, vendor=vendor, services=list(services), yearly_cost=Decimal(cost), **columns
    )
    with organization_scope(ALL):
        contract.save()
    return contract


@pytest.fixture
def contracts(manager):
    return {
        "desk": services_of(manager, "Desk", "Northwind", "Help desk", "Network", cost=8000),
        "net": services_of(manager, "Net", "Corvid", "network", cost=1500),
        "print": services_of(manager, "Print", "Kestrel", "Printing", cost=500),
        "gone": services_of(manager, "Gone", "Corvid", "Help desk", ends_on=timezone.localdate()),
    }


def say(client, *keys):
    return client.post(f"{URL}services/", {"services": list(keys)}, follow=True)


def test_critical_is_what_people_say_and_who_delivers_it_alone_is_named(client, manager, contracts):
    client.force_login(manager.user)
    page = client.get(URL)
    assertContains(page, "It has 80\xa0% of what you pay a year. Nobody is on the bench yet.")
    assertContains(page, "not said yet")
    assertContains(say(client, "help desk", "network", "printing"), "3 services must not stop.")
    with organization_scope(ALL):
        Alternative.objects.create(
            organization=manager.organization,
            contract=contracts["desk"],
            vendor=contracts["net"].vendor,
        )
    found = client.get(URL).context["found"]
    assert [(line.name, line.cost, line.critical, line.alone, line.bench) for line in found.lines] == [
        ("Northwind", 8000, ["Help desk", "Network"], ["Help desk"], 1),
        ("Corvid", 1500, ["Network"], [], 0),
        ("Kestrel", 500, ["Printing"], ["Printing"], 0),
    ]  # fmt: skip
    assert {line.name: line.reasons for line in found.second} == {
        "Northwind": [
            "Nobody else delivers Help desk, which must not stop.",
            "It has 80\xa0% of what you pay a year.",
        ],
        "Kestrel": [
            "Nobody else delivers Printing, which must not stop.",
            "Nobody is on the bench yet.",
        ],
    }


def test_what_its_description_calls_vital_must_not_stop_either(client, manager, contracts):
    with organization_scope(manager.organization):
        for name, criticality in [
            ("help-desk", "vital"),
            ("Printing", "high"),
            ("Network", "low"),
            ("Fax", "high"),
        ]:
            create_service(values={"name": name, "criticality": criticality}, by=manager)
    client.force_login(manager.user)
    found = client.get(URL).context["found"]
    assert found.critical == ["Printing", "help-desk"], "nobody delivers Fax"
    assert {line.name: line.alone for line in found.lines} == {
        "Northwind": ["help-desk"],
        "Corvid": [],
        "Kestrel": ["Printing"],
    }
    assertContains(
        client.get(f"{URL}services/"),
        "these count anyway where a contract names them: Fax, help-desk and Printing.",
    )


def test_saying_it_again_changes_only_what_was_shown(client, manager, contracts):
    client.force_login(manager.user)
    with organization_scope(ALL):
        CriticalService.objects.create(
            organization=manager.organization, key="payroll", name="Payroll"
        )
    for _ in range(2):
        assertContains(say(client, "payroll", "network"), "2 services must not stop.")
    assertContains(client.get(f"{URL}services/"), "checked", 2)
    assertContains(say(client), "No service is critical.")
    assertContains(client.post(f"{URL}services/", {"services": ["x"]}), "", status_code=422)
    with organization_scope(ALL):
        told = LogEntry.objects.filter(verb="review.critical_services_said").order_by("pk")
        said = [entry.after["critical services"] for entry in told]
        assert said == [["Network", "Payroll"], []]


def test_what_no_longer_fits_leads_to_the_way_out(client, viewer, manager, contracts):
    desk, net = contracts["desk"], contracts["net"]
    rows.plan_of(contracts["print"], standing="red", standing_before="red")
    for contract in (desk, net):
        old = rows.review_of(contract, 2, by=manager)
        new = rows.review_of(contract, 1, by=manager)
        rows.plan_of(contract, held_on=new.held_on)
        with organization_scope(ALL):
            for review, used in ((old, 90), (new, 50 if contract == desk else 40)):
                UsageCount.objects.create(
                    organization=contract.organization, review=review, label="Seats",
                    paid=Decimal(40), used=Decimal(used),
                )  # fmt: skip
            for review, mark in ((old, 1), (new, 2 if contract == net else 3)):
                VendorView.objects.create(
                    organization=contract.organization, review=review, name="Nora",
                    email="nora@vendor.example", token_hash=f"{review.pk}", asked_by=manager,
                    expires_at=timezone.now(), client_mark=mark, answered_at=timezone.now(),
                )  # fmt: skip
    with organization_scope(ALL):
        ExitPlan.objects.create(organization=net.organization, contract=net, currency="EUR")
    client.force_login(viewer.user)
    page = client.get(URL)
    assert [
        (row.contract.title, row.word, row.reason, row.has_exit_plan)
        for row in page.context["found"].triggers
    ] == [
        ("Desk", "Outgrown", "50 Seats used, 40 paid for.", False),
        ("Net", "Misaligned", "The vendor gives us as a client 2 of 5.", True),
        ("Print", "Misaligned", "In trouble in two reviews in a row.", False),
    ]
    assertContains(page, "No exit plan", 2)


def test_a_second_service_waits_for_a_good_review_of_the_first(client, manager):
    client.force_login(manager.user)
    assertContains(new_contract(client, manager), "This is your first contract here. Go slowly")
    first = rows.contract_of(manager)
    rows.review_of(first, 1, by=manager, standing="amber")
    assertContains(new_contract(client, manager), "no good review of the one that you have yet")
    rows.review_of(first, 2, by=manager, standing="green")
    assertNotContains(new_contract(client, manager), "Go slowly")
    assert advise(manager) == []


def new_contract(client, by):
    vendor = rows.register_rows.vendor_of(by, "Kestrel")
    return client.get("/o/acme/contracts/new/", {"vendor": vendor.pk})


def advise(member) -> list[str]:
    with organization_scope(ALL):
        return advice_for_contract(member.organization)


def test_whoever_has_many_contracts_is_no_first_timer(manager):
    for number in range(5):
        rows.contract_of(manager, f"Contract {number}")
    assert len(advise(manager)) == 1
    rows.contract_of(manager, "Sixth")
    assert advise(manager) == []


def test_pages_ask_little_and_who_may(
    client, viewer, outsider, manager, contracts, django_assert_num_queries
):
    client.force_login(manager.user)
    say(client, "help desk", "network")
    client.force_login(viewer.user)
    client.get(URL)
    with django_assert_num_queries(12, exact=False):
        assertContains(client.get(URL), "Northwind")
    assert client.get(f"{URL}services/").status_code == 403
    client.force_login(outsider.user)
    assert client.get(URL).status_code == 404
    assertContains(client.get("/o/globex/reviews/concentration/"), "Nothing runs yet")
    client.logout()
    assert client.get(URL).status_code == 302
