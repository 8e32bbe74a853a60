"""Outsourcing plans: the list, one plan with every part of it, and what is done with it."""

from functools import partial
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Page
from django.db.models import Q
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_POST

from accounts.access import MemberRequest, member_view
from accounts.permissions import Perm
from activity.verifying import MOST_SHOWN, envelope_of
from core.advice import advice
from core.editing import save
from core.errors import Refused
from core.exports import file_of
from core.http import go, json_file, page
from core.paging import LimitedPaginator
from planning import plan_page
from planning.actions import plans as actions
from planning.forms.plans import ApproveForm, DropForm, NewPlanForm, PlanFilterForm, PlanForm
from planning.list_file import plan_rows
from planning.models import OutsourcingPlan
from planning.verifying import verify
from planning.views.found import find_plan

LIST, DETAIL = "planning:plan_list", "planning:plan_detail"
PER_PAGE = 25
State = OutsourcingPlan.State


def _go(request: MemberRequest, plan: OutsourcingPlan) -> HttpResponse:
    return go(request, DETAIL, org=request.org.slug, plan_id=plan.pk)


def whole_plan(request: MemberRequest, plan_id: int) -> OutsourcingPlan:
    """The plan with every part of it; 404 if it is not this organization's."""
    rows = plan_page.with_parts(request.org.outsourcingplan_set.all())
    plan: OutsourcingPlan = get_object_or_404(rows, pk=plan_id)
    plan.organization = plan.service.organization = request.org
    if plan.revises is not None:
        plan.revises.organization = request.org
    return plan


def _plan_and_newer(
    request: MemberRequest, plan_id: int
) -> tuple[OutsourcingPlan, OutsourcingPlan | None]:
    """The whole plan and, if it was revised, the plan that replaces it; as many queries as the plan alone."""
    asked = Q(pk=plan_id) | Q(revises=plan_id) & ~Q(state=State.DROPPED)
    rows = plan_page.with_parts(request.org.outsourcingplan_set.filter(asked)).order_by("-number")
    found: dict[int, OutsourcingPlan] = {}
    for row in rows:
        row.organization = row.service.organization = request.org
        if row.revises is not None:
            row.revises.organization = request.org
        found[row.pk] = row
    plan = found.pop(plan_id, None)
    if plan is None:
        raise Http404
    return plan, next(iter(found.values()), None)


@member_view(Perm.PLAN_VIEW)
def plan_list(request: MemberRequest) -> HttpResponse:
    """The plans, newest first; without any, the way from a need to a contract."""
    rows, form, state = _filtered(request)
    shown: Page[Any] = LimitedPaginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    for plan in shown:
        plan.organization = plan.service.organization = request.org
    context = {
        "page": shown,
        "form": form,
        "filtered": bool(state),
        "is_filtered": bool(state),
        "count_in_words": "plans",
        "is_empty": not shown.object_list and not request.org.outsourcingplan_set.exists(),
        "advice": advice(settings.PLAN_ADVICE, request.org),
    }
    return render(request, "planning/plan_list.html", context)


def _filtered(request: MemberRequest) -> tuple[Any, PlanFilterForm, str]:
    """The plans that are asked for, newest first, with the form that asks and the state in it."""
    form = PlanFilterForm(request.GET or None)
    state = form.cleaned_data["state"] if form.is_bound and form.is_valid() else ""
    rows = request.org.outsourcingplan_set.newest_first()
    if state in State.values:
        rows = rows.filter(state=state)
    elif state != "all":
        rows = rows.filter(state__in=[State.DRAFT, State.APPROVED])
    return rows.select_related("service", "manager__user"), form, state


@member_view(Perm.PLAN_VIEW)
def export_plans(request: MemberRequest) -> HttpResponse:
    """Exactly what the list shows under the same address, all pages of it."""
    rows = plan_rows(_filtered(request)[0])
    kind = request.GET.get("format", "")
    return file_of(rows, kind, title="Plans", slug=request.org.slug)


@member_view(Perm.PLAN_EDIT)
def create_plan(request: MemberRequest) -> HttpResponse:
    """Begin a plan; `?service=` says of what."""
    initial = {}
    asked = request.GET.get("service", "")
    if asked.isdecimal() and len(asked) < 19:
        service = request.org.service_set.current().filter(pk=int(asked)).first()
        if service is not None:
            initial = {"service": service, "title": service.name}
    posted = request.POST if request.method == "POST" else None
    form = NewPlanForm(posted, organization=request.org, initial=initial)
    saved = save(form, partial(actions.create_plan, by=request.member))
    if saved.row:
        messages.success(request, "The plan is begun. Go through its parts; each saves by itself.")
        return _go(request, saved.row)
    context = {
        **saved.context,
        "services": request.org.service_set.current().exists(),
        "advice": advice(settings.PLAN_ADVICE, request.org),
    }
    return page(request, "planning/create_plan.html", context, status=saved.status)


