"""The preview of a list of contracts: what was understood of each cell."""

from collections.abc import Callable, Mapping
from typing import Any

from activity.words import in_words
from contracts.list_file import PRICES
from contracts.models import Contract, PriceLine
from contracts.models.terms import NoticeUnit, RenewalMode
from core.templatetags.ui import money

_CHOICES: dict[str, Any] = {
    "kind": Contract.Kind,
    "status": Contract.Stage,
    "renewal_mode": RenewalMode,
}


def text_with(members: Mapping[int, str]) -> Callable[[str, Mapping[str, Any]], str]:
    """What says a field of a stored row; `members` are names by id, for the delegated manager."""

    def text(field: str, row: Mapping[str, Any]) -> str:
        values: Mapping[str, Any] = row["values"]
        if field == "manager":
            return members.get(values.get("manager", 0), "")
        if field in _WRITERS:
            return _WRITERS[field](values)
        value = values.get(field)
        if value in (None, "", []):
            return ""
        return str(_CHOICES[field](value).label) if field in _CHOICES else in_words(value)

    return text


def _months(field: str) -> Callable[[Mapping[str, Any]], str]:
    return lambda values: f"{values[field]} months" if values.get(field) else ""


def _notice(values: Mapping[str, Any]) -> str:
    unit = values.get("notice_unit")
    return f"{values['notice']} {NoticeUnit(unit).label}" if unit else ""


def _price(values: Mapping[str, Any]) -> str:
    if not (values.get("price") and values.get("period")):
        return ""
    period = PriceLine.Period(values["period"]).label
    return f"{money(values['price'], values['currency'])} {period}"


_WRITERS: dict[str, Callable[[Mapping[str, Any]], str]] = {
    "start": lambda values: str(values.get("start_on", "")),
    "end": _months("initial_months"),
    "initial_months": _months("initial_months"),
    "renewal_months": _months("renewal_months"),
    "notice": _notice,
    "period": lambda values: str(values.get("period", "")),
    **dict.fromkeys((*PRICES, "price"), _price),
}
