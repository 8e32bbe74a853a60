"""What a security question and an area of questions are made of. Pure; no Django."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Question:
    """One question. `topic` names it in lists and gaps; `evidence` is what would prove a yes.

    `essential`: a no is a critical gap. `iso` are controls of Annex A ("5.17" for A.5.17), `csf` subcategories.
    """

    key: str
    topic: str
    text: str
    weight: int
    evidence: str
    iso: tuple[str, ...]
    csf: tuple[str, ...]
    essential: bool = False


@dataclass(frozen=True)
class Area:
    """Questions about one thing, in the order in which they are asked."""

    key: str
    title: str
    questions: tuple[Question, ...]
