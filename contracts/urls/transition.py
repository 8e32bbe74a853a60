"""Addresses of the transition plan and the handover."""

from django.urls import path

from contracts.views import transition as views

PLAN = "<int:contract_id>/transition/"
PHASE, TASK, ITEM = "phases/<int:phase_id>/", "tasks/<int:task_id>/", "handover/<int:item_id>/"

urlpatterns = [
    path(PLAN, views.transition_plan, name="transition_plan"),
    path(f"{PLAN}begin/", views.add_standard_transition, name="add_standard_transition"),
    path(f"{PLAN}phases/new/", views.create_phase, name="create_phase"),
    path(f"{PLAN}{PHASE}edit/", views.edit_phase, name="edit_phase"),
    path(f"{PLAN}{PHASE}remove/", views.remove_phase, name="remove_phase"),
    path(f"{PLAN}tasks/new/", views.create_task, name="create_task"),
    path(f"{PLAN}{TASK}edit/", views.edit_task, name="edit_task"),
    path(f"{PLAN}{TASK}remove/", views.remove_task, name="remove_task"),
    path(f"{PLAN}{TASK}done/", views.finish_task, name="finish_task"),
    path(f"{PLAN}{TASK}accept/", views.accept_task, name="accept_task"),
    path(f"{PLAN}{TASK}reopen/", views.reopen_task, name="reopen_task"),
    path(f"{PLAN}handover/new/", views.create_handover_item, name="create_handover_item"),
    path(f"{PLAN}{ITEM}edit/", views.edit_handover_item, name="edit_handover_item"),
    path(f"{PLAN}{ITEM}remove/", views.remove_handover_item, name="remove_handover_item"),
    path(f"{PLAN}{ITEM}received/", views.receive_handover_item, name="receive_handover_item"),
]
