"""Surveys: the lists, one survey from draft to result, its file."""

from collections.abc import Iterator
from functools import partial
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.views.decorators.http import require_POST

from accounts.access import MemberRequest, member_view
from accounts.permissions import Perm
from core.editing import save
from core.errors import Refused
from core.exports import file_of
from core.http import go, page
from core.paging import LimitedPaginator
from core.spreadsheets import Value
from reviews.actions import surveys as actions
from reviews.forms.survey_templates import question_differences
from reviews.forms.surveys import EditSurveyForm, MoveForm, SurveyForm
from reviews.models import Audience, Survey
from reviews.survey_questions import read_questions
from reviews.survey_schedules import schedules_of
from reviews.surveyed import Result, named_answers, results_of
from reviews.views.frame import (
    SURVEYS,
    area_frame,
    contract_frame,
    find_contract,
)

DETAIL = "reviews:survey_detail"
PER_PAGE = 25
NEW_LINK = "survey_link"


def find_survey(request: MemberRequest, survey_id: int) -> Survey:
    """The survey with its contract, in one query; 404 if it is not this organization's."""
    people = ("contract__vendor", "contract__manager__user", "contract__counterpart")
    rows = request.org.survey_set.select_related(*people)
    survey: Survey = get_object_or_404(rows, pk=survey_id)
    contract = survey.contract
    survey.organization = contract.organization = contract.vendor.organization = request.org
    return survey


def survey_frame(request: MemberRequest, survey: Survey) -> dict[str, Any]:
    """Context of every page about one survey."""
    return {**contract_frame(request, survey.contract, SURVEYS), "survey": survey}


@member_view(Perm.REVIEW_VIEW)
def survey_list(request: MemberRequest) -> HttpResponse:
    """Of all contracts, newest first; by state and audience. No figure stands here: only each survey's
    own page tells its results."""
    rows = request.org.survey_set.select_related("contract__vendor").newest_first()
    asked = {name: request.GET.get(name, "") for name in ("state", "audience")}
    for name, choices in (("state", Survey.State), ("audience", Audience)):
        if asked[name] in choices.values:
            rows = rows.filter(**{name: asked[name]})
        else:
            asked[name] = ""
    pages = LimitedPaginator(rows, PER_PAGE)
    found = pages.get_page(request.GET.get("page"))
    for survey in found:
        survey.organization = request.org
    context = {
        **area_frame(SURVEYS),
        "page_obj": found,
        "results": [Result(survey) for survey in found],
        "asked": asked,
        "is_filtered": any(asked.values()),
        "states": Survey.State.choices,
        "audiences": Audience.choices,
    }
    return page(request, "reviews/survey_list.html", context, part="results")


@member_view(Perm.REVIEW_VIEW)
def contract_surveys(request: MemberRequest, contract_id: int) -> HttpResponse:
    """What the people who use the service were asked, period by period."""
    contract = find_contract(request, contract_id)
    pages = LimitedPaginator(contract.surveys.order_by("-last_on", "-pk"), PER_PAGE)
    surveys = pages.get_page(request.GET.get("page"))
    for survey in surveys:
        survey.organization, survey.contract = request.org, contract
    closed = [survey for survey in surveys if survey.state == Survey.State.CLOSED]
    told = {result.survey.pk: result for result in results_of(contract, closed)}
    context = {
        **contract_frame(request, contract, SURVEYS),
        "page_obj": surveys,
        "results": [told.get(survey.pk) or Result(survey) for survey in surveys],
        "schedules": schedules_of(contract),
        "may_edit": request.member.can(Perm.REVIEW_EDIT),
    }
    return page(request, "reviews/contract_surveys.html", context)


@member_view(Perm.REVIEW_EDIT)
def create_survey(request: MemberRequest, contract_id: int) -> HttpResponse:
    """Draw one up from a template; nobody is asked yet."""
    contract = find_contract(request, contract_id)
    posted = request.POST if request.method == "POST" else None
    form = SurveyForm(posted, contract=contract, today=timezone.localdate())
    saved = save(form, partial(actions.create_survey, contract=contract, by=request.member))
    if saved.row:
        messages.success(request, "Drawn up. Nobody is asked yet: look through it first.")
        return go(request, DETAIL, org=request.org.slug, survey_id=saved.row.pk)
    templates: Any = form.fields["template"]
    context = {
        **contract_frame(request, contract, SURVEYS),
        "has_templates": templates.queryset.exists(),
        **saved.context,
    }
    return page(request, "reviews/create_survey.html", context)


@member_view(Perm.REVIEW_VIEW)
def survey_detail(request: MemberRequest, survey_id: int) -> HttpResponse:
    """A draft to look through, an open survey to wait for, or the result."""
    survey = find_survey(request, survey_id)
    context = {
        **survey_frame(request, survey),
        "may_edit": request.member.can(Perm.REVIEW_EDIT),
        "questions": read_questions(survey.questions),
    }
    if survey.state == Survey.State.OPEN:
        context |= {
            "invited": survey.invitations.filter(revoked_at=None).count(),
            "enough": survey.responses.count() >= survey.minimum,
            "new_link": _new_link(request, survey),
            "move_form": MoveForm(initial=_initial(survey, ["closes_on", "version"])),
        }
    if survey.state == Survey.State.CLOSED:
        [result] = results_of(survey.contract, [survey])
        context |= {"result": result, "named": named_answers(survey)}
    return page(request, "reviews/survey_detail.html", context)


