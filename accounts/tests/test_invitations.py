"""Inviting by mail: the link works once, for one address, for a while, until it is taken back."""

import datetime as dt
import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from accounts import actions
from accounts.models import Invitation, Membership, User
from accounts.permissions import ROLE_PERMS, Perm, Role
from activity.actions import deliver_mail
from activity.models import LogEntry, OutgoingMail
from activity.tokens import hash_token
from core.tenancy import ALL, organization_scope

PASSWORD = "eleven-blue-herons"
MEMBERS = "/o/acme/settings/members/"
FORM = {"email": "New@Person.example", "role": "evaluator"}
JOIN = {"name": "Nora North", "password": PASSWORD}


@pytest.fixture
def link(acme, admin) -> str:
    _, url = do(actions.invite, email=FORM["email"], role=Role.EVALUATOR, by=admin)
    return path_of(url)


@pytest.fixture
def invitation(link) -> Invitation:
    return the_invitation()


def do(action: Callable[..., Any], **words: Any) -> Any:
    with organization_scope(ALL):
        return action(**words)


def path_of(url: str) -> str:
    return url.removeprefix("http://127.0.0.1:8000")


def the_invitation() -> Invitation:
    with organization_scope(ALL):
        return Invitation.objects.get()


def verbs() -> list[str]:
    with organization_scope(ALL):
        return [line.verb for line in LogEntry.objects.order_by("pk")]


# Inviting -------------------------------------------------------------------------------------------


def test_an_admin_invites_and_sees_the_link_once(client, admin):
    client.force_login(admin.user)
    assertRedirects(client.post(f"{MEMBERS}invite/", FORM), MEMBERS, fetch_redirect_response=False)
    mail = OutgoingMail.objects.get()
    url = re.search(r"http://\S+/invitations/\S+/", mail.text)[0]
    assertContains(client.get(MEMBERS), url)
    assertNotContains(client.get(MEMBERS), url)
    invitation = the_invitation()
    assert (invitation.email, invitation.role) == ("new@person.example", Role.EVALUATOR)
    assert (mail.to, mail.subject) == ("new@person.example", "Ada invites you to Acme")
    assert url in mail.html
    assert verbs() == ["member.invited"]


def test_only_a_hash_of_the_token_is_kept(link, invitation):
    token = link.split("/")[2]
    assert len(token) == 32
    assert invitation.token_hash == hash_token(token)
    assert token not in str(vars(invitation))


def test_the_mail_forgets_the_link_once_it_is_sent(link, mailoutbox):
    mail = OutgoingMail.objects.get()
    assert deliver_mail(mail_id=mail.pk)
    mail.refresh_from_db()
    assert (mail.state, mail.text, mail.html) == ("sent", "", "")
    assert link in mailoutbox[0].body


def test_names_reach_the_mail_as_text_not_as_markup(acme, admin, mailoutbox):
    acme.name = "Acme <script>alert(1)</script> & Sons"
    acme.save()
    admin.user.name = 'Ada "<b>" Admin\r\nBcc: everybody@example.com'
    admin.user.save()
    do(actions.invite, email="new@person.example", role=Role.VIEWER, by=admin)
    deliver_mail(mail_id=OutgoingMail.objects.get().pk)
    [mail] = mailoutbox
    assert "<script>alert(1)</script> & Sons" in mail.body
    assert "<script>" not in mail.alternatives[0][0]
    assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp; Sons" in mail.alternatives[0][0]
    assert mail.subject == (
        'Ada "<b>" Admin Bcc: everybody@example.com invites you to '
        "Acme <script>alert(1)</script> & Sons"
    )
    assert mail.message()["Bcc"] is None
    assert mail.recipients() == ["new@person.example"]


@pytest.mark.parametrize(
    ("form", "message"),
    [
        ({"email": "not an address"}, "Enter a valid email address."),
        ({"email": "a@b.example\r\nBcc: c@d.example"}, "Enter a valid email address."),
        ({"role": "king"}, "Select a valid choice."),
        ({"email": "ADA@acme.example"}, "ada@acme.example is a member already."),
    ],
)
def test_what_makes_no_sense_is_refused_with_the_input_kept(client, admin, form, message):
    client.force_login(admin.user)
    response = client.post(f"{MEMBERS}invite/", {**FORM, **form})
    assertContains(response, message, status_code=422)
    assert not OutgoingMail.objects.exists()


