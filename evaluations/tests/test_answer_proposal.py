"""Answering a request for proposals behind the private link."""

import datetime as dt
import io
import json
import uuid
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from openpyxl import load_workbook
from pytest_django.asserts import assertContains, assertNotContains

from activity.links import token_of
from activity.models import LogEntry, OutgoingMail
from core.errors import Refused
from core.exports import XLSX
from core.files import content_of
from core.models import StoredFile
from core.tenancy import ALL, organization_scope
from evaluations.actions import proposal_answers as actions
from evaluations.actions.proposal_answers import Incomplete
from evaluations.actions.request_sending import resend_proposal, withdraw_proposal_link
from evaluations.models import Proposal, ProposalAnswer, ProposalRequest, RequestAnswer
from evaluations.proposal_page import kept_values
from evaluations.proposal_values import Given, mark_of, receipt_code
from evaluations.tests.proposal_case import COMPLETE, PRICES, Asked

pytestmark = pytest.mark.usefixtures("files")
everywhere = organization_scope(ALL)


@pytest.fixture
def asked(manager) -> Asked:
    return Asked(manager)


def stored(asked: Asked, proposal: Proposal | None = None) -> dict[str, Any]:
    """What is kept by now, by kind, unsealed."""
    row = Proposal.objects.select_related("proposal_request").get(
        pk=(proposal or asked.proposal).pk
    )
    kinds = {question.pk: kind for kind, question in asked.questions.items()}
    values = kept_values(row)
    return {
        kinds[pk]: {k: v for k, v in value.items() if k != "salt"} for pk, value in values.items()
    }


def post(client, asked: Asked, do: str, proposal: Proposal | None = None, **data: Any) -> Any:
    return client.post(asked.url(proposal), {"do": do, **data})


def verbs() -> list[str]:
    return list(LogEntry.objects.order_by("pk").values_list("verb", flat=True))


def txt(content: bytes = b"certificate of Kestrel", name: str = "iso.txt") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, "text/plain")


@everywhere
def test_the_page_shows_everything_and_nothing_of_others(client, asked, django_assert_num_queries):
    other = asked.ask("Merlin")
    own = {"organization": asked.by.organization, "proposal_request": asked.request}
    RequestAnswer.objects.create(**own, proposal=other, question="Asked by Merlin, waiting")
    RequestAnswer.objects.create(
        **own,
        proposal=other,
        question="How many users?",
        answer="Forty.",
        answered_at=timezone.now(),
    )
    with django_assert_num_queries(4):
        response = client.get(asked.url())
    for words in (
        "We are forty people.",
        "How many users?",
        "Forty.",
        "(Europe/Lisbon)",
        "(UTC)",
        "people",
    ):
        assertContains(response, words)
    assertNotContains(response, "Merlin")
    assert response.headers["Cache-Control"] == "no-store, private"
    assert response.headers["X-Robots-Tag"] == "noindex, nofollow"
    asked.proposal.refresh_from_db()
    assert asked.proposal.seen_at is None
    assert post(client, asked, "seen").status_code == 204
    asked.proposal.refresh_from_db()
    assert asked.proposal.seen_at is not None
    assert verbs() == ["proposal.link_opened"]


