"""Renewals: all that wait, one contract's, the brief with its votes, the decision and its record."""

import datetime as dt
from functools import partial
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from accounts.access import MemberRequest, member_view
from accounts.permissions import Perm
from activity.verifying import MOST_SHOWN, envelope_of
from core.editing import Saved, save
from core.errors import Refused
from core.http import go, json_file, page
from core.paging import LimitedPaginator
from reviews import renewal_rules as rules
from reviews.actions import renewal_days, renewing
from reviews.forms.renewing import DecideForm, VoteForm
from reviews.models import Choice, RenewalBrief
from reviews.renewal_verifying import verify
from reviews.renewal_words import headline, sections
from reviews.renewing import days_of, facts_of, tally_of, term_facts, writer_for
from reviews.views.frame import (
    RENEWALS,
    area_frame,
    contract_frame,
    find_contract,
)

PER_PAGE = 25
OPEN, DECIDED, LAPSED = RenewalBrief.State.OPEN, RenewalBrief.State.DECIDED, "past"
SHOWN = {OPEN: "To be decided", DECIDED: "Decided", LAPSED: "Not decided"}
LABELS = dict(Choice.choices)


def find_brief(request: MemberRequest, brief_id: int) -> RenewalBrief:
    """The brief with its contract and people, in one query; 404 if it is not this organization's."""
    rows = request.org.renewalbrief_set.select_related(
        "contract__vendor",
        "contract__manager__user",
        "contract__counterpart",
        "contract__review_plan",
        "decided_by__user",
        "record",
    )
    brief: RenewalBrief = get_object_or_404(rows, pk=brief_id)
    brief.organization = brief.contract.organization = request.org
    brief.contract.vendor.organization = request.org
    return brief


# Lists ----------------------------------------------------------------------------------------------


@member_view(Perm.REVIEW_VIEW)
def renewal_list(request: MemberRequest) -> HttpResponse:
    """Those that wait, the soonest first; or those that were decided, or were not in time."""
    shown = request.GET.get("state", OPEN)
    shown = shown if shown in SHOWN else OPEN
    mine = request.GET.get("mine") == "1"
    rows = request.org.renewalbrief_set.for_list()
    if mine:
        rows = rows.filter(contract__manager=request.member)
    if shown == LAPSED:
        rows = rows.past().newest_first()
    else:
        rows = rows.filter(state=shown)
        rows = rows.soonest_first() if shown == OPEN else rows.newest_first()
    briefs = LimitedPaginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        **area_frame(RENEWALS),
        "briefs": briefs,
        "shown": shown,
        "mine": mine,
        "states": SHOWN.items(),
        "today": timezone.localdate(),
    }
    return render(request, "reviews/renewal_list.html", context)


@member_view(Perm.REVIEW_VIEW)
def contract_renewals(request: MemberRequest, contract_id: int) -> HttpResponse:
    """The brief that waits, or when it will; and what was decided before."""
    contract = find_contract(request, contract_id)
    context = contract_frame(request, contract, RENEWALS)
    days = days_of(contract, context["today"])
    briefs = list(contract.renewal_briefs.for_list().newest_first())
    day = days.decision_on
    waiting = next((brief for brief in briefs if brief.is_open), None)
    told = {"term": term_facts(contract, day)} if day else None
    context |= {
        "waiting": waiting,
        "briefs": [brief for brief in briefs if brief is not waiting],
        "decision_on": day,
        "appears_on": rules.appears_on(day) if day else None,
        "is_decided": day in [brief.safe_notice_on for brief in briefs if brief.is_decided],
        "binds_briefly": days.binds_briefly,
        "headline": headline(told, writer_for(request.org)) if told else "",
    }
    return render(request, "reviews/contract_renewals.html", context)


@member_view(Perm.REVIEW_EDIT)
@require_POST
def begin_renewal(request: MemberRequest, contract_id: int) -> HttpResponse:
    """Open the brief before it builds itself."""
    contract = find_contract(request, contract_id)
    try:
        brief = renewal_days.begin_brief(
            contract=contract, today=timezone.localdate(), by=request.member
        )
    except Refused as error:
        messages.error(request, str(error))
        return redirect("reviews:contract_renewals", request.org.slug, contract.pk)
    return redirect(brief)


# One brief ------------------------------------------------------------------------------------------


@member_view(Perm.REVIEW_VIEW)
def renewal_brief(request: MemberRequest, brief_id: int) -> HttpResponse:
    """What speaks for and against keeping the contract, who would do what, and what was decided."""
    brief = find_brief(request, brief_id)
    return render(request, "reviews/renewal_brief.html", _shown(request, brief))


