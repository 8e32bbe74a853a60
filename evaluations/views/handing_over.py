"""Handing over what somebody answers for before there is a contract."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404

from accounts.access import MemberRequest, member_view
from accounts.permissions import Perm
from core.errors import Refused
from core.http import go, page
from evaluations.actions.handing_over import hand_over_sourcing as hand_over
from evaluations.forms.handing_over import HandOverSourcingForm
from evaluations.held import lines_of
from evaluations.views.shared import posted


@member_view(Perm.PLAN_EDIT)
def hand_over_sourcing(request: MemberRequest, member_id: int) -> HttpResponse:
    """All plans, risks, pilots and security questions that name a member, and who takes them over."""
    people = request.org.memberships.select_related("user", "organization")
    member = get_object_or_404(people, pk=member_id)
    form = HandOverSourcingForm(posted(request), member=member)
    if form.is_bound and form.is_valid():
        to = form.cleaned_data["to"]
        try:
            hand_over(member=member, to=to, by=request.member)
        except Refused as error:
            form.add_error("to", str(error))
        else:
            messages.success(request, f"{to.name} takes over from {member.name}.")
            if request.member.can(Perm.MEMBER_MANAGE):
                return go(request, "accounts:member_list", org=request.org.slug)
            return go(request, "planning:plan_list", org=request.org.slug)
    context = {"form": form, "leaving": member, "work": lines_of(member)}
    return page(request, "evaluations/hand_over_sourcing.html", context)
