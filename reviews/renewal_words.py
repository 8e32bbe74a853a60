"""What a renewal brief tells, in words: the facts that were gathered, section by section. Pure.

Facts are plain data as JSON keeps it (days as ISO text, amounts and shares as decimal text, None for
what is not known), gathered by reviews/renewing.py. A decided brief is told from the facts that were
kept with the decision, by the same words. How days and money are written is the caller's.
"""

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

WriteDay = Callable[[dt.date], str]
WriteMoney = Callable[[Decimal, str], str]
Facts = Mapping[str, Any]

OK, WARN, BAD, NEUTRAL = "ok", "warn", "bad", "neutral"
STANDINGS = {"green": "Good", "amber": "Needs attention", "red": "In trouble"}
TONES = {"green": OK, "amber": WARN, "red": BAD}
WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
READY_SHARE = Decimal("0.7")  # of the exit plan: from here on leaving is prepared
MUCH_DEARER = Decimal("0.05")


@dataclass(frozen=True)
class Row:
    """One line of a section."""

    label: str
    value: str
    note: str = ""


@dataclass(frozen=True)
class Section:
    """One question of the brief. `tone` with `verdict` is its badge, `sentence` the answer in one line."""

    key: str
    title: str
    tone: str
    verdict: str
    sentence: str
    rows: tuple[Row, ...] = ()


@dataclass(frozen=True)
class Writer:
    """How the organization writes days and money; both take what the facts hold."""

    write_day: WriteDay
    write_money: WriteMoney

    def day(self, value: str | None) -> str:
        return self.write_day(dt.date.fromisoformat(value)) if value else "not said yet"

    def weekday(self, value: str) -> str:
        return f"{WEEKDAYS[dt.date.fromisoformat(value).weekday()]} {self.day(value)}"

    def money(self, amount: str | None, currency: str) -> str:
        return self.write_money(Decimal(amount), currency) if amount is not None else "not known"


def headline(facts: Facts, write: Writer) -> str:
    """When it has to be decided, and what doing nothing brings."""
    term = facts["term"]
    last = write.weekday(term["last_safe_on"])
    if term["ends_by_itself"]:
        ends = write.day(term["ends_on"])
        return f"It ends by itself: {last} is its last day. If you do nothing it is over on {ends}."
    until = write.day(term["until_on"])
    if term["at_stake"] is None:
        nothing = (
            f"If you do nothing you are bound until {until}; what that costs is not known yet."
        )
    else:
        stake = write.money(term["at_stake"], term["currency"])
        nothing = f"If you do nothing you commit to {stake} until {until}."
    return f"Last safe day for notice: {last}. {nothing}"


def sections(facts: Facts, write: Writer) -> list[Section]:
    """All of them, in the order in which they are read; older decisions rest on no facts about use."""
    return [
        _reviews(facts["reviews"], write),
        _levels(facts["levels"], write),
        _credits(facts["credits"], write),
        _open(facts["open"]),
        _satisfaction(facts["satisfaction"], write),
        _price(facts["price"], write),
        *([_use(facts["use"])] if "use" in facts else []),
        _exit(facts["exit"], write),
        _bench(facts["bench"], write),
    ]


# How it went ----------------------------------------------------------------------------------------


def _reviews(found: Facts, write: Writer) -> Section:
    held = found["held"]
    missing = _not_held(found)
    if not held:
        words = "No review has been closed, so there is no score to go by." + missing
        return Section("reviews", "Reviews", NEUTRAL, "Nothing to go by", words)
    last = held[0]
    sentence = f"The last review ({last['label']}) says: {STANDINGS[last['standing']].lower()}"
    if last["score"] is not None:
        sentence += f", {_points(last['score'])} points of 100"
    rows = tuple(
        Row(
            review["label"],
            STANDINGS[review["standing"]],
            f"{_points(review['score'])} points" if review["score"] is not None else "no score",
        )
        for review in held
    )
    words = f"{sentence}{_change(held)}.{missing}"
    return Section(
        "reviews", "Reviews", TONES[last["standing"]], STANDINGS[last["standing"]], words, rows
    )


