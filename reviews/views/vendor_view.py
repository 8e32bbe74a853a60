"""Asking the vendor about a review by a private link, and taking that back."""

from functools import partial
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.views.decorators.http import require_POST

from accounts.access import MemberRequest, member_view
from accounts.permissions import Perm
from core.editing import save
from core.http import go, page
from reviews.actions import vendor_view as actions
from reviews.forms.vendor_view import LONGEST, AskVendorForm
from reviews.models import Review, VendorView
from reviews.vendor_answers import of_review
from reviews.views.frame import HISTORY, contract_frame

NEW_LINK = "vendor_link"
RELATED = (
    "contract__vendor",
    "contract__manager__user",
    "contract__counterpart",
    "reviewer__user",
    "vendor_view__mail",
    "vendor_view__asked_by__user",
)


def _review(request: MemberRequest, review_id: int) -> Review:
    review: Review = get_object_or_404(
        request.org.review_set.select_related(*RELATED), pk=review_id
    )
    review.organization = review.contract.organization = request.org
    review.contract.vendor.organization = request.org
    return review


def _here(request: MemberRequest, review: Review) -> HttpResponse:
    return go(request, "reviews:ask_vendor", org=request.org.slug, review_id=review.pk)


@member_view(Perm.REVIEW_EDIT)
def ask_vendor(request: MemberRequest, review_id: int) -> HttpResponse:
    """Whom to ask, until when, and what he sees; and the one-time sight of a new link."""
    review = _review(request, review_id)
    answers = of_review(review)
    contacts = review.contract.vendor.contacts.exclude(email="").main_first()
    form = AskVendorForm(
        request.POST if request.method == "POST" else None,
        contacts=contacts,
        initial=_initial(review, answers.view),
    )
    act = partial(actions.ask_vendor, review=review, by=request.member)
    saved = save(form, act, compare=lambda form, stored: [])
    if saved.row:
        _, url = saved.row
        request.session[NEW_LINK] = {"review": review.pk, "url": url}
        return _here(request, review)
    link = request.session.get(NEW_LINK) or {}
    context = {
        **contract_frame(request, review.contract, HISTORY),
        **saved.context,
        "review": review,
        "vendor_answers": answers,
        "new_link": link.get("url", "") if link.get("review") == review.pk else "",
        "nobody": not contacts,
        "mail_stays_here": settings.EMAIL_BACKEND.endswith("filebased.EmailBackend"),
    }
    response = page(request, "reviews/ask_vendor.html", context, status=saved.status)
    request.session.pop(NEW_LINK, None)
    return response


def _initial(review: Review, view: VendorView | None) -> dict[str, Any]:
    """As it was the last time; at first the contract's counterpart, until a while after it is due."""
    today = timezone.localdate()
    until = min(max(review.due_on, today) + actions.ANSWERS_FOR, today + LONGEST)
    if view is None:
        return {"contact": review.contract.counterpart_id, "until_on": until, "version": 1}
    return {
        "contact": view.contact_id,
        "until_on": view.until_on if view.until_on > today else until,
        "shows_marks": view.shows_marks,
        "version": view.version,
    }


@member_view(Perm.REVIEW_EDIT)
@require_POST
def revoke_vendor_link(request: MemberRequest, review_id: int) -> HttpResponse:
    """The link stops working; what was handed in stays."""
    review = _review(request, review_id)
    if actions.revoke_link(review=review, by=request.member):
        messages.success(request, "The link does not work any more.")
    return _here(request, review)
