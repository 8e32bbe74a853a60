"""What a letter of award or regret says at first; the person changes it as they like. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

AWARD, BENCH, REGRET = "award", "bench", "regret"


@dataclass(frozen=True)
class Facts:
    """What a letter may tell its candidate: nothing about any other one.

    `strongest` and `weakest` are names of criteria by the candidate's own points.
    """

    candidate: str
    contact: str
    service: str
    sender: str
    organization: str
    strongest: str = ""
    weakest: str = ""
    conditions: Sequence[str] = ()


def kind_of(candidate_id: int, winner_id: int, runner_up_id: int | None) -> str:
    """Which letter a candidate gets."""
    if candidate_id == winner_id:
        return AWARD
    return BENCH if candidate_id == runner_up_id else REGRET


def subject(kind: str, facts: Facts) -> str:
    """One line, at most 200 characters."""
    about = facts.service
    words = {
        AWARD: f"{about}: we would like to work with you",
        BENCH: f"{about}: our decision, and your offer",
        REGRET: f"{about}: our decision",
    }
    return words[kind][:200]


def body(kind: str, facts: Facts) -> str:
    """The letter, paragraphs separated by an empty line."""
    parts = [f"Dear {facts.contact or facts.candidate},", *_middle(kind, facts)]
    return "\n\n".join([*parts, f"Kind regards\n{facts.sender}\n{facts.organization}"])


def _middle(kind: str, facts: Facts) -> list[str]:
    if kind == AWARD:
        return _award(facts)
    thanks = (
        f"Thank you for the time and care that you put into your offer for {facts.service}. "
        "We have now decided."
    )
    if kind == BENCH:
        return [
            thanks,
            "We begin with another vendor. Your offer came close, and we would like to come back to "
            "you should things not work out. Please tell us how long your quote stays valid.",
            *_feedback(facts),
        ]
    return [thanks, "We have chosen another way this time.", *_feedback(facts)]


def _award(facts: Facts) -> list[str]:
    parts = [
        f"We have compared all offers for {facts.service} on criteria that were fixed beforehand, "
        f"and we would like to go on with {facts.candidate}.",
    ]
    if facts.conditions:
        listed = "\n".join(f"- {text}" for text in facts.conditions)
        parts.append(f"Before we sign, we need to settle:\n{listed}")
    parts.append(
        "This letter is not yet the contract: both sides are bound only when it is signed. "
        "When would it suit you to talk about the next steps?"
    )
    return parts


def _feedback(facts: Facts) -> list[str]:
    if not facts.strongest or facts.strongest == facts.weakest:
        return ["We are glad to tell you more about how we saw your offer, if that helps you."]
    return [
        f"What convinced us most in your offer was {facts.strongest}; what convinced us least was "
        f"{facts.weakest}. We are glad to tell you more, if that helps you."
    ]
