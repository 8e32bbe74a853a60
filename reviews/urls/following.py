"""Goals and promises in a review, and surveys that come again."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
