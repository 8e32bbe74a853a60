"""Templates of surveys: questions to ask again and again."""

from functools import partial
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_POST

from accounts.access import MemberRequest, member_view
from accounts.permissions import Perm
from core.editing import save
from core.http import go, page
from reviews.actions import survey_templates as actions
from reviews.forms.survey_templates import EditTemplateForm, TemplateForm, question_differences
from reviews.survey_questions import LABELS
from reviews.views.frame import SURVEYS, area_frame

LIST = "reviews:survey_template_list"


@member_view(Perm.REVIEW_VIEW)
def survey_template_list(request: MemberRequest) -> HttpResponse:
    """Every template with its questions; those that are offered no more come last."""
    rows = list(request.org.surveytemplate_set.order_by("name", "pk"))
    context = {
        **area_frame(SURVEYS),
        "templates": [row for row in rows if not row.archived_at],
        "archived": [row for row in rows if row.archived_at],
        "labels": LABELS,
    }
    return page(request, "reviews/survey_template_list.html", context)


@member_view(Perm.REVIEW_EDIT)
@require_POST
def add_usual_templates(request: MemberRequest) -> HttpResponse:
    """One for employees, one for customers, to begin with."""
    added = actions.add_usual_templates(by=request.member)
    if added:
        messages.success(request, "The usual questions are there. Change them as you like.")
    else:
        messages.info(request, "The usual templates are there already.")
    return go(request, LIST, org=request.org.slug)


@member_view(Perm.REVIEW_EDIT)
def create_survey_template(request: MemberRequest) -> HttpResponse:
    """New questions."""
    form = TemplateForm(request.POST if request.method == "POST" else None)
    saved = save(form, partial(actions.create_survey_template, by=request.member))
    if saved.row:
        messages.success(request, f"“{saved.row}” can be used in surveys now.")
        return go(request, LIST, org=request.org.slug)
    context = {**area_frame(SURVEYS), "template": None, **saved.context}
    return page(request, "reviews/survey_template_form.html", context)


@member_view(Perm.REVIEW_EDIT)
def edit_survey_template(request: MemberRequest, survey_template_id: int) -> HttpResponse:
    """Other words, other questions."""
    template = get_object_or_404(request.org.surveytemplate_set, pk=survey_template_id)
    names = [*actions.FIELDS, "version"]
    initial: dict[str, Any] = {name: getattr(template, name) for name in names}
    form = EditTemplateForm(request.POST if request.method == "POST" else None, initial=initial)
    act = partial(actions.edit_survey_template, template=template, by=request.member)
    saved = save(form, act, compare=question_differences)
    if saved.row:
        messages.success(request, "Saved. Surveys that were made from it keep their own questions.")
        return go(request, LIST, org=request.org.slug)
    context = {**area_frame(SURVEYS), "template": template, **saved.context}
    return page(request, "reviews/survey_template_form.html", context, status=saved.status)


@member_view(Perm.REVIEW_EDIT)
@require_POST
def archive_survey_template(request: MemberRequest, survey_template_id: int) -> HttpResponse:
    """Offer it no more; with `restore`, offer it again."""
    template = get_object_or_404(request.org.surveytemplate_set, pk=survey_template_id)
    archived = "restore" not in request.POST
    actions.archive_survey_template(template=template, by=request.member, archived=archived)
    word = "is not offered any more" if archived else "is offered again"
    messages.success(request, f"“{template}” {word}.")
    return go(request, LIST, org=request.org.slug)
