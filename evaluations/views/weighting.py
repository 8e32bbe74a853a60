"""Pages on which people say what the criteria weigh, compare, and decide; until scoring opens."""

from collections.abc import Sequence
from typing import Any, cast

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from accounts.access import MemberRequest, member_view
from accounts.permissions import Perm
from core.errors import Refused
from core.forms import go_on_from
from core.http import go, page
from core.versions import Stale
from evaluations import weight_answers, weighting
from evaluations.actions import weighting as actions
from evaluations.criteria import CriterionDraft
from evaluations.forms.weight_decision import DecisionForm
from evaluations.forms.weighting import FORMS, AnswerForm, OrderForm
from evaluations.models import Evaluation, WeightAnswer
from evaluations.views.frame import SETUP, frame
from evaluations.views.shared import posted
from evaluations.weight_answers import Answer

SET_UP = "evaluations:set_up"
HUB, GIVE = "evaluations:answer_weights", "evaluations:give_weights"
SHOW = "show"  # the preview's request: nothing is saved
CHANGED = (
    "The evaluation was changed meanwhile. The page shows the answers as they are now: look again,"
    " then decide."
)


def _asked(request: MemberRequest, evaluation_id: int) -> Evaluation:
    """404 for another organization's, 403 for who is neither evaluator of it nor manages it."""
    evaluation = get_object_or_404(request.org.evaluation_set, pk=evaluation_id)
    if not weight_answers.may_answer(evaluation, request.member):
        raise PermissionDenied
    return evaluation


def _frozen(request: MemberRequest, evaluation: Evaluation) -> HttpResponseRedirect:
    messages.info(request, "Scoring has been opened, so the weights can't be changed any more.")
    return redirect(SET_UP, org=request.org.slug, evaluation_id=evaluation.pk)


# Answering ----------------------------------------------------------------------------------------


@member_view(Perm.SCORE)
def answer_weights(request: MemberRequest, evaluation_id: int) -> HttpResponse:
    """The four ways, and what this person answered so far."""
    evaluation = _asked(request, evaluation_id)
    if not evaluation.in_setup:
        return _frozen(request, evaluation)
    drafts = weight_answers.asked_criteria(evaluation)
    answers = weight_answers.own_answers(evaluation, request.member, drafts)
    standing = weight_answers.standing(answers)
    given = {answer.row.way: answer for answer in answers}
    context = {
        **frame(request, evaluation, SETUP),
        "drafts": drafts,
        "ways": [(way, given.get(way.value)) for way in WeightAnswer.Way],
        "standing": standing,
        "weights": _by_name(drafts, standing) if standing and standing.counts else [],
        "too_many": len(drafts) > weighting.MOST_IN_PAIRS,
        "most": weighting.MOST_IN_PAIRS,
        "questions": len(drafts) * (len(drafts) - 1) // 2,
    }
    return render(request, "evaluations/weights_ways.html", context)


def _by_name(drafts: list[CriterionDraft], answer: Answer) -> list[tuple[str, Any]]:
    weights = answer.voice.weights
    return [(draft.name, weights[draft.row]) for draft in drafts if draft.row in weights]


@member_view(Perm.SCORE)
def give_weights(request: MemberRequest, evaluation_id: int, way: str) -> HttpResponse:
    """One way to answer. Buttons other than *save* show what follows and store nothing."""
    evaluation = _asked(request, evaluation_id)
    if way not in FORMS:
        raise Http404
    if not evaluation.in_setup:
        return _frozen(request, evaluation)
    drafts = weight_answers.asked_criteria(evaluation)
    own = weight_answers.own_answers(evaluation, request.member, drafts)
    answer = next((row for row in own if row.row.way == way), None)
    button = request.POST.get("do", "save")
    saving = request.method == "POST" and button == "save"
    form = FORMS[way](posted(request), drafts=drafts, answer=answer, saving=saving)
    if saving and request.POST.get("asked") != weighting.digest(drafts):
        return _other_criteria(request, evaluation, form)
    if saving and form.is_valid() and _askable(way, drafts):
        return _keep_answer(request, evaluation, form)
    if request.method == "POST" and not saving:
        _look(form, button)
    status = 422 if saving else 200
    return _answer_page(request, evaluation, form, answer, status=status)


