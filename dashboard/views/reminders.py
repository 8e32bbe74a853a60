"""Reminders: when an organization sends them, how one person wants them, and what became of each."""

import datetime as dt
from functools import partial
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from accounts.access import MemberRequest, member_view
from accounts.permissions import Perm
from activity.actions import preferences as actions
from activity.models import ReminderPreference, ReminderSettings
from activity.schedule import Rules, reminder_days
from core.editing import save
from core.http import page
from core.paging import LimitedPaginator
from dashboard.deliveries import UNDELIVERED, WHICH, deliveries, delivery
from dashboard.forms import ReminderSettingsForm, ReminderWayForm, settings_differences

PER_PAGE = 25


@member_view(Perm.ACTIVITY_VIEW)
@require_safe
def reminder_list(request: MemberRequest) -> HttpResponse:
    """Every reminder with what became of its mail, newest first (`?show=undelivered`)."""
    which = request.GET.get("show", "")
    which = which if which in WHICH else ""
    rows = deliveries(request.org, which, request.member)
    page_obj = LimitedPaginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    own = request.org.reminderpreference_set.filter(member=request.member).first()
    ways = ReminderPreference.Way
    context = {
        "which": which,
        "choices": WHICH.items(),
        "page_obj": page_obj,
        "deliveries": [delivery(row) for row in page_obj],
        "form": ReminderWayForm(initial={"way": own.way if own else ways.DIGEST}),
        "public_url": settings.PUBLIC_URL,
        "only_undelivered": which == UNDELIVERED,
    }
    return render(request, "dashboard/reminder_list.html", context)


@member_view(Perm.ACTIVITY_VIEW)
@require_POST
def reminder_way(request: MemberRequest) -> HttpResponse:
    """One mail a day, or one for each reminder at once: for this person in this organization."""
    form = ReminderWayForm(request.POST)
    if form.is_valid():
        actions.choose_reminder_way(way=form.cleaned_data["way"], by=request.member)
        messages.success(request, "Saved. It counts from the next reminder on.")
    else:
        messages.error(request, "Choose one of the two ways.")
    return redirect("dashboard:reminder_list", org=request.org.slug)


@member_view(Perm.ORG_EDIT)
def reminder_settings(request: MemberRequest) -> HttpResponse:
    """So many days before, on weekends or not, at which hour, and when the Owners are told."""
    kept = request.org.remindersettings_set.first() or ReminderSettings(organization=request.org)
    form = ReminderSettingsForm(request.POST or None, kept)
    act = partial(actions.change_reminder_settings, by=request.member)
    saved = save(form, act, compare=settings_differences)
    if saved.row:
        messages.success(request, "Saved. Every watched day is looked at anew within a minute.")
        return redirect("dashboard:reminder_settings", org=request.org.slug)
    context = {**saved.context, **_example(kept, request.org.time_zone)}
    return page(request, "dashboard/reminder_settings.html", context, status=saved.status)


def _example(kept: ReminderSettings, zone: str) -> dict[str, Any]:
    """When a day at the end of next March is reminded of, by what is saved."""
    due_on = dt.date(timezone.localdate().year + 1, 3, 31)
    days = reminder_days(due_on, Rules.of(kept, zone))
    return {
        "kept": kept,
        "zone": zone,
        "example_on": due_on,
        "example_days": [day for _, day in days if day <= due_on],
        "example_late": [day for _, day in days if day > due_on][:2],
    }
