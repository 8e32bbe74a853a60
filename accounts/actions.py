"""Every write about people and organizations. Each function is one thing a person can be said to have done."""

import datetime as dt
import hashlib
import secrets
import uuid
from typing import Any

from allauth.account.models import EmailAddress
from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.module_loading import import_string
from django.utils.text import slugify

from accounts import emails
from accounts.models import Invitation, Membership, Organization, User
from accounts.permissions import Perm, Role
from activity import actions as activity
from activity import log
from core.errors import Refused
from core.tenancy import ALL, organization_scope
from core.versions import Stale


class LastAdmin(Refused):
    """Nobody would be left to manage people."""

    def __init__(self) -> None:
        super().__init__("This is the last Admin. Make somebody else Admin first.")


class CannotInvite(Refused):
    """The invitation was not made."""


class CannotAccept(Refused):
    """The invitation can't be used (any more)."""


class CannotRemove(Refused):
    """The organization can't be removed."""


def free_slug(name: str) -> str:
    """An address for the organization that nobody has yet: from its name, else numbered or random."""
    base = slugify(name)[:40] or "organization"
    if not Organization.objects.filter(slug=base).exists():
        return base
    return f"{base}-{secrets.token_hex(3)}"


@transaction.atomic
def create_organization(
    *, name: str, user: User, is_example: bool = False, **fields: Any
) -> Membership:
    """Make an organization; the person who makes it is its first Admin.

    What the apps above put into every new organization stands in settings.ORGANIZATION_STARTERS.
    """
    organization = Organization.objects.create(
        name=name, slug=free_slug(name), is_example=is_example, **fields
    )
    member = Membership.objects.create(user=user, organization=organization, role=Role.ADMIN)
    log.record(by=member, verb="organization.created", target=organization, after={"name": name})
    with organization_scope(organization):
        for starter in settings.ORGANIZATION_STARTERS:
            import_string(starter)(by=member)
    return member


@transaction.atomic
def change_organization(
    *, organization: Organization, values: dict[str, Any], version: int, by: Membership
) -> Organization:
    """Change name, country, currency, time zone or date format."""
    row = Organization.objects.select_for_update().get(pk=organization.pk)
    if row.version != version:
        raise Stale(row)
    before, after = log.apply_changes(row, values)
    if after:
        row.version += 1
        row.save()
        log.record(
            by=by, verb="organization.changed", target=row, before=before, after=after
        )
    return row


@transaction.atomic
def remove_example(*, organization: Organization, by: Membership) -> None:
    """Delete an example organization with everything in it, and the fictional people nobody else knows."""
    row = Organization.objects.select_for_update().get(pk=organization.pk)
    if not row.is_example:
        raise CannotRemove("Only an example organization can be removed with one button.")
    people = list(row.memberships.exclude(pk=by.pk).values_list("user_id", flat=True))
    row.delete()
    User.objects.filter(
        pk__in=people, memberships=None, email__endswith=f"@{row.slug}.example.com"
    ).delete()


@transaction.atomic
def change_role(*, member: Membership, role: Role, by: Membership) -> Membership:
    """Give a member another role; it counts from their next request."""
    member = _lock_members(member)
    if member.role == role:
        return member
    if member.role == Role.ADMIN:
        _refuse_without_admin(member)
    before = member.role
    member.role = role
    member.version += 1
    member.save()
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
    member = _lock_members(member)
    if member.ended_at:
        return member
    if member.role == Role.ADMIN:
        _refuse_without_admin(member)
    member.ended_at = timezone.now()
    member.version += 1
    member.save()
    log.record(
        by=by, verb="member.removed", target=member, before={"role": Role(member.role).label}
    )
    return member


def _lock_members(member: Membership) -> Membership:
    """Lock the organization, so that two Admins can't demote each other at once."""
    Organization.objects.select_for_update().get(pk=member.organization_id)
    return Membership.objects.select_related("user", "organization").get(pk=member.pk)


def _refuse_without_admin(member: Membership) -> None:
    others = member.organization.memberships.current().filter(role=Role.ADMIN)
    if not others.exclude(pk=member.pk).exists():
        raise LastAdmin


