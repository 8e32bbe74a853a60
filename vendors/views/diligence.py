"""Security due diligence of one vendor: its rounds, asking, answers, and the paper of a round."""

import datetime as dt
from functools import partial
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from accounts.access import MemberRequest, member_view
from accounts.permissions import Perm
from activity.links import delivery_of
from core.editing import save
from core.errors import Refused
from core.http import go, page, send_file
from vendors import diligence_mail
from vendors import diligence_queries as queries
from vendors.actions import diligence as actions
from vendors.actions import diligence_answers as answers
from vendors.diligence_questions import VERSION, areas_of
from vendors.forms.diligence import AnswersForm, AskForm, EditRoundForm, StartRoundForm, all_asked
from vendors.models import DiligenceCheck, Vendor

State = DiligenceCheck.State
ANSWER_WITHIN = dt.timedelta(days=21)
LINK_AFTER = dt.timedelta(days=14)


def find_vendor(request: MemberRequest, vendor_id: int) -> Vendor:
    rows = request.org.vendor_set.select_related("inside_owner__user")
    vendor: Vendor = get_object_or_404(rows, pk=vendor_id)
    vendor.organization = request.org
    return vendor


def find_round(request: MemberRequest, vendor_id: int, diligence_id: int) -> DiligenceCheck:
    vendor = find_vendor(request, vendor_id)
    rows = vendor.diligence_checks.select_related(*queries.RELATED)
    check: DiligenceCheck = get_object_or_404(rows, pk=diligence_id)
    check.vendor, check.organization = vendor, request.org
    return check


def frame(vendor: Vendor, **more: Any) -> dict[str, Any]:
    """What the head of each of these pages needs."""
    url = reverse("vendors:vendor_diligence", args=[vendor.organization.slug, vendor.pk])
    return {"vendor": vendor, "tab": "security", "security_url": url, **more}


@member_view(Perm.VENDOR_VIEW)
def vendor_diligence(request: MemberRequest, vendor_id: int) -> HttpResponse:
    """All rounds, the last result, and the gaps that are open."""
    vendor = find_vendor(request, vendor_id)
    rounds = queries.rounds_of(vendor)
    gaps = queries.gaps_of(vendor)
    judged = next((check for check in rounds if check.state == State.JUDGED), None)
    context = frame(
        vendor,
        rounds=[(check, delivery_of(check, timezone.now())) for check in rounds],
        current=next((check for check in rounds if check.state in queries.OPEN), None),
        judged=judged,
        result=queries.read_round(judged) if judged else None,
        open_gaps=[gap for gap in gaps if gap.state == gap.State.OPEN],
        settled_gaps=[gap for gap in gaps if gap.state != gap.State.OPEN],
        today=timezone.localdate(),
    )
    return page(request, "vendors/vendor_diligence.html", context, part="content")


@member_view(Perm.VENDOR_EDIT)
def start_diligence(request: MemberRequest, vendor_id: int) -> HttpResponse:
    """Plan a round: which questions, until when."""
    vendor = find_vendor(request, vendor_id)
    areas = areas_of(VERSION)
    initial = {
        "due_on": timezone.localdate() + ANSWER_WITHIN,
        "responsible": vendor.inside_owner_id,
        "repeat_months": 12,
        **all_asked(areas),
    }
    form = StartRoundForm(
        request.POST or None, organization=request.org, areas=areas, initial=initial
    )
    saved = save(form, partial(actions.start_round, vendor=vendor, by=request.member))
    if saved.row:
        messages.success(request, "The round is begun. Now ask somebody at the vendor.")
        return go(request, "vendors:ask_diligence", request.org.slug, vendor.pk, saved.row.pk)
    context = frame(vendor, title="Ask about security", **saved.context)
    return page(request, "vendors/diligence_form.html", context, status=saved.status)


@member_view(Perm.VENDOR_EDIT)
def edit_diligence(request: MemberRequest, vendor_id: int, diligence_id: int) -> HttpResponse:
    """Change an open round; which questions, only before somebody was asked."""
    check = find_round(request, vendor_id, diligence_id)
    areas = areas_of(check.questions) if check.state == State.DRAFT else ()
    initial = {name: getattr(check, name) for name in (*actions.FIELDS, "version")}
    initial |= all_asked(areas, check.left_out)
    form = EditRoundForm(
        request.POST or None, organization=request.org, areas=areas, initial=initial
    )
    saved = save(form, partial(actions.edit_round, check=check, by=request.member))
    if saved.row:
        messages.success(request, "Saved.")
        return go(request, check)
    title = f"Edit round {check.number}"
    context = frame(check.vendor, check=check, title=title, **saved.context)
    return page(request, "vendors/diligence_form.html", context, status=saved.status)


@member_view(Perm.VENDOR_VIEW)
def diligence_detail(request: MemberRequest, vendor_id: int, diligence_id: int) -> HttpResponse:
    """One round: whom we asked, every answer with our verdict, and its gaps."""
    return _round_page(request, vendor_id, diligence_id, "vendors/diligence_detail.html")


@member_view(Perm.VENDOR_VIEW)
def diligence_report(request: MemberRequest, vendor_id: int, diligence_id: int) -> HttpResponse:
    """The same as a paper, to be printed or kept as PDF by the browser."""
    return _round_page(request, vendor_id, diligence_id, "vendors/diligence_report.html")


