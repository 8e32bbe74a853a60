"""Work that goes over many rows at once: looking for due days, deriving days anew, bringing in a list."""

import datetime as dt
import time
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.utils import timezone

from accounts.models import Membership
from activity.actions import imports, send_due_reminders
from contracts.actions.importing import ContractImporter, start_import, upload_contracts
from contracts.actions.refreshing import refresh_due
from contracts.list_file import Setting, read_contract_list
from core.spreadsheets import read_grid, write_csv
from core.tenancy import ALL, organization_scope
from dashboard.bench.filling import Filled

IN_A_YEAR = dt.timedelta(days=400)
LIST_ROWS = 10_000
HEADINGS = [
    "Title", "Vendor", "Reference", "Status", "Signed on", "Manager", "Start", "Term", "Renewal",
    "Renewal term", "Notice", "Price per month",
]  # fmt: skip


@dataclass(frozen=True)
class Scan:
    """What was done to how many rows, in how many seconds and queries; `computing` are the seconds of
    this process, without waiting for the database or for other programs; `limit` in seconds."""

    what: str
    rows: int
    seconds: float
    computing: float
    queries: int
    limit: float

    @property
    def is_over(self) -> bool:
        return self.seconds > self.limit


def scans(filled: Filled) -> Iterator[Scan]:
    """One after the other, each once; they change the database. Days are watched since the filling, so that
    the first look is at all of them."""
    now = timezone.now()
    watched, contracts = filled.size.watched, filled.size.contracts
    with organization_scope(ALL):
        yield _timed("due days, all new", watched, 60, lambda: send_due_reminders(now=now))
        yield _timed("due days, none due", watched, 1, lambda: send_due_reminders(now=now))
        tomorrow = now + dt.timedelta(days=1)
        yield _timed("due days, a day later", watched, 10, lambda: send_due_reminders(now=tomorrow))
        later = now + IN_A_YEAR
        yield _timed("days derived anew", contracts, 60, lambda: refresh_due(now=later))
    with organization_scope(filled.organization):
        yield from _import(filled.person, min(LIST_ROWS, contracts or 1))


def _timed(what: str, rows: int, limit: float, act: Callable[[], Any]) -> Scan:
    asked = 0

    def count(execute: Any, *args: Any) -> Any:
        nonlocal asked
        asked += 1
        return execute(*args)

    before, computed = time.perf_counter(), time.process_time()
    with connection.execute_wrapper(count):
        act()
    seconds, computing = time.perf_counter() - before, time.process_time() - computed
    return Scan(what, rows, seconds, computing, asked, limit)


def _import(by: Membership, rows: int) -> Iterator[Scan]:
    data = write_csv([HEADINGS, *(_row(number, by) for number in range(rows))])
    setting = Setting(
        today=timezone.localdate(),
        currency="EUR",
        may_sign=True,
        managers={by.name.lower(): by.pk},
        adds_vendors=True,
    )
    kept: list[Any] = []

    def upload() -> None:
        grid = read_grid(data, "list.csv", max_rows=20_000, max_columns=100)
        upload = upload_contracts(
            contract_list=read_contract_list(grid, setting),
            filename="list.csv",
            fingerprint="",
            adds_vendors=True,
            by=by,
            creation_key=uuid.uuid4(),
        )
        kept.append(upload)

    yield _timed("list of contracts, read for the preview", rows, 30, upload)
    [found] = kept
    assert found.problem_count == 0  # noqa: S101 - else nothing would be measured
    yield _timed("list of contracts, imported", rows, 60, lambda: _run(found, by))


def _run(upload: Any, by: Membership) -> None:
    """As the worker does; a short list at once."""
    row = start_import(contract_import=upload, by=by)
    if row.imported_at is None:
        imports.run_list(importer=ContractImporter, upload=row, by=by)


def _row(number: int, by: Membership) -> list[str]:
    return [
        f"Imported {number}",
        f"Imported vendor {number // 4}",
        f"I-{number}",
        "signed",
        "2024-01-15",
        by.name,
        "2024-02-01",
        "3 years",
        "automatic",
        "12 months",
        "3 months",
        "1,200.00 EUR",
    ]
