"""A year of reviews of the example's network contract, held by the same actions that people use.

Of the last four fiscal quarters two were reviewed, one was not, and the latest waits for its review with
measurements, a survey, an issue and an action at hand. Marks and values are fixed, days count from today.
"""

import datetime as dt
import uuid
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal

from django.utils import timezone

from accounts.models import Membership
from contracts.models import Contract
from core.periods import QUARTER, Period, period_of, previous_period
from evaluations.criterion_fields import Kind
from reviews.actions import (
    action_log,
    checks,
    closing,
    issues,
    measuring,
    meetings,
    plans,
    recording,
    renewing,
    survey_answers,
    survey_asking,
    surveys,
    upcoming,
)
from reviews.entries import MarkEntry, TextEntry, shown_of_mark, shown_of_text
from reviews.measured import Measures
from reviews.models import Issue, Review, ReviewCriterion, ReviewPlan, SurveyTemplate
from reviews.survey_questions import TEXT, read_questions

# Of the criteria that are judged, in their order; a dot leaves the criterion out.
OLDEST, SECOND = "44434", "43434"
PROMISED = ("43443", "33444")
SAID = ("Restored three files within the hour.", "The restore test took a day longer than agreed.")
# By the name of the promise, one value for each of the last twelve windows, the latest last.
VALUES: Mapping[str, Sequence[str]] = {
    "Availability of servers and network": (
        "99.93",
        "99.96",
        "99.91",
        "99.95",
        "99.97",
        "99.92",
        "99.94",
        "99.90",
        "99.96",
        "99.95",
        "99.10",
        "98.60",
    ),
    "First response": ("96", "98", "95", "97", "94", "96", "93", "95", "92", "91", "88", "93"),
    "Critical security updates installed": ("97", "96", "98", "96", "97", "95", "96", "97"),
}
# Two of satisfaction, one of effort (1 to 5), one of recommending (0 to 10).
ANSWERS = (
    (4, 4, 4, 8),
    (3, 3, 4, 7),
    (4, 3, 3, 9),
    (2, 2, 3, 4),
    (3, 4, 4, 7),
    (5, 4, 4, 9),
    (2, 3, 2, 5),
)


def live_through(contract: Contract, cast: Mapping[str, Membership]) -> None:
    """Reviews, measurements, a survey, what was agreed and what is still to be done."""
    by = cast["manager"]
    quarters = _last_quarters(4)
    _begin(contract, quarters[0].first_on, by)
    _measure(contract, by)
    first, second, third, _ = (_review(contract, quarter) for quarter in quarters)
    _hold(first, OLDEST, "Calm quarter. The new access points work.", by)
    _agree_on_action(second, by)
    _hold(second, SECOND, "Two short outages of the line; they came late to the second one.", by)
    reason = "Both sides were busy with the move of the warehouse; we went on to the next quarter."
    upcoming.miss_review(
        review=third, values={"reason": reason}, version=_fresh(third).version, by=by
    )
    _finish_action(contract, by)
    _ask_people(contract, quarters[-1], by)
    _note_troubles(contract, quarters[-1], by)
    _vote(contract, by)


def compare_with_promise(contract: Contract, cast: Mapping[str, Membership]) -> None:
    """Two reviews of a vendor that an evaluation chose: what was promised and what came of it."""
    by = cast["manager"]
    quarters = _last_quarters(2)
    _begin(contract, quarters[0].first_on, by)
    for quarter, marks, minutes in zip(quarters, PROMISED, SAID, strict=True):
        _hold(_review(contract, quarter), marks, minutes, by)


def _last_quarters(count: int) -> list[Period]:
    """The quarters that are over, the latest last."""
    found = [previous_period(period_of(timezone.localdate(), QUARTER), QUARTER)]
    while len(found) < count:
        found.append(previous_period(found[-1], QUARTER))
    return found[::-1]


def _begin(contract: Contract, first_on: dt.date, by: Membership) -> None:
    """Reviewed from that day on; the latest review is due in a week, whatever day it is."""
    latest = _last_quarters(1)[0]
    due_days = (timezone.localdate() - latest.last_on).days + 7
    plan = ReviewPlan.objects.select_related("contract__organization", "organization").get(
        contract=contract
    )
    values = {"first_on": first_on, "due_days": due_days}
    plans.edit_review_plan(plan=plan, values=values, version=plan.version, by=by)


def _review(contract: Contract, period: Period) -> Review:
    row: Review = Review.objects.get(contract=contract, first_on=period.first_on)
    return _fresh(row)


def _fresh(review: Review) -> Review:
    rows = Review.objects.select_related("organization", "contract__organization")
    row: Review = rows.get(pk=review.pk)
    return row


# Measuring ------------------------------------------------------------------------------------------


def _measure(contract: Contract, by: Membership) -> None:
    """The last twelve windows of each promise that VALUES knows; the latest miss is claimed."""
    today = timezone.localdate()
    measures = Measures(contract, today)
    entries = []
    for lineage in measures.spans:
        over = [cell for cell in measures.cells(lineage, today) if cell.window.is_over(today)]
        values = VALUES.get(over[-1].window.level.name, ()) if over else ()
        shown = list(zip(reversed(over), reversed(values), strict=False))
        entries += [
            measuring.Entry(lineage, cell.window.first_on, Decimal(value)) for cell, value in shown
        ]
    measuring.record_measurements(contract=contract, entries=entries, by=by)


# Reviews --------------------------------------------------------------------------------------------


