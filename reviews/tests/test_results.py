"""The one-page result: told from the record, mailed with its PDF to those named, once."""

import datetime as dt
import io
from decimal import Decimal

import pypdf
import pytest
from django.core import mail as outbox
from django.utils import timezone

from activity.actions import deliver_mail
from activity.models import Job, JobFile, OutgoingMail
from core.tenancy import ALL, organization_scope
from reviews import result_tasks
from reviews.actions import results
from reviews.actions.closing import close_review
from reviews.models import (
    CorrectiveAction,
    Measurement,
    Review,
    ReviewRecipient,
    ServiceCredit,
)
from reviews.tests import review_case, survey_case
from vendors.models import Contact


@pytest.fixture
def review(acme, manager, owner) -> Review:
    """The quarter that is over, with all that a result tells; not closed yet."""
    contract = review_case.running(manager, owner)
    found = review_case.review_of(contract)
    review_case.mark(found, "Quality", "2", manager, comment="Between us")
    review_case.mark(found, "Cost", "5", manager)
    review_case.mark(found, "Insured", "0", manager)
    with organization_scope(ALL):
        level = contract.terms_versions.get(number=1).service_levels.get()
        Measurement.objects.create(
            organization=acme,
            contract=contract,
            level=level,
            lineage=level.lineage,
            first_on=found.first_on,
            last_on=found.first_on + dt.timedelta(days=27),
            value=Decimal("98.7"),
            met=False,
            by=manager,
        )
        CorrectiveAction.objects.create(
            organization=acme,
            contract=contract,
            review=found,
            title="Ask before closing",
            side="vendor",
            state="agreed",
            due_on=dt.date(2030, 5, 1),
            created_by=manager,
        )
        Review.objects.filter(pk=found.pk).update(
            agreements="We meet monthly.", minutes="Between us: they were late.", version=2
        )
    return found


@organization_scope(ALL)
def close(review: Review, by) -> Review:
    close_review(review=review, by=by)
    rows = Review.objects.select_related("organization", "contract__vendor", "report_job")
    return rows.get(pk=review.pk)


@organization_scope(ALL)
def mails() -> list[OutgoingMail]:
    return list(OutgoingMail.objects.filter(key__startswith="review-result:").order_by("pk"))


def page_of(review: Review, part: str = "report/") -> str:
    return f"{review_case.AREA}{review.pk}/{part}"


INSIDE = ["Between us"]
SAID = [
    "In trouble",
    "The vendor does not pass “Insured”, which is a must.",
    "64.0 of 100 points",
    "Cost: 100.0 points",
    "Insured: failed",
    "Quality: 40.0 points",
    "Availability of the desk",
    "98.7\N{NO-BREAK SPACE}%",
    "Ask before closing: Northwind, by",
    "We meet monthly.",
]


def test_closing_sends_one_page_with_its_pdf_to_whoever_runs_the_contract(
    review, manager, viewer, client
):
    closed = close(review, manager)
    [mail] = mails()
    assert mail.to == "mia@acme.example"
    assert mail.due_at > timezone.now()  # it waits for the PDF
    assert deliver_mail(mail_id=mail.pk) is False
    client.force_login(viewer.user)
    page = client.get(page_of(review))
    plain = page.text.replace("&amp;", "&")
    for words in SAID:
        assert words in mail.text, words
        assert words in mail.html, words
        assert words in plain, words
    for words in INSIDE:
        assert words not in mail.text + mail.html + page.text
    assert page_of(review) in mail.text
    assert "The PDF is being made" in page.text
    result_tasks.make_review_report(review.pk)
    result_tasks.make_review_report(review.pk)
    assert deliver_mail(mail_id=mail.pk) is True
    [sent] = outbox.outbox
    [(name, data, kind)] = sent.attachments
    assert (name, kind) == (f"review-{review.pk}.pdf", "application/pdf")
    pages = pypdf.PdfReader(io.BytesIO(data)).pages
    told = " ".join(pages[0].extract_text().split())
    assert len(pages) == 1
    assert "Insured: failed" in told
    assert closed.record is not None
    assert f"record {closed.record.number}" in told
    part = client.get(page_of(review), headers={"HX-Request": "true"})
    assert "Download the PDF" in part.text
    assert "<h1" not in part.text
    made = client.get(page_of(review, "report/file/"))
    assert (made.content, made["Content-Type"]) == (data, "application/pdf")
    with organization_scope(ALL):
        assert results.send_result(review=closed, by=manager) == []
    assert len(mails()) == 1


def test_the_result_stays_what_it_was(
    review, manager, viewer, client, django_assert_max_num_queries
):
    close(review, manager)
    client.force_login(viewer.user)
    client.get(page_of(review))
    with organization_scope(ALL):
        Measurement.objects.update(value=Decimal(100), met=True)
        CorrectiveAction.objects.update(title="Something else")
    with django_assert_max_num_queries(12):
        page = client.get(page_of(review))
    assert "98.7\N{NO-BREAK SPACE}%" in page.text
    assert "Ask before closing" in page.text


