"""Countries by their two letters (ISO 3166), as people write them. Pure.

The list comes with the time zone data (`iso3166.tab`), so no second copy has to be kept.
"""

import zoneinfo
from functools import cache
from importlib.resources import files

from vendors.folding import fold

# Longer or more usual words than the list's short ones.
RENAMED = {
    "CD": "Congo (Democratic Republic)",
    "CF": "Central African Republic",
    "CG": "Congo (Republic)",
    "CZ": "Czechia",
    "GB": "United Kingdom",
    "KP": "North Korea",
    "KR": "South Korea",
    "US": "United States",
}
ALSO_CALLED = {
    "america": "US",
    "england": "GB",
    "czech republic": "CZ",
    "deutschland": "DE",
    "emirates": "AE",
    "great britain": "GB",
    "holland": "NL",
    "korea": "KR",
    "oesterreich": "AT",
    "osterreich": "AT",
    "republic of ireland": "IE",
    "russian federation": "RU",
    "schweiz": "CH",
    "scotland": "GB",
    "the netherlands": "NL",
    "turkiye": "TR",
    "u k": "GB",
    "u s": "US",
    "u s a": "US",
    "uae": "AE",
    "uk": "GB",
    "united states of america": "US",
    "usa": "US",
    "viet nam": "VN",
    "wales": "GB",
}


@cache
def countries() -> dict[str, str]:
    """Every code with its name, in the order of the names."""
    text = files("tzdata").joinpath("zoneinfo/iso3166.tab").read_text(encoding="utf-8")
    lines = (line.split("\t") for line in text.splitlines() if line and line[0] != "#")
    named = {code: RENAMED.get(code, name) for code, name in lines}
    return dict(sorted(named.items(), key=lambda pair: fold(pair[1])))


@cache
def _codes_by_name() -> dict[str, str]:
    return {**ALSO_CALLED, **{fold(name): code for code, name in countries().items()}}


def country_name(code: str) -> str:
    """ "Germany" for "DE"; what is no code stays as it is."""
    return countries().get(code, code)


def country_code(text: str) -> str:
    """The code of a country given as code or name; "" for nothing. Raises ValueError in words."""
    text = text.strip()
    if not text:
        return ""
    if text.upper() in countries():
        return text.upper()
    found = _codes_by_name().get(fold(text))
    if found is None:
        raise ValueError(
            f"“{text[:60]}” is not a country we know. Write its name or two letters, like DE."
        )
    return found


def countries_like(text: str) -> list[str]:
    """Codes that a person typing `text` into a filter may mean: the code itself, or the start of a word."""
    folded = fold(text)
    if not folded:
        return []
    exact = [code for code in countries() if code.casefold() == folded]
    also = [code for name, code in ALSO_CALLED.items() if name == folded]
    if exact or also:
        return exact + also
    return [code for code, name in countries().items() if f" {folded}" in f" {fold(name)}"]


@cache
def time_zones() -> dict[str, str]:
    """Time zones people choose from, by folded name."""
    zones = sorted(zone for zone in zoneinfo.available_timezones() if _is_place(zone))
    return {zone.casefold(): zone for zone in zones}


def _is_place(zone: str) -> bool:
    return zone == "UTC" or ("/" in zone and not zone.startswith(("Etc/", "posix/", "right/")))


def time_zone_name(text: str) -> str:
    """The zone as it is spelled ("Europe/Berlin"), whatever the case; "" for nothing. Raises ValueError."""
    text = text.strip().replace(" ", "_")
    if not text:
        return ""
    found = time_zones().get(text.casefold())
    if found is None:
        raise ValueError(f"“{text[:60]}” is not a time zone. Write it like Europe/Berlin.")
    return found
