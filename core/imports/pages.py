"""What the pages of an upload show: one page of its rows, and how far its import is."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.core.cache import cache
from django.core.paginator import Paginator

from core.imports.models import CHUNK, ListImport
from core.imports.preview import PER_PAGE, preview_rows

Rows = Sequence[Mapping[str, Any]]
TextOf = Callable[[str, Mapping[str, Any]], str]


def preview(upload: Any, asked: str | None, text_of: Callable[[Rows], TextOf]) -> dict[str, Any]:
    """Template context of a preview at page `asked`. `text_of` is given the rows of that page, and
    returns what says a field of one of them; its size divides that of a chunk."""
    shown = Paginator(range(upload.row_count), PER_PAGE).get_page(asked)
    first = shown.start_index() - 1
    chunk = upload.chunks.filter(position=first // CHUNK).first()
    start = first % CHUNK
    rows = chunk.rows[start : start + PER_PAGE] if chunk else []
    return {
        "upload": upload,
        "page_obj": shown,
        "rows": preview_rows(upload.columns, rows, text_of(rows)),
        "again": same_file(upload),
    }


def same_file(upload: Any) -> ListImport | None:
    """The import of the very same file, if there was one."""
    rows = type(upload).objects.filter(organization_id=upload.organization_id)
    done = rows.exclude(imported_at=None).exclude(fingerprint="")
    found: ListImport | None = (
        done.filter(fingerprint=upload.fingerprint).order_by("-imported_at").first()
    )
    return found


def progress(upload: ListImport) -> dict[str, Any]:
    """Template context of the progress page."""
    running = upload.is_running
    return {
        "upload": upload,
        "running": running,
        "done": rows_imported(upload) if running else 0,
    }


def progress_key(upload: ListImport) -> str:
    """Where a running import says how far it is: outside the database, where it is one transaction."""
    return f"{upload._meta.label_lower}:{upload.pk}"


def rows_imported(upload: ListImport) -> int:
    """How many rows a running import has been through."""
    done = cache.get(progress_key(upload), 0)
    return int(done) if isinstance(done, int) else 0
