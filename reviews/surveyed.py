"""What surveys say about a contract, as pages and the record of a review show it.

Only what was told once and for all when a survey closed (reviews/survey_results.py): no answer is read
here. A survey counts for the period in which its own period ends.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.db.models import Q

from contracts.models import Contract
from core.periods import Period
from reviews import survey_results
from reviews.models import Survey
from reviews.survey_questions import GOOD_WORDS, SATISFACTION, read_questions
from reviews.survey_results import AT_LEAST, AT_MOST, BETTER, SAME, WORSE, Figure, Span

# Told of at all: closed, and enough people answered.
SHOWN = Q(state=Survey.State.CLOSED, results__shown=True)
CHANGE_WORDS = {
    BETTER: "better than before",
    WORSE: "worse than before",
    SAME: "no real change",
}


@dataclass(frozen=True)
class Told:
    """One question of a closed survey: its figure, or its texts, or neither where too few answered."""

    kind: str
    text: str
    figure: Figure | None
    texts: list[str] | None
    before: Figure | None = None

    @property
    def share_words(self) -> str:
        """ "about 60 % satisfied"."""
        return share_in_words(self.figure, self.kind) if self.figure else ""

    @property
    def result_words(self) -> str:
        """The share with mean and net score, where those are told; empty for texts and too few answers."""
        if self.figure is None:
            return ""
        words = [self.share_words]
        words += [f"mean {self.figure.mean}"] if self.figure.mean else []
        words += [f"net score {self.figure.net}"] if self.figure.net is not None else []
        return ", ".join(words)

    @property
    def answered_words(self) -> str:
        if self.figure is None:
            return ""
        return span_in_words(Span(self.figure.least, self.figure.most))

    @property
    def change(self) -> str:
        """ "better", "worse", "same"; empty without something to compare."""
        if self.figure and self.before:
            return survey_results.change(self.figure, self.before)
        return ""

    @property
    def change_words(self) -> str:
        return CHANGE_WORDS.get(self.change, "")


@dataclass(frozen=True)
class Result:
    """A survey with what may be told of it. `questions` is empty where fewer than `minimum` answered, and while it is open."""

    survey: Survey
    questions: list[Told] = field(default_factory=list)
    previous: Survey | None = None

    @property
    def is_shown(self) -> bool:
        return bool(self.questions)

    @property
    def answered_words(self) -> str:
        """ "5 to 9 of 12 asked"; empty while it is open."""
        told = self.survey.results
        if not told:
            return ""
        least, most, asked = told["least"], told["most"], told["asked"]
        if not asked or (not least and asked <= most):
            return span_in_words(Span(least, most))
        if 0 < least <= asked and (most is None or asked < most):
            most = asked  # everybody knows that it can't be more
        return f"{span_in_words(Span(least, most))} of {asked} asked"

    @property
    def rate_words(self) -> str:
        """ "42 to 75 %" of those asked; empty if nobody said how many were asked."""
        told = self.survey.results
        found = survey_results.rate(Span(told["least"], told["most"]), told["asked"])
        if found is None:
            return ""
        return (
            f"{found[0]}\N{NO-BREAK SPACE}%"
            if found[0] == found[1]
            else f"{found[0]} to {found[1]}\N{NO-BREAK SPACE}%"
        )

    @property
    def first(self) -> Told | None:
        """What a list shows: the first question with a figure."""
        return next((told for told in self.questions if told.figure), None)

    @property
    def satisfaction(self) -> Decimal | None:
        """Mean of what is told of its questions about satisfaction, percent; None: not told."""
        told = [q.figure.share for q in self.questions if q.kind == SATISFACTION and q.figure]
        return Decimal(sum(told)) / len(told) if told else None

    def as_record(self) -> dict[str, Any]:
        """For the frozen record of a review: the same and nothing more."""
        return {
            "survey": self.survey.title,
            "audience": self.survey.get_audience_display(),
            "anonymous": self.survey.anonymous,
            "answered": self.answered_words,
            "questions": [
                {
                    "question": told.text,
                    "result": told.share_words or None,
                    "interval": [told.figure.low, told.figure.high] if told.figure else None,
                    "change": told.change_words or None,
                    "comments": told.texts,
                }
                for told in self.questions
            ],
        }


@dataclass(frozen=True)
class Surveyed:
    """What the page of a review shows of surveys. `open` ones have no result yet."""

    closed: list[Result]
    open: list[Survey]

    @property
    def satisfaction(self) -> Decimal | None:
        """Percent, of the audience that is least satisfied; None: not surveyed, or too few answers."""
        found = [result.satisfaction for result in self.closed if result.satisfaction is not None]
        return min(found, default=None)

    def as_record(self) -> list[dict[str, Any]]:
        """For the frozen record of a review."""
        return [result.as_record() for result in self.closed]


@dataclass(frozen=True)
class Person:
    """What one person answered in a survey with names: (question, answer) in order."""

    email: str
    answers: list[tuple[str, Any]]


# Words ----------------------------------------------------------------------------------------------


def span_in_words(span: Span) -> str:
    """ "5 to 9", "fewer than 5", "1000 or more", "7"."""
    if span.most is None:
        return f"{span.least} or more"
    if span.least == span.most:
        return str(span.least)
    return f"fewer than {span.most + 1}" if span.least == 0 else f"{span.least} to {span.most}"


def share_in_words(found: Figure, kind: str) -> str:
    """ "about 60 % satisfied", "80 % or more satisfied"."""
    share = f"{found.share}\N{NO-BREAK SPACE}%"
    if found.bound == AT_LEAST:
        share = f"{share} or more"
    elif found.bound == AT_MOST:
        share = f"{share} or fewer"
    elif found.least != found.most:
        share = f"about {share}"
    return f"{share} {GOOD_WORDS[kind]}"


# Reading --------------------------------------------------------------------------------------------


def of_period(contract: Contract, period: Period) -> Surveyed:
    """The surveys that count for this period, each beside the one before it, in one query."""
    counts = Q(last_on__range=period) & ~Q(state=Survey.State.DRAFT)
    rows = list(contract.surveys.filter(counts | SHOWN).order_by("audience", "pk"))
    surveys = [row for row in rows if row.last_on in period]
    closed = [survey for survey in surveys if survey.state == Survey.State.CLOSED]
    waiting = [survey for survey in surveys if survey.state == Survey.State.OPEN]
    return Surveyed(_beside(closed, rows), waiting)


def newest_of(contract: Contract, most: int) -> list[Result]:
    """The newest closed surveys, each beside the one before it, in one query."""
    closed = list(contract.surveys.filter(state=Survey.State.CLOSED).newest_first())
    return _beside(closed[:most], closed)


def results_of(contract: Contract, surveys: Sequence[Survey]) -> list[Result]:
    """Each of these surveys of one contract beside the one before it with the same audience, in one query."""
    return _beside(surveys, contract.surveys.filter(SHOWN)) if surveys else []


def _beside(surveys: Sequence[Survey], others: Iterable[Survey]) -> list[Result]:
    shown = [row for row in others if row.state == Survey.State.CLOSED and row.results.get("shown")]
    shown.sort(key=lambda row: (row.last_on, row.closed_at, row.pk), reverse=True)
    return [_result(survey, shown) for survey in surveys]


def _result(survey: Survey, shown: Sequence[Survey]) -> Result:
    earlier = (
        row for row in shown if row.audience == survey.audience and row.last_on < survey.first_on
    )
    previous = next(earlier, None)
    before = (
        {_same(row): row["figure"] for row in previous.results["questions"]} if previous else {}
    )
    return Result(
        survey,
        [_told(row, before.get(_same(row))) for row in survey.results.get("questions", [])],
        previous,
    )


def _same(row: dict[str, Any]) -> tuple[str, str]:
    """What makes it the same question in another survey."""
    return row["kind"], row["text"].casefold()


def _told(row: dict[str, Any], before: dict[str, Any] | None) -> Told:
    now = row["figure"]
    return Told(
        row["kind"],
        row["text"],
        Figure(**now) if now else None,
        row["texts"],
        Figure(**before) if before else None,
    )


def named_answers(survey: Survey) -> list[Person]:
    """Of a closed survey with names, by address; of an anonymous one nothing, in no query."""
    if survey.anonymous or survey.state != Survey.State.CLOSED:
        return []
    questions = read_questions(survey.questions)
    rows = survey.responses.exclude(invitation=None).select_related("invitation")
    return [
        Person(
            row.invitation.email if row.invitation else "",
            [(q.text, row.answers[q.key]) for q in questions if q.key in row.answers],
        )
        for row in rows.order_by("invitation__email", "pk")
    ]
