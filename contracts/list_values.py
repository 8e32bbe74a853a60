"""What the cells of a list of contracts mean: days, lengths of time, prices, words. Pure.

Each function takes the text of a cell and returns the value that is kept; it raises ValueError with a
message that the person may read. What could mean two things is refused rather than guessed.
"""

import datetime as dt
import re
from collections.abc import Mapping
from decimal import Decimal

from contracts.terms import MOST_MONTHS, MOST_NOTICE
from core.spreadsheets import NumberProblem, parse_number
from vendors.folding import fold

FIRST_YEAR, LAST_YEAR = 1950, 2100
MOST_MONEY = Decimal("999999999999.99")
A_DATE = "Write it like 2026-04-30, 30 April 2026 or 30.04.2026."

_MONTH_NAMES = [
    ("january", "jan", "januar", "janner"),
    ("february", "feb", "februar", "feber"),
    ("march", "mar", "marz", "maerz", "mrz"),
    ("april", "apr"),
    ("may", "mai"),
    ("june", "jun", "juni"),
    ("july", "jul", "juli"),
    ("august", "aug"),
    ("september", "sep", "sept"),
    ("october", "oct", "oktober", "okt"),
    ("november", "nov"),
    ("december", "dec", "dezember", "dez"),
]
_MONTHS = {name: at for at, names in enumerate(_MONTH_NAMES, 1) for name in names}
_MIDNIGHT = re.compile(r"[ T]00:00(:00)?\Z")
_YEAR_FIRST = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})")
_YEAR_LAST = re.compile(r"(\d{1,2})([-/.]) ?(\d{1,2})[-/.] ?(\d{4})")
_SHORT_YEAR = re.compile(r"\d{1,2}[-/.] ?\d{1,2}[-/.] ?\d{2}")
_DAY_IN_WORDS = re.compile(r"(\d{1,2})(?:st|nd|rd|th)? ([a-z]+) (\d{4})")
_MONTH_IN_WORDS = re.compile(r"([a-z]+) (\d{1,2})(?:st|nd|rd|th)? (\d{4})")


def day(text: str) -> dt.date:
    """A day in one of the usual ways. 03/04/2026 is refused: it may be March or April."""
    written = _MIDNIGHT.sub("", text.strip())
    words = fold(written)
    wrong = ValueError(f"“{text[:40]}” is not a date that we understand. {A_DATE}")
    if found := _YEAR_FIRST.fullmatch(written):
        year, month, of_month = map(int, found.groups())
    elif found := _YEAR_LAST.fullmatch(written):
        of_month, month, year = _of_two(int(found[1]), int(found[3]), int(found[4]), found[2], text)
    elif _SHORT_YEAR.fullmatch(written):
        raise ValueError(f"“{text[:40]}”: write the year with four digits.")
    elif found := _DAY_IN_WORDS.fullmatch(words):
        of_month, month, year = int(found[1]), _MONTHS.get(found[2], 0), int(found[3])
    elif found := _MONTH_IN_WORDS.fullmatch(words):
        of_month, month, year = int(found[2]), _MONTHS.get(found[1], 0), int(found[3])
    else:
        raise wrong
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise ValueError(f"“{text[:40]}”: the year must be between {FIRST_YEAR} and {LAST_YEAR}.")
    try:
        return dt.date(year, month, of_month)
    except ValueError:
        raise wrong from None


def _of_two(one: int, two: int, year: int, mark: str, text: str) -> tuple[int, int, int]:
    """(day of the month, month, year); with points the day comes first, else only where it is plain."""
    if mark == "." or one == two or one > 12:
        return one, two, year
    if two > 12:
        return two, one, year
    first = dt.date(2000, two, one)
    second = dt.date(2000, one, two)
    raise ValueError(
        f"“{text[:40]}” may be {first.day} {first:%B} or {second.day} {second:%B}. {A_DATE}"
    )


# Lengths of time ------------------------------------------------------------------------------------

MONTH, YEAR, DAY, WEEK, BUSINESS = "month", "year", "day", "week", "business day"
_UNITS = {
    MONTH: {"month", "months", "mo", "mon", "mths", "monat", "monate", "monaten", "m"},
    YEAR: {"year", "years", "yr", "yrs", "y", "jahr", "jahre", "jahren", "j"},
    DAY: {"day", "days", "d", "tag", "tage", "tagen", "calendar days", "kalendertage"},
    WEEK: {"week", "weeks", "wk", "wks", "woche", "wochen"},
    BUSINESS: {
        "business day",
        "business days",
        "working day",
        "working days",
        "bd",
        "arbeitstag",
        "arbeitstage",
        "arbeitstagen",
        "bankarbeitstage",
    },
}
_UNIT_OF = {word: unit for unit, words in _UNITS.items() for word in words}
_LENGTH = re.compile(r"([0-9]{1,5}(?:[.,][0-9]+)?) ?([^0-9]*)")
# A number alone takes the unit that its column's heading names.
_UNIT_IN_HEADING = [
    (BUSINESS, re.compile(r"business|working|arbeitstag")),
    (YEAR, re.compile(r"\byears?\b|jahr")),
    (MONTH, re.compile(r"month|monat")),
    (WEEK, re.compile(r"week|woche")),
    (DAY, re.compile(r"\bdays?\b|\btage?n?\b")),
]


