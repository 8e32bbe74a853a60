"""Every write about mail, watched days and reminders."""

from activity.actions.mail import deliver_mail, note_lost_mail, queue_mail, send_due_mail
from activity.actions.reminders import send_due_reminders
from activity.actions.watching import supersede_unsent, unwatch, watch, watch_days

__all__ = [
    "deliver_mail",
    "note_lost_mail",
    "queue_mail",
    "send_due_mail",
    "send_due_reminders",
    "supersede_unsent",
    "unwatch",
    "watch",
    "watch_days",
]
