"""Which services gain most from outsourcing, and which are hard to hand over (product.md P3). Pure.

An answer is a whole number from 1 to 5. Three values come of them, each a number from 0 to 100 (an exact
Fraction): what is gained, how easily the service is handed over, how safely. Each is the mean of its
answers; a value with an answer missing is None. Half of the points is what is gained, a quarter each how
easily and how safely. Only a service with every answer has points and a place in the list.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction

GAIN, EASE, SAFETY = "gain", "ease", "safety"
LOWEST, HIGHEST = 1, 5
HALF = 50  # from here on a value counts as high
STRONG, WEAK = 4, 2  # answers that are worth saying as a reason
MOST_REASONS = 3


@dataclass(frozen=True)
class Question:
    """One question. `answers`: what 1 to 5 mean; 5 always speaks for outsourcing this service.

    `strong` and `weak` say as a reason what a high and a low answer mean.
    """

    key: str
    part: str
    text: str
    answers: tuple[str, str, str, str, str]
    strong: str
    weak: str


QUESTIONS = (
    Question(
        "cost",
        GAIN,
        "What does it cost you to do this yourselves, all hours included?",
        (
            "Hardly anything",
            "Less than others pay for it",
            "About what others pay",
            "Clearly more than it should",
            "It is one of our big costs",
        ),
        "costs much to do yourselves",
        "costs little to do yourselves",
    ),
    Question(
        "trouble",
        GAIN,
        "How well does it go today?",
        (
            "It just works",
            "Small hitches now and then",
            "Complaints every month",
            "People wait for it or work around it",
            "It fails again and again, or nobody does it",
        ),
        "goes badly today",
        "goes well today",
    ),
    Question(
        "skills",
        GAIN,
        "Do your people have the skills and the time for it?",
        (
            "Yes, and a deputy as well",
            "Yes, mostly",
            "One person has, beside other work",
            "Only for the simple things",
            "No",
        ),
        "asks for skills or time that you don't have",
        "your own people can do it well",
    ),
    Question(
        "focus",
        GAIN,
        "What could your people do instead, if somebody else did this?",
        (
            "Nothing that matters more",
            "A little",
            "Some useful work",
            "Work that brings in money",
            "Work that we keep putting off and badly need",
        ),
        "keeps people from work that matters more",
        "keeps nobody from better work",
    ),
    Question(
        "border",
        EASE,
        "Can it be handed over as a whole?",
        (
            "No, it is mixed into everything",
            "Only small parts of it",
            "About half of it",
            "Yes, with a few ties to other work",
            "Yes, it has a clear border",
        ),
        "has a clear border",
        "is mixed into other work",
    ),
    Question(
        "written",
        EASE,
        "Is it written down how it is done?",
        (
            "No, it is in one head",
            "A few notes",
            "The main things, partly old",
            "Yes, with small gaps",
            "Yes, a stranger could follow it",
        ),
        "is written down",
        "is not written down",
    ),
    Question(
        "knowledge",
        EASE,
        "How much of your business does one have to know to do it well?",
        (
            "Everything; it takes years",
            "A lot; it takes a year",
            "Some; it takes months",
            "A little; it takes weeks",
            "Hardly anything",
        ),
        "needs little knowledge of your business",
        "needs deep knowledge of your business",
    ),
    Question(
        "market",
        EASE,
        "How many vendors could do it for a firm of your size?",
        ("None that we know", "One", "Two or three", "Several", "Many, near us as well"),
        "is offered by many vendors",
        "is offered by few vendors",
    ),
    Question(
        "people",
        SAFETY,
        "What would it mean for your own people?",
        (
            "Somebody would lose their job",
            "Some would be hurt or afraid",
            "Roles would change; it needs talking",
            "Small changes",
            "They would be relieved, or nobody is touched",
        ),
        "touches nobody's job",
        "worries your own people",
    ),
    Question(
        "way_back",
        SAFETY,
        "Could you take it back if it went wrong?",
        (
            "No, the knowledge would be gone",
            "After a year or more",
            "Within half a year",
            "Within weeks",
            "At once, or another vendor takes over",
        ),
        "could be taken back quickly",
        "could hardly be taken back",
    ),
)

# What the service itself says, so that nobody is asked twice. 5 is the least to lose.
CRITICALITY = Question(
    "criticality",
    SAFETY,
    "How badly do you need it?",
    ("We stand still without it", "A day costs customers", "", "A nuisance", "It can wait"),
    "can wait when it fails",
    "must not stop",
)
SENSITIVITY = Question(
    "sensitivity",
    SAFETY,
    "How delicate is its data?",
    ("Special", "Confidential", "", "Internal", "Public"),
    "touches no delicate data",
    "touches delicate data",
)
LEVELS = {
    "criticality": {"low": 5, "normal": 4, "high": 2, "vital": 1},
    "sensitivity": {"public": 5, "internal": 4, "confidential": 2, "special": 1},
}
ALL_QUESTIONS = (*QUESTIONS, CRITICALITY, SENSITIVITY)
KEYS = frozenset(question.key for question in QUESTIONS)
START, PREPARE, SMALL, KEEP = "start", "prepare", "small", "keep"
PLACES = {
    START: ("Begin here", "Much to gain, and easily handed over."),
    PREPARE: ("Worth it, but prepare first", "Much to gain, but hard or risky to hand over."),
    SMALL: ("Easy, but little to gain", "It could go, but nothing presses."),
    KEEP: ("Keep it for now", "Little to gain, and hard or risky to hand over."),
}


@dataclass(frozen=True)
class Assessed:
    """A service and what was said about it. `criticality` and `sensitivity` are the codes of
    models.Service, empty if not said. `key` is the caller's own."""

    key: int
    name: str
    answers: Mapping[str, int] = field(default_factory=dict)
    criticality: str = ""
    sensitivity: str = ""

    def answer(self, question: Question) -> int | None:
        """1 to 5, None if it was not answered."""
        levels = LEVELS.get(question.key)
        if levels is not None:
            return levels.get(getattr(self, question.key))
        value = self.answers.get(question.key)
        return value if value is not None and LOWEST <= value <= HIGHEST else None


