"""What `verify_award` and `verify_record` have in common: read a downloaded record, check it, say what
differs. Needs no database."""

import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any, NoReturn

from django.core.management.base import BaseCommand

from activity.verifying import Verification
from core.records import MAX_BYTES, Unreadable, open_envelope

DIFFERENT, BAD_INPUT = 1, 2


class VerifyCommand(BaseCommand):
    """Checks a record's SHA-256 and computes everything in it again; touches no database."""

    requires_system_checks: list[str] = []

    def verify(self, file: dict[str, Any]) -> Verification:
        """The questions that this kind of record answers by itself; Unreadable if it is another kind."""
        raise NotImplementedError

    def add_arguments(self, parser: ArgumentParser) -> None:
        """FILE."""
        parser.add_argument(
            "file", metavar="FILE", help="downloaded record; - reads standard input"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Read, verify, print; what can't be read goes to standard error."""
        name: str = options["file"]
        try:
            file = open_envelope(_read(name))
            found = self.verify(file)
        except Unreadable as error:
            self._refuse(name, str(error))
        except OSError as error:
            self._refuse(name, f"{error.strerror or 'It'}: this file can't be read.")
        self._print(file, found)

    def _refuse(self, name: str, why: str) -> NoReturn:
        self.stderr.write(_one_line(f"{name}: {why}"))
        sys.exit(BAD_INPUT)

    def _print(self, file: dict[str, Any], found: Verification) -> None:
        self.stdout.write(_shown(f"Record {file['number']}, SHA-256 {file['sha256']}", self.stdout))
        before = file["previous_sha256"]
        chain = f"It follows the record {before}." if before else "It is the first record."
        self.stdout.write(_shown(chain, self.stdout))
        if found.about:
            self.stdout.write(_shown(found.about, self.stdout))
        for check in found.checks:
            self.stdout.write(_shown(f"{check.title}: {check.state}. {check.words}", self.stdout))
            for line in check.lines:
                self.stdout.write(_shown(f"  {line}", self.stdout))
        self.stdout.write(found.headline.lower())
        if not found.identical:
            sys.exit(DIFFERENT)


def _read(name: str) -> bytes:
    """The file's bytes, but no more than it takes to know that they are too many."""
    if name == "-":
        return sys.stdin.buffer.read(MAX_BYTES + 1)
    with Path(name).open("rb") as file:
        return file.read(MAX_BYTES + 1)


def _one_line(text: str) -> str:
    """Without line breaks and control characters: a file's content must not steer the terminal."""
    return "".join(letter if letter.isprintable() else " " for letter in text)


def _shown(text: str, out: Any) -> str:
    """What this terminal can show of a line."""
    encoding = getattr(out, "encoding", None) or "utf-8"
    return _one_line(text).encode(encoding, "replace").decode(encoding)
