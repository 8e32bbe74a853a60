"""Every write about mail and watched days."""

from activity.actions.mail import deliver_mail, note_lost_mail, queue_mail, send_due_mail
from activity.actions.watching import unwatch, watch, watch_days

__all__ = [
    "deliver_mail",
    "note_lost_mail",
    "queue_mail",
    "send_due_mail",
    "unwatch",
    "watch",
    "watch_days",
]
