"""Pages that read across apps."""

from django.urls import path

from dashboard.views import activity, calendar, calendar_feed, home, reminders

app_name = "dashboard"

urlpatterns = [
    path("", home.home, name="home"),
    path("example/", home.look_around, name="look_around"),
    path("activity/", activity.activity_list, name="activity_list"),
    path("activity/export/", activity.export_activity, name="export_activity"),
    path("calendar/", calendar.calendar, name="calendar"),
    path("calendar/list/", calendar.date_list, name="date_list"),
    path("calendar/feed/", calendar_feed.calendar_feed, name="calendar_feed"),
    path("calendar/feed/new/", calendar_feed.make_feed, name="make_feed"),
    path("calendar/feed/revoke/", calendar_feed.revoke_feed, name="revoke_feed"),
    path("calendar/<int:watched_id>/", calendar.watched_date, name="watched_date"),
    path("calendar/<int:watched_id>/snooze/", calendar.snooze_date, name="snooze_date"),
    path("calendar/<int:watched_id>/wake/", calendar.wake_date, name="wake_date"),
    path("calendar/<int:watched_id>/settle/", calendar.settle_date, name="settle_date"),
    path("calendar/<int:watched_id>/reopen/", calendar.reopen_date, name="reopen_date"),
    path("reminders/", reminders.reminder_list, name="reminder_list"),
    path("reminders/way/", reminders.reminder_way, name="reminder_way"),
    path("settings/reminders/", reminders.reminder_settings, name="reminder_settings"),
]
