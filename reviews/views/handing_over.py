"""Handing over the issues, actions and checks of somebody who leaves, or does something else from now on."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404

from accounts.access import MemberRequest, member_view
from accounts.permissions import Perm
from core.errors import Refused
from core.http import go, page
from reviews import improving_queries as queries
from reviews.actions import handing_over as actions
from reviews.forms.handing_over import HandOverWorkForm
from reviews.views.improving_pages import posted


@member_view(Perm.REVIEW_EDIT)
def hand_over_work(request: MemberRequest, member_id: int) -> HttpResponse:
    """All that names a member, and who takes it over."""
    people = request.org.memberships.select_related("user", "organization")
    member = get_object_or_404(people, pk=member_id)
    form = HandOverWorkForm(posted(request), member=member)
    if form.is_bound and form.is_valid():
        to = form.cleaned_data["to"]
        try:
            actions.hand_over_work(member=member, to=to, by=request.member)
        except Refused as error:
            form.add_error("to", str(error))
        else:
            messages.success(request, f"{to.name} takes over from {member.name}.")
            if request.member.can(Perm.MEMBER_MANAGE):
                return go(request, "accounts:member_list", org=request.org.slug)
            return go(request, "reviews:action_list", org=request.org.slug)
    work = {
        name: list(rows.select_related("contract__vendor").order_by("pk")[:200])
        for name, rows in queries.work_of(member).items()
    }
    for rows in work.values():
        for row in rows:
            row.organization = request.org
    context = {"form": form, "leaving": member, "work": work, "has_work": any(work.values())}
    return page(request, "reviews/hand_over_work.html", context)
