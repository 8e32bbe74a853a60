"""What became of a reminder, in words."""

from dataclasses import dataclass
from typing import Any

from accounts.models import Membership, Organization
from activity.kinds import kind_of, rule_in_words
from activity.models import OutgoingMail, Reminder, WatchedDate

UNDELIVERED, WAITING, MINE = "undelivered", "waiting", "mine"
WHICH = {"": "All", UNDELIVERED: "Could not be sent", WAITING: "Waiting", MINE: "To me"}


@dataclass(frozen=True)
class Delivery:
    """A reminder as lists show it; `state` is (kind of badge, words), `note` says more, if there is."""

    row: Reminder
    label: str
    rule: str
    state: tuple[str, str]
    note: str

    @property
    def is_undelivered(self) -> bool:
        return self.state[0] == "bad"


def deliveries(organization: Organization, which: str, member: Membership) -> Any:
    """Reminders, newest first, with their mail (without its text) and whom they are for."""
    rows = organization.reminder_set.select_related("mail", "recipient__user", "watched")
    rows = rows.defer("mail__text", "mail__html").newest_first()
    states = OutgoingMail.State
    if which == UNDELIVERED:
        return rows.filter(mail__state=states.FAILED)
    if which == WAITING:
        waiting = rows.filter(superseded_at=None)
        return waiting.exclude(mail__state__in=[states.SENT, states.FAILED, states.CANCELLED])
    return rows.filter(recipient=member) if which == MINE else rows


def reminders_about(watched: WatchedDate) -> Any:
    """Who was reminded of this thing, also when its day was another one; newest first."""
    rows = watched.organization.reminder_set.select_related("mail", "recipient__user")
    rows = rows.filter(
        kind=watched.kind, target_type=watched.target_type, target_id=watched.target_id
    )
    return rows.defer("mail__text", "mail__html").newest_first()


def delivery(row: Reminder) -> Delivery:
    """The reminder with its rule and its state in words."""
    state, note = _state(row)
    return Delivery(row, kind_of(row.kind).label, rule_in_words(row.rule), state, note)


def _state(row: Reminder) -> tuple[tuple[str, str], str]:
    mail, states = row.mail, OutgoingMail.State
    if mail is not None and mail.state == states.SENT:
        return ("ok", "Sent"), _again(mail.repeats)
    if mail is not None and mail.state == states.FAILED:
        return ("bad", "Could not be sent"), mail.error
    if row.superseded_at or (mail is not None and mail.state == states.CANCELLED):
        return ("neutral", "Not needed any more"), "The day was moved, put off or settled before."
    if mail is None:
        return ("info", "Waiting"), "Goes out with the next mail of the day."
    if mail.state == states.SENDING:
        return ("info", "Being sent"), ""
    if mail.attempts:
        return ("warn", "Trying again"), mail.error
    return ("info", "Waiting"), "Is sent within a minute."


def _again(repeats: int) -> str:
    """The sender died while sending, and it was sent again under the same Message-ID."""
    if not repeats:
        return ""
    times = "once" if repeats == 1 else f"{repeats} times"
    return f"Sent again {times}: the sender had stopped in between. Mail programs show it once."
