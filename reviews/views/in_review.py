"""Agreeing on an action, or noting an issue, while a review is recorded."""

from functools import partial
from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_POST

from accounts.access import MemberRequest, member_view
from accounts.permissions import Perm
from core.editing import save
from core.http import go
from reviews.actions import action_log, issues
from reviews.forms.action_log import AgreedActionForm
from reviews.forms.issues import NotedIssueForm
from reviews.improving_queries import open_of
from reviews.models import Review

PART = "reviews/includes/open_items.html"


@member_view(Perm.REVIEW_EDIT)
@require_POST
def add_agreed_action(request: MemberRequest, review_id: int) -> HttpResponse:
    """The action opens once the review is closed."""
    review = _review(request, review_id)
    form = AgreedActionForm(request.POST, contract=review.contract)
    act = partial(action_log.add_agreed_action, review=review, by=request.member)
    return _answer(request, review, save(form, act), "refused_action")


@member_view(Perm.REVIEW_EDIT)
@require_POST
def add_review_issue(request: MemberRequest, review_id: int) -> HttpResponse:
    """The issue is open at once."""
    review = _review(request, review_id)
    form = NotedIssueForm(request.POST)
    act = partial(issues.add_review_issue, review=review, by=request.member)
    return _answer(request, review, save(form, act), "refused_issue")


def _review(request: MemberRequest, review_id: int) -> Review:
    rows = request.org.review_set.select_related("contract__vendor", "contract__manager__user")
    review: Review = get_object_or_404(rows, pk=review_id)
    review.organization = review.contract.organization = request.org
    return review


def _answer(request: MemberRequest, review: Review, saved: Any, name: str) -> HttpResponse:
    """htmx gets the part with everything that is open; others go back to the review, or see the part
    on a page of its own with what is wrong."""
    if saved.row and not request.htmx:
        return go(request, "reviews:record_review", org=request.org.slug, review_id=review.pk)
    context = {
        "review": review,
        "contract": review.contract,
        "open_items": open_of(review.contract),
        **({"added": saved.row} if saved.row else {name: saved.form}),
        # Of a review that is closed meanwhile there is no form any more to show the reason.
        "items_refusal": "" if review.is_open else " ".join(saved.form.non_field_errors()),
    }
    template = PART if request.htmx else "reviews/open_items.html"
    return render(request, template, context, status=200 if saved.row else 422)
