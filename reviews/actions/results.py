"""The one-page result: who gets it, sending it, and its PDF (made by reviews/result_tasks.py)."""

import datetime as dt
from collections.abc import Sequence
from types import SimpleNamespace

from django.db import transaction
from django.template.loader import render_to_string
from django.utils import timezone

from accounts.models import Membership
from activity import log
from activity.actions import queue_mail
from activity.actions import reports as papers
from activity.actions.mail import attach_file
from activity.models import Job, OutgoingMail
from core import jobs
from core.errors import Refused
from core.pdf import to_pdf
from core.versions import Stale, lock
from reviews.models import Review, ReviewRecipient
from reviews.recipients import (
    Key,
    address_of,
    key_of,
    list_version,
    possible,
    usual_members,
)
from reviews.result_mail import result_mail
from reviews.result_page import Result, read_result
from vendors.models import Contact

JOB_KIND = "review_report"
TASK = "reviews.result_tasks.make_review_report"
WAITS = dt.timedelta(minutes=3)
"""So long a mail waits for its PDF; then it goes without."""
NOT_CLOSED = "This review is not closed yet, so there is no result to send."


@transaction.atomic
def choose_recipients(
    *,
    review: Review,
    members: Sequence[Membership],
    contacts: Sequence[Contact],
    version: int,
    by: Membership,
) -> list[ReviewRecipient]:
    """Say who gets the result. Of a closed review: it goes to those who did not get it yet; whom it was
    sent to stays on the list. `version`: of the list as it was shown (recipients.list_version)."""
    row = _lock(review)
    _check_chosen(row, members, contacts)
    before, stored = _names(row), list(row.recipients.order_by("pk"))
    wanted: set[Key] = {("member", person.pk) for person in members}
    wanted |= {("contact", person.pk) for person in contacts}
    if version != list_version(stored) and wanted != {key_of(found) for found in stored}:
        raise Stale(SimpleNamespace(version=list_version(stored), recipients=before))
    for recipient in stored:
        key = key_of(recipient)
        if key not in wanted and recipient.mail_id is None:
            recipient.delete()
        wanted.discard(key)
    for kind, pk in sorted(wanted, key=str):
        ReviewRecipient.objects.create(
            organization_id=row.organization_id, review=row, **{f"{kind}_id": pk}
        )
    after = _names(row)
    if after != before:
        log.record(
            by=by,
            verb="review.recipients_chosen",
            target=row,
            before={"recipients": before},
            after={"recipients": after},
        )
    if row.is_closed:
        send_result(review=row, by=by)
    return list(row.recipients.all())


@transaction.atomic
def send_result(*, review: Review, by: Membership) -> list[OutgoingMail]:
    """Send the result to everybody on the list who has not got it, with its PDF; sent twice, it goes once.

    Without a list it goes to whoever runs the contract and whoever holds the review. The mails wait
    some minutes for the PDF.
    """
    row = _lock(review)
    if not row.is_closed:
        raise Refused(NOT_CLOSED)
    recipients = _waiting(row) if row.recipients.exists() else _usual(row)
    if not recipients:
        return []
    result, mails = read_result(row), []
    until = timezone.now() + WAITS
    for recipient in recipients:
        letter = result_mail(result, recipient)
        mail = queue_mail(
            to=letter["to"],
            subject=letter["subject"],
            text=letter["text"],
            html=letter["html"],
            key=f"review-result:{row.pk}:{'-'.join(map(str, key_of(recipient)))}",
            not_before=until,
        )
        ReviewRecipient.objects.filter(pk=recipient.pk).update(mail=mail)
        mails.append(mail)
    log.record(
        by=by, verb="review.result_sent", target=row, after={"to": [mail.to for mail in mails]}
    )
    _have_pdf_made(row, by)
    return mails


@transaction.atomic
def ask_for_report(*, review: Review, by: Membership) -> Job:
    """Have the PDF made (again); while one is being made, that is the one."""
    row = _lock(review)
    if not row.is_closed:
        raise Refused(NOT_CLOSED)
    return _have_pdf_made(row, by)


def make_report(*, review: Review, job: Job) -> None:
    """Make the PDF of one job, and send the mails that wait for it. Called twice, the second call finds
    the job taken."""
    file = papers.make_file(
        job=job, filename=f"review-{review.pk}.pdf", write=lambda: _pdf(read_result(review))
    )
    if file is not None:
        attach_file(mails=_waiting_mails(review), file=file)


def _lock(review: Review) -> Review:
    rows = Review.objects.select_related(
        "organization",
        "contract__vendor",
        "contract__organization",
        "contract__manager__user",
        "reviewer__user",
        "report_job",
        "record",
    )
    return lock(rows, review.pk)


def _check_chosen(row: Review, members: Sequence[Membership], contacts: Sequence[Contact]) -> None:
    if not (row.is_open or row.is_closed):
        raise Refused("This review was not held, so there is no result to send.")
    if not members and not contacts:
        raise Refused("Choose at least one person.", field="members")
    allowed = possible(row)
    if not {person.pk for person in members} <= {person.pk for person in allowed.members}:
        raise Refused("Choose people of the list.", field="members")
    if not {person.pk for person in contacts} <= {person.pk for person in allowed.contacts}:
        raise Refused("Choose people of the list.", field="contacts")


def _names(review: Review) -> list[str]:
    rows = review.recipients.select_related("member__user", "contact").order_by("pk")
    return [address_of(recipient)[0] for recipient in rows]


def _waiting(review: Review) -> list[ReviewRecipient]:
    """Those who have not got it, and can be written to."""
    rows = review.recipients.filter(mail=None).select_related("member__user", "contact")
    return [row for row in rows.order_by("pk") if address_of(row)[1]]


def _usual(review: Review) -> list[ReviewRecipient]:
    return [
        ReviewRecipient.objects.create(
            organization_id=review.organization_id, review=review, member=member
        )
        for member in usual_members(review)
    ]


def _have_pdf_made(review: Review, by: Membership) -> Job:
    job, is_new = papers.start_report(kind=JOB_KIND, last=review.report_job, by=by)
    if is_new:
        Review.objects.filter(pk=review.pk).update(report_job=job)
        jobs.wake(TASK, review.pk)
    return job


def _waiting_mails(review: Review) -> list[int]:
    rows = review.recipients.exclude(mail=None)
    return list(rows.filter(mail__sent_at=None).values_list("mail_id", flat=True))


def _pdf(result: Result) -> bytes:
    review = result.review
    context = {
        "result": result,
        "review": review,
        "contract": review.contract,
        "request": SimpleNamespace(org=review.organization),
    }
    with timezone.override(review.organization.time_zone):
        return to_pdf(
            render_to_string("reviews/review_report_pdf.html", context), page_two="after-page-one"
        )
