"""Which uploaded papers are kept: an allow-list by extension and by content. Pure, no Django.

PDF, DOCX, XLSX, ODT, ODS, PNG, JPEG, TXT and CSV: what contracts come as, and what holds no programs. A
file is refused when its content is not what its name says. Nothing is repaired, unpacked to disk, or run.
Not done: looking for viruses, or for scripts and attachments inside a PDF; papers are only ever handed
out as downloads.
"""

import codecs
import re
import unicodedata
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from typing import BinaryIO

from core.packed import PackedProblem, check_packed

MAX_BYTES = 20 * 1024 * 1024
LONGEST_NAME = 200
HEAD = 1024
CHUNK = 64 * 1024
UNKNOWN = "something else"
MOST_PIXELS = 20_000  # of one side

ACCEPT = ".pdf,.docx,.xlsx,.odt,.ods,.png,.jpg,.jpeg,.txt,.csv"
ACCEPTED = "PDF, DOCX, XLSX, ODT, ODS, PNG, JPEG, TXT and CSV"

_WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_TEXT_DOCUMENT = "application/vnd.oasis.opendocument.text"
_SPREADSHEET = "application/vnd.oasis.opendocument.spreadsheet"
_WHY_NOT = {
    "svg": "an SVG drawing can hold scripts. Export it as PDF or PNG.",
    "doc": "the old Word format can hold macros. Save it as DOCX or PDF.",
    "xls": "the old Excel format can hold macros. Save it as XLSX or PDF.",
    "docm": "it may hold macros (programs). Save it as DOCX or PDF.",
    "xlsm": "it may hold macros (programs). Save it as XLSX or PDF.",
    "pptx": "presentations are not read here. Export it as PDF.",
    "zip": "archives are not opened here. Unpack it and upload the papers one by one.",
    "eml": "mails are not read here. Print it to a PDF.",
    "gif": "only PNG and JPEG pictures are kept. Save it as one of them, or as PDF.",
}
for _same, _others in {
    "svg": "svgz html htm xhtml xml mht",
    "docm": "dotm",
    "xlsm": "xlsb xltm",
    "pptx": "ppt odp key",
    "zip": "7z rar gz tar",
    "eml": "msg",
    "gif": "webp heic heif tif tiff bmp",
}.items():
    _WHY_NOT |= dict.fromkeys(_others.split(), _WHY_NOT[_same])
for _web in ("html", "htm", "xhtml", "xml", "mht"):
    _WHY_NOT[_web] = "web pages can hold scripts. Print it to a PDF."
# In front of an allowed extension these hide what a file is: "offer.exe.pdf".
_PROGRAMS = frozenset(
    ("exe", "scr", "bat", "cmd", "msi", "ps1", "vbs", "js", "jar", "hta", "lnk", "sh", "php")
    + ("html", "htm", "svg", "docm", "xlsm")
)
# What browsers take for a page; the policy is stricter than theirs.
_MARKUP = re.compile(
    rb"<\s*(!doctype|html|head|body|script|svg|iframe|\?php|\?xml|meta|object)", re.I
)
# Control characters, and those that turn the direction of what follows.
_UNSEEN = re.compile("[\x00-\x1f\x7f-\x9f\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff]")
_NOT_IN_TEXT = re.compile("[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")


class UploadProblem(Exception):
    """A file that is not kept; the message names it and says what to do."""


@dataclass(frozen=True)
class Accepted:
    """A file that may be kept: its cleaned name, its extension without dot, and our word for its type."""

    name: str
    extension: str
    content_type: str


def check_upload(stream: BinaryIO, name: str, size: int) -> Accepted:
    """Say what an upload is, or raise UploadProblem. Memory stays flat; the stream ends at its start.

    `name` is what the browser said, `size` the bytes that were sent.
    """
    found = clean_name(name)
    if size > MAX_BYTES:
        raise _problem(
            found, f"has {_megabytes(size)} MB; at most {MAX_BYTES // 2**20} MB can be kept. "
            "Make it smaller, or split it."
        )  # fmt: skip
    extension = _extension(found)
    if size == 0:
        raise _problem(found, "is empty. Choose another file.")
    content_type, check = _KINDS[extension]
    try:
        stream.seek(0)
        check(stream, size)
    except (_NotWhatItSays, PackedProblem) as error:
        raise _problem(found, str(error)) from error
    finally:
        stream.seek(0)
    return Accepted(found, extension, content_type)


