"""The files on the disk: under `files/org-<id>/` of the data folder, by generated names, never by given ones.

Which rows name files says settings.FILE_ROWS: models with `stored_as`, `filename`, `content_type`, `size`
and `sha256`. Most use core.models.StoredFile, by `keep_file`; a paper of a contract has the columns itself.
"""

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

from django.apps import apps
from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import DatabaseError, transaction
from django.db.transaction import TransactionManagementError
from django.http import FileResponse
from django.utils import timezone

from core.errors import Refused
from core.models import StoredFile
from core.tenancy import ALL, organization_scope
from core.uploads import UploadProblem, check_upload

log = logging.getLogger(__name__)

CHUNK = 64 * 1024
# A file without a row may belong to an upload that is just being saved.
LOST_AFTER = dt.timedelta(hours=1)
NO_ROOM = (
    "The portal could not store the file: its disk is full or can't be written. Nothing was kept. "
    "Tell whoever runs the portal, and try again later."
)
# What a row of a sealed file says of it: its name and kind could tell as much as its content.
SEALED_NAME, SEALED_TYPE = "sealed", "application/octet-stream"
# A download that no browser opens as a page.
DOWNLOAD_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store, private",
}

P = ParamSpec("P")
R = TypeVar("R")
_stored: ContextVar[list[str] | None] = ContextVar("stored", default=None)


class NoRoom(Exception):
    """The file could not be written; nothing of it is left."""


@dataclass(frozen=True)
class Stored:
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


def store(content: Any, organization_id: int) -> Stored:
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
        log.exception("A file could not be written")
        raise NoRoom from error
    stored = _stored.get()
    if stored is not None:
        stored.append(name)
    return Stored(name, size, sha256)


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
            return any(rows.filter(stored_as=name).exists() for rows in _file_rows())
    except TransactionManagementError:  # everything around it is rolled back as well
        return False
    except DatabaseError:
        return True


def _file_rows() -> list[Any]:
    """All rows that name a file, one query set for each model."""
    models: list[Any] = [apps.get_model(label) for label in settings.FILE_ROWS]
    return [model.objects.order_by("pk") for model in models]


# Rows ---------------------------------------------------------------------------------------------------


def keep_file(
    content: Any,
    filename: str,
    *,
    organization: Any,
    seal: Callable[[bytes], bytes] | None = None,
    field: str | None = "file",
) -> StoredFile:
    """Check an upload, store it, and make its row. Raises Refused at `field`.

    `content` is the upload (`file`, `size`, `chunks()`). To be called inside an action that stands under
    `undone_on_failure`. With `seal` only what that makes of the content is written, and the row says
    neither name nor kind; `unseal_file` gives them back.
    """
    try:
        accepted = check_upload(content.file, filename, content.size)
    except UploadProblem as error:
        raise Refused(str(error), field=field) from None
    named = {"filename": accepted.name, "content_type": accepted.content_type}
    if seal is not None:
        content.seek(0)
        content = ContentFile(seal(content.read()))
        named = {"filename": SEALED_NAME, "content_type": SEALED_TYPE}
    row: StoredFile = StoredFile.objects.create(
        organization=organization,
        is_sealed=seal is not None,
        **named,
        **_written(content, organization.pk, field),
    )
    return row


def _written(content: Any, organization_id: int, field: str | None) -> dict[str, Any]:
    """The columns of a row that follow from the file, once it is on the disk."""
    try:
        stored = store(content, organization_id)
    except NoRoom:
        raise Refused(NO_ROOM, field=field) from None
    return {"stored_as": stored.name, "size": stored.size, "sha256": stored.sha256}


def content_of(row: Any, unseal: Callable[[bytes], bytes] | None = None) -> bytes:
    """Everything in the file; FileNotFoundError if it is gone."""
    with open_stored(row.stored_as) as file:
        content = file.read()
    return unseal(content) if unseal is not None else content


def unseal_file(
    row: StoredFile, unseal: Callable[[bytes], bytes], *, filename: str, content_type: str
) -> StoredFile:
    """Put the plain content where the sealed one was; the sealed file goes once that is committed.

    Inside an action under `undone_on_failure`. A file that is plain already stays as it is.
    """
    if not row.is_sealed:
        return row
    plain, sealed_as = ContentFile(content_of(row, unseal)), row.stored_as
    for name, value in _written(plain, row.organization_id, None).items():
        setattr(row, name, value)
    row.filename, row.content_type, row.is_sealed = filename, content_type, False
    row.save()
    transaction.on_commit(lambda: remove_stored(sealed_as))
    return row


def drop_file(row: StoredFile | None) -> None:
    """Delete a row that nothing needs any more; its file goes once that is committed."""
    if row is None:
        return
    name = row.stored_as
    row.delete()
    transaction.on_commit(lambda: remove_stored(name))


def remove_stored(name: str) -> None:
    """Take a file off the disk; that it is gone already is no problem."""
    with contextlib.suppress(OSError):
        path_of(name).unlink(missing_ok=True)


def file_response(row: Any) -> Any:
    """The file of a row as a download; the view has checked the permission.

    Raises FileNotFoundError (and logs it) if the file is gone: tell it by a message. A sealed file is
    never handed out: PermissionError.
    """
    if getattr(row, "is_sealed", False):
        raise PermissionError("This file is sealed.")
    try:
        file = open_stored(row.stored_as)
    except FileNotFoundError:
        log.exception("The file of %s %s is missing: %s", row._meta.label, row.pk, row.stored_as)
        raise
    return FileResponse(
        file,
        as_attachment=True,
        filename=row.filename,
        content_type=row.content_type,
        headers=DOWNLOAD_HEADERS,
    )


def open_stored(name: str) -> IO[bytes]:
    """The file for reading; FileNotFoundError if it is gone."""
    return path_of(name).open("rb")


def forget_organization(organization_id: int) -> None:
    """Remove all files of an organization that is deleted; called after the commit."""
    shutil.rmtree(path_of(folder_of(organization_id)), ignore_errors=True)


# Checking ---------------------------------------------------------------------------------------------


_CHECKED = ("pk", "stored_as", "size", "sha256")


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
        for rows in _file_rows():
            word = rows.model._meta.verbose_name
            for pk, name, size, sha256 in rows.values_list(*_CHECKED).iterator():
                known.add(name)
                path = path_of(name)
                if not path.is_file():
                    missing.append(f"{word} {pk}: {name}")
                elif path.stat().st_size != size or (read and _sha256(path) != sha256):
                    changed.append(f"{word} {pk}: {name}")
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
