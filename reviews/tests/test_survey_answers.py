"""The private pages of surveys, asked by people who should and by people who should not."""

import datetime as dt
import re
import uuid

import pytest
import time_machine
from django.conf import settings
from django.test import Client, override_settings
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from accounts.permissions import Role
from activity.links import LinkGone
from activity.models import LogEntry, OutgoingMail
from conftest import make_member
from core.errors import Refused
from core.tenancy import ALL, organization_scope
from reviews.actions import survey_answers, survey_asking
from reviews.forms.survey_answers import AnswerForm
from reviews.models import Survey, SurveyInvitation, SurveyResponse
from reviews.survey_links import find_link
from reviews.survey_questions import read_questions
from reviews.tests import review_case, survey_case
from reviews.tests.survey_case import BAD, GOOD, PEOPLE, answer, ask, at, close, drafted, share

SENT = {"q1": "5", "q2": "10", "q3": "Quicker, please"}


@pytest.fixture
def contract(manager, owner):
    return review_case.running(manager, owner)


@pytest.fixture
def survey(contract, manager):
    return drafted(contract, manager)


def page(token: str) -> str:
    return f"/survey/{token}/"


def given() -> list[dict]:
    with organization_scope(ALL):
        return sorted(SurveyResponse.objects.values_list("answers", flat=True), key=str)


def gone(client, token: str) -> bool:
    """The one answer for every link that does not work; also to what is posted."""
    asked, sent = client.get(page(token)), client.post(page(token), SENT)
    assert asked.status_code == sent.status_code == 404
    assert asked.content == sent.content == client.get(page("x" * 48)).content
    return True


def test_somebody_answers_once_without_an_account(client, survey, manager):
    [token, *_] = ask(survey, manager)
    response = client.get(page(token))
    assertContains(response, "How satisfied are you?")
    assertNotContains(response, "checked")
    assertNotContains(response, "rail")
    assert response["Cache-Control"] == "no-store, private"
    assert response["Referrer-Policy"] == "strict-origin"
    assert response["X-Robots-Tag"] == "noindex, nofollow"
    assert "sessionid" not in client.cookies
    sent = client.post(page(token), SENT)
    assertRedirects(sent, "/survey/thank-you/")
    assert given() == [{"q1": 5, "q2": 10, "q3": "Quicker, please"}]
    assert gone(client, token)
    assert len(given()) == 1


def test_what_is_left_out_is_missing_and_nothing_at_all_is_no_answer(client, survey, manager):
    first, second, third, *_ = ask(survey, manager)
    client.post(page(first), {"q2": "0"})
    assert given() == [{"q2": 0}]
    response = client.post(page(second), {"q3": "   "})
    assertContains(response, "Answer at least one question", status_code=422)
    wrong = client.post(page(third), {"q1": "6", "q3": "kept <b>text</b>"})
    assertContains(wrong, "Choose one of the answers", status_code=422)
    assertContains(wrong, "kept &lt;b&gt;text&lt;/b&gt;", status_code=422)
    assert client.post(page(third), {"q3": "x" * 2001}).status_code == 422
    assert AnswerForm({"q3": "x\r\n" * 1000}, questions=read_questions(survey.questions)).is_valid()
    with pytest.raises(Refused, match="not one of the answers"):
        answer(third, q1=9)
    assert len(given()) == 1
    assertRedirects(client.post(page(third), SENT), "/survey/thank-you/")


def test_every_link_that_does_not_work_gets_the_same_answer(client, survey, contract, manager):
    tokens = ask(survey, manager)
    with organization_scope(ALL):
        links = {row.email: row for row in SurveyInvitation.objects.all()}
        survey_asking.withdraw_invitation(invitation=links[PEOPLE[0]], by=manager)
        past = timezone.now() - dt.timedelta(seconds=1)
        SurveyInvitation.objects.filter(pk=links[PEOPLE[1]].pk).update(expires_at=past)
    answer(tokens[2], **GOOD)
    for token in tokens[:3]:
        assert gone(client, token)
    # Unknown, a stored hash, a part of one, and what no token can be.
    stored = links[PEOPLE[3]].token_hash
    for token in (tokens[3][:-1], tokens[3].upper(), stored, "0", "x" * 5000, "\N{SNOWMAN}"):
        assert gone(client, token)
    shared = share(survey, manager)
    with organization_scope(ALL):
        survey_asking.withdraw_shared_link(survey=survey, by=manager)
    assert gone(client, shared)
    close(survey, manager)
    assert gone(client, tokens[4])
    assert len(given()) == 0


