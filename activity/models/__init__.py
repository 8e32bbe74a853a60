"""The rows of this app: trail.py what happened, was sent and is worked on; reminders.py what is watched."""

from activity.models.links import PrivateLink
from activity.models.reminders import (
    CalendarFeed,
    Reminder,
    ReminderPreference,
    ReminderSettings,
    WatchedDate,
)
from activity.models.trail import (
    FrozenRecord,
    Job,
    JobFile,
    LogEntry,
    LogEntryQuerySet,
    OutgoingMail,
)

__all__ = [
    "CalendarFeed",
    "FrozenRecord",
    "Job",
    "JobFile",
    "LogEntry",
    "LogEntryQuerySet",
    "OutgoingMail",
    "PrivateLink",
    "Reminder",
    "ReminderPreference",
    "ReminderSettings",
    "WatchedDate",
]
