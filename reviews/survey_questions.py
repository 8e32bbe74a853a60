"""What may be asked in a survey and which answers fit. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

SATISFACTION, EFFORT, RECOMMEND, TEXT = "satisfaction", "effort", "recommend", "text"
FEWEST, MOST = 3, 8  # questions in a survey: answered in under a minute
LONGEST_QUESTION, LONGEST_TEXT = 200, 2000

LABELS = {
    SATISFACTION: "Satisfied? 1 to 5",
    EFFORT: "Easy? 1 to 5",
    RECOMMEND: "Recommend? 0 to 10",
    TEXT: "In their own words",
}
# What each number means to the person who answers; of the long scale only the ends are named.
SCALES: dict[str, dict[int, str]] = {
    SATISFACTION: {
        1: "Very dissatisfied",
        2: "Dissatisfied",
        3: "Neither",
        4: "Satisfied",
        5: "Very satisfied",
    },
    EFFORT: {1: "Very hard", 2: "Hard", 3: "Neither", 4: "Easy", 5: "Very easy"},
    RECOMMEND: {0: "Not at all", **dict.fromkeys(range(1, 10), ""), 10: "Certainly"},
}
# From which answer on somebody counts as content; and what to call the share of those.
GOOD_FROM = {SATISFACTION: 4, EFFORT: 4, RECOMMEND: 9}
GOOD_WORDS = {SATISFACTION: "satisfied", EFFORT: "found it easy", RECOMMEND: "would recommend"}


class Question(NamedTuple):
    """`kind` is one of LABELS; `key` names it inside its survey only."""

    key: str
    kind: str
    text: str

    @property
    def is_rated(self) -> bool:
        return self.kind != TEXT

    @property
    def scale(self) -> dict[int, str]:
        """Value → words; empty for a text."""
        return SCALES.get(self.kind, {})


class WrongQuestions(ValueError):
    """These questions can't be asked; the message says why, to a person."""


def read_questions(rows: Iterable[Mapping[str, Any]]) -> list[Question]:
    """As they are stored (Survey.questions)."""
    return [Question(str(row["key"]), str(row["kind"]), str(row["text"])) for row in rows]


def write_questions(pairs: Iterable[tuple[str, str]]) -> list[dict[str, str]]:
    """(kind, text) as typed → rows to store, with keys in order. Raises WrongQuestions."""
    asked = [(kind, " ".join(text.split())) for kind, text in pairs]
    _check(asked)
    return [
        {"key": f"q{number}", "kind": kind, "text": text}
        for number, (kind, text) in enumerate(asked, 1)
    ]


def _check(asked: Sequence[tuple[str, str]]) -> None:
    if not FEWEST <= len(asked) <= MOST:
        raise WrongQuestions(f"Ask {FEWEST} to {MOST} questions; there are {len(asked)}.")
    if any(kind not in LABELS or not text for kind, text in asked):
        raise WrongQuestions("Each question needs its words and how it is answered.")
    if any(len(text) > LONGEST_QUESTION for _, text in asked):
        raise WrongQuestions(f"A question can have {LONGEST_QUESTION} characters at most.")
    if len({text.casefold() for _, text in asked}) < len(asked):
        raise WrongQuestions("Two questions are the same.")
    if all(kind == TEXT for kind, _ in asked):
        raise WrongQuestions("Ask at least one question that is answered with a number.")


def fits(question: Question, value: Any) -> bool:
    """Whether this is an answer to it; no answer at all is not one."""
    if question.is_rated:
        return isinstance(value, int) and not isinstance(value, bool) and value in question.scale
    return isinstance(value, str) and 0 < len(value) <= LONGEST_TEXT


# What a new organization starts with: (name, audience, questions).
STARTERS: list[tuple[str, str, list[tuple[str, str]]]] = [
    (
        "Employees: how is our IT support?",
        "employees",
        [
            (SATISFACTION, "How satisfied are you with the support of the last months?"),
            (SATISFACTION, "How satisfied are you with how quickly problems are solved?"),
            (EFFORT, "How easy is it to get help?"),
            (RECOMMEND, "Would you recommend keeping this vendor?"),
            (TEXT, "What should change first?"),
        ],
    ),
    (
        "Customers: how is the service?",
        "customers",
        [
            (SATISFACTION, "How satisfied are you with our service overall?"),
            (EFFORT, "How easy was it to get what you needed?"),
            (RECOMMEND, "Would you recommend us to others?"),
            (TEXT, "What could we do better?"),
        ],
    ),
]
