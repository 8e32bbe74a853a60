"""Roles and removal: at once, never the last Admin, never silently over somebody else's change."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from accounts import actions
from accounts.models import Membership, Organization
from accounts.permissions import Role
from activity.models import LogEntry
from conftest import make_member
from core.tenancy import ALL, organization_scope

MEMBERS = "/o/acme/settings/members/"


@pytest.fixture
def second_admin(acme) -> Membership:
    return make_member(acme, Role.ADMIN, "adam")


def role_url(member: Membership) -> str:
    return f"{MEMBERS}{member.pk}/role/"


def remove_url(member: Membership) -> str:
    return f"{MEMBERS}{member.pk}/remove/"


def trail() -> list[tuple[str, str, dict, dict]]:
    with organization_scope(ALL):
        lines = LogEntry.objects.order_by("pk")
        return [(line.actor_name, line.verb, line.before, line.after) for line in lines]


def do(action: Callable[..., Any], **words: Any) -> Any:
    with organization_scope(ALL):
        return action(**words)


def test_the_list_shows_who_belongs_here_and_explains_the_roles(
    client, admin, viewer, outsider, django_assert_max_num_queries
):
    client.force_login(admin.user)
    with django_assert_max_num_queries(12):
        response = client.get(MEMBERS)
    assertContains(response, "vik@<wbr>acme.example")
    assertContains(response, "reads everything, changes nothing")
    assertContains(response, "The last Admin.", count=1)
    assertNotContains(response, "otto@globex.example")


def test_the_list_costs_the_same_for_many(client, acme, admin, django_assert_num_queries):
    client.force_login(admin.user)
    client.get(MEMBERS)
    counts = []
    for number in (0, 30):
        for n in range(number):
            make_member(acme, Role.VIEWER, f"viewer{n}")
        with django_assert_num_queries(6) as queries:
            response = client.get(MEMBERS)
        counts.append(len(queries))
    assert counts[0] == counts[1]
    assertContains(response, "1–25 of 31 members")
    assertContains(client.get(f"{MEMBERS}?page=2"), "26–31 of 31 members")


def test_a_role_counts_from_the_next_request(client, client_of, admin, viewer):
    theirs = client_of(viewer.user)
    assert theirs.get(MEMBERS).status_code == 403
    client.force_login(admin.user)
    form = {"role": "admin", "version": viewer.version}
    response = client.post(role_url(viewer), form, follow=True)
    assertContains(response, "Vik is now Admin.")
    assert theirs.get(MEMBERS).status_code == 200
    do(actions.change_role, member=viewer, role=Role.VIEWER, by=admin)
    assert theirs.get(MEMBERS).status_code == 403
    assert trail()[0] == ("Ada", "member.role_changed", {"role": "Viewer"}, {"role": "Admin"})


def test_the_role_they_have_already_changes_nothing(client, admin, viewer):
    client.force_login(admin.user)
    client.post(role_url(viewer), {"role": "viewer", "version": viewer.version})
    viewer.refresh_from_db()
    assert (viewer.version, trail()) == (1, [])


def test_a_role_that_somebody_else_just_changed_is_shown_not_overwritten(
    client, admin, second_admin, viewer
):
    do(actions.change_role, member=viewer, role=Role.OWNER, by=second_admin)
    client.force_login(admin.user)
    response = client.post(role_url(viewer), {"role": "manager", "version": 1})
    assertContains(response, "The role is now Owner.", status_code=409)
    viewer.refresh_from_db()
    assert viewer.role == Role.OWNER


@pytest.mark.parametrize("form", [{"role": "king", "version": 1}, {"role": "owner"}, {}])
def test_a_role_that_does_not_exist_is_refused(client, admin, viewer, form):
    client.force_login(admin.user)
    response = client.post(role_url(viewer), form, follow=True)
    assertContains(response, "Choose one of the roles in the list.")
    viewer.refresh_from_db()
    assert viewer.role == Role.VIEWER


def test_a_removed_member_is_out_with_the_next_request(client, client_of, admin, viewer):
    theirs = client_of(viewer.user)
    assert theirs.get("/o/acme/activity/").status_code == 200
    client.force_login(admin.user)
    response = client.post(remove_url(viewer), follow=True)
    assertContains(response, "Vik no longer belongs to Acme.")
    assertNotContains(response, "vik@<wbr>acme.example")
    assert theirs.get("/o/acme/activity/").status_code == 404
    assertRedirects(theirs.get("/"), "/organizations/new/", fetch_redirect_response=False)
    assertNotContains(theirs.get("/you/"), "Acme")


def test_what_a_removed_member_did_keeps_their_name(client, admin, second_admin):
    do(actions.change_role, member=admin, role=Role.OWNER, by=second_admin)
    do(actions.change_role, member=admin, role=Role.ADMIN, by=second_admin)
    do(actions.remove_member, member=second_admin, by=admin)
    client.force_login(admin.user)
    assert [actor for actor, *_ in trail()] == ["Adam", "Adam", "Ada"]
    assertContains(client.get("/o/acme/activity/"), "<strong>Adam</strong>", count=2)


@pytest.mark.parametrize("do_what", ["demote", "remove"])
def test_the_last_admin_stays(client, admin, viewer, do_what):
    client.force_login(admin.user)
    url = role_url(admin) if do_what == "demote" else remove_url(admin)
    response = client.post(url, {"role": "viewer", "version": 1}, follow=True)
    assertContains(response, "This is the last Admin. Make somebody else Admin first.")
    admin.refresh_from_db()
    assert (admin.role, admin.ended_at, trail()) == (Role.ADMIN, None, [])


def test_an_admin_may_leave_when_another_stays(client, admin, second_admin):
    client.force_login(admin.user)
    assertRedirects(client.post(remove_url(admin)), "/", fetch_redirect_response=False)
    assert client.get(MEMBERS).status_code == 404


def test_an_admin_may_step_down_when_another_stays(client, admin, second_admin):
    client.force_login(admin.user)
    response = client.post(role_url(admin), {"role": "viewer", "version": 1})
    assertRedirects(response, "/", fetch_redirect_response=False)
    assert client.get(MEMBERS).status_code == 403


@pytest.mark.parametrize("action", [actions.change_role, actions.remove_member])
def test_rights_are_looked_at_again_when_the_change_is_made(admin, second_admin, viewer, action):
    """The page was opened as Admin; since then the other Admin was quicker."""
    do(actions.change_role, member=second_admin, role=Role.MANAGER, by=admin)
    words = {"role": Role.OWNER} if action is actions.change_role else {}
    with pytest.raises(actions.NotAllowed):
        do(action, member=viewer, by=second_admin, **words)


def test_no_one_is_removed_twice(admin, viewer):
    for _ in range(2):
        do(actions.remove_member, member=viewer, by=admin)
    assert len(trail()) == 1


def test_members_of_another_organization_are_not_found(client, admin, outsider):
    client.force_login(admin.user)
    assert client.post(role_url(outsider), {"role": "viewer", "version": 1}).status_code == 404
    assert client.post(remove_url(outsider)).status_code == 404
    with pytest.raises(Membership.DoesNotExist):
        do(actions.remove_member, member=outsider, by=admin)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("action", [actions.change_role, actions.remove_member])
def test_two_admins_who_demote_each_other_at_the_same_moment(admin, second_admin, action):
    """One is quicker; the other has lost the right by then. One Admin is left either way."""
    words = {"role": Role.VIEWER} if action is actions.change_role else {}

    def end(pair: tuple[Membership, Membership]) -> str:
        try:
            do(action, by=pair[0], member=pair[1], **words)
        except actions.NotAllowed:
            return "refused"
        finally:
            connection.close()
        return "done"

    with ThreadPoolExecutor(2) as pool:
        pairs = [(admin, second_admin), (second_admin, admin)]
        assert sorted(pool.map(end, pairs)) == ["done", "refused"]
    left = Organization.objects.get().memberships.current().filter(role=Role.ADMIN)
    assert left.count() == 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("action", [actions.change_role, actions.remove_member])
def test_two_admins_who_step_down_at_the_same_moment(admin, second_admin, action):
    words = {"role": Role.VIEWER} if action is actions.change_role else {}

    def step_down(member: Membership) -> str:
        try:
            do(action, by=member, member=member, **words)
        except actions.LastAdmin:
            return "refused"
        finally:
            connection.close()
        return "done"

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(step_down, [admin, second_admin])) == ["done", "refused"]
