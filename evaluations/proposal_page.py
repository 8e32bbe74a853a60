"""The vendor's page of a request: finding it by its link, and every question with what was answered so far."""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Q
from django.utils import timezone

from activity.links import find_by_token
from core.files import content_of
from core.uploads import ACCEPT
from evaluations import request_order
from evaluations.models import Proposal, ProposalRequest, RequestAnswer, RequestQuestion
from evaluations.proposal_quote import (
    COUNTS,
    KINDS,
    LINE_NAMES,
    MOST_LINES,
    PERIODS,
    TABLE_NAMES,
    line_places,
)
from evaluations.proposal_values import (
    CHOICE,
    FILE,
    LONGEST_TEXT,
    NUMBER,
    QUOTE,
    YES_NO,
    bare,
    mark_of,
    missing,
    typed_answer,
)
from evaluations.request_mail import deadline_words
from evaluations.sealed_answers import file_opener, reveal

EMPTY_LINES = 2
OPEN, HANDED_IN, DECLINED, OVER = "open", "handed_in", "declined", "over"
_CHOICES = {"kind": KINDS, "period": PERIODS, "counts": COUNTS}
_HELP = {
    "rise_percent": "Of every line that rises, after each 12 months. Empty: the prices stay.",
    "exit_fee": "What the client pays once when the contract ends. Empty: nothing.",
    "quantity": "Only if it is fixed; else the client’s own number counts.",
    "tiers": "Like up to 10: 40; up to 50: 35; more: 30",
    "from_month": "Empty: from the first.",
    "to_month": "Empty: until the last.",
}


def find_proposal(token: str) -> Proposal | None:
    """The proposal behind a private link; None for an unknown, expired or withdrawn link, and for a request
    that was not sent or was withdrawn, all alike."""
    related = (
        "organization",
        "candidate",
        "asked_by__user",
        "proposal_request__organization",
        "proposal_request__evaluation",
    )
    row: Proposal | None = find_by_token(Proposal.objects.select_related(*related), token)
    states = ProposalRequest.State
    if row is None or row.proposal_request.state not in {states.SENT, states.OPENED}:
        return None
    return row


def phase_of(proposal: Proposal, now: dt.datetime) -> str:
    """Whether answers are taken: OPEN; or HANDED_IN, DECLINED (both can be undone), or OVER."""
    request_row = proposal.proposal_request
    deadline = request_row.deadline_at
    if request_row.is_opened or deadline is None or now >= deadline:
        return OVER
    if proposal.declined_at:
        return DECLINED
    return HANDED_IN if proposal.answered_at else OPEN


def may_ask(request_row: ProposalRequest, now: dt.datetime) -> bool:
    """Are questions taken still? On the organization's clock, the last day included."""
    last = request_row.questions_until_on
    zone = ZoneInfo(request_row.organization.time_zone)
    return last is None or timezone.localdate(now, zone) <= last


@dataclass
class Box:
    """One input: `kind` says how it is drawn."""

    name: str
    label: str
    value: str = ""
    error: str = ""
    help: str = ""
    choices: Sequence[tuple[str, str]] = ()

    @property
    def id(self) -> str:
        return f"id_{self.name}"

    @property
    def type(self) -> str:
        return "date" if self.name.endswith("_on") else "text"

    @property
    def inputmode(self) -> str:
        """Which keys a telephone shows."""
        last = self.name.rpartition("-")[2]
        return "" if last in {"label", "tiers", "valid_until_on"} else "decimal"

    @property
    def ticked(self) -> bool:
        return bool(self.value)


@dataclass
class PriceLine:
    """One line of a price table; `number` as a person counts."""

    number: int | str
    boxes: dict[str, Box]

    def __getattr__(self, name: str) -> Box:
        try:
            return self.__dict__["boxes"][name]
        except KeyError:
            raise AttributeError(name) from None


