"""Home and the audit trail."""

from django.http import HttpResponse
from django.shortcuts import render

from accounts.access import MemberRequest, member_view
from accounts.permissions import Perm


@member_view(Perm.ORG_VIEW)
def home(request: MemberRequest) -> HttpResponse:
    return render(request, "dashboard/home.html")


@member_view(Perm.ACTIVITY_VIEW)
def activity_list(request: MemberRequest) -> HttpResponse:
    lines = request.org.logentry_set.visible_to(request.member).newest_first()
    return render(request, "dashboard/activity_list.html", {"lines": lines[:50]})
