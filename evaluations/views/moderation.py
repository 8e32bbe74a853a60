"""Agreeing on one mark where the evaluators differ."""

from django.http import HttpResponse
from django.shortcuts import redirect

from accounts.access import MemberRequest, member_view
from accounts.permissions import Perm


@member_view(Perm.EVALUATION_VIEW)
def moderation(request: MemberRequest, evaluation_id: int) -> HttpResponse:
    """The agenda."""
    return redirect(
        "evaluations:evaluation_detail", org=request.org.slug, evaluation_id=evaluation_id
    )
