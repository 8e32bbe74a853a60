"""Service credits: claimed in time, settled, left on the table; never changed behind a claim."""

import datetime as dt
from decimal import Decimal

import pytest
import time_machine
from pytest_django.asserts import assertContains, assertRedirects

from activity.models import LogEntry, WatchedDate
from contracts.models import Contract, ServiceLevel
from core.tenancy import ALL, organization_scope
from reviews.actions import credits as actions
from reviews.actions import measuring
from reviews.credit_queries import Sums, ledger
from reviews.models import Measurement, ServiceCredit
from reviews.tests import review_case

D = dt.date
NOW = dt.datetime(2026, 6, 15, 10, tzinfo=dt.UTC)
LIST = f"{review_case.AREA}credits/"


@pytest.fixture(autouse=True)
def today():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def contract(manager, owner) -> Contract:
    """EUR 100 a month; 5 % back below 99.5, 10 % below 99, claimed within 30 days."""
    return review_case.running(manager, owner, reference="NW-7")


MAY = D(2026, 5, 1)


def miss(contract, by, value="98", first_on=MAY) -> ServiceCredit:
    """A missed month; by default May: EUR 10, to be claimed until 30 June."""
    with organization_scope(ALL):
        level = ServiceLevel.objects.get(terms__contract=contract)
        there = Measurement.objects.filter(first_on=first_on).first()
        entry = measuring.Entry(
            level.lineage, first_on, Decimal(value), version=there.version if there else None
        )
        measuring.record_measurements(contract=contract, entries=[entry], by=by)
        return ServiceCredit.objects.get(measurement__first_on=first_on)


def fresh(credit) -> ServiceCredit:
    with organization_scope(ALL):
        return ServiceCredit.objects.get(pk=credit.pk)


def claim_days() -> list[dt.date]:
    with organization_scope(ALL):
        rows = WatchedDate.objects.filter(kind="credit.claim")
        return list(rows.values_list("due_on", flat=True))


def at(credit, page="") -> str:
    return f"{LIST}{credit.pk}/{page}"


LETTER = """Service credit for May 2026
Contract: Help desk (NW-7)

To: Northwind
From: Acme

Availability of the desk. You promised: Works at least 99.5 % of the time.
Measured from 1 May 2026 to 31 May 2026: 98 %.

Our contract says: We get 5 % of the month’s price back below 99.5 %, 10 % below 99 %.
That is 10 % of EUR 100, the price for May 2026: EUR 10.

Please credit EUR 10 on your next invoice, or tell us what speaks against it.
This claim is made in time: it is due by 30 Jun 2026.
"""


def test_a_credit_is_claimed_and_received(client, manager, contract):
    credit = miss(contract, manager)
    assert claim_days() == [D(2026, 6, 30)]
    client.force_login(manager.user)
    page = client.get(at(credit, "claim/"))
    letter = page.context["form"]["claim_text"].value()
    assert letter.replace("\N{NO-BREAK SPACE}", " ") == LETTER
    said = {"claim_text": letter, "claimed_on": "2026-06-14", "version": credit.version}
    assertRedirects(client.post(at(credit, "claim/"), said), at(credit))
    claimed = fresh(credit)
    assert (claimed.state, claimed.claimed_on) == ("claimed", D(2026, 6, 14))
    assert claimed.claim_text.replace("\r\n", "\n").strip() == letter.strip()
    assert claim_days() == []
    assert client.post(at(credit, "claim/"), said).status_code == 409  # sent twice

    # What is measured now changes nothing about what was claimed, and the page says so.
    miss(contract, manager, "99.2")
    assert (fresh(credit).amount, fresh(credit).percent) == (Decimal(10), Decimal(10))
    assertContains(client.get(at(credit)), "By it the credit would now be EUR\N{NO-BREAK SPACE}5;")
    response = client.post(
        f"{review_case.AREA}measurements/{credit.measurement_id}/remove/", follow=True
    )
    assertContains(response, "A credit was claimed for this value")

    settled = {"outcome": "received", "settled_on": "2026-06-15", "version": claimed.version}
    wrong = client.post(at(credit, "settle/"), settled)
    assert wrong.status_code == 422
    assert list(wrong.context["settle_form"].errors) == ["received_amount"]
    client.post(at(credit, "settle/"), {**settled, "received_amount": "9.50", "note": "Invoice 12"})
    done = fresh(credit)
    assert (done.state, done.received_amount, done.note) == (
        "received",
        Decimal("9.50"),
        "Invoice 12",
    )
    with organization_scope(ALL):
        found = ledger(contract.organization, D(2026, 6, 15))
        verbs = LogEntry.objects.filter(verb="review.credit_changed").order_by("pk")
        assert [line.after["state"] for line in verbs] == ["Claimed", "Received"]
    zero = Decimal(0)
    assert found.sums == [Sums("EUR", zero, zero, Decimal("9.50"), zero, zero)]


