"""The papers on the disk: under `files/org-<id>/` of the data folder, by generated names, never by given ones."""

import contextlib
import datetime as dt
import functools
import hashlib
import logging
import os
import shutil
import uuid
from collections.abc import Callable, Iterator
from contextvars import ContextVar
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, ParamSpec, TypeVar

from django.core.files.storage import default_storage
from django.db import DatabaseError
from django.db.transaction import TransactionManagementError
from django.utils import timezone

from contracts.models import Document
from core.tenancy import ALL, organization_scope

log = logging.getLogger(__name__)

CHUNK = 64 * 1024
# A file without a row may belong to an upload that is just being saved.
LOST_AFTER = dt.timedelta(hours=1)

P = ParamSpec("P")
R = TypeVar("R")
_stored: ContextVar[list[str] | None] = ContextVar("stored", default=None)


class NoRoom(Exception):
    """The file could not be written; nothing of it is left."""


@dataclass(frozen=True)
class StoredFile:
    """`name` is relative to the folder of all files; `size` in bytes."""

    name: str
    size: int
    sha256: str


def root() -> Path:
    """The folder of all files, outside of everything that a web server serves."""
    return Path(default_storage.path(""))


def path_of(name: str) -> Path:
    """Where the file of that generated name is; never outside the folder."""
    found = (root() / name).resolve()
    if not found.is_relative_to(root().resolve()):
        raise ValueError(f"{name!r} is no name of ours")
    return found


def folder_of(organization_id: int) -> str:
    return f"org-{organization_id}"


def store(content: Any, organization_id: int) -> StoredFile:
    """Write an upload to the disk under a new name, and only as a whole. Raises NoRoom.

    `content` has `chunks()`. Inside `undone_on_failure` the file goes away when the action fails.
    """
    name = f"{folder_of(organization_id)}/{uuid.uuid4().hex}"
    target = path_of(name)
    part = target.with_suffix(".part")
    try:
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        size, sha256 = _write(content, part)
        part.rename(target)
        _sync_folder(target.parent)
    except OSError as error:
        with contextlib.suppress(OSError):
            part.unlink(missing_ok=True)
        log.exception("A paper could not be written")
        raise NoRoom from error
    stored = _stored.get()
    if stored is not None:
        stored.append(name)
    return StoredFile(name, size, sha256)


def _write(content: Any, target: Path) -> tuple[int, str]:
    digest, size = hashlib.sha256(), 0
    with os.fdopen(os.open(target, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as file:
        for chunk in content.chunks(CHUNK):
            file.write(chunk)
            digest.update(chunk)
            size += len(chunk)
        file.flush()
        os.fsync(file.fileno())
    return size, digest.hexdigest()


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def undone_on_failure(act: Callable[P, R]) -> Callable[P, R]:
    """Stands above @transaction.atomic: if the action or its commit fails, the files it stored go away.

    The file is on the disk before the row is: whatever process dies, no row is without its file. A file
    without a row can be left by a kill at that moment; `check_files` finds it.
    """

    @functools.wraps(act)
    def wrapper(*args: P.args, **kwargs: P.kwargs) -> R:
        names: list[str] = []
        token = _stored.set(names)
        try:
            return act(*args, **kwargs)
        except BaseException:
            for name in names:
                _undo(name)
            raise
        finally:
            _stored.reset(token)

    return wrapper


def _undo(name: str) -> None:
    if _has_row(name):
        log.warning("Kept %s: its upload failed, and whether its row is there is not known", name)
        return
    with contextlib.suppress(OSError):
        path_of(name).unlink(missing_ok=True)


def _has_row(name: str) -> bool:
    """Whether a row may name the file: a commit that got no answer may have happened all the same."""
    try:
        with organization_scope(ALL):
            return Document.objects.filter(stored_as=name).exists()
    except TransactionManagementError:  # everything around it is rolled back as well
        return False
    except DatabaseError:
        return True


def open_stored(name: str) -> IO[bytes]:
    """The file for reading; FileNotFoundError if it is gone."""
    return path_of(name).open("rb")


def forget_organization(organization_id: int) -> None:
    """Remove all files of an organization that is deleted; called after the commit."""
    shutil.rmtree(path_of(folder_of(organization_id)), ignore_errors=True)


# Checking ---------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Check:
    """What `check_files` found: rows whose file is gone or another, and files that no row names."""

    rows: int
    missing: list[str]
    changed: list[str]
    unknown: list[Path]


def check_files(*, read: bool = False) -> Check:
    """Compare all rows with all files; `read` also computes each file's SHA-256 again."""
    missing, changed, known = [], [], set()
    with organization_scope(ALL):
        rows = Document.objects.order_by("pk").values_list("pk", "stored_as", "size", "sha256")
        for pk, name, size, sha256 in rows.iterator():
            known.add(name)
            path = path_of(name)
            if not path.is_file():
                missing.append(f"document {pk}: {name}")
            elif path.stat().st_size != size or (read and _sha256(path) != sha256):
                changed.append(f"document {pk}: {name}")
    unknown = [path for path in _files() if _is_lost(path, known)]
    return Check(len(known), missing, changed, unknown)


def _files() -> Iterator[Path]:
    return (path for path in sorted(root().glob("org-*/*")) if path.is_file())


def _is_lost(path: Path, known: set[str]) -> bool:
    try:
        changed_at = dt.datetime.fromtimestamp(path.stat().st_mtime, tz=dt.UTC)
    except FileNotFoundError:
        return False
    old = timezone.now() - changed_at > LOST_AFTER
    return old and path.relative_to(root()).as_posix() not in known


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
