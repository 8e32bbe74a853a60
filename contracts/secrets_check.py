"""Does a text look like a secret? The keys register says where a secret is kept, never the secret. Pure.

It is a net, not a proof: a password that is an ordinary word, written without saying that it is one,
passes. What must not be caught are ordinary places: vaults, safes, envelopes, people, addresses of
password managers, paths, serial numbers, German text. The table of both stands in the tests.
"""

import re
import unicodedata

LONGEST = 4_000
LONG, SHORT = 20, 8  # letters and digits of a token; characters of a password
# How often the kind of character changes in a token, by its length. Names and paths stay under 0.2,
# random letters and digits lie around 0.4 to 0.5.
CHANGES = 0.25

_UNSEEN = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
# What it is, and how it is recognised; small and capital letters only differ where a format says so.
_ANY_CASE: list[tuple[str, str]] = [
    ("a private key", r"-----\s*BEGIN [A-Z0-9 ]*(KEY|MESSAGE)"),
    ("a private key", r"PuTTY-User-Key-File|AGE-SECRET-KEY-1"),
    ("a one-time code’s secret", r"otpauth(-migration)?://"),
    ("a password in an address", r"[a-z][a-z0-9+.-]*://[^\s/:@]*:[^\s/@]+@"),
    (
        "a password in an address",
        r"[?&#;](access_token|api_?key|token|sig|password|pwd|secret)=[^\s&]{4,}",
    ),
    (
        "a password in an address",
        r"\b(AccountKey|SharedAccessKey|SharedAccessSignature|pwd|password)=[^\s;]{3,}",
    ),
    ("a secret link", r"://(send\.bitwarden\.com/#|share\.1password\.com/s#|privnote\.com/\w)"),
    ("a secret link", r"://((www\.)?onetimesecret\.com/secret/|hooks\.slack\.com/\w)"),
    ("a secret link", r"://discord(app)?\.com/api/webhooks/"),
    (
        "a PIN",
        r"\b(pin|puk|(safe|door|access|alarm|tür|tresor|zugangs)[ -]?code|passcode)\b"
        r"( (is|ist|lautet)\b)?\s*[:=#]?\s*\d[\d -]{2,}",
    ),
]
_EXACT_CASE: list[tuple[str, str]] = [
    ("an access key", r"\b(AKIA|ASIA)[A-Z0-9]{16}\b"),
    ("an access key", r"\bAIza[\w-]{30,}"),
    (
        "an access token",
        r"\b(gh[pousr]_|github_pat_|npm_|pypi-|hf_|dop_v1_|shp(at|ss)_|sk-)[\w-]{16,}",
    ),
    (
        "an access token",
        r"\b(glpat-|xox[abeoprs]-|[sr]k_(live|test)_|whsec_|hvs\.|ya29\.)[\w-]{8,}",
    ),
    ("an access token", r"\b(SG|eyJ[\w-]{5,})\.[\w-]{8,}"),
    ("a password hash", r"\$(2[aby]|argon2id?|[156]|y|pbkdf2[\w-]*)\$[\w./$=,+-]{8,}"),
    ("a 1Password secret key", r"\bA3-[A-Z0-9]{6}(-[A-Z0-9]{5,6}){4,}"),
    ("a recovery key", r"\b\d{6}(-\d{6}){5,}\b"),
    (
        "a licence key",
        r"\b(?=[A-Z0-9-]*\d)(?=[A-Z0-9-]*[A-Z])[A-Z0-9]{5}(-[A-Z0-9]{5}){3,}\b",
    ),
]
_KNOWN = [(what, re.compile(pattern, re.IGNORECASE)) for what, pattern in _ANY_CASE]
_KNOWN += [(what, re.compile(pattern)) for what, pattern in _EXACT_CASE]

_LABEL = re.compile(
    r"\b(pass ?words?|passwd|passphrase|pass ?wor[dt]|kennwort|pwd?|p/w|pass|secret|geheimnis|token"
    r"|(api|access|secret|private|recovery|licen[cs]e|product|master)[ _-]?(key|code|token|secret)"
    r"|client[ _-]?secret|zugangsdaten|credentials|login|pin)\b"
    r"(?P<sign>\s*(?::|=|→|->)+\s*|\s+(?:is|ist|lautet)\s+)(?P<rest>[^\n;]+)",
    re.IGNORECASE,
)
# Words that tell where something is, or about whom: with one of them, it is a place.
_PLACE_WORDS = """
    at by from in inside on of over see via with under the a an our their ask asked known knows has
    have holds kept stored saved written held not no none nobody nowhere unknown lost shared changed
    rotated never there only vault vaults safe manager store envelope drawer folder archive list
    book sheet paper printed sealed notary bank box locker card hardware stick yubikey bitwarden
    keepass keepassxc lastpass 1password dashlane nordpass passbolt enpass proton keychain keyvault
    hashicorp cyberark sso entra okta am an aus bei beim im in ins mit nach siehe über und unter von
    vom zu zum zur auf der die das dem den ein eine einem einer kennt hat liegt steht hinterlegt
    gespeichert aufbewahrt unbekannt niemand keiner keine tresor safe umschlag ordner schrank
    schublade liste blatt büro passwortmanager passwortsafe notar bankschliessfach bankschließfach
    schließfach schliessfach vendor provider
"""
_PLACES = frozenset(_PLACE_WORDS.split())
_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_HEX = re.compile(r"(?<![0-9a-z])(?=[0-9a-f]*\d)(?=[0-9a-f]*[a-f])[0-9a-f]{32,}(?![0-9a-z])", re.I)
_BASE32 = re.compile(r"(?<![A-Z0-9])[A-Z2-7]{16,}(?![A-Z0-9])")
_WEB = re.compile(r"\b(https?|onepassword|bitwarden|keepass|file|smb)://\S+", re.IGNORECASE)
_PUBLIC = re.compile(r"\b(SHA256:\S+|[\w.+-]+@[\w-]+(\.[\w-]+)+)")  # a fingerprint, a mail address
_STRONG = set("!$%^&*?#~+=|<>{}[]")


