"""Reading the text of papers, by the worker. The row that says “waiting” is the queue."""

import datetime as dt

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from contracts.file_text import BROKEN, FAILED, READ, read_apart
from contracts.models import Document
from core.files import path_of

CLAIMED_FOR = dt.timedelta(minutes=2)  # longer than reading may take
MOST_TRIES = 3
GONE = "Its file is missing on the server. Tell whoever runs the portal."


def read_document_text(*, document_id: int) -> Document | None:
    """Read the text of one paper, if it waits for that and nobody else is at it. Never raises because
    of the file; whose reading killed the worker three times is given up."""
    now = timezone.now()
    waiting = Document.objects.filter(pk=document_id, text_state=Document.TextState.WAITING)
    free = waiting.filter(text_claimed_at=None) | waiting.filter(
        text_claimed_at__lt=now - CLAIMED_FOR
    )
    if not free.update(text_claimed_at=now, text_tries=F("text_tries") + 1):
        return None
    row: Document = Document.objects.get(pk=document_id)
    if row.text_tries > MOST_TRIES:
        return _note(row, Document.TextState.FAILED, "", BROKEN)
    path = path_of(row.stored_as)
    if not path.is_file():
        return _note(row, Document.TextState.FAILED, "", GONE)
    found = read_apart(row.filename.lower().rpartition(".")[2], path)
    states = {READ: Document.TextState.READ, FAILED: Document.TextState.FAILED}
    return _note(row, states.get(found.state, Document.TextState.NONE), found.text, found.note)


@transaction.atomic
def _note(document: Document, state: Document.TextState, text: str, note: str) -> Document:
    """Only these columns: somebody may have marked or removed the paper meanwhile."""
    row: Document = Document.objects.select_for_update(of=("self",)).get(pk=document.pk)
    row.text, row.text_state, row.text_note = text, state, note[:200]
    row.save()
    return row
