"""Opening proposals: never before the deadline, all at once, and until then nobody reads a word of them."""

import datetime as dt
from decimal import Decimal

import pytest
from django.core import serializers
from django.core.files.base import ContentFile
from django.utils import timezone

from activity.models import LogEntry, OutgoingMail, WatchedDate
from core.errors import Refused
from core.fields import Paper
from core.models import StoredFile
from core.spreadsheets import read_grid
from core.tenancy import ALL, organization_scope
from core.uploads import check_upload
from evaluations.actions import proposal_answers as vendor
from evaluations.actions import request_opening as actions
from evaluations.actions import request_sending as sending
from evaluations.models import Proposal, ProposalAnswer, ProposalRequest, Quote
from evaluations.proposal_sheet import sheet_of
from evaluations.proposal_values import Given, receipt_code
from evaluations.request_tasks import open_due_proposals
from evaluations.tests.proposal_case import Asked

pytestmark = pytest.mark.django_db
SECRET = "Zebra-striped quality circles"
PRICE = {
    "currency": "EUR",
    "rise_percent": "3",
    "exit_fee": "1500",
    "valid_until_on": "2031-01-31",
    "lines": [
        {"label": "Desk", "kind": "per_user", "amount": "43.21", "period": "month", "rises": True}
    ],
}


def paper(text: bytes, name: str) -> Paper:
    upload = ContentFile(text, name=name)
    return Paper(upload, check_upload(upload.file, name, upload.size))


def answer(case: Asked, proposal: Proposal, **said) -> None:
    given = {
        case.questions[kind].pk: Given({}, upload=value) if kind == "file" else Given(value)
        for kind, value in said.items()
    }
    vendor.save_answers(proposal=proposal, given=given)


@pytest.fixture
def case(acme, manager, files) -> Asked:
    """Kestrel has handed in, Merlin has only saved, Osprey has declined."""
    with organization_scope(acme):
        made = Asked(manager)
        certificate = paper(f"{SECRET} of {SECRET}".encode(), "Zebra certificate.txt")
        complete = {
            "text": {"text": SECRET},
            "number": {"number": "12"},
            "choice": {"choice": "Gold"},
            "yes_no": {"yes": True},
        }
        answer(made, made.proposal, **complete, quote=PRICE, file=certificate)
        vendor.hand_in(proposal=made.proposal)
        answer(made, made.ask("Merlin"), text={"text": f"{SECRET}, too"})
        vendor.decline(proposal=made.ask("Osprey"), values={"reason": "Too small."})
        return made


def let_it_pass(case: Asked) -> None:
    case.at(timezone.now() - dt.timedelta(seconds=1))
    case.request.refresh_from_db()


@organization_scope(ALL)
def test_until_the_deadline_nobody_reads_a_word(client, case, admin, files, settings):
    """On no page, in no file, in no row of the database, and in no file on the disk."""
    client.force_login(admin.user)
    here = f"/o/acme/evaluations/{case.evaluation.pk}/proposals/"
    one, question = case.proposal.pk, case.questions["file"].pk
    with pytest.raises(Refused, match="Nobody can open them before"):
        actions.open_proposals(proposal_request=case.request, by=admin)
    client.post(f"{here}open/")
    paths = ["", "compare/", "compare/file/", f"{one}/", f"{one}/files/{question}/", "questions/"]
    pages = [client.get(f"{here}{path}", follow=True) for path in paths]
    pages += [
        client.get("/o/acme/activity/"),
        client.get(f"/o/acme/evaluations/{case.evaluation.pk}/"),
    ]
    for page in pages:
        text = page.content.decode()
        assert not any(word in text for word in ("Zebra", "43.21")), page.request
    assert "Handed in" in pages[0].text
    assert all(page.redirect_chain for page in pages[1:5])

    rows = [*ProposalAnswer.objects.all(), *StoredFile.objects.all(), *Proposal.objects.all()]
    rows += [*LogEntry.objects.all(), *OutgoingMail.objects.all(), *ProposalRequest.objects.all()]
    stored = serializers.serialize("json", rows)
    assert not any(word in stored for word in ("Zebra", "43.21", "Gold", "certificate.txt"))
    assert len(ProposalAnswer.objects.all()) == 7
    assert all(row.value == {} for row in ProposalAnswer.objects.all())
    on_disk = [path.read_bytes() for path in files.rglob("*") if path.is_file()]
    assert len(on_disk) == 1
    assert b"Zebra" not in on_disk[0]
    assert not Quote.objects.exists()
    assert case.request.state == "sent"


