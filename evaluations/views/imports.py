"""Pages of bringing a scorecard made in a spreadsheet: upload, look, make it an evaluation."""

from collections.abc import Iterable
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from accounts.access import MemberRequest, member_view
from accounts.permissions import Perm
from core.errors import Refused
from core.http import go
from core.versions import Stale
from evaluations.actions import imports as actions
from evaluations.forms.imports import ConfirmForm, ScaleForm, ScoreUploadForm
from evaluations.import_sheet import read_upload
from evaluations.import_vendors import clashes, places
from evaluations.models import ScoreImport
from evaluations.queries import listed
from evaluations.views.shared import posted

CHANGED = "This was read on another scale meanwhile. Look at it again, then confirm."


@member_view(Perm.EVALUATION_MANAGE)
def import_scores(request: MemberRequest) -> HttpResponse:
    """Upload a scorecard; it is read here, once."""
    form = ScoreUploadForm(posted(request), request.FILES or None)
    if request.method == "POST" and form.is_valid():
        row = actions.upload_scores(
            file=form.cleaned_data["read"],
            data=form.cleaned_data["data"],
            title=form.cleaned_data["title"],
            scale=form.cleaned_data["scale"],
            creation_key=form.cleaned_data["creation_key"],
            by=request.member,
        )
        return go(request, row)
    status = 422 if form.is_bound else 200
    return render(request, "evaluations/import_scores.html", {"form": form}, status=status)


def _upload(request: MemberRequest, score_import_id: int) -> ScoreImport:
    rows = request.org.scoreimport_set.select_related("evaluation").defer("data", "marks")
    return get_object_or_404(rows, pk=score_import_id)


def _to_ranking(request: MemberRequest, row: ScoreImport) -> HttpResponse:
    return go(
        request,
        "evaluations:ranking",
        org=request.org.slug,
        evaluation_id=row.evaluation_id,
    )


@member_view(Perm.EVALUATION_MANAGE)
def import_preview(request: MemberRequest, score_import_id: int) -> HttpResponse:
    """What was understood, what is wrong, and the ranking it would give."""
    row = _upload(request, score_import_id)
    if row.evaluation_id:
        return _to_ranking(request, row)
    return _preview(request, row)


def _preview(
    request: MemberRequest,
    row: ScoreImport,
    *,
    scale_form: ScaleForm | None = None,
    refusal: str = "",
    status: int = 200,
) -> HttpResponse:
    found = places(request.org, row.summary["vendors"])
    errors = row.summary["errors"] + [
        [problem.cell, problem.value, problem.message] for problem in clashes(found)
    ]
    shown = {"version": row.version, "scale": row.scale, "title": row.title}
    context: dict[str, Any] = {
        "row": row,
        "summary": row.summary,
        "errors": errors,
        "lines": [] if errors else row.summary["lines"],
        "verdict": _verdict(row.summary["lines"]),
        "known": _counted(place.name for place in found if place.vendor),
        "new": _counted(place.name for place in found if place.is_new),
        "in_house": _counted(place.name for place in found if place.in_house),
        "evaluators": _counted(row.summary["evaluators"]),
        "scale_form": scale_form or ScaleForm(initial=shown, auto_id="again_%s"),
        "confirm_form": ConfirmForm(initial=shown, auto_id="confirm_%s"),
        "upload_form": ScoreUploadForm(initial=shown),
        "refusal": refusal,
    }
    return render(request, "evaluations/import_preview.html", context, status=status)


def _counted(names: Iterable[str]) -> tuple[int, str]:
    """How many, and which."""
    some = list(names)
    return len(some), listed(some) if some else ""


def _verdict(lines: list[dict[str, Any]]) -> str:
    """The ranking in one sentence."""
    first = [line for line in lines if line["rank"] == 1]
    if not first:
        return "No vendor has all its marks, so there is no first place yet."
    names = listed([line["name"] for line in first])
    if len(first) > 1:
        return f"{names} would share the first place with {first[0]['total']:.1f} points."
    behind = [line for line in lines if line["rank"] and line["rank"] > 1]
    ahead = f", ahead of {behind[0]['name']} with {behind[0]['total']:.1f}" if behind else ""
    return f"{names} would come first with {first[0]['total']:.1f} points{ahead}."


@member_view(Perm.EVALUATION_MANAGE)
@require_POST
def change_import_scale(request: MemberRequest, score_import_id: int) -> HttpResponse:
    """Read the same upload again, on the scale that the person names."""
    row = _upload(request, score_import_id)
    if row.evaluation_id:
        return _to_ranking(request, row)
    form = ScaleForm(request.POST, auto_id="again_%s")
    if not form.is_valid():
        return _preview(request, row, scale_form=form, status=422)
    scale = form.cleaned_data["scale"]
    try:
        actions.change_import_scale(
            score_import=row,
            file=read_upload(bytes(row.data), row.filename, scale),
            scale=scale,
            version=form.cleaned_data["version"],
            by=request.member,
        )
    except Stale as error:
        return _preview(request, error.current, refusal=CHANGED, status=409)
    return go(request, row)


@member_view(Perm.EVALUATION_MANAGE)
@require_POST
def confirm_import(request: MemberRequest, score_import_id: int) -> HttpResponse:
    """Make it an evaluation; sent twice, both end at the same ranking."""
    row = _upload(request, score_import_id)
    if row.evaluation_id:
        return _to_ranking(request, row)
    form = ConfirmForm(request.POST)
    if not form.is_valid():
        return _preview(request, row, refusal=CHANGED, status=409)
    try:
        evaluation = actions.import_scores(
            score_import=row, version=form.cleaned_data["version"], by=request.member
        )
    except Stale as error:
        return _preview(request, error.current, refusal=CHANGED, status=409)
    except Refused as error:
        return _preview(request, row, refusal=str(error), status=422)
    messages.success(request, f"“{evaluation}” is imported. Here is the ranking.")
    return redirect("evaluations:ranking", org=request.org.slug, evaluation_id=evaluation.pk)