def _round_page(
    request: MemberRequest, vendor_id: int, diligence_id: int, template: str
) -> HttpResponse:
    check = find_round(request, vendor_id, diligence_id)
    shown = queries.read_round(check)
    gaps = queries.in_order(check.gaps.select_related("owner__user"))
    asks = check.state in (State.DRAFT, State.ASKED)
    link = ""
    if check.link_works(timezone.now()) and request.member.can(Perm.VENDOR_EDIT):
        link = diligence_mail.link_of(check)
    context = frame(
        check.vendor,
        check=check,
        round_name=f"Round {check.number}",
        shown=shown,
        gaps=gaps,
        asks=asks,
        link=link,
        delivery=delivery_of(check, timezone.now()),
        today=timezone.localdate(),
    )
    return page(request, template, context, part="content")


@member_view(Perm.VENDOR_EDIT)
def ask_diligence(request: MemberRequest, vendor_id: int, diligence_id: int) -> HttpResponse:
    """Send somebody at the vendor the private link."""
    check = find_round(request, vendor_id, diligence_id)
    contacts = check.vendor.contacts.exclude(email="").main_first()
    form = AskForm(request.POST or None, contacts=contacts, initial=_asking(check, contacts))
    act = partial(actions.ask, check=check, by=request.member)
    saved = save(form, act, compare=lambda form, stored: [])
    if saved.row:
        messages.success(request, f"The mail to {saved.row.name} is on its way.")
        return go(request, check)
    context = frame(
        check.vendor,
        check=check,
        nobody=not contacts,
        delivery=delivery_of(check, timezone.now()),
        mail_stays_here=settings.EMAIL_BACKEND.endswith("filebased.EmailBackend"),
        **saved.context,
    )
    return page(request, "vendors/ask_diligence.html", context, status=saved.status)


def _asking(check: DiligenceCheck, contacts: Any) -> dict[str, Any]:
    """The one who was asked before, else the main contact; until a while after the answers are wanted."""
    today = timezone.localdate()
    chosen = next((row for row in contacts if row.email == check.email), None)
    first = chosen or next(iter(contacts), None)
    until = max(check.due_on or today, today) + LINK_AFTER
    return {"contact": first, "until_on": until, "version": check.version}


@member_view(Perm.VENDOR_EDIT)
@require_POST
def withdraw_diligence_link(
    request: MemberRequest, vendor_id: int, diligence_id: int
) -> HttpResponse:
    """The link stops working; what was answered stays."""
    check = find_round(request, vendor_id, diligence_id)
    actions.withdraw_link(check=check, by=request.member)
    messages.success(request, "The link does not work any more. What was answered stays.")
    return go(request, check)


@member_view(Perm.VENDOR_EDIT)
@require_POST
def withdraw_diligence(request: MemberRequest, vendor_id: int, diligence_id: int) -> HttpResponse:
    """Give the round up; it stays readable."""
    check = find_round(request, vendor_id, diligence_id)
    try:
        actions.withdraw_round(check=check, by=request.member)
    except Refused as error:
        messages.error(request, str(error))
    else:
        messages.success(request, "The round is withdrawn. You can begin another one.")
    return go(request, "vendors:vendor_diligence", request.org.slug, vendor_id)


@member_view(Perm.VENDOR_EDIT)
def note_diligence_answers(
    request: MemberRequest, vendor_id: int, diligence_id: int
) -> HttpResponse:
    """Type what the vendor said on the telephone, or sent by mail."""
    check = find_round(request, vendor_id, diligence_id)
    if check.state == State.ASKED and check.link_works(timezone.now()):
        messages.info(request, f"{check.name} is answering by the link. Take it back first.")
        return go(request, check)
    posted = (request.POST, request.FILES) if request.method == "POST" else (None, None)
    form = AnswersForm(*posted, areas=queries.areas_asked(check), said=queries.answers_of(check))
    differing: list[tuple[str, str, str]] = []
    status = None
    finishes = request.POST.get("do") == "finish"
    if form.is_bound and form.is_valid():
        try:
            answers.note_answers(
                check=check, entries=form.entries(), finishes=finishes, by=request.member
            )
        except answers.AnswersChanged as error:
            differing, status = form.show_stored(error.stored), 409
        except Refused as error:
            form.add_error(error.field if error.field in form.fields else None, str(error))
        else:
            messages.success(request, "The answers are noted.")
            to = "vendors:judge_diligence" if finishes else "vendors:diligence_detail"
            return go(request, to, request.org.slug, vendor_id, check.pk)
    context = frame(check.vendor, check=check, form=form, stale=status == 409, differing=differing)
    return page(request, "vendors/note_diligence_answers.html", context, status=status)


@member_view(Perm.VENDOR_VIEW)
def diligence_file(
    request: MemberRequest, vendor_id: int, diligence_id: int, given_id: int
) -> HttpResponse:
    """The evidence of one answer, as a download; not before it is handed in."""
    check = find_round(request, vendor_id, diligence_id)
    if check.state == State.ASKED:
        raise Http404
    rows = check.given.select_related("file").exclude(file=None)
    said = get_object_or_404(rows, pk=given_id)
    return send_file(request, said.file, partial(go, request, check))