def unit_in(heading: str) -> str:
    """The unit that a heading names: "Term (years)" → year; "" for none."""
    words = fold(heading)
    return next((unit for unit, sign in _UNIT_IN_HEADING if sign.search(words)), "")


def _length(text: str, unit: str, example: str) -> tuple[Decimal, str]:
    found = _LENGTH.fullmatch(text.strip().lower())
    name = fold(found[2]) if found else ""
    known = _UNIT_OF.get(name, "" if name else unit)
    if name.startswith("werktag"):
        raise ValueError(f"“{text[:40]}”: Werktage count Saturdays. Write Arbeitstage, or days.")
    if found is None or (name and not known):
        raise ValueError(f"“{text[:40]}” is not a length of time. Write it like {example}.")
    if not known:
        raise ValueError(f"“{text[:40]}” of what? Write it like {example}.")
    return Decimal(found[1].replace(",", ".")), known


def months(text: str, unit: str = MONTH) -> int:
    """Whole months: "36", "3 years", "24 Monate"; a bare number is in `unit`."""
    example = "36 months or 3 years"
    number, known = _length(text, unit or MONTH, example)
    if known not in (MONTH, YEAR):
        raise ValueError(f"“{text[:40]}”: terms are counted in months. Write it like {example}.")
    found = number * 12 if known == YEAR else number
    if found != int(found) or not 1 <= found <= MOST_MONTHS:
        raise ValueError(f"“{text[:40]}”: write whole months, from 1 to {MOST_MONTHS:,}.")
    return int(found)


_NOTICE = {
    MONTH: ("months", 1),
    YEAR: ("months", 12),
    WEEK: ("days", 7),
    DAY: ("days", 1),
    BUSINESS: ("business_days", 1),
}


def notice(text: str, unit: str = "") -> tuple[int, str]:
    """(length, unit as in terms.py): "3 months", "6 weeks", "30 business days"; a bare number is in
    `unit`, without which it is refused."""
    number, known = _length(text, unit, "3 months, 90 days or 30 business days")
    kept, times = _NOTICE[known]
    found = number * times
    if found != int(found) or found > MOST_NOTICE[kept]:
        raise ValueError(f"“{text[:40]}”: write a whole number, at most {MOST_NOTICE[kept]:,}.")
    return int(found), kept


# Money ----------------------------------------------------------------------------------------------

_SIGNS = {"€": "EUR", "£": "GBP", "¥": "JPY", "zł": "PLN", "₹": "INR", "kč": "CZK", "fr": "CHF"}
_WORDS = {"euro": "EUR", "euros": "EUR", "sfr": "CHF", "dollar": "USD", "dollars": "USD"}
DOLLARS = ("USD", "CAD", "AUD", "NZD", "SGD", "HKD")
_PERIODS = {
    "month": ["month", "monthly", "monat", "monatlich", "mo", "mtl", "monate", "months", "m"],
    "quarter": ["quarter", "quarterly", "quartal", "vierteljahr", "vierteljahrlich", "q", "quartalsweise"],
    "year": ["year", "yearly", "annual", "annually", "jahr", "jahrlich", "annum", "pa", "p a", "yr", "y"],
}  # fmt: skip
_PERIOD_OF = {word: period for period, words in _PERIODS.items() for word in words}
_PER = re.compile(r"(?:\s*/\s*|\s+(?:per|pro|im|je|a)\s+|\s+(?=p\.?\s?a\b))(.+)\Z", re.IGNORECASE)
_AMOUNT = re.compile(r"[\d][\d.,'’\s\u00a0\u202f]*")
_THREE_AFTER_POINT = re.compile(r"\d{1,3}\.\d{3}")


def currency(text: str, of_organization: str = "") -> str:
    """A currency by its three letters, its sign or its name; a bare $ is the organization's dollar."""
    words = text.strip()
    if words == "$":
        return of_organization if of_organization in DOLLARS else "USD"
    known = _SIGNS.get(words.lower().rstrip(".")) or _WORDS.get(fold(words))
    found = known or words.upper()
    if not re.fullmatch(r"[A-Z]{3}", found):
        raise ValueError(f"“{text[:20]}” is not a currency. Write three letters, like EUR.")
    return found


