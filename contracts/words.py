"""Words and kinds of badges for contracts. Pure but for the choices."""

from collections.abc import Mapping
from typing import Any

from contracts.models.record import Contract, Status

STATUS_KINDS = {
    Status.DRAFT: "neutral",
    Status.IN_APPROVAL: "info",
    Status.SIGNED: "info",
    Status.ACTIVE: "ok",
    Status.NOTICE_GIVEN: "warn",
    Status.ENDED: "neutral",
    Status.TERMINATED: "bad",
    Status.WITHDRAWN: "neutral",
}

_CHOICES: dict[str, Any] = {
    "kind": Contract.Kind,
    "stage": Contract.Stage,
    "notice_by": Contract.Party,
    "termination": Contract.Termination,
}
_NAMES = {
    "parent": "master agreement",
    "manager": "delegated manager",
    "counterpart": "counterpart at the vendor",
    "notice_given_on": "notice given on",
    "notice_arrived_on": "arrived on",
    "notice_by": "notice by",
    "notice_reason": "reason",
    "terminated_on": "terminated on",
    "termination_reason": "reason",
    "signed_on": "signed on",
    "signed_for_us": "signed for us by",
    "signed_for_vendor": "signed for the vendor by",
}
# Of one line of the communication plan, in the order in which a person reads it.
LINE_FIELDS = ["purpose", "roles", "channel", "frequency", "format"]


def worded(field: str, value: Any) -> Any:
    """The value of a field of a contract with its code replaced by words."""
    choices = _CHOICES.get(field)
    return choices(value).label if choices and value else value


def all_worded(values: Mapping[str, Any]) -> dict[str, Any]:
    """Fields as the audit trail names them, with their values in words."""
    return {_NAMES.get(name, name): worded(name, value) for name, value in values.items()}


def in_one_line(line: Mapping[str, str]) -> str:
    """“Outages: phone, at once, help desk”."""
    rest = ", ".join(line[name] for name in LINE_FIELDS[1:] if line[name])
    return f"{line['purpose']}: {rest}" if rest else line["purpose"]
