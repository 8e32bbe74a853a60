"""Home."""

from django.http import HttpResponse
from django.shortcuts import render

from accounts.access import MemberRequest, member_view
from accounts.permissions import Perm


@member_view(Perm.ORG_VIEW)
def home(request: MemberRequest) -> HttpResponse:
    return render(request, "dashboard/home.html")