def _new_token() -> tuple[str, str]:
    token = secrets.token_urlsafe(24)
    return token, hash_token(token)


def hash_token(token: str) -> str:
    """What is stored in place of a token."""
    return hashlib.sha256(token.encode()).hexdigest()


@transaction.atomic
def invite(
    *, email: str, role: Role, by: Membership, creation_key: uuid.UUID | None = None
) -> tuple[Invitation, str]:
    """Invite one person by mail. Returns the invitation and its link, which is never shown again.

    A form sent twice makes one invitation, with a fresh link.
    """
    key = creation_key or uuid.uuid4()
    Organization.objects.select_for_update().get(pk=by.organization_id)
    again = Invitation.objects.filter(organization=by.organization, creation_key=key).first()
    if again:
        return renew_invitation(invitation=again, by=by)
    if by.organization.memberships.current().filter(user__email__iexact=email).exists():
        raise CannotInvite(f"{email} is a member already.")
    if Invitation.objects.filter(organization=by.organization).open().filter(
        email__iexact=email
    ).exists():
        raise CannotInvite(f"{email} has an open invitation already. Send it again from the list.")
    if not by.can(Perm.MEMBER_MANAGE):
        raise CannotInvite("Only an Admin can invite people.")
    token, token_hash = _new_token()
    invitation = Invitation.objects.create(
        organization=by.organization,
        email=email,
        role=role,
        token_hash=token_hash,
        invited_by=by,
        expires_at=_expiry(),
        creation_key=key,
    )
    _mail_invitation(invitation, token)
    log.record(
        by=by,
        verb="member.invited",
        target=invitation,
        after={"email": email, "role": Role(role).label},
    )
    return invitation, emails.invitation_url(token)


@transaction.atomic
def renew_invitation(*, invitation: Invitation, by: Membership) -> tuple[Invitation, str]:
    """Make a new link (the old one stops working) and mail it again."""
    invitation = _lock_invitation(invitation)
    if invitation.accepted_at:
        raise CannotInvite(f"{invitation.email} has accepted already.")
    token, invitation.token_hash = _new_token()
    invitation.expires_at, invitation.revoked_at = _expiry(), None
    _mail_invitation(invitation, token)
    log.record(by=by, verb="member.invited_again", target=invitation)
    return invitation, emails.invitation_url(token)


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
    rows = Invitation.objects.select_related("organization", "invited_by__user")
    return rows.select_for_update(of=("self",)).get(pk=invitation.pk)


def _expiry() -> dt.datetime:
    return timezone.now() + dt.timedelta(days=settings.INVITATION_DAYS)


def _mail_invitation(invitation: Invitation, token: str) -> None:
    invitation.mail = activity.queue_mail(
        to=invitation.email,
        key=f"invitation:{invitation.token_hash[:32]}",
        secret=True,
        **emails.invitation_mail(invitation, token),
    )
    invitation.save()


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
    invitation = invitation_for(token)
    if invitation is None:
        raise CannotAccept("This invitation can't be used any more.")
    if invitation.email.lower() != user.email.lower():
        raise CannotAccept(
            f"This invitation is for {invitation.email}; you are signed in as {user.email}."
        )
    with organization_scope(invitation.organization):
        spent = Invitation.objects.open().filter(pk=invitation.pk)
        if not spent.update(accepted_at=timezone.now()):
            raise CannotAccept("This invitation can't be used any more.")
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
        raise CannotAccept("This invitation can't be used any more.")
    if User.objects.filter(email__iexact=invitation.email).exists():
        raise CannotAccept(f"{invitation.email} has an account. Sign in to accept.")
    user = User.objects.create_user(invitation.email, password, name)
    EmailAddress.objects.create(user=user, email=user.email, primary=True, verified=False)
    return accept_invitation(token=token, user=user)


@transaction.atomic
def change_name(*, user: User, name: str) -> User:
    """The name that others see."""
    user = User.objects.select_for_update().get(pk=user.pk)
    user.name = name
    user.save(update_fields=["name"])
    return user