def test_one_open_invitation_for_a_person(client, admin, link):
    client.force_login(admin.user)
    response = client.post(f"{MEMBERS}invite/", FORM)
    assertContains(response, "has an open invitation already", status_code=422)
    assert OutgoingMail.objects.count() == 1


def test_a_form_sent_twice_invites_once(client, admin):
    client.force_login(admin.user)
    form = {**FORM, "creation_key": "6f6f4a8e-65cb-4a5e-8b3e-111111111111"}
    for _ in range(2):
        assertRedirects(
            client.post(f"{MEMBERS}invite/", form), MEMBERS, fetch_redirect_response=False
        )
    assert (OutgoingMail.objects.count(), verbs()) == (1, ["member.invited"])


def test_nobody_invites_above_their_own_role(manager):
    with pytest.raises(actions.NotAllowed):
        do(actions.invite, email="new@person.example", role=Role.ADMIN, by=manager)


def test_whoever_may_invite_one_day_still_gives_no_more_than_they_have(owner, viewer, monkeypatch):
    """Today Admins alone manage people. The rule must hold also when the table lets Owners do it."""
    monkeypatch.setitem(ROLE_PERMS, Role.OWNER, Role.OWNER.perms | {Perm.MEMBER_MANAGE})
    invitation, _ = do(actions.invite, email="a@b.example", role=Role.OWNER, by=owner)
    with organization_scope(ALL):
        Invitation.objects.update(role=Role.ADMIN)
    for action, words in (
        (actions.invite, {"email": "c@d.example", "role": Role.ADMIN}),
        (actions.renew_invitation, {"invitation": invitation}),
        (actions.change_role, {"member": viewer, "role": Role.ADMIN}),
    ):
        with pytest.raises(actions.NotAllowed, match="more than their own"):
            do(action, by=owner, **words)


# Sending again and taking back ----------------------------------------------------------------------


def test_sending_again_makes_a_new_link_and_kills_the_old(client, admin, link, invitation):
    client.force_login(admin.user)
    client.post(f"/o/acme/settings/invitations/{invitation.pk}/renew/")
    mail = OutgoingMail.objects.latest("pk")
    new = path_of(re.search(r"http://\S+/invitations/\S+/", mail.text)[0])
    assert new != link
    visitor = Client()
    assert (visitor.get(link).status_code, visitor.get(new).status_code) == (404, 200)
    assert verbs() == ["member.invited", "member.invited_again"]


def test_a_revoked_link_is_dead_until_it_is_sent_again(client, admin, link, invitation):
    client.force_login(admin.user)
    response = client.post(f"/o/acme/settings/invitations/{invitation.pk}/revoke/", follow=True)
    assertContains(response, "The link for new@person.example no longer works.")
    assert Client().get(link).status_code == 404
    do(actions.renew_invitation, invitation=invitation, by=admin)
    assert the_invitation().is_open
    assert Client().get(link).status_code == 404


def test_an_accepted_invitation_is_neither_renewed_nor_revoked(client, admin, link, invitation):
    do(actions.join_as_new_person, token=link.split("/")[2], name="Nora", password=PASSWORD)
    client.force_login(admin.user)
    for what in ("renew", "revoke"):
        response = client.post(f"/o/acme/settings/invitations/{invitation.pk}/{what}/", follow=True)
        assertContains(response, "has accepted already")
    assert OutgoingMail.objects.count() == 1


def test_an_expired_invitation_is_made_new_by_inviting_again(admin, link, invitation):
    with time_machine.travel(timezone.now() + dt.timedelta(days=15)):
        again, url = do(actions.invite, email=FORM["email"], role=Role.OWNER, by=admin)
        assert (again.pk, again.role) == (invitation.pk, Role.OWNER)
        assert Client().get(path_of(url)).status_code == 200


def test_who_is_a_member_by_now_is_not_invited_again(acme, admin, viewer):
    invitation, _ = do(actions.invite, email="vera@acme.example", role=Role.OWNER, by=admin)
    viewer.user.email = "vera@acme.example"
    viewer.user.save()
    with pytest.raises(actions.CannotInvite, match="is a member already"):
        do(actions.renew_invitation, invitation=invitation, by=admin)


