"""Every write about people and organizations. Each function is one thing a person can be said to have done."""

import datetime as dt
import secrets
import uuid
from collections.abc import Sequence
from functools import partial
from typing import Any

from allauth.account.models import EmailAddress
from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.module_loading import import_string
from django.utils.text import slugify

from accounts import emails
from accounts.holds import Hold, holds_of
from accounts.models import Invitation, Membership, Organization, User
from accounts.permissions import Perm, Role
from activity import actions as activity
from activity import log
from activity.actions.feeds import revoke_feeds
from activity.actions.watching import look_again
from activity.tokens import hash_token, new_token
from core.errors import Refused
from core.tenancy import ALL, organization_scope
from core.versions import Stale, lock


class LastAdmin(Refused):
    """Nobody would be left to manage people."""

    def __init__(self) -> None:
        super().__init__("This is the last Admin. Make somebody else Admin first.")


class StillHolds(Refused):
    """The member answers for something that has to be handed over first, on the page at `.path`."""

    def __init__(self, holds: Sequence[Hold]) -> None:
        super().__init__(" ".join(hold.sentence for hold in holds))
        self.path = holds[0].path


class NotAllowed(Refused):
    """The rights that the page was opened with are gone, or are not enough for this."""


class CannotInvite(Refused):
    """The invitation was not made."""


class CannotAccept(Refused):
    """The invitation can't be used (any more)."""

    def __init__(self, reason: str = "This invitation can’t be used any more.") -> None:
        super().__init__(reason)


class CannotRemove(Refused):
    """The organization can't be removed."""


# Organizations --------------------------------------------------------------------------------------


@transaction.atomic
def create_organization(
    *,
    name: str,
    user: User,
    is_example: bool = False,
    creation_key: uuid.UUID | None = None,
    **fields: Any,
) -> Membership:
    """Make an organization; the person who makes it is its first Admin.

    A form sent twice makes one. What the apps above put into every new organization stands in
    settings.ORGANIZATION_STARTERS.
    """
    key = creation_key or uuid.uuid4()
    if again := Membership.objects.filter(user=user, organization__creation_key=key).first():
        return again
    organization = _new_organization(name=name, is_example=is_example, creation_key=key, **fields)
    member = Membership.objects.create(user=user, organization=organization, role=Role.ADMIN)
    log.record(by=member, verb="organization.created", target=organization, after={"name": name})
    with organization_scope(organization):
        for starter in settings.ORGANIZATION_STARTERS:
            import_string(starter)(by=member)
    return member


def _new_organization(*, name: str, **fields: Any) -> Organization:
    """With an address that nobody has yet: made from its name, else with a few random letters behind."""
    slug = slugify(name)[:40].strip("-_") or "organization"
    try:
        with transaction.atomic():
            return Organization.objects.create(name=name, slug=slug, **fields)
    except IntegrityError:
        pass
    return Organization.objects.create(name=name, slug=f"{slug}-{secrets.token_hex(4)}", **fields)


@transaction.atomic
def change_organization(
    *, organization: Organization, values: dict[str, Any], version: int, by: Membership
) -> Organization:
    """Change name, country, currency, time zone, date format, fiscal year, or whether awards need two people."""
    row = _lock(organization.pk)
    if row.version != version:
        raise Stale(row)
    before, after = log.apply_changes(row, values)
    if after:
        row.version += 1
        row.save()
        log.record(by=by, verb="organization.changed", target=row, before=before, after=after)
        if "time_zone" in after:
            look_again(organization_id=row.pk)
        for path in settings.ORGANIZATION_FOLLOWERS:
            import_string(path)(organization=row, changed=set(after))
    return row


@transaction.atomic
def remove_example(*, organization: Organization, by: Membership) -> None:
    """Delete an example organization with everything in it, and the fictional people nobody else knows."""
    row = Organization.objects.select_for_update().get(pk=organization.pk)  # no new references
    if not row.is_example:
        raise CannotRemove("Only an example organization can be removed with one button.")
    people = list(row.memberships.exclude(pk=by.pk).values_list("user_id", flat=True))
    row.delete()
    User.objects.filter(
        pk__in=people, memberships=None, email__endswith=f"@{row.slug}.example.com"
    ).delete()
    for path in settings.ORGANIZATION_CLEANERS:
        transaction.on_commit(partial(import_string(path), organization.pk))


def _lock(organization_id: int) -> Organization:
    """Who changes people or settings holds the organization, so that two Admins take turns."""
    return Organization.objects.select_for_update(no_key=True).get(pk=organization_id)


# Persons --------------------------------------------------------------------------------------------


