"""Pages of criteria sets: the list, one set with its history, the editor."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, F, Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from accounts.access import MemberRequest, member_view
from accounts.permissions import Perm
from core.errors import Refused
from core.http import go, page
from core.versions import Stale
from evaluations import actions, criteria, standard_set
from evaluations.criteria import CriterionDraft
from evaluations.forms.criteria import SAME, CriteriaEditor, CriteriaSetForm, NewCriteriaSetForm
from evaluations.models import CriteriaSet, CriteriaSetVersion

STANDARD, EMPTY = "standard", "empty"
DETAIL = "evaluations:criteria_set_detail"
VERSIONS_A_PAGE = 25


@member_view(Perm.CRITERIA_VIEW)
def criteria_set_list(request: MemberRequest) -> HttpResponse:
    newest = Q(versions__number=F("version"))
    sets = request.org.criteriaset_set.annotate(
        weighted=Count("versions__criteria", filter=newest & ~Q(versions__criteria__kind="gate")),
        gates=Count("versions__criteria", filter=newest & Q(versions__criteria__kind="gate")),
    )
    shown = Paginator(sets.current().by_name(), 25).get_page(request.GET.get("page"))
    context = {"page_obj": shown, "archived": sets.exclude(archived_at=None).by_name()[:100]}
    return render(request, "evaluations/criteria_set_list.html", context)


def _versions(criteria_set: CriteriaSet) -> Any:
    versions = criteria_set.versions.select_related("created_by__user")
    return versions.prefetch_related("criteria").order_by("-number")


def _history(versions: list[CriteriaSetVersion], before: CriteriaSetVersion | None) -> Any:
    """Each version with what it changed in the one before it, newest first."""
    older = [*versions[1:], before]
    return [
        (version, _changes(was, version) if was else [])
        for version, was in zip(versions, older, strict=True)
    ]


def _changes(was: CriteriaSetVersion, now: CriteriaSetVersion) -> list[str]:
    words = [change.words for change in criteria.changes(was.drafts, now.drafts)]
    if was.name != now.name:
        words.insert(0, f"The set was called “{was.name}”, now “{now.name}”")
    return words


@member_view(Perm.CRITERIA_VIEW)
def criteria_set_detail(request: MemberRequest, criteria_set_id: int) -> HttpResponse:
    """The set as it stands, and below it who changed what when."""
    row = get_object_or_404(request.org.criteriaset_set, pk=criteria_set_id)
    versions = _versions(row)
    shown = Paginator(versions, VERSIONS_A_PAGE).get_page(request.GET.get("page"))
    listed = list(shown)
    before = versions.filter(number=listed[-1].number - 1).first()
    current = listed[0] if shown.number == 1 else versions.get(number=row.version)
    context = {
        "criteria_set": row,
        "current": current,
        "history": _history(listed, before),
        "page_obj": shown,
    }
    return render(request, "evaluations/criteria_set_detail.html", context)


@member_view(Perm.CRITERIA_VIEW)
def criteria_set_version(request: MemberRequest, criteria_set_id: int, number: int) -> HttpResponse:
    """One version as it was, with what it changed and what was changed since."""
    row = get_object_or_404(request.org.criteriaset_set, pk=criteria_set_id)
    versions = _versions(row)
    shown = get_object_or_404(versions, number=number)
    before = versions.filter(number=number - 1).first()
    current = versions.get(number=row.version)
    context = {
        "criteria_set": row,
        "shown": shown,
        "current": current,
        "changed": _changes(before, shown) if before else [],
        "changed_since": _changes(shown, current) if shown != current else [],
    }
    return render(request, "evaluations/criteria_set_version.html", context)


@member_view(Perm.CRITERIA_EDIT)
def create_criteria_set(request: MemberRequest) -> HttpResponse:
    """A new set, starting from the standard one (?start=standard), nothing (empty) or another (its id)."""
    start = request.GET.get("start", STANDARD)
    sets = request.org.criteriaset_set.current().by_name()
    if request.method == "POST":
        editor = CriteriaEditor.posted(request.POST)
    else:
        editor = CriteriaEditor.showing(_start_drafts(request, start))
    form = editor.head(NewCriteriaSetForm, {})
    if editor.is_saved_by(form):
        try:
            row = actions.create_criteria_set(
                name=form.cleaned_data["name"],
                creation_key=form.cleaned_data["creation_key"],
                drafts=editor.drafts,
                by=request.member,
            )
        except Refused as error:
            form.add_error("name", str(error))
        else:
            messages.success(request, f"“{row}” is saved.")
            return go(request, DETAIL, org=request.org.slug, criteria_set_id=row.pk)
    refused = editor.refused(form)
    context = {
        "form": form,
        "editor": editor,
        "start": start,
        "sets": sets[:25],
        "refused": refused,
    }
    return page(
        request, "evaluations/create_criteria_set.html", context, status=422 if refused else 200
    )


def _start_drafts(request: MemberRequest, start: str) -> list[CriterionDraft]:
    """404 for a set that is not ours."""
    if start == STANDARD:
        return list(standard_set.STANDARD_SET)
    if start == EMPTY:
        return [CriterionDraft(name="")] * 3
    is_id = start.isascii() and start.isdigit() and len(start) < 19
    row = get_object_or_404(request.org.criteriaset_set, pk=int(start) if is_id else None)
    return row.versions.get(number=row.version).drafts


@member_view(Perm.CRITERIA_EDIT)
def edit_criteria_set(request: MemberRequest, criteria_set_id: int) -> HttpResponse:
    """The editor. Saving makes the next version; the versions before stay as they are."""
    row = get_object_or_404(request.org.criteriaset_set, pk=criteria_set_id)
    stored = row.versions.get(number=row.version).drafts
    if request.method == "POST":
        editor = CriteriaEditor.posted(request.POST)
    else:
        editor = CriteriaEditor.showing(stored)
    editor.remember(stored)
    form = editor.head(CriteriaSetForm, {"name": row.name, "version": row.version})
    stale: list[str] = []
    if editor.is_saved_by(form):
        try:
            saved = actions.change_criteria_set(
                criteria_set=row, drafts=editor.drafts, by=request.member, **form.cleaned_data
            )
        except Stale as error:
            stale = _what_saving_changes(error.current, form, editor)
        except Refused as error:
            form.add_error("name", str(error))
        else:
            _say_saved(request, saved, row)
            return go(request, DETAIL, org=request.org.slug, criteria_set_id=row.pk)
    context = {
        "form": form,
        "editor": editor,
        "criteria_set": row,
        "stale": stale,
        "refused": editor.refused(form),
    }
    status = 409 if stale else 422 if context["refused"] else 200
    return page(request, "evaluations/edit_criteria_set.html", context, status=status)


def _say_saved(request: MemberRequest, saved: CriteriaSet, was: CriteriaSet) -> None:
    if saved.version == was.version:
        messages.info(request, "Nothing was changed, so there is no new version.")
    else:
        messages.success(request, f"Saved as version {saved.version}.")


def _what_saving_changes(
    current: CriteriaSet, form: CriteriaSetForm, editor: CriteriaEditor
) -> list[str]:
    newest = current.versions.get(number=current.version)
    words = editor.what_saving_changes(form, current.version, newest.drafts)
    if current.name != form.cleaned_data["name"]:
        words.append(f"The set is called “{current.name}”, you wrote “{form.cleaned_data['name']}”")
    return words or SAME


@member_view(Perm.CRITERIA_EDIT)
@require_POST
def archive_criteria_set(request: MemberRequest, criteria_set_id: int) -> HttpResponse:
    row = get_object_or_404(request.org.criteriaset_set, pk=criteria_set_id)
    actions.archive_criteria_set(criteria_set=row, by=request.member)
    messages.success(request, f"“{row}” is archived. Past evaluations keep their criteria.")
    return redirect("evaluations:criteria_set_list", org=request.org.slug)


@member_view(Perm.CRITERIA_EDIT)
@require_POST
def restore_criteria_set(request: MemberRequest, criteria_set_id: int) -> HttpResponse:
    row = get_object_or_404(request.org.criteriaset_set, pk=criteria_set_id)
    try:
        actions.restore_criteria_set(criteria_set=row, by=request.member)
    except Refused as error:
        messages.error(request, str(error))
    else:
        messages.success(request, f"“{row}” can be chosen again.")
    return redirect(DETAIL, org=request.org.slug, criteria_set_id=row.pk)