def _askable(way: str, drafts: Sequence[CriterionDraft]) -> bool:
    most = weighting.MOST_IN_PAIRS if way == weighting.PAIRS else len(drafts)
    return 2 <= len(drafts) <= most


def _look(form: AnswerForm, button: str) -> None:
    form.is_valid()
    if isinstance(form, OrderForm) and button != SHOW:
        form.arrange(button)


def _keep_answer(request: MemberRequest, evaluation: Evaluation, form: AnswerForm) -> HttpResponse:
    try:
        answer = actions.answer_weights(
            evaluation=evaluation,
            way=form.way,
            given=form.given,
            asked=form.cleaned_data["asked"],
            version=form.cleaned_data["version"],
            by=request.member,
        )
    except Stale as error:
        stored = _stored(error.current, form)
        go_on_from(form, error.current.version if error.current else 0)
        return _answer_page(request, evaluation, form, stored, stale=True, status=409)
    except Refused as error:
        form.add_error(None, str(error))
        return _answer_page(request, evaluation, form, None, status=422)
    if answer.weights:
        messages.success(request, "Your answer is saved. You can change it until scoring opens.")
    else:
        words = "What you answered so far is kept. It counts when every question is answered."
        messages.info(request, words)
    return go(request, HUB, org=request.org.slug, evaluation_id=evaluation.pk)


def _other_criteria(
    request: MemberRequest, evaluation: Evaluation, form: AnswerForm
) -> HttpResponse:
    """What was answered was asked about other criteria: show these, with the input kept."""
    data = cast(QueryDict, form.data).copy()
    data["asked"] = weighting.digest(form.drafts)
    form.data = data
    form.is_valid()
    form.add_error(None, str(weight_answers.OtherCriteria()))
    return _answer_page(request, evaluation, form, None, status=409)


def _stored(current: WeightAnswer | None, form: AnswerForm) -> Answer | None:
    if current is None:
        return None
    return Answer(current, "", weighting.outdated(current.given["basis"], form.drafts))


def _answer_page(
    request: MemberRequest,
    evaluation: Evaluation,
    form: AnswerForm,
    answer: Answer | None,
    *,
    stale: bool = False,
    status: int = 200,
) -> HttpResponse:
    context = {
        **frame(request, evaluation, SETUP),
        "form": form,
        "way": WeightAnswer.Way(form.way),
        "answer": answer,
        "askable": _askable(form.way, form.drafts),
        "stale": _stale_lines(form, answer) if stale else [],
        "changed": answer.outdated if answer and not form.is_bound else [],
        "dirty": form.is_bound,
        "refused": status in {409, 422} and not stale,
        "most": weighting.MOST_IN_PAIRS,
    }
    part = "preview" if request.POST.get("do") == SHOW else "form"
    return page(request, "evaluations/weights_give.html", context, part=part, status=status)


def _stale_lines(form: AnswerForm, answer: Answer | None) -> list[str]:
    """What another window of the same person saved meanwhile."""
    if answer is None or not answer.complete:
        return ["An answer that is not complete yet."]
    weights = answer.voice.weights
    return [
        f"{draft.name} {weighting.short(weights[draft.row])} %"
        for draft in form.drafts
        if draft.row in weights
    ]


# Comparing and deciding ---------------------------------------------------------------------------


@member_view(Perm.EVALUATION_MANAGE)
def compare_weights(request: MemberRequest, evaluation_id: int) -> HttpResponse:
    """Everybody's answers side by side; first one's own, unless one says that one gives none (?own=none)."""
    evaluation = get_object_or_404(request.org.evaluation_set, pk=evaluation_id)
    drafts = weight_answers.asked_criteria(evaluation)
    own = weight_answers.own_answers(evaluation, request.member, drafts)
    answered = any(answer.counts for answer in own)
    if evaluation.in_setup and not answered and request.GET.get("own") != "none":
        context = frame(request, evaluation, SETUP)
        return render(request, "evaluations/weights_first.html", context)
    form = DecisionForm(None, drafts=drafts, version=evaluation.version)
    return _compare_page(request, evaluation, form, drafts)


