"""The one-page result of a review: as page, as PDF, and who gets it by mail."""

from functools import partial
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_POST

from accounts.access import MemberRequest, member_view
from accounts.permissions import Perm
from core.editing import save
from core.errors import Refused
from core.exports import attached
from core.http import go, page
from reviews.actions import results as actions
from reviews.forms.results import RecipientsForm
from reviews.models import Review
from reviews.recipients import list_version, possible, usual_members
from reviews.result_page import BrokenRecord, read_result
from reviews.views.frame import HISTORY, contract_frame

RELATED = (
    "contract__vendor",
    "contract__manager__user",
    "contract__counterpart",
    "reviewer__user",
    "closed_by__user",
    "record",
    "report_job__file",
)
NOT_THERE = "There is no PDF yet. Have it made on this page."


def _review(request: MemberRequest, review_id: int) -> Review:
    """The review with its contract, vendor and record, in one query."""
    rows = request.org.review_set.select_related(*RELATED).defer("report_job__file__data")
    review: Review = get_object_or_404(rows, pk=review_id)
    review.organization = review.contract.organization = request.org
    review.contract.vendor.organization = request.org
    return review


def _report(request: MemberRequest, review: Review) -> HttpResponse:
    return go(request, "reviews:review_report", org=request.org.slug, review_id=review.pk)


@member_view(Perm.REVIEW_VIEW)
def review_report(request: MemberRequest, review_id: int) -> HttpResponse:
    """The result on one page, then what stays inside; the PDF is asked for here."""
    review = _review(request, review_id)
    context: dict[str, Any] = {
        **contract_frame(request, review.contract, HISTORY),
        "review": review,
        "job": review.report_job,
        "working": review.report_job is not None and not review.report_job.ended,
    }
    if request.htmx:
        return page(request, "reviews/review_report.html", context, part="pdf")
    if review.is_closed:
        try:
            context["result"] = read_result(review)
        except BrokenRecord as error:
            messages.error(request, str(error))
            return go(request, review.get_absolute_url())
        context["recipients"] = _recipients(review)
    return page(request, "reviews/review_report.html", context)


def _recipients(review: Review) -> list[Any]:
    rows = review.recipients.select_related("member__user", "contact", "mail")
    return list(rows.order_by("pk"))


@member_view(Perm.REVIEW_VIEW)
@require_POST
def ask_review_report(request: MemberRequest, review_id: int) -> HttpResponse:
    """Have the PDF made; anybody who may read the result may."""
    review = _review(request, review_id)
    try:
        actions.ask_for_report(review=review, by=request.member)
    except Refused as error:
        messages.error(request, str(error))
    return _report(request, review)


@member_view(Perm.REVIEW_VIEW)
def review_report_file(request: MemberRequest, review_id: int) -> HttpResponse:
    """The PDF that was made last."""
    review = _review(request, review_id)
    made = getattr(review.report_job, "file", None)
    if made is None:
        messages.info(request, NOT_THERE)
        return _report(request, review)
    return attached(bytes(made.data), made.content_type, made.filename)


@member_view(Perm.REVIEW_EDIT)
def choose_recipients(request: MemberRequest, review_id: int) -> HttpResponse:
    """Who gets the result when the review is closed; of a closed one, who gets it as well."""
    review = _review(request, review_id)
    people, chosen = possible(review), _recipients(review)
    form = RecipientsForm(
        request.POST if request.method == "POST" else None,
        possible=people,
        initial=_initial(review, chosen),
    )
    act = partial(actions.choose_recipients, review=review, by=request.member)
    saved = save(form, lambda values, version: act(**values, version=version), compare=_compare)
    if saved.row:
        words = (
            "The result goes to those who did not have it yet." if review.is_closed else "Saved."
        )
        messages.success(request, words)
        return go(request, _back(review))
    context = {
        **contract_frame(request, review.contract, HISTORY),
        **saved.context,
        "review": review,
        "sent": [row for row in chosen if row.mail_id],
        "back": _back(review),
    }
    return page(request, "reviews/choose_recipients.html", context, status=saved.status)


def _compare(form: Any, stored: Any) -> list[tuple[str, str, str]]:
    people = [*form.cleaned_data["members"], *form.cleaned_data["contacts"]]
    mine = ", ".join(person.name for person in people)
    return [("Who gets the result", ", ".join(stored.recipients), mine)]


def _back(review: Review) -> str:
    """Where people are named: in the middle of recording, or on the result."""
    name = "record_review" if review.is_open else "review_report"
    return reverse(f"reviews:{name}", args=[review.organization.slug, review.pk])


def _initial(review: Review, chosen: list[Any]) -> dict[str, Any]:
    """Who is on the list; before anybody said so, whoever would get it."""
    version = list_version(chosen)
    if not chosen:
        usual = [member.pk for member in usual_members(review)]
        return {"members": usual, "contacts": [], "version": version}
    return {
        "version": version,
        "members": [row.member_id for row in chosen if row.member_id],
        "contacts": [row.contact_id for row in chosen if row.contact_id],
    }
