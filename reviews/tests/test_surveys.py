"""Surveys from the member's side: drawn up, opened, moved, and by whom."""

import datetime as dt
import uuid

import pytest
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from activity.models import LogEntry, OutgoingMail, WatchedDate
from contracts.tests.record_case import draft
from core.errors import Refused
from core.tenancy import ALL, organization_scope
from reviews.actions import survey_asking, survey_templates, surveys
from reviews.forms.surveys import read_addresses
from reviews.models import Survey, SurveyTemplate
from reviews.tests import review_case
from reviews.tests.review_case import quarter, today
from reviews.tests.survey_case import (
    GOOD,
    PEOPLE,
    answer,
    ask,
    at,
    close,
    drafted,
    fresh_survey,
)

AREA = "/o/acme/reviews/surveys/"


@pytest.fixture
def contract(manager, owner):
    return review_case.running(manager, owner)


@pytest.fixture
def template(manager):
    with organization_scope(ALL):
        return survey_templates.add_usual_templates(by=manager)[0]


def of(contract, what: str = "") -> str:
    return f"/o/acme/reviews/contract/{contract.pk}/surveys/{what}"


def trail(survey) -> list[str]:
    with organization_scope(ALL):
        lines = LogEntry.objects.about(survey).order_by("pk")
        return [
            verb.removeprefix("review.survey_") for verb in lines.values_list("verb", flat=True)
        ]


def links():
    """The mails with somebody's link."""
    return OutgoingMail.objects.filter(key__startswith="survey:").order_by("pk")


def watched() -> list[dt.date]:
    with organization_scope(ALL):
        return list(
            WatchedDate.objects.filter(kind="survey.close").values_list("due_on", flat=True)
        )


def body(template, /, **values):
    period = quarter()
    return {
        "creation_key": str(uuid.uuid4()),
        "template": template.pk,
        "title": "The help desk",
        "period": f"{period.first_on}/{period.last_on}",
        "closes_on": today() + dt.timedelta(days=5),
        "anonymous": "True",
        "minimum": "5",
        **values,
    }


def edited(survey, **values):
    """The form of a draft as the page would send it."""
    sent = {"title": survey.title, "audience": survey.audience, "anonymous": "True"}
    sent |= {"minimum": "5", "closes_on": survey.closes_on, "version": survey.version}
    sent |= {"period": f"{survey.first_on}/{survey.last_on}"}
    for number, row in enumerate(survey.questions, 1):
        sent |= {f"text_{number}": row["text"], f"kind_{number}": row["kind"]}
    return {**sent, **values}


# Drawn up and opened --------------------------------------------------------------------------------


def test_a_survey_is_drawn_up_once_and_asks_nobody(client, manager, contract, template):
    client.force_login(manager.user)
    assertContains(client.get(of(contract)), "Draw up a survey")
    assertContains(client.get(of(contract, "new/")), "Draw it up")
    sent = body(template)
    for _ in range(2):
        response = client.post(of(contract, "new/"), sent)
    with organization_scope(ALL):
        [survey] = Survey.objects.all()
    assertRedirects(response, at(survey))
    assert (survey.state, survey.questions, survey.audience) == (
        "draft",
        template.questions,
        "employees",
    )
    assert (trail(survey), watched(), links().count()) == (["drafted"], [], 0)
    for what in ("", "preview/", "edit/", "ask/", "invitations/"):
        assert client.get(at(survey, what)).status_code == 200


def test_wrong_input_stands_at_its_field(client, manager, contract, template):
    client.force_login(manager.user)
    wrong = {
        "title": "",
        "template": "",
        "minimum": "4",
        "period": "2020-01-01/2020-03-31",
        "closes_on": "2020-01-01",
        "anonymous": "",
    }
    for field, value in wrong.items():
        response = client.post(of(contract, "new/"), body(template, **{field: value}))
        assert (response.status_code, list(response.context["form"].errors)) == (422, [field])


