"""Home: what needs you, and the portfolio at a glance."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from accounts.access import MemberRequest, member_view
from accounts.permissions import Perm
from dashboard import actions
from dashboard.home import read_home


@member_view(Perm.ORG_VIEW)
def home(request: MemberRequest) -> HttpResponse:
    """An organization without anything yet gets three ways to begin."""
    return render(request, "dashboard/home.html", {"home": read_home(request.org, request.member)})


@member_view(Perm.ORG_VIEW)
@require_POST
def look_around(request: MemberRequest) -> HttpResponse:
    """Give this person an example organization of their own, or lead to the one they have."""
    mine = request.member.user.memberships.current().filter(organization__is_example=True)
    there = mine.select_related("organization").first()
    organization = there.organization if there else actions.load_example(user=request.member.user)
    if organization is None:  # only without a user
        return redirect("accounts:start")
    messages.info(
        request,
        "This is an example organization of your own. Try everything; remove it in Settings.",
    )
    return redirect("dashboard:home", org=organization.slug)
