"""What two spellings have in common: for finding, sorting and recognising duplicates. Pure."""

from urllib.parse import urlsplit

from core.folding import fold as fold

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