def _hold(review: Review, marks: str, minutes: str, by: Membership) -> None:
    """Mark each criterion, write down what was said, and close it a week after its period."""
    rows = ReviewCriterion.objects.filter(plan__contract=review.contract_id).current()
    letters = iter(marks)
    entries = [MarkEntry(row.pk, _mark_of(row, letters), "", shown_of_mark("", "")) for row in rows]
    held_on = review.last_on + dt.timedelta(days=7)
    nothing = shown_of_text("")
    texts = [
        TextEntry("held_on", held_on, shown_of_text(None)),
        TextEntry("attendees", f"{by.name}, Otto Brand (Fernhill)", nothing),
        TextEntry("minutes", minutes, nothing),
    ]
    recording.record_review(review=review, marks=entries, texts=texts, by=by)
    closing.close_review(review=_fresh(review), by=by)


def _mark_of(row: ReviewCriterion, letters: Iterator[str]) -> str:
    if row.is_gate:
        return "1"
    if row.kind == Kind.MEASURED:
        return f"{(row.worst + 3 * row.best) / 4}"
    return next(letters, "3")


def _agree_on_action(review: Review, by: Membership) -> None:
    """Agreed in the second review: done by now, and still to be looked at."""
    issue = issues.add_review_issue(
        review=review,
        values={
            "title": "Outages of the line to the warehouse",
            "description": "Twice in one quarter, an hour each; nobody was told.",
            "severity": Issue.Severity.HIGH,
            "side": "vendor",
            "owner": by,
            "opened_on": review.last_on - dt.timedelta(days=20),
        },
        by=by,
        creation_key=uuid.uuid4(),
    )
    values = {
        "title": "Second line to the warehouse",
        "issue": issue,
        "cause": "One cable, shared with the building site next door.",
        "correction": "A mobile line takes over within a minute.",
        "prevention": "Test the change-over every quarter.",
        "side": "vendor",
        "owner": by,
        "due_on": review.last_on + dt.timedelta(days=60),
    }
    action_log.add_agreed_action(
        review=_fresh(review), values=values, by=by, creation_key=uuid.uuid4()
    )


def _finish_action(contract: Contract, by: Membership) -> None:
    row = contract.corrective_actions.select_related("contract__organization").get()
    today = timezone.localdate()
    values = {
        "done_on": today - dt.timedelta(days=50),
        "evidence": "Pulled the cable on a Saturday; the mobile line took over after 40 seconds.",
        "check_on": today + dt.timedelta(days=5),
    }
    action_log.finish_action(action=row, values=values, version=row.version, by=by)


# What else there is ---------------------------------------------------------------------------------


def _ask_people(contract: Contract, period: Period, by: Membership) -> None:
    """Seven colleagues answered by the shared link; the survey is closed."""
    template = SurveyTemplate.objects.filter(audience="employees").earliest("pk")
    questions = read_questions(template.questions)
    values = {
        "template": template,
        "title": "How is our network?",
        "introduction": "A few questions about the last months; it takes a minute.",
        "audience": "employees",
        "questions": template.questions,
        "first_on": period.first_on,
        "last_on": period.last_on,
        "anonymous": True,
        "minimum": 5,
        "closes_on": timezone.localdate() + dt.timedelta(days=14),
    }
    survey = surveys.create_survey(
        contract=contract, values=values, by=by, creation_key=uuid.uuid4()
    )
    address = survey_asking.share_survey(survey=survey, known_by=12, by=by)
    token = address.rstrip("/").rpartition("/")[2]
    scored = [question.key for question in questions if question.kind != TEXT]
    for marks in ANSWERS:
        answers = dict(zip(scored, marks, strict=True))
        survey_answers.answer_survey(token=token, answers=answers, form_key=uuid.uuid4())
    surveys.close_survey(survey=survey, by=by)


def _note_troubles(contract: Contract, period: Period, by: Membership) -> None:
    """An issue without an answer yet, a security check that is due, a meeting and an idea."""
    today = timezone.localdate()
    issues.create_issue(
        contract=contract,
        values={
            "title": "Guest Wi-Fi drops in the meeting rooms",
            "severity": Issue.Severity.MEDIUM,
            "side": "vendor",
            "owner": by,
            "opened_on": period.last_on - dt.timedelta(days=12),
        },
        by=by,
        creation_key=uuid.uuid4(),
    )
    checks.create_check(
        contract=contract,
        values={
            "kind": "penetration_test",
            "title": "Penetration test of the firewall",
            "every_months": 12,
            "next_on": today + dt.timedelta(days=20),
            "responsible": by,
            "note": "",
        },
        by=by,
        creation_key=uuid.uuid4(),
    )
    meeting = meetings.create_meeting(
        contract=contract,
        values={
            "held_on": today - dt.timedelta(days=35),
            "title": "Monthly call",
            "attendees": f"{by.name}, Otto Brand",
            "notes": "The move of the warehouse is done. Otto proposes to log incidents in one place.",
        },
        by=by,
        creation_key=uuid.uuid4(),
    )
    meetings.create_idea(
        contract=contract,
        values={
            "meeting": meeting,
            "side": "vendor",
            "proposed_by": "Otto Brand",
            "proposed_on": meeting.held_on,
            "title": "One place for all incidents",
            "text": "Their ticket portal instead of mail and telephone.",
            "benefit": "Both sides see what is open.",
        },
        by=by,
        creation_key=uuid.uuid4(),
    )


def _vote(contract: Contract, by: Membership) -> None:
    """The manager has said what to do about the renewal; the Owner has not."""
    brief = contract.renewal_briefs.open().first()
    if brief:
        reason = (
            "The network is fine when it runs. Use the outages to talk about the yearly increase."
        )
        values = {"choice": "renegotiate", "reason": reason}
        renewing.vote_renewal(brief=brief, values=values, version=0, by=by)
