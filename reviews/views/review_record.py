"""A closed review's frozen record: is it still what was recorded, and the record as a file."""

from django.http import Http404, HttpResponse
from django.shortcuts import render

from accounts.access import MemberRequest, member_view
from accounts.permissions import Perm
from activity.verifying import MOST_SHOWN, envelope_of
from core.http import json_file
from reviews.models import Review
from reviews.verifying import verify
from reviews.views.frame import HISTORY, contract_frame
from reviews.views.recording import find_review


def _frozen(request: MemberRequest, review_id: int) -> Review:
    review = find_review(request, review_id)
    if not review.is_closed:
        raise Http404
    return review


@member_view(Perm.REVIEW_VIEW)
def verify_review(request: MemberRequest, review_id: int) -> HttpResponse:
    """Compute everything again from the record and compare; changes nothing."""
    review = _frozen(request, review_id)
    context = {
        **contract_frame(request, review.contract, HISTORY),
        "review": review,
        "record": review.record,
        "verification": verify(review),
        "most_shown": f":{MOST_SHOWN}",
    }
    return render(request, "reviews/verify_review.html", context)


@member_view(Perm.REVIEW_VIEW)
def export_record(request: MemberRequest, review_id: int) -> HttpResponse:
    """The record as a file that `manage.py verify_record` checks without a database."""
    review = _frozen(request, review_id)
    if review.record is None:
        raise Http404
    name = f"review-{review.pk}-record-{review.record.number}.json"
    return json_file(envelope_of(review.record), name)