def clean_name(name: str) -> str:
    """The last part of a path, without control and direction characters. "C:\\papers\\a.pdf" → "a.pdf"."""
    last = re.split(r"[/\\]", name)[-1]
    last = _UNSEEN.sub("", last.encode("utf-8", "replace").decode()).strip(" .")
    if not last:
        raise UploadProblem("The file has no name. Give it one, for example contract.pdf.")
    if len(last) > LONGEST_NAME:
        raise UploadProblem(
            f"“{last[:40]}…”: the name has {len(last)} characters, at most {LONGEST_NAME} can be kept. "
            "Rename the file."
        )
    return last


def _problem(name: str, words: str) -> UploadProblem:
    return UploadProblem(f"“{name}” {words}")


def _megabytes(size: int) -> str:
    return f"{size / 2**20:,.1f}".removesuffix(".0")


def _extension(name: str) -> str:
    """The allowed extension of a name, or an UploadProblem that says why it is none."""
    _, *inner, last = ["", *name.lower().split(".")]
    inner, extension = inner[1:], last if "." in name else ""
    # Letters of another width look the same: "pdf" in full-width letters is not "pdf".
    if extension not in _KINDS:
        plain = unicodedata.normalize("NFKC", extension)
        why = _WHY_NOT.get(plain, f"only {ACCEPTED} files can be. Save it as PDF.")
        raise _problem(name, f"is not kept: {why}")
    if hidden := _PROGRAMS.intersection(inner):
        raise _problem(
            name, f"is called .{min(hidden)} and .{extension}. Give it one extension only."
        )
    return extension


class _NotWhatItSays(Exception):
    pass


def _wrong(called: str, head: bytes) -> _NotWhatItSays:
    return _NotWhatItSays(
        f"is called {called}, but it is not: it looks like {_looks_like(head)}. "
        "Open it in the program that made it, and save it again."
    )


def _looks_like(head: bytes) -> str:
    """What a person may call a file that begins so."""
    signatures = (
        (b"%PDF-", "a PDF"),
        (b"PK\x03\x04", "an archive or office file"),
        (b"\x89PNG", "a PNG picture"),
        (b"\xff\xd8\xff", "a JPEG picture"),
        (b"MZ", "a program"),
        (b"\x7fELF", "a program"),
        (b"#!", "a program"),
        (b"GIF8", "a GIF picture"),
        (b"\xd0\xcf\x11\xe0", "an old office file"),
    )
    for signature, words in signatures:
        if head.startswith(signature):
            return words
    if _MARKUP.search(head):
        return "a drawing with code" if b"<svg" in head.lower() else "a web page"
    return UNKNOWN


def _is_also_an_archive(stream: BinaryIO) -> bool:
    stream.seek(0)
    return zipfile.is_zipfile(stream)


def _no_second_face(stream: BinaryIO, called: str, head: bytes) -> None:
    """A file that is two kinds at once is made to deceive."""
    if _MARKUP.search(head):
        raise _wrong(called, b"<html")
    if _is_also_an_archive(stream):
        raise _NotWhatItSays(f"is {called} and an archive at once. Save it again and retry.")


def _check_pdf(stream: BinaryIO, size: int) -> None:
    head = stream.read(HEAD)
    start = head.find(b"%PDF-")
    before = head[:start]
    if start < 0 or b"<" in before or _looks_like(before) != UNKNOWN:
        raise _wrong("a PDF", head)
    _no_second_face(stream, "a PDF", head)
    stream.seek(max(0, size - CHUNK))
    if b"%%EOF" not in stream.read(CHUNK):
        raise _NotWhatItSays("is a PDF whose end is missing. Download or save it again.")


