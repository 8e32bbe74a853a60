"""Asking people to answer a survey: by private links, by one shared link, and once more."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_POST

from accounts.access import MemberRequest, member_view
from accounts.permissions import Perm
from core.errors import Refused
from core.http import go, page
from reviews.actions import survey_asking as actions
from reviews.forms.surveys import AskForm, ShareForm
from reviews.models import Survey
from reviews.views.surveys import DETAIL, NEW_LINK, find_survey, survey_frame

PER_PAGE = 100


def _detail(request: MemberRequest, survey: Survey) -> HttpResponse:
    return go(request, DETAIL, org=request.org.slug, survey_id=survey.pk)


@member_view(Perm.REVIEW_EDIT)
def open_survey(request: MemberRequest, survey_id: int) -> HttpResponse:
    """Whom to ask, and how; the first way taken opens the survey."""
    survey = find_survey(request, survey_id)
    if survey.state == Survey.State.CLOSED:
        messages.info(request, "This survey is closed: nobody can be asked any more.")
        return _detail(request, survey)
    posted = request.POST if request.method == "POST" else None
    form = AskForm(posted)
    if posted is not None and form.is_valid():
        addresses = form.cleaned_data["addresses"]
        try:
            count = actions.ask_people(survey=survey, addresses=addresses, by=request.member)
        except Refused as error:
            form.add_error(error.field, str(error))
        else:
            _say_asked(request, count)
            return _detail(request, survey)
    return _asking(request, survey, form, ShareForm())


def _say_asked(request: MemberRequest, count: int) -> None:
    if count:
        people = "1 person gets" if count == 1 else f"{count} people get"
        messages.success(request, f"{people} a mail with a private link.")
    else:
        messages.info(request, "All of them were asked already.")


def _asking(request: MemberRequest, survey: Survey, form: Any, share_form: Any) -> HttpResponse:
    wrong = any(one.is_bound and one.errors for one in (form, share_form))
    context = {**survey_frame(request, survey), "form": form, "share_form": share_form}
    return page(request, "reviews/open_survey.html", context, status=422 if wrong else 200)


@member_view(Perm.REVIEW_EDIT)
@require_POST
def share_survey(request: MemberRequest, survey_id: int) -> HttpResponse:
    """Make the shared link; it is shown once."""
    survey = find_survey(request, survey_id)
    form = ShareForm(request.POST)
    if form.is_valid():
        known_by = form.cleaned_data["known_by"]
        try:
            url = actions.share_survey(survey=survey, known_by=known_by, by=request.member)
        except Refused as error:
            form.add_error(None, str(error))
        else:
            request.session[NEW_LINK] = {"survey": survey.pk, "url": url}
            return _detail(request, survey)
    return _asking(request, survey, AskForm(), form)


@member_view(Perm.REVIEW_EDIT)
@require_POST
def withdraw_shared_link(request: MemberRequest, survey_id: int) -> HttpResponse:
    """The shared link stops working."""
    survey = find_survey(request, survey_id)
    actions.withdraw_shared_link(survey=survey, by=request.member)
    messages.success(request, "The shared link does not work any more.")
    return _detail(request, survey)


@member_view(Perm.REVIEW_EDIT)
@require_POST
def remind_survey(request: MemberRequest, survey_id: int) -> HttpResponse:
    """Those who have not answered get their link again."""
    survey = find_survey(request, survey_id)
    try:
        actions.remind_people(survey=survey, by=request.member)
    except Refused as error:
        messages.error(request, str(error))
    else:
        messages.success(request, "Whoever has not answered yet gets the link once more.")
    return _detail(request, survey)


@member_view(Perm.REVIEW_EDIT)
def survey_invitations(request: MemberRequest, survey_id: int) -> HttpResponse:
    """Who was asked by mail and whether the mail went out. Of an anonymous survey it is not told who
    has answered."""
    survey = find_survey(request, survey_id)
    rows = survey.invitations.exclude(email="").select_related("mail").order_by("email", "pk")
    context = {
        **survey_frame(request, survey),
        "page_obj": Paginator(rows, PER_PAGE).get_page(request.GET.get("page")),
        "is_open": survey.state == Survey.State.OPEN,
    }
    return page(request, "reviews/survey_invitations.html", context)


@member_view(Perm.REVIEW_EDIT)
@require_POST
def withdraw_invitation(
    request: MemberRequest, survey_id: int, survey_invitation_id: int
) -> HttpResponse:
    """Somebody's link stops working."""
    survey = find_survey(request, survey_id)
    invitation = get_object_or_404(survey.invitations, pk=survey_invitation_id)
    invitation.survey = survey
    actions.withdraw_invitation(invitation=invitation, by=request.member)
    messages.success(request, f"The link of {invitation.email} does not work any more.")
    return go(request, "reviews:survey_invitations", org=request.org.slug, survey_id=survey.pk)
