"""Services, and the needs assessment over all of them."""

from functools import partial
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_POST

from accounts.access import MemberRequest, member_view
from accounts.permissions import Perm
from core.advice import advice
from core.editing import save
from core.errors import Refused
from core.exports import file_of
from core.http import go, page
from planning import needs_list
from planning.actions import services as actions
from planning.forms.services import EditServiceForm, NeedsForm, ServiceForm, StartersForm
from planning.list_file import service_rows
from planning.models import OutsourcingPlan, Service
from planning.needs import QUESTIONS
from planning.starters import STARTERS

LIST, DETAIL = "planning:service_list", "planning:service_detail"


def find_service(request: MemberRequest, service_id: int) -> Service:
    service: Service = get_object_or_404(request.org.service_set, pk=service_id)
    service.organization = request.org
    return service


def _go(request: MemberRequest, service: Service) -> HttpResponse:
    return go(request, DETAIL, org=request.org.slug, service_id=service.pk)


@member_view(Perm.PLAN_VIEW)
def service_list(request: MemberRequest) -> HttpResponse:
    """What the firm runs on, and for each its plan; those put aside are asked for."""
    lines, aside = _lines(request)
    count = len(lines)
    context = {
        "lines": lines,
        "count_in_words": "1 service" if count == 1 else f"{count} services",
        "is_filtered": aside,
        "aside": aside,
        "any_aside": aside or request.org.service_set.exclude(archived_at=None).exists(),
    }
    return render(request, "planning/service_list.html", context)


def _lines(request: MemberRequest) -> tuple[list[tuple[Service, OutsourcingPlan | None]], bool]:
    """The services that are asked for, each with its plan; and whether those put aside are."""
    aside = request.GET.get("show") == "aside"
    found = request.org.service_set.by_name()
    rows = list(found.exclude(archived_at=None) if aside else found.current())
    plans = needs_list.plans_of(request.org, rows)
    for row in rows:
        row.organization = request.org
    return [(row, plans.get(row.pk)) for row in rows], aside


@member_view(Perm.PLAN_VIEW)
def export_services(request: MemberRequest) -> HttpResponse:
    """Exactly what the list shows under the same address."""
    rows = service_rows(_lines(request)[0])
    kind = request.GET.get("format", "")
    return file_of(rows, kind, title="Services", slug=request.org.slug)


@member_view(Perm.PLAN_EDIT)
def add_services(request: MemberRequest) -> HttpResponse:
    """Pick several of the usual services at once."""
    form = StartersForm(request.POST if request.method == "POST" else None)
    there = set(request.org.service_set.exclude(starter="").values_list("starter", flat=True))
    if form.is_bound and form.is_valid():
        try:
            rows = actions.add_services(starters=form.cleaned_data["starters"], by=request.member)
        except Refused as error:
            form.add_error(None, str(error))
        else:
            count = "1 service is" if len(rows) == 1 else f"{len(rows)} services are"
            messages.success(request, f"{count} added. Now say how each of them stands.")
            return go(request, LIST, org=request.org.slug)
    ticked = set(form["starters"].value() or [])
    lines = [(row, row.key in there, row.key in ticked) for row in STARTERS]
    return page(request, "planning/add_services.html", {"form": form, "lines": lines})


@member_view(Perm.PLAN_EDIT)
def create_service(request: MemberRequest) -> HttpResponse:
    """A service that is not on the usual list."""
    form = ServiceForm(request.POST if request.method == "POST" else None)
    saved = save(form, partial(actions.create_service, by=request.member))
    if saved.row:
        messages.success(request, f"{saved.row} is on the list.")
        return _go(request, saved.row)
    return page(request, "planning/service_form.html", saved.context, status=saved.status)


@member_view(Perm.PLAN_VIEW)
def service_detail(request: MemberRequest, service_id: int) -> HttpResponse:
    """One service: what it is, what was answered about handing it over, its plans."""
    service = find_service(request, service_id)
    plans = list(service.plans.newest_first())
    for plan in plans:
        plan.organization = request.org
    context = {
        "service": service,
        "line": needs_list.read_one(service),
        "plans": plans,
        "plan": next((row for row in plans if row.is_draft or row.is_approved), None),
        "may_edit": request.member.can(Perm.PLAN_EDIT) and service.archived_at is None,
    }
    return render(request, "planning/service_detail.html", context)


