"""Handing over the reviews of somebody who leaves, or does something else from now on."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404

from accounts.access import MemberRequest, member_view
from accounts.permissions import Perm
from core.errors import Refused
from core.http import go, page
from reviews.actions import upcoming as actions
from reviews.forms.plans import HandOverForm
from reviews.review_lines import still_held_by


@member_view(Perm.REVIEW_EDIT)
def hand_over_reviews(request: MemberRequest, member_id: int) -> HttpResponse:
    """All that a member is to hold, and who holds it instead."""
    people = request.org.memberships.select_related("user")
    member = get_object_or_404(people, pk=member_id)
    member.organization = request.org
    plans, delegated = still_held_by(member)
    form = HandOverForm(request.POST if request.method == "POST" else None, member=member)
    if form.is_bound and form.is_valid():
        to = form.cleaned_data["to"]
        try:
            count = actions.hand_over_reviews(member=member, to=to, by=request.member)
        except Refused as error:
            form.add_error(None, str(error))
        else:
            many = "1 contract" if count == 1 else f"{count} contracts"
            messages.success(request, f"{to.name} holds the reviews of {many} from now on.")
            if request.member.can(Perm.MEMBER_MANAGE):
                return go(request, "accounts:member_list", org=request.org.slug)
            return go(request, "reviews:review_list", org=request.org.slug)
    for review in delegated:
        review.organization = request.org
    context = {"form": form, "leaving": member, "plans": plans, "delegated": delegated}
    return page(request, "reviews/hand_over_reviews.html", context)
