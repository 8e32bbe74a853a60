"""Surveys in any state, made through the same actions as the pages."""

import datetime as dt
import re
import uuid
from typing import Any

from accounts.models import Membership
from activity.models import OutgoingMail
from contracts.models import Contract
from core.tenancy import ALL, organization_scope
from reviews.actions import survey_answers, survey_asking, surveys
from reviews.models import Survey
from reviews.survey_questions import RECOMMEND, SATISFACTION, TEXT, write_questions
from reviews.tests.review_case import quarter, today

QUESTIONS = [
    (SATISFACTION, "How satisfied are you?"),
    (RECOMMEND, "Would you keep them?"),
    (TEXT, "What should change first?"),
]
PEOPLE = [f"person{number}@acme.example" for number in range(1, 8)]
GOOD: dict[str, Any] = {"q1": 5, "q2": 10, "q3": "Nothing"}
BAD: dict[str, Any] = {"q1": 1, "q2": 0, "q3": "Everything"}


@organization_scope(ALL)
def drafted(contract: Contract, by: Membership, back: int = 0, **values: Any) -> Survey:
    """About the quarter so many before this one, for employees, anonymous, until in ten days."""
    period = quarter(back)
    usual: dict[str, Any] = {
        "title": "The help desk",
        "introduction": "",
        "audience": "employees",
        "questions": write_questions(QUESTIONS),
        "first_on": period.first_on,
        "last_on": period.last_on,
        "anonymous": True,
        "minimum": 5,
        "closes_on": today() + dt.timedelta(days=10),
    }
    said = {**usual, **values}
    key = uuid.uuid4()
    return surveys.create_survey(contract=contract, values=said, by=by, creation_key=key)


@organization_scope(ALL)
def ask(survey: Survey, by: Membership, people: list[str] = PEOPLE) -> list[str]:
    """Ask these people; the tokens of their links, in their order."""
    survey_asking.ask_people(survey=survey, addresses=people, by=by)
    return [token_for(address) for address in people]


@organization_scope(ALL)
def share(survey: Survey, by: Membership, known_by: int | None = None) -> str:
    """The token of the shared link."""
    url = survey_asking.share_survey(survey=survey, known_by=known_by, by=by)
    return url.split("/")[-2]


def token_for(address: str) -> str:
    """Of the newest mail that went there."""
    mail = OutgoingMail.objects.filter(to=address).latest("pk")
    [token] = set(re.findall(r"/survey/([^/\s]+)/", mail.text))
    return str(token)


def answer(token: str, **answers: Any) -> None:
    """As the page does it."""
    survey_answers.answer_survey(token=token, answers=answers, form_key=uuid.uuid4())


@organization_scope(ALL)
def close(survey: Survey, by: Membership) -> Survey:
    surveys.close_survey(survey=survey, by=by)
    return fresh_survey(survey)


@organization_scope(ALL)
def fresh_survey(survey: Survey) -> Survey:
    """As it is stored now."""
    rows = Survey.objects.select_related("organization", "contract__vendor")
    found: Survey = rows.get(pk=survey.pk)
    return found


def told(contract: Contract, by: Membership, good: int, bad: int, back: int = 0) -> Survey:
    """A closed survey in which so many were content and so many not."""
    survey = drafted(contract, by, back)
    tokens = ask(survey, by, PEOPLE[: good + bad])
    for number, token in enumerate(tokens):
        answer(token, **(GOOD if number < good else BAD))
    return close(survey, by)


def at(survey: Survey, what: str = "") -> str:
    return f"/o/{survey.organization.slug}/reviews/surveys/{survey.pk}/{what}"
