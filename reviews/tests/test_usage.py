"""Are we using all that we pay for: paid by the terms, used as typed in the review (M9)."""

import re
from decimal import Decimal

import pytest
from pytest_django.asserts import assertContains, assertNotContains

from activity.models import LogEntry
from contracts.models import PriceLine
from core.tenancy import ALL, organization_scope
from reviews.models import UsageCount
from reviews.tests import seeing_rows as rows
from reviews.usage import of_review


@pytest.fixture
def contract(manager):
    contract = rows.contract_of(manager)
    rows.plan_of(contract)
    rows.price_line(contract)
    rows.price_line(contract, kind="flat", label="Base", quantity=None)
    rows.price_line(contract, kind="hourly_bank", label="Hours", quantity=None, included_hours=20)
    return contract


@pytest.fixture
def review(manager, contract):
    return rows.review_of(contract, 0, by=manager, state="open")


def url(review) -> str:
    return f"/o/acme/reviews/{review.pk}/usage/"


def lines(review):
    with organization_scope(ALL):
        return of_review(review).lines


def sent(review, **used) -> dict[str, str]:
    """The form as the page drew it, with these numbers typed."""
    body = {}
    for line in lines(review):
        body |= {f"version_{line.key}": str(line.version), f"used_{line.key}": line.used_text}
        if line.label in used:
            body[f"used_{line.key}"] = used[line.label]
    return body


def kept() -> dict[str, tuple]:
    with organization_scope(ALL):
        return {row.label: (row.paid, row.used, row.version) for row in UsageCount.objects.all()}


def test_what_is_paid_stands_in_the_terms_and_what_is_used_is_typed(client, manager, review):
    client.force_login(manager.user)
    page = client.get(url(review))
    assertContains(page, "not said yet", 2)
    assertContains(page, 'value="40"', 0)  # the number paid for is told, not asked
    for _ in range(2):
        posted = client.post(url(review), sent(review, Seats="30", Hours="25"))
        assert posted.status_code == 302
        assert posted.url.endswith(("#usage", f"/contracts/{review.contract_id}/"))
    assert kept() == {"Seats": (40, 30, 1), "Hours": (20, 25, 1)}
    seats, hours = lines(review)
    assert (seats.unused, seats.beyond, seats.unused_cost) == (10, None, Decimal("1200.00"))
    assert (hours.unit, hours.unused, hours.beyond, hours.unused_cost) == (
        "hours a month", 0, 5, Decimal("0.00"),
    )  # fmt: skip
    page = client.get(url(review))
    assertContains(page, "EUR\xa01,200")
    assertContains(page, "5 beyond what is paid for")
    with organization_scope(ALL):
        told = LogEntry.objects.filter(verb__startswith="review.usage").order_by("pk")
        label = review.period_label
        assert [(entry.verb, entry.after) for entry in told] == [
            ("review.usage_said", {"review": label, "of": "Seats", "paid": "40.00", "used": "30"}),
            ("review.usage_said", {"review": label, "of": "Hours", "paid": "20.00", "used": "25"}),
        ]


def test_one_line_saved_by_itself_answers_with_what_it_now_says(client, manager, review):
    client.force_login(manager.user)
    key = lines(review)[0].key
    body = {f"version_{key}": "0", f"used_{key}": "40"}
    page = client.post(url(review), body, headers={"HX-Request": "true"})
    assertContains(page, 'hx-swap-oob="true"', 2)
    assertContains(page, f'name="version_{key}" value="1"')
    assertContains(page, "All used")
    assertNotContains(page, "<html")
    page = client.post(url(review), {**body, f"used_{key}": "many"}, headers={"HX-Request": "true"})
    assertContains(page, "Write a number like 40000 or 99.5.", status_code=422)
    assert kept() == {"Seats": (40, 40, 1)}


def test_somebody_was_quicker(client, manager, review):
    client.force_login(manager.user)
    mine = sent(review, Seats="31")
    client.post(url(review), sent(review, Seats="30"))
    page = client.post(url(review), mine)
    assertContains(page, "Meanwhile somebody wrote 30 used", status_code=409)
    assertContains(page, 'value="31"', status_code=409)
    assert kept() == {"Seats": (40, 30, 1)}
    [version] = re.findall(rf'name="version_{lines(review)[0].key}" value="(\d)"', page.text)
    client.post(url(review), {**mine, f"version_{lines(review)[0].key}": version})
    assert kept() == {"Seats": (40, 31, 2)}


def test_something_else_can_be_counted_and_the_next_review_sees_what_was(client, manager, contract):
    client.force_login(manager.user)
    before = rows.review_of(contract, 1, by=manager, state="open")
    extra = {"extra_label": "Phones", "extra_paid": "12", "extra_used": "9.5"}
    page = client.post(url(before), {**extra, "extra_label": ""})
    assertContains(page, "Say what is counted.", status_code=422)
    assertContains(page, 'value="9.5"', status_code=422)
    client.post(url(before), {**sent(before, Seats="38"), **extra})
    assert kept() == {"Seats": (40, 38, 1), "Phones": (12, Decimal("9.5"), 1)}
    page = client.post(url(before), extra)
    assertContains(page, "This has a line above already", status_code=422)
    closed = rows.review_of(contract, 2, by=manager)
    with organization_scope(ALL):
        UsageCount.objects.update(review=closed)
    now = rows.review_of(contract, 0, by=manager, state="open")
    assert [(line.label, line.before) for line in lines(now)] == [("Seats", 38), ("Hours", None)]
    assert [(line.label, line.used) for line in lines(closed)] == [("Seats", 38), ("Phones", 9.5)]
    page = client.post(url(closed), sent(closed, Seats="1"))
    assertContains(page, "was held and is closed", status_code=422)


def test_a_closed_review_says_what_was_paid_for_then(client, manager, contract, review):
    """The terms are changed later, for days that were reviewed already."""
    client.force_login(manager.user)
    client.post(url(review), sent(review, Seats="30"))
    closed = rows.review_of(contract, 2, by=manager)
    with organization_scope(ALL):
        PriceLine.objects.filter(label="Seats").update(quantity=60)
        assert lines(review)[0].paid == 60
        UsageCount.objects.update(review=closed)
    [seats] = lines(closed)
    assert (seats.paid, seats.unused, seats.unused_cost) == (40, 10, Decimal("1200.00"))


def test_who_may(client, viewer, manager, outsider, review, django_assert_num_queries):
    assert client.get(url(review)).status_code == 302
    for member, status in ((viewer, 403), (outsider, 404)):
        client.force_login(member.user)
        assert client.get(url(review)).status_code == status
        assert client.post(url(review), sent(review, Seats="1")).status_code == status
    assert kept() == {}
    client.force_login(manager.user)
    client.get(url(review))
    with django_assert_num_queries(8, exact=False):
        client.get(url(review))
