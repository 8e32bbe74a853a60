"""Is a decided renewal still what was decided? Its record against itself, its chain, and the rows."""

from typing import Any

from activity.verifying import (
    Check,
    Verification,
    chain_check,
    check,
    envelope_of,
    gone,
    own_check,
)
from evaluations.differences import Difference, Names, between
from reviews.models import RenewalBrief
from reviews.renewal_record import record_data

# A person or a contract may be called otherwise by now: their numbers count. The vendor may have become part of
# another one.
IGNORED = frozenset({"name", "title", "reference", "vendor"})
NO_NAMES = Names({"candidates": [], "criteria": [], "evaluators": []})
PARTS = {"contract": "Contract", "renewal": "Decision", "votes": "Votes", "facts": "What was seen"}


def verify(brief: RenewalBrief) -> Verification:
    """Answer all three questions about a decided brief."""
    if brief.record is None:
        return gone("renewal was decided")
    own, data = own_check(envelope_of(brief.record), brief)
    return Verification([own, chain_check(brief.record), _database_check(brief, data)])


def verify_file(file: dict[str, Any]) -> Verification:
    """What a downloaded record answers by itself, without a database."""
    own, data = own_check(file)
    return Verification([own], _about(data))


def _about(data: Any) -> str:
    """Which decision a file holds: that of another contract is just as whole."""
    try:
        contract, renewal = data["contract"], data["renewal"]
        return (
            f"Renewal of “{contract['title']}” with {contract['vendor']['name']} "
            f"({data['organization']['name']}): {renewal['choice_in_words']}, "
            f"decided {renewal['decided_at']}."
        )
    except (KeyError, TypeError):
        return ""


def _database_check(brief: RenewalBrief, data: Any) -> Check:
    """Are today's rows those that were frozen?"""
    title = "The database still says the same"
    try:
        now = record_data(brief)
        found: list[Difference] = []
        for part, place in PARTS.items():
            found += between(data[part], now[part], place, NO_NAMES, ignore=IGNORED)
    except (KeyError, TypeError, AttributeError, ValueError):
        return check(title, "", "There is nothing to compare with.", ["The content can't be read."])
    return check(
        title,
        "The decision, its reason, every vote and everything that the brief showed are as they were"
        " frozen.",
        "Something was changed in the database after the decision.",
        (),
        found,
    )
