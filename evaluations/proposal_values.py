"""The answers of a proposal: what was typed, read into the value that is kept, and back. Pure.

Values are as evaluations.ProposalAnswer says; {} is no answer. Besides, a kept value carries "salt", random
digits, so that the code of the receipt tells nobody what was answered.
"""

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from core.spreadsheets import NumberProblem, parse_number
from evaluations.proposal_quote import Read, lacking, plain, read_quote, typed_of

TEXT, NUMBER, CHOICE, YES_NO, FILE, QUOTE = "text", "number", "choice", "yes_no", "file", "quote"
LONGEST_TEXT = 10_000
SALT = "salt"
YES_WORDS, NO_WORDS = {"yes", "y", "true", "1"}, {"no", "n", "false", "0"}
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
MOST_NUMBER, MOST_PLACES = 10**12, 6


@dataclass(frozen=True)
class Question:
    """What of a question reading needs; a row of evaluations.RequestQuestion will do as well."""

    pk: int
    kind: str
    required: bool = True
    choices: Sequence[str] = ()
    unit: str = ""
    text: str = ""


def read_answer(question: Any, typed: Mapping[str, str], currencies: Sequence[str] = ()) -> Read:
    """Read one answer. `typed` has the answer under "", of a price table its fields by name."""
    if question.kind == QUOTE:
        return read_quote(typed, currencies)
    said = clean_text(typed.get("", ""))
    if not said:
        return Read()
    readers = {TEXT: _text, NUMBER: _number, CHOICE: _choice, YES_NO: _yes_no}
    reader = readers.get(question.kind)
    return reader(question, said) if reader else Read()


def clean_text(text: str) -> str:
    """Without control characters, line ends as one sign, no white space around."""
    return _CONTROL.sub("", text.replace("\r\n", "\n").replace("\r", "\n")).strip()


def _text(question: Any, said: str) -> Read:
    if len(said) > LONGEST_TEXT:
        words = (
            f"This has {len(said):,} characters; at most {LONGEST_TEXT:,} can be kept. Shorten it."
        )
        return Read(errors={"": words})
    return Read({"text": said})


def _number(question: Any, said: str) -> Read:
    try:
        number = parse_number(said.removesuffix(question.unit).strip() if question.unit else said)
    except NumberProblem as error:
        return Read(errors={"": f"“{said[:40]}”: {error} Write it like 40 or 99.5."})
    if abs(number) >= MOST_NUMBER or number != round(number, MOST_PLACES):
        words = f"Use a number below {MOST_NUMBER:,} with at most {MOST_PLACES} decimal places."
        return Read(errors={"": words})
    return Read({"number": plain(number)})


def _choice(question: Any, said: str) -> Read:
    for choice in question.choices:
        if said.casefold() == clean_text(str(choice)).casefold():
            return Read({"choice": choice})
    return Read(errors={"": f"“{said[:60]}” is none of: {', '.join(map(str, question.choices))}."})


def _yes_no(question: Any, said: str) -> Read:
    word = said.casefold()
    if word in YES_WORDS | NO_WORDS:
        return Read({"yes": word in YES_WORDS})
    return Read(errors={"": f"“{said[:40]}”: answer yes or no."})


def typed_answer(question: Any, value: Mapping[str, Any]) -> dict[str, str]:
    """A kept value as a person types it; `read_answer` gives the same value again."""
    if question.kind == QUOTE:
        return typed_of(value)
    if "yes" in value:
        return {"": "yes" if value["yes"] else "no"}
    return {"": str(next((value[key] for key in ("text", "number", "choice") if key in value), ""))}


def bare(value: Mapping[str, Any]) -> dict[str, Any]:
    """Without the salt: what was answered."""
    return {name: said for name, said in value.items() if name != SALT}


def mark_of(value: Mapping[str, Any]) -> str:
    """Tells two answers apart: pages post it to say which one they showed."""
    return _digest(bare(value))[:20]


def missing(question: Any, value: Mapping[str, Any]) -> list[str]:
    """What of an answer has to be said before the proposal can be handed in."""
    if not bare(value):
        return ["This needs an answer."] if question.required else []
    return lacking(value) if question.kind == QUOTE else []


def receipt_code(values: Mapping[int, Mapping[str, Any]]) -> str:
    """The fingerprint of everything that was handed in: SHA-256 over question number and value (with its
    salt) of every answer, by question. Whoever has the answers opened gets the same."""
    return _digest([[pk, values[pk]] for pk in sorted(values) if bare(values[pk])])


def code_words(code: str) -> str:
    """The first 16 digits in groups of four: "3f2a 9c01 77de 0b42"."""
    return " ".join(code[at : at + 4] for at in range(0, min(len(code), 16), 4))


def _digest(thing: Any) -> str:
    text = json.dumps(thing, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


@dataclass(frozen=True)
class Given:
    """One answer as it was sent. `shown`: mark_of what the page showed, None to write over whatever is
    there; `upload`: a core.fields.Paper; `removes`: the file is to go."""

    value: Mapping[str, Any]
    shown: str | None = None
    upload: Any = None
    removes: bool = False
