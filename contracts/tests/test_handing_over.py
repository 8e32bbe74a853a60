"""Nothing active without a manager (product.md P11): who manages contracts hands them over first."""

import pytest
from django.urls import reverse
from pytest_django.asserts import assertContains, assertRedirects

from accounts import actions as people
from accounts.models import Membership
from accounts.permissions import Role
from activity.models import WatchedDate
from contracts.tests.record_case import LIST, at, draft, fresh, months_ago, signed
from core.tenancy import ALL, organization_scope
from vendors.tests.builders import trail


def now(member: Membership) -> Membership:
    return Membership.objects.get(pk=member.pk)


def hand_over(member: Membership) -> str:
    return f"{LIST}hand-over/{member.pk}/"


def test_a_member_who_manages_can_not_go_before(manager, owner, admin):
    contract = signed(manager, owner)
    signed(manager, owner, vendor=contract.vendor, title="Backup")
    draft(manager, contract.vendor, title="Only a draft")
    with organization_scope(ALL):
        with pytest.raises(
            people.StillHolds, match="Mia manages 2 contracts: “Backup”, “Help desk”"
        ):
            people.remove_member(member=manager, by=admin)
        with pytest.raises(people.StillHolds, match="Hand them over first"):
            people.change_role(member=manager, role=Role.VIEWER, by=admin)
        people.change_role(member=manager, role=Role.OWNER, by=admin)
    assert (now(manager).ended_at, now(manager).role) == (None, Role.OWNER)


def test_the_members_page_leads_to_handing_over(client, manager, owner, admin):
    contract = signed(manager, owner)
    client.force_login(admin.user)
    url = reverse("accounts:remove_member", args=["acme", manager.pk])
    assertContains(client.post(url, follow=True), f'href="{hand_over(manager)}"')
    page = client.get(hand_over(manager))
    assertContains(page, "Help desk")
    response = client.post(hand_over(manager), {"contracts": [contract.pk], "to": owner.pk})
    assertRedirects(response, reverse("accounts:member_list", args=["acme"]))
    assert fresh(contract).manager == owner
    assert trail(contract)[-1][1:] == (
        "contract.handed_over",
        {"delegated manager": "Mia"},
        {"delegated manager": "Olga"},
    )
    with organization_scope(ALL):
        days = list(WatchedDate.objects.select_related("responsible"))
    assert {day.kind: day.responsible for day in days} == {
        "contract.notice": owner,
        "review.due": owner,
    }
    client.post(url)
    assert now(manager).ended_at is not None
    assertContains(client.get(hand_over(manager)), "Nothing to hand over")


def test_what_is_over_holds_nobody(manager, owner, admin):
    signed(manager, owner, start_on=months_ago(15), renewal_mode="none")
    with organization_scope(ALL):
        people.remove_member(member=manager, by=admin)
    assert now(manager).ended_at is not None


def test_only_to_somebody_who_may_run_contracts(client, manager, owner, viewer, admin):
    contract = signed(manager, owner)
    client.force_login(admin.user)
    for to in (viewer, manager):
        body = {"contracts": [contract.pk], "to": to.pk}
        response = client.post(hand_over(manager), body)
        assert (response.status_code, list(response.context["form"].errors)) == (422, ["to"])
    assert client.post(hand_over(manager), {"to": owner.pk}).status_code == 422
    assert fresh(contract).manager == manager


def test_of_a_manager_who_left_the_contract_says_so(client, manager, owner):
    contract = signed(manager, owner)
    with organization_scope(ALL):
        Membership.objects.filter(pk=manager.pk).update(ended_at=manager.created_at)
    client.force_login(owner.user)
    assertContains(
        client.get(at(contract)), "Mia runs this contract, but no longer belongs to Acme"
    )
