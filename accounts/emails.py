"""Mails about people: rendered here, queued by the caller's action."""

from django.conf import settings
from django.template.loader import render_to_string

from accounts.models import Invitation
from accounts.permissions import Role


def invitation_url(token: str) -> str:
    """The link that is mailed and can be copied."""
    return f"{settings.PUBLIC_URL}/invitations/{token}/"


def invitation_mail(invitation: Invitation, token: str) -> dict[str, str]:
    """Subject, text and HTML of the mail with the link."""
    context = {
        "inviter": invitation.invited_by.name,
        "organization": invitation.organization.name,
        "role": Role(invitation.role),
        "expires_at": invitation.expires_at,
        "url": invitation_url(token),
    }
    return {
        "subject": f"{invitation.invited_by.name} invites you to {invitation.organization.name}",
        "text": render_to_string("accounts/emails/invitation.txt", context),
        "html": render_to_string("accounts/emails/invitation.html", context),
    }
