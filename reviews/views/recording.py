"""Recording a review on one page, closing it, and looking at it afterwards."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from accounts.access import MemberRequest, member_view
from accounts.permissions import Perm
from core.errors import Refused
from core.versions import Stale
from reviews import (
    goals,
    promised,
    recording_page,
    review_rows,
    standing_facts,
    usage,
    vendor_answers,
)
from reviews.actions import closing
from reviews.actions import recording as actions
from reviews.actions.recording import Recorded
from reviews.entries import Outcome
from reviews.forms.recording import PostedReview
from reviews.models import Review
from reviews.recording_page import Sheet
from reviews.review_rows import Prepared
from reviews.views.frame import HISTORY, contract_frame

DETAIL, RECORD = "reviews:review_detail", "reviews:record_review"


def find_review(request: MemberRequest, review_id: int) -> Review:
    """The review with its contract, plan and people, in one query; 404 if it is not this organization's."""
    rows = request.org.review_set.select_related(*review_rows.RELATED)
    review: Review = get_object_or_404(rows, pk=review_id)
    review.organization = review.contract.organization = request.org
    review.contract.vendor.organization = request.org
    return review


def _find_to_save(request: MemberRequest, review_id: int) -> Review:
    """The same with no more than saving needs, which takes a fifth of the time."""
    rows = request.org.review_set.select_related("contract__review_plan")
    review: Review = get_object_or_404(rows, pk=review_id)
    review.organization = review.contract.organization = request.org
    return review


def _to(request: MemberRequest, name: str, review: Review) -> HttpResponse:
    return redirect(name, org=request.org.slug, review_id=review.pk)


@member_view(Perm.REVIEW_VIEW)
def review_detail(request: MemberRequest, review_id: int) -> HttpResponse:
    """A closed review as it was frozen; of an open one how far it is."""
    review = find_review(request, review_id)
    context = {**contract_frame(request, review.contract, HISTORY), "review": review}
    given = review_rows.frozen_given(review)
    if given is None:
        prepared, given = _read(review)
        context |= _prepared(review, prepared)
    else:
        context["usage"] = usage.of_review(review)
        context["agreed"] = review_rows.agreed_in(review)
        context["goals_told"] = goals.told(given["goals"], review.last_on)
        context["promises_told"] = promised.told(given["promises"])
    context["sheet"] = recording_page.sheet_of(review, given)
    context["given"] = given
    context["may_edit"] = request.member.can(Perm.REVIEW_EDIT)
    return render(request, "reviews/review_detail.html", context)


def _read(review: Review) -> tuple[Prepared, dict[str, Any]]:
    today = timezone.localdate()  # in the organization's time zone; see member_view
    prepared = review_rows.prepare(review, today)
    return prepared, review_rows.given_of(review, prepared, today)


def _prepared(review: Review, prepared: Prepared) -> dict[str, Any]:
    """What the parts of the page that others own need, by the names they use."""
    return {
        "measured": prepared.measured,
        "measured_review": review.pk,
        "surveyed": prepared.surveyed,
        "open_items": prepared.open_items,
        "goals": prepared.goals,
        "promises": prepared.promises,
        "usage": usage.of_review(review, prepared.history, prepared.measures.versions),
        "vendor_answers": vendor_answers.of_review(review, prepared.said, prepared.ours),
    }


# Recording ------------------------------------------------------------------------------------------


@member_view(Perm.REVIEW_EDIT)
def record_review(request: MemberRequest, review_id: int) -> HttpResponse:
    """The page of the five minutes. Its script posts it again and again (`autosave`) and gets the parts
    that changed; without one there is a button."""
    if request.method != "POST":
        review = find_review(request, review_id)
        return _page(request, review) if review.is_open else _to(request, DETAIL, review)
    review = _find_to_save(request, review_id)
    posted, recorded = _save(request, review)
    if recorded is None:
        return _not_open(request, review)
    if request.POST.get("autosave"):
        return _saved_parts(request, posted, recorded)
    if recorded.outcome.refused:
        return _page(request, find_review(request, review_id), posted, recorded.outcome)
    messages.success(request, "Saved. The review stays open until you close it.")
    return _to(request, RECORD, review)