@transaction.atomic
def start_with_organization(*, user: User, name: str, organization: str) -> Membership:
    """Sign up: the person gets a name and an organization of their own."""
    user.name = name
    user.save(update_fields=["name"])
    return create_organization(name=organization, user=user)


@transaction.atomic
def change_name(*, user: User, name: str) -> User:
    """The name that others see, in every organization the person belongs to."""
    person = User.objects.select_for_update(no_key=True).get(pk=user.pk)
    before, after = log.apply_changes(person, {"name": name})
    if after:
        person.save(update_fields=["name"])
        for member in person.memberships.current().select_related("user").order_by("pk"):
            log.record(by=member, verb="member.renamed", target=member, before=before, after=after)
    return person


# Members --------------------------------------------------------------------------------------------


@transaction.atomic
def change_role(
    *, member: Membership, role: Role, by: Membership, version: int | None = None
) -> Membership:
    """Give a member another role; it counts from their next request."""
    by, member = _lock_members(by, member)
    if version is not None and member.version != version:
        raise Stale(member)
    if not by.may_grant(role):
        raise NotAllowed("Nobody can give a role that allows more than their own.")
    if member.role == role:
        return member
    before = member.role
    member.role = role
    member.version += 1
    _refuse_without_admin(member)
    member.save()
    _refuse_while_holding(member)
    if not member.can(Perm.MEMBER_MANAGE):
        _revoke_invitations_of(member, by)
    log.record(
        by=by,
        verb="member.role_changed",
        target=member,
        before={"role": Role(before).label},
        after={"role": Role(role).label},
    )
    return member


@transaction.atomic
def remove_member(*, member: Membership, by: Membership) -> Membership:
    """End a membership; the person's rights are gone with the next request, their past work stays."""
    by, member = _lock_members(by, member)
    if member.ended_at:
        return member
    member.ended_at = timezone.now()
    member.version += 1
    _refuse_without_admin(member)
    member.save()
    _refuse_while_holding(member)
    _revoke_invitations_of(member, by)
    revoke_feeds(member=member, by=by)
    log.record(
        by=by, verb="member.removed", target=member, before={"role": Role(member.role).label}
    )
    return member


def _lock_members(by: Membership, member: Membership) -> tuple[Membership, Membership]:
    """Hold the organization, then look again: the other Admin may have been quicker."""
    _lock(by.organization_id)
    rows = Membership.objects.select_related("user", "organization")
    rows = rows.filter(organization_id=by.organization_id)
    now, member = rows.get(pk=by.pk), rows.get(pk=member.pk)
    if not now.can(Perm.MEMBER_MANAGE):
        raise NotAllowed("Your own role was changed a moment ago; it does not allow this any more.")
    return now, member


def _refuse_without_admin(changed: Membership) -> None:
    """Of the others or the changed member itself, one must be able to manage people."""
    others = changed.organization.memberships.able_to(Perm.MEMBER_MANAGE).exclude(pk=changed.pk)
    if not changed.can(Perm.MEMBER_MANAGE) and not others.exists():
        raise LastAdmin


def _refuse_while_holding(member: Membership) -> None:
    """Asked after the row is saved, and so held: nobody is handed something at the same moment."""
    if holds := holds_of(member):
        raise StillHolds(holds)


def _revoke_invitations_of(member: Membership, by: Membership) -> None:
    """Who may not invite any more leaves no open door behind."""
    rows = Invitation.objects.filter(organization=member.organization)
    for invitation in rows.open().filter(invited_by=member).order_by("pk"):
        revoke_invitation(invitation=invitation, by=by)


# Invitations ----------------------------------------------------------------------------------------


@transaction.atomic
def invite(
    *, email: str, role: Role, by: Membership, creation_key: uuid.UUID | None = None
) -> tuple[Invitation, str]:
    """Invite one person by mail. Returns the invitation and its link, which is never shown again.

    A form sent twice makes one invitation: the second time there is no link to return. An expired
    or revoked invitation of the same person is renewed.
    """
    key, email = creation_key or uuid.uuid4(), User.objects.normalize_email(email)
    by, _ = _lock_members(by, by)
    rows = Invitation.objects.filter(organization=by.organization)
    if again := rows.filter(creation_key=key).first():
        return again, ""
    if not by.may_grant(role):
        raise NotAllowed("Nobody can give a role that allows more than their own.")
    if by.organization.memberships.current().filter(user__email=email).exists():
        raise CannotInvite(f"{email} is a member already.")
    if rows.open().filter(email=email).exists():
        raise CannotInvite(f"{email} has an open invitation already. Send it again from the list.")
    invitation = rows.filter(email=email, accepted_at=None).order_by("pk").first()
    invitation = invitation or Invitation(organization=by.organization, email=email)
    invitation.role, invitation.creation_key = role, key
    url = _send_new_link(invitation, by)
    log.record(
        by=by,
        verb="member.invited",
        target=invitation,
        after={"email": email, "role": Role(role).label},
    )
    return invitation, url


