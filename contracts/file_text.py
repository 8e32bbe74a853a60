"""The text of a paper, read in a process of its own: `python -m contracts.file_text KIND PATH`.

Files come from strangers and parsers have bugs, so this process has no settings, no secrets and no
database, and limits of memory, time, pages and characters. It prints one JSON object: `state` ("read",
"empty" or "failed"), `text`, `note`. Knows no Django.
"""

import json
import os
import re
import resource
import signal
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from core.uploads import text_encodings

MOST_PAGES = 500
MOST_CHARACTERS = 200_000
MEMORY = 512 * 1024 * 1024
SECONDS = 40
READ, EMPTY, FAILED = "read", "empty", "failed"

ROOT = Path(__file__).resolve().parents[1]
_SPACE = re.compile(r"[^\S\n]+")
_LINES = re.compile(r"\s*\n\s*")
_CONTROL = re.compile("[\x00-\x09\x0b-\x1f\x7f]")

SCAN = "A scan without text: there is nothing to search."
NO_TEXT = "There is no text in it."
LOCKED = "It is protected by a password."
TOO_SLOW = "It takes too long to read."
BROKEN = "It can't be read; it may be damaged."
CUT = "Only its first {} characters can be searched."
PAGES = "Only its first {} pages can be searched."


@dataclass(frozen=True)
class Reading:
    """What became of it: `note` is for people, `text` at most MOST_CHARACTERS."""

    state: str
    text: str = ""
    note: str = ""


# In the portal ----------------------------------------------------------------------------------------


def read_apart(kind: str, path: Path, *, seconds: int = SECONDS) -> Reading:
    """Read the text in another process. Never raises because of the file, takes at most so long."""
    command = [sys.executable, "-m", "contracts.file_text", kind, str(path)]
    try:
        done = subprocess.run(  # noqa: S603  our own program, a path of our own making
            command,
            cwd=ROOT,
            env={"PYTHONIOENCODING": "utf-8", "LANG": "C.UTF-8"},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=seconds,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return Reading(FAILED, note=TOO_SLOW)
    if done.returncode == -signal.SIGXCPU:
        return Reading(FAILED, note=TOO_SLOW)
    try:
        return Reading(**json.loads(done.stdout))
    except (ValueError, TypeError):
        return Reading(FAILED, note=BROKEN)


# In the process of its own ----------------------------------------------------------------------------


def main(kind: str, path: str) -> None:
    """Limit this process, read, print."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    os.nice(10)
    sys.stdout.write(json.dumps(vars(read_text(kind, Path(path)))))


def read_text(kind: str, path: Path) -> Reading:
    """The text of a file of that kind (an extension), whatever is wrong with the file."""
    try:
        return _READERS[kind](path)
    except _Locked:
        return Reading(FAILED, note=LOCKED)
    except Exception:  # noqa: BLE001  a damaged file can lead a parser into any error
        return Reading(FAILED, note=BROKEN)


class _Locked(Exception):
    pass


def _reading(parts: Iterable[str], *, note: str = "", nothing: str = NO_TEXT) -> Reading:
    """Put parts together, tidied, up to the limit."""
    found: list[str] = []
    length = 0
    for part in parts:
        tidy = _tidied(part)
        found.append(tidy)
        length += len(tidy) + 1
        if length > MOST_CHARACTERS:
            note = CUT.format(f"{MOST_CHARACTERS:,}")
            break
    text = "\n".join(found)[:MOST_CHARACTERS].strip()
    return Reading(READ, text, note) if text else Reading(EMPTY, note=nothing)


def _tidied(text: str) -> str:
    """Without control characters and lone surrogates, which no database keeps."""
    text = _CONTROL.sub(" ", text.replace("\r", "\n")).encode("utf-8", "replace").decode()
    return _LINES.sub("\n", _SPACE.sub(" ", text)).strip()


def _pdf(path: Path) -> Reading:
    import pypdf  # noqa: PLC0415  only this process needs it, and its limits must stand before
    from pypdf.errors import FileNotDecryptedError  # noqa: PLC0415

    reader = pypdf.PdfReader(path)
    if reader.is_encrypted and not reader.decrypt(""):
        raise _Locked
    try:
        pages = len(reader.pages)
    except FileNotDecryptedError as error:
        raise _Locked from error
    note = PAGES.format(MOST_PAGES) if pages > MOST_PAGES else ""
    return _reading(_pages(reader, min(pages, MOST_PAGES)), note=note, nothing=SCAN)


def _pages(reader: Any, count: int) -> Iterator[str]:
    for number in range(count):
        try:
            yield reader.pages[number].extract_text()
        except MemoryError:
            raise
        except Exception:  # noqa: BLE001  one broken page does not hide the others
            yield ""


def _xml(path: Path, part: str, blocks: set[str], breaks: set[str]) -> Reading:
    """Text of an office file's part, one line for each element named in `blocks`."""
    from defusedxml.ElementTree import iterparse  # noqa: PLC0415  as above

    def lines() -> Iterator[str]:
        with zipfile.ZipFile(path) as archive, archive.open(part) as packed:
            for _, element in iterparse(packed, forbid_dtd=True):
                name = element.tag.rpartition("}")[2]
                if name in breaks:
                    element.text = " "
                if name in blocks:
                    yield "".join(element.itertext())
                    element.clear()

    return _reading(lines())


def _docx(path: Path) -> Reading:
    return _xml(path, "word/document.xml", {"p"}, {"tab", "br"})


def _open_document(path: Path) -> Reading:
    return _xml(path, "content.xml", {"p", "h"}, {"s", "tab", "line-break"})


def _xlsx(path: Path) -> Reading:
    with zipfile.ZipFile(path) as archive:
        if "xl/sharedStrings.xml" not in archive.namelist():
            return Reading(EMPTY, note=NO_TEXT)
    return _xml(path, "xl/sharedStrings.xml", {"si"}, set())


def _text(path: Path) -> Reading:
    most = MOST_CHARACTERS * 4
    with path.open("rb") as file:
        data = file.read(most)
    for encoding in text_encodings(data[:4]):
        try:
            return _reading([data.decode(encoding)])
        except UnicodeDecodeError as error:
            if len(data) == most and error.start >= most - 4:  # cut inside of a character
                return _reading([data.decode(encoding, "ignore")])
    return Reading(FAILED, note=BROKEN)


_READERS: dict[str, Callable[[Path], Reading]] = {
    "pdf": _pdf,
    "docx": _docx,
    "odt": _open_document,
    "ods": _open_document,
    "xlsx": _xlsx,
    "txt": _text,
    "csv": _text,
}
KINDS = frozenset(_READERS)

if __name__ == "__main__":
    main(*sys.argv[1:3])
