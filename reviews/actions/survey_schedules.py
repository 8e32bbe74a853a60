"""Surveys that come again: begun by the plan, changed by people, laid ready by the worker on their day.

Nobody is ever asked by the worker: it draws up a draft, and somebody looks through it and sends it.
"""

import datetime as dt
import logging
import zoneinfo
from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.models import Membership, Organization
from activity import log
from activity.actions.watching import watch, watch_days
from activity.watching import Day
from contracts.locking import lock_contract
from contracts.models import Contract
from core import periods
from core.errors import Refused
from core.tenancy import ALL, organization_scope
from core.versions import Stale
from reviews import survey_schedules
from reviews.models import Survey, SurveySchedule, SurveyTemplate
from reviews.survey_results import LEAST_MINIMUM

logger = logging.getLogger(__name__)
FIELDS = ("every", "template", "next_on")
ANSWERS_FOR = dt.timedelta(days=14)
# No place on earth is a day further than this.
FURTHEST = dt.timedelta(hours=14)


@transaction.atomic
def follow_contracts(*, contracts: Sequence[Contract], today: dt.date) -> None:
    """Give signed contracts the surveys of their plan, and watch when each comes again
    (settings.CONTRACT_FOLLOWERS). The contracts are locked, and of one organization."""
    signed = {contract.pk: contract for contract in contracts if contract.is_signed}
    if not signed:
        return
    rows = list(SurveySchedule.objects.filter(contract__in=signed).select_related("last_survey"))
    there = {row.contract_id for row in rows}
    new = [contract for pk, contract in signed.items() if pk not in there]
    if planned := survey_schedules.planned_schedules(new, today):
        rows += SurveySchedule.objects.bulk_create(planned)
    for row in rows:
        row.contract = signed[row.contract_id]
    if rows:
        watch_days(days=[day for row in rows for day in _days(row)])


def _days(row: SurveySchedule) -> list[Day]:
    """When it comes again, and the draft that waits; for whoever runs the contract by now."""
    found = [survey_schedules.schedule_day(row)]
    survey = row.last_survey
    if survey is not None and survey.state == Survey.State.DRAFT:
        survey.contract, survey.organization = row.contract, row.contract.organization
        found.append(survey_schedules.draft_day(survey))
    return found


@transaction.atomic
def edit_survey_schedule(
    *, contract: Contract, audience: str, values: Mapping[str, Any], version: int, by: Membership
) -> SurveySchedule:
    """Say how often these people are asked, from which day on and what; `version` 0: not said so far.

    `values`: FIELDS. What had ended goes on. Raises Stale, and Refused before the contract is signed.
    """
    row = lock_contract(contract)
    if not row.is_signed:
        raise Refused("Surveys begin once this contract is signed.")
    stored = _stored(row, audience)
    if stored.version != version:
        raise Stale(stored)
    template: SurveyTemplate | None = values["template"]
    if template and template.audience != audience:
        raise Refused("These questions are for other people.", field="template")
    before, after = log.apply_changes(stored, {name: values[name] for name in FIELDS})
    if not after and stored.ended_at is None:
        return stored
    stored.ended_at = None
    _save(stored)
    who = stored.get_audience_display()
    log.record(
        by=by,
        verb="review.survey_schedule_changed",
        target=row,
        before={"survey of": who, **_worded(before)},
        after={"survey of": who, **_worded(after)},
    )
    return stored


@transaction.atomic
def end_survey_schedule(*, contract: Contract, audience: str, by: Membership) -> None:
    """These people are not asked again by itself; ended twice is ended once."""
    row = lock_contract(contract)
    stored = _stored(row, audience)
    if stored.pk is None or stored.ended_at:
        return
    stored.ended_at = timezone.now()
    _save(stored)
    who = stored.get_audience_display()
    log.record(by=by, verb="review.survey_schedule_ended", target=row, before={"survey of": who})


def make_due_surveys(*, now: dt.datetime) -> int:
    """Lay every survey ready whose day has come, by each organization's own calendar; how many there were.

    One that breaks is logged and holds up no other.
    """
    with organization_scope(ALL):
        due = {"next_on__lte": (now + FURTHEST).date(), "ended_at": None}
        rows = SurveySchedule.objects.filter(**due).values_list("organization", "pk")
        found = list(rows.order_by("organization", "pk"))
        organizations = Organization.objects.in_bulk({pk for pk, _ in found})
    made = 0
    for organization_id, pk in found:
        organization = organizations[organization_id]
        zone = zoneinfo.ZoneInfo(organization.time_zone)
        with organization_scope(organization), timezone.override(zone):
            try:
                made += _make(pk, now.astimezone(zone).date())
            except Exception:
                logger.exception("the survey of schedule %s could not be laid ready", pk)
    return made


@transaction.atomic
def _make(pk: int, today: dt.date) -> bool:
    """Draw up the survey of one schedule if its day has come; whether there is a new draft."""
    contract = lock_contract(SurveySchedule.objects.select_related("contract").get(pk=pk).contract)
    row = SurveySchedule.objects.select_related("last_survey", "template").get(pk=pk)
    row.contract, row.organization = contract, contract.organization
    day = row.next_on
    if day is None or day > today or row.ended_at:
        return False
    waits = row.last_survey is not None and row.last_survey.state == Survey.State.DRAFT
    makes = survey_schedules.runs_on(contract, today) and not waits
    if makes:
        row.last_survey = _draft(row, today)
        watch(day=survey_schedules.draft_day(row.last_survey))
    row.next_on = survey_schedules.next_after(day, row.every, today)
    _save(row)
    return makes


def _draft(schedule: SurveySchedule, today: dt.date) -> Survey:
    contract, organization = schedule.contract, schedule.organization
    templates = organization.surveytemplate_set.filter(archived_at=None).order_by(
        "created_at", "pk"
    )
    template, questions = survey_schedules.questions_of(schedule, templates)
    plan = getattr(contract, "review_plan", None)
    every = plan.every if plan else periods.QUARTER
    period = periods.period_of(today, every, organization.fiscal_month)
    label = periods.label(period, every, organization.fiscal_month)
    about = survey_schedules.planned_about(contract).get(schedule.audience, "")
    survey: Survey = Survey.objects.create(
        organization=organization,
        contract=contract,
        template=template,
        title=f"{contract.title[:180]}, {label}",
        introduction=f"We would like to know: {about}" if about else "",
        audience=schedule.audience,
        questions=questions,
        first_on=period.first_on,
        last_on=period.last_on,
        anonymous=True,
        minimum=LEAST_MINIMUM,
        closes_on=today + ANSWERS_FOR,
        asked_count=0,
        created_by=contract.manager or contract.signed_by,
    )
    log.record(
        by=None, verb="review.survey_laid_ready", target=survey, after={"about": survey.title}
    )
    return survey


def _stored(contract: Contract, audience: str) -> SurveySchedule:
    """The schedule of these people, or a new one that is not saved; the contract is locked."""
    row: SurveySchedule | None = contract.survey_schedules.filter(audience=audience).first()
    own = {"organization": contract.organization, "contract": contract}
    row = row or SurveySchedule(**own, audience=audience, version=0)
    row.contract, row.organization = contract, contract.organization
    return row


def _save(row: SurveySchedule) -> None:
    row.version += 1
    row.save()
    watch(day=survey_schedules.schedule_day(row))


def _worded(values: Mapping[str, Any]) -> dict[str, Any]:
    labels = {"every": "how often", "next_on": "next on", "template": "questions"}
    return {labels[name]: value for name, value in values.items()}
