"""Every write about a survey but the answers themselves: drawn up, opened, reminded of, closed.

What a survey promises to those who answer (its questions, anonymous or not, the minimum) is never
changed once it is open, and it is told once: when it closes.
"""

import datetime as dt
import uuid
from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.models import Membership
from activity import log
from activity.actions.watching import unwatch, watch, watch_days
from activity.links import end_of
from activity.watching import Day
from contracts.locking import lock_contract
from contracts.models import Contract
from core.errors import Refused
from core.versions import Stale, lock
from reviews import survey_mail
from reviews.models import Survey
from reviews.survey_questions import read_questions
from reviews.survey_results import Span, results
from reviews.survey_schedules import draft_day
from reviews.surveyed import span_in_words

FIELDS = [
    "title",
    "introduction",
    "audience",
    "questions",
    "first_on",
    "last_on",
    "anonymous",
    "minimum",
    "closes_on",
]
CLOSE = "survey.close"
# Between one telling and the next asking of the same people about the same thing.
REST = dt.timedelta(days=14)


@transaction.atomic
def create_survey(
    *, contract: Contract, values: Mapping[str, Any], by: Membership, creation_key: uuid.UUID
) -> Survey:
    """Draw up a survey about a signed contract; nobody is asked yet. Sent twice, it is there once."""
    row = lock_contract(contract)
    there: Survey | None = row.organization.survey_set.filter(creation_key=creation_key).first()
    if there:
        return there
    if not row.is_signed:
        raise Refused("Surveys begin once this contract is signed.")
    survey: Survey = Survey.objects.create(
        organization=row.organization,
        contract=row,
        template=values.get("template"),
        created_by=by,
        creation_key=creation_key,
        asked_count=0,
        **{name: values[name] for name in FIELDS},
    )
    log.record(by=by, verb="review.survey_drafted", target=survey, after={"about": row.title})
    return survey


@transaction.atomic
def edit_survey(
    *, survey: Survey, values: Mapping[str, Any], version: int, by: Membership
) -> Survey:
    """Change a survey that nobody was asked to answer yet."""
    row = lock_survey(survey, version)
    if row.state != Survey.State.DRAFT:
        raise Refused("People were asked already: only its last day can be moved.")
    before, after = log.apply_changes(row, {name: values[name] for name in FIELDS})
    if after:
        row.version += 1
        row.save()
        log.record(
            by=by,
            verb="review.survey_changed",
            target=row,
            before=_worded(before),
            after=_worded(after),
        )
    return row


@transaction.atomic
def remove_survey(*, survey: Survey, by: Membership) -> None:
    """Throw a draft away. What people were asked is kept."""
    row = lock_survey(survey)
    if row.state != Survey.State.DRAFT:
        raise Refused("People were asked already, so this survey stays.")
    log.record(by=by, verb="review.survey_removed", target=row)
    unwatch(target=row)
    row.delete()


@transaction.atomic
def move_survey_close(
    *, survey: Survey, values: Mapping[str, Any], version: int, by: Membership
) -> Survey:
    """Give an open survey another last day; the links work until then."""
    row = lock_survey(survey, version)
    _refuse_unless_open(row)
    before, after = log.apply_changes(row, {"closes_on": values["closes_on"]})
    if after:
        row.version += 1
        row.save()
        expires_at = end_of(row.closes_on, row.organization.time_zone)
        row.invitations.update(expires_at=expires_at)
        watch(day=close_day(row))
        log.record(
            by=by,
            verb="review.survey_moved",
            target=row,
            before={"last day": before["closes_on"]},
            after={"last day": after["closes_on"]},
        )
    return row