def _new_link(request: MemberRequest, survey: Survey) -> str:
    """The shared link, in the one page after it was made."""
    made = request.session.get(NEW_LINK) or {}
    if made.get("survey") != survey.pk:
        return ""
    del request.session[NEW_LINK]
    return str(made["url"])


def _initial(survey: Survey, names: list[str]) -> dict[str, Any]:
    return {name: getattr(survey, name) for name in names}


@member_view(Perm.REVIEW_EDIT)
def edit_survey(request: MemberRequest, survey_id: int) -> HttpResponse:
    """Questions and promises, as long as nobody was asked."""
    survey = find_survey(request, survey_id)
    if survey.state != Survey.State.DRAFT:
        messages.info(request, "People were asked already: only the last day can be moved.")
        return go(request, DETAIL, org=request.org.slug, survey_id=survey.pk)
    initial = _initial(survey, [*actions.FIELDS, "version"])
    initial["period"] = f"{survey.first_on}/{survey.last_on}"
    initial["anonymous"] = str(survey.anonymous)
    posted = request.POST if request.method == "POST" else None
    form = EditSurveyForm(
        posted, initial=initial, contract=survey.contract, today=timezone.localdate()
    )
    act = partial(actions.edit_survey, survey=survey, by=request.member)
    saved = save(form, act, compare=question_differences)
    if saved.row:
        messages.success(request, "Saved.")
        return go(request, DETAIL, org=request.org.slug, survey_id=survey.pk)
    context = {**survey_frame(request, survey), **saved.context}
    return page(request, "reviews/edit_survey.html", context, status=saved.status)


@member_view(Perm.REVIEW_EDIT)
@require_POST
def remove_survey(request: MemberRequest, survey_id: int) -> HttpResponse:
    """Throw a draft away."""
    survey = find_survey(request, survey_id)
    contract_id = survey.contract_id
    try:
        actions.remove_survey(survey=survey, by=request.member)
    except Refused as error:
        messages.error(request, str(error))
        return go(request, DETAIL, org=request.org.slug, survey_id=survey_id)
    messages.success(request, f"The draft “{survey.title}” is gone.")
    return go(request, "reviews:contract_surveys", org=request.org.slug, contract_id=contract_id)


@member_view(Perm.REVIEW_EDIT)
def move_survey_close(request: MemberRequest, survey_id: int) -> HttpResponse:
    """Another last day to answer."""
    survey = find_survey(request, survey_id)
    posted = request.POST if request.method == "POST" else None
    form = MoveForm(posted, initial=_initial(survey, ["closes_on", "version"]))
    saved = save(form, partial(actions.move_survey_close, survey=survey, by=request.member))
    if saved.row:
        messages.success(request, "The links work until the new last day.")
        return go(request, DETAIL, org=request.org.slug, survey_id=survey.pk)
    context = {**survey_frame(request, survey), **saved.context}
    return page(request, "reviews/move_survey_close.html", context, status=saved.status)


@member_view(Perm.REVIEW_EDIT)
@require_POST
def close_survey(request: MemberRequest, survey_id: int) -> HttpResponse:
    """No more answers; the results are told."""
    survey = find_survey(request, survey_id)
    try:
        actions.close_survey(survey=survey, by=request.member)
    except Refused as error:
        messages.error(request, str(error))
    else:
        messages.success(request, "The survey is closed.")
    return go(request, DETAIL, org=request.org.slug, survey_id=survey.pk)


@member_view(Perm.REVIEW_VIEW)
def preview_survey(request: MemberRequest, survey_id: int) -> HttpResponse:
    """What those who are asked see; it can't be sent."""
    survey = find_survey(request, survey_id)
    context = {**survey_frame(request, survey), "questions": read_questions(survey.questions)}
    return page(request, "reviews/preview_survey.html", context)


@member_view(Perm.REVIEW_VIEW)
def export_survey(request: MemberRequest, survey_id: int) -> HttpResponse:
    """Exactly what the page tells, as a file; never more."""
    survey = find_survey(request, survey_id)
    if survey.state != Survey.State.CLOSED:
        messages.error(request, "The results can be taken away once the survey is closed.")
        return go(request, DETAIL, org=request.org.slug, survey_id=survey.pk)
    [result] = results_of(survey.contract, [survey])
    kind = request.GET.get("format", "")
    slug = f"{request.org.slug}-{survey.pk}"
    return file_of(_exported(result), kind, title="Survey", slug=slug)


def _exported(result: Result) -> Iterator[list[Value]]:
    """Headings; each question; each text; and of a survey with names, each answer."""
    survey = result.survey
    yield ["Question", "Result", "Answered", "At least %", "At most %", "Since last time", "Who"]
    yield [survey.title, None, result.answered_words, None, None, None, None]
    for told in result.questions:
        low, high = (told.figure.low, told.figure.high) if told.figure else (None, None)
        words = told.result_words
        yield [told.text, words, told.answered_words, low, high, told.change_words, None]
        for text in told.texts or []:
            yield [told.text, text, None, None, None, None, None]
    for person in named_answers(survey):
        for question, answer in person.answers:
            yield [question, str(answer), None, None, None, None, person.email]
