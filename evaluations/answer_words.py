"""An opened answer of a proposal in words, for pages and files."""

import datetime as dt
from collections.abc import Mapping
from types import SimpleNamespace
from typing import Any

from core.templatetags.ui import format_date, money
from evaluations import costing
from evaluations.models import ProposalAnswer, RequestQuestion

LONGEST_PROMISE = 500


def quote_words(value: Mapping[str, Any], organization: Any = None) -> list[str]:
    """A price table line by line, then what holds for all of it."""
    read = costing.values_from_answer(value)
    currency = read["currency"]
    said = [
        costing.line_words(costing.line_of(SimpleNamespace(**line)), currency)
        for line in read["lines"]
    ]
    if read["rise_percent"] is not None:
        said.append(f"Yearly rise: {read['rise_percent']:f} %")
    if read["exit_fee"] is not None:
        said.append(f"Fee for leaving: {money(read['exit_fee'], currency)}")
    if isinstance(read["valid_until_on"], dt.date):
        said.append(f"Valid until {format_date(read['valid_until_on'], organization)}")
    return said


def lines_of(
    question: RequestQuestion, answer: ProposalAnswer | None, organization: Any = None
) -> list[str]:
    """What was answered, line by line; [] for what was not answered, and for a file."""
    value = answer.value if answer else {}
    if "problem" in value:
        return [value["problem"]]
    if question.kind == RequestQuestion.Kind.QUOTE:
        return quote_words(value, organization) if value.get("lines") else []
    if "yes" in value:
        return ["Yes" if value["yes"] else "No"]
    if "number" in value:
        return [f"{value['number']} {question.unit}".strip()]
    text = value.get("text") or value.get("choice") or ""
    return [str(text)] if text else []


def in_words(question: RequestQuestion, answer: ProposalAnswer | None) -> str:
    """The same as one text; of a file its name."""
    if answer is not None and answer.file is not None:
        return str(answer.file.filename)
    return "\n".join(lines_of(question, answer))


def as_promise(question: RequestQuestion, answer: ProposalAnswer | None) -> str:
    """The answer as a sentence to start a promise from; "" where there is nothing to be held to."""
    value = answer.value if answer else {}
    if text := value.get("text"):
        return " ".join(str(text).split())[:LONGEST_PROMISE]
    said = "; ".join(lines_of(question, answer))
    if not said or "problem" in value or value.get("yes") is False or "lines" in value:
        return ""
    return f"{question.text} {said}"[:LONGEST_PROMISE]
