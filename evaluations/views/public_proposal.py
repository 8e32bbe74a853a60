"""The page on which a vendor answers a request for proposals. No account: the link is the key."""

import logging
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.debug import sensitive_post_parameters

from activity.links import LinkGone, token_of
from core.editing import save
from core.errors import Refused
from core.files import DOWNLOAD_HEADERS
from core.sealing import SealProblem
from core.visits import link_gone, too_many, visiting, visitor_view
from evaluations.actions import proposal_answers as actions
from evaluations.actions.proposal_answers import HandedIn, Incomplete, TooLate
from evaluations.forms.public_proposal import (
    CURRENCIES,
    AskForm,
    DeclineForm,
    SheetForm,
    read_posted,
)
from evaluations.models import Proposal
from evaluations.proposal_page import (
    DECLINED,
    HANDED_IN,
    OPEN,
    OVER,
    Page,
    deadline_of,
    file_of,
    find_proposal,
    kept_values,
    may_ask,
    page_of,
    phase_of,
    told,
)
from evaluations.proposal_values import code_words, typed_answer

log = logging.getLogger(__name__)
HOME = "answer_proposal"
AUTOSAVE, SAVE, HAND_IN = "autosave", "save", "hand_in"
# One address may be a whole office of a vendor, and each answer saves itself.
MOST_VISITS = 300
# These send a mail: from one address so many an hour.
MAILING, MOST_MAILS, HOUR = {HAND_IN, "ask", "decline"}, 60, 3600
Answer = Callable[[HttpRequest, Proposal, str], HttpResponse]


@visitor_view("proposal", most=MOST_VISITS)
@sensitive_post_parameters()
def answer_proposal(request: HttpRequest, token: str) -> HttpResponse:
    """One answer for unknown, expired, withdrawn and foreign links; else what the time allows: answering,
    the receipt, or that it is over."""
    return for_vendor(request, token, _answer)


def for_vendor(request: HttpRequest, token: str, answer: Answer) -> HttpResponse:
    """Find the proposal, and answer inside its organization, on the vendor's clock."""
    proposal = find_proposal(token)
    if proposal is None:
        return link_gone(request)
    with visiting(proposal.organization, proposal.time_zone):
        try:
            return answer(request, proposal, token)
        except LinkGone:  # withdrawn a moment ago
            return link_gone(request)
        except HandedIn:  # by a colleague, or by the same button pressed twice
            messages.info(
                request, "It is handed in, as it stands below. To change it, take it back first."
            )
            return redirect(HOME, token=token)
        except TooLate as error:
            messages.error(request, f"{error} What you sent just now was not taken.")
            return redirect(HOME, token=token)
        except SealProblem:
            log.exception("The answers of proposal %s can't be read.", proposal.pk)
            return render(request, "evaluations/proposal_broken.html", status=503)


def _answer(request: HttpRequest, proposal: Proposal, token: str) -> HttpResponse:
    phase = phase_of(proposal, timezone.now())
    if request.method != "POST":
        return _show(request, proposal, phase)
    do = request.POST.get("do", "")
    act = _ACTS.get(do)
    if do in MAILING and too_many(request, "proposal_mail", most=MOST_MAILS, seconds=HOUR):
        return render(request, "429.html", status=429)
    if act is not None:
        return act(request, proposal, token)
    if do == AUTOSAVE and phase != OPEN:  # handed in, declined or over since: the page shows it
        return HttpResponse(status=410)
    if phase == OVER:
        raise TooLate
    if phase != OPEN:
        return redirect(HOME, token=token)
    return _save(request, proposal, token, do)


# Answers --------------------------------------------------------------------------------------------


def _save(request: HttpRequest, proposal: Proposal, token: str, do: str) -> HttpResponse:
    """Keep what was sent and can be kept; handing in comes after that, and only if all of it could."""
    page = page_of(proposal, CURRENCIES)
    given = read_posted(page, request.POST, request.FILES)
    problem = ""
    try:
        kept = actions.save_answers(proposal=proposal, given=given)
    except (LinkGone, TooLate, HandedIn):
        if do == AUTOSAVE:
            return HttpResponse(status=410)
        raise
    except Refused as error:
        problem = str(error)
    else:
        _renew(page, kept)
    if do == AUTOSAVE:
        return _parts(request, page, problem)
    if problem or page.refused:
        return _form(request, proposal, page, problem=problem)
    if do == HAND_IN:
        return _hand_in(request, proposal, page, token)
    messages.success(
        request, "Saved. Nobody else can read it until you hand it in and the deadline has passed."
    )
    return redirect(HOME, token=token)


def _renew(page: Page, kept: actions.Kept) -> None:
    """What is kept now; what could not be taken stays as it was typed."""
    values = kept_values(page.proposal)
    for one in page:
        pk = one.question.pk
        one.value, one.clash = values.get(pk, {}), kept.clashes.get(pk)
        one.saved = pk in kept.saved
        if not one.errors and one.clash is None:
            one.typed = typed_answer(one.question, one.value)


def _parts(request: HttpRequest, page: Page, problem: str) -> HttpResponse:
    """For the page's script: the state of each question that was sent."""
    sent = [one for one in page if f"{one.name}-shown" in request.POST]
    status = 200
    if problem or any(one.errors for one in sent):
        status = 422
    elif any(one.clash is not None for one in sent):
        status = 409
    context = {
        "sent": sent,
        "page": page,
        "problem": problem,
        "token": token_of(page.proposal),
        "org": page.proposal.organization,
    }
    return render(request, "evaluations/includes/proposal_parts.html", context, status=status)


