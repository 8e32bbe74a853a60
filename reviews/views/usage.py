"""What of the paid numbers is used: typed in the page of the review, or on a page of its own."""

from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import NoReverseMatch, reverse

from accounts.access import MemberRequest, member_view
from accounts.permissions import Perm
from contracts.views.frame import find_contract
from core.errors import Refused
from core.http import go, page
from core.versions import Stale
from reviews.actions import usage as actions
from reviews.forms.usage import UsageForm
from reviews.models import Review, UsageCount
from reviews.usage import Usage, UsageLine, of_review
from reviews.views.frame import HISTORY, contract_frame


def _review(request: MemberRequest, review_id: int) -> Review:
    review: Review = get_object_or_404(request.org.review_set, pk=review_id)
    review.organization = request.org
    review.contract = find_contract(request, review.contract_id)
    return review


@member_view(Perm.REVIEW_EDIT)
def save_usage(request: MemberRequest, review_id: int) -> HttpResponse:
    """The numbers that were sent; lines that were not sent stay. htmx sends one line and gets what it
    now says; everybody else goes back to the review."""
    review = _review(request, review_id)
    usage = of_review(review)
    posted = request.POST if request.method == "POST" else None
    form = UsageForm(posted, usage=usage)
    status, refusal = None, ""
    if form.is_bound and form.is_valid():
        try:
            actions.save_usage(review=review, counts=form.counts, by=request.member)
        except Stale as error:
            status, usage = 409, _against(usage, form, error.current)
        except Refused as error:
            status, refusal = 422, str(error)
        else:
            if not request.htmx:
                messages.success(request, "What is used is saved.")
                return go(request, _back(request, review))
            usage = of_review(review)
    elif form.is_bound:
        usage = _with_problems(usage, form)
    context: dict[str, Any] = {
        **contract_frame(request, review.contract, HISTORY),
        "review": review,
        "usage": usage,
        "form": form,
        "refusal": refusal,
        "is_stale": status == 409,
        "back": _back(request, review),
    }
    return page(request, "reviews/usage.html", context, part="said", status=status)


def _back(request: MemberRequest, review: Review) -> str:
    """The review's own page, at this part of it."""
    name = "record_review" if review.is_open else "review_detail"
    try:
        return reverse(f"reviews:{name}", args=[request.org.slug, review.pk]) + "#usage"
    except NoReverseMatch:
        return reverse("contracts:contract_detail", args=[request.org.slug, review.contract_id])


def _typed(form: UsageForm, line: UsageLine) -> dict[str, str]:
    names = {"used": f"used_{line.key}", "paid": f"paid_{line.key}"}
    return {kind: form.data[name] for kind, name in names.items() if name in form.data}


def _with_problems(usage: Usage, form: UsageForm) -> Usage:
    """What was typed stays, with what is wrong beside it."""
    for line in form.sent:
        fields = (f"used_{line.key}", f"paid_{line.key}", f"version_{line.key}")
        wrong = [str(error) for name in fields for error in form.errors.get(name, [])]
        usage = usage.with_line(replace(line, typed=_typed(form, line), problem=" ".join(wrong)))
    return usage


def _against(usage: Usage, form: UsageForm, stored: UsageCount) -> Usage:
    """Somebody said something else about one line: both are shown, and the next saving counts."""
    usage = _with_problems(usage, form)
    line = next((line for line in usage.lines if line.label == stored.label), None)
    if line is None:
        return usage
    told = replace(line, used=stored.used, paid=stored.paid, typed={})
    words = f"Meanwhile somebody wrote {told.used_text or 'nothing'} used"
    if not line.is_priced:
        words += f" of {told.paid_text or 'nothing said'}"
    problem = f"{words}. Compare, then save again to keep yours."
    return usage.with_line(replace(line, version=stored.version, problem=problem))
