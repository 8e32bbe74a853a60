"""From a review to an amendment of the contract in one step."""

import uuid

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.http import require_POST

from accounts.access import MemberRequest, member_view
from accounts.permissions import Perm
from contracts.actions.amendments import OPEN
from core.errors import Refused
from core.http import go
from reviews.actions import amending as actions
from reviews.models import Review


@member_view(Perm.CONTRACT_EDIT)
@require_POST
def amend_from_review(request: MemberRequest, review_id: int) -> HttpResponse:
    """Begin the amendment and go to the terms that it changes; where one is open already, to that one."""
    review = _find_review(request, review_id)
    contract = review.contract
    open_one = contract.amendments.filter(stage__in=OPEN).first()
    if open_one:
        messages.info(
            request, "An amendment is open already. Change that one, or withdraw it first."
        )
        return go(request, "contracts:amendment_detail", request.org.slug, contract.pk, open_one.pk)
    try:
        actions.amend_from_review(
            review=review, today=timezone.localdate(), creation_key=_key(request), by=request.member
        )
    except Refused as error:
        messages.error(request, str(error))
        return redirect(review)
    words = "The amendment is begun. Change the terms here, and service levels under their own tab."
    messages.success(request, words)
    return go(request, "contracts:edit_terms", request.org.slug, contract.pk)


def _find_review(request: MemberRequest, review_id: int) -> Review:
    rows = request.org.review_set.select_related("contract__vendor", "contract__manager")
    review: Review = get_object_or_404(rows, pk=review_id)
    review.organization = review.contract.organization = request.org
    return review


def _key(request: MemberRequest) -> uuid.UUID:
    """By which a second sending of the same button is recognised."""
    try:
        found: uuid.UUID = forms.UUIDField().clean(request.POST.get("creation_key"))
    except forms.ValidationError:
        return uuid.uuid4()
    return found
