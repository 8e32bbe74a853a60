"""`manage.py verify_award FILE`: is a downloaded record what was decided? Needs no database."""

from typing import Any

from activity.verify_command import VerifyCommand
from activity.verifying import Verification
from evaluations.verifying import verify_file


class Command(VerifyCommand):
    """Check an award's record; touches no database."""

    help = (
        "Verify an award's downloaded record. Exit code 0: identical; 1: one line for each "
        "difference; 2: the file can't be read or is no record."
    )

    def verify(self, file: dict[str, Any]) -> Verification:
        """As the page does, but for the database."""
        return verify_file(file)
