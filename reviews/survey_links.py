"""The addresses under which people without an account answer a survey.

A private link's token is made from the site's secret key and the invitation, so that a reminder can hold
the same link again, though only its hash is stored. A shared link's token is random and shown once.
"""

from typing import NamedTuple

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import salted_hmac

from activity.links import end_of
from activity.tokens import hash_token
from core.tenancy import ALL, organization_scope
from reviews.models import Survey, SurveyInvitation

TOKEN_LENGTH = 48  # hexadecimal digits: 192 bits
LONGEST_TOKEN = 64


class Link(NamedTuple):
    """A link that works now; without `invitation` it is the shared one."""

    survey: Survey
    invitation: SurveyInvitation | None


def token_of(invitation: SurveyInvitation) -> str:
    """The same for the same invitation, as long as the site's secret key stays."""
    value = f"{invitation.survey.creation_key}:{invitation.pk}"
    made = salted_hmac("reviews.survey-invitation", value, algorithm="sha256")
    return made.hexdigest()[:TOKEN_LENGTH]


def survey_url(token: str) -> str:
    """The whole address, as it is mailed and copied."""
    return f"{settings.PUBLIC_URL}{reverse('answer_survey', args=[token])}"


def find_link(token: str) -> Link | None:
    """None for unknown, used, withdrawn and expired links and closed surveys alike."""
    if len(token) > LONGEST_TOKEN:
        return None
    with organization_scope(ALL):
        found = _find(hash_token(token))
    return found if found and takes_answers(found.survey) else None


def _find(token_hash: str) -> Link | None:
    with_survey = ("survey__organization", "survey__contract__vendor")
    now = timezone.now()
    invitations = SurveyInvitation.objects.select_related(*with_survey).filter(
        token_hash=token_hash, used=False, revoked_at=None, expires_at__gt=now
    )
    if invitation := invitations.first():
        return Link(invitation.survey, invitation)
    surveys = Survey.objects.select_related("organization", "contract__vendor")
    survey = surveys.filter(shared_token_hash=token_hash).first()
    return Link(survey, None) if survey else None


def takes_answers(survey: Survey) -> bool:
    """Whether it is open, and its last day is not over where the organization is."""
    is_open = survey.state == Survey.State.OPEN
    return is_open and timezone.now() < end_of(survey.closes_on, survey.organization.time_zone)