def _hand_in(request: HttpRequest, proposal: Proposal, page: Page, token: str) -> HttpResponse:
    try:
        actions.hand_in(proposal=proposal)
    except Incomplete as error:
        for one in page:
            one.lacks = error.missing.get(one.question.pk, ())
        return _form(request, proposal, page, problem=str(error))
    except (LinkGone, TooLate):  # no place on the form
        raise
    except Refused as error:
        return _form(request, proposal, page, problem=str(error))
    return redirect(HOME, token=token)


# Everything else ------------------------------------------------------------------------------------


def _seen(request: HttpRequest, proposal: Proposal, token: str) -> HttpResponse:
    actions.note_seen(proposal=proposal)
    return HttpResponse(status=204)


def _take_back(request: HttpRequest, proposal: Proposal, token: str) -> HttpResponse:
    actions.take_back(proposal=proposal)
    messages.success(
        request,
        "It is taken back. Change what you like, then hand it in again before the deadline.",
    )
    return redirect(HOME, token=token)


def _reconsider(request: HttpRequest, proposal: Proposal, token: str) -> HttpResponse:
    actions.reconsider(proposal=proposal)
    return redirect(HOME, token=token)


def _decline(request: HttpRequest, proposal: Proposal, token: str) -> HttpResponse:
    form = DeclineForm(request.POST)
    saved = save(form, lambda values: actions.decline(proposal=proposal, values=values))
    if saved.row or phase_of(proposal, timezone.now()) == HANDED_IN:
        return redirect(HOME, token=token)
    _refuse_late(proposal)
    return _show(request, proposal, phase_of(proposal, timezone.now()), decline_form=form)


def _ask(request: HttpRequest, proposal: Proposal, token: str) -> HttpResponse:
    form = AskForm(request.POST)

    def act(values: dict[str, Any], creation_key: Any) -> Any:
        return actions.ask(proposal=proposal, values=values, creation_key=creation_key)

    if save(form, act).row:
        messages.success(
            request, "Your question is sent. The answer appears here, and comes by mail."
        )
        return redirect(HOME, token=token)
    _refuse_late(proposal)
    return _show(request, proposal, phase_of(proposal, timezone.now()), ask_form=form)


def _refuse_late(proposal: Proposal) -> None:
    if phase_of(proposal, timezone.now()) == OVER:
        raise TooLate


_ACTS: dict[str, Answer] = {
    "seen": _seen,
    "take_back": _take_back,
    "decline": _decline,
    "reconsider": _reconsider,
    "ask": _ask,
}


# Showing --------------------------------------------------------------------------------------------


def _show(request: HttpRequest, proposal: Proposal, phase: str, **forms: Any) -> HttpResponse:
    """What the time allows. After the deadline: the receipt, never the answers."""
    if phase == OPEN:
        return _form(request, proposal, page_of(proposal, CURRENCIES), **forms)
    context = {
        **_frame(proposal),
        "phase": phase,
        "is_over": phase == OVER,
        "is_declined": phase == DECLINED,
        "page": page_of(proposal, CURRENCIES) if phase == HANDED_IN else None,
    }
    status = 422 if forms else 200
    return render(request, "evaluations/proposal_state.html", context, status=status)


def _form(
    request: HttpRequest,
    proposal: Proposal,
    page: Page,
    *,
    problem: str = "",
    ask_form: AskForm | None = None,
    decline_form: DeclineForm | None = None,
) -> HttpResponse:
    now = timezone.now()
    context = {
        **_frame(proposal),
        "page": page,
        "problem": problem,
        "ask_form": ask_form or AskForm(),
        "decline_form": decline_form or DeclineForm(),
        "sheet_form": SheetForm(),
        "may_ask": may_ask(proposal.proposal_request, now),
    }
    status = 200
    if problem or page.refused or ask_form or decline_form:
        only_clashes = not problem and all(one.clash is not None for one in page.refused)
        status = 409 if page.refused and only_clashes else 422
    return render(request, "evaluations/answer_proposal.html", context, status=status)


def _frame(proposal: Proposal) -> dict[str, Any]:
    return {
        "proposal": proposal,
        "token": token_of(proposal),
        "asked_for": proposal.proposal_request,
        "org": proposal.organization,
        "deadline": deadline_of(proposal),
        "told": told(proposal),
        "code": code_words(proposal.receipt_code),
    }


@visitor_view("proposal", most=MOST_VISITS)
def proposal_file(request: HttpRequest, token: str, request_question_id: int) -> HttpResponse:
    """A file that this vendor uploaded, until the deadline."""

    def answer(request: HttpRequest, proposal: Proposal, token: str) -> HttpResponse:
        if phase_of(proposal, timezone.now()) == OVER:
            return link_gone(request)
        found = file_of(proposal, request_question_id)
        if found is None:
            return link_gone(request)
        return HttpResponse(
            found.content,
            content_type=found.content_type,
            headers={
                **DOWNLOAD_HEADERS,
                "Content-Disposition": content_disposition_header(True, found.filename)
                or "attachment",
            },
        )

    return for_vendor(request, token, answer)
