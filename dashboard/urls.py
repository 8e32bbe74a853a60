"""Pages that read across apps."""

from django.urls import path

from dashboard.views import activity, home

app_name = "dashboard"

urlpatterns = [
    path("", home.home, name="home"),
    path("example/", home.look_around, name="look_around"),
    path("activity/", activity.activity_list, name="activity_list"),
    path("activity/export/", activity.export_activity, name="export_activity"),
]
