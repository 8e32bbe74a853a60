"""Reading papers. The row says what waits: a wake-up that got lost is found by the minute's tick."""

import datetime as dt
import logging
import threading

from celery import shared_task
from django.utils import timezone

from contracts.actions.document_text import read_document_text
from contracts.document_search import waiting_documents
from core.tenancy import ALL, organization_scope

logger = logging.getLogger(__name__)
LOST_AFTER = dt.timedelta(seconds=45)
# Hundreds of papers that are slow to read must not take all threads of a worker: mails and reminders
# need one.
_one_at_a_time = threading.Lock()


@shared_task
def read_document(document_id: int) -> None:
    """Read the text of one paper. Called again while it runs or after it is done, it changes nothing; while
    another one is read, this one waits for the tick."""
    if not _one_at_a_time.acquire(blocking=False):
        return
    try:
        with organization_scope(ALL):
            read_document_text(document_id=document_id)
    finally:
        _one_at_a_time.release()


@shared_task
def resume_documents() -> None:
    """Every minute: read what should have been read."""
    with organization_scope(ALL):
        waiting = waiting_documents(before=timezone.now() - LOST_AFTER)
    for document_id in waiting:
        try:
            read_document(document_id)
        except Exception:  # of one paper; the others go on
            logger.exception("The text of document %s could not be read.", document_id)
