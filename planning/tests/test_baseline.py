"""The in-house cost of a plan: entered as a list, reckoned, handed over to the evaluation."""

from decimal import Decimal

import pytest
from pytest_django.asserts import assertContains

from activity.models import LogEntry
from core.tenancy import ALL, organization_scope
from planning.baseline import quote_values, reckon
from planning.models import BaselineLine, OutsourcingPlan, Service

D = Decimal


@pytest.fixture
def plan(acme, manager):
    with organization_scope(ALL):
        service = Service.objects.create(organization=acme, name="Help desk", name_key="help desk")
        return OutsourcingPlan.objects.create(
            organization=acme,
            service=service,
            title="Help desk from outside",
            currency="EUR",
            term_months=24,
            created_by=manager,
        )


LINES = [
    ("people", "Administrator", "52000", "2", "17.5", "year"),
    ("tools", "Ticket system", "150", "", "", "month"),
    ("downtime", "Hours lost", "80", "12", "", "quarter"),
    ("recruiting", "Advertisement", "4000", "", "", "once"),
]
NAMES = ("kind", "label", "amount", "quantity", "share_percent", "period")


def posted(version, lines=LINES, **more):
    data = {"version": version, "do": "save", "baseline_note": "", "baseline_rise_percent": "2"}
    for at, line in enumerate(lines):
        data |= {f"row{at}-{name}": value for name, value in zip(NAMES, line, strict=True)}
    return {**data, **more}


def test_entered_shown_and_reckoned(client, acme, manager, plan, django_assert_max_num_queries):
    """52,000 x 2 x 17.5 % = 18,200; 150 x 12 = 1,800; 80 x 12 = 960, x 4 = 3,840: 23,840 a year. Over two
    years, rising 2 %: 23,840 + 24,316.80 + 4,000 once = 52,156.80."""
    client.force_login(manager.user)
    url = f"/o/acme/plans/{plan.pk}/baseline/"
    assertContains(client.get(url), "What does the service cost today, in EUR?")
    response = client.post(url, posted(1))
    assert (response.status_code, response.url) == (302, f"/o/acme/plans/{plan.pk}/#baseline")
    with django_assert_max_num_queries(20):
        page = client.get(f"/o/acme/plans/{plan.pk}/")
    assertContains(page, "52,000 × 2 × 17.5 % a year")
    for money in ("18,200", "3,840", "23,840", "52,156.80"):
        assertContains(page, f"EUR\xa0{money}")
    with organization_scope(acme):
        plan.refresh_from_db()
        entry = LogEntry.objects.get(verb="plan.baseline_changed")
    assert plan.version == 2
    assert (
        entry.after["lines"][0] == "People's share: Administrator, EUR 52,000 × 2 × 17.5 % a year"
    )
    # The same again changes nothing.
    client.post(url, posted(2))
    with organization_scope(acme):
        plan.refresh_from_db()
    assert plan.version == 2


def test_what_is_refused(client, acme, manager, viewer, outsider, plan):
    url = f"/o/acme/plans/{plan.pk}/baseline/"
    for person, status in ((viewer, 403), (outsider, 404)):
        client.force_login(person.user)
        assert client.post(url, posted(1)).status_code == status
    client.force_login(manager.user)
    wrong = client.post(url, posted(1, [("", "", "5", "", "101", "")]))
    assert wrong.status_code == 422
    for words in ("What is it?", "Choose what kind of cost it is.", "Each month, quarter or year"):
        assertContains(wrong, words, status_code=422)
    client.post(url, posted(1, LINES[:1]))
    stale = client.post(url, posted(1))
    assertContains(stale, "Ticket system, EUR 150 a month", status_code=409)
    added = client.post(url, {**posted(2), "do": "add"})
    assertContains(added, 'name="row4-label"')
    with organization_scope(acme):
        assert BaselineLine.objects.count() == 1
        OutsourcingPlan.objects.filter(pk=plan.pk).update(state="dropped")
    late = client.post(url, posted(2))
    assertContains(late, "This plan is not pursued, so it stays as it is.", status_code=422)


def test_nothing_entered_is_not_zero_and_a_price_is_rounded_once_a_period():
    assert reckon([], term_months=36).total is None
    part = BaselineLine(
        label="A third", amount=D(100), quantity=D(1), share_percent=D("33.333"), period="month"
    )
    found = reckon([part], term_months=12)
    assert (found.yearly, found.total) == (D("399.96"), D("399.96"))  # 33.33 x 12
    assert reckon([part], term_months=None).total is None
    values = quote_values([part], currency="EUR", rise_percent=None)
    assert values["lines"] == [
        {
            "kind": "flat",
            "label": "A third (100 × 33.333 %)",
            "amount": D("33.33"),
            "period": "month",
            "rises": True,
        }
    ]
