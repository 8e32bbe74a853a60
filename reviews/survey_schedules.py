"""Surveys that come again (product.md P7): when the next one is laid ready, and how that day is watched."""

import datetime as dt
import zoneinfo
from collections.abc import Iterable, Sequence
from typing import Any

from django.db.models import F
from django.urls import reverse
from django.utils import timezone

from activity.watching import Day
from contracts.models import Contract
from contracts.terms import add_months
from core import periods
from planning.models import PlannedSurvey
from reviews.models import Audience, Survey, SurveySchedule, SurveyTemplate
from reviews.survey_questions import STARTERS, write_questions

PREPARE = "survey.prepare"


def next_after(day: dt.date, every: str, today: dt.date) -> dt.date:
    """The first day after today on which it comes again, counted from `day` in whole steps."""
    steps = 0
    while (found := add_months(day, steps * periods.MONTHS[every])) <= today:
        steps += 1
    return found


def planned_schedules(contracts: Sequence[Contract], today: dt.date) -> list[SurveySchedule]:
    """What the plans of these signed contracts say about surveys, as rows that are not saved; one query.

    The contracts come with their organization. One that began long ago is not asked about the past.
    """
    awards = {contract.award_id: contract for contract in contracts if contract.award_id}
    if not awards:
        return []
    rows = PlannedSurvey.objects.annotate(award=F("plan__evaluations__awards"))
    found = []
    for row in rows.filter(award__in=list(awards)).order_by("award", "position", "pk"):
        contract = awards[row.award]
        first_on = add_months(contract.starts_on or today, row.first_month)
        if first_on < today:
            first_on = next_after(first_on, row.every, today)
        found.append(
            SurveySchedule(
                organization=contract.organization,
                contract=contract,
                audience=row.audience,
                every=row.every,
                next_on=first_on,
            )
        )
    return found


def planned_about(contract: Contract) -> dict[str, str]:
    """What the plan of the contract says is to be asked, by audience; one query, none without an award."""
    if contract.award_id is None:
        return {}
    rows = PlannedSurvey.objects.filter(plan__evaluations__awards=contract.award_id)
    return dict(rows.exclude(about="").values_list("audience", "about"))


def runs_on(contract: Contract, day: dt.date) -> bool:
    """Is the contract in force on that day, as far as is known today?"""
    return contract.is_signed and (contract.ends_on is None or day <= contract.ends_on)


def schedule_day(schedule: SurveySchedule) -> Day:
    """The day on which the next one is laid ready; none once it ended, or the contract does before it."""
    contract, day = schedule.contract, schedule.next_on
    counts = day is not None and schedule.ended_at is None and runs_on(contract, day)
    who = schedule.get_audience_display().lower()
    return Day(
        target=schedule,
        kind=PREPARE,
        due_on=day if counts else None,
        title=f"Survey of {who}: {contract.title}",
        sentence=f"The next survey of {who} about “{contract.title}” is laid ready on this day.",
        path=reverse("reviews:contract_surveys", args=[contract.organization.slug, contract.pk]),
        responsible=contract.manager,
    )


def draft_day(survey: Survey) -> Day:
    """The day on which a draft was laid ready; none any more once people were asked."""
    contract = survey.contract
    zone = zoneinfo.ZoneInfo(contract.organization.time_zone)
    waits = survey.state == Survey.State.DRAFT
    return Day(
        target=survey,
        kind=PREPARE,
        due_on=timezone.localdate(survey.created_at, zone) if waits else None,
        title=f"Survey to send: {survey.title}",
        sentence=f"A survey about “{contract.title}” lies ready. Look through it, and say who is asked.",
        path=survey.get_absolute_url(),
        responsible=contract.manager,
    )


def questions_of(schedule: SurveySchedule, templates: Iterable[SurveyTemplate]) -> tuple[Any, Any]:
    """(template or None, the questions to ask): its own, else the first of the organization for these people,
    else the usual ones. `templates`: those that are in use, in their order."""
    fitting = [row for row in templates if row.audience == schedule.audience]
    own = [row for row in fitting if row.pk == schedule.template_id]
    for template in [*own, *fitting]:
        return template, template.questions
    usual = next(said for _, audience, said in STARTERS if audience == schedule.audience)
    return None, write_questions(usual)


def schedules_of(contract: Contract) -> list[tuple[str, str, SurveySchedule | None]]:
    """(audience, its words, its schedule or None) of the contract, for its page; two queries. A schedule
    knows as `about` what the plan wanted to be asked."""
    rows = {row.audience: row for row in contract.survey_schedules.select_related("template")}
    about = planned_about(contract) if rows else {}
    for row in rows.values():
        row.about = about.get(row.audience, "")  # type: ignore[attr-defined]
    return [(key, label, rows.get(key)) for key, label in Audience.choices]