def _check_png(stream: BinaryIO, size: int) -> None:
    head = stream.read(HEAD)
    if not head.startswith(b"\x89PNG\r\n\x1a\n") or head[12:16] != b"IHDR":
        raise _wrong("a PNG picture", head)
    sides = (int.from_bytes(head[16:20]), int.from_bytes(head[20:24]))
    if not all(0 < side <= MOST_PIXELS for side in sides):
        raise _NotWhatItSays(f"is wider or higher than {MOST_PIXELS:,} pixels. Make it smaller.")
    _no_second_face(stream, "a PNG picture", head)
    place = 8
    while place + 12 <= size:
        stream.seek(place)
        start = stream.read(8)
        place += 12 + int.from_bytes(start[:4])
        if start[4:] == b"IEND":
            break
    if place != size or start[4:] != b"IEND":
        raise _NotWhatItSays(
            "is a PNG picture whose end is missing or hides something. Save it again."
        )


def _check_jpeg(stream: BinaryIO, size: int) -> None:
    head = stream.read(HEAD)
    if not head.startswith(b"\xff\xd8\xff"):
        raise _wrong("a JPEG picture", head)
    _no_second_face(stream, "a JPEG picture", head)


def _check_office(main_type: str, called: str) -> Callable[[BinaryIO, int], None]:
    """DOCX and XLSX: what the list of contents says the main part is."""

    def check(stream: BinaryIO, size: int) -> None:
        head = stream.read(HEAD)
        if not head.startswith(b"PK\x03\x04"):
            raise _wrong(called, head)
        parts = check_packed(stream, size)
        contents = parts.get("[Content_Types].xml", b"")
        if b"macroEnabled" in contents:
            raise _NotWhatItSays("holds macros (programs). Save it without them, or as a PDF.")
        if f"{main_type}.main+xml".encode() not in contents:
            raise _wrong(called, head)

    return check


def _check_open_document(main_type: str, called: str) -> Callable[[BinaryIO, int], None]:
    """ODT and ODS: what their first part says they are."""

    def check(stream: BinaryIO, size: int) -> None:
        head = stream.read(HEAD)
        if not head.startswith(b"PK\x03\x04"):
            raise _wrong(called, head)
        parts = check_packed(stream, size)
        if parts.get("mimetype", b"").strip() != main_type.encode() or "content.xml" not in parts:
            raise _wrong(called, head)

    return check


def _check_text(stream: BinaryIO, size: int) -> None:
    head = stream.read(HEAD)
    if _MARKUP.search(head) or head.startswith((b"MZ", b"\x7fELF", b"%PDF-", b"PK\x03\x04", b"#!")):
        raise _wrong("a text", head)
    if _is_also_an_archive(stream):
        raise _NotWhatItSays("is a text and an archive at once. Save it again and retry.")
    for encoding in text_encodings(head):
        if _reads_as(stream, encoding):
            return
    raise _NotWhatItSays(
        "is called a text, but holds what no text does. Save it as plain text (UTF-8)."
    )


def text_encodings(head: bytes) -> tuple[str, ...]:
    """In which encodings a text may be that begins so, the likeliest first."""
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return ("utf-16",)
    return ("utf-8-sig", "cp1252", "latin-1")


def _reads_as(stream: BinaryIO, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    stream.seek(0)
    try:
        while piece := stream.read(CHUNK):
            if _NOT_IN_TEXT.search(decoder.decode(piece)):
                return False
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


_KINDS: dict[str, tuple[str, Callable[[BinaryIO, int], None]]] = {
    "pdf": ("application/pdf", _check_pdf),
    "docx": (_WORD, _check_office(_WORD, "a Word document")),
    "xlsx": (_SHEET, _check_office(_SHEET, "an Excel workbook")),
    "odt": (_TEXT_DOCUMENT, _check_open_document(_TEXT_DOCUMENT, "an OpenDocument text")),
    "ods": (_SPREADSHEET, _check_open_document(_SPREADSHEET, "an OpenDocument spreadsheet")),
    "png": ("image/png", _check_png),
    "jpg": ("image/jpeg", _check_jpeg),
    "jpeg": ("image/jpeg", _check_jpeg),
    "txt": ("text/plain", _check_text),
    "csv": ("text/csv", _check_text),
}