@dataclass
class Shown:
    """One question on the page. `value`: what is kept; `typed`: what stands in the fields; `clash`: what
    somebody else wrote meanwhile, in words; `lacks`: why it can't be handed in, told after trying."""

    question: RequestQuestion
    value: Mapping[str, Any]
    typed: Mapping[str, str]
    errors: Mapping[str, str] = field(default_factory=dict)
    clash: Mapping[str, Any] | None = None
    lacks: Sequence[str] = ()
    currencies: Sequence[str] = ()
    saved: bool = False

    @property
    def name(self) -> str:
        return f"q{self.question.pk}"

    @property
    def mark(self) -> str:
        """Which answer the page knows of: after a clash the other one's, so that the next saving counts."""
        return mark_of(self.value)

    @property
    def is_answered(self) -> bool:
        return bool(bare(self.value))

    @property
    def is_done(self) -> bool:
        return not missing(self.question, self.value)

    @property
    def text(self) -> str:
        return self.typed.get("", "")

    @property
    def error(self) -> str:
        return self.errors.get("", "")

    @property
    def kind(self) -> str:
        return self.question.kind

    @property
    def options(self) -> list[tuple[str, str, bool]]:
        """(value, words, chosen) of a choice or of yes and no."""
        words = (
            ["yes", "no"] if self.kind == YES_NO else [str(one) for one in self.question.choices]
        )
        return [
            (one, one.capitalize() if self.kind == YES_NO else one, one == self.text)
            for one in words
        ]

    @property
    def table(self) -> list[Box]:
        """The fields of a price table that are there once."""
        return [self._box(name, label) for name, label in TABLE_NAMES.items()]

    @property
    def lines(self) -> list[PriceLine]:
        """The lines, and some empty ones."""
        places = line_places(self.typed)[:MOST_LINES]
        start = max(places, default=-1) + 1
        empty = range(start, start + min(EMPTY_LINES, MOST_LINES - len(places)))
        return [
            self._line(place, number) for number, place in enumerate([*places, *empty], start=1)
        ]

    @property
    def empty_line(self) -> PriceLine:
        """From which the page's script makes more."""
        return self._line("__n__", "__number__")

    def _line(self, place: int | str, number: int | str) -> PriceLine:
        boxes = {name: self._box(f"{place}-{name}", label) for name, label in LINE_NAMES.items()}
        return PriceLine(number, boxes)

    def _box(self, name: str, label: str) -> Box:
        last = name.rpartition("-")[2]
        choices = _CHOICES.get(last, {})
        if last == "currency":
            choices = {code: code for code in self.currencies}
        return Box(
            name=f"{self.name}-{name}",
            label=label,
            value=self.typed.get(name, ""),
            error=self.errors.get(name, ""),
            help=_HELP.get(last, ""),
            choices=list(choices.items()),
        )

    @property
    def problems(self) -> list[str]:
        """What is wrong with a price table, each with the place."""
        numbers = {place: number for number, place in enumerate(line_places(self.typed), start=1)}
        found = []
        for name, words in self.errors.items():
            place, _, last = name.rpartition("-")
            label = LINE_NAMES.get(last) or TABLE_NAMES.get(last) or ""
            where = (
                f"Price line {numbers.get(int(place), '')}, {label}: " if place else f"{label}: "
            )
            found.append(f"{where}{words}" if label else words)
        return found

    @property
    def is_number(self) -> bool:
        return self.kind == NUMBER

    @property
    def has_options(self) -> bool:
        return self.kind in {CHOICE, YES_NO}

    @property
    def is_file(self) -> bool:
        return self.kind == FILE

    @property
    def is_quote(self) -> bool:
        return self.kind == QUOTE

    @property
    def accept(self) -> str:
        return ACCEPT

    @property
    def longest(self) -> int:
        return LONGEST_TEXT


@dataclass
class Page:
    """All questions by section, and how far the proposal has come."""

    proposal: Proposal
    sections: list[tuple[str, list[Shown]]]

    def __iter__(self) -> Iterator[Shown]:
        for _, part in self.sections:
            yield from part

    @property
    def of(self) -> int:
        return sum(1 for _ in self)

    @property
    def answered(self) -> int:
        return sum(1 for shown in self if shown.is_answered)

    @property
    def undone(self) -> list[Shown]:
        """What has to be answered before it can be handed in."""
        return [shown for shown in self if not shown.is_done]

    @property
    def refused(self) -> list[Shown]:
        """What could not be saved, or was tried to be handed in without an answer."""
        return [shown for shown in self if shown.errors or shown.clash is not None or shown.lacks]


def kept_values(proposal: Proposal) -> dict[int, dict[str, Any]]:
    """What was answered so far, by question; sealed or, once opened, not. Raises SealProblem. One query."""
    seal = proposal.proposal_request.seal
    return {
        answer.question_id: reveal(
            seal, answer.sealed, proposal_id=proposal.pk, question_id=answer.question_id
        )
        if answer.sealed
        else answer.value
        for answer in proposal.answers.all()
    }


@dataclass(frozen=True)
class File:
    """A file of a sealed answer, for the vendor who sent it."""

    filename: str
    content_type: str
    content: bytes


def file_of(proposal: Proposal, question_id: int) -> File | None:
    """The file that answers this question; None if there is none. Raises SealProblem."""
    asked = proposal.proposal_request.questions.filter(pk=question_id)
    rows = proposal.answers.filter(question__in=asked).select_related("file")
    answer = rows.exclude(file=None).first()
    if answer is None or not answer.sealed:
        return None
    seal = proposal.proposal_request.seal
    at = {"proposal_id": proposal.pk, "question_id": question_id}
    value = reveal(seal, answer.sealed, **at)
    try:
        content = content_of(answer.file, file_opener(seal, **at))
    except FileNotFoundError:
        return None
    return File(value["filename"], value["content_type"], content)


def page_of(proposal: Proposal, currencies: Sequence[str]) -> Page:
    """Everything as it is kept. Two queries."""
    values = kept_values(proposal)
    questions = list(proposal.proposal_request.questions.order_by("position", "pk"))
    sections = [
        (name, [_shown(one, values.get(one.pk, {}), currencies) for one in part])
        for name, part in request_order.sections(questions)
    ]
    return Page(proposal, sections)


def _shown(question: RequestQuestion, value: Mapping[str, Any], currencies: Sequence[str]) -> Shown:
    return Shown(question, value, typed_answer(question, value), currencies=currencies)


def told(proposal: Proposal) -> list[RequestAnswer]:
    """What was said to all vendors, and this vendor's own questions that wait; never another's."""
    rows = proposal.proposal_request.asked.filter(
        Q(answered_at__isnull=False) | Q(proposal=proposal)
    )
    return list(rows.order_by("asked_at", "pk"))


@dataclass(frozen=True)
class Deadline:
    """On the vendor's clock, and on ours where it differs."""

    at: dt.datetime | None
    theirs: str
    ours: str


def deadline_of(proposal: Proposal) -> Deadline:
    request_row = proposal.proposal_request
    theirs = deadline_words(request_row, proposal.time_zone)
    ours = deadline_words(request_row, request_row.organization.time_zone)
    return Deadline(request_row.deadline_at, theirs, "" if ours == theirs else ours)
