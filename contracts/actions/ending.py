"""How a signed contract ends: by notice, by termination; and how either is taken back."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.models import Membership
from activity import log
from activity.actions import watch_days
from contracts import dates, watchers
from contracts.actions.refusals import NotComplete, NotNow
from contracts.locking import lock_contract, save_next_version
from contracts.models import Contract
from contracts.models.record import Status
from contracts.words import all_worded
from core.templatetags.ui import format_date
from core.versions import Stale

NOTICE_FIELDS = ["notice_given_on", "notice_arrived_on", "notice_by", "notice_reason"]
TERMINATION_FIELDS = ["terminated_on", "termination", "termination_reason"]
OVER = {Status.ENDED: "It has ended.", Status.TERMINATED: "It was terminated."}


@transaction.atomic
def give_notice(
    *, contract: Contract, values: Mapping[str, Any], version: int, by: Membership
) -> Contract:
    """Record that notice was given, by us or by the vendor; its end follows. Late notice counts for a
    later term. The same again changes nothing; other values correct it. Raises Stale, NotNow, NotComplete.
    """
    row = _lock_running(contract)
    if row.notice_given_on and all(getattr(row, name) == values[name] for name in NOTICE_FIELDS):
        return row
    _refuse_stale(row, version)
    _check_notice(row, values)
    verb = "contract.notice_corrected" if row.notice_given_on else "contract.notice_given"
    return _change(row, verb, {name: values[name] for name in NOTICE_FIELDS}, by)


@transaction.atomic
def take_back_notice(*, contract: Contract, version: int, by: Membership) -> Contract:
    """Notice was an error, or both sides agree to go on. Twice is once. Raises Stale, NotNow."""
    row = _lock_running(contract)
    if row.notice_given_on is None:
        return row
    _refuse_stale(row, version)
    nothing = {
        "notice_given_on": None,
        "notice_arrived_on": None,
        "notice_by": "",
        "notice_reason": "",
    }
    return _change(row, "contract.notice_taken_back", nothing, by)


@transaction.atomic
def terminate_contract(
    *, contract: Contract, values: Mapping[str, Any], version: int, by: Membership
) -> Contract:
    """End it on a day, outside its terms: for convenience, for cause or by agreement.

    The same again changes nothing; other values correct it. Raises Stale, NotNow, NotComplete.
    """
    row = lock_contract(contract)
    said = {name: values[name] for name in TERMINATION_FIELDS}
    if row.terminated_on and all(getattr(row, name) == said[name] for name in said):
        return row
    _refuse_unsigned(row)
    if row.terminated_on is None:
        _refuse_over(row)
    _refuse_stale(row, version)
    if row.signed_on and said["terminated_on"] < row.signed_on:
        raise NotComplete("It can't end before it was signed.", field="terminated_on")
    _refuse_later_than_its_end(row, said["terminated_on"])
    if not said["termination_reason"].strip():
        raise NotComplete("Say why it is terminated.", field="termination_reason")
    return _change(row, "contract.terminated", said, by)


@transaction.atomic
def take_back_termination(*, contract: Contract, version: int, by: Membership) -> Contract:
    """The termination was an error: the dates decide again. Twice is once. Raises Stale, NotNow."""
    row = lock_contract(contract)
    _refuse_unsigned(row)
    if row.terminated_on is None:
        return row
    _refuse_stale(row, version)
    nothing = {"terminated_on": None, "termination": "", "termination_reason": ""}
    return _change(row, "contract.termination_taken_back", nothing, by)


# Checks and small steps ------------------------------------------------------------------------------


def _lock_running(contract: Contract) -> Contract:
    row = lock_contract(contract)
    _refuse_unsigned(row)
    if row.notice_given_on is None:
        _refuse_over(row)
    return row


def _refuse_unsigned(row: Contract) -> None:
    if not row.is_signed:
        raise NotNow(
            "This contract is not signed, so there is nothing to end. Withdraw it instead."
        )


def _refuse_over(row: Contract) -> None:
    if said := OVER.get(row.status(timezone.localdate())):
        raise NotNow(said)


def _refuse_later_than_its_end(row: Contract, day: dt.date) -> None:
    """A termination ends a contract earlier, never later, than its terms or a notice do."""
    was, row.terminated_on = row.terminated_on, None
    ends_on = dates.read_standing(row, timezone.localdate()).ends_on
    row.terminated_on = was
    if ends_on and day > ends_on:
        raise NotComplete(
            f"It ends on {format_date(ends_on, row.organization)} anyway. Choose that day or an earlier"
            " one; to go on longer, begin an amendment.",
            field="terminated_on",
        )


def _refuse_stale(row: Contract, version: int) -> None:
    if row.version != version:
        raise Stale(row)


def _check_notice(row: Contract, values: Mapping[str, Any]) -> None:
    today: dt.date = timezone.localdate()
    given, arrived = values["notice_given_on"], values["notice_arrived_on"]
    if given > today:
        raise NotComplete(
            "This day lies ahead. Record notice once it is given.", field="notice_given_on"
        )
    if row.signed_on and given < row.signed_on:
        raise NotComplete("Notice can't be older than the signature.", field="notice_given_on")
    if arrived and arrived < given:
        raise NotComplete("It can't arrive before it is given.", field="notice_arrived_on")
    if arrived and arrived > today:
        raise NotComplete(
            "This day lies ahead. Leave it empty until it has arrived.", field="notice_arrived_on"
        )


def _change(row: Contract, verb: str, values: dict[str, Any], by: Membership) -> Contract:
    """Set, reckon the days anew, and watch them, or nothing more once it is over."""
    before, after = log.apply_changes(row, values)
    save_next_version(row)
    log.record(by=by, verb=verb, target=row, before=all_worded(before), after=all_worded(after))
    today = timezone.localdate()
    dates.refresh(row, today)
    watch_days(days=watchers.days_now(row, today))
    return row
