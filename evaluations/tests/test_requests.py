"""A request for proposals from its draft to its sending: questions, who is asked, links, deadline, messages."""

import datetime as dt
import uuid

import pytest
from django.utils import timezone

from accounts.permissions import Role
from activity.links import token_of
from activity.models import LogEntry, OutgoingMail, WatchedDate
from conftest import make_member
from core.errors import Refused
from core.tenancy import ALL, organization_scope
from core.versions import Stale
from evaluations.actions import delete_evaluation, remove_candidate
from evaluations.actions import request_sending as sending
from evaluations.actions import requests as actions
from evaluations.models import Evaluation, Proposal, ProposalAnswer, RequestAnswer
from evaluations.request_queries import offered, recipients
from evaluations.sealed_answers import hide
from evaluations.tests.builders import make_evaluation
from vendors.models import Contact

pytestmark = pytest.mark.django_db


@pytest.fixture
def evaluation(acme, manager) -> Evaluation:
    made = make_evaluation(
        acme,
        candidates=["Northwind", "Contoso", "Stay in-house"],
        state="setup",
    )
    northwind = made.candidates.get(name="Northwind").vendor
    northwind.time_zone = "Asia/Kolkata"
    northwind.save()
    Contact.objects.create(
        organization=acme, vendor=northwind, name="Carla", email="carla@northwind.example"
    )
    return made


def in_days(days: float) -> dt.datetime:
    return timezone.now() + dt.timedelta(days=days)


def local(moment: dt.datetime) -> str:
    return timezone.localtime(moment).strftime("%Y-%m-%dT%H:%M")


def draft(evaluation, by, **values):
    values = {
        "title": "Help desk",
        "introduction": "",
        "deadline_at": in_days(14),
        "questions_until_on": None,
        **values,
    }
    row = actions.create_proposal_request(evaluation=evaluation, values=values, by=by)
    actions.take_starters(proposal_request=row, chosen=offered(evaluation, []), by=by)
    row.refresh_from_db()
    return row


def people_of(evaluation, *names: str) -> dict:
    return {
        evaluation.candidates.get(name=name).pk: {
            "name": "Carla",
            "email": f"carla@{name.lower()}.example",
            "time_zone": "Asia/Kolkata",
        }
        for name in names
    }


def sent(evaluation, by, *names: str):
    row = draft(evaluation, by)
    row = actions.choose_recipients(
        proposal_request=row, values=people_of(evaluation, *names), version=row.version, by=by
    )
    return sending.send_request(proposal_request=row, version=row.version, by=by)


def base(evaluation) -> str:
    return f"/o/acme/evaluations/{evaluation.pk}/proposals/"


@organization_scope(ALL)
def test_begun_and_asked_what_plan_and_criteria_offer(client, evaluation, manager):
    client.force_login(manager.user)
    here = base(evaluation)
    assert "Nobody was asked yet" in client.get(here).text
    assert client.get(f"{here}questions/").url == here
    data = {
        "title": "Help desk",
        "introduction": "We are forty.",
        "version": 1,
        "deadline_at": local(in_days(-1)),
    }
    response = client.post(f"{here}new/", data)
    assert (response.status_code, "This moment has passed" in response.text) == (422, True)
    data["deadline_at"] = local(in_days(14))
    assert client.post(f"{here}new/", data).url == f"{here}questions/"
    row = evaluation.proposal_request

    page = client.get(f"{here}questions/")
    starters = [one.key for _, part in page.context["offered"] for one in part]
    assert page.context["offered_count"] == len(starters) > 5
    client.post(f"{here}questions/take/", {"starter": starters})
    client.post(f"{here}questions/take/", {"starter": starters})  # sent twice
    assert row.questions.count() == len(starters)
    question = row.questions.order_by("position").first()
    client.post(f"{here}questions/{question.pk}/move/", {"to": "down"})
    question.refresh_from_db()
    assert question.position == 2
    client.post(f"{here}questions/{question.pk}/remove/")