def test_revoking_twice_is_revoking_once(admin, invitation):
    for _ in range(2):
        do(actions.revoke_invitation, invitation=invitation, by=admin)
    assert verbs() == ["member.invited", "member.invitation_revoked"]


@pytest.mark.parametrize("end", ["remove", "demote"])
def test_who_may_not_invite_any_more_leaves_no_open_door(acme, admin, outsider, end):
    other = Membership.objects.create(user=outsider.user, organization=acme, role=Role.ADMIN)
    _, url = do(actions.invite, email="friend@otto.example", role=Role.ADMIN, by=other)
    if end == "remove":
        do(actions.remove_member, member=other, by=admin)
    else:
        do(actions.change_role, member=other, role=Role.OWNER, by=admin)
    assert Client().get(path_of(url)).status_code == 404
    assert "member.invitation_revoked" in verbs()


# The page shows how far it got ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("state", "error", "words"),
    [
        ("queued", "", "Waiting to be sent"),
        ("queued", "550 No such user", "550 No such userTried 2 times; again"),
        ("sending", "", "Waiting to be sent"),
        ("sent", "", "Sent"),
        ("failed", "550 No such user", "Could not be sent"),
    ],
)
def test_the_list_shows_how_far_the_mail_got(client, admin, link, state, error, words):
    now = timezone.now()
    OutgoingMail.objects.update(state=state, error=error, attempts=2, sent_at=now)
    client.force_login(admin.user)
    text = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", client.get(MEMBERS).content.decode()))
    assert words in text
    assert error in text


def test_the_list_shows_what_became_of_the_link(client, admin, link, invitation):
    client.force_login(admin.user)
    assertContains(client.get(MEMBERS), "Works until")
    with time_machine.travel(timezone.now() + dt.timedelta(days=15)):
        client.force_login(admin.user)
        assertContains(client.get(MEMBERS), "Expired")
    do(actions.revoke_invitation, invitation=invitation, by=admin)
    assertContains(client.get(MEMBERS), "Revoked")


def test_without_a_mail_server_the_page_says_to_copy_the_link(client, admin, settings):
    client.force_login(admin.user)
    assertNotContains(client.get(MEMBERS), "no mail server yet")
    settings.EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    assertContains(client.get(MEMBERS), "no mail server yet")


# Accepting ------------------------------------------------------------------------------------------


def test_a_new_person_joins_with_name_and_password(client, acme, link):
    assertContains(client.get(link), "Create my account and join")
    response = client.post(link, JOIN)
    assertRedirects(response, "/o/acme/", fetch_redirect_response=False)
    member = Membership.objects.get(user__email="new@person.example")
    assert (member.name, member.role, member.organization) == ("Nora North", "evaluator", acme)
    assert the_invitation().accepted_by == member
    assert client.get("/you/").status_code == 200
    assert verbs() == ["member.invited", "member.joined"]
    form = {"login": "new@person.example", "password": PASSWORD}
    assertRedirects(Client().post("/accounts/login/", form), "/", fetch_redirect_response=False)


def test_when_addresses_must_be_confirmed_a_link_is_not_enough(client, link, monkeypatch):
    monkeypatch.setattr("django.conf.settings.ACCOUNT_EMAIL_VERIFICATION", "mandatory")
    response = client.post(link, JOIN)
    assertRedirects(response, "/accounts/confirm-email/", fetch_redirect_response=False)
    assert client.get("/you/").status_code == 302
    assert OutgoingMail.objects.latest("pk").subject == "Confirm your e-mail address"


@pytest.mark.parametrize(
    ("form", "message"),
    [
        ({"name": ""}, "This field is required."),
        ({"name": "A\nB"}, "This must be one line"),
        ({"password": "short"}, "This password is too short."),
        ({"password": "new@person.example"}, "too similar to the e-mail"),
    ],
)
def test_what_a_new_person_must_say(client, link, form, message):
    assertContains(client.post(link, {**JOIN, **form}), message, status_code=422)
    assert the_invitation().is_open


def test_who_has_an_account_signs_in_and_comes_back(client, acme, link):
    person = User.objects.create_user("new@person.example", PASSWORD, "Nora")
    assertContains(client.get(link), f"/accounts/login/?next={link}")
    form = {"login": person.email, "password": PASSWORD, "next": link}
    assertRedirects(client.post("/accounts/login/", form), link, fetch_redirect_response=False)
    assertContains(client.get(link), "Join Acme</button>")
    assertRedirects(client.post(link), "/o/acme/", fetch_redirect_response=False)
    assert Membership.objects.get(user=person).role == Role.EVALUATOR


