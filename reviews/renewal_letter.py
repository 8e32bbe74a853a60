"""The notice letter as it is drafted; whoever sends it changes it as they like. Pure.

It says what makes a notice count: which contract, that it ends, on which day at the earliest, and
that the other side confirms. Days and names come in words.
"""

from dataclasses import dataclass

EXIT, RE_TENDER, RENEGOTIATE = "exit", "re_tender", "renegotiate"
FORMS = {
    "mail": "By e-mail",
    "letter": "By letter",
    "registered_letter": "By registered letter",
    "portal": "In the vendor’s portal",
}


@dataclass(frozen=True)
class LetterFacts:
    """What the letter tells, days in words; "" is not known. `form` as the terms name it."""

    title: str
    reference: str
    vendor: str
    contact: str
    organization: str
    sender: str
    today: str
    signed_on: str
    ends_on: str
    notice_words: str
    choice: str
    form: str = ""
    data_return: str = ""


def subject(facts: LetterFacts) -> str:
    """One line, at most 200 characters."""
    about = f"{facts.title} ({facts.reference})" if facts.reference else facts.title
    return f"Notice of termination: {about}"[:200]


def body(facts: LetterFacts) -> str:
    """The letter, paragraphs separated by an empty line."""
    parts = [
        "\n".join(line for line in (FORMS.get(facts.form, ""), facts.today) if line),
        f"Dear {facts.contact or facts.vendor},",
        _notice(facts),
        "Please confirm in writing that you have received this notice, and on which day the contract"
        " ends by your records.",
        *_why(facts),
        *_handing_over(facts),
        f"Kind regards\n{facts.sender}\n{facts.organization}",
    ]
    return "\n\n".join(part for part in parts if part)


def _notice(facts: LetterFacts) -> str:
    reference = f", reference {facts.reference}" if facts.reference else ""
    signed = f", signed on {facts.signed_on}" if facts.signed_on else ""
    end = f"on {facts.ends_on}, or else" if facts.ends_on else "on"
    period = f" with the agreed notice of {facts.notice_words}" if facts.notice_words else ""
    return (
        f"We give notice of our contract “{facts.title}” with you{reference}{signed}, so that it ends"
        f" {end} the earliest day on which it can end{period}."
    )


def _why(facts: LetterFacts) -> list[str]:
    if facts.choice == RENEGOTIATE:
        return [
            "We would like to go on with you, on other terms. This notice keeps that open for both of"
            " us; when can we talk?"
        ]
    if facts.choice == RE_TENDER:
        return [
            "We are going to ask the market again, and we would be glad if you took part. You will"
            " hear from us."
        ]
    return []


def _handing_over(facts: LetterFacts) -> list[str]:
    if facts.choice == RENEGOTIATE:
        return []
    wanted = facts.data_return.strip().rstrip(".")
    data = f" We expect back: {wanted}." if wanted else ""
    return [
        "Until the contract ends we count on the service as it was agreed, and on your help with the"
        f" handover.{data} Please name the person with whom we plan it."
    ]