@everywhere
def test_what_is_saved_is_sealed_and_comes_back(client, asked, files):
    file = txt()
    response = client.post(asked.url(), {"do": "save", **asked.sent(**COMPLETE, file=file)})
    assert response.status_code == 302
    values = stored(asked)
    assert values.pop("file")["filename"] == "iso.txt"
    assert values == {
        "text": {"text": "Every month, by survey."},
        "number": {"number": "12"},
        "choice": {"choice": "Gold"},
        "yes_no": {"yes": True},
        "quote": {
            "currency": "EUR",
            "lines": [
                {
                    "label": "Service desk",
                    "kind": "per_user",
                    "amount": "40",
                    "period": "month",
                    "rises": True,
                }
            ],
        },
    }
    row = StoredFile.objects.get()
    assert (row.filename, row.content_type, row.is_sealed) == (
        "sealed",
        "application/octet-stream",
        True,
    )
    assert b"certificate" not in content_of(row)
    in_rows = json.dumps(list(ProposalAnswer.objects.values("value", "version")), default=str)
    in_trail = json.dumps(list(LogEntry.objects.values("before", "after", "target_name")))
    sealed = b"".join(bytes(one) for one in ProposalAnswer.objects.values_list("sealed", flat=True))
    for secret in ("survey", "Gold", "Service desk", "iso.txt"):
        assert secret not in in_rows + in_trail
        assert secret.encode() not in sealed
    page = client.get(asked.url())
    for words in ("Every month, by survey.", "iso.txt", 'value="Service desk"', "6 of 6 answered"):
        assertContains(page, words)
    assert verbs() == ["proposal.started"]


@everywhere
def test_each_answer_saves_itself_and_only_that(client, asked):
    one = post(client, asked, "autosave", **asked.sent(number="7 people"))
    assert one.status_code == 200
    assertContains(one, f'name="{asked.name("number")}-shown" value="{mark_of({"number": "7"})}"')
    assertContains(one, "1 of 6 answered, 4 to do")
    wrong = post(client, asked, "autosave", **asked.sent(number="many", text="ok"))
    assertContains(wrong, "“many”: This isn&#x27;t a number.", status_code=422)
    assert stored(asked) == {"number": {"number": "7"}, "text": {"text": "ok"}}
    empty = post(
        client, asked, "autosave", **asked.sent({"number": mark_of({"number": "7"})}, number="")
    )
    assert empty.status_code == 200
    assert stored(asked) == {"text": {"text": "ok"}}


@everywhere
def test_two_at_once_nothing_is_lost_silently(client, asked):
    post(client, asked, "autosave", **asked.sent(text="hers", number="3"))
    # The other tab shows nothing yet; there only the choice and, knowing nothing of hers, the text are typed.
    second = post(client, asked, "save", **asked.sent(text="his", number="", choice="Gold"))
    assertContains(second, "It now says:", status_code=409)
    assertContains(second, "hers", status_code=409)
    assertContains(second, "his</textarea>", status_code=409)
    assert stored(asked) == {
        "text": {"text": "hers"},
        "number": {"number": "3"},
        "choice": {"choice": "Gold"},
    }
    third = post(
        client, asked, "save", **asked.sent({"text": mark_of({"text": "hers"})}, text="his")
    )
    assert third.status_code == 302
    assert stored(asked)["text"] == {"text": "his"}


@everywhere
def test_a_file_is_replaced_and_removed_and_can_be_read_again(client, asked, files):
    post(client, asked, "autosave", **asked.sent(file=txt()))
    question = asked.questions["file"].pk
    url = asked.url(name="proposal_file", request_question_id=question)
    response = client.get(url)
    assert response.content == b"certificate of Kestrel"
    assert response.headers["Content-Disposition"] == 'attachment; filename="iso.txt"'
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    refused = post(client, asked, "save", **asked.sent(file=txt(b"MZ", "run.exe")))
    assertContains(refused, "is not kept", status_code=422)
    clash = post(client, asked, "autosave", **asked.sent(file=txt(b"another")))
    assert clash.status_code == 409
    mark = mark_of(stored(asked)["file"])
    post(client, asked, "autosave", **asked.sent({"file": mark}, file=txt(b"second", "new.txt")))
    assert stored(asked)["file"]["filename"] == "new.txt"
    assert StoredFile.objects.count() == 1
    mark = mark_of(stored(asked)["file"])
    post(client, asked, "autosave", **asked.sent({"file": mark}, file={"remove": "1"}))
    assert (stored(asked), StoredFile.objects.count()) == ({}, 0)
    assert client.get(url).status_code == 404