def _change(held: Sequence[Facts]) -> str:
    """Against the oldest of those shown: a single step is often chance."""
    scores = [Decimal(review["score"]) for review in held if review["score"] is not None]
    if len(scores) < 2 or held[0]["score"] is None:
        return ""
    moved = scores[0] - scores[-1]
    if abs(moved) < 1:
        return ", about the same as " + _ago(len(scores) - 1)
    return (
        f", {_points(abs(moved))} {'more' if moved > 0 else 'fewer'} than {_ago(len(scores) - 1)}"
    )


def _ago(reviews: int) -> str:
    return "one review before" if reviews == 1 else f"{reviews} reviews before"


def _not_held(found: Facts) -> str:
    parts = []
    if found["not_held"]:
        parts.append(f"{_count(found['not_held'], 'review')} not held")
    if found["overdue"]:
        parts.append(f"{_count(found['overdue'], 'review')} overdue")
    return f" {_upper(' and '.join(parts))}." if parts else ""


def _levels(found: Facts, write: Writer) -> Section:
    since = write.day(found["since_on"])
    if not found["measured"]:
        words = f"Nothing was measured since {since}."
        return Section("levels", "Service levels", NEUTRAL, "Not measured", words)
    missed = found["missed"]
    words = f"{missed} of {_count(found['measured'], 'measured window')} missed since {since}."
    share = Decimal(missed) / found["measured"]
    tone = OK if not missed else BAD if share >= Decimal("0.25") else WARN
    verdict = "All kept" if not missed else f"{missed} missed"
    rows = tuple(
        Row(level["name"], f"{level['missed']} of {level['measured']} missed")
        for level in found["worst"]
    )
    return Section("levels", "Service levels", tone, verdict, words, rows)


def _credits(found: Facts, write: Writer) -> Section:
    due, lost, received = found["due"], found["expired"], found["received"]
    if not any(part["count"] for part in (due, lost, received, found["claimed"])):
        words = "No service credit has arisen."
        return Section("credits", "Service credits", NEUTRAL, "None", words)
    rows = tuple(
        Row(label, _amounts(part, write), _count(part["count"], "credit"))
        for label, part in (
            ("Can still be claimed", due),
            ("Claimed, not settled", found["claimed"]),
            ("Received", received),
            ("Left on the table", lost),
        )
        if part["count"]
    )
    if due["count"]:
        verb = "waits" if due["count"] == 1 else "wait"
        words = f"{_count(due['count'], 'credit')} {verb} to be claimed: {_amounts(due, write)}."
        return Section("credits", "Service credits", WARN, "Unclaimed", words, rows)
    words = "Nothing is left to claim."
    if lost["count"]:
        words += f" {_amounts(lost, write)} expired unclaimed."
    return Section("credits", "Service credits", OK, "Nothing unclaimed", words, rows)


def _amounts(part: Facts, write: Writer) -> str:
    said = [write.money(one["amount"], one["currency"]) for one in part["amounts"]]
    if part["unpriced"]:
        said.append(f"{_count(part['unpriced'], 'credit')} without an amount")
    return " and ".join(said) if said else "no amount said"


def _open(found: Facts) -> Section:
    issues, actions = found["issues"], found["actions"]
    if not issues and not actions:
        words = "No issue is open and no action is left to do."
        return Section("open", "Issues and actions", OK, "Nothing open", words)
    words = f"{_upper(_count(issues, 'issue'))} and {_count(actions, 'action')} are open."
    rows = tuple(
        Row(label, str(found[key]))
        for label, key in (
            ("High or critical issues", "serious"),
            ("Actions overdue", "overdue"),
            ("Actions opened again, since they did not help", "reopened"),
        )
        if found[key]
    )
    tone = BAD if found["serious"] else WARN
    return Section("open", "Issues and actions", tone, f"{issues + actions} open", words, rows)


