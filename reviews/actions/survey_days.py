"""What time does to surveys: the last day passes, those who have not answered are reminded. Found hourly."""

import datetime as dt
import logging
import zoneinfo

from django.db import transaction
from django.utils import timezone

from accounts.models import Organization
from activity.actions.watching import watch
from core.tenancy import ALL, organization_scope
from reviews import survey_mail
from reviews.actions.survey_asking import remind_people, reminds_from
from reviews.actions.surveys import close_day, close_survey
from reviews.models import Survey

log = logging.getLogger(__name__)


def keep_surveys(*, now: dt.datetime) -> int:
    """Close what has passed its last day, and remind once two days before, by each organization's own
    calendar. One that breaks is logged and holds up no other. Returns how many were closed."""
    with organization_scope(ALL):
        rows = Organization.objects.filter(survey__state=Survey.State.OPEN)
        organizations = list(rows.distinct().order_by("pk"))
    closed = 0
    for organization in organizations:
        zone = zoneinfo.ZoneInfo(organization.time_zone)
        with organization_scope(organization), timezone.override(zone):
            today = now.astimezone(zone).date()
            surveys = Survey.objects.filter(organization=organization, state=Survey.State.OPEN)
            related = ("organization", "contract__vendor", "contract__manager__user")
            found = list(surveys.select_related(*related).order_by("pk"))
            closed += sum(_keep(survey, today) for survey in found)
    return closed


def _keep(survey: Survey, today: dt.date) -> bool:
    try:
        with transaction.atomic():
            if survey.closes_on < today:
                survey_mail.tell_closed(close_survey(survey=survey, by=None))
                return True
            # Somebody else may run the contract by now.
            watch(day=close_day(survey))
            by_mail = survey.invitations.filter(revoked_at=None)
            if today >= reminds_from(survey) and not _reminded(survey) and by_mail.exists():
                remind_people(survey=survey, by=None)
    except Exception:
        log.exception("survey %s could not be kept", survey.pk)
    return False


def _reminded(survey: Survey) -> bool:
    """On or after that day, or so late opened that its first mail is a reminder itself."""
    last = survey.reminded_at or survey.opened_at
    return last is not None and timezone.localdate(last) >= reminds_from(survey)
