"""What somebody without an account answers. No line of the audit trail and no moment is written: both
would tell who answered what to whoever knows when somebody sat down to it."""

import uuid
from collections.abc import Mapping
from typing import Any

from django.db import transaction

from activity.links import LinkGone
from core.errors import Refused
from core.tenancy import organization_scope
from core.versions import Gone, lock
from reviews.models import Survey, SurveyResponse
from reviews.survey_links import find_link
from reviews.survey_questions import LONGEST_TEXT, fits, read_questions


@transaction.atomic
def answer_survey(*, token: str, answers: Mapping[str, Any], form_key: uuid.UUID) -> None:
    """Keep what somebody answered and spend a private link. The form of a shared link, sent twice
    (`form_key`), is one answer. Raises LinkGone; Refused without any answer that fits."""
    link = find_link(token)
    if link is None:
        raise LinkGone
    with organization_scope(link.survey.organization):
        try:
            # Held: whoever closes it at this moment comes before or after, and so does a second sending.
            survey = lock(Survey.objects.select_related("organization"), link.survey.pk)
        except Gone:
            raise LinkGone from None
        link = find_link(token)
        if link is None:
            raise LinkGone
        if link.invitation is None and survey.responses.filter(form_key=form_key).exists():
            return
        _keep(survey, link.invitation, _fitting(survey, answers), form_key)


def _keep(survey: Survey, invitation: Any, answers: dict[str, Any], form_key: uuid.UUID) -> None:
    if invitation is not None:
        survey.invitations.filter(pk=invitation.pk).update(used=True)
    SurveyResponse.objects.create(
        organization=survey.organization,
        survey=survey,
        invitation=None if survey.anonymous else invitation,
        # A private link's own key leads from nothing to nothing.
        form_key=form_key if invitation is None else uuid.uuid4(),
        answers=answers,
    )


def _fitting(survey: Survey, answers: Mapping[str, Any]) -> dict[str, Any]:
    """What was left out is missing. Raises Refused for what is no answer."""
    given: dict[str, Any] = {}
    for question in read_questions(survey.questions):
        value = answers.get(question.key)
        if isinstance(value, str):
            value = value.strip()[:LONGEST_TEXT]
        if value is None or value == "":
            continue
        if not fits(question, value):
            raise Refused("This is not one of the answers.", field=question.key)
        given[question.key] = value
    if not given:
        raise Refused("Answer at least one question.")
    return given