def test_the_last_day_ends_a_link_before_anybody_closes_the_survey(client, survey, manager):
    [token, *_] = ask(survey, manager)
    with organization_scope(ALL):
        yesterday = timezone.localdate() - dt.timedelta(days=1)
        Survey.objects.filter(pk=survey.pk).update(closes_on=yesterday)
    assert gone(client, token)


def test_a_link_can_not_be_guessed(survey, manager):
    """192 bits each, made from the site's secret and the invitation, with only their hash stored."""
    tokens = ask(survey, manager)
    assert all(re.fullmatch("[0-9a-f]{48}", token) for token in tokens)
    assert len(set(tokens)) == len(PEOPLE)
    with organization_scope(ALL):
        rows = list(SurveyInvitation.objects.values())
    assert not any(token in str(rows) for token in tokens)
    again = ask(survey, manager, ["later@acme.example"])
    assert not set(again) & set(tokens)


def test_a_link_counts_for_its_own_survey_and_organization(
    client, survey, contract, manager, globex
):
    """Whoever has a link of Acme answers Acme, also as a member of Globex; nothing of Globex is shown."""
    otto, olaf = make_member(globex, Role.MANAGER, "otto"), make_member(globex, Role.OWNER, "olaf")
    theirs = drafted(review_case.running(otto, olaf), otto, title="Secret of Globex")
    [token, *_] = ask(survey, manager)
    [their_token, *_] = ask(theirs, otto, ["person1@globex.example"])
    client.force_login(otto.user)
    assertNotContains(client.get(page(token)), "Globex")
    client.post(page(token), SENT)
    with organization_scope(ALL):
        [row] = SurveyResponse.objects.all()
    assert (row.survey_id, row.organization) == (survey.pk, manager.organization)
    # A link sent with another survey's keys, ids or organization in the form stays what it is.
    client.post(
        page(their_token),
        {**SENT, "survey": survey.pk, "organization": manager.organization_id, "form_key": row.pk},
    )
    with organization_scope(ALL):
        assert {r.survey_id for r in SurveyResponse.objects.all()} == {survey.pk, theirs.pk}
        assert survey.responses.count() == 1


def test_a_shared_link_is_answered_once_by_a_browser_and_once_by_a_form(client, survey, manager):
    token = share(survey, manager)
    key = re.search(r'name="form_key" value="([^"]+)"', client.get(page(token)).text)[1]
    body = {**SENT, "form_key": key}
    sent = client.post(page(token), body)
    assertRedirects(sent, "/survey/thank-you/")
    kept = sent.cookies["answered"]
    assert (kept["httponly"], kept["samesite"], kept["path"]) == (True, "Lax", page(token))
    assert client.cookies["answered"].value == "1"
    for _ in range(2):  # back, and sent again; the cookie is seen
        assertContains(client.post(page(token), body), "Thank you")
    client.cookies.clear()  # a second sending that was on its way
    assertRedirects(client.post(page(token), body), "/survey/thank-you/")
    assert len(given()) == 1
    second = share(survey, manager)
    assert gone(client, token)
    assert client.get(page(second)).status_code == 200


def test_two_sendings_at_once_are_one(survey, manager, monkeypatch):
    """The second found the link working, and waits for the first."""
    [token, *_] = ask(survey, manager)
    link = find_link(token)
    found = iter([link])
    monkeypatch.setattr(survey_answers, "find_link", lambda t: next(found, None) or find_link(t))
    answer(token, **GOOD)
    found = iter([link])
    with pytest.raises(LinkGone):
        answer(token, **BAD)
    assert given() == [GOOD]