@organization_scope(ALL)
def test_questions_of_our_own(client, acme, evaluation, manager):
    with organization_scope(acme):
        row = draft(evaluation, manager)
    client.force_login(manager.user)
    here = base(evaluation)
    added = {
        "section": "About you",
        "text": "Pick one",
        "kind": "choice",
        "choices": "Gold\n\n Silver \nGold",
        "version": row.version,
    }
    assert client.post(f"{here}questions/add/", {**added, "choices": "Gold"}).status_code == 422
    client.post(f"{here}questions/add/", added)
    asked = row.questions.get(text="Pick one")
    assert (asked.choices, asked.required) == (["Gold", "Silver"], False)
    assert client.post(f"{here}questions/add/", {**added, "text": "Late"}).status_code == 409
    row.refresh_from_db()
    second = {**added, "text": "Another price?", "kind": "quote", "version": row.version}
    assert "One price table is enough" in client.post(f"{here}questions/add/", second).text


@organization_scope(ALL)
def test_people_are_chosen_and_asked(client, acme, evaluation, manager, viewer):
    with organization_scope(acme):
        row = draft(evaluation, manager)
    client.force_login(manager.user)
    here = base(evaluation)
    page = client.get(f"{here}recipients/")
    assert "carla@northwind.example" in page.text
    assert "No e-mail known" in page.text  # of Contoso
    assert "Stay in-house" not in page.text
    northwind = evaluation.candidates.get(name="Northwind").pk
    data = {
        "version": row.version,
        f"asked_{northwind}": "on",
        f"email_{northwind}": "carla@northwind.example",
    }
    assert "Say whom you ask there" in client.post(f"{here}recipients/", data).text
    data |= {f"name_{northwind}": "Carla", f"zone_{northwind}": "Asia/Kolkata"}
    client.post(f"{here}recipients/", data)
    row.refresh_from_db()

    client.force_login(viewer.user)
    assert client.post(f"{here}send/", {"version": row.version}).status_code == 403
    assert "Send the request" not in client.get(here).text
    client.force_login(manager.user)
    client.post(f"{here}send/", {"version": row.version - 1})
    row.refresh_from_db()
    assert row.is_draft
    client.post(f"{here}send/", {"version": row.version})
    client.post(f"{here}send/", {"version": row.version})  # sent twice
    row.refresh_from_db()
    assert (row.state, row.sent_by, len(row.seal)) == ("sent", manager, 77)
    [one] = Proposal.objects.all()
    [written] = OutgoingMail.objects.filter(to="carla@northwind.example")
    assert (one.mail, written.secret, token_of(one) in written.text) == (written, True, True)
    assert "(Asia/Kolkata)" in written.text
    assert token_of(one) not in client.get(here).text
    assert "Frozen" in client.get(f"{here}questions/").text
    question = row.questions.first()
    assert client.get(f"{here}questions/{question.pk}/").url == f"{here}questions/"
    [day] = WatchedDate.objects.all()
    assert (day.kind, day.due_on) == ("proposal.deadline", timezone.localdate(row.deadline_at))


def test_pages_take_few_queries(client, evaluation, manager, django_assert_max_num_queries):
    with organization_scope(evaluation.organization):
        sent(evaluation, manager, "Northwind", "Contoso")
    client.force_login(manager.user)
    client.get(base(evaluation))
    for name in ["", "questions/", "preview/", "recipients/", "deadline/"]:
        with django_assert_max_num_queries(12):
            assert client.get(f"{base(evaluation)}{name}").status_code == 200


def test_what_is_missing_is_said_before_sending(acme, evaluation, manager):
    with organization_scope(acme):
        values = {
            "title": "Help desk",
            "introduction": "",
            "deadline_at": None,
            "questions_until_on": None,
        }
        row = actions.create_proposal_request(evaluation=evaluation, values=values, by=manager)
        again = actions.create_proposal_request(evaluation=evaluation, values=values, by=manager)
        assert again == row

        def refusal() -> str:
            row.refresh_from_db()
            with pytest.raises(Refused) as error:
                sending.send_request(proposal_request=row, version=row.version, by=manager)
            return str(error.value)

        assert "deadline" in refusal()
        values["deadline_at"] = in_days(14)
        actions.edit_proposal_request(
            proposal_request=row, values=values, version=row.version, by=manager
        )
        assert "at least one question" in refusal()
        actions.take_starters(proposal_request=row, chosen=offered(evaluation, [])[:1], by=manager)
        assert "who is asked" in refusal()
        with pytest.raises(Stale):
            actions.edit_proposal_request(
                proposal_request=row, values=values, version=1, by=manager
            )
        actions.delete_proposal_request(proposal_request=row, by=manager)
        assert not acme.proposalrequest_set.exists()