@everywhere
def test_handed_in_whole_with_a_receipt_taken_back_and_handed_in_again(client, asked):
    half = post(
        client,
        asked,
        "hand_in",
        **asked.sent(**(COMPLETE | {"text": "", "quote": {"currency": "EUR"}})),
    )
    assertContains(half, "It is not handed in yet", status_code=422)
    assertContains(half, "This needs an answer.", status_code=422)
    assertContains(half, "Add at least one price line.", status_code=422)
    assert Proposal.objects.get().answered_at is None
    marks = {kind: mark_of(value) for kind, value in stored(asked).items()}
    for _ in range(2):  # sent twice
        response = post(
            client, asked, "hand_in", **asked.sent(marks, text="By survey.", quote=PRICES)
        )
        assert response.status_code == 302
    row = Proposal.objects.select_related("proposal_request").get()
    assert row.answered_at is not None
    assert row.receipt_code == receipt_code(kept_values(row))
    mail = OutgoingMail.objects.get(to="carla@kestrel.example")
    assert row.receipt_mail == mail
    assert row.receipt_code in mail.text
    assert "survey" not in mail.text + mail.html
    page = client.get(asked.url())
    assertContains(page, "your proposal is handed in")
    assertContains(page, "By survey.")
    assertContains(page, "Service desk: EUR 40 ")
    assert post(client, asked, "autosave", **asked.sent(text="late thought")).status_code == 410
    assert stored(asked)["text"] == {"text": "By survey."}
    post(client, asked, "take_back")
    assertContains(client.get(asked.url()), "By survey.</textarea>")
    post(client, asked, "hand_in")
    assert verbs() == [
        "proposal.started",
        "proposal.handed_in",
        "proposal.taken_back",
        "proposal.handed_in",
    ]
    assert OutgoingMail.objects.filter(to="carla@kestrel.example").count() == 2


@everywhere
def test_to_the_second_nothing_is_taken_after_the_deadline(client, asked):
    post(client, asked, "hand_in", **asked.sent(**COMPLETE))
    asked.at(timezone.now())
    before = stored(asked)
    for do in ("take_back", "decline", "ask", "hand_in", "save", "reconsider"):
        late = {"do": do, "question": "?", **asked.sent(text="late")}
        response = client.post(asked.url(), late, follow=True)
        assertContains(response, "What you sent just now was not taken.")
    assert post(client, asked, "autosave", **asked.sent(text="late")).status_code == 410
    assert stored(asked) == before
    page = client.get(asked.url())
    assertContains(page, Proposal.objects.get().receipt_code)
    for secret in ("By survey", "Every month", "Service desk", "Take back"):
        assertNotContains(page, secret)
    late = asked.ask("Merlin")
    response = client.get(asked.url(late))
    assertContains(response, "Nothing was handed in by Merlin in time")


@everywhere
def test_declined_with_a_reason_and_reconsidered(client, asked, manager):
    post(client, asked, "save", **asked.sent(text="draft"))
    post(client, asked, "decline", reason="We are full.")
    row = Proposal.objects.get()
    assert (row.declined_at is not None, row.declined_reason) == (True, "We are full.")
    mail = OutgoingMail.objects.get(to=manager.user.email)
    assert "We are full." in mail.text
    assertContains(client.get(asked.url()), "You have declined")
    assert post(client, asked, "save", **asked.sent(text="more")).status_code == 302
    assert stored(asked)["text"] == {"text": "draft"}
    post(client, asked, "reconsider")
    assertContains(client.get(asked.url()), "draft</textarea>")
    assert verbs() == ["proposal.started", "proposal.declined", "proposal.reconsidered"]