def test_of_an_anonymous_answer_nothing_leads_to_the_person(client, survey, manager):
    tokens = ask(survey, manager)
    with organization_scope(ALL):
        lines = LogEntry.objects.count()
    for token in reversed(tokens):
        client.post(page(token), SENT)
    with organization_scope(ALL):
        assert LogEntry.objects.count() == lines
        rows = list(SurveyResponse.objects.all())
        fields = {field.name for field in SurveyResponse._meta.concrete_fields}
        assert fields == {"id", "organization", "survey", "invitation", "form_key", "answers"}
        assert {row.invitation_id for row in rows} == {None}
        used = SurveyInvitation.objects.values_list("used", "reminded_at").distinct()
        assert list(used) == [(True, None)]
    close(survey, manager)
    with organization_scope(ALL):
        assert not SurveyResponse.objects.exists()
        assert not SurveyInvitation.objects.exists()
        stored = str(Survey.objects.filter(pk=survey.pk).values().get())
    assert not any(person in stored for person in PEOPLE)


def test_wrong_links_are_counted_and_right_ones_still_work(client, survey, manager):
    [token, *_] = ask(survey, manager)
    with time_machine.travel(
        timezone.now(), tick=False
    ):  # all within one minute, however slow it goes
        answers = {client.get(page(f"wrong{number}")).status_code for number in range(65)}
    assert answers == {404, 429}
    assert client.get(page(token)).status_code == 200


def test_the_form_of_another_site_is_refused(survey, manager, client):

    [token, *_] = ask(survey, manager)
    strict = Client(enforce_csrf_checks=True)
    strict.get(page(token))
    assert strict.post(page(token), SENT).status_code == 403
    assert given() == []


def test_a_reminder_holds_the_same_link_and_goes_to_those_who_did_not_answer(
    client, survey, manager
):
    tokens = ask(survey, manager)
    answer(tokens[0], **GOOD)
    mails = OutgoingMail.objects.count()
    with organization_scope(ALL):
        survey_asking.remind_people(survey=survey, by=manager)
        with pytest.raises(Refused, match="today already"):
            survey_asking.remind_people(survey=survey, by=manager)
    new = list(OutgoingMail.objects.order_by("pk")[mails:])
    assert [mail.to for mail in new] == PEOPLE[1:]
    assert all(mail.secret and mail.subject.startswith("Reminder: ") for mail in new)
    assert survey_case.token_for(PEOPLE[1]) == tokens[1]
    assert all(page(tokens[1]) in text for text in (new[0].text, new[0].html))
    # Who watches the page sees no difference between those who answered and the others.
    client.force_login(manager.user)
    shown = client.get(at(survey, "invitations/")).text
    rows = re.findall(r"<tr>.*?</tr>", shown, re.S)[1:]
    cleaned = [re.sub(r"person\d|invitations/\d+", "", re.sub(r"<wbr>", "", row)) for row in rows]
    cleaned = [re.sub(r'value="[^"]{30,}"', "", row) for row in cleaned]
    assert (len(rows), len(set(cleaned))) == (7, 1)


def test_links_made_before_the_secret_key_changed_keep_working_until_reminded(survey, manager):
    [token, *_] = ask(survey, manager)
    changed = "another" + settings.SECRET_KEY

    with override_settings(SECRET_KEY=changed):
        assert find_link(token) is not None
        with organization_scope(ALL):
            survey_asking.remind_people(survey=survey, by=manager)
        fresh = survey_case.token_for(PEOPLE[0])
        assert (fresh == token, find_link(token), bool(find_link(fresh))) == (False, None, True)


def test_in_a_survey_with_names_the_answer_stands_with_its_address(client, contract, manager):
    survey = drafted(contract, manager, anonymous=False)
    [token, *_] = ask(survey, manager)
    assertContains(client.get(page(token)), "sees your address beside your answers")
    client.post(page(token), {**SENT, "form_key": str(uuid.uuid4())})
    with organization_scope(ALL):
        assert SurveyResponse.objects.get().invitation.email == PEOPLE[0]
        with pytest.raises(Refused, match="private links"):
            survey_asking.share_survey(survey=survey, known_by=None, by=manager)
    close(survey, manager)
    client.force_login(manager.user)
    shown = client.get(at(survey))
    assertContains(shown, "Who answered what")
    assertContains(shown, "Quicker, please")