def _shown(request: MemberRequest, brief: RenewalBrief) -> dict[str, Any]:
    """A brief that waits shows what is known today, a decided one what was known then."""
    context = contract_frame(request, brief.contract, RENEWALS)
    today: dt.date = context["today"]
    facts = facts_of(brief.contract, brief.safe_notice_on, today) if brief.is_open else brief.facts
    writer = writer_for(request.org)
    votes = list(brief.votes.first_said_first())
    own = next((vote for vote in votes if vote.member_id == request.member.pk), None)
    found = tally_of(votes)
    return {
        **context,
        "brief": brief,
        "earlier": _earlier(brief) if brief.is_open else None,
        "headline": headline(facts, writer) if facts else "",
        "as_of": dt.date.fromisoformat(facts["as_of"]) if facts else None,
        "sections": sections(facts, writer) if facts else [],
        "decide_by": rules.decide_by_on(brief.safe_notice_on, timezone.localdate(brief.created_at)),
        "votes": votes,
        "own": own,
        "tally": [(LABELS[count.choice], count) for count in found.counts],
        "tally_words": rules.in_words(found, LABELS),
        "vote_form": _vote_form(own),
        "may_vote": brief.is_open and request.member.can(Perm.RENEWAL_VOTE),
        "may_decide": brief.is_open and request.member.can(Perm.RENEWAL_DECIDE),
    }


def _earlier(brief: RenewalBrief) -> RenewalBrief | None:
    """What was decided last time, and why."""
    rows = brief.contract.renewal_briefs.filter(state=DECIDED)
    found: RenewalBrief | None = rows.select_related("decided_by__user").newest_first().first()
    return found


def _vote_form(own: Any, data: Any = None) -> VoteForm:
    said = {"choice": own.choice, "reason": own.reason} if own else {}
    return VoteForm(data, initial={**said, "version": own.version if own else 0})


@member_view(Perm.RENEWAL_VOTE)
@require_POST
def vote_renewal(request: MemberRequest, brief_id: int) -> HttpResponse:
    """Say, or say anew, what you would do."""
    brief = find_brief(request, brief_id)
    form = VoteForm(request.POST)
    act = partial(renewing.vote_renewal, brief=brief, by=request.member)
    saved = save(form, act)
    if saved.row:
        messages.success(request, "Your vote is kept. You may change it until it is decided.")
        return go(request, brief)
    return _again(request, brief_id, saved)


def _again(request: MemberRequest, brief_id: int, saved: Saved) -> HttpResponse:
    """The brief as it is now, with the vote as it was written."""
    context = _shown(request, find_brief(request, brief_id))
    context |= {**saved.context, "vote_form": saved.form}
    return render(request, "reviews/renewal_brief.html", context, status=saved.status or 422)


@member_view(Perm.RENEWAL_DECIDE)
def decide_renewal(request: MemberRequest, brief_id: int) -> HttpResponse:
    """Decide; what the brief shows is frozen with it."""
    brief = find_brief(request, brief_id)
    if not brief.is_open and request.method != "POST":
        return redirect(brief)
    today = timezone.localdate()
    form = DecideForm(request.POST or None, initial={"version": brief.version})
    act = partial(renewing.decide_renewal, brief=brief, today=today, by=request.member)
    saved = save(form, act)
    if saved.row:
        messages.success(request, "Decided, and frozen with everything that it rests on.")
        return go(request, saved.row)
    if saved.status:
        brief = find_brief(request, brief_id)
    votes = list(brief.votes.first_said_first())
    context = {
        **contract_frame(request, brief.contract, RENEWALS),
        **saved.context,
        "brief": brief,
        "votes": votes,
        "tally_words": rules.in_words(tally_of(votes), LABELS),
        "headline": headline(
            {"term": term_facts(brief.contract, brief.safe_notice_on)}, writer_for(request.org)
        ),
    }
    return page(request, "reviews/decide_renewal.html", context, status=saved.status)


# The record -----------------------------------------------------------------------------------------


@member_view(Perm.REVIEW_VIEW)
def verify_renewal(request: MemberRequest, brief_id: int) -> HttpResponse:
    """Compare the record with itself, its chain and the rows; changes nothing."""
    brief = find_brief(request, brief_id)
    if not brief.is_decided:
        return redirect(brief)
    context = {
        **contract_frame(request, brief.contract, RENEWALS),
        "brief": brief,
        "record": brief.record,
        "verification": verify(brief),
        "most_shown": f":{MOST_SHOWN}",
    }
    return render(request, "reviews/verify_renewal.html", context)


@member_view(Perm.REVIEW_VIEW)
def export_renewal_record(request: MemberRequest, brief_id: int) -> HttpResponse:
    """The record as a file that `manage.py verify_record` checks without a database."""
    brief = find_brief(request, brief_id)
    if brief.record is None:
        return redirect(brief)
    name = f"renewal-{brief.pk}-record-{brief.record.number}.json"
    return json_file(envelope_of(brief.record), name)