def looks_like_secret(text: str) -> str | None:
    """What kind of secret this looks like (“a password”), or None if it looks like none.

    The answer never holds any part of the text. Only the first LONGEST characters are looked at: no field
    keeps more, and the time that patterns take grows faster than the text.
    """
    plain = _UNSEEN.sub("", unicodedata.normalize("NFKC", text[:LONGEST]))
    for what, pattern in _KNOWN:
        if pattern.search(plain):
            return what
    if any(_is_labelled(found) for found in _LABEL.finditer(plain)):
        return "a password"
    bare = _UUID.sub(" ", _PUBLIC.sub(" ", _WEB.sub(" ", plain)))
    if _HEX.search(bare) or any(_is_base32(found[0]) for found in _BASE32.finditer(bare)):
        return "an access token"
    for token in bare.split():
        kind = _kind_of(token.strip("\"'`„“”‚‘’.,;:()<>"))
        if kind:
            return kind
    return None


# Said to be one ---------------------------------------------------------------------------------------


def _is_labelled(found: "re.Match[str]") -> bool:
    """“Password: hunter2” is one, “Password: in the safe” and “Password: Bitwarden” are not."""
    words = [word.strip("\"'`„“”‚‘’.,()[]<>").casefold() for word in found["rest"].split()]
    words = [word for word in words if any(map(str.isalnum, word))]
    if not words or _WEB.match(found["rest"]):
        return False
    first = found["rest"].split()[0]
    if any(map(_is_place, words)):
        return _has_parts(first) and not _is_place(words[0])
    if found["sign"].strip() and not found["sign"].strip().isalpha():
        return True
    return _has_parts(first)


def _is_place(word: str) -> bool:
    return any(part in _PLACES for part in re.split(r"[-/]", word))


def _has_parts(word: str) -> bool:
    """Digits or signs inside, as no word of a language has them."""
    return bool(re.search(r"\d", word)) or bool(_STRONG & set(word))


# Looks random -----------------------------------------------------------------------------------------


def _is_base32(token: str) -> bool:
    """Capitals with digits in two places at least: a secret for one-time codes."""
    return len(re.findall(r"\d+", token)) >= 2


def _kind_of(token: str) -> str | None:
    if len(token) < SHORT:
        return None
    letters = [char for char in token if char.isalnum()]
    changes = _changes(token)
    if len(letters) >= LONG and changes >= CHANGES * len(letters):
        return "an access token"
    return "a password" if _is_mixed(token) else None


def _changes(token: str) -> int:
    """How often small letters, capitals and digits follow one another; a capital that begins a word, and
    what stands beside a hyphen or a slash, are no change."""
    kinds = [_class(char) for char in token]
    count = 0
    for at in range(1, len(kinds)):
        last, this = kinds[at - 1], kinds[at]
        begins = last == "A" and this == "a" and (at < 2 or kinds[at - 2] != "A")
        count += last != this and "-" not in (last, this) and not begins
    return count


def _class(char: str) -> str:
    if char.isdigit():
        return "0"
    if char.isalpha():
        return "A" if char.isupper() else "a"
    return "-"


def _is_mixed(token: str) -> bool:
    """A made-up password: all kinds of characters, changing more often than every other one."""
    kinds = [char if _class(char) == "-" else _class(char) for char in token]
    present = set(kinds)
    turns = sum(last != this for last, this in zip(kinds, kinds[1:], strict=False))
    share = turns / (len(kinds) - 1)
    if not {"A", "a", "0"} <= present:
        return False
    return share > 0.5 if _STRONG & present else share > 0.7 and len(token) >= 10


def refusal(kind: str) -> str:
    """What a person is told: what it looks like, that it is gone, and what to write instead."""
    return (
        f"This looks like {kind}, so it was discarded. Write where it is kept, never the secret itself:"
        " for example “1Password, vault IT” or “safe in the office, envelope 4”."
    )