def _satisfaction(found: Sequence[Facts], write: Writer) -> Section:
    if not found:
        words = "Nobody was asked, or no survey is closed yet."
        return Section("satisfaction", "Satisfaction", NEUTRAL, "Not asked", words)
    rows = tuple(row for survey in found for row in _survey(survey))
    # The newest of each audience counts.
    newest: dict[str, Facts] = {}
    for survey in found:
        if survey["share"] is not None:
            newest.setdefault(survey["audience"], survey)
    if not newest:
        words = "Too few people answered for a result."
        return Section("satisfaction", "Satisfaction", NEUTRAL, "Too few answers", words, rows)
    told = [f"{audience}: {survey['told'][0]['words']}" for audience, survey in newest.items()]
    low = any(survey["is_low"] for survey in newest.values())
    tone, verdict = (WARN, "Low") if low else (OK, "Not low")
    return Section("satisfaction", "Satisfaction", tone, verdict, f"{'. '.join(told)}.", rows)


def _survey(survey: Facts) -> list[Row]:
    whom = survey["audience"].lower()
    if not survey["told"]:
        return [Row(f"{survey['title']} ({whom})", "too few answers")]
    return [
        Row(
            f"{one['question']} ({whom})",
            one["words"],
            "; ".join(
                part
                for part in (
                    f"{one['low']} to {one['high']} % with 95 % confidence",
                    one["change"],
                    f"{survey['answered']} answered",
                )
                if part
            ),
        )
        for one in survey["told"]
    ]


# What it costs, and what else there is --------------------------------------------------------------


def _price(found: Facts, write: Writer) -> Section:
    currency = found["currency"]
    points = [
        ("At the start", found["first"], found["first_on"]),
        ("Now", found["now"], found["now_on"]),
        ("In the next term", found["next"], found["next_on"]),
    ]
    rows = tuple(
        Row(label, f"{write.money(amount, currency)} a year", f"from {write.day(day)}")
        for label, amount, day in points
        if amount is not None and day is not None
    )
    if found["now"] is None:
        words = "What it costs a year is not said yet."
        return Section("price", "Price", NEUTRAL, "Not known", words, rows)
    now = f"It costs {write.money(found['now'], currency)} a year"
    drift = _drift(found["first"], found["now"])
    ahead = _drift(found["now"], found["next"])
    after = f" The next term brings {_signed(ahead)}." if ahead else ""
    if drift is None:
        return Section("price", "Price", NEUTRAL, "Known", f"{now}.{after}", rows)
    if not drift:
        tone, verdict = (WARN, f"Rises {_signed(ahead)}") if ahead and ahead > 0 else (OK, "Stable")
        return Section("price", "Price", tone, verdict, f"{now}, as at the start.{after}", rows)
    words = f"{now}, {_signed(drift)} since the start.{after}"
    tone = OK if drift < 0 else BAD if drift > MUCH_DEARER * 3 else WARN
    return Section("price", "Price", tone, f"{_signed(drift)} since the start", words, rows)


def _use(found: Sequence[Facts]) -> Section:
    """What is paid by number, as the last review counted it."""
    known = [one for one in found if one["paid"] is not None and one["used"] is not None]
    rows = tuple(Row(one["label"], f"{one['used']} of {one['paid']} used") for one in known)
    less = [one["label"] for one in known if Decimal(one["used"]) < Decimal(one["paid"])]
    tone, verdict = OK, "All"
    words = "What is paid by number is all used."
    if less:
        tone, verdict = WARN, "Not all"
        words = (
            f"Paid for and not fully used: {', '.join(less)}. Take less, or talk about the price."
        )
    elif any(Decimal(one["used"]) > Decimal(one["paid"]) for one in known):
        tone, verdict, words = WARN, "More", "More is used than paid for."
    elif not known or len(known) < len(found):
        tone, verdict = NEUTRAL, "Not said" if not known else "Partly said"
        words = "The last review does not say of all that is paid by number how much is used."
    return Section("use", "What is used", tone, verdict, words, rows)