def period(text: str) -> str:
    """Of what a price is: "monthly", "per year", "p.a." → month, quarter or year."""
    words = fold(text)
    for start in ("per ", "pro ", "a ", "je "):
        words = words.removeprefix(start) if words not in _PERIOD_OF else words
    if words not in _PERIOD_OF:
        raise ValueError(f"“{text[:40]}”: write month, quarter or year.")
    return _PERIOD_OF[words]


def price(text: str, of_organization: str = "") -> tuple[Decimal, str, str]:
    """(amount, currency or "", period or ""): "€1,200.00 / month", "1.200,50 EUR", "CHF 1'200"."""
    written, of = text.strip(), ""
    if found := _PER.search(written):
        of, written = period(found[1]), written[: found.start()].rstrip()
    figure = _AMOUNT.search(written)
    if figure is None or written.lstrip("$€£¥ ").startswith(("-", "−")):
        raise ValueError(f"“{text[:40]}” is not an amount of money. Write it like 1,200.00.")
    number = figure[0].strip().rstrip(".,")  # 1200.– as the Swiss write it
    sign = (written[: figure.start()] + written[figure.end() :]).strip(" .–-\u00a0\u202f")
    return _amount(number, text), currency(sign, of_organization) if sign else "", of


def _amount(number: str, text: str) -> Decimal:
    if _THREE_AFTER_POINT.fullmatch(number) and not number.startswith("0"):
        plain = number.replace(".", "")
        raise ValueError(f"“{text[:40]}” may be {plain} or {number[:-1]}. Write {plain}, or cents.")
    try:
        found = parse_number(number)
    except NumberProblem:
        raise ValueError(
            f"“{text[:40]}” is not an amount of money. Write it like 1,200.00."
        ) from None
    if found > MOST_MONEY or found != found.quantize(Decimal("0.01")):
        raise ValueError(f"“{text[:40]}”: at most two decimals, and below a million million.")
    return found.quantize(Decimal("0.01"))


# Words ----------------------------------------------------------------------------------------------

RENEWALS = {
    "none": [
        "none", "no", "ends by itself", "ends", "fixed", "fixed term", "no renewal", "expires",
        "does not renew", "nein", "keine", "befristet", "endet", "endet automatisch", "fest", "n",
    ],
    "automatic": [
        "automatic", "auto", "automatically", "yes", "renews by itself", "auto renew", "auto renewal",
        "autorenew", "automatic renewal", "renews automatically", "ja", "automatisch",
        "verlangert sich", "verlangert sich automatisch", "automatische verlangerung", "y", "j", "true",
    ],
    "by_agreement": [
        "by agreement", "by_agreement", "renews only if both agree", "agreement", "option",
        "optional", "on request", "mutual agreement", "if both agree", "nach vereinbarung",
        "auf wunsch", "einvernehmlich", "optional verlangerbar",
    ],
    "evergreen": [
        "evergreen", "runs on until notice", "until notice", "open ended", "indefinite",
        "unlimited", "rolling", "until terminated", "permanent", "unbefristet", "bis auf weiteres",
        "bis zur kundigung", "lauft weiter",
    ],
}  # fmt: skip
KINDS = {
    "standalone": ["contract", "standalone", "agreement", "single contract", "vertrag", "einzelvertrag"],
    "master": [
        "master", "master agreement", "msa", "framework", "framework agreement", "rahmenvertrag",
        "rahmenvereinbarung",
    ],
    "statement_of_work": [
        "statement of work", "statement_of_work", "sow", "work order", "order", "einzelauftrag",
        "leistungsschein", "projektvertrag",
    ],
}  # fmt: skip
STATUSES = {
    "draft": ["draft", "planned", "waiting for signature", "entwurf", "geplant", "in vorbereitung"],
    "signed": [
        "signed", "active", "running", "in force", "valid", "current", "ended", "expired",
        "unterschrieben", "unterzeichnet", "aktiv", "laufend", "gultig", "lauft", "beendet",
        "abgelaufen",
    ],
}  # fmt: skip


def word(text: str, choices: Mapping[str, list[str]], what: str, offered: str) -> str:
    """A choice by one of the words for it."""
    asked = fold(text)
    for value, words in choices.items():
        if asked in map(fold, words):
            return value
    raise ValueError(f"“{text[:40]}” is not {what} that we know. Write {offered}.")


def renewal(text: str) -> str:
    """What happens at the end of a term, as in terms.py."""
    offered = "none, automatic, by agreement or evergreen"
    return word(text, RENEWALS, "a renewal", offered)