@member_view(Perm.PLAN_EDIT)
def edit_service(request: MemberRequest, service_id: int) -> HttpResponse:
    """Say more about a service."""
    service = find_service(request, service_id)
    initial = {name: getattr(service, name) for name in [*actions.FIELDS, "version"]}
    form = EditServiceForm(request.POST if request.method == "POST" else None, initial=initial)
    saved = save(form, partial(actions.edit_service, service=service, by=request.member))
    if saved.row:
        messages.success(request, "Saved.")
        return _go(request, saved.row)
    context = {"service": service, **saved.context}
    return page(request, "planning/service_form.html", context, status=saved.status)


@member_view(Perm.PLAN_EDIT)
@require_POST
def archive_service(request: MemberRequest, service_id: int) -> HttpResponse:
    """Put it aside."""
    service = find_service(request, service_id)
    try:
        actions.archive_service(service=service, by=request.member)
    except Refused as error:
        messages.error(request, str(error))
    else:
        messages.success(request, f"{service} is put aside. You find it below the list.")
    return _go(request, service)


@member_view(Perm.PLAN_EDIT)
@require_POST
def restore_service(request: MemberRequest, service_id: int) -> HttpResponse:
    """Take it up again."""
    service = find_service(request, service_id)
    actions.restore_service(service=service, by=request.member)
    messages.success(request, f"{service} is on the list again.")
    return _go(request, service)


@member_view(Perm.PLAN_EDIT)
def answer_needs(request: MemberRequest, service_id: int) -> HttpResponse:
    """The questions about handing this service over; any of them may stay open."""
    service = find_service(request, service_id)
    initial = _answers(service)
    form = NeedsForm(request.POST if request.method == "POST" else None, initial=initial)
    act = partial(actions.answer_needs, service=service, by=request.member)
    saved = save(form, act, compare=_differing)
    if saved.row:
        messages.success(request, f"What you said about {service} is in the ranked list.")
        following = _next_open(request, service) if request.POST.get("do") == "next" else None
        if following is not None:
            place = {"org": request.org.slug, "service_id": following}
            return go(request, "planning:answer_needs", **place)
        return go(request, "planning:needs_assessment", org=request.org.slug)
    context = {"service": service, **saved.context}
    return page(request, "planning/answer_needs.html", context, status=saved.status)


def _answers(service: Service) -> dict[str, Any]:
    kept = getattr(service, "needs_answers", None)
    return {
        **(kept.answers if kept else {}),
        "note": kept.note if kept else "",
        "criticality": service.criticality,
        "sensitivity": service.sensitivity,
        "version": service.version,
    }


def _differing(form: NeedsForm, stored: Service) -> list[tuple[str, str, str]]:
    """What is stored now and what this person answered, where they differ."""
    now, mine = _answers(stored), form.cleaned_data
    scales = {row.key: row.answers for row in QUESTIONS}

    def words(name: str, value: Any) -> str:
        if value in (None, ""):
            return ""
        if name in scales:
            return scales[name][int(value) - 1]
        choices: Any = getattr(form.fields[name], "choices", ())
        return str(dict(choices).get(value, value))

    return [
        (str(form.fields[name].label), words(name, now.get(name)), words(name, mine[name]))
        for name in form.fields
        if name != "version" and (now.get(name) or None) != (mine[name] or None)
    ]


def _next_open(request: MemberRequest, service: Service) -> int | None:
    found = needs_list.assess(request.org)
    return next((row.service.pk for row in found.open if row.service.pk != service.pk), None)


@member_view(Perm.PLAN_VIEW)
def needs_assessment(request: MemberRequest) -> HttpResponse:
    """Which service to hand over first, and why; and the advice to go slowly."""
    context = {
        "found": needs_list.assess(request.org),
        "advice": advice(settings.PLAN_ADVICE, request.org),
        "may_edit": request.member.can(Perm.PLAN_EDIT),
    }
    return render(request, "planning/needs_assessment.html", context)
