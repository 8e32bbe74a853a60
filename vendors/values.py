"""One rule for each field of a vendor, the same for forms and for imports. Pure.

Each function takes the text a person wrote and returns the value that is kept; it raises
ValueError with a message that the person may read.
"""

import re
from collections.abc import Sequence
from urllib.parse import urlsplit

from vendors.countries import country_code
from vendors.folding import fold

MOST_ENTRIES = 50
LONGEST_ENTRY = 80
LONGEST_WEBSITE = 300
FIRST_YEAR = 1800

_SEPARATORS = re.compile(r"[,;\n|]")
_HAS_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*:(?!\d)", re.IGNORECASE)
_LABEL = re.compile(r"[\w](?:[\w-]{0,61}[\w])?", re.UNICODE)
_UNSEEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")


def clean_text(text: str, longest: int) -> str:
    """`text` without outer white space, as it is otherwise; refused rather than cut."""
    text = text.strip()
    if _UNSEEN.search(text):
        raise ValueError("This holds a character that can't be shown. Type it again.")
    if len(text) > longest:
        raise ValueError(f"This has {len(text):,} characters; at most {longest:,} fit.")
    return text


def website(text: str) -> str:
    """A full address: "example.com" → "https://example.com"; "" for nothing. Only http and https."""
    text = clean_text(text, LONGEST_WEBSITE)
    if not text:
        return ""
    wrong = ValueError(f"“{text[:80]}” is not the address of a website. Write it like example.com.")
    if not _HAS_SCHEME.match(text):
        text = f"https://{text.lstrip('/')}"
    try:
        parts = urlsplit(text)
        host = parts.hostname or ""
        parts.port  # noqa: B018 - reading it checks it
    except ValueError:
        raise wrong from None
    labels = host.rstrip(".").split(".")
    if parts.scheme not in ("http", "https") or "@" in parts.netloc or re.search(r"\s", text):
        raise wrong
    if len(labels) < 2 or not all(_LABEL.fullmatch(label) for label in labels):
        raise wrong
    bare = parts._replace(scheme=parts.scheme.lower(), netloc=parts.netloc.lower())
    if bare.path == "/" and not bare.query:
        bare = bare._replace(path="")
    kept = bare.geturl()
    if len(kept) > LONGEST_WEBSITE:
        raise wrong
    return kept


def entries(text: str) -> list[str]:
    """A list written with commas, semicolons or line breaks; each entry once, in the order given."""
    kept: dict[str, str] = {}
    for part in _SEPARATORS.split(text):
        entry = clean_text(part, LONGEST_ENTRY)
        if entry:
            kept.setdefault(fold(entry), entry)
    if len(kept) > MOST_ENTRIES:
        raise ValueError(f"These are {len(kept)} entries; at most {MOST_ENTRIES} fit.")
    return list(kept.values())


def country_codes(text: str) -> list[str]:
    """Countries written as names or two letters: "Germany, AT" → ["DE", "AT"]."""
    return list(dict.fromkeys(country_code(entry) for entry in entries(text)))


def founded_year(text: str, this_year: int) -> int | None:
    """A year from 1800 to this one; None for nothing."""
    text = text.strip()
    if not text:
        return None
    year = int(text) if re.fullmatch(r"[0-9]{4}", text) else 0
    if not FIRST_YEAR <= year <= this_year:
        raise ValueError(f"Write the year as four digits, from {FIRST_YEAR} to {this_year}.")
    return year


SIZES = ((1, "1"), (9, "2-9"), (49, "10-49"), (249, "50-249"))
LARGEST = "250+"
_SIZE_WORDS = {
    "solo": "1",
    "freelancer": "1",
    "micro": "2-9",
    "small": "10-49",
    "medium": "50-249",
    "large": LARGEST,
    "enterprise": LARGEST,
}


def size_band(text: str) -> str:
    """A size band from a band ("10–49 people"), a word ("medium") or a head count ("35")."""
    words = fold(text)
    for unit in ("people", "person", "employees", "employee", "staff", "or more", "fte"):
        words = words.replace(unit, "")
    words = " ".join(words.split())
    if not words:
        return ""
    if words in _SIZE_WORDS:
        return _SIZE_WORDS[words]
    bands = {fold(band): band for _, band in SIZES} | {"250": LARGEST}
    if words in bands:
        return bands[words]
    if re.fullmatch(r"[0-9]{1,7}", words) and int(words) and text.strip()[0] not in "-−":
        return next((band for most, band in SIZES if int(words) <= most), LARGEST)
    raise ValueError(
        f"“{text[:60]}” is not a size. "
        "Write the number of people, or one of 1, 2-9, 10-49, 50-249, 250+."
    )


def choice(text: str, choices: Sequence[tuple[str, str]], what: str) -> str:
    """A choice given by its word or its value, whatever the case; "" for nothing."""
    if not text.strip():
        return ""
    known = {fold(value): value for value, _ in choices}
    known.update({fold(label): value for value, label in choices})
    found = known.get(fold(text))
    if found is None:
        labels = ", ".join(label for _, label in choices)
        raise ValueError(f"“{text[:60]}” is not a {what}. Choose one of: {labels}.")
    return found
