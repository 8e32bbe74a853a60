"""Pages that read across apps."""

from django.urls import path

from dashboard import views

app_name = "dashboard"

urlpatterns = [
    path("", views.home, name="home"),
    path("activity/", views.activity_list, name="activity_list"),
]
