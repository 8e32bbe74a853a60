"""A list as a file to take away."""

from collections.abc import Iterable, Sequence

from django.http import HttpResponse
from django.utils import timezone

from core.spreadsheets import Value, write_csv, write_xlsx

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CSV = "text/csv; charset=utf-8"
BATCH = 500  # rows read from the database at a time


def file_of(rows: Iterable[Sequence[Value]], kind: str, *, title: str, slug: str) -> HttpResponse:
    """`rows`, the first of them headings, as a workbook if `kind` is "xlsx", else as CSV. They are read
    once, one after the other; `title` names the sheet, and with `slug` and today the file."""
    if kind == "xlsx":
        return attached(write_xlsx(rows, title), XLSX, _name(title, slug, "xlsx"))
    return attached(write_csv(rows), CSV, _name(title, slug, "csv"))


def attached(data: bytes, content_type: str, name: str) -> HttpResponse:
    """A file that the browser keeps instead of showing it."""
    response = HttpResponse(data, content_type=content_type)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _name(title: str, slug: str, extension: str) -> str:
    return f"{title.lower()}-{slug}-{timezone.localdate().isoformat()}.{extension}"