def _save(request: MemberRequest, review: Review) -> tuple[PostedReview, Recorded | None]:
    """Store what was posted; nothing recorded if the review is not open any more."""
    posted = PostedReview(request.POST)
    try:
        recorded = actions.record_review(
            review=review, marks=posted.marks, texts=posted.texts, by=request.member
        )
    except Refused as error:
        messages.error(request, str(error))
        return posted, None
    recorded.outcome.refused |= posted.refused
    return posted, recorded


def _not_open(request: MemberRequest, review: Review) -> HttpResponse:
    """Somebody closed it meanwhile: the script is told to go there as well."""
    if request.POST.get("autosave"):
        return HttpResponse(status=410)
    return _to(request, DETAIL, review)


def _status(outcome: Outcome) -> int:
    """409 if somebody else was quicker with something, 422 if something can't be stored, else 200."""
    if any(isinstance(why, Stale) for why in outcome.refused.values()):
        return 409
    return 422 if outcome.refused else 200


def _sheet(
    review: Review, given: dict[str, Any], posted: PostedReview | None, outcome: Outcome | None
) -> Sheet:
    sheet = recording_page.sheet_of(review, given)
    if posted and outcome:
        recording_page.put_back(sheet, posted.raw, outcome.refused, posted.shown)
    return sheet


def _page(
    request: MemberRequest,
    review: Review,
    posted: PostedReview | None = None,
    outcome: Outcome | None = None,
    refusal: str = "",
) -> HttpResponse:
    prepared, given = _read(review)
    context = {
        **contract_frame(request, review.contract, HISTORY),
        **_prepared(review, prepared),
        "review": review,
        "sheet": _sheet(review, given, posted, outcome),
        "refusal": refusal,
    }
    status = _status(outcome) if outcome else 200
    return render(request, "reviews/record_review.html", context, status=status)


def _saved_parts(request: MemberRequest, posted: PostedReview, recorded: Recorded) -> HttpResponse:
    """For the script: the state of every field that was sent, those anew that others changed, and what
    follows from the marks if they changed. Only for fields that are drawn anew everything is read again."""
    review, marked, outcome = recorded.review, recorded.marked, recorded.outcome
    anew = {*outcome.fresh, posted.dropped} - {""}
    if anew:
        review = find_review(request, review.pk)
        given = _read(review)[1]
    elif outcome.weighs:
        given = standing_facts.given_for_standing(review, marked, timezone.localdate())
    else:
        given = standing_facts.given_of_marks(review, marked)
    sheet = _sheet(review, given, posted, outcome)
    context = {
        "review": review,
        "sheet": sheet,
        "changed": [row for row in sheet.rows if row.key in anew],
        "kept": [row for row in sheet.rows if row.key in posted.raw and row.key not in anew],
        "weighs": bool(anew) or outcome.weighs,
    }
    return render(request, "reviews/record_saved.html", context, status=_status(outcome))


@member_view(Perm.REVIEW_EDIT)
@require_POST
def close_review(request: MemberRequest, review_id: int) -> HttpResponse:
    """Save what the page holds, then freeze it; or say what is missing, at its place."""
    review = _find_to_save(request, review_id)
    if review.is_closed:
        return _to(request, DETAIL, review)
    posted, recorded = _save(request, review)
    if recorded is None:
        return _not_open(request, review)
    outcome = recorded.outcome
    refusal = "Not closed yet: something was not saved. It is marked below."
    if not outcome.refused:
        try:
            closed = closing.close_review(review=review, by=request.member)
        except Refused as error:
            refusal = str(error)
            outcome.refused[error.field or ""] = error
        else:
            label = recording_page.standing_words(closed.standing).label
            messages.success(request, f"The review is closed. Standing: {label}.")
            return _to(request, DETAIL, review)
    return _page(request, find_review(request, review_id), posted, outcome, refusal)