@transaction.atomic
def renew_invitation(*, invitation: Invitation, by: Membership) -> tuple[Invitation, str]:
    """Make a new link (the old one stops working) and mail it again."""
    by, _ = _lock_members(by, by)
    invitation = _lock_invitation(invitation)
    if invitation.accepted_at:
        raise CannotInvite(f"{invitation.email} has accepted already.")
    if by.organization.memberships.current().filter(user__email=invitation.email).exists():
        raise CannotInvite(f"{invitation.email} is a member already.")
    if not by.may_grant(invitation.role):
        raise NotAllowed("Nobody can give a role that allows more than their own.")
    url = _send_new_link(invitation, by)
    log.record(by=by, verb="member.invited_again", target=invitation)
    return invitation, url


@transaction.atomic
def revoke_invitation(*, invitation: Invitation, by: Membership) -> Invitation:
    """Make the link useless."""
    invitation = _lock_invitation(invitation)
    if invitation.accepted_at:
        raise CannotInvite(f"{invitation.email} has accepted already; remove the member instead.")
    if not invitation.revoked_at:
        invitation.revoked_at = timezone.now()
        invitation.save()
        log.record(by=by, verb="member.invitation_revoked", target=invitation)
    return invitation


def _lock_invitation(invitation: Invitation) -> Invitation:
    rows: QuerySet[Invitation] = Invitation.objects.select_related(
        "organization", "invited_by__user"
    )
    return lock(rows, invitation.pk)


def _send_new_link(invitation: Invitation, by: Membership) -> str:
    token = new_token()
    invitation.token_hash = hash_token(token)
    invitation.invited_by, invitation.revoked_at = by, None
    invitation.expires_at = timezone.now() + dt.timedelta(days=settings.INVITATION_DAYS)
    letter = emails.invitation_mail(invitation, token)
    invitation.mail = activity.queue_mail(
        to=invitation.email,
        subject=letter["subject"],
        text=letter["text"],
        html=letter["html"],
        key=f"invitation:{invitation.token_hash[:32]}",
        secret=True,
    )
    invitation.save()
    return emails.invitation_url(token)


def invitation_for(token: str) -> Invitation | None:
    """The open invitation behind a link; None for unknown, expired, used and revoked alike."""
    with organization_scope(ALL):
        return (
            Invitation.objects.open()
            .select_related("organization", "invited_by__user")
            .filter(token_hash=hash_token(token))
            .first()
        )


@transaction.atomic
def accept_invitation(*, token: str, user: User) -> Membership:
    """Join with the invited role. The link is spent in one conditional UPDATE."""
    invitation = _spend(token)
    if invitation.email != User.objects.normalize_email(user.email):
        raise CannotAccept(
            f"This invitation is for {invitation.email}; you are signed in as {user.email}."
        )
    with organization_scope(invitation.organization):
        member, is_new = Membership.objects.get_or_create(
            user=user, organization=invitation.organization, defaults={"role": invitation.role}
        )
        if not is_new and member.ended_at:
            member.ended_at, member.role = None, invitation.role
            member.version += 1
            member.save()
        Invitation.objects.filter(pk=invitation.pk).update(accepted_by=member)
        log.record(
            by=member,
            verb="member.joined",
            target=member,
            after={"role": Role(member.role).label},
        )
    return member


@transaction.atomic
def join_as_new_person(*, token: str, name: str, password: str) -> Membership:
    """Accept an invitation without an account: make the account and join in one step."""
    invitation = invitation_for(token)
    if invitation is None:
        raise CannotAccept
    try:
        with transaction.atomic():
            user = User.objects.create_user(invitation.email, password, name)
    except IntegrityError:
        raise CannotAccept(f"{invitation.email} has an account. Sign in to accept.") from None
    EmailAddress.objects.create(user=user, email=user.email, primary=True, verified=False)
    return accept_invitation(token=token, user=user)


def _spend(token: str) -> Invitation:
    """Mark the link as used; whoever comes second, in parallel or later, is refused."""
    with organization_scope(ALL):
        link = Invitation.objects.filter(token_hash=hash_token(token))
        if not link.open().update(accepted_at=timezone.now()):
            raise CannotAccept
        return link.select_related("organization").get()
