"""The papers of one contract. A file is handed out only here, after the permission check, as a download."""

from functools import partial
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_POST

from accounts.access import MemberRequest, member_view
from accounts.permissions import Perm
from contracts.actions import documents as actions
from contracts.document_search import papers_of, snippet
from contracts.forms.documents import DocumentForm, VersionUploadForm
from contracts.models import Contract, Document
from contracts.views.frame import DOCUMENTS, find_contract, frame
from core.editing import save
from core.http import go, page, send_file
from vendors.folding import LONGEST_QUERY, search_words

LIST = "contracts:document_list"
MOST_FOUND = 25


@member_view(Perm.CONTRACT_VIEW)
def document_list(request: MemberRequest, contract_id: int) -> HttpResponse:
    """All papers with their versions; `?q=` looks into their text."""
    contract = find_contract(request, contract_id)
    query = request.GET.get("q", "").replace("\0", "")[:LONGEST_QUERY].strip()
    rows = contract.documents.without_text().select_related("uploaded_by__user", "amendment")
    documents = list(rows.newest_first())
    for document in documents:
        document.contract = contract
    kept = [row for row in documents if row.removed_at is None]
    context: dict[str, Any] = {
        **frame(request, contract, DOCUMENTS),
        "papers": papers_of(kept),
        "removed": [row for row in documents if row.removed_at is not None],
        "waiting": any(row.text_state == Document.TextState.WAITING for row in kept),
        "query": query,
        "found": _found(contract, query) if search_words(query) else [],
    }
    return page(request, "contracts/document_list.html", context, part="papers")


def _found(contract: Contract, query: str) -> list[tuple[Document, Any]]:
    rows = contract.documents.kept().containing(query).newest_first()[:MOST_FOUND]
    return [(row, snippet(row.text, query)) for row in rows]


@member_view(Perm.CONTRACT_EDIT)
def add_document(request: MemberRequest, contract_id: int) -> HttpResponse:
    """Upload a paper."""
    contract = find_contract(request, contract_id)
    form = DocumentForm(*_sent(request), contract=contract)
    saved = save(form, partial(actions.add_document, contract=contract, by=request.member))
    if saved.row:
        messages.success(request, f"“{saved.row}” is uploaded.")
        return go(request, LIST, request.org.slug, contract_id)
    context = {**frame(request, contract, DOCUMENTS), **saved.context}
    return page(request, "contracts/add_document.html", context, status=saved.status)


@member_view(Perm.CONTRACT_EDIT)
def add_version(request: MemberRequest, contract_id: int, document_id: int) -> HttpResponse:
    """Upload a newer version of a paper."""
    document = _document(request, contract_id, document_id)
    form = VersionUploadForm(*_sent(request))
    saved = save(form, partial(actions.add_version, document=document, by=request.member))
    if saved.row:
        messages.success(request, f"Version {saved.row.number} of “{saved.row}” is uploaded.")
        return go(request, LIST, request.org.slug, contract_id)
    context = {**frame(request, document.contract, DOCUMENTS), "document": document}
    return page(
        request, "contracts/add_document.html", {**context, **saved.context}, status=saved.status
    )


@member_view(Perm.CONTRACT_VIEW)
def document_file(request: MemberRequest, contract_id: int, document_id: int) -> HttpResponse:
    """The file itself, as a download that no browser opens as a page."""
    document = _document(request, contract_id, document_id)
    back = partial(go, request, LIST, request.org.slug, contract_id)
    return send_file(request, document, back, what=f"The file of “{document}”")


@member_view(Perm.CONTRACT_EDIT)
@require_POST
def mark_signed_copy(request: MemberRequest, contract_id: int, document_id: int) -> HttpResponse:
    """Say that this is the signed copy, or that it is not."""
    document = _document(request, contract_id, document_id)
    signed = request.POST.get("signed") == "yes"
    actions.mark_signed_copy(document=document, signed=signed, by=request.member)
    words = "is marked as the signed copy" if signed else "is no longer marked as the signed copy"
    messages.success(request, f"“{document}” {words}.")
    return go(request, LIST, request.org.slug, contract_id)


@member_view(Perm.CONTRACT_EDIT)
@require_POST
def remove_document(request: MemberRequest, contract_id: int, document_id: int) -> HttpResponse:
    """Put a version of a paper away; it can be restored."""
    document = _document(request, contract_id, document_id)
    actions.remove_document(document=document, by=request.member)
    words = f"“{document}”, version {document.number}, is removed. You can restore it below."
    messages.success(request, words)
    return go(request, LIST, request.org.slug, contract_id)


@member_view(Perm.CONTRACT_EDIT)
@require_POST
def restore_document(request: MemberRequest, contract_id: int, document_id: int) -> HttpResponse:
    """Bring it back."""
    document = _document(request, contract_id, document_id)
    actions.restore_document(document=document, by=request.member)
    messages.success(request, f"“{document}”, version {document.number}, is back.")
    return go(request, LIST, request.org.slug, contract_id)


def _sent(request: MemberRequest) -> tuple[Any, Any]:
    posted = request.method == "POST"
    return (request.POST, request.FILES) if posted else (None, None)


def _document(request: MemberRequest, contract_id: int, document_id: int) -> Document:
    """A paper of that contract; 404 if it is not this organization's."""
    contract = find_contract(request, contract_id)
    rows = contract.documents.without_text()
    document: Document = get_object_or_404(rows, pk=document_id)
    document.contract = contract
    return document
