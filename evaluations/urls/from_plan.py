"""Starting an evaluation from an outsourcing plan."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
