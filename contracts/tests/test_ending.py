"""How a signed contract ends: notice in time and late, termination, and both taken back."""

import datetime as dt

import pytest
from pytest_django.asserts import assertContains, assertRedirects

from activity.actions import watch_days
from contracts.actions import ending as actions
from contracts.actions.refreshing import refresh_due
from contracts.actions.refusals import NotComplete, NotNow
from contracts.models import Contract, Key
from contracts.notice import Effect, effect
from contracts.terms import add_months
from contracts.tests.record_case import (
    at,
    draft,
    fresh,
    months_ago,
    noticed,
    signed,
    today,
    watched,
)
from contracts.watchers import days_now
from core.tenancy import ALL, organization_scope
from core.versions import Stale
from vendors.tests.builders import trail

A_DAY = dt.timedelta(days=1)


def started(months: int, manager, owner, **terms) -> Contract:
    """Signed, and begun so many months ago."""
    return signed(manager, owner, start_on=months_ago(months), **terms)


def notice(contract: Contract, **values) -> dict[str, str]:
    return {
        "notice_by": "us",
        "notice_given_on": today().isoformat(),
        "notice_arrived_on": today().isoformat(),
        "notice_reason": "Too slow.",
        "version": str(contract.version),
        **values,
    }


# Notice ---------------------------------------------------------------------------------------------


def test_notice_in_time_ends_the_term(client, manager, owner):
    """Begun five months ago for a year: three months' notice has time until the ninth month."""
    contract = started(5, manager, owner)
    client.force_login(owner.user)
    assertContains(client.get(at(contract, "notice/")), "is in time")
    body = notice(contract)
    for _ in range(2):  # the second is the same one
        response = client.post(at(contract, "notice/"), body, follow=True)
        assertContains(response, "Notice is in time")
    stored = fresh(contract)
    assert (stored.notice_by, stored.notice_arrived_on) == ("us", today())
    assert stored.ends_on == add_months(months_ago(5), 12)
    assert (stored.status(today()), stored.version) == ("notice_given", contract.version + 1)
    assert watched() == {"contract.end": stored.ends_on}
    assert trail(contract)[-1][1] == "contract.notice_given"
    assertContains(client.get(at(contract)), "set its status to “Exiting”")


def test_late_notice_counts_for_the_next_term(client, manager, owner):
    """Begun eleven months ago: three months before the end have passed."""
    contract = started(11, manager, owner)
    client.force_login(owner.user)
    assertContains(client.get(at(contract, "notice/")), "too late for the current term")
    response = client.post(at(contract, "notice/"), notice(contract), follow=True)
    assertContains(response, "Notice is late: it had to arrive by")
    assert fresh(contract).ends_on == add_months(months_ago(11), 24)


def test_without_its_arrival_the_post_is_reckoned_with(client, manager, owner):
    contract = started(5, manager, owner)
    with organization_scope(ALL):
        contract.terms_versions.update(notice_form="letter", postal_days=3)
        found = effect(contract, given_on=dt.date(2026, 11, 20), arrived_on=None)
    assert found is not None
    assert found.arrives_on == dt.date(2026, 11, 25)  # over a weekend
    client.force_login(owner.user)
    response = client.post(
        at(contract, "notice/"), notice(contract, notice_arrived_on=""), follow=True
    )
    assertContains(response, "note it when you know")
    assertContains(client.get(at(contract)), "Note when the notice arrived")
    body = notice(fresh(contract))
    client.post(at(contract, "notice/"), body)
    assert fresh(contract).notice_arrived_on == today()
    assert trail(contract)[-1][1] == "contract.notice_corrected"


def test_notice_may_come_too_early(manager, owner):
    contract = started(0, manager, owner)
    with organization_scope(ALL):
        contract.terms_versions.update(notice_earliest=6)
        found = effect(contract, given_on=today(), arrived_on=today())
    end = add_months(months_ago(0), 12)
    assert found == Effect(today(), end, True, add_months(end, -3), add_months(end, -6))


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"notice_given_on": (today() + A_DAY).isoformat()}, "notice_given_on"),
        ({"notice_given_on": "2001-01-01"}, "notice_given_on"),
        ({"notice_arrived_on": (today() - A_DAY).isoformat()}, "notice_arrived_on"),
        ({"notice_arrived_on": (today() + A_DAY).isoformat()}, "notice_arrived_on"),
        ({"notice_by": "nobody"}, "notice_by"),
        ({"notice_given_on": "soon"}, "notice_given_on"),
    ],
)
def test_days_of_notice_that_can_not_be(client, manager, owner, values, field):
    contract = started(5, manager, owner)
    client.force_login(owner.user)
    response = client.post(at(contract, "notice/"), notice(contract, **values))
    assert (response.status_code, list(response.context["form"].errors)) == (422, [field])
    assert fresh(contract).notice_given_on is None


def test_notice_is_taken_back(client, manager, owner):
    contract = noticed(started(5, manager, owner), owner, today())
    client.force_login(owner.user)
    url = at(contract, "notice/take-back/")
    client.post(url, {"version": contract.version - 1})
    assert fresh(contract).notice_given_on == today()
    for _ in range(2):
        assertRedirects(client.post(url, {"version": contract.version}), at(contract))
    stored = fresh(contract)
    assert (stored.notice_given_on, stored.ends_on, stored.notice_reason) == (None, None, "")
    assert stored.status(today()) == "active"
    assert watched() == {"contract.notice": stored.safe_notice_on}
    assert trail(contract)[-1][1] == "contract.notice_taken_back"


# Termination ----------------------------------------------------------------------------------------


