"""The page on which people without an account answer a survey."""

from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_http_methods, require_safe

from activity.links import LinkGone
from core.errors import Refused
from core.readonly import read_only
from core.tenancy import organization_scope
from core.visits import too_many
from reviews.actions import survey_answers as actions
from reviews.forms.survey_answers import AnswerForm
from reviews.survey_links import Link, find_link
from reviews.survey_questions import read_questions

ANSWERED = "answered"  # the cookie by which a browser knows that it answered a shared link
KEPT = 100 * 86_400  # seconds: longer than any survey is open
# From one network address, which a whole office may share: visits a minute, wrong links a minute, answers an hour.
MOST_VISITS, MOST_WRONG, MOST_ANSWERS, HOUR = 600, 60, 300, 3600


@login_not_required
@sensitive_post_parameters()
@sensitive_variables("token")
@require_http_methods(["GET", "HEAD", "POST"])
def answer_survey(request: Any, token: str) -> HttpResponse:
    """One page, done in a minute. Unknown, used, withdrawn and expired links and closed surveys all get
    the same answer."""
    if too_many(request, "survey", most=MOST_VISITS):
        return _wait(request)
    with read_only():
        link = find_link(token)
    if link is None:
        return _gone(request)
    if link.invitation is None and ANSWERED in request.COOKIES:
        return _thanks(request)
    posted = request.POST if request.method == "POST" else None
    form = AnswerForm(posted, questions=read_questions(link.survey.questions))
    if posted is not None and too_many(request, "answer", most=MOST_ANSWERS, seconds=HOUR):
        return _wait(request)
    if posted is not None and form.is_valid():
        key = form.cleaned_data["form_key"]
        try:
            actions.answer_survey(token=token, answers=form.answers, form_key=key)
        except LinkGone:  # somebody was quicker
            return _gone(request)
        except Refused as error:
            form.add_error(error.field, str(error))
        else:
            return _answered(token, link)
    return _page(request, link, form)


def _page(request: HttpRequest, link: Link, form: AnswerForm) -> HttpResponse:
    survey = link.survey
    with organization_scope(survey.organization), read_only():
        context = {"survey": survey, "organization": survey.organization, "form": form}
        status = 422 if form.is_bound and form.errors else 200
        return _private(render(request, "reviews/answer_survey.html", context, status=status))


def _answered(token: str, link: Link) -> HttpResponse:
    """To a page without the token, so that going back or reloading sends nothing again."""
    response = redirect("survey_thanks")
    if link.invitation is None:
        response.set_cookie(
            ANSWERED,
            "1",
            max_age=KEPT,
            path=reverse("answer_survey", args=[token]),
            httponly=True,
            secure=settings.SESSION_COOKIE_SECURE,
            samesite="Lax",
        )
    return _private(response)


def _private(response: HttpResponse) -> HttpResponse:
    """The address holds the token: no other page, cache or search engine may learn it.

    Not `no-referrer`: with it browsers send `Origin: null`, and the form would be refused.
    """
    response.headers["Referrer-Policy"] = "strict-origin"
    response.headers["Cache-Control"] = "no-store, private"
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    return response


def _wait(request: HttpRequest) -> HttpResponse:
    return _private(render(request, "429.html", status=429))


def _gone(request: HttpRequest) -> HttpResponse:
    if too_many(request, "wrong_survey", most=MOST_WRONG):
        return _wait(request)
    return _private(render(request, "reviews/survey_gone.html", status=404))


def _thanks(request: HttpRequest) -> HttpResponse:
    return _private(render(request, "reviews/survey_thanks.html"))


@login_not_required
@require_safe
def survey_thanks(request: HttpRequest) -> HttpResponse:
    """It is counted. The same page for everybody."""
    return _thanks(request)
