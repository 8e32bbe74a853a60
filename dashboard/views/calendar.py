"""The calendar of watched days: a month, a list, and the page of one day with what can be done."""

from functools import partial
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from accounts.access import MemberRequest, member_view
from accounts.permissions import Perm
from activity.actions import snoozing as actions
from activity.kinds import kind_of
from activity.models import WatchedDate
from core.editing import save
from core.errors import Refused
from core.http import page
from core.paging import LimitedPaginator
from dashboard.calendar import (
    entry,
    in_state,
    month_of,
    narrowed,
    overdue_count,
    read_month,
    state_of,
    until_day,
)
from dashboard.deliveries import delivery, reminders_about
from dashboard.forms import CalendarFilter, DateListFilter, SettleForm, SnoozeForm

PER_PAGE = 25
MOST_HISTORY = 50


@member_view(Perm.CONTRACT_VIEW)
@require_safe
def calendar(request: MemberRequest) -> HttpResponse:
    """One month (`?month=2026-12`), from Monday on."""
    today = timezone.localdate()
    asked = CalendarFilter(request.GET, request.org, request.member)
    rows = narrowed(request.org, **asked.rows_asked)
    first = month_of(request.GET.get("month", ""), today)
    month = read_month(rows, first, today)
    kept = {name: value for name, value in asked.asked.items() if value}
    context = {
        "filter": asked,
        "kept": f"&{urlencode(kept)}" if kept else "",
        "month": month,
        "overdue": overdue_count(rows, today),
        "today": today,
    }
    return render(request, "dashboard/calendar.html", context)


@member_view(Perm.CONTRACT_VIEW)
@require_safe
def date_list(request: MemberRequest) -> HttpResponse:
    """What is overdue, then what comes in the next 90 days; filters stand in the address."""
    today = timezone.localdate()
    asked = DateListFilter(request.GET, request.org, request.member)
    found = asked.asked
    rows = in_state(narrowed(request.org, **asked.rows_asked), found.get("state") or "", today)
    if found.get("on"):
        rows = rows.filter(due_on=found["on"])
    elif last := until_day(found.get("until") or "", today):
        rows = rows.filter(due_on__lte=last)
    rows = rows.select_related("responsible__user").soonest_first()
    page_obj = LimitedPaginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "filter": asked,
        "page_obj": page_obj,
        "entries": [entry(row, today) for row in page_obj],
        "narrowed": any(found.values()),
        "on": found.get("on"),
    }
    return render(request, "dashboard/date_list.html", context)


def _find(request: MemberRequest, watched_id: int) -> WatchedDate:
    people = ("responsible__user", "snoozed_by__user", "settled_by__user")
    rows = request.org.watcheddate_set.select_related(*people)
    row: WatchedDate = get_object_or_404(rows, pk=watched_id)
    row.organization = request.org
    return row


def _frame(request: MemberRequest, row: WatchedDate) -> dict[str, Any]:
    today = timezone.localdate()
    return {
        "watched": row,
        "kind": kind_of(row.kind),
        "state": state_of(row, today),
        "today": today,
        "can_snooze": not row.settled_at and (row.due_on - today).days > 1,
    }


@member_view(Perm.CONTRACT_VIEW)
@require_safe
def watched_date(request: MemberRequest, watched_id: int) -> HttpResponse:
    """What is due, what to do about it, and who was reminded of it when."""
    row = _find(request, watched_id)
    sent = reminders_about(row)[: MOST_HISTORY + 1]
    context = {
        **_frame(request, row),
        "deliveries": [delivery(reminder) for reminder in sent[:MOST_HISTORY]],
        "most": MOST_HISTORY if len(sent) > MOST_HISTORY else 0,
    }
    return render(request, "dashboard/watched_date.html", context)


@member_view(Perm.REMINDER_SNOOZE)
def snooze_date(request: MemberRequest, watched_id: int) -> HttpResponse:
    """Put it off until a day before it is due, and say why."""
    row = _find(request, watched_id)
    form = SnoozeForm(request.POST or None, initial={"version": row.version})
    act = partial(actions.snooze_date, watched=row, by=request.member)
    return _answer(request, row, form, act, "dashboard/snooze_date.html", "Put off.")


@member_view(Perm.REMINDER_SNOOZE)
def settle_date(request: MemberRequest, watched_id: int) -> HttpResponse:
    """Say what was done or decided; nobody is reminded any more."""
    row = _find(request, watched_id)
    form = SettleForm(request.POST or None, initial={"version": row.version})
    act = partial(actions.settle_date, watched=row, by=request.member)
    return _answer(request, row, form, act, "dashboard/settle_date.html", "Settled.")


def _answer(
    request: MemberRequest, row: WatchedDate, form: Any, act: Any, template: str, done: str
) -> HttpResponse:
    saved = save(form, act, compare=_no_differences)
    if saved.row:
        messages.success(request, f"{done} It can be taken back here.")
        return redirect(row.get_absolute_url())
    shown = _find(request, row.pk) if saved.status else row
    context = {**_frame(request, shown), **saved.context}
    return page(request, template, context, status=saved.status)


def _no_differences(form: Any, stored: Any) -> list[tuple[str, str, str]]:
    """The page shows the day as it is now; what was written here is in no field of it."""
    return []


@member_view(Perm.REMINDER_SNOOZE)
@require_POST
def wake_date(request: MemberRequest, watched_id: int) -> HttpResponse:
    """Take back that it was put off."""
    row = _find(request, watched_id)
    try:
        actions.wake_date(watched=row, by=request.member)
    except Refused as error:
        messages.error(request, str(error))
    else:
        messages.success(request, "It is not put off any more.")
    return redirect(row.get_absolute_url())


@member_view(Perm.REMINDER_SNOOZE)
@require_POST
def reopen_date(request: MemberRequest, watched_id: int) -> HttpResponse:
    """Take back that it is settled."""
    row = _find(request, watched_id)
    actions.reopen_date(watched=row, by=request.member)
    messages.success(request, "It is open again, and people are reminded of it.")
    return redirect(row.get_absolute_url())
