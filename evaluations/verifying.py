"""Is an award still what was decided? Its record against itself, its chain, the engine and the database."""

from typing import Any

from activity.verifying import (
    DIFFERS,
    MOST_SHOWN,
    OK,
    SKIPPED,
    Check,
    Verification,
    chain_check,
    check,
    envelope_of,
    gone,
    own_check,
)
from evaluations import award_rows, record
from evaluations.differences import Difference, Names, between, between_inputs, in_words
from evaluations.models import Award

NAMES_OF_PEOPLE = frozenset({"name"})  # a person may be called otherwise by now; the number counts
FROZEN_STATES = {Award.State.APPROVED, Award.State.ANNOUNCED, Award.State.WITHDRAWN}
MODERATED_SINCE = (
    " Since the award was withdrawn, marks were agreed on anew: those are not compared."
)

__all__ = ["MOST_SHOWN", "OK", "Check", "Verification", "envelope_of", "verify", "verify_file"]


def verify(award: Award) -> Verification:
    """Answer all four questions about an award that was read with `award_rows.RELATED`."""
    if award.record is None:
        return gone("award was approved")
    file = envelope_of(award.record)
    own, data = own_check(file, award)
    return Verification(
        [
            own,
            chain_check(award.record),
            _recompute_check(data),
            _database_check(award, data),
        ]
    )


def verify_file(file: dict[str, Any]) -> Verification:
    """The questions that a downloaded record answers by itself, without a database."""
    own, data = own_check(file)
    return Verification([own, _recompute_check(data)], _about(data))


def _about(data: Any) -> str:
    """Which decision a file holds: that of another award is just as whole."""
    try:
        title, organization = data["evaluation"]["title"], data["organization"]["name"]
        winner, approval = data["award"]["winner"]["name"], data["award"]["approved_at"]
    except (KeyError, TypeError):
        return ""
    return f"Winner of “{title}” ({organization}): {winner}, approved {approval}."


# The numbers -------------------------------------------------------------------------------------------------


def _recompute_check(data: Any) -> Check:
    """Do the recorded inputs still give the recorded numbers?"""
    title = "Computed again, the numbers are the same"
    bad = "From what the record holds, other numbers follow."
    try:
        if data is None:
            raise record.Unfit("Its content can't be read.")
        found = record.recompute(data)
    except record.Unfit as error:
        return check(title, "", "The record can't be computed again.", [str(error)])
    good = (
        "Ranking and robustness follow from the recorded criteria, weights, marks and moderation, "
        "number by number."
    )
    notes = "".join(f" {note}" for note in found.notes)
    return check(title, good + notes, bad + notes, (), found.differences)


# The database -------------------------------------------------------------------------------------------------


def _database_check(award: Award, data: Any) -> Check:
    """Are today's rows those that were frozen?"""
    title = "The database still says the same"
    bad = "Something was changed in the database after the award was frozen."
    try:
        found, moderated_since = _between_rows(award, data)
    except (KeyError, TypeError, AttributeError, ValueError):
        return check(title, "", "There is nothing to compare with.", ["The content can't be read."])
    evaluation = award.evaluation
    if evaluation.round == award.round:
        good = (
            "Criteria, weights, scales, candidates, evaluators, every mark, moderation and the "
            "award itself are as they were frozen."
        )
        if not moderated_since:
            return check(title, good, bad, (), found)
        if found:
            return Check(title, DIFFERS, bad + MODERATED_SINCE, [], found)
        return Check(title, SKIPPED, "Everything else is as it was frozen." + MODERATED_SINCE)
    words = (
        f"The scoring was reopened after this award (“{evaluation.reopened_reason}”): marks and "
        "weights may differ since then, so they are not compared. The award itself "
    )
    if found:
        return Check(title, DIFFERS, f"{words}was changed.", [], found)
    return Check(title, SKIPPED, f"{words}is as it was frozen.")


def _between_rows(award: Award, data: Any) -> tuple[list[Difference], bool]:
    """What differs; and whether marks were agreed on anew, as is right once the award is withdrawn."""
    names = Names(data["inputs"])
    found = between(
        data["award"],
        award_rows.award_fields(award),
        "Award",
        names,
        ignore=NAMES_OF_PEOPLE,
    )
    if award.state not in FROZEN_STATES:
        state = in_words(award.get_state_display())
        found.append(Difference("State of the award", in_words(Award.State.APPROVED.label), state))
    if award.evaluation.round != award.round:
        return found, False
    hidden = bool(data["evaluation"]["names_hidden"])
    recorded = data["inputs"]
    now = award_rows.frozen_inputs(award.evaluation, names_hidden=hidden).as_data()
    withdrawn = award.state == Award.State.WITHDRAWN
    moderated_since = withdrawn and now["moderated"] != recorded["moderated"]
    if moderated_since:
        now["moderated"] = recorded["moderated"]
    rows = award_rows.evaluation_data(award.evaluation)
    return [
        *between_inputs(recorded, now),
        *found,
        *between(data["evaluation"], rows, "Evaluation", names, only_recorded=True),
        *between(data["weights_from"], award.evaluation.weights_from, "How weights arose", names),
    ], moderated_since