def test_a_refused_claim_needs_a_reason_and_each_step_can_be_undone(client, manager, contract):
    credit = miss(contract, manager)
    client.force_login(manager.user)
    client.post(
        at(credit, "claim/"), {"claim_text": "Please", "claimed_on": "2026-06-15", "version": 1}
    )
    body = {"outcome": "refused", "settled_on": "2026-06-15", "version": 2}
    assert list(client.post(at(credit, "settle/"), body).context["settle_form"].errors) == ["note"]
    assertRedirects(client.post(at(credit, "settle/"), {**body, "note": "Our fault"}), at(credit))
    assert fresh(credit).state == "refused"
    for version, state in ((3, "claimed"), (4, "due")):
        assertRedirects(client.post(at(credit, "back/"), {"version": version}), at(credit))
        assert fresh(credit).state == state
    assert fresh(credit).claimed_on is None
    assert claim_days() == [D(2026, 6, 30)]
    assert client.post(at(credit, "waive/"), {"note": "", "version": 5}).status_code == 422
    client.post(at(credit, "waive/"), {"note": "They helped us", "version": 5})
    assert (fresh(credit).state, fresh(credit).settled_on) == ("waived", D(2026, 6, 15))
    assert client.post(at(credit, "waive/"), {"note": "Again", "version": 5}).status_code == 409


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"claimed_on": "2026-06-16"}, "claimed_on"),
        ({"claimed_on": "2026-04-30"}, "claimed_on"),
        ({"claim_text": ""}, "claim_text"),
    ],
)
def test_a_claim_on_an_impossible_day_is_refused(client, manager, contract, said, field):
    credit = miss(contract, manager)
    client.force_login(manager.user)
    body = {"claim_text": "Please", "claimed_on": "2026-06-15", "version": 1, **said}
    response = client.post(at(credit, "claim/"), body)
    assert response.status_code == 422
    assert list(response.context["form"].errors) == [field]
    assert fresh(credit).state == "due"


def test_what_nobody_claims_expires_in_the_organizations_own_day(manager, contract):
    credit = miss(contract, manager)
    organization = contract.organization
    organization.time_zone = "Pacific/Auckland"  # twelve hours ahead
    organization.save()
    assert actions.expire_due(now=dt.datetime(2026, 6, 30, 11, 59, tzinfo=dt.UTC)) == 0
    assert fresh(credit).state == "due"
    assert actions.expire_due(now=dt.datetime(2026, 6, 30, 12, 1, tzinfo=dt.UTC)) == 1
    assert (fresh(credit).state, fresh(credit).settled_on) == ("expired", D(2026, 7, 1))
    assert actions.expire_due(now=dt.datetime(2026, 7, 3, tzinfo=dt.UTC)) == 0
    assert claim_days() == []
    with organization_scope(ALL):
        assert ledger(organization, D(2026, 7, 3)).sums[0].left == Decimal(10)
        assert ledger(organization, D(2027, 7, 3)).sums == []  # another year


