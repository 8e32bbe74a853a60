"""Public holidays of a country: days that are no business days. Pure.

National holidays only; those of a state or province are not counted. The library (`holidays`) is read
when it is first needed, since it costs 20 MB and a fifth of a second.
"""

import datetime as dt
import functools
import importlib
from collections.abc import Container
from typing import Any


class HolidaysIn(Container[dt.date]):
    """`day in HolidaysIn("DE")`: is that day a public holiday there? No days for an unknown country."""

    def __init__(self, country: str) -> None:
        self.country = country

    def __contains__(self, day: object) -> bool:
        return isinstance(day, dt.date) and day in _of_year(self.country, day.year)


def holidays_in(country: str) -> Container[dt.date]:
    """The public holidays of a country (two letters, as in ISO 3166) in any year.

    A country that is empty or unknown has none: then only weekends are no business days, and a page
    says so (`are_known`).
    """
    return HolidaysIn(country) if are_known(country) else frozenset()


@functools.lru_cache(maxsize=512)
def are_known(country: str) -> bool:
    """Are there holidays for this country?"""
    return bool(country) and country in _library().list_supported_countries(include_aliases=False)


@functools.lru_cache(maxsize=2048)
def _of_year(country: str, year: int) -> frozenset[dt.date]:
    return frozenset(_library().country_holidays(country, years=[year]))


@functools.cache
def _library() -> Any:
    return importlib.import_module("holidays")
