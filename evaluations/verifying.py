"""Is an award still what was decided? Its record against itself, its chain, the engine and the database."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from activity.models import FrozenRecord
from activity.records import chain, moment
from core import records
from evaluations import award_rows, record
from evaluations.differences import Difference, Names, between, between_inputs, in_words
from evaluations.models import Award

MOST_SHOWN = 200  # of one check on a page; the command prints all
OK, DIFFERS, SKIPPED = "ok", "differs", "skipped"
NAMES_OF_PEOPLE = frozenset({"name"})  # a person may be called otherwise by now; the number counts
FROZEN_STATES = {Award.State.APPROVED, Award.State.ANNOUNCED, Award.State.WITHDRAWN}
MODERATED_SINCE = (
    " Since the award was withdrawn, marks were agreed on anew: those are not compared."
)


@dataclass(frozen=True)
class Check:
    """One question, its answer in words, and each thing found."""

    title: str
    state: str
    words: str
    findings: list[str] = field(default_factory=list)
    differences: list[Difference] = field(default_factory=list)

    @property
    def count(self) -> int:
        return len(self.findings) + len(self.differences)

    @property
    def unshown(self) -> int:
        """How many a page leaves out."""
        longest = max(len(self.findings), len(self.differences))
        return max(0, longest - MOST_SHOWN)

    @property
    def lines(self) -> list[str]:
        return [*self.findings, *map(str, self.differences)]


@dataclass(frozen=True)
class Verification:
    """All answers about one record. `about`: which decision it says it is; empty if it can't be read."""

    checks: list[Check]
    about: str = ""

    @property
    def count(self) -> int:
        return sum(check.count for check in self.checks)

    @property
    def identical(self) -> bool:
        return self.count == 0

    @property
    def complete(self) -> bool:
        """Everything was compared."""
        return all(check.state != SKIPPED for check in self.checks)

    @property
    def headline(self) -> str:
        """“Identical” or “3 differences”."""
        if self.identical:
            return "Identical"
        return "1 difference" if self.count == 1 else f"{self.count} differences"


def verify(award: Award) -> Verification:
    """Answer all four questions about an award that was read with `award_rows.RELATED`."""
    if award.record is None:
        words = "This award was approved, but its record is not there any more."
        return Verification([_check("The record", words, words, [words])])
    file = envelope_of(award.record)
    own, data = _own_check(file, about=award)
    return Verification(
        [
            own,
            _chain_check(award.record),
            _recompute_check(data),
            _database_check(award, data),
        ]
    )


def verify_file(file: dict[str, Any]) -> Verification:
    """The questions that a downloaded record answers by itself, without a database."""
    own, data = _own_check(file)
    return Verification([own, _recompute_check(data)], _about(data))


def _about(data: Any) -> str:
    """Which decision a file holds: that of another award is just as whole."""
    try:
        title, organization = data["evaluation"]["title"], data["organization"]["name"]
        winner, approval = data["award"]["winner"]["name"], data["award"]["approved_at"]
    except (KeyError, TypeError):
        return ""
    return f"Winner of “{title}” ({organization}): {winner}, approved {approval}."


def envelope_of(row: FrozenRecord) -> dict[str, Any]:
    """A record as it is downloaded."""
    return records.envelope(
        number=row.number,
        kind=row.kind,
        previous_sha256=row.previous_sha256,
        sha256=row.sha256,
        content=row.content,
    )


def _check(
    title: str,
    good: str,
    bad: str,
    findings: Iterable[str] = (),
    differences: Iterable[Difference] = (),
) -> Check:
    found, differing = list(findings), list(differences)
    state = DIFFERS if found or differing else OK
    return Check(title, state, bad if state == DIFFERS else good, found, differing)


# 1 -------------------------------------------------------------------------------------------------


def _own_check(file: dict[str, Any], about: Award | None = None) -> tuple[Check, Any]:
    """Is the content what was sealed? Also its data, None if it can't be read."""
    findings = []
    if records.seal(file["previous_sha256"], file["content"]) != file["sha256"]:
        findings.append(
            f"The content of record {file['number']} is not what its SHA-256 was made from."
        )
    try:
        data = records.read(file["content"])
    except records.Unreadable as error:
        data = None
        findings.append(str(error))
    else:
        findings += _about_itself(file, data, about)
    check = _check(
        "The record is unchanged",
        "The content still has the SHA-256 that it was sealed with.",
        "The record was changed after it was frozen.",
        findings,
    )
    return check, data


def _about_itself(file: dict[str, Any], data: Any, about: Award | None) -> list[str]:
    """What the content says about its own record, against what stands beside it."""
    head = data.get("record") if isinstance(data, dict) else None
    if not isinstance(head, dict):
        return ["The content does not say which record it is."]
    expected: dict[str, Any] = {"number": file["number"], "kind": file["kind"]}
    if about is not None and about.record is not None:
        expected["subject_type"] = about._meta.label_lower
        expected["subject_id"] = about.pk
        expected["frozen_at"] = moment(about.record.created_at)
    return [
        f"Beside the record stands “{value}” as its {name.replace('_', ' ')}; the record itself "
        f"says “{head.get(name)}”."
        for name, value in expected.items()
        if head.get(name) != value
    ]


# 2 -------------------------------------------------------------------------------------------------


def _chain_check(row: FrozenRecord) -> Check:
    """Do all records up to this one follow each other?"""
    earlier = row.number - 1
    before = "1 record" if earlier == 1 else f"{earlier} records"
    return _check(
        "The chain of records is whole",
        f"All {before} before this one are there, unchanged, and each names the one before it."
        if earlier
        else "It is the organization's first record.",
        "A record of this organization was changed, added or removed.",
        chain(row),
    )


# 3 -------------------------------------------------------------------------------------------------


def _recompute_check(data: Any) -> Check:
    """Do the recorded inputs still give the recorded numbers?"""
    title = "Computed again, the numbers are the same"
    bad = "From what the record holds, other numbers follow."
    try:
        if data is None:
            raise record.Unfit("Its content can't be read.")
        found = record.recompute(data)
    except record.Unfit as error:
        return _check(title, "", "The record can't be computed again.", [str(error)])
    good = (
        "Ranking and robustness follow from the recorded criteria, weights, marks and moderation, "
        "number by number."
    )
    notes = "".join(f" {note}" for note in found.notes)
    return _check(title, good + notes, bad + notes, (), found.differences)


# 4 -------------------------------------------------------------------------------------------------


def _database_check(award: Award, data: Any) -> Check:
    """Are today's rows those that were frozen?"""
    title = "The database still says the same"
    bad = "Something was changed in the database after the award was frozen."
    try:
        found, moderated_since = _between_rows(award, data)
    except (KeyError, TypeError, AttributeError, ValueError):
        return _check(
            title, "", "There is nothing to compare with.", ["The content can't be read."]
        )
    evaluation = award.evaluation
    if evaluation.round == award.round:
        good = (
            "Criteria, weights, scales, candidates, evaluators, every mark, moderation and the "
            "award itself are as they were frozen."
        )
        if not moderated_since:
            return _check(title, good, bad, (), found)
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
