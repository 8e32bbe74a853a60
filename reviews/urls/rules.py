"""Addresses of the rules that start actions."""

from django.urls import path

from reviews.views import rules

urlpatterns = [
    path("rules/", rules.rule_list, name="rule_list"),
    path("rules/new/", rules.create_rule, name="create_rule"),
    path("rules/<int:rule_id>/edit/", rules.edit_rule, name="edit_rule"),
    path("rules/<int:rule_id>/remove/", rules.remove_rule, name="remove_rule"),
]