def test_an_account_is_not_taken_over_by_posting_a_password(client, link):
    User.objects.create_user("new@person.example", PASSWORD, "Nora")
    response = client.post(link, {**JOIN, "password": "some-other-one-1"})
    assertContains(response, "Sign in to accept")
    assert the_invitation().is_open


def test_an_account_made_meanwhile_is_not_made_twice(link):
    """Both forms were shown before either was sent."""
    User.objects.create_user("new@person.example", PASSWORD, "Nora")
    with pytest.raises(actions.CannotAccept, match="has an account. Sign in to accept."):
        do(actions.join_as_new_person, token=link.split("/")[2], name="N", password=PASSWORD)
    with pytest.raises(actions.CannotAccept, match="can’t be used any more"):
        do(actions.join_as_new_person, token="x", name="N", password=PASSWORD)
    assert the_invitation().is_open


def test_somebody_else_who_is_signed_in_is_told_so(client, link, viewer):
    client.force_login(viewer.user)
    assertContains(client.get(link), "You are signed in as vik@acme.example.")
    assertContains(client.post(link), "This invitation is for new@person.example", status_code=422)
    response = client.post("/accounts/logout/", {"next": link})
    assertRedirects(response, link, fetch_redirect_response=False)
    assertContains(client.get(link), "Create my account and join")


def test_unknown_expired_used_revoked_and_foreign_links_get_one_and_the_same_page(
    client, admin, outsider, link, invitation
):
    def dead_page(path: str) -> bytes:
        response = client.get(path)
        assert response.status_code == client.post(path, JOIN).status_code == 404
        return re.sub(rb'value="[A-Za-z0-9]{64}"', b"", response.content)

    unknown = dead_page("/invitations/" + "x" * 32 + "/")
    with time_machine.travel(invitation.expires_at):
        assert dead_page(link) == unknown
    do(actions.revoke_invitation, invitation=invitation, by=admin)
    assert dead_page(link) == unknown
    _, foreign = do(actions.invite, email="other@globex.example", role=Role.VIEWER, by=outsider)
    token = path_of(foreign).split("/")[2]
    do(actions.join_as_new_person, token=token, name="Ora", password=PASSWORD)
    assert dead_page(path_of(foreign)) == unknown
    assert b"Acme" not in unknown


def test_the_address_of_the_link_stays_here(client, link):
    response = client.get(link)
    assert response.headers["Referrer-Policy"] == "strict-origin"
    assert response.headers["Cache-Control"] == "no-store, private"


def test_looking_at_the_link_does_not_spend_it(client, link):
    for _ in range(2):
        assert client.get(link).status_code == 200
    assert client.head(link).status_code == 200
    assert the_invitation().is_open


def test_a_removed_member_comes_back_by_invitation_with_the_new_role(acme, admin, viewer, client):
    do(actions.remove_member, member=viewer, by=admin)
    _, url = do(actions.invite, email=viewer.user.email, role=Role.OWNER, by=admin)
    client.force_login(viewer.user)
    assertRedirects(client.post(path_of(url)), "/o/acme/", fetch_redirect_response=False)
    viewer.refresh_from_db()
    assert (viewer.ended_at, viewer.role) == (None, Role.OWNER)


@pytest.mark.django_db(transaction=True)
def test_of_two_people_with_the_same_link_at_the_same_moment_one_gets_in(link):
    def accept(browser: Client) -> int:
        try:
            return browser.post(link, JOIN).status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        statuses = sorted(pool.map(accept, [Client(), Client()]))
    assert statuses == [302, 404]
    assert User.objects.filter(email="new@person.example").count() == 1
    assert verbs() == ["member.invited", "member.joined"]


@pytest.mark.django_db(transaction=True)
def test_two_tabs_of_one_person_join_once(link):
    person = User.objects.create_user("new@person.example", None, "Nora")

    def accept(_: int) -> str:
        try:
            actions.accept_invitation(token=link.split("/")[2], user=person)
        except actions.CannotAccept:
            return "refused"
        finally:
            connection.close()
        return "joined"

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(accept, range(4))) == ["joined", "refused", "refused", "refused"]
    assert Membership.objects.filter(user=person).count() == 1
