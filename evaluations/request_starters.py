"""Questions of a request for proposals, made from the plan and the criteria. Pure; no Django.

They are offers: a person ticks which of them to take, and rewords them.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

TEXT, NUMBER, YES_NO, FILE, QUOTE = "text", "number", "yes_no", "file", "quote"
SECTIONS = ABOUT, UNDERSTANDING, MUSTS, QUALITY, STARTING, GROWTH, OTHER, PRICE = (
    "About you",
    "Understanding what we need",
    "What must be fulfilled",
    "Quality",
    "Starting with us",
    "Growing with us",
    "What we compare",
    "Price",
)
GATE, MEASURED = "gate", "measured"
LONGEST = 500
GROWING = {"users": "users", "devices": "devices", "volume": "", "hours": "hours of support"}


@dataclass(frozen=True)
class Need:
    """A requirement of the plan; `proof`: how it is shown, in the plan's words."""

    text: str
    proof: str = ""
    is_must: bool = False
    is_quality: bool = False
    needs_paper: bool = False


@dataclass(frozen=True)
class PlanFacts:
    """What of a plan leads to questions. `growth` as the plan keeps it: {"users": {"base": "40", …}};
    `today`: {"users": "25", …}, what is not known is not there."""

    service: str
    needs: Sequence[Need] = ()
    topics: Sequence[str] = ()
    growth: dict[str, dict[str, str]] | None = None
    today: dict[str, str] | None = None
    volume_unit: str = ""


@dataclass(frozen=True)
class CriterionFacts:
    """`kind` as evaluations.criteria has it: "judged", "measured" or "gate"."""

    pk: int
    name: str
    question: str = ""
    kind: str = "judged"
    unit: str = ""


@dataclass(frozen=True)
class Starter:
    """One question on offer; `criterion` is the number of the one that its answer is judged by."""

    section: str
    text: str
    kind: str = TEXT
    help: str = ""
    unit: str = ""
    required: bool = True
    criterion: int | None = None

    @property
    def key(self) -> str:
        return question_key(self.text)


def question_key(text: str) -> str:
    """By which two questions of the same words are recognised."""
    return " ".join(text.casefold().split())


def starters(
    plan: PlanFacts | None, criteria: Sequence[CriterionFacts], asked: Iterable[str] = ()
) -> list[Starter]:
    """What can be asked, section by section, without what is `asked` already (texts of questions)."""
    found: list[Starter] = [
        *_about(),
        *_understanding(plan, criteria),
        *_of_needs(plan, criteria),
        *_starting(plan),
        *_growth(plan),
        *_of_criteria(plan, criteria),
        *_price(criteria),
    ]
    known = {question_key(text) for text in asked}
    fresh = {row.key: row for row in reversed(found) if row.key not in known}
    found.sort(key=lambda row: SECTIONS.index(row.section))
    return [row for row in found if fresh.get(row.key) is row]


def _about() -> list[Starter]:
    return [
        Starter(ABOUT, "Who are you, and since when have you done this kind of work?"),
        Starter(
            ABOUT,
            "How many people would do the work for us, and how many of them only for us?",
            help="Say also where they are, and who stands in when somebody is ill.",
        ),
        Starter(
            ABOUT,
            "Which parts of the work would you pass on to others, and to whom?",
            help="Say so if there are none.",
        ),
        Starter(
            ABOUT,
            "What have the people who would work for us learned, and how do they keep up?",
            help="Training, certificates, years in this kind of work, languages they speak.",
        ),
        Starter(
            ABOUT,
            "Which tools do you bring, and what becomes of what they hold about us when we part?",
            help="Ticket system, monitoring, automation: who owns the data, and how we get it.",
        ),
        Starter(
            ABOUT,
            "Which work like ours may we look at, and whom there may we ask?",
            help="Two or three examples with their results. We ask those people ourselves.",
            required=False,
        ),
    ]


def _understanding(plan: PlanFacts | None, criteria: Sequence[CriterionFacts]) -> list[Starter]:
    service = f" ({plan.service})" if plan and plan.service else ""
    return [
        Starter(
            UNDERSTANDING,
            f"In your own words: what do we need{service}, and what did we forget to say?"[
                :LONGEST
            ],
            criterion=_named(criteria, "understand"),
        ),
        Starter(
            UNDERSTANDING,
            "What would you do first, and what do you need from us for it?",
            required=False,
        ),
    ]


