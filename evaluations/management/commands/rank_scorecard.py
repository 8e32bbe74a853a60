"""`manage.py rank_scorecard FILE`: the same reading as in the browser, without a database."""

import json
import os
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any, NoReturn

from django.core.management.base import BaseCommand

from core.spreadsheets import MAX_BYTES
from evaluations.scorecard_file import (
    ScorecardFile,
    as_dict,
    as_table,
    one_line,
    rank,
    read_scorecard,
)

BAD_INPUT = 2


class Command(BaseCommand):
    """Read a scorecard spreadsheet and print its ranking; touches no database."""

    help = (
        "Rank the vendors in a scorecard (CSV or XLSX). Exit code 2 and one line per problem "
        "on bad input."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """FILE, --json, --scale."""
        parser.add_argument("file", metavar="FILE", help="CSV or XLSX file; - reads standard input")
        parser.add_argument("--json", action="store_true", help="print JSON instead of a table")
        parser.add_argument(
            "--scale", metavar="LOWEST-HIGHEST", help="the scale of the marks, such as 0-10"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Read, rank, print; problems go to standard error."""
        name: str = options["file"]
        try:
            data = _read(name)
        except (OSError, ValueError) as error:
            self._refuse([f"{name}: {_reason(error)}"])
        file = read_scorecard(data, Path(name).name, scale=options["scale"])
        if file.errors:
            self._refuse([str(problem) for problem in file.errors])
        encoding = getattr(self.stdout, "encoding", None)
        self._print(_json(file, encoding) if options["json"] else _table(file, encoding))

    def _refuse(self, lines: list[str]) -> NoReturn:
        for line in lines:
            self.stderr.write(one_line(line))
        sys.exit(BAD_INPUT)

    def _print(self, text: str) -> None:
        try:
            self.stdout.write(text)
            self.stdout.flush()
        except BrokenPipeError:
            # The reader (head, less) has seen enough; keep Python from complaining when it exits.
            _let_go_of_output()
            sys.exit(1)
        except OSError as error:
            _let_go_of_output()
            self.stderr.write(f"The ranking can't be written: {error.strerror}.")
            sys.exit(1)


def _read(name: str) -> bytes:
    """Return the file's bytes, but no more than it takes to know that they are too many."""
    if name == "-":
        return sys.stdin.buffer.read(MAX_BYTES + 1)
    with Path(name).open("rb") as file:
        return file.read(MAX_BYTES + 1)


def _reason(error: OSError | ValueError) -> str:
    if isinstance(error, FileNotFoundError):
        return "There is no such file."
    if isinstance(error, IsADirectoryError):
        return "This is a folder, not a file."
    if isinstance(error, PermissionError):
        return "This file can't be read: permission denied."
    return f"This file can't be read: {getattr(error, 'strerror', None) or error}."


def _json(file: ScorecardFile, encoding: str | None) -> str:
    """Return strict JSON; escaped where the terminal can't show the names."""
    found = as_dict(file, rank(file))
    text = json.dumps(found, ensure_ascii=False, allow_nan=False, indent=2)
    if _encodable(text, encoding):
        return text
    return json.dumps(found, ensure_ascii=True, allow_nan=False, indent=2)


def _table(file: ScorecardFile, encoding: str | None) -> str:
    text = as_table(file, rank(file))
    if encoding is None or _encodable(text, encoding):
        return text
    return text.encode(encoding, "replace").decode(encoding)


def _encodable(text: str, encoding: str | None) -> bool:
    try:
        text.encode(encoding or "utf-8")
    except UnicodeEncodeError:
        return False
    return True


def _let_go_of_output() -> None:
    with Path(os.devnull).open("wb") as nothing:
        os.dup2(nothing.fileno(), sys.stdout.fileno())
