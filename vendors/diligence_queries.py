"""Rounds of security questions as pages show them: answers beside verdicts, results, open gaps."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from activity.links import find_by_token
from vendors import diligence
from vendors.diligence import Given, Result
from vendors.diligence_questions import areas_of, questions_of
from vendors.diligence_shape import Area, Question
from vendors.models import DiligenceAnswer, DiligenceCheck, DiligenceGap, Vendor

State = DiligenceCheck.State
OPEN = (State.DRAFT, State.ASKED, State.ANSWERED)
HANDED_OUT = (State.ASKED, State.ANSWERED)
RELATED = ("responsible__user", "asked_by__user", "judged_by__user", "mail")


@dataclass(frozen=True)
class Row:
    """One question with what was answered now, what was made of it, and what was answered the last time."""

    question: Question
    said: DiligenceAnswer | None
    before: DiligenceAnswer | None = None
    gap: diligence.Gap | None = None

    @property
    def given(self) -> Given:
        return given_of(self.said)

    @property
    def change(self) -> str:
        """ "better", "worse", "same" or "" beside the round before."""
        return diligence.differs(self.given, given_of(self.before) if self.before else None)


@dataclass(frozen=True)
class Part:
    """One area of a round."""

    area: Area
    result: Result
    rows: list[Row]


@dataclass(frozen=True)
class Round:
    """A round as a page shows it; without `by_question` nothing was answered."""

    check: DiligenceCheck
    result: Result
    parts: list[Part]
    by_question: Mapping[str, DiligenceAnswer] = field(default_factory=dict)

    @property
    def rows(self) -> list[Row]:
        return [row for part in self.parts for row in part.rows]


def given_of(said: DiligenceAnswer | None) -> Given:
    return Given(said.answer, said.verdict) if said else Given()


def fingerprint(said: DiligenceAnswer | None) -> str:
    """What an answer looks like now, so that a page can tell whether somebody else changed it."""
    if said is None or not (said.answer or said.comment or said.file_id):
        return ""
    text = f"{said.answer}|{said.file_id or ''}|{said.comment}"
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def areas_asked(check: DiligenceCheck) -> tuple[Area, ...]:
    """What this round asks, in the version of the set that it names."""
    return areas_of(check.questions, frozenset(check.left_out))


def questions_asked(check: DiligenceCheck) -> dict[str, Question]:
    return questions_of(check.questions, frozenset(check.left_out))


def answers_of(check: DiligenceCheck) -> dict[str, DiligenceAnswer]:
    """By question; one query."""
    return {row.question: row for row in check.given.select_related("file")}


def read_round(check: DiligenceCheck) -> Round:
    """The whole round, beside the one before; three queries."""
    said, earlier = answers_of(check), answers_before(check)
    given = {key: given_of(row) for key, row in said.items()}
    areas = areas_asked(check)
    parts = []
    for area, result in diligence.by_area(areas, given):
        rows = [_row(question, said, earlier) for question in area.questions]
        parts.append(Part(area, result, rows))
    asked = [question for area in areas for question in area.questions]
    return Round(check, diligence.result(asked, given), parts, said)


def _row(
    question: Question,
    said: Mapping[str, DiligenceAnswer],
    earlier: Mapping[str, DiligenceAnswer],
) -> Row:
    answer = said.get(question.key)
    gap = diligence.proposed_gap(question, given_of(answer))
    return Row(question, answer, earlier.get(question.key), gap)


def answers_before(check: DiligenceCheck) -> dict[str, DiligenceAnswer]:
    """What was answered in the last judged round before this one."""
    rounds = DiligenceCheck.objects.filter(
        vendor_id=check.vendor_id, state=State.JUDGED, number__lt=check.number
    )
    last = rounds.order_by("-number").values("pk")[:1]
    rows = DiligenceAnswer.objects.filter(check_asked__in=last).select_related("file")
    return {row.question: row for row in rows}


def find_round(token: str) -> DiligenceCheck | None:
    """The round behind a private link; None for unknown, expired, withdrawn and judged ones alike."""
    rows = DiligenceCheck.objects.select_related("organization", "vendor", "asked_by__user")
    check: DiligenceCheck | None = find_by_token(rows, token)
    return check if check is not None and check.state in HANDED_OUT else None


def rounds_of(vendor: Vendor) -> list[DiligenceCheck]:
    """All rounds of a vendor, the newest first."""
    rows = vendor.diligence_checks.select_related(*RELATED).order_by("-number", "-pk")
    found: list[DiligenceCheck] = list(rows)
    for check in found:
        check.vendor, check.organization = vendor, vendor.organization
    return found


def gaps_of(vendor: Vendor) -> list[DiligenceGap]:
    """All gaps of a vendor: open ones first, the worst and the nearest on top."""
    rows = DiligenceGap.objects.filter(check_asked__vendor=vendor).exclude(
        check_asked__state=State.WITHDRAWN
    )
    return in_order(rows.select_related("owner__user", "check_asked"))


def in_order(gaps: Iterable[DiligenceGap]) -> list[DiligenceGap]:
    """Open ones first, by severity, then by day."""
    weight = {name: number for number, name in enumerate(reversed(diligence.SEVERITIES))}
    is_open = DiligenceGap.State.OPEN
    return sorted(
        gaps,
        key=lambda gap: (
            gap.state != is_open,
            weight[gap.severity],
            gap.due_on is None,
            str(gap.due_on or ""),
            gap.pk,
        ),
    )


@dataclass(frozen=True)
class Summary:
    """What other pages tell of a vendor's security: the last judged round, the open one, the open gaps."""

    vendor: Vendor
    judged: DiligenceCheck | None
    current: DiligenceCheck | None
    gaps: list[DiligenceGap]

    @property
    def worst(self) -> str:
        """The severity of the worst open gap; "" without one."""
        return self.gaps[0].severity if self.gaps else ""


def summaries_of(vendors: Iterable[Vendor]) -> dict[int, Summary]:
    """For each of these vendors of one organization, by id; two queries for all of them."""
    by_id = {vendor.pk: vendor for vendor in vendors}
    judged: dict[int, Any] = {}
    current: dict[int, Any] = {}
    rounds = DiligenceCheck.objects.filter(vendor__in=by_id).exclude(state=State.WITHDRAWN)
    for check in rounds.order_by("number", "pk"):
        check.vendor = by_id[check.vendor_id]
        (judged if check.state == State.JUDGED else current)[check.vendor_id] = check
    gaps = DiligenceGap.objects.filter(
        check_asked__vendor__in=by_id, state=DiligenceGap.State.OPEN
    ).exclude(check_asked__state=State.WITHDRAWN)
    per_vendor: dict[int, list[DiligenceGap]] = {}
    for gap in gaps.select_related("check_asked", "owner__user"):
        per_vendor.setdefault(gap.check_asked.vendor_id, []).append(gap)
    return {
        pk: Summary(vendor, judged.get(pk), current.get(pk), in_order(per_vendor.get(pk, [])))
        for pk, vendor in by_id.items()
    }


def summary_of(vendor: Vendor) -> Summary:
    """Of one vendor; two queries."""
    return summaries_of([vendor])[vendor.pk]
