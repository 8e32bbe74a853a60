"""Is a frozen record still what was sealed? What every kind of record asks of itself and of its chain.

Each kind (evaluations/verifying.py, reviews/verifying.py) adds its own questions: do the numbers follow
again, does the database still say the same.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from activity.models import FrozenRecord
from activity.records import chain, moment
from core import records

MOST_SHOWN = 200  # of one check on a page; the command prints all
OK, DIFFERS, SKIPPED = "ok", "differs", "skipped"


@dataclass(frozen=True)
class Check:
    """One question, its answer in words, and each thing found."""

    title: str
    state: str
    words: str
    findings: list[str] = field(default_factory=list)
    differences: list[Any] = field(default_factory=list)

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


def check(
    title: str,
    good: str,
    bad: str,
    findings: Iterable[str] = (),
    differences: Iterable[Any] = (),
) -> Check:
    """The answer to one question: `good` if nothing was found, else `bad` with what was."""
    found, differing = list(findings), list(differences)
    state = DIFFERS if found or differing else OK
    return Check(title, state, bad if state == DIFFERS else good, found, differing)


def envelope_of(row: FrozenRecord) -> dict[str, Any]:
    """A record as it is downloaded."""
    return records.envelope(
        number=row.number,
        kind=row.kind,
        previous_sha256=row.previous_sha256,
        sha256=row.sha256,
        content=row.content,
    )


def own_check(file: dict[str, Any], subject: Any = None) -> tuple[Check, Any]:
    """Is the content what was sealed? Also its data, None if it can't be read.

    `subject` is the row that the record should be about, if there is a database; it has `record`.
    """
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
        findings += _about_itself(file, data, subject)
    found = check(
        "The record is unchanged",
        "The content still has the SHA-256 that it was sealed with.",
        "The record was changed after it was frozen.",
        findings,
    )
    return found, data


def _about_itself(file: dict[str, Any], data: Any, subject: Any) -> list[str]:
    """What the content says about its own record, against what stands beside it."""
    head = data.get("record") if isinstance(data, dict) else None
    if not isinstance(head, dict):
        return ["The content does not say which record it is."]
    expected: dict[str, Any] = {"number": file["number"], "kind": file["kind"]}
    if subject is not None and subject.record is not None:
        expected["subject_type"] = subject._meta.label_lower
        expected["subject_id"] = subject.pk
        expected["frozen_at"] = moment(subject.record.created_at)
    return [
        f"Beside the record stands “{value}” as its {name.replace('_', ' ')}; the record itself "
        f"says “{head.get(name)}”."
        for name, value in expected.items()
        if head.get(name) != value
    ]


def chain_check(row: FrozenRecord) -> Check:
    """Do all records up to this one follow each other?"""
    earlier = row.number - 1
    before = "1 record" if earlier == 1 else f"{earlier} records"
    return check(
        "The chain of records is whole",
        f"All {before} before this one are there, unchanged, and each names the one before it."
        if earlier
        else "It is the organization's first record.",
        "A record of this organization was changed, added or removed.",
        chain(row),
    )


def gone(what: str) -> Verification:
    """The answer where the record itself is not there any more."""
    words = f"This {what}, but its record is not there any more."
    return Verification([check("The record", words, words, [words])])