@organization_scope(ALL)
def test_after_the_deadline_all_is_open_at_once(
    client, case, viewer, files, django_assert_max_num_queries
):
    let_it_pass(case)
    open_due_proposals()
    open_due_proposals()  # the next minute
    row = ProposalRequest.objects.get()
    assert (row.state, bytes(row.seal)) == ("opened", b"")
    answers = {one.question.kind: one for one in ProposalAnswer.objects.select_related("question")}
    assert len(answers) == ProposalAnswer.objects.count() == 6  # what was only saved is gone
    assert answers["text"].value["text"] == SECRET
    assert all(bytes(one.sealed) == b"" for one in answers.values())
    case.proposal.refresh_from_db()
    values = {one.question_id: one.value for one in answers.values()}
    assert receipt_code(values) == case.proposal.receipt_code
    stored = answers["file"].file
    assert (stored.filename, stored.is_sealed) == ("Zebra certificate.txt", False)
    quote = Quote.objects.get()
    assert (quote.source, quote.exit_fee, quote.lines.get().amount) == (
        "proposal",
        1500,
        Decimal("43.21"),
    )
    assert LogEntry.objects.filter(verb="proposal.opened").count() == 1
    assert not WatchedDate.objects.filter(kind="proposal.deadline").exists()
    assert OutgoingMail.objects.filter(subject__startswith="Proposals are open").count() == 1

    client.force_login(viewer.user)
    here = f"/o/acme/evaluations/{case.evaluation.pk}/proposals/"
    client.get(here)
    with django_assert_max_num_queries(12):
        page = client.get(f"{here}compare/")
    for words in (SECRET, "12 people", "Gold", "Yes", "Zebra certificate.txt", "Desk: EUR 43.21"):
        assert words in page.text
    assert "Merlin" not in page.text
    assert "Note as a promise" not in page.text  # a Viewer notes nothing
    with django_assert_max_num_queries(12):
        assert SECRET in client.get(f"{here}{case.proposal.pk}/").text
    file = client.get(f"{here}{case.proposal.pk}/files/{answers['file'].question_id}/")
    assert b"".join(file.streaming_content) == f"{SECRET} of {SECRET}".encode()
    assert file.headers["Content-Disposition"].startswith("attachment")
    text = answers["text"].question_id
    assert client.get(f"{here}{case.proposal.pk}/files/{text}/").status_code == 404
    sheet = client.get(f"{here}compare/file/").content
    assert SECRET in str(read_grid(sheet, "proposals.xlsx", max_rows=99, max_columns=9))
    merlin = Proposal.objects.get(candidate__name="Merlin")
    assert "deleted unread" in client.get(f"{here}{merlin.pk}/").text


@organization_scope(ALL)
def test_side_by_side_a_very_long_answer_goes_on_on_its_own_page(client, case, viewer):
    let_it_pass(case)
    open_due_proposals()
    text = case.questions["text"].pk
    long = f"{'Patience. ' * 900}{SECRET}"
    case.proposal.answers.filter(question=text).update(value={"text": long})
    client.force_login(viewer.user)
    here = f"/o/acme/evaluations/{case.evaluation.pk}/proposals/"
    page = client.get(f"{here}compare/").text
    assert f'href="{here}{case.proposal.pk}/#question-{text}">Read on' in page
    assert SECRET not in page
    whole = client.get(f"{here}{case.proposal.pk}/").text
    assert long in whole
    assert f'id="question-{text}"' in whole


