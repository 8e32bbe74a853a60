"""What two spellings have in common: for finding, sorting and recognising duplicates. Pure."""

import unicodedata
from urllib.parse import urlsplit

# Many companies share these hosts; only the whole address tells them apart.
SHARED_HOSTS = {
    "facebook.com",
    "github.com",
    "instagram.com",
    "linkedin.com",
    "sites.google.com",
    "twitter.com",
    "x.com",
    "xing.com",
    "youtube.com",
}
MOST_WORDS = 8
LONGEST_QUERY = 200


def fold(text: str) -> str:
    """Lower case without accents or punctuation, words one space apart.

    "Ärzte-Büro, Ltd." → "arzte buro ltd". Letters and digits of every script stay; what has none
    (an emoji) stays as it is.
    """
    if text.isascii():
        folded = text.lower().translate(_ASCII)
    else:
        plain = unicodedata.normalize("NFKD", text).casefold()
        folded = "".join(map(_folded, unicodedata.normalize("NFKD", plain)))
    return " ".join(folded.split()) or " ".join(text.split())


def _folded(char: str) -> str:
    if char.isalnum():
        return char
    if char in "'’" or unicodedata.combining(char):
        return ""
    return char if unicodedata.category(char) in ("Mn", "Mc") else " "  # vowels of Indic scripts


# The same for the plain letters that most texts consist of, many times faster.
_ASCII = str.maketrans({chr(code): _folded(chr(code)) for code in range(128)})


def name_key(name: str) -> str:
    """What two vendors of the same name share, at most 200 characters."""
    return fold(name)[:200]


def website_key(website: str) -> str:
    """The bare host: "https://www.example.com/en/" → "example.com"; "" for none."""
    try:
        parts = urlsplit(website)
        host = (parts.hostname or "").removeprefix("www.").rstrip(".")
    except ValueError:
        return ""
    if host in SHARED_HOSTS:
        host += parts.path.rstrip("/").casefold()
    return host[:200]


def registration_key(number: str) -> str:
    """Letters and digits of a registration number: "HRB 12-345 b" → "hrb12345b"; "" for none."""
    return "".join(char for char in number.casefold() if char.isalnum())[:60]


def search_words(query: str) -> list[str]:
    """The words of a search that all have to occur, at most eight."""
    return fold(query[:LONGEST_QUERY]).split()[:MOST_WORDS]