@member_view(Perm.EVALUATION_DECIDE)
@require_POST
def decide_weights(request: MemberRequest, evaluation_id: int) -> HttpResponse:
    """Settle the weights; the preview's request (do=show) only tells what they would be."""
    evaluation = get_object_or_404(request.org.evaluation_set, pk=evaluation_id)
    if not evaluation.in_setup:
        return _frozen(request, evaluation)
    drafts = weight_answers.asked_criteria(evaluation)
    form = DecisionForm(request.POST, drafts=drafts, version=evaluation.version)
    if request.POST.get("do") == SHOW:
        return _compare_page(request, evaluation, form, drafts, show=True)
    if not form.is_valid():
        return _compare_page(request, evaluation, form, drafts, status=422)
    try:
        actions.decide_weights(
            evaluation=evaluation,
            decision=form.decision,
            version=form.cleaned_data["version"],
            by=request.member,
        )
    except Stale as error:
        go_on_from(form, error.current.version)
        form.add_error(None, CHANGED)
        return _compare_page(request, error.current, form, drafts, status=409)
    except weight_answers.OtherAnswers as error:
        form.add_error(None, str(error))
        return _compare_page(request, evaluation, form, drafts, status=409)
    except Refused as error:
        form.add_error(None, str(error))
        return _compare_page(request, evaluation, form, drafts, status=422)
    messages.success(request, "The weights are settled.")
    return go(request, SET_UP, org=request.org.slug, evaluation_id=evaluation.pk)


def _compare_page(
    request: MemberRequest,
    evaluation: Evaluation,
    form: DecisionForm,
    drafts: list[CriterionDraft],
    *,
    show: bool = False,
    status: int = 200,
) -> HttpResponse:
    everybody = weight_answers.everybody(evaluation, drafts)
    voices = everybody.voices
    differences = weighting.differences(drafts, voices)
    how, joined = weighting.together(drafts, voices) if voices else ("", {})
    context = {
        **frame(request, evaluation, SETUP),
        "form": form,
        "everybody": everybody,
        "lines": _lines(drafts, voices, joined),
        "any_pairs": any(voice.way == weighting.PAIRS for voice in voices),
        "grouped": how == weighting.GROUP,
        "several": len(voices) > 1,
        "talk": [line for line in differences if line.is_big],
        "close": [line.criterion for line in differences if not line.is_big],
        "may_decide": evaluation.in_setup and request.member.can(Perm.EVALUATION_DECIDE),
        "would_be": _would_be(evaluation, form, drafts) if show else None,
        "refused": status in {409, 422},
    }
    part = "outcome" if show else "form"
    return page(request, "evaluations/weights_compare.html", context, part=part, status=status)


def _lines(
    drafts: list[CriterionDraft], voices: list[weighting.Voice], joined: weighting.Weights
) -> list[dict[str, Any]]:
    """One for each criterion: what each person gives it, all together, how far apart, and now."""
    return [
        {
            "draft": draft,
            "said": (said := [voice.weights[pk] for voice in voices]),
            "joined": joined.get(pk),
            "apart": max(said) - min(said) if said else None,
        }
        for pk, draft in zip(weighting.ids_of(drafts), drafts, strict=True)
    ]


def _would_be(
    evaluation: Evaluation, form: DecisionForm, drafts: list[CriterionDraft]
) -> dict[str, Any]:
    """What the decision as it stands in the form comes to, or why it comes to nothing yet."""
    if not form.is_valid():
        return {"problem": next(iter(form.errors.values()))[0]}
    try:
        how, people, weights = weight_answers.settled(evaluation, drafts, form.decision)
    except Refused as error:
        return {"problem": str(error)}
    rows = [(draft, weights[draft.row]) for draft in drafts if draft.row is not None]
    return {"words": weighting.how_words(how, people), "rows": rows}
