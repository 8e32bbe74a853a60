"""`manage.py verify_record FILE`: is a downloaded record of any kind what was frozen? Needs no database."""

from collections.abc import Callable
from typing import Any

from activity.verify_command import VerifyCommand
from activity.verifying import Verification
from core.records import Unreadable
from evaluations import verifying as awards
from planning import verifying as plans
from reviews import renewal_verifying as renewals
from reviews import verifying as reviews

KINDS: dict[str, Callable[[dict[str, Any]], Verification]] = {
    "award": awards.verify_file,
    "review": reviews.verify_file,
    "renewal": renewals.verify_file,
    "plan": plans.verify_file,
}
"""Who answers for a record of which kind."""


class Command(VerifyCommand):
    """Check a record of an award, a review, a renewal or a plan; touches no database."""

    help = (
        "Verify a downloaded record. Exit code 0: identical; 1: one line for each difference; "
        "2: the file can't be read or is no record."
    )

    def verify(self, file: dict[str, Any]) -> Verification:
        """As the page of that kind does, but for the database."""
        answer = KINDS.get(file["kind"])
        if answer is None:
            raise Unreadable("This portal knows no record of that kind.")
        return answer(file)
