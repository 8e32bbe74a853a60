"""`manage.py check_files`: does every row have its file, and every file its row?"""

import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from core.files import check_files

DIFFERENT = 1


class Command(BaseCommand):
    """Compare the rows in the database with the files in the data folder."""

    help = (
        "Compare uploads with the files on the disk. Exit code 1 and one line for each file that is "
        "missing, has another content, or belongs to no upload. A file younger than an hour may "
        "belong to an upload that is being saved, and is left out."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """--read, --delete-unknown."""
        parser.add_argument("--read", action="store_true", help="also compare each file's SHA-256")
        parser.add_argument(
            "--delete-unknown",
            action="store_true",
            help="delete the files that belong to no upload",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Compare, print; files of no row are deleted only when asked for."""
        found = check_files(read=options["read"])
        for line in found.missing:
            self.stderr.write(f"missing: {line}")
        for line in found.changed:
            self.stderr.write(f"another content: {line}")
        deleting = options["delete_unknown"]
        for path in found.unknown:
            self.stderr.write(f"{'deleted' if deleting else 'belongs to no upload'}: {path}")
            if deleting:
                path.unlink(missing_ok=True)
        self.stdout.write(f"{found.rows} uploads, {len(found.missing)} without their file.")
        if found.missing or found.changed or (found.unknown and not deleting):
            sys.exit(DIFFERENT)
