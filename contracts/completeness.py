"""Is a contract complete enough to sign? Plain facts in, findings out. Pure.

Nothing here refuses a signature: it says what is there, what is weak and what is missing, and why that
matters. What the signature itself needs is marked `to_sign`.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from textwrap import shorten

from contracts.clauses import ABSENT, CLAUSES, UNCHECKED, StandardClause
from contracts.promise_words import Kept

OK, WARNING, MISSING = "ok", "warning", "missing"
AUTOMATIC = "automatic"
RENEWING = {AUTOMATIC, "by_agreement"}
MOST_NAMES = 3
MOST_CHARACTERS = 80


@dataclass(frozen=True)
class Finding:
    """One line of the view. `link` is where it is mended: edit, communication, terms, levels, clauses,
    documents, keys, transition, exit, promises, or parent (the master agreement)."""

    code: str
    state: str
    title: str
    words: str
    why: str
    link: str
    to_sign: bool = False


@dataclass(frozen=True)
class Facts:
    """What is known of a contract and the version of its terms that counts. Missing is None or ""."""

    has_manager: bool = False
    has_counterpart: bool = False
    needs_master: bool = False
    master_is_signed: bool | None = None  # None: no master agreement is named
    has_start: bool = False
    initial_months: int | None = None
    renewal_mode: str = ""
    renewal_months: int | None = None
    notice: int | None = None
    notice_unit: str = ""
    notice_form: str = ""
    postal_days: int | None = None
    price_lines: int = 0
    unpriced_lines: Sequence[str] = ()
    currency: str = ""
    payment_days: int | None = None
    convenience: bool | None = None
    has_cause_rule: bool = False
    fee_rule: str = ""
    governing_law: str = ""
    dispute: str = ""
    confidentiality: str = ""
    service_levels: int = 0
    level_findings: Sequence[str] = ()  # sentences of what is promised but not whole
    clauses: Mapping[str, str] = field(default_factory=dict)  # state by key; not there: unchecked
    communication_lines: int = 0
    documents: int = 0
    signed_copies: int = 0
    keys: int = 0
    keys_of_vendor_only: int = 0
    transition_tasks: int = 0
    has_exit_plan: bool = False
    exit_steps: int = 0
    is_signed: bool = False
    # Of the award's winner, and those that stand in no document.
    promises: Kept = Kept()
    promises_nowhere: Sequence[str] = ()


def check(facts: Facts) -> list[Finding]:
    """All findings in the order in which a person reads a contract; one for each question."""
    return [
        *_people(facts),
        *_term(facts),
        *_money(facts),
        *_leaving_early(facts),
        _levels(facts),
        *_promises(facts),
        *_clauses(facts),
        *_papers(facts),
        *_afterwards(facts),
    ]


def counts(findings: Sequence[Finding]) -> dict[str, int]:
    """How many are missing, warnings and ok."""
    states = [finding.state for finding in findings]
    return {state: states.count(state) for state in (MISSING, WARNING, OK)}


def _people(facts: Facts) -> Iterator[Finding]:
    yield Finding(
        "manager",
        OK if facts.has_manager else MISSING,
        "Delegated manager",
        "Named." if facts.has_manager else "Nobody is named yet.",
        "One person inside answers for the vendor; what is everybody's job is nobody's.",
        "edit",
        to_sign=True,
    )
    yield Finding(
        "counterpart",
        OK if facts.has_counterpart else WARNING,
        "Counterpart at the vendor",
        "Named." if facts.has_counterpart else "Nobody is named yet.",
        "You know whom to call before it burns.",
        "edit",
    )
    if facts.needs_master:
        yield _master(facts.master_is_signed)
    lines = facts.communication_lines
    yield Finding(
        "communication",
        OK if lines else WARNING,
        "Communication plan",
        _many(lines, "line") if lines else "Not said yet.",
        "Who talks about what, how often, is agreed while everybody is friendly.",
        "communication",
    )


def _master(is_signed: bool | None) -> Finding:
    words = {
        None: "No master agreement is named.",
        False: "The master agreement is not signed yet.",
        True: "The master agreement is signed.",
    }
    return Finding(
        "master",
        OK if is_signed else MISSING,
        "Master agreement",
        words[is_signed],
        "A statement of work borrows its rules from the master agreement; unsigned, there are none.",
        "edit" if is_signed is None else "parent",
    )


def _term(facts: Facts) -> Iterator[Finding]:
    yield Finding(
        "start",
        OK if facts.has_start else MISSING,
        "Start",
        "Said." if facts.has_start else "Not said yet.",
        "Every other date is counted from it.",
        "terms",
        to_sign=True,
    )
    yield _length(facts)
    yield _renewal(facts)
    yield _notice(facts)


def _length(facts: Facts) -> Finding:
    why = "It says how long you are bound before you can leave without a reason."
    state, words = MISSING, "Not said yet."
    if facts.initial_months is not None:
        state, words = OK, f"{_many(facts.initial_months, 'month')}."
    return Finding("term", state, "Initial term", words, why, "terms", to_sign=True)


def _renewal(facts: Facts) -> Finding:
    state, words = OK, "Said."
    if not facts.renewal_mode:
        state, words = MISSING, "Not said yet."
    elif facts.renewal_mode in RENEWING and facts.renewal_months is None:
        # What renews by itself has no end without it; what is agreed on each time can wait.
        state = MISSING if facts.renewal_mode == AUTOMATIC else WARNING
        words = "It renews, but for how long is not said yet."
    why = "A contract that renews by itself commits you again while nobody looks."
    return Finding("renewal", state, "Renewal", words, why, "terms", to_sign=True)


def _notice(facts: Facts) -> Finding:
    why = "Notice that is a day late costs a whole term."
    state, words = OK, "Said."
    if facts.renewal_mode == "none" and facts.notice is None:
        words = "Not needed: it ends by itself."
    elif facts.notice is None or not facts.notice_unit:
        state, words = MISSING, "Not said yet."
    elif not facts.notice_form:
        state, words = WARNING, "The period is said; the form (mail, letter) is not."
    elif "letter" in facts.notice_form and facts.postal_days is None:
        state, words = WARNING, "It must be a letter; how many days the post takes is not said."
    return Finding("notice", state, "Notice", words, why, "terms", to_sign=True)


def _money(facts: Facts) -> Iterator[Finding]:
    state, words = OK, f"{_many(facts.price_lines, 'line')} in {facts.currency or 'no currency'}."
    if not facts.price_lines:
        state, words = MISSING, "Not said yet."
    elif facts.unpriced_lines or not facts.currency:
        state = WARNING
        open_lines = _names(facts.unpriced_lines)
        words = f"Without an amount: {open_lines}." if open_lines else "The currency is not said."
    why = "What staying and leaving cost is computed from it."
    yield Finding("prices", state, "Prices", words, why, "terms")
    said = facts.payment_days is not None
    yield Finding(
        "payment",
        OK if said else WARNING,
        "Payment terms",
        f"{_many(facts.payment_days or 0, 'day')}." if said else "Not said yet.",
        "Without them the vendor's own standard counts.",
        "terms",
    )


def _leaving_early(facts: Facts) -> Iterator[Finding]:
    why = "A way out before the term ends is worth most when things go wrong."
    state, words = OK, "Said."
    if facts.convenience is None and not facts.has_cause_rule:
        state, words = (
            MISSING,
            "Whether you may leave early, with or without a cause, is not said yet.",
        )
    elif facts.convenience is None or not facts.has_cause_rule:
        open_part = "for convenience" if facts.convenience is None else "for cause"
        state, words = WARNING, f"Termination {open_part} is not said yet."
    elif facts.convenience and not facts.fee_rule:
        state, words = WARNING, "You may leave early; what it costs is not said yet."
    yield Finding("termination", state, "Leaving early", words, why, "terms")
    parts = {"governing law": facts.governing_law, "how disputes are settled": facts.dispute}
    open_parts = [name for name, value in parts.items() if not value]
    yield Finding(
        "dispute",
        WARNING if open_parts else OK,
        "Law and disputes",
        f"Not said yet: {' and '.join(open_parts)}." if open_parts else "Said.",
        "A court in another country makes small claims worthless.",
        "terms",
    )
    confidentiality = {
        "": (MISSING, "Not said yet."),
        "none": (WARNING, "There is none."),
    }
    state, words = confidentiality.get(facts.confidentiality, (OK, "Agreed."))
    why = "The vendor sees your customers, prices and passwords."
    yield Finding("confidentiality", state, "Confidentiality", words, why, "terms")


def _levels(facts: Facts) -> Finding:
    state, words = OK, f"{_many(facts.service_levels, 'promise')}."
    if not facts.service_levels:
        state, words = MISSING, "Nothing measurable is promised yet."
    elif facts.level_findings:
        state, words = WARNING, " ".join(facts.level_findings)
    why = "What is not promised in numbers can't be claimed."
    return Finding("levels", state, "Service levels", words, why, "levels")


def _promises(facts: Facts) -> Iterator[Finding]:
    """Only where something was promised."""
    count = facts.promises
    if not count.total:
        return
    words = f"{count.words(is_signed=facts.is_signed)}."
    if count.nowhere:
        texts = [
            f"“{shorten(text, MOST_CHARACTERS, placeholder=' …')}”"
            for text in facts.promises_nowhere
        ]
        words = f"{words[:-1]}: {_names(texts)}."
    why = "What was said in a meeting can't be claimed; what stands in the contract can."
    state = MISSING if count.nowhere else OK
    yield Finding("promises", state, "What the vendor promised", words, why, "promises")


def _clauses(facts: Facts) -> Iterator[Finding]:
    absent = [clause for clause in CLAUSES if facts.clauses.get(clause.key) == ABSENT]
    unchecked = [
        clause for clause in CLAUSES if facts.clauses.get(clause.key, UNCHECKED) == UNCHECKED
    ]
    why = "What you did not look for, you find out later."
    if unchecked:
        none_yet = len(unchecked) == len(CLAUSES)
        state = MISSING if none_yet else WARNING
        words = f"{len(unchecked)} of {len(CLAUSES)} not looked at yet: {_clause_names(unchecked)}."
        words = "None of them is looked at yet." if none_yet else words
    else:
        state, words = OK, f"All {len(CLAUSES)} are looked at."
    yield Finding("clauses", state, "Clauses looked at", words, why, "clauses")
    yield from (_absent(clause) for clause in absent)


def _absent(clause: StandardClause) -> Finding:
    return Finding(
        f"clause_{clause.key}",
        MISSING if clause.needed else WARNING,
        f"Clause: {clause.name}",
        "It is absent. Have it added, or say why it is not needed.",
        clause.why,
        "clauses",
    )


def _papers(facts: Facts) -> Iterator[Finding]:
    state, words = OK, "It is here."
    if not facts.signed_copies:
        state = WARNING if facts.documents else MISSING
        words = (
            "There are papers, but none is marked as the signed copy."
            if facts.documents
            else "No paper is uploaded yet."
        )
    why = "In a dispute the signed paper counts, not what is written here."
    yield Finding("signed_copy", state, "Signed copy", words, why, "documents")


def _afterwards(facts: Facts) -> Iterator[Finding]:
    state, words = OK, f"{_many(facts.keys, 'key')}."
    if not facts.keys:
        state, words = MISSING, "None is registered yet."
    elif facts.keys_of_vendor_only:
        state = WARNING
        words = f"The vendor alone can open {facts.keys_of_vendor_only} of {facts.keys}."
    why = "Whoever holds the domain and the admin passwords decides whether you can leave."
    yield Finding("keys", state, "Keys", words, why, "keys")
    tasks = facts.transition_tasks
    yield Finding(
        "transition",
        OK if tasks else WARNING,
        "Transition plan",
        f"{_many(tasks, 'task')}." if tasks else "There is none yet.",
        "The first weeks decide; without a plan nobody notices that they slip.",
        "transition",
    )
    state, words = OK, f"{_many(facts.exit_steps, 'step')}."
    if not facts.has_exit_plan:
        state, words = MISSING, "There is none yet."
    elif not facts.exit_steps:
        state, words = WARNING, "It has no steps yet."
    why = "You negotiate better, and sleep better, when you know how to leave."
    yield Finding("exit", state, "Exit plan", words, why, "exit")


def _many(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def _clause_names(clauses: Sequence[StandardClause]) -> str:
    return _names([clause.name for clause in clauses])


def _names(names: Sequence[str]) -> str:
    """The first three, and how many more."""
    more = len(names) - MOST_NAMES
    return ", ".join(names[:MOST_NAMES]) + (f" and {more} more" if more > 0 else "")
