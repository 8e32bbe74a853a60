"""The notice letter of a renewal: written here, sent by people."""

from functools import partial
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone

from accounts.access import MemberRequest, member_view
from accounts.permissions import Perm
from core.editing import save
from core.http import go, page
from reviews import renewal_letter as words
from reviews.actions import renewing as actions
from reviews.forms.renewing import LetterForm
from reviews.models import RenewalBrief
from reviews.renewing import letter_facts
from reviews.views.frame import RENEWALS, contract_frame
from reviews.views.renewing import find_brief


def _draft(request: MemberRequest, brief: RenewalBrief) -> dict[str, str]:
    """The letter as it is kept, or as it would be drafted now."""
    if brief.letter_body:
        return {"letter_subject": brief.letter_subject, "letter_body": brief.letter_body}
    facts = letter_facts(brief, request.member, timezone.localdate())
    return {"letter_subject": words.subject(facts), "letter_body": words.body(facts)}


@member_view(Perm.REVIEW_EDIT)
def edit_renewal_letter(request: MemberRequest, brief_id: int) -> HttpResponse:
    """Change the draft as you like; nothing is sent from here."""
    brief = find_brief(request, brief_id)
    initial: dict[str, Any] = {"version": brief.version}
    if request.method != "POST":
        initial |= _draft(request, brief)
    form = LetterForm(request.POST or None, initial=initial)
    saved = save(form, partial(actions.save_letter, brief=brief, by=request.member))
    if saved.row:
        messages.success(request, "Saved. Print it or copy the text; we send nothing.")
        return go(request, "reviews:renewal_letter", request.org.slug, brief.pk)
    context = {
        **contract_frame(request, brief.contract, RENEWALS),
        **saved.context,
        "brief": brief,
    }
    return page(request, "reviews/edit_renewal_letter.html", context, status=saved.status)


@member_view(Perm.REVIEW_VIEW)
def renewal_letter(request: MemberRequest, brief_id: int) -> HttpResponse:
    """The letter to read, print and copy."""
    brief = find_brief(request, brief_id)
    context = {
        **contract_frame(request, brief.contract, RENEWALS),
        "brief": brief,
        "letter": _draft(request, brief),
    }
    return render(request, "reviews/renewal_letter.html", context)