@organization_scope(ALL)
def test_links_are_sent_again_looked_up_and_withdrawn(client, acme, evaluation, manager):
    with organization_scope(acme):
        row = sent(evaluation, manager, "Northwind", "Contoso")
        one = row.proposals.get(candidate__name="Northwind")
        token = token_of(one)
    here = f"{base(evaluation)}{one.pk}/"
    client.force_login(manager.user)
    assert client.get(f"{here}link/").status_code == 405
    assert token in client.post(f"{here}link/").text
    assert LogEntry.objects.filter(verb="proposal.link_shown").count() == 1
    data = {"name": "Carla", "email": one.email, "time_zone": "", "version": one.version}
    client.post(f"{here}again/", data)
    one.refresh_from_db()
    assert (token_of(one), one.mail.subject.startswith("Reminder")) == (token, True)
    data |= {"email": "dan@northwind.example", "version": one.version}
    client.post(f"{here}again/", data)
    one.refresh_from_db()
    assert token_of(one) != token  # the old one is dead
    assert client.post(f"{here}again/", data).status_code == 409

    with organization_scope(acme):
        question = row.questions.first()
        at = {"proposal_id": one.pk, "question_id": question.pk}
        ProposalAnswer.objects.create(
            organization=acme, proposal=one, question=question, sealed=hide(row.seal, {}, **at)
        )
        Proposal.objects.filter(pk=one.pk).update(started_at=timezone.now())
        assert [line.delivery.label for line in recipients(row, timezone.now())] == [
            "Begun, not handed in",
            "Mail is on its way",
        ]
    data = {"name": "Mallory", "email": "mallory@acme.example", "version": one.version}
    assert "has begun to answer" in client.post(f"{here}again/", data).text
    response = client.post(f"{here}link/", follow=True)
    assert token_of(one) not in response.text
    assert "It is only mailed now" in response.text
    client.post(f"{here}withdraw/")
    client.post(f"{here}withdraw/")  # sent twice
    one.refresh_from_db()
    assert (one.started_at, one.answers.count()) == (None, 0)
    assert one.link_works(timezone.now()) is False
    assert LogEntry.objects.filter(verb="proposal.link_withdrawn").count() == 1


def test_more_time_is_told_to_all_and_never_less(acme, evaluation, manager):
    with organization_scope(acme):
        row = sent(evaluation, manager, "Northwind", "Contoso")
        Proposal.objects.filter(candidate__name="Contoso").update(declined_at=timezone.now())
        before = OutgoingMail.objects.count()

        def move(days: float):
            values = {"deadline_at": in_days(days), "questions_until_on": None}
            return sending.move_deadline(
                proposal_request=row, values=values, version=row.version, by=manager
            )

        with pytest.raises(Refused, match="later moment"):
            move(13)
        row = move(20)
        new = OutgoingMail.objects.order_by("pk")[before:]
        assert [(one.to, one.subject) for one in new] == [
            ("carla@northwind.example", "New deadline: Help desk")
        ]
        assert WatchedDate.objects.get().due_on == timezone.localdate(row.deadline_at)
        expires = row.proposals.get(candidate__name="Northwind").expires_at
        assert expires == row.deadline_at + sending.PAGE_STAYS
        # Passed, and nobody has handed in: more time is still possible; else it is not.
        acme.proposalrequest_set.update(deadline_at=in_days(-1))
        row = move(25)
        acme.proposalrequest_set.update(deadline_at=in_days(-1))
        Proposal.objects.filter(candidate__name="Northwind").update(answered_at=timezone.now())
        with pytest.raises(Refused, match="proposals to open"):
            move(30)


