"""When a survey is told and what; and what is never told, twice or too early."""

import datetime as dt
import io
import re

import openpyxl
import pytest
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains

from activity.models import LogEntry, OutgoingMail, WatchedDate
from core.errors import Refused
from core.tenancy import ALL, organization_scope
from reviews.actions import survey_days, surveys
from reviews.models import Survey
from reviews.surveyed import of_period
from reviews.tests import review_case
from reviews.tests.review_case import quarter, today
from reviews.tests.survey_case import (
    BAD,
    GOOD,
    PEOPLE,
    answer,
    ask,
    at,
    close,
    drafted,
    fresh_survey,
    share,
    told,
)

AREA = "/o/acme/reviews/surveys/"


@pytest.fixture
def contract(manager, owner):
    return review_case.running(manager, owner)


def of(contract, what: str = "") -> str:
    return f"/o/acme/reviews/contract/{contract.pk}/surveys/{what}"


def trail(survey) -> list[str]:
    with organization_scope(ALL):
        lines = LogEntry.objects.about(survey).order_by("pk")
        return [
            verb.removeprefix("review.survey_") for verb in lines.values_list("verb", flat=True)
        ]


def watched() -> list[dt.date]:
    with organization_scope(ALL):
        return list(
            WatchedDate.objects.filter(kind="survey.close").values_list("due_on", flat=True)
        )


def test_nothing_is_told_while_it_is_open(client, manager, viewer, contract):
    """Whatever came in, every page and file is the same until enough answered, and then until it closes."""
    survey = drafted(contract, manager)
    tokens = ask(survey, manager)
    client.force_login(viewer.user)
    places = [at(survey), of(contract), AREA, at(survey, "export/")]

    def seen() -> list[str]:
        """Without the tokens of forms, which are new each time."""
        return [re.sub("[A-Za-z0-9]{64}", "", client.get(place).text) for place in places]

    seen()  # the file is not there yet, which the next page says
    before = seen()
    for token in tokens[:4]:
        answer(token, **BAD)
        assert seen() == before
    answer(tokens[4], **BAD)
    enough = seen()
    assert (enough[0] != before[0], enough[1:]) == (True, before[1:])
    for token in tokens[5:]:
        answer(token, **GOOD)
        assert seen() == enough
    with organization_scope(ALL):
        found = of_period(contract, quarter())
    assert (found.closed, len(found.open), found.satisfaction) == ([], 1, None)


def test_fewer_than_the_minimum_are_never_told(client, manager, contract):
    """Four who are all content look like nobody at all, on every page, in files, the record and the row."""
    told_of = []
    for good, bad in ((4, 0), (0, 4), (0, 0)):
        survey = told(contract, manager, good, bad)
        client.force_login(manager.user)
        page = client.get(at(survey))
        assertContains(page, "Too few answered")
        for secret in ("<li>Nothing", "<li>Everything", "% satisfied", "% or"):
            assertNotContains(page, secret)
        assert survey.results["questions"] == []
        rows = client.get(at(survey, "export/")).text.strip().splitlines()
        assert [row.split(",", 1)[0] for row in rows[1:]] == ["The help desk"]
        told_of.append({**survey.results, "asked": None})
        with organization_scope(ALL):
            found = of_period(contract, quarter())
        assert {result.is_shown for result in found.closed} == {False}
        assert found.satisfaction is None
    assert told_of[0] == told_of[1] == told_of[2]


def test_results_are_told_once_and_kept(client, manager, viewer, contract):
    survey = told(contract, manager, good=5, bad=1)
    client.force_login(viewer.user)
    page = client.get(at(survey))
    for words in ("5 to 6 of 6 asked", "80\u00a0% or more satisfied", "Everything"):
        assertContains(page, words)
    assertNotContains(page, "mean ")
    assert trail(survey)[-1] == "closed"
    assert watched() == []
    with organization_scope(ALL):
        assert surveys.close_survey(survey=survey, by=manager).results == survey.results
        found = of_period(contract, quarter())
        assert of_period(contract, quarter(1)).closed == []
    [result] = found.closed
    assert (found.satisfaction, result.answered_words) == (80, "5 to 6 of 6 asked")
    record = found.as_record()[0]
    assert record["questions"][0]["result"] == "80\u00a0% or more satisfied"
    assert record["questions"][2]["comments"] == ["Everything", *["Nothing"] * 5]