def test_it_is_terminated_on_a_day(client, manager, owner):
    contract = started(5, manager, owner)
    client.force_login(owner.user)
    day = today() + dt.timedelta(days=30)
    body = {
        "terminated_on": day.isoformat(),
        "termination": "cause",
        "termination_reason": "They lost our backup.",
        "version": contract.version,
    }
    for _ in range(2):
        assertRedirects(client.post(at(contract, "terminate/"), body), at(contract))
    stored = fresh(contract)
    assert (stored.status(day - A_DAY), stored.status(day)) == ("active", "terminated")
    assert (stored.ends_on, stored.version) == (day, contract.version + 1)
    assert watched() == {"contract.end": day}
    assertContains(client.get(at(contract)), "They lost our backup.")
    # Corrected: it is over today, so nothing is watched any more.
    client.post(
        at(contract, "terminate/"),
        {**body, "terminated_on": today().isoformat(), "version": stored.version},
    )
    assert fresh(contract).status(today()) == "terminated"
    assert watched() == {}
    client.post(at(contract, "terminate/take-back/"), {"version": stored.version + 1})
    assert fresh(contract).status(today()) == "active"
    assert list(watched()) == ["contract.notice"]


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"terminated_on": "2001-01-01"}, "terminated_on"),
        ({"terminated_on": ""}, "terminated_on"),
        ({"termination": ""}, "termination"),
        ({"termination_reason": " "}, "termination_reason"),
    ],
)
def test_a_termination_says_when_how_and_why(client, manager, owner, values, field):
    contract = started(5, manager, owner)
    client.force_login(owner.user)
    body = {
        "terminated_on": today().isoformat(),
        "termination": "agreed",
        "termination_reason": "Both wish it.",
        "version": contract.version,
        **values,
    }
    response = client.post(at(contract, "terminate/"), body)
    assert (response.status_code, list(response.context["form"].errors)) == (422, [field])
    assert fresh(contract).terminated_on is None


def test_what_ends_by_itself_is_not_reminded_of_its_parts_any_more(manager, owner):
    """The key is watched while the contract runs, and forgotten by the tick once it has ended."""
    contract = started(5, manager, owner, renewal_mode="none")
    with organization_scope(ALL):
        Key.objects.create(
            organization=contract.organization,
            contract=contract,
            kind="domain",
            name="acme.example",
            verify_months=3,
        )
        watch_days(days=days_now(contract, today()))
    assert set(watched()) == {"contract.end", "contract.key"}
    end = add_months(months_ago(5), 12)
    refresh_due(now=dt.datetime.combine(end, dt.time(12), dt.UTC))
    assert "contract.key" not in watched()


# Refusals -------------------------------------------------------------------------------------------


def test_what_is_not_signed_or_over_does_not_end(client, manager, owner):
    contract = draft(manager)
    over = started(15, manager, owner, vendor=contract.vendor, renewal_mode="none")
    client.force_login(owner.user)
    assertRedirects(client.get(at(contract, "notice/")), at(contract))
    values = {"terminated_on": today(), "termination": "agreed", "termination_reason": "x"}
    with organization_scope(ALL):
        for act in (actions.take_back_notice, actions.take_back_termination):
            with pytest.raises(NotNow, match="not signed"):
                act(contract=contract, version=1, by=owner)
        with pytest.raises(NotNow, match="not signed"):
            actions.terminate_contract(contract=contract, values=values, version=1, by=owner)
        assert actions.take_back_termination(contract=over, version=0, by=owner) == over
        with pytest.raises(NotNow, match="has ended"):
            actions.terminate_contract(contract=over, values=values, version=2, by=owner)
    with pytest.raises(NotNow, match="has ended"):
        noticed(over, owner, today())


def test_who_is_slower_is_told(manager, owner):
    contract = started(5, manager, owner)
    values = {"terminated_on": today(), "termination": "agreed", "termination_reason": "x"}
    with organization_scope(ALL):
        with pytest.raises(Stale):
            actions.terminate_contract(contract=contract, values=values, version=1, by=owner)
        with pytest.raises(NotComplete, match="why it is terminated"):
            actions.terminate_contract(
                contract=contract,
                values={**values, "termination_reason": " "},
                version=contract.version,
                by=owner,
            )
        with pytest.raises(NotComplete, match="before it was signed"):
            actions.terminate_contract(
                contract=contract,
                values={**values, "terminated_on": months_ago(6)},
                version=contract.version,
                by=owner,
            )


@pytest.mark.parametrize(
    "page", ["notice/", "terminate/", "notice/take-back/", "terminate/take-back/"]
)
def test_a_manager_does_not_end_it(client, manager, owner, page):
    contract = started(5, manager, owner)
    client.force_login(manager.user)
    assert client.post(at(contract, page), notice(contract)).status_code == 403
    assert fresh(contract).version == contract.version


def test_a_termination_never_lets_a_contract_run_longer(client, manager, owner):
    contract = started(5, manager, owner, renewal_mode="none", renewal_months=None)
    ends_on = contract.ends_on
    client.force_login(owner.user)
    late = {"termination": "agreed", "termination_reason": "So be it", "version": contract.version}
    late["terminated_on"] = (ends_on + A_DAY).isoformat()
    response = client.post(at(contract, "terminate/"), late)
    assertContains(response, "anyway. Choose that day or an earlier one", status_code=422)
    assert fresh(contract).ends_on == ends_on
    on_the_day = {**late, "terminated_on": ends_on.isoformat()}
    assert client.post(at(contract, "terminate/"), on_the_day).status_code == 302
    earlier = {**late, "version": fresh(contract).version, "terminated_on": today().isoformat()}
    assert client.post(at(contract, "terminate/"), earlier).status_code == 302
    assert fresh(contract).ends_on == today()