def _of_needs(plan: PlanFacts | None, criteria: Sequence[CriterionFacts]) -> list[Starter]:
    found = []
    for need in plan.needs if plan else ():
        criterion = _same(criteria, need.text)
        proof = f"How it is shown: {need.proof}" if need.proof else ""
        section = QUALITY if need.is_quality else MUSTS
        if need.is_quality and not need.is_must:
            text = f"How will you reach this, and how do we see that you do? {need.text}"
            found.append(Starter(section, text[:LONGEST], help=proof, criterion=criterion))
            continue
        asks = need.text.rstrip(" .?!")
        text = f"Do you fulfil this? {asks}."
        found.append(Starter(section, text[:LONGEST], YES_NO, proof, criterion=criterion))
        if need.needs_paper or need.proof:
            text = f"Please send the proof: {asks}."
            found.append(
                Starter(section, text[:LONGEST], FILE, proof, required=False, criterion=criterion)
            )
    return found


def _starting(plan: PlanFacts | None) -> list[Starter]:
    return [
        *(
            Starter(
                STARTING,
                f"Who of you has to learn about “{topic}”, and how do you keep what they learned?"[
                    :LONGEST
                ],
            )
            for topic in (plan.topics if plan else ())
        ),
        Starter(
            STARTING, "How many weeks after the signature could you start?", NUMBER, unit="weeks"
        ),
    ]


def _growth(plan: PlanFacts | None) -> list[Starter]:
    parts = []
    for name, numbers in (plan.growth or {}).items() if plan else ():
        if not (then := numbers.get("base")):
            continue
        what = GROWING.get(name) or (plan.volume_unit if plan else "") or name
        now = (plan.today or {}).get(name) if plan else None
        parts.append(
            f"{what[:1].upper()}{what[1:]}: {f'{now} today, ' if now else ''}{then} expected"
        )
    if not parts:
        return []
    return [
        Starter(
            GROWTH,
            "What changes in your team, your answers and your price when we grow as we expect?",
            help="; ".join(parts) + ".",
        )
    ]


def _of_criteria(plan: PlanFacts | None, criteria: Sequence[CriterionFacts]) -> list[Starter]:
    """One question for each criterion that nothing else asks about."""
    needs = {question_key(need.text) for need in (plan.needs if plan else ())}
    skipped = {_named(criteria, "understand"), cost_criterion(criteria)}
    found = []
    for row in criteria:
        if row.pk in skipped or question_key(row.name) in needs:
            continue
        text = f"{row.name}: what can we expect from you, and how can we check it?"
        asks = f"We ask ourselves: {row.question}" if row.question else ""
        base = Starter(OTHER, text, help=asks, criterion=row.pk)
        if row.kind == GATE:
            text = row.question or f"Do you fulfil this? {row.name}."
            base = replace(base, section=MUSTS, text=text, help="", kind=YES_NO)
        elif row.kind == MEASURED:
            text = f"{row.name}: which number do you commit to?"
            base = replace(base, text=text, kind=NUMBER, unit=row.unit, help=row.question)
        found.append(base)
    return found


def _price(criteria: Sequence[CriterionFacts]) -> list[Starter]:
    return [
        Starter(
            PRICE,
            "What does it cost?",
            QUOTE,
            "Every part of the price in its own line: what is once, what comes every month, what "
            "depends on how many we are, what an hour outside of the agreed work costs, and what it "
            "costs to leave.",
            criterion=cost_criterion(criteria),
        ),
        Starter(
            PRICE,
            "What is not in this price?",
            help="Anything that other customers were surprised to pay for.",
        ),
    ]


def cost_criterion(criteria: Sequence[CriterionFacts]) -> int | None:
    return _named(criteria, "cost") or _named(criteria, "price")


def _named(criteria: Sequence[CriterionFacts], word: str) -> int | None:
    return next((row.pk for row in criteria if word in row.name.casefold()), None)


def _same(criteria: Sequence[CriterionFacts], text: str) -> int | None:
    """The criterion that was made from a requirement has its words, maybe cut."""
    key = question_key(text)
    for row in criteria:
        name = question_key(row.name).rstrip("…")
        if name and (key == name or (len(name) >= 20 and key.startswith(name))):
            return row.pk
    return None


def introduction(service: str, scope_in: str, scope_out: str, systems: str) -> str:
    """What the plan lets us tell vendors, as a start for the request's introduction; what is empty is
    left out. Why we outsource is not in it: that may be more than vendors should read."""
    parts = [
        f"We look for somebody to do this for us: {service}." if service else "",
        _part("What is in", scope_in),
        _part("What is not", scope_out),
        _part("Our systems", systems),
    ]
    return "\n\n".join(part for part in parts if part)[:10_000]


def _part(title: str, text: str) -> str:
    return f"{title}:\n{text.strip()}" if text.strip() else ""
