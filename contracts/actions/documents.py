"""The papers of a contract: uploaded, renewed, marked, put away. A paper's file is never changed or lost."""

import uuid
from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from accounts.models import Membership
from activity import log
from contracts.actions.refusals import NotFit, NotNow
from contracts.file_text import KINDS
from contracts.models import Contract, Document
from core import jobs
from core.errors import Refused
from core.files import NO_ROOM, NoRoom, store, undone_on_failure
from core.versions import lock

TASK = "contracts.document_tasks.read_document"
MOST_DOCUMENTS = 300


@undone_on_failure
@transaction.atomic
def add_document(
    *, contract: Contract, values: Mapping[str, Any], by: Membership, creation_key: uuid.UUID
) -> Document:
    """Keep a new paper of a contract. Sent twice, it is there once."""
    row = _lock(contract)
    if there := _sent_before(row, creation_key):
        return there
    amendment = values.get("amendment")
    if amendment is not None and amendment.contract_id != row.pk:
        raise NotFit("This amendment belongs to another contract.", field="amendment")
    uploaded = values["file"]
    return _keep(
        row,
        uploaded,
        by,
        creation_key=creation_key,
        amendment=amendment,
        title=values["title"] or uploaded.accepted.name,
        kind=values["kind"],
        is_signed_copy=values["is_signed_copy"],
    )


@undone_on_failure
@transaction.atomic
def add_version(
    *, document: Document, values: Mapping[str, Any], by: Membership, creation_key: uuid.UUID
) -> Document:
    """Keep a newer version of a paper; the older ones stay. Sent twice, it is there once."""
    row = _lock(document.contract)
    if there := _sent_before(row, creation_key):
        return there
    versions = Document.objects.filter(contract=row, paper=document.paper)
    newest = versions.kept().without_text().order_by("-number").first()
    if newest is None:
        raise NotNow(
            "This paper was removed meanwhile. Restore it first, or upload it as a new one."
        )
    number = versions.aggregate(last=Max("number"))["last"] + 1
    return _keep(
        row,
        values["file"],
        by,
        creation_key=creation_key,
        paper=newest.paper,
        number=number,
        amendment_id=newest.amendment_id,
        title=newest.title,
        kind=newest.kind,
        is_signed_copy=values["is_signed_copy"],
    )


def _keep(contract: Contract, uploaded: Any, by: Membership, **columns: Any) -> Document:
    """The file first, then its row: see core/files.py."""
    if Document.objects.filter(contract=contract).count() >= MOST_DOCUMENTS:
        raise Refused(
            f"A contract can have {MOST_DOCUMENTS} papers at most, removed ones included."
        )
    try:
        stored = store(uploaded.upload, contract.organization_id)
    except NoRoom:
        raise Refused(NO_ROOM, field="file") from None
    readable = uploaded.accepted.extension in KINDS
    document: Document = Document.objects.create(
        organization=contract.organization,
        contract=contract,
        stored_as=stored.name,
        filename=uploaded.accepted.name,
        content_type=uploaded.accepted.content_type,
        size=stored.size,
        sha256=stored.sha256,
        text_state=Document.TextState.WAITING if readable else Document.TextState.NONE,
        uploaded_by=by,
        **columns,
    )
    known = {"paper": document.title, "file": document.filename, "sha256": document.sha256}
    if document.number > 1:
        known["version"] = str(document.number)
    if document.is_signed_copy:
        known["signed copy"] = "yes"
    log.record(by=by, verb="contract.document_added", target=contract, after=known)
    if readable:
        jobs.wake(TASK, document.pk)
    return document


@transaction.atomic
def mark_signed_copy(*, document: Document, signed: bool, by: Membership) -> Document:
    """Say that this is, or is not, the copy that both sides signed."""
    contract, row = _locked(document)
    if row.is_signed_copy != signed:
        row.is_signed_copy = signed
        row.save()
        verb = "contract.document_marked_signed" if signed else "contract.document_unmarked_signed"
        log.record(by=by, verb=verb, target=contract, after=_name(row))
    return row


@transaction.atomic
def remove_document(*, document: Document, by: Membership) -> Document:
    """Put a version of a paper away. Its file is kept, and it can be restored."""
    contract, row = _locked(document)
    if row.removed_at is None:
        row.removed_at = timezone.now()
        row.save()
        log.record(by=by, verb="contract.document_removed", target=contract, before=_name(row))
    return row


@transaction.atomic
def restore_document(*, document: Document, by: Membership) -> Document:
    """Bring a version of a paper back that was put away."""
    contract, row = _locked(document)
    if row.removed_at is not None:
        row.removed_at = None
        row.save()
        log.record(by=by, verb="contract.document_restored", target=contract, after=_name(row))
    return row


def _lock(contract: Contract) -> Contract:
    """Whoever adds papers takes turns, so that versions are counted without a gap."""
    row: Contract = lock(Contract.objects.select_related("organization"), contract.pk)
    return row


def _locked(document: Document) -> tuple[Contract, Document]:
    contract = _lock(document.contract)
    return contract, Document.objects.get(pk=document.pk)


def _sent_before(contract: Contract, creation_key: uuid.UUID) -> Document | None:
    found: Document | None = contract.organization.document_set.filter(
        creation_key=creation_key
    ).first()
    return found


def _name(document: Document) -> dict[str, Any]:
    return {"paper": document.title, "version": document.number, "file": document.filename}