def test_the_file_says_what_the_page_says(client, manager, contract):
    survey = told(contract, manager, good=3, bad=2)
    client.force_login(manager.user)
    workbook = openpyxl.load_workbook(
        io.BytesIO(client.get(at(survey, "export/?format=xlsx")).content)
    )
    rows = [tuple(row) for row in workbook.active.iter_rows(values_only=True)]
    assert rows[2][:5] == (
        "How satisfied are you?",
        "about 60\u00a0% satisfied",
        "5 to 9",
        23,
        89,
    )
    assert [row[1] for row in rows[5:]] == ["Everything", "Everything", *["Nothing"] * 3]
    assert {row[6] for row in rows[1:]} == {None}


def test_compared_with_the_period_before(client, manager, contract):
    first = told(contract, manager, good=5, bad=0, back=1)
    with organization_scope(ALL):
        long_ago = timezone.now() - dt.timedelta(days=80)
        Survey.objects.filter(pk=first.pk).update(closed_at=long_ago)
    second = told(contract, manager, good=2, bad=5)
    client.force_login(manager.user)
    page = client.get(at(second))
    assertContains(page, "No real change")
    assertContains(page, at(first))
    with organization_scope(ALL):
        found = of_period(contract, quarter())
    assert [told.change for told in found.closed[0].questions] == ["same", "same", ""]


def test_two_surveys_side_by_side_can_not_be_opened(manager, contract):
    """All but one person asked at the same time, about the same period, or right afterwards."""
    first, second = drafted(contract, manager), drafted(contract, manager)
    ask(first, manager)
    with pytest.raises(Refused, match="is open"):
        ask(second, manager, PEOPLE[1:])
    with pytest.raises(Refused, match="is open"):
        share(drafted(contract, manager, back=1), manager)
    customers = drafted(contract, manager, audience="customers")
    with pytest.raises(Refused, match="another open survey"):
        ask(customers, manager, PEOPLE[1:])
    assert len(ask(customers, manager, ["buyer@shop.example"])) == 1
    close(first, manager)  # nobody answered: nothing was told
    tokens = ask(second, manager)
    for token in tokens:
        answer(token, **GOOD)
    close(second, manager)
    with pytest.raises(Refused, match="this period"):
        ask(drafted(contract, manager), manager)
    with pytest.raises(Refused, match="two weeks"):
        ask(drafted(contract, manager, back=1), manager)


def test_time_closes_a_survey_and_reminds_before(manager, contract):
    survey = drafted(contract, manager)
    tokens = ask(survey, manager)
    answer(tokens[0], **GOOD)
    with organization_scope(ALL):
        long_ago = timezone.now() - dt.timedelta(days=20)
        Survey.objects.update(opened_at=long_ago)

    def hour(days: int) -> int:
        mails = OutgoingMail.objects.count()
        moment = timezone.now() + dt.timedelta(days=days)
        closed = survey_days.keep_surveys(now=moment)
        return OutgoingMail.objects.count() - mails if not closed else -closed

    assert hour(7) == 0
    with organization_scope(ALL):
        Survey.objects.update(closes_on=today() + dt.timedelta(days=2))
        survey.invitations.update(expires_at=timezone.now() + dt.timedelta(days=3))
    assert (hour(0), hour(0)) == (6, 0)
    assert hour(3) == -1
    stored = fresh_survey(survey)
    assert (stored.state, stored.results["shown"]) == ("closed", False)
    mail = OutgoingMail.objects.latest("pk")
    assert (mail.to, mail.subject) == (manager.user.email, "Survey closed: The help desk")
    assert "Fewer than 5 people answered" in mail.text
    assert not OutgoingMail.objects.filter(secret=True, state="queued").exists()