@dataclass(frozen=True)
class Line:
    """A service in the list: its values, and its place among those that have every answer."""

    key: int
    name: str
    gain: Fraction | None
    ease: Fraction | None
    safety: Fraction | None
    points: Fraction | None
    place: str
    missing: tuple[str, ...]
    for_it: tuple[str, ...]
    against_it: tuple[str, ...]
    rank: int | None = None

    @property
    def is_complete(self) -> bool:
        return not self.missing

    @property
    def missing_words(self) -> str:
        """ "3 of 12 answers are missing"; empty when there are all."""
        count = len(self.missing)
        if not count:
            return ""
        verb = "is" if count == 1 else "are"
        return f"{count} of {len(ALL_QUESTIONS)} answers {verb} missing"

    @property
    def title(self) -> str:
        return PLACES[self.place][0] if self.place else "Not all is said yet"


def rank(services: Iterable[Assessed]) -> list[Line]:
    """The best to hand over first. Equal points share a rank; those with answers missing come last,
    without one, by their names."""
    lines = [read(service) for service in services]
    whole = sorted(
        (line for line in lines if line.points is not None),
        key=lambda line: (-(line.points or 0), line.name.casefold(), line.key),
    )
    placed = [replace(line, rank=1 + _better(whole, line)) for line in whole]
    rest = [line for line in lines if line.points is None]
    return placed + sorted(rest, key=lambda line: (line.name.casefold(), line.key))


def _better(lines: Iterable[Line], than: Line) -> int:
    return sum((line.points or 0) > (than.points or 0) for line in lines)


def read(service: Assessed) -> Line:
    """What the answers about one service say, without its rank."""
    gain, ease, safety = (_value(service, part) for part in (GAIN, EASE, SAFETY))
    points = None
    if gain is not None and ease is not None and safety is not None:
        points = (2 * gain + ease + safety) / 4
    return Line(
        key=service.key,
        name=service.name,
        gain=gain,
        ease=ease,
        safety=safety,
        points=points,
        place=_place(gain, ease, safety),
        missing=tuple(
            question.text for question in ALL_QUESTIONS if service.answer(question) is None
        ),
        for_it=_reasons(service, ALL_QUESTIONS, speaks_for=True),
        against_it=_reasons(service, ALL_QUESTIONS, speaks_for=False),
    )


def _value(service: Assessed, part: str) -> Fraction | None:
    answers = [service.answer(question) for question in ALL_QUESTIONS if question.part == part]
    given = [answer for answer in answers if answer is not None]
    if len(given) < len(answers):
        return None
    return Fraction(sum(given) - LOWEST * len(given), (HIGHEST - LOWEST) * len(given)) * 100


def _place(gain: Fraction | None, ease: Fraction | None, safety: Fraction | None) -> str:
    if gain is None or ease is None or safety is None:
        return ""
    goes_easily = (ease + safety) / 2 >= HALF
    if gain >= HALF:
        return START if goes_easily else PREPARE
    return SMALL if goes_easily else KEEP


def _reasons(
    service: Assessed, questions: Sequence[Question], *, speaks_for: bool
) -> tuple[str, ...]:
    """The strongest first; of equal ones in the order of the questions."""
    found = []
    for question in questions:
        answer = service.answer(question)
        if answer is not None and (answer >= STRONG if speaks_for else answer <= WEAK):
            words = question.strong if speaks_for else question.weak
            found.append((-answer if speaks_for else answer, words))
    found.sort(key=lambda pair: pair[0])
    return tuple(words for _, words in found[:MOST_REASONS])