@organization_scope(ALL)
def test_one_changed_answer_does_not_keep_back_the_others(case):
    let_it_pass(case)
    text = case.proposal.answers.get(question=case.questions["text"])
    other = case.proposal.answers.get(question=case.questions["choice"])
    ProposalAnswer.objects.filter(pk=text.pk).update(sealed=other.sealed)  # moved to another place
    actions.open_proposals(proposal_request=case.request, by=case.by)
    text.refresh_from_db()
    other.refresh_from_db()
    assert text.value == {"problem": actions.UNREADABLE}
    assert other.value["choice"] == "Gold"
    entry = LogEntry.objects.get(verb="proposal.opened")
    assert entry.after == {"proposals": 1, "answers that could not be opened": 1}


@organization_scope(ALL)
def test_with_another_secret_key_all_waits_and_nothing_is_lost(case, settings, files):
    let_it_pass(case)
    right, settings.SECRET_KEY = settings.SECRET_KEY, "another-key"
    with pytest.raises(Refused, match="Set the SECRET_KEY that was in"):
        actions.open_proposals(proposal_request=case.request, by=case.by)
    open_due_proposals()  # says so in the log, and tries again
    assert ProposalRequest.objects.get().is_sent
    settings.SECRET_KEY = right
    open_due_proposals()
    assert ProposalRequest.objects.get().is_opened
    assert ProposalAnswer.objects.filter(value__text=SECRET).count() == 1


@organization_scope(ALL)
def test_nothing_is_opened_while_nobody_has_handed_in(case):
    vendor.take_back(proposal=case.proposal)
    let_it_pass(case)
    open_due_proposals()
    assert ProposalRequest.objects.get().is_sent
    with pytest.raises(Refused, match="Nobody has handed in"):
        actions.open_proposals(proposal_request=case.request, by=case.by)
    values = {"reason": "Nobody wants us."}
    version = case.request.version
    sending.withdraw_request(
        proposal_request=case.request, values=values, version=version, by=case.by
    )
    assert (ProposalAnswer.objects.count(), StoredFile.objects.count()) == (0, 0)


@organization_scope(ALL)
def test_a_spreadsheet_that_came_back_is_entered_and_sealed(client, case, manager):
    merlin = Proposal.objects.get(candidate__name="Merlin")
    robin = case.ask("Robin")
    client.force_login(manager.user)
    here = f"/o/acme/evaluations/{case.evaluation.pk}/proposals/"
    questions = list(case.request.questions.order_by("position"))
    assert client.get(f"{here}sheet/").content.startswith(b"PK")

    def enter(proposal, **said):
        values = {case.questions[kind].pk: value for kind, value in said.items()}
        file = ContentFile(sheet_of(questions, values), name="robin.xlsx")
        data = {"file": file, "hands_in": "on"}
        return client.post(f"{here}{proposal.pk}/enter/", data)

    whole = {
        "text": {"text": SECRET},
        "number": {"number": "7"},
        "choice": {"choice": "Silver"},
        "yes_no": {"yes": False},
    }
    assert enter(robin).status_code == 422  # nothing in it
    assert enter(robin, **whole).status_code == 422  # without a price
    assert not robin.answers.exists()
    assert enter(robin, **{**whole, "choice": {"choice": "Bronze"}}, quote=PRICE).status_code == 422
    assert "has begun to answer" in enter(merlin, **whole, quote=PRICE).text
    assert enter(robin, **whole, quote=PRICE).url == here
    robin.refresh_from_db()
    assert (robin.entered_by, robin.answers.count()) == (manager, 5)
    assert robin.answered_at is not None
    assert "Zebra" not in client.get(here).text
    let_it_pass(case)
    open_due_proposals()
    assert Quote.objects.count() == 2
    assert f"entered by {manager.name}" in client.get(f"{here}{robin.pk}/").text