def test_the_list_tells_what_is_left_on_the_table(
    client, manager, viewer, contract, django_assert_max_num_queries
):
    expired = miss(contract, manager, first_on=D(2026, 2, 1))
    miss(contract, manager, "99.3", D(2026, 5, 1))
    client.force_login(viewer.user)
    client.get(LIST)
    with django_assert_max_num_queries(12):
        page = client.get(LIST)
    assertContains(page, "Left on the table in 2026")
    [sums] = page.context["ledger"].sums
    assert (sums.due, sums.expired, sums.left) == (Decimal(5), Decimal(10), Decimal(10))
    left = client.get(f"{LIST}?state=left")
    with organization_scope(ALL):
        assert [row.record.amount for row in page.context["table"].rows] == [Decimal(5)]
        assert [row.record.pk for row in left.context["table"].rows] == [expired.pk]
    nothing = client.get(f"{LIST}?state=all&q=Kestrel")
    assertContains(nothing, "No credit fits")
    assert client.post(at(expired, "claim/"), {}).status_code == 403


def test_an_unknown_price_is_no_sum(manager, contract, client):
    with organization_scope(ALL):
        contract.terms_versions.get(number=1).price_lines.update(amount=None)
    credit = miss(contract, manager)
    assert (credit.price, credit.amount, credit.percent) == (None, None, Decimal(10))
    client.force_login(manager.user)
    page = client.get(at(credit))
    assertContains(page, "10 % of the price back for May 2026")
    assertContains(page, "not known: a price of the contract is not said")
    with organization_scope(ALL):
        assert ledger(contract.organization, D(2026, 6, 15)).unpriced == 1


def test_whoever_runs_the_contract_now_is_reminded(manager, owner, contract):
    credit = miss(contract, manager)
    with organization_scope(ALL):
        row = Contract.objects.select_related("organization", "vendor").get(pk=contract.pk)
        row.manager = owner
        actions.follow_contracts(contracts=[row], today=D(2026, 6, 15))
        found = WatchedDate.objects.get(kind="credit.claim")
    assert (found.responsible_id, found.target_id) == (owner.pk, credit.pk)
    assert found.path == at(credit)


def claimed_then_corrected(contract, manager, value) -> ServiceCredit:
    credit = miss(contract, manager)
    values = {"claimed_on": D(2026, 6, 15), "claim_text": "Please"}
    with organization_scope(ALL):
        actions.claim_credit(credit=credit, values=values, version=credit.version, by=manager)
    miss(contract, manager, value=value)
    found = fresh(credit)
    assert (found.state, found.amount) == ("claimed", Decimal("10.00"))  # as it was claimed
    return found


def test_a_claim_taken_back_follows_the_value_that_was_corrected_meanwhile(
    client, manager, contract
):
    credit = claimed_then_corrected(contract, manager, "99.2")
    client.force_login(manager.user)
    answer = client.post(at(credit, "back/"), {"version": credit.version})
    assertRedirects(answer, at(credit), fetch_redirect_response=False)
    found = fresh(credit)
    assert (found.state, found.percent, found.amount) == ("due", Decimal(5), Decimal("5.00"))
    with organization_scope(ALL):
        last = LogEntry.objects.filter(verb="review.credit_changed").latest("pk")
    assert (last.before["credit"], last.after["credit"]) == ("EUR\xa010", "EUR\xa05")


def test_a_claim_taken_back_for_a_value_that_was_kept_after_all_is_gone(client, manager, contract):
    credit = claimed_then_corrected(contract, manager, "99.9")
    client.force_login(manager.user)
    answer = client.post(at(credit, "back/"), {"version": credit.version})
    assertRedirects(answer, LIST, fetch_redirect_response=False)
    with organization_scope(ALL):
        assert not ServiceCredit.objects.exists()
    assert claim_days() == []