def test_questions_are_changed_until_somebody_was_asked(client, manager, contract):
    survey = drafted(contract, manager)
    client.force_login(manager.user)
    change = edited(survey, text_1="How content are you?", text_4="Why?", kind_4="text")
    assertRedirects(client.post(at(survey, "edit/"), change), at(survey))
    stale = client.post(at(survey, "edit/"), edited(survey, title="Mine"))
    assert stale.status_code == 409
    assert ("Title", "The help desk", "Mine") in stale.context["differing"]
    half = edited(survey, version=2, text_5="Half a question")
    response = client.post(at(survey, "edit/"), half)
    assert list(response.context["form"].errors) == ["kind_5"]
    survey = fresh_survey(survey)
    assert [row["key"] for row in survey.questions] == ["q1", "q2", "q3", "q4"]
    ask(survey, manager)
    for what in ("edit/", "remove/"):
        client.post(at(survey, what), edited(survey, title="Sly", minimum="5", version=3))
    assert fresh_survey(survey).title == "The help desk"
    with organization_scope(ALL), pytest.raises(Refused, match="asked already"):
        surveys.edit_survey(survey=survey, values={}, version=3, by=manager)


def test_pasted_addresses_become_private_links(client, manager, contract):
    survey = drafted(contract, manager)
    client.force_login(manager.user)
    wrong = client.post(at(survey, "ask/"), {"addresses": "anna@acme.example, bob(at)acme"})
    assertContains(wrong, "Not an e-mail address: bob(at)acme", status_code=422)
    assert links().count() == 0
    pasted = "Anna <Anna@Acme.example>; bob@acme.example\nanna@acme.example"
    assertRedirects(client.post(at(survey, "ask/"), {"addresses": pasted}), at(survey))
    client.post(at(survey, "ask/"), {"addresses": pasted})
    mails = list(links())
    assert [mail.to for mail in mails] == ["anna@acme.example", "bob@acme.example"]
    assert "anonymous" in mails[0].text
    assert "anonymous" in mails[0].html
    assert trail(survey) == ["drafted", "opened", "asked"]
    assert watched() == [survey.closes_on]
    assertContains(client.get(at(survey)), "Fewer than 5")


@pytest.mark.parametrize(
    ("text", "found", "wrong"),
    [
        ("a@b.example c@d.example", ["a@b.example", "c@d.example"], []),
        ("\n ;, A@B.example,", ["a@b.example"], []),
        ("Smith, Anna <a@b.example>", ["a@b.example"], ["Smith"]),
        ("a@b.example\nBcc: x@y.example", ["a@b.example", "x@y.example"], ["Bcc:"]),
        ("ä@b.example <nothing>", [], ["nothing"]),
    ],
)
def test_addresses_from_anywhere(text, found, wrong):
    assert read_addresses(text) == (found, wrong)


def test_the_shared_link_is_shown_once(client, manager, contract):
    survey = drafted(contract, manager)
    client.force_login(manager.user)
    assert client.post(at(survey, "share/"), {"known_by": "0"}).status_code == 422
    page = client.post(at(survey, "share/"), {"known_by": "20"}, follow=True)
    assertContains(page, "shown only now")
    assertContains(page, "about 20 people have it")
    assertNotContains(client.get(at(survey)), "shown only now")
    client.post(at(survey, "share/withdraw/"))
    assert trail(survey)[-2:] == ["shared", "shared_link_withdrawn"]


def test_the_last_day_can_be_moved_and_links_with_it(client, manager, contract):
    survey = drafted(contract, manager)
    ask(survey, manager)
    client.force_login(manager.user)
    later = today() + dt.timedelta(days=20)
    version = fresh_survey(survey).version
    sent = {"closes_on": later, "version": version}
    assertRedirects(client.post(at(survey, "last-day/"), sent), at(survey))
    assert client.post(at(survey, "last-day/"), sent | {"closes_on": today()}).status_code == 409
    assert watched() == [later]
    with organization_scope(ALL):
        [end] = set(survey.invitations.values_list("expires_at", flat=True))
    assert end.date() == later + dt.timedelta(days=1)


def test_a_draft_contract_waits_for_its_signature(client, manager, template):

    row = draft(manager)
    client.force_login(manager.user)
    for what in ("", "new/"):
        assertContains(client.get(of(row, what)), "begin once this contract is signed")
    with pytest.raises(Refused, match="once this contract is signed"):
        drafted(row, manager)


