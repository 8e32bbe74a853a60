"""The page on which a vendor answers our security questions. No account: the link is the key."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from activity.links import LinkGone
from core.errors import Refused
from core.visits import link_gone, visiting, visitor_view
from vendors import diligence_queries as queries
from vendors.actions import diligence_answers as actions
from vendors.forms.diligence import AnswersForm
from vendors.models import DiligenceCheck

MOST_VISITS = 240  # a minute from one address: the page saves each answer by itself


@visitor_view("diligence", most=MOST_VISITS)
def answer_diligence(request: HttpRequest, token: str) -> HttpResponse:
    """One answer for unknown, expired, withdrawn and foreign links; what was handed in can be read."""
    check = queries.find_round(token)
    if check is None:
        return _gone(request)
    with visiting(check.organization):
        if check.answered_at is not None:
            if request.method == "POST":  # sent twice, or a colleague handed it in
                return _look_anew(request) or redirect("answer_diligence", token=token)
            return _thanks(request, check)
        if request.method != "POST":
            return _page(request, check, _form(request, check))
        return _posted(request, check, token)


def _posted(request: HttpRequest, check: DiligenceCheck, token: str) -> HttpResponse:
    """`do` is seen (the page is there), one (a question that changed), save, or hand_in."""
    do = request.POST.get("do", "")
    try:
        if do == "seen":
            actions.mark_seen(check=check)
            return HttpResponse(status=204)
        if do.startswith("one:"):
            return _one(request, check, do.removeprefix("one:"))
        return _all(request, check, token, hands_in=do == "hand_in")
    except LinkGone:
        return _gone(request)


def _all(
    request: HttpRequest, check: DiligenceCheck, token: str, *, hands_in: bool
) -> HttpResponse:
    form = _form(request, check)
    differing: list[tuple[str, str, str]] = []
    status = 422
    if form.is_valid():
        try:
            actions.save_answers(
                check=check,
                entries=form.entries(),
                hands_in=hands_in,
                leaves_open=form.cleaned_data["leaves_open"],
            )
        except LinkGone:
            raise
        except actions.AnswersChanged as error:
            differing, status = form.show_stored(error.stored), 409
        except Refused as error:
            form.add_error(error.field if error.field in form.fields else None, str(error))
        else:
            if not hands_in:
                messages.success(
                    request, "Saved. Go on whenever you like, and hand it in when you are done."
                )
            return redirect("answer_diligence", token=token)
    return _page(request, check, form, differing, status)


def _one(request: HttpRequest, check: DiligenceCheck, key: str) -> HttpResponse:
    """One question that has just changed: what is stored comes back, or what is wrong."""
    question = queries.questions_asked(check).get(key)
    if question is None:
        return HttpResponse(status=404)
    form = _form(request, check, only=key)
    state, status, theirs = "saved", 200, ""
    if form.is_valid():
        try:
            actions.save_answers(check=check, entries=form.entries(), hands_in=False)
        except LinkGone:
            raise
        except actions.AnswersChanged as error:
            _, theirs, _ = form.show_stored(error.stored)[0]
            state, status = "stale", 409
        except Refused as error:
            form.add_error(error.field if error.field in form.fields else None, str(error))
            state, status = "wrong", 422
        else:
            form = AnswersForm(
                areas=queries.areas_asked(check), said=queries.answers_of(check), only=key
            )
    else:
        state, status = "wrong", 422
    context = {"row": form.row(question), "state": state, "theirs": theirs, "now": timezone.now()}
    return render(request, "vendors/includes/diligence_saved.html", context, status=status)


def _form(request: HttpRequest, check: DiligenceCheck, only: str = "") -> AnswersForm:
    posted = (request.POST, request.FILES) if request.method == "POST" else (None, None)
    areas, said = queries.areas_asked(check), queries.answers_of(check)
    return AnswersForm(*posted, areas=areas, said=said, only=only)


def _page(
    request: HttpRequest,
    check: DiligenceCheck,
    form: AnswersForm,
    differing: Any = (),
    status: int = 200,
) -> HttpResponse:
    context = {
        **_about(check),
        "form": form,
        "parts": form.parts(),
        "stale": status == 409,
        "differing": differing,
        "saves": True,
    }
    return render(request, "vendors/answer_diligence.html", context, status=status)


def _thanks(request: HttpRequest, check: DiligenceCheck) -> HttpResponse:
    said = queries.answers_of(check)
    parts = [
        (area, [(question, said.get(question.key)) for question in area.questions])
        for area in queries.areas_asked(check)
    ]
    return render(request, "vendors/diligence_handed_in.html", {**_about(check), "parts": parts})


def _about(check: DiligenceCheck) -> dict[str, Any]:
    return {"check": check, "org": check.organization, "vendor": check.vendor}


def _look_anew(request: HttpRequest) -> HttpResponse | None:
    """A page that saved by itself is loaded anew, since it is not what it was; None for other requests."""
    if "HX-Request" not in request.headers:
        return None
    return HttpResponse(status=404, headers={"HX-Refresh": "true"})


def _gone(request: HttpRequest) -> HttpResponse:
    return _look_anew(request) or link_gone(request)
