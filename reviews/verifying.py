"""Is a closed review still what was recorded? Its record against itself, its chain, the rule and the rows."""

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
from reviews import goals, promised, review_record, review_rows
from reviews.models import Review

# A person may be called otherwise by now, and so may the contract: their numbers count. So do the days of the
# period, which a moved fiscal year calls otherwise. A criterion's mark of the review before stands with that review.
IGNORED = frozenset({"name", "period", "before"})


def verify(review: Review) -> Verification:
    """Answer all four questions about a closed review that was read with `review_rows.RELATED`."""
    if review.record is None:
        return gone("review was closed")
    own, data = own_check(envelope_of(review.record), review)
    return Verification(
        [own, chain_check(review.record), _recompute_check(data), _database_check(review, data)]
    )


def verify_file(file: dict[str, Any]) -> Verification:
    """The questions that a downloaded record answers by itself, without a database."""
    own, data = own_check(file)
    return Verification([own, _recompute_check(data)], _about(data))


def _about(data: Any) -> str:
    """Which review a file holds: that of another one is just as whole."""
    try:
        contract, review = data["contract"], data["review"]
        return (
            f"Review {review['period']} of “{contract['title']}” with {contract['vendor']['name']} "
            f"({data['organization']['name']}): {review['standing']}, closed {review['closed_at']}."
        )
    except (KeyError, TypeError):
        return ""


def _recompute_check(data: Any) -> Check:
    """Do the recorded marks and facts still give the recorded numbers?"""
    title = "Computed again, the numbers are the same"
    try:
        if data is None:
            raise review_record.Unfit("Its content can't be read.")
        found = review_record.recompute(data)
    except review_record.Unfit as error:
        return check(title, "", "The record can't be computed again.", [str(error)])
    notes = "".join(f" {note}" for note in found.notes)
    return check(
        title,
        "Score, points and the suggested standing follow from the recorded marks and facts, "
        f"number by number.{notes}",
        f"From what the record holds, other numbers follow.{notes}",
        (),
        found.differences,
    )


def _database_check(review: Review, data: Any) -> Check:
    """Are today's rows those that were frozen? Issues, actions and measurements go on living: of those
    the record keeps how they stood, and they are not compared."""
    title = "The database still says the same"
    try:
        found = _between_rows(review, data)
    except (KeyError, TypeError, AttributeError, ValueError):
        return check(title, "", "There is nothing to compare with.", ["The content can't be read."])
    return check(
        title,
        "Marks, comments, minutes, agreements, what the vendor said and the standing are as they "
        "were frozen. Issues, actions and measurements may go on since then.",
        "Something was changed in the database after the review was closed.",
        (),
        found,
    )


def _between_rows(review: Review, data: Any) -> list[Difference]:
    names, now = review_record.names_in(data), review_rows.own_rows(review)
    found = _between_criteria(data["criteria"], now["criteria"], names)
    found += between(data["review"], now["review"], "Review", names, ignore=IGNORED)
    for part in ("usage", "vendor_view"):
        # A row is known by its own words here, so they are compared as well.
        place = part.replace("_", " ").capitalize()
        found += between(data[part], now[part], place, names)
    # Records from before goals and promises were asked about have none, and neither have the rows.
    recorded_answers = {
        "goals": goals.answers(data.get("goals", [])),
        "promises": promised.answers(data.get("promises", [])),
    }
    found += between(recorded_answers, dict(review_rows.own_answers(review)), "Review", names)
    closed = {"state": Review.State.CLOSED.value}
    found += between(closed, {"state": review.state}, "Review", names)
    # The score that lists show is rounded.
    score = data["results"]["score"]
    recorded = None if score is None else round(score, 3)
    shown = None if review.score is None else float(review.score)
    found += between({"score": recorded}, {"score": shown}, "Review", names)
    return found


def _between_criteria(
    recorded: list[dict[str, Any]], now: list[dict[str, Any]], names: Names
) -> list[Difference]:
    """Criterion by criterion; one whose mark is gone is one difference."""
    after = {row["id"]: row for row in now}
    found: list[Difference] = []
    for row in recorded:
        own = after.pop(row["id"], None)
        place = f"Criterion {row['name']}"
        if own is None:
            found.append(Difference(place, "there", "not there"))
            continue
        same_name = {"called": row["name"]}, {"called": own["name"]}
        found += between(*same_name, place, names)
        found += between(row, own, place, names, ignore=IGNORED)
    found += [
        Difference(f"Criterion {row['name']}", "not there", "there") for row in after.values()
    ]
    return found
