"""The decision report as a page and a PDF, and the letters to the candidates."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_POST

from accounts.access import MemberRequest, member_view
from accounts.permissions import Perm
from core.errors import Refused
from core.forms import differences, go_on_from
from core.http import go, page
from core.versions import Stale
from evaluations.actions.award_letters import change_letter
from evaluations.actions.award_letters import draft_letters as draft
from evaluations.actions.award_report import WORKING, ask_for_report
from evaluations.forms.letters import LetterForm
from evaluations.letters import kind_of
from evaluations.models import Award, AwardLetter, Evaluation
from evaluations.reports import BrokenRecord, read_report
from evaluations.views.frame import DECIDE, frame


def _award(request: MemberRequest, evaluation_id: int, award_id: int) -> Award:
    """An award is told only while scoring is closed: reopened, its marks are nobody's business again."""
    rows = request.org.award_set.filter(
        evaluation_id=evaluation_id, evaluation__state=Evaluation.State.CLOSED
    ).select_related(
        "organization",
        "evaluation__organization",
        "record",
        "winner",
        "runner_up",
        "report_job__file",
        "created_by__user",
        "proposed_by__user",
        "decided_by__user",
    )
    return get_object_or_404(rows, pk=award_id)


def _reportable(request: MemberRequest, evaluation_id: int, award_id: int) -> Award:
    """One that has a record, or stands in the present round."""
    award = _award(request, evaluation_id, award_id)
    gone = award.state == Award.State.WITHDRAWN or award.round != award.evaluation.round
    if gone and award.record is None:
        raise Http404
    return award


@member_view(Perm.EVALUATION_VIEW)
def award_report(request: MemberRequest, evaluation_id: int, award_id: int) -> HttpResponse:
    """One page for the partner, then the details; the PDF is asked for here."""
    award = _reportable(request, evaluation_id, award_id)
    job = award.report_job
    context: dict[str, Any] = {
        **frame(request, award.evaluation, DECIDE),
        "award": award,
        "job": job,
        "working": job is not None and job.state in WORKING,
    }
    if request.htmx:
        return page(request, "evaluations/award_report.html", context, part="pdf")
    try:
        report = read_report(award)
    except BrokenRecord as error:
        messages.error(request, str(error))
        return go(request, "evaluations:verify_award", request.org.slug, evaluation_id, award_id)
    context |= {"report": report, "ranking": report.ranking, "reading": report.reading}
    return page(request, "evaluations/award_report.html", context)


@member_view(Perm.EVALUATION_VIEW)
@require_POST
def ask_award_report(request: MemberRequest, evaluation_id: int, award_id: int) -> HttpResponse:
    """Have the PDF made; anybody who may read the report may."""
    award = _reportable(request, evaluation_id, award_id)
    ask_for_report(award=award, by=request.member)
    return go(request, "evaluations:award_report", request.org.slug, evaluation_id, award_id)


@member_view(Perm.EVALUATION_VIEW)
def award_report_file(request: MemberRequest, evaluation_id: int, award_id: int) -> HttpResponse:
    """The PDF that was made last."""
    award = _reportable(request, evaluation_id, award_id)
    made = getattr(award.report_job, "file", None)
    if made is None:
        raise Http404
    return HttpResponse(
        bytes(made.data),
        content_type=made.content_type,
        headers={"Content-Disposition": f'attachment; filename="{made.filename}"'},
    )


@member_view(Perm.EVALUATION_VIEW)
def award_letters(request: MemberRequest, evaluation_id: int, award_id: int) -> HttpResponse:
    """The letters of award and regret as they stand."""
    award = _award(request, evaluation_id, award_id)
    rows = award.letters.select_related("candidate").order_by("candidate__position", "pk")
    lines = [
        (letter, kind_of(letter.candidate_id, award.winner_id, award.runner_up_id))
        for letter in rows
    ]
    order = {"award": 0, "bench": 1, "regret": 2}
    context = {
        **frame(request, award.evaluation, DECIDE),
        "award": award,
        "lines": sorted(lines, key=lambda line: order[line[1]]),
    }
    return page(request, "evaluations/award_letters.html", context)


@member_view(Perm.AWARD_PROPOSE)
@require_POST
def draft_letters(request: MemberRequest, evaluation_id: int, award_id: int) -> HttpResponse:
    """Draft a letter to every candidate that has none yet."""
    award = _award(request, evaluation_id, award_id)
    try:
        made = draft(award=award, by=request.member)
    except Refused as error:
        messages.error(request, str(error))
    else:
        count = len(made)
        words = "1 letter drafted." if count == 1 else f"{count} letters drafted."
        messages.success(request, words if count else "Every candidate has a letter already.")
    return go(request, "evaluations:award_letters", request.org.slug, evaluation_id, award_id)


@member_view(Perm.AWARD_PROPOSE)
def edit_letter(
    request: MemberRequest, evaluation_id: int, award_id: int, letter_id: int
) -> HttpResponse:
    """Change a letter before sending it, or note when it was sent."""
    award = _award(request, evaluation_id, award_id)
    letter = get_object_or_404(award.letters.select_related("candidate"), pk=letter_id)
    form = LetterForm(request.POST or None, initial=_initial(letter))
    stale: list[str] = []
    status = None
    if request.method == "POST" and form.is_valid():
        try:
            change_letter(letter=letter, by=request.member, **form.cleaned_data)
        except Stale as error:
            stale, status = _stale_words(form, error.current), 409
            go_on_from(form, error.current.version)
        else:
            messages.success(request, f"The letter to {letter.candidate} is saved.")
            return go(
                request, "evaluations:award_letters", request.org.slug, evaluation_id, award_id
            )
    context = {
        **frame(request, award.evaluation, DECIDE),
        "award": award,
        "letter": letter,
        "form": form,
        "stale": stale,
    }
    return page(request, "evaluations/edit_letter.html", context, status=status)


def _initial(letter: AwardLetter) -> dict[str, Any]:
    return {name: getattr(letter, name) for name in ("subject", "body", "sent_on", "version")}


def _stale_words(form: LetterForm, stored: AwardLetter) -> list[str]:
    """What is stored now, where it is not what this person wrote."""
    return [f"{label}: stored is “{theirs}”" for label, theirs, _ in differences(form, stored)] or [
        "It says the same as yours; save again to keep it."
    ]
