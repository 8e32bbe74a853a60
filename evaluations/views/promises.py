"""The promise ledger: what candidates said they would do, so that nothing of it is forgotten."""

from functools import partial
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.views.decorators.http import require_POST

from accounts.access import MemberRequest, member_view
from accounts.permissions import Perm
from core.editing import save
from core.errors import Refused
from core.http import go, page
from evaluations import promise_queries
from evaluations.actions import promises as actions
from evaluations.forms.promises import EditPromiseForm, PromiseForm
from evaluations.models import Evaluation, Promise
from evaluations.views.frame import frame
from evaluations.views.shared import ids, posted

LIST = "evaluations:promise_list"
HERE = ""  # none of the steps


@member_view(Perm.EVALUATION_VIEW)
def promise_list(request: MemberRequest, evaluation_id: int) -> HttpResponse:
    """Candidate by candidate what was promised, and where it went."""
    evaluation = _evaluation(request, evaluation_id)
    ledgers = promise_queries.ledgers_of(evaluation)
    context = {
        **frame(request, evaluation, HERE),
        "ledgers": ledgers,
        "total": sum(len(ledger.promises) for ledger in ledgers),
        "may_edit": request.member.can(Perm.EVALUATION_MANAGE),
    }
    return page(request, "evaluations/promise_list.html", context)


def _evaluation(request: MemberRequest, pk: int) -> Evaluation:
    evaluation: Evaluation = get_object_or_404(request.org.evaluation_set, pk=pk)
    evaluation.organization = request.org
    return evaluation


def _promise(evaluation: Evaluation, pk: int) -> Promise:
    promise: Promise = get_object_or_404(promise_queries.promises_of(evaluation), pk=pk)
    promise.candidate.evaluation = evaluation
    return promise


def _go(request: MemberRequest, evaluation: Evaluation) -> HttpResponse:
    return go(request, LIST, org=request.org.slug, evaluation_id=evaluation.pk)


@member_view(Perm.EVALUATION_MANAGE)
def add_promise(request: MemberRequest, evaluation_id: int) -> HttpResponse:
    """Note one; ?candidate=&text=&source=&answer=&said_by= say it beforehand, an answer brings its words."""
    evaluation = _evaluation(request, evaluation_id)
    data = posted(request)
    initial = {} if data is not None else _asked_for(request, evaluation)
    form = PromiseForm(data, evaluation=evaluation, initial=initial)

    def act(values: dict[str, Any], creation_key: Any) -> Promise:
        candidate = values.pop("candidate")
        return actions.add_promise(
            candidate=candidate, values=values, by=request.member, creation_key=creation_key
        )

    saved = save(form, act)
    if saved.row:
        messages.success(request, f"{saved.row.candidate} is held to it.")
        return _go(request, evaluation)
    context = {**frame(request, evaluation, HERE), **saved.context}
    return page(request, "evaluations/add_promise.html", context)


def _asked_for(request: MemberRequest, evaluation: Evaluation) -> dict[str, Any]:
    """What the address says; from an answer the candidate, the words and the day as well."""
    names = ("text", "source", "said_by")
    found: dict[str, Any] = {name: request.GET.get(name, "").replace("\0", "") for name in names}
    for name in ("candidate", "answer"):
        found[name] = next(iter(ids([request.GET.get(name, "")])), None)
    rows = promise_queries.readable_answers(evaluation)
    answer = rows.filter(pk=found["answer"]).first() if found["answer"] else None
    if answer is None:
        return {**found, "answer": None}
    handed_in = answer.proposal.answered_at
    return {
        **found,
        "candidate": answer.proposal.candidate_id,
        "text": found["text"] or promise_queries.words_of(answer),
        "source": Promise.Source.PROPOSAL,
        "said_by": found["said_by"] or answer.proposal.name,
        "said_on": timezone.localdate(handed_in) if handed_in else None,
    }


@member_view(Perm.EVALUATION_MANAGE)
def edit_promise(request: MemberRequest, evaluation_id: int, promise_id: int) -> HttpResponse:
    """Say it better, or take it out again."""
    evaluation = _evaluation(request, evaluation_id)
    promise = _promise(evaluation, promise_id)
    initial = {name: getattr(promise, name) for name in ("text", "source", "said_by", "said_on")}
    initial |= {"candidate": promise.candidate_id, "answer": promise.answer_id}
    form = EditPromiseForm(
        posted(request), evaluation=evaluation, initial={**initial, "version": promise.version}
    )
    saved = save(form, partial(actions.edit_promise, promise=promise, by=request.member))
    if saved.row:
        messages.success(request, "Saved.")
        return _go(request, evaluation)
    context = {**frame(request, evaluation, HERE), **saved.context, "promise": promise}
    return page(request, "evaluations/edit_promise.html", context, status=saved.status)


@member_view(Perm.EVALUATION_MANAGE)
@require_POST
def remove_promise(request: MemberRequest, evaluation_id: int, promise_id: int) -> HttpResponse:
    """Take out what was noted by mistake."""
    evaluation = _evaluation(request, evaluation_id)
    promise = _promise(evaluation, promise_id)
    try:
        actions.remove_promise(promise=promise, by=request.member)
    except Refused as error:
        messages.error(request, str(error))
    else:
        messages.success(request, "It is off the ledger.")
    return _go(request, evaluation)