@organization_scope(ALL)
def test_answers_and_notices_go_to_all_without_a_name(client, acme, evaluation, manager):
    with organization_scope(acme):
        row = sent(evaluation, manager, "Northwind", "Contoso")
        asked = RequestAnswer.objects.create(
            organization=acme,
            proposal_request=row,
            proposal=row.proposals.get(candidate__name="Contoso"),
            question="We at Contoso wonder: how many?",
        )
    client.force_login(manager.user)
    here = base(evaluation)
    assert "We at Contoso wonder" in client.get(here).text
    data = {"question": "How many?", "answer": "Forty.", "version": 1}
    client.post(f"{here}asked/{asked.pk}/", data)
    assert client.post(f"{here}asked/{asked.pk}/", data).url == here  # sent twice
    other = client.post(f"{here}asked/{asked.pk}/", {**data, "answer": "Fifty."})
    assert (other.status_code, "Fifty." in other.text) == (409, True)
    notice = {"answer": "There are two offices.", "creation_key": str(uuid.uuid4())}
    client.post(f"{here}notice/", notice)
    client.post(f"{here}notice/", notice)  # sent twice
    told = [
        (one.to, one.text)
        for one in OutgoingMail.objects.filter(key__contains=":asked-").order_by("pk")
    ]
    assert [to for to, _ in told] == ["carla@northwind.example", "carla@contoso.example"] * 2
    assert all("Contoso wonder" not in text for _, text in told)
    assert ["Forty." in text for _, text in told] == [True, True, False, False]
    assert ["two offices" in text for _, text in told] == [False, False, True, True]
    with organization_scope(acme):
        assert row.asked.count() == 2


@organization_scope(ALL)
def test_a_withdrawn_request_is_gone_for_vendors(client, acme, evaluation, manager):
    with organization_scope(acme):
        row = sent(evaluation, manager, "Northwind")
        one = row.proposals.get()
        question = row.questions.first()
        ProposalAnswer.objects.create(
            organization=acme, proposal=one, question=question, sealed=b"x"
        )
    client.force_login(manager.user)
    data = {"reason": "We stay in-house.", "version": row.version}
    client.post(f"{base(evaluation)}withdraw/", data)
    row.refresh_from_db()
    one.refresh_from_db()
    assert (row.state, bytes(row.seal), one.link_works(timezone.now())) == ("withdrawn", b"", False)
    with organization_scope(ALL):
        assert not ProposalAnswer.objects.exists()
        assert not WatchedDate.objects.exists()
    assert "We stay in-house." in OutgoingMail.objects.get(key__endswith=":withdrawn").text
    assert "We stay in-house." in client.get(base(evaluation)).text
    count = row.questions.count()
    client.post(f"{base(evaluation)}again/")
    client.post(f"{base(evaluation)}again/")  # sent twice
    row.refresh_from_db()
    assert (row.is_draft, row.deadline_at, row.questions.count()) == (True, None, count)
    assert not row.proposals.exists()


def test_others_find_nothing(client, evaluation, globex, manager, acme):
    with organization_scope(acme):
        row = sent(evaluation, manager, "Northwind")
        one = row.proposals.get()
    stranger = make_member(globex, Role.ADMIN, "greta")
    client.force_login(stranger.user)
    for path in ("", "compare/", f"{one.pk}/", f"{one.pk}/link/"):
        assert client.get(base(evaluation) + path).status_code == 404
        foreign = base(evaluation).replace("acme", "globex") + path
        assert client.post(foreign).status_code in {404, 405}
        assert client.get(foreign).status_code in {404, 405}


def test_who_was_asked_is_not_deleted_by_the_way(acme, evaluation, manager):
    with organization_scope(acme):
        row = sent(evaluation, manager, "Northwind")
        asked, other = evaluation.candidates.exclude(vendor=None).order_by("position")
        remove_candidate(candidate=other, by=manager)
        with pytest.raises(Refused, match="Withdraw their link first"):
            remove_candidate(candidate=asked, by=manager)
        with pytest.raises(Refused, match="Withdraw the request first"):
            delete_evaluation(evaluation=evaluation, by=manager)
        sending.withdraw_proposal_link(proposal=row.proposals.get(), by=manager)
        remove_candidate(candidate=asked, by=manager)
        values = {"reason": "No"}
        sending.withdraw_request(
            proposal_request=row, values=values, version=row.version, by=manager
        )
        delete_evaluation(evaluation=evaluation, by=manager)
        assert not acme.proposalrequest_set.exists()
