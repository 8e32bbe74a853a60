"""How Django takes in uploaded files: nothing beyond the limit is kept, and a full disk is told, not crashed on."""

import contextlib
import logging
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile, UploadedFile
from django.core.files.uploadhandler import TemporaryFileUploadHandler

from core.uploads import MAX_BYTES

log = logging.getLogger(__name__)

NO_ROOM = "The portal has no room left for files, so nothing was kept. Tell whoever runs it, and try again later."


class LimitedUploadHandler(TemporaryFileUploadHandler):
    """Writes an upload to a temporary file, up to one byte over the limit; the rest is read and dropped.

    The file says its true size, so that a form can tell it, and in `problem` why it could not be taken in.
    """

    problem = ""

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        self.problem = ""
        try:
            super().new_file(*args, **kwargs)
        except OSError:
            self._broke()

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        if start > MAX_BYTES or self.problem:
            return
        try:
            self.file.write(raw_data[: MAX_BYTES + 1 - start])
        except OSError:
            self._broke()

    def file_complete(self, file_size: int) -> UploadedFile:
        found = self._taken_in() or SimpleUploadedFile(self.file_name or "", b"")
        found.size = file_size
        found.problem = self.problem  # type: ignore[attr-defined]
        return found

    def _taken_in(self) -> UploadedFile | None:
        if self.problem:
            return None
        try:
            self.file.seek(0)
        except OSError:  # what was written last did not fit
            self._broke()
            return None
        return self.file

    def _broke(self) -> None:
        log.error("An upload could not be written to the temporary folder")
        self.problem = NO_ROOM
        with contextlib.suppress(OSError, AttributeError):  # it may not even have been made
            self.file.close()