@member_view(Perm.PLAN_VIEW)
def plan_detail(request: MemberRequest, plan_id: int) -> HttpResponse:
    """Every part of the plan, what is missing, and the next step."""
    plan, newer = _plan_and_newer(request, plan_id)
    context: dict[str, Any] = {
        "plan": plan,
        "found": plan_page.completeness_of(plan),
        "newer": newer,
        "may_edit": request.member.can(Perm.PLAN_EDIT),
        "may_approve": request.member.can(Perm.PLAN_APPROVE),
        "advice": advice(settings.PLAN_ADVICE, request.org) if plan.is_draft else [],
    }
    # Only an approved plan starts one.
    context["evaluations"] = [] if plan.is_draft else list(plan.evaluations.order_by("-pk"))
    for row in context["evaluations"]:
        row.organization = request.org
    return render(request, "planning/plan_detail.html", context)


@member_view(Perm.PLAN_EDIT)
def edit_plan(request: MemberRequest, plan_id: int) -> HttpResponse:
    """What, why, scope, time and money."""
    plan = find_plan(request, plan_id)
    if not plan.is_draft:
        messages.info(request, "Only a draft is changed. Revise the plan to change something.")
        return _go(request, plan)
    initial = {name: getattr(plan, name) for name in [*actions.FIELDS, "version"]}
    posted = request.POST if request.method == "POST" else None
    form = PlanForm(posted, organization=request.org, initial=initial)
    saved = save(form, partial(actions.edit_plan, plan=plan, by=request.member))
    if saved.row:
        messages.success(request, "Saved.")
        return _go(request, plan)
    context = {"plan": plan, **saved.context}
    return page(request, "planning/edit_plan.html", context, status=saved.status)


@member_view(Perm.PLAN_APPROVE)
def approve_plan(request: MemberRequest, plan_id: int) -> HttpResponse:
    """What is approved, what is left open, and the button."""
    plan = whole_plan(request, plan_id)
    if not plan.is_draft:
        messages.info(request, f"This plan is {plan.get_state_display().lower()}.")
        return _go(request, plan)
    posted = request.POST if request.method == "POST" else None
    form = ApproveForm(posted, initial={"version": plan.version})

    def act(values: dict[str, Any], version: int) -> OutsourcingPlan:
        return actions.approve_plan(plan=plan, version=version, by=request.member)

    saved = save(form, act, compare=lambda form, stored: [])
    if saved.row:
        messages.success(request, "The plan is approved and frozen. Now start the evaluation.")
        return _go(request, plan)
    if saved.status == 409:
        plan = whole_plan(request, plan_id)
    context = {"plan": plan, "found": plan_page.completeness_of(plan), **saved.context}
    return page(request, "planning/approve_plan.html", context, status=saved.status)


@member_view(Perm.PLAN_EDIT)
@require_POST
def revise_plan(request: MemberRequest, plan_id: int) -> HttpResponse:
    """A new draft beside the approved plan, which holds until that one is approved."""
    plan = find_plan(request, plan_id)
    try:
        draft = actions.revise_plan(plan=plan, by=request.member)
    except Refused as error:
        messages.error(request, str(error))
        return _go(request, plan)
    messages.success(
        request, f"This is the draft of number {draft.number}. The approved plan holds until then."
    )
    return _go(request, draft)


@member_view(Perm.PLAN_EDIT)
def drop_plan(request: MemberRequest, plan_id: int) -> HttpResponse:
    """Not pursued, with the reason."""
    plan = find_plan(request, plan_id)
    posted = request.POST if request.method == "POST" else None
    form = DropForm(posted, initial={"version": plan.version})
    act = partial(actions.drop_plan, plan=plan, by=request.member)
    saved = save(form, act, compare=lambda form, stored: [])
    if saved.row:
        messages.success(request, "The plan is not pursued any more. It stays to be read.")
        return _go(request, plan)
    context = {"plan": plan, **saved.context}
    return page(request, "planning/drop_plan.html", context, status=saved.status)


def _not_frozen(request: MemberRequest, plan: OutsourcingPlan) -> HttpResponse:
    messages.info(request, "The plan has no record yet: it is frozen when it is approved.")
    return _go(request, plan)


@member_view(Perm.PLAN_VIEW)
def verify_plan(request: MemberRequest, plan_id: int) -> HttpResponse:
    """Is the plan still what was approved? Changes nothing."""
    plan = whole_plan(request, plan_id)
    if plan.record is None:
        return _not_frozen(request, plan)
    context = {
        "plan": plan,
        "record": plan.record,
        "verification": verify(plan),
        "most_shown": f":{MOST_SHOWN}",
    }
    return render(request, "planning/verify_plan.html", context)


@member_view(Perm.PLAN_VIEW)
def export_plan_record(request: MemberRequest, plan_id: int) -> HttpResponse:
    """The record as a file that `manage.py verify_record` checks without a database."""
    plan = whole_plan(request, plan_id)
    if plan.record is None:
        return _not_frozen(request, plan)
    return json_file(envelope_of(plan.record), f"plan-{plan.pk}-record-{plan.record.number}.json")