@everywhere
def test_a_question_goes_to_us_once_and_only_while_there_is_time(client, asked, manager):
    key = uuid.uuid4()
    for _ in range(2):
        post(client, asked, "ask", question="How many users?\x00", creation_key=key)
    assert RequestAnswer.objects.count() in {0, 1}
    post(client, asked, "ask", question="How many users?", creation_key=key)
    row = RequestAnswer.objects.get()
    assert (row.question, row.proposal_id) == ("How many users?", asked.proposal.pk)
    assert "How many users?" in OutgoingMail.objects.get(to=manager.user.email).text
    assertContains(client.get(asked.url()), "Not answered yet.")
    for number in range(25):
        response = post(
            client, asked, "ask", question=f"Question {number}", creation_key=uuid.uuid4()
        )
    assertContains(response, "You have asked 20 questions", status_code=422)
    assert RequestAnswer.objects.count() == 20
    for other in (asked.ask("Merlin"), Asked(manager, name="Robin").proposal):
        post(client, asked, "ask", other, question="Mine", creation_key=key)  # another page's form
        assert other.asked.get().question == "Mine"
    RequestAnswer.objects.filter(question="Mine").delete()
    ProposalRequest.objects.update(questions_until_on=timezone.localdate() - dt.timedelta(days=1))
    assertContains(client.get(asked.url()), "The time for questions is over.")
    post(client, asked, "ask", question="One more", creation_key=uuid.uuid4())
    assert RequestAnswer.objects.count() == 20


@everywhere
def test_of_others_nothing_can_be_read_or_changed(client, asked, outsider):
    """Question numbers of another request, files of another vendor, links of others, and none at all."""
    other, foreign = asked.ask("Merlin"), Asked(outsider, name="Corvid")
    post(client, asked, "save", **asked.sent(file=txt()))
    foreign_name = foreign.name("text")
    data = {f"{foreign_name}-shown": mark_of({}), foreign_name: "smuggled"}
    assert client.post(asked.url(), {"do": "save", **data}).status_code == 302
    assert (stored(foreign), stored(asked).keys()) == ({}, {"file"})
    question = asked.questions["file"].pk
    for place in ({"request_question_id": question}, {"request_question_id": 10**30}):
        assert client.get(asked.url(other, "proposal_file", **place)).status_code == 404
    gone = client.get("/proposal/" + "x" * 48 + "/")
    withdrawn = asked.url(other)
    Proposal.objects.filter(pk=other.pk).update(revoked_at=timezone.now())
    assert client.get(withdrawn).content == gone.content
    assert client.post(withdrawn, {"do": "save"}).status_code == gone.status_code == 404
    for state in ("withdrawn", "draft"):
        ProposalRequest.objects.filter(pk=asked.request.pk).update(state=state)
        assert client.get(asked.url()).content == gone.content
        assert client.post(asked.url(), {"do": "hand_in"}).status_code == 404


@everywhere
def test_huge_odd_and_broken_input_is_refused_kindly(client, asked, settings):
    long = post(client, asked, "autosave", **asked.sent(text="x" * 10_001))
    assertContains(long, "at most 10,000 can be kept", status_code=422)
    odd = asked.sent(text="\x00\u202e\ud800".encode("utf-8", "replace").decode(), choice="Platinum")
    assertContains(
        post(client, asked, "autosave", **odd), "is none of: Gold, Silver.", status_code=422
    )
    many = {f"{place}-label": "x" for place in range(200)}
    response = post(client, asked, "save", **asked.sent(quote=many))
    assertContains(response, "There can be 30 price lines at most.", status_code=422)
    assert stored(asked) in ({}, {"text": {"text": "?"}})
    post(client, asked, "save", **asked.sent(number="5"))
    settings.SECRET_KEY = "another"  # the site's key was changed: links stop, nothing breaks
    assert client.get(asked.url()).status_code == 404


@everywhere
def test_a_wrong_key_says_so_and_loses_nothing(client, asked):
    post(client, asked, "save", **asked.sent(number="5"))
    ProposalAnswer.objects.update(sealed=b"\x01broken")
    response = client.get(asked.url())
    assertContains(response, "can’t be read right now", status_code=503)
    assert post(client, asked, "save", **asked.sent(number="6")).status_code == 503


