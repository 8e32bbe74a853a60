"""Several people of a vendor, and the opening of the proposals, at the same moment, in real transactions."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from activity.models import OutgoingMail
from core.files import content_of
from core.models import StoredFile
from core.tenancy import ALL, organization_scope
from evaluations.actions.request_opening import open_due
from evaluations.models import Proposal, ProposalAnswer
from evaluations.proposal_page import kept_values
from evaluations.proposal_values import mark_of, receipt_code
from evaluations.request_queries import due_requests
from evaluations.tests.proposal_case import COMPLETE, Asked
from evaluations.tests.test_scoring_at_once import at_once

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("files")]


@pytest.fixture
def asked(owner) -> Asked:
    return Asked(owner)


def posting(asked: Asked, do: str, **data):
    client = Client()
    return lambda: client.post(asked.url(), {"do": do, **data}).status_code


def test_of_two_first_answers_one_is_kept_and_the_other_told(asked):
    found = at_once(
        posting(asked, "autosave", **asked.sent(text="hers")),
        posting(asked, "autosave", **asked.sent(text="his")),
        posting(asked, "autosave", **asked.sent(number="5")),
    )
    assert (sorted(found[:2]), found[2]) == ([200, 409], 200)
    with organization_scope(ALL):
        assert ProposalAnswer.objects.count() == 2


def test_handed_in_twice_at_once_there_is_one_receipt(asked):
    posting(asked, "save", **asked.sent(**COMPLETE))()
    assert at_once(posting(asked, "hand_in"), posting(asked, "hand_in")) == [302, 302]
    with organization_scope(ALL):
        assert Proposal.objects.get().answered_at is not None
    assert OutgoingMail.objects.filter(to="carla@kestrel.example").count() == 1


def test_nothing_slips_in_while_the_proposals_are_opened(asked):
    file = SimpleUploadedFile("iso.txt", b"certificate of Kestrel")
    posting(asked, "hand_in", **asked.sent(**COMPLETE, file=file))()
    asked.at(timezone.now())
    shown = {"text": mark_of({"text": COMPLETE["text"]})}
    at_once(
        lambda: open_due(requests=due_requests(timezone.now())),
        posting(asked, "take_back"),
        posting(asked, "autosave", **asked.sent(shown, text="late")),
    )
    with organization_scope(ALL):
        answers = list(ProposalAnswer.objects.all())
        row = Proposal.objects.select_related("proposal_request").get()
        assert row.receipt_code == receipt_code(kept_values(row))
        opened = StoredFile.objects.get()
    assert (opened.filename, opened.content_type, content_of(opened)) == (
        "iso.txt",
        "text/plain",
        b"certificate of Kestrel",
    )
    assert (row.proposal_request.state, row.answered_at is None) == ("opened", False)
    assert {bytes(answer.sealed) for answer in answers} == {b""}
    assert [a.value["text"] for a in answers if "text" in a.value] == [COMPLETE["text"]]
