"""A closed review's frozen record: is it still what was recorded, and the record as a file."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render

from accounts.access import MemberRequest, member_view
from accounts.permissions import Perm
from activity.verifying import MOST_SHOWN, envelope_of
from core.http import json_file
from reviews.models import Review
from reviews.verifying import verify
from reviews.views.frame import HISTORY, contract_frame
from reviews.views.recording import find_review


def _not_frozen(request: MemberRequest, review: Review) -> HttpResponse | None:
    """Back to the review where there is no record to look at. One that has a record can be verified, whatever
    the database says of it now."""
    if review.is_closed or review.record_id:
        return None
    messages.info(request, "This review is not closed, so there is no record of it yet.")
    return redirect("reviews:review_detail", org=request.org.slug, review_id=review.pk)


@member_view(Perm.REVIEW_VIEW)
def verify_review(request: MemberRequest, review_id: int) -> HttpResponse:
    """Compute everything again from the record and compare; changes nothing."""
    review = find_review(request, review_id)
    answer = _not_frozen(request, review)
    if answer:
        return answer
    context = {
        **contract_frame(request, review.contract, HISTORY),
        "review": review,
        "record": review.record,
        "verification": verify(review),
        "most_shown": f":{MOST_SHOWN}",
    }
    return render(request, "reviews/verify_review.html", context)


@member_view(Perm.REVIEW_VIEW)
def export_review_record(request: MemberRequest, review_id: int) -> HttpResponse:
    """The record as a file that `manage.py verify_record` checks without a database."""
    review = find_review(request, review_id)
    answer = _not_frozen(request, review)
    if answer:
        return answer
    if review.record is None:
        raise Http404
    name = f"review-{review.pk}-record-{review.record.number}.json"
    return json_file(envelope_of(review.record), name)
