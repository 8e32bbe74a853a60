"""The page of the terms: words and money, on any day; and two versions side by side."""

from decimal import Decimal

import pytest
from django.utils import timezone

from contracts import dates
from contracts.models import Contract, ContractTerms, PriceLine
from contracts.tests.record_case import draft
from contracts.tests.test_refresh_dates import day, signed_contract
from core.tenancy import ALL, organization_scope


def url(contract: Contract, rest: str = "") -> str:
    return f"/o/acme/contracts/{contract.pk}/terms/{rest}"


@pytest.fixture
def contract(acme, manager):
    """In force since 2020; twice the price from 2030 on."""
    with organization_scope(ALL):
        found = signed_contract(acme, manager)
        amendment = found.amendments.create(
            organization=acme, number=1, title="Twice as much", stage="signed", created_by=manager
        )
        first = found.terms_versions.get()
        values = {f.attname: getattr(first, f.attname) for f in ContractTerms._meta.concrete_fields}
        second = ContractTerms.objects.create(
            **{
                **values,
                "id": None,
                "number": 2,
                "amendment_id": amendment.pk,
                "from_on": day("2030-01-01"),
                "priced_on": day("2030-01-01"),
                "notice": 6,
            }
        )
        PriceLine.objects.create(
            organization=acme,
            terms=second,
            kind="flat",
            label="Help desk",
            amount=Decimal(2400),
            period="month",
        )
        dates.refresh(found, timezone.localdate())
    return found


def test_the_terms_on_any_day(client, viewer, contract):
    client.force_login(viewer.user)
    cases = [
        ("2024-01-01", "14400.00", 1),
        ("2024-08-01", "14832.00", 1),
        ("2029-12-31", "17194.35", 1),
        ("2030-01-01", "28800.00", 2),
        ("2030-08-01", "29664.00", 2),
    ]
    for on, yearly, number in cases:
        page = client.get(url(contract, f"?on={on}")).context["page"]
        assert (page.yearly, page.shown.number) == (Decimal(yearly), number), on
        assert page.yearly == sum(line.yearly for line in page.prices)


def test_today_begins_with_the_sentence_and_the_days(client, viewer, contract):
    client.force_login(viewer.user)
    answer = client.get(url(contract))
    with organization_scope(ALL):
        row = Contract.objects.get(pk=contract.pk)
    text = answer.content.decode()
    assert answer.context["sentence"] in text
    labels = [point.label for point in answer.context["page"].points]
    assert labels.count("Today") == 1
    days = {point.label: point.day for point in answer.context["page"].points}
    assert days["Last safe day to send notice"] == row.safe_notice_on
    assert days["Committed until here if nothing is done"] == row.committed_until_on
    assert [p.day for p in answer.context["page"].points] == sorted(
        p.day for p in answer.context["page"].points
    )
    assert "Amend the terms" not in text  # a Viewer reads


@pytest.mark.parametrize("asked", ["tomorrow", "1066-10-14", "2026-02-30"])
def test_what_is_no_day_shows_today_and_says_so(client, viewer, contract, asked):
    client.force_login(viewer.user)
    answer = client.get(url(contract, f"?on={asked}"))
    assert (answer.status_code, answer.context["on"]) == (200, None)
    assert "is no day between 2000 and 2100" in answer.content.decode()


def test_a_draft_says_what_is_missing(client, manager):
    found = draft(manager)
    client.force_login(manager.user)
    answer = client.get(url(found))
    text = answer.content.decode()
    assert "When it ends is not known yet" in text
    assert "No price is entered yet" in text
    assert "Enter terms and prices" in text
    assert answer.context["page"].yearly is None


def test_two_versions_side_by_side_at_the_prices_of_one_day(client, viewer, contract):
    client.force_login(viewer.user)
    answer = client.get(url(contract, "compare/?from=v1&to=v2"))
    found = {
        row.label: (row.one, row.other) for _, rows in answer.context["differing"] for row in rows
    }
    gap = "\N{NO-BREAK SPACE}"
    assert found == {
        "Notice": ("3 months before the end", "6 months before the end"),
        "Help desk": (f"EUR{gap}1,432.86 a month", f"EUR{gap}2,400 a month"),
    }


def test_two_days_side_by_side(client, viewer, contract):
    client.force_login(viewer.user)
    answer = client.get(url(contract, "compare/?from=2024-01-01&to=2024-08-01"))
    found = [(row.label, row.other) for _, rows in answer.context["differing"] for row in rows]
    assert found == [("Help desk", "EUR\N{NO-BREAK SPACE}1,236 a month")]
    same = client.get(url(contract, "compare/?from=2024-08-01&to=2024-08-02"))
    assert "Nothing differs" in same.content.decode()
    assert client.get(url(contract, "compare/?from=v9&to=%00")).status_code == 200


@pytest.mark.parametrize("rest", ["", "compare/"])
def test_other_organizations_find_nothing_and_pages_take_few_queries(
    client, viewer, outsider, contract, rest, django_assert_max_num_queries
):
    client.force_login(outsider.user)
    assert client.get(url(contract, rest)).status_code == 404
    client.force_login(viewer.user)
    with django_assert_max_num_queries(10):
        client.get(url(contract, rest))
