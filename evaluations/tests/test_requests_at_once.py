"""Sending and opening a request by two people at the same moment, in real transactions: each happens once."""

import datetime as dt

import pytest
from django.utils import timezone

from activity.models import LogEntry, OutgoingMail
from core.tenancy import ALL, organization_scope
from evaluations.actions import proposal_answers as vendor
from evaluations.actions import requests as actions
from evaluations.models import ProposalRequest, Quote
from evaluations.proposal_values import Given
from evaluations.tests.builders import make_evaluation
from evaluations.tests.test_open_proposals import PRICE
from evaluations.tests.test_requests import people_of
from evaluations.tests.test_scoring_at_once import at_once, client_of

pytestmark = pytest.mark.django_db(transaction=True)


def poster(member, url, **data):
    client = client_of(member)
    return lambda: client.post(url, data).status_code


@organization_scope(ALL)
def test_two_who_send_and_open_at_once_do_it_once(acme, manager, owner):
    evaluation = make_evaluation(acme, state="setup")
    values = {
        "title": "Help desk",
        "introduction": "",
        "deadline_at": timezone.now() + dt.timedelta(days=9),
        "questions_until_on": None,
    }
    row = actions.create_proposal_request(evaluation=evaluation, values=values, by=manager)
    question = {
        "section": "Price",
        "text": "What does it cost?",
        "help": "",
        "kind": "quote",
        "choices": [],
        "unit": "",
        "required": True,
        "criterion": None,
    }
    row = actions.add_question(proposal_request=row, values=question, version=1, by=manager)
    people = people_of(evaluation, "Northwind", "Contoso")
    row = actions.choose_recipients(
        proposal_request=row, values=people, version=row.version, by=manager
    )
    here = f"/o/acme/evaluations/{evaluation.pk}/proposals/"
    at_once(
        poster(manager, f"{here}send/", version=row.version),
        poster(owner, f"{here}send/", version=row.version),
    )
    assert OutgoingMail.objects.filter(key__contains=":ask-").count() == 2
    assert LogEntry.objects.filter(verb="proposal.request_sent").count() == 1

    proposal = ProposalRequest.objects.get().proposals.order_by("pk").first()
    given = {proposal.proposal_request.questions.get().pk: Given(PRICE)}
    vendor.save_answers(proposal=proposal, given=given)
    vendor.hand_in(proposal=proposal)
    past = timezone.now() - dt.timedelta(seconds=1)
    ProposalRequest.objects.update(deadline_at=past)
    assert at_once(poster(manager, f"{here}open/"), poster(owner, f"{here}open/")) == [302, 302]
    assert LogEntry.objects.filter(verb="proposal.opened").count() == 1
    assert Quote.objects.get().lines.count() == 1
