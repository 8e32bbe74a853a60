"""The standard clauses that a small business looks for before it signs (product.md C1). Pure."""

from dataclasses import dataclass

UNCHECKED, PRESENT, NEGOTIATED = "unchecked", "present", "negotiated"
ABSENT, NOT_NEEDED = "absent", "not_needed"


@dataclass(frozen=True)
class StandardClause:
    """`meaning` says what it settles, `why` what happens without it. `needed`: rarely wise without;
    else it is advised."""

    key: str
    name: str
    meaning: str
    why: str
    needed: bool


def _needed(key: str, name: str, meaning: str, why: str) -> StandardClause:
    return StandardClause(key, name, meaning, why, needed=True)


def _advised(key: str, name: str, meaning: str, why: str) -> StandardClause:
    return StandardClause(key, name, meaning, why, needed=False)


CLAUSES = (
    _needed(
        "scope",
        "Scope",
        "What the vendor does, for whom, and what is not included.",
        "What is not written down costs extra, or is not done.",
    ),
    _needed(
        "price",
        "Price",
        "What it costs, by which rule, and what is charged on top.",
        "Without it each invoice is a discussion.",
    ),
    _needed(
        "payment",
        "Payment",
        "When and how is paid, and what may be withheld.",
        "Without it you can't hold money back for work that was not done.",
    ),
    _needed(
        "service_levels",
        "Service levels",
        "What quality is promised, how it is measured, and what follows if it is missed.",
        "A promise that nobody measures can't be claimed.",
    ),
    _needed(
        "termination",
        "Termination",
        "How either side may end it, in what time, and at what cost.",
        "Without it you stay until the term ends, however bad it gets.",
    ),
    _needed(
        "exit_help",
        "Exit help",
        "What the vendor must do, and at what price, when you leave.",
        "Without it your data and passwords are a bargaining chip on the last day.",
    ),
    _needed(
        "dispute",
        "Dispute",
        "Who talks to whom first, then which mediation, arbitration or court decides.",
        "Without it a quarrel starts with a quarrel about where to have it.",
    ),
    _needed(
        "data_protection",
        "Data protection",
        "Whose personal data is handled, for what, where, and how it is protected.",
        "The law asks you for it, not the vendor, and you answer for their mistakes.",
    ),
    _needed(
        "confidentiality",
        "Confidentiality",
        "What must be kept secret, by whom, and for how long after the end.",
        "The vendor sees your customers, prices and passwords.",
    ),
    _advised(
        "intellectual_property",
        "Intellectual property",
        "Who owns what is made: code, texts, configurations, documentation.",
        "In many countries it belongs to whoever made it, unless the contract says otherwise.",
    ),
    _advised(
        "subcontractors",
        "Subcontractors",
        "Whether and whom the vendor may hand work on to, and who answers for them.",
        "Otherwise people whom you never chose may work on your systems.",
    ),
    _advised(
        "audit_right",
        "Audit right",
        "What you may inspect, how often, and who pays for it.",
        "Otherwise you can only believe what they tell you about security.",
    ),
    _needed(
        "liability",
        "Liability",
        "For what damage the vendor pays, and up to what amount.",
        "The limit decides whether a lost week is their problem or yours.",
    ),
    _advised(
        "insurance",
        "Insurance",
        "Which cover the vendor keeps, and how it is proved each year.",
        "Liability is worth only what the vendor is able to pay.",
    ),
    _advised(
        "continuity",
        "Business continuity",
        "How the service goes on after a disaster, and within what time.",
        "Their outage is yours.",
    ),
    _advised(
        "key_people",
        "Key people",
        "Which people work for you, and what happens when they leave.",
        "You chose a team; otherwise you get whoever is free.",
    ),
    _advised(
        "price_review",
        "Price review",
        "When and by how much the price may change, up or down.",
        "Otherwise it only goes up, and you hear about it on the invoice.",
    ),
    _advised(
        "scaling",
        "Scaling up and down",
        "How users, devices or volume may grow or shrink, and at what price.",
        "Otherwise you pay for people who have left.",
    ),
)

BY_KEY = {clause.key: clause for clause in CLAUSES}