def test_those_named_get_it_and_others_can_be_added_later(review, acme, manager, owner, client):
    with organization_scope(ALL):
        kim = Contact.objects.create(
            organization=acme, vendor=review.contract.vendor, name="Kim", email="kim@n.example"
        )
        other = review.contract.vendor.__class__.objects.create(organization=acme, name="Other")
        foreign = Contact.objects.create(
            organization=acme, vendor=other, name="Zoe", email="zoe@o.example"
        )
    client.force_login(manager.user)
    path = page_of(review, "recipients/")
    nobody = {"version": client.get(path).context["form"]["version"].value()}
    assert client.post(path, nobody).status_code == 422
    assert client.post(path, {**nobody, "contacts": [foreign.pk]}).status_code == 422
    body = {**nobody, "members": [owner.pk], "contacts": [kim.pk]}
    assert client.post(path, body).status_code == 302
    assert client.post(path, body).status_code == 302  # sent twice
    stale = client.post(path, {**nobody, "members": [manager.pk]})
    assert stale.status_code == 409
    assert "Kim, Olga" in stale.text
    assert mails() == []
    close(review, manager)
    assert {mail.to for mail in mails()} == {"olga@acme.example", "kim@n.example"}
    [theirs] = [mail for mail in mails() if mail.to == "kim@n.example"]
    assert "/o/acme/" not in theirs.text + theirs.html  # no account, no link
    both = {"members": [owner.pk, manager.pk]}
    both["version"] = client.get(path).context["form"]["version"].value()
    assert client.post(path, both).status_code == 302
    assert [mail.to for mail in mails()][2:] == ["mia@acme.example"]
    with organization_scope(ALL):
        assert ReviewRecipient.objects.filter(contact=kim).exists()  # it was sent to Kim
    both["version"] = client.get(path).context["form"]["version"].value()
    assert client.post(path, both).status_code == 302
    assert len(mails()) == 3


def test_before_it_is_closed_there_is_nothing_to_send_or_print(review, manager, viewer, client):
    client.force_login(viewer.user)
    assert "There is no result yet" in client.get(page_of(review)).text
    page = client.post(page_of(review, "report/ask/"), follow=True)
    assert "not closed yet" in page.text
    assert client.get(page_of(review, "report/file/")).status_code == 302
    assert client.get(page_of(review, "recipients/")).status_code == 403
    with organization_scope(ALL):
        assert Job.objects.count() == 0


def test_a_report_whose_worker_died_is_given_up_and_its_mail_goes_without(review, manager):
    close(review, manager)
    with organization_scope(ALL):
        long_ago = timezone.now() - dt.timedelta(minutes=20)
        Job.objects.update(state=Job.State.RUNNING, created_at=long_ago)
    result_tasks.resume_review_reports()
    with organization_scope(ALL):
        assert Job.objects.get().state == Job.State.FAILED
    [mail] = mails()
    assert deliver_mail(mail_id=mail.pk, now=timezone.now() + results.WAITS) is True
    assert outbox.outbox[0].attachments == []
    with organization_scope(ALL):
        results.ask_for_report(review=review, by=manager)
        Job.objects.filter(state=Job.State.WAITING).update(created_at=long_ago)
    result_tasks.resume_review_reports()  # a wake-up that got lost
    with organization_scope(ALL):
        assert JobFile.objects.count() == 1


def test_the_watermelon_alarm_and_what_people_say_go_out_with_the_result(
    review, manager, viewer, client
):
    with organization_scope(ALL):
        Measurement.objects.update(value=Decimal(100), met=True)
    survey_case.told(review.contract, manager, good=1, bad=4, back=1)
    closed = close(review, manager)
    client.force_login(viewer.user)
    page = client.get(page_of(review)).text
    [mail] = mails()
    result_tasks.make_review_report(review.pk)
    with organization_scope(ALL):
        data = bytes(JobFile.objects.get(job=Review.objects.get(pk=closed.pk).report_job).data)
    pdf = " ".join(pypdf.PdfReader(io.BytesIO(data)).pages[0].extract_text().split())
    for words in (
        "Watermelon: every service level that was measured is met, and yet people are not satisfied.",
        "Employees: about 20 % of those who answered are satisfied (The help desk)",
    ):
        for where in (page, mail.text, mail.html, pdf):
            assert words in where


def test_credits_of_the_period_stand_on_its_review_before_and_after_it_is_closed(
    review, manager, client
):
    with organization_scope(ALL):
        missed = Measurement.objects.get()
        usual = {"organization": review.organization, "contract": review.contract}
        credit = {"percent": 5, "price": 100, "amount": 5, "currency": "EUR"}
        ServiceCredit.objects.create(**usual, **credit, measurement=missed)
    client.force_login(manager.user)
    words = (
        "EUR\N{NO-BREAK SPACE}5 (5\N{NO-BREAK SPACE}%) for Availability of the desk: can be claimed"
    )
    for part in ("record/", ""):
        assert words in client.get(page_of(review, part)).text
    close(review, manager)
    for part in ("", "report/"):
        assert words in client.get(page_of(review, part)).text
    listed = client.get(f"{review_case.AREA}credits/?of={review.contract_id}&state=all")
    assert "EUR\N{NO-BREAK SPACE}5" in listed.text