# Who may, and how much it costs ---------------------------------------------------------------------


def test_who_may(client, manager, viewer, outsider, contract):
    survey = drafted(contract, manager)
    ask(survey, manager)
    writes = ["ask/", "share/", "share/withdraw/", "remind/", "close/", "last-day/", "remove/"]
    client.force_login(viewer.user)
    assert {client.post(at(survey, what)).status_code for what in writes} == {403}
    assert client.get(at(survey, "invitations/")).status_code == 403
    assertNotContains(client.get(at(survey)), "Close it now")
    client.force_login(outsider.user)
    for what in ["", "export/", *writes]:
        assert client.get(at(survey, what)).status_code == 404
    client.logout()
    assertRedirects(client.get(at(survey)), f"/accounts/login/?next={at(survey)}")
    assert fresh_survey(survey).state == "open"


def test_pages_are_read_in_few_queries(client, manager, contract, django_assert_num_queries):
    client.force_login(manager.user)
    client.get(AREA)
    for audience in ("employees", "customers", "customers"):
        survey = drafted(contract, manager, audience=audience)
        for token in ask(survey, manager) if audience == "employees" else []:
            answer(token, **GOOD)
        if audience == "employees":
            close(survey, manager)
        with django_assert_num_queries(4):
            client.get(AREA)
        with django_assert_num_queries(7):
            client.get(of(contract))
    with django_assert_num_queries(4):
        client.get(f"{AREA}?state=draft&audience=customers&page=1")
    assertNotContains(client.get(f"{AREA}?state=draft"), "Results</span>")


# Templates ------------------------------------------------------------------------------------------


def test_templates_are_written_changed_and_put_away(client, manager, template):
    client.force_login(manager.user)
    listed = f"{AREA}templates/"
    assertContains(client.get(listed), "Customers: how is the service?")
    client.post(f"{listed}usual/")
    with organization_scope(ALL):
        assert SurveyTemplate.objects.count() == 2
    sent = {"creation_key": str(uuid.uuid4()), "name": "Short", "audience": "customers"}
    sent |= {"text_1": "Content?", "kind_1": "satisfaction", "text_2": "Why?", "kind_2": "text"}
    few = client.post(f"{listed}new/", sent)
    assertContains(few, "Ask 3 to 8 questions; there are 2.", status_code=422)
    sent |= {"text_5": "Would you stay?", "kind_5": "recommend"}
    for _ in range(2):
        assertRedirects(client.post(f"{listed}new/", sent), listed)
    with organization_scope(ALL):
        row = SurveyTemplate.objects.get(name="Short")
    assert [question["text"] for question in row.questions] == [
        "Content?",
        "Why?",
        "Would you stay?",
    ]
    change = {**sent, "version": 1, "name": "Shorter"}
    assertRedirects(client.post(f"{listed}{row.pk}/edit/", change), listed)
    stale = client.post(f"{listed}{row.pk}/edit/", {**change, "name": "Shortest"})
    assert (stale.status_code, stale.context["differing"]) == (
        409,
        [("Name", "Shorter", "Shortest")],
    )
    client.post(f"{listed}{row.pk}/archive/")
    assertContains(client.get(listed), "Not offered any more (1)")
    client.post(f"{listed}{row.pk}/archive/", {"restore": "1"})
    assertNotContains(client.get(listed), "Not offered any more")


def test_a_withdrawn_link_tells_nothing_and_can_come_back(manager, contract):
    survey = drafted(contract, manager)
    tokens = ask(survey, manager)
    answer(tokens[0], **GOOD)
    with organization_scope(ALL):
        for row in survey.invitations.filter(email__in=PEOPLE[:2]):
            survey_asking.withdraw_invitation(invitation=row, by=manager)
        assert survey_asking.ask_people(survey=survey, addresses=PEOPLE[:2], by=manager) == 2
    answer(tokens[1], **GOOD)
    with organization_scope(ALL):
        assert survey.responses.count() == 2
