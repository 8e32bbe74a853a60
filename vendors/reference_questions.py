"""What a client of a vendor is asked: six questions, by link or on the telephone. Pure; the words are our own.

Five are answered with a mark from 1 to 5, each step in words, so that two people mean the same by a 4; one
with a text. Keys are stored with the answers and never change their meaning.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

LOWEST, HIGHEST = 1, 5
LONGEST_TEXT = 4000


@dataclass(frozen=True)
class Question:
    """`anchors`: what 1, 2, 3, 4 and 5 look like; empty: answered with a text."""

    key: str
    text: str
    short: str
    anchors: tuple[str, ...] = ()
    help: str = ""

    @property
    def is_mark(self) -> bool:
        return bool(self.anchors)


QUESTIONS: tuple[Question, ...] = (
    Question(
        "satisfied",
        "How content are you with this vendor, all in all?",
        "Content, all in all",
        (
            "We want to leave",
            "More trouble than good",
            "It does the job",
            "Content; small things only",
            "Very content, all of us",
        ),
    ),
    Question(
        "promised",
        "Do they do what they promised before you signed?",
        "Keeps promises",
        (
            "Hardly anything of it",
            "Much was different",
            "Most of it, after reminding",
            "Nearly all of it",
            "All of it, and more",
        ),
    ),
    Question(
        "help",
        "How quickly and how well do they help when something is broken?",
        "Help in trouble",
        (
            "We are left alone",
            "Slow, or it breaks again",
            "In time, with chasing",
            "Quick, and it stays mended",
            "At once, and they tell us before we notice",
        ),
    ),
    Question(
        "people",
        "How good are the people you deal with, and do they stay?",
        "Their people",
        (
            "Somebody new each time, who knows little",
            "Often new, must be taught",
            "Able; now and then new faces",
            "Able people who know us",
            "Excellent, the same ones for years",
        ),
    ),
    Question(
        "again",
        "Would you choose them again?",
        "Would choose them again",
        (
            "Certainly not",
            "Rather not",
            "Perhaps, after looking at others",
            "Probably",
            "At once",
        ),
    ),
    Question(
        "trouble",
        "What went wrong, how did they deal with it, and what should we know before we sign?",
        "What went wrong, and what to know",
        help="A few sentences help most. It is read as you write it.",
    ),
)
MARKS = tuple(question for question in QUESTIONS if question.is_mark)
BY_KEY = {question.key: question for question in QUESTIONS}


def tidied(answers: Mapping[str, Any]) -> dict[str, int | str]:
    """Only what was answered, in the order of the questions. ValueError for what no question can get."""
    found: dict[str, int | str] = {}
    for question in QUESTIONS:
        answer = answers.get(question.key)
        if answer in (None, ""):
            continue
        if question.is_mark:
            if not isinstance(answer, int) or not LOWEST <= answer <= HIGHEST:
                raise ValueError(f"{answer!r} is no mark from {LOWEST} to {HIGHEST}.")
            found[question.key] = answer
        else:
            found[question.key] = str(answer)[:LONGEST_TEXT]
    return found


def in_words(question: Question, answer: int | str | None) -> str:
    """ "4: Probably", or the text; "" for no answer."""
    if answer in (None, ""):
        return ""
    if question.is_mark and isinstance(answer, int):
        return f"{answer}: {question.anchors[answer - 1]}"
    return str(answer)