def _drift(before: str | None, after: str | None) -> Decimal | None:
    if before is None or after is None or not Decimal(before):
        return None
    return Decimal(after) / Decimal(before) - 1


def _signed(share: Decimal | None) -> str:
    if share is None:
        return ""
    number = (share * 100).quantize(Decimal("0.1"), rounding=ROUND_HALF_UP)
    return f"{'+' if number > 0 else '−' if number < 0 else ''}{abs(number)} %"


def _exit(found: Facts, write: Writer) -> Section:
    if not found["plan"]:
        words = "There is no exit plan. Leaving would begin with writing one."
        return Section("exit", "Ready to leave", WARN, "No exit plan", words)
    share = Decimal(found["share"])
    words = f"The exit plan is {_percent(found['share'])} ready."
    if found["best"]:
        words += f" What helps most: {_lower(found['best'])}."
    rows = []
    if found["days_to_leave"] is not None:
        begin = write.day(found["begin_by_on"]) if found["begin_by_on"] else ""
        note = f"begin by {begin} to be out at the end of the term" if begin else ""
        rows.append(Row("Leaving takes", _count(found["days_to_leave"], "day"), note))
    if found["cost"] is not None:
        note = "" if found["cost_complete"] else "not all parts are said"
        rows.append(Row("Leaving costs", write.money(found["cost"], found["currency"]), note))
    if found["independence"]:
        low, high = found["independence"]
        span = _percent(low) if low == high else f"{_percent(low)} to {_percent(high)}"
        rows.append(Row("Keys in our own hands", span))
    tone = OK if share >= READY_SHARE else WARN
    verdict = "Ready" if share >= READY_SHARE else "Not ready"
    return Section("exit", "Ready to leave", tone, verdict, words, tuple(rows))


def _bench(found: Sequence[Facts], write: Writer) -> Section:
    if not found:
        words = "Nobody is named whom you would take instead."
        return Section("bench", "Whom else", WARN, "No alternative", words)
    rows = tuple(Row(place["name"], *_quote(place, write)) for place in found)
    counting = [place for place in found if place["counts"]]
    if not counting:
        words = "No alternative has a quote that still counts."
        return Section("bench", "Whom else", WARN, "No fresh quote", words, rows)
    cheaper = [p for p in counting if p["more"] is not None and Decimal(p["more"]) < 0]
    words = f"{_upper(_count(len(counting), 'quote'))} still {'counts' if len(counting) == 1 else 'count'}."
    if cheaper:
        best = min(cheaper, key=lambda place: Decimal(place["more"]))
        less = write.money(str(-Decimal(best["more"])), best["currency"])
        words += f" {best['name']} would cost {less} a year less."
    return Section("bench", "Whom else", OK, _count(len(counting), "fresh quote"), words, rows)


def _quote(place: Facts, write: Writer) -> tuple[str, str]:
    if place["quote"] is None:
        return "no quote yet", ""
    each = {True: " a year", False: " in total", None: ""}[place["yearly"]]
    value = f"{write.money(place['quote'], place['currency'])}{each}"
    if not place["counts"]:
        return value, "too old to count"
    if place["share"] is None:
        return value, ""
    return value, f"{_signed(Decimal(place['share']))} against what you pay"


# Small words ----------------------------------------------------------------------------------------


def _points(score: str | Decimal) -> str:
    return str(Decimal(score).quantize(Decimal("0.1"), rounding=ROUND_HALF_UP))


def _percent(share: str) -> str:
    return f"{(Decimal(share) * 100).quantize(Decimal(1), rounding=ROUND_HALF_UP)} %"


def _count(number: int, noun: str) -> str:
    return f"{number or 'no'} {noun}{'' if number == 1 else 's'}"


def _upper(words: str) -> str:
    return words[:1].upper() + words[1:]


def _lower(words: str) -> str:
    return words[:1].lower() + words[1:]
