"""Addresses of meetings and ideas."""

from django.urls import path

from reviews.views import meetings

_ALL = "contract/<int:contract_id>/meetings/"

urlpatterns = [
    path(_ALL, meetings.meeting_list, name="meeting_list"),
    path(f"{_ALL}new/", meetings.create_meeting, name="create_meeting"),
    path("contract/<int:contract_id>/ideas/new/", meetings.create_idea, name="create_idea"),
    path("meetings/<int:meeting_id>/edit/", meetings.edit_meeting, name="edit_meeting"),
    path("ideas/<int:idea_id>/edit/", meetings.edit_idea, name="edit_idea"),
    path("ideas/<int:idea_id>/decide/", meetings.decide_idea, name="decide_idea"),
]