@everywhere
def test_the_spreadsheet_goes_out_and_comes_back(client, asked):
    post(client, asked, "save", **asked.sent(text="old", number="3"))
    sheet = client.get(asked.url(name="proposal_sheet"))
    assert sheet.headers["Content-Type"] == XLSX
    workbook = load_workbook(io.BytesIO(sheet.content))
    workbook.active["E2"], workbook.active["E3"], workbook.active["E4"] = (
        "new\nwords",
        "many",
        "Gold",
    )
    workbook.active["E7"], workbook.active["E12"], workbook.active["F12"] = (
        "EUR",
        "Desk",
        "Flat price",
    )
    out = io.BytesIO()
    workbook.save(out)
    upload = SimpleUploadedFile("proposal.xlsx", out.getvalue())
    preview = client.post(asked.url(name="upload_proposal_sheet"), {"file": upload})
    assertContains(preview, "3 answers would change. Nothing is saved yet.")
    assertContains(preview, "E3: “many”: This isn")
    assert stored(asked) == {"text": {"text": "old"}, "number": {"number": "3"}}
    fields = [pair for change in preview.context["changes"] for pair in change["fields"]]
    good = {name: said for name, said in fields if not name.startswith(asked.name("number"))}
    assert client.post(asked.url(), {"do": "save", **good}).status_code == 302
    assert stored(asked) == {
        "text": {"text": "new\nwords"},
        "number": {"number": "3"},
        "choice": {"choice": "Gold"},
        "quote": {"currency": "EUR", "lines": [{"label": "Desk", "kind": "flat", "rises": False}]},
    }
    for name, content in (("x.xlsx", b"%PDF-1.7"), ("x.csv", b"")):
        file = SimpleUploadedFile(name, content)
        response = client.post(asked.url(name="upload_proposal_sheet"), {"file": file})
        assertContains(response, "Not saved yet. Please check:", status_code=422)
    asked.at(timezone.now())
    assert client.get(asked.url(name="proposal_sheet")).status_code == 404
    assert client.post(asked.url(name="upload_proposal_sheet"), {}).status_code == 302


@everywhere
def test_one_of_us_types_in_what_came_on_paper_sealed_as_well(asked, manager):
    values = {asked.questions["text"].pk: Given({"text": "On paper."})}
    with pytest.raises(Incomplete):
        actions.enter_answers(proposal=asked.proposal, given=values, by=manager, hands_in=True)
    assert stored(asked) == {}
    actions.enter_answers(proposal=asked.proposal, given=values, by=manager)
    row = Proposal.objects.get()
    assert (row.entered_by, row.seen_at, row.answered_at) == (manager, None, None)
    assert stored(asked) == {"text": {"text": "On paper."}}
    other = asked.ask("Merlin")
    actions.save_answers(proposal=other, given=values)
    with pytest.raises(Refused, match="has begun to answer"):
        actions.enter_answers(proposal=other, given=values, by=manager)
    withdraw_proposal_link(proposal=other, by=manager)
    with pytest.raises(Refused, match="link was withdrawn"):
        actions.enter_answers(proposal=other, given=values, by=manager)


@everywhere
def test_once_the_vendor_goes_on_nobody_of_us_can_get_hold_of_it(asked, manager):
    """We typed in a first answer; from the vendor's own on, neither entering more nor another address."""
    ours = {asked.questions["text"].pk: Given({"text": "On paper."})}
    theirs = {asked.questions["number"].pk: Given({"number": "12"})}
    actions.enter_answers(proposal=asked.proposal, given=ours, by=manager)
    actions.save_answers(proposal=asked.proposal, given=theirs)
    row = Proposal.objects.get()
    assert row.entered_by is None
    assert row.seen_at is not None
    with pytest.raises(Refused, match="has begun to answer"):
        actions.enter_answers(proposal=row, given=ours, by=manager)
    values = {"name": "Mallory", "email": "mallory@acme.example", "time_zone": ""}
    with pytest.raises(Refused, match="has begun to answer"):
        resend_proposal(proposal=row, values=values, version=row.version, by=manager)
    assert token_of(Proposal.objects.get()) == token_of(asked.proposal)
