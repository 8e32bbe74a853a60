"""Office files are ZIP archives from strangers: how much of one may unpack, and what must not be inside. Pure."""

import io
import zipfile
import zlib
from typing import BinaryIO

from core.spreadsheets.workbook import MAX_PARTS, MAX_UNPACKED

MAX_RATIO = 100  # an office file of text shrinks to a tenth, a bomb to a thousandth
SMALL = 5 * 1024 * 1024  # below this no ratio hurts
CHUNK = 64 * 1024
LONGEST_NAME = 500

_ZIP = b"PK\x03\x04"
_OTHER_ARCHIVES = (b"\x1f\x8b", b"7z\xbc\xaf", b"Rar!", b"BZh", b"\xfd7zXZ")
_EMBEDDED = (".docx", ".xlsx", ".pptx", ".odt", ".ods")  # the numbers behind a chart
_MACROS = ("vbaproject.bin", "vbadata.xml", "activex/", "basic/", "scripts/", "macrosheets/")
_ENTITIES = tuple("<!ENTITY".encode(code) for code in ("utf-8", "utf-16-le", "utf-16-be"))


class PackedProblem(Exception):
    """An archive that is not kept; the message ends a sentence that begins with the file's name."""


class _Budget:
    """What may still be unpacked, with everything that is nested counted in."""

    def __init__(self) -> None:
        self.parts = MAX_PARTS
        self.unpacked = MAX_UNPACKED

    def take(self, archive: zipfile.ZipFile) -> None:
        parts = archive.infolist()
        self.parts -= len(parts)
        self.unpacked -= sum(part.file_size for part in parts)
        if self.parts < 0:
            raise PackedProblem(f"holds more than {MAX_PARTS:,} parts and can't be checked.")
        if self.unpacked < 0:
            raise PackedProblem(
                f"unpacks to more than {MAX_UNPACKED // 2**20} MB. Save it as a PDF instead."
            )


def check_packed(stream: BinaryIO, size: int) -> dict[str, bytes]:
    """Refuse bombs, macros, passwords and what is hidden; return the parts that tell what kind of file it
    is (`mimetype`, `[Content_Types].xml`), with the names of all others as empty entries.

    Every part is unpacked once, so that declared sizes and checksums are known to be true. Raises
    PackedProblem. `size` is that of the whole file in bytes.
    """
    stream.seek(0)
    if stream.read(4) != _ZIP:
        raise PackedProblem("is damaged, or something else stands before its beginning.")
    try:
        with zipfile.ZipFile(stream) as archive:
            return _check(archive, size, _Budget(), nested=False)
    except (
        zipfile.BadZipFile,
        zlib.error,
        EOFError,
        ValueError,
        NotImplementedError,
        RuntimeError,
        OverflowError,
    ) as error:
        raise PackedProblem("is damaged and can't be opened. Save it again and retry.") from error


def _check(
    archive: zipfile.ZipFile, size: int, budget: _Budget, *, nested: bool
) -> dict[str, bytes]:
    budget.take(archive)
    parts = archive.infolist()
    unpacked = sum(part.file_size for part in parts)
    if unpacked > SMALL and unpacked > MAX_RATIO * size:
        raise PackedProblem(
            "unpacks to more than a hundred times its size. Save it as a PDF instead."
        )
    if sum(part.compress_size for part in parts) > size:
        raise PackedProblem("holds parts that overlap. Save it again and retry.")
    names = [part.filename for part in parts]
    if len(set(names)) != len(names):
        raise PackedProblem("holds the same part twice. Save it again and retry.")
    told: dict[str, bytes] = {}
    for part in parts:
        _check_name(part)
        content = _read(archive, part, budget, nested=nested)
        told[part.filename] = content
    return told


def _check_name(part: zipfile.ZipInfo) -> None:
    name = part.filename
    if part.flag_bits & 1:
        raise PackedProblem("is protected by a password. Save it without one.")
    odd = "\\" in name or name.startswith("/") or ":" in name or ".." in name.split("/")
    if odd or len(name) > LONGEST_NAME or not name.isprintable():
        raise PackedProblem(
            "holds a part whose name leads out of the file. Save it again and retry."
        )
    if any(word in f"/{name.lower()}" for word in (f"/{macro}" for macro in _MACROS)):
        raise PackedProblem("holds macros (programs). Save it without them, or as a PDF.")


def _read(
    archive: zipfile.ZipFile, part: zipfile.ZipInfo, budget: _Budget, *, nested: bool
) -> bytes:
    """Unpack one part piece by piece; the content only of those that tell the kind."""
    told = part.filename in ("mimetype", "[Content_Types].xml")
    is_xml = part.filename.lower().endswith((".xml", ".rels", ".vml"))
    kept, before, first = b"", b"", True
    with archive.open(part) as packed:
        while piece := packed.read(CHUNK):
            if first:
                first = False
                if piece.startswith((_ZIP, *_OTHER_ARCHIVES)):
                    _check_inner(archive, part, budget, nested=nested)
            if is_xml and any(entity in before + piece for entity in _ENTITIES):
                raise PackedProblem("defines XML entities, which no office program writes.")
            before = piece[-32:]
            kept += piece if told and len(kept) < CHUNK * 16 else b""
    return kept


def _check_inner(
    archive: zipfile.ZipFile, part: zipfile.ZipInfo, budget: _Budget, *, nested: bool
) -> None:
    """An office file inside an office file, one deep, is the numbers behind a chart; no other archive."""
    name = part.filename.rpartition("/")[2]
    if nested or not part.filename.lower().endswith(_EMBEDDED):
        raise PackedProblem(f"holds another archive ({name[:60]}). Upload that one by itself.")
    data = archive.read(part)
    with zipfile.ZipFile(io.BytesIO(data)) as inner:
        _check(inner, len(data), budget, nested=True)