@transaction.atomic
def close_survey(*, survey: Survey, by: Membership | None) -> Survey:
    """Take no more answers and tell the results, once and for all. `by` None: its last day has passed.

    Of an anonymous survey nothing else is kept: neither what one person answered nor who was asked.
    """
    row = lock_survey(survey)
    if row.state == Survey.State.CLOSED:
        return row
    _refuse_unless_open(row)
    asked = _asked(row)
    answers = list(row.responses.order_by("pk").values_list("answers", flat=True))
    row.results = results(
        read_questions(row.questions),
        answers,
        minimum=row.minimum,
        asked=asked,
        exact=not row.anonymous,
    )
    row.state, row.closed_at = Survey.State.CLOSED, timezone.now()
    row.asked_count, row.shared_token_hash = asked, None
    row.version += 1
    row.save()
    survey_mail.cancel_unsent(row)
    if row.anonymous:
        row.responses.all().delete()
        row.invitations.all().delete()
    unwatch(target=row)
    span = Span(row.results["least"], row.results["most"])
    log.record(
        by=by, verb="review.survey_closed", target=row, after={"answered": span_in_words(span)}
    )
    return row


def _asked(survey: Survey) -> int | None:
    """By private link, and by the shared one if somebody said how many know it."""
    if survey.asked_count is None:
        return None
    return int(survey.invitations.filter(revoked_at=None).count()) + survey.asked_count or None


# What the other modules of surveys share ------------------------------------------------------------


def lock_survey(survey: Survey, version: int | None = None) -> Survey:
    """The survey with its contract, locked until the transaction ends. Raises Stale or Gone."""
    related = ("organization", "contract__vendor", "contract__manager__user")
    row: Survey = lock(Survey.objects.select_related(*related), survey.pk)
    if version is not None and row.version != version:
        raise Stale(row)
    return row


def _refuse_unless_open(row: Survey) -> None:
    if row.state != Survey.State.OPEN:
        closed = row.state == Survey.State.CLOSED
        raise Refused("This survey is closed." if closed else "This survey is not open yet.")


def open_for_asking(survey: Survey, by: Membership) -> Survey:
    """Lock a survey and open it, if it is not open yet, so that somebody can be asked."""
    lock_contract(survey.contract)  # two surveys about it don't open at the same moment
    row = lock_survey(survey)
    today = timezone.localdate()
    if row.state == Survey.State.CLOSED:
        raise Refused("This survey is closed.")
    if row.closes_on < today:
        raise Refused("Its last day has passed. Choose a later one first.")
    if row.state == Survey.State.DRAFT:
        _refuse_twice(row, today)
        row.state, row.opened_at = Survey.State.OPEN, timezone.now()
        row.version += 1
        row.save()
        watch_days(days=[close_day(row), draft_day(row)])
        log.record(
            by=by,
            verb="review.survey_opened",
            target=row,
            after={"anonymous": row.anonymous, "last day": row.closes_on},
        )
    return row


def _refuse_twice(survey: Survey, today: dt.date) -> None:
    """The same people asked about the same thing at the same time would give themselves away: whoever
    is in one survey and not in the other is the difference of their results."""
    others = Survey.objects.filter(contract=survey.contract, audience=survey.audience)
    if others.filter(state=Survey.State.OPEN).exclude(pk=survey.pk).exists():
        raise Refused(
            "Another survey of these people about this contract is open. Held side by side, two "
            "results could give single answers away: wait until it is closed."
        )
    told = others.filter(state=Survey.State.CLOSED, results__shown=True)
    if told.filter(first_on__lte=survey.last_on, last_on__gte=survey.first_on).exists():
        raise Refused(
            "The results of another survey of these people about this period are known already. "
            "Held side by side, two could give single answers away. Choose another period."
        )
    if told.filter(closed_at__gt=timezone.now() - REST).exists():
        raise Refused(
            "A survey of these people about this contract closed less than two weeks ago. Give them "
            "a rest: asked again so soon, two results could give single answers away."
        )


def close_day(survey: Survey) -> Day:
    """Its last day, as it is watched; for whoever runs the contract."""
    return Day(
        target=survey,
        kind=CLOSE,
        due_on=survey.closes_on if survey.state == Survey.State.OPEN else None,
        title=f"Survey closes: {survey.title}",
        sentence=f"Last day to answer the survey about “{survey.contract.title}”.",
        path=survey.get_absolute_url(),
        responsible=survey.contract.manager,
    )


def _worded(values: Mapping[str, Any]) -> dict[str, Any]:
    worded = {name.replace("_on", " on"): value for name, value in values.items()}
    if "questions" in worded:
        worded["questions"] = [row["text"] for row in worded["questions"]]
    return worded
