"""The private link by which a referee answers."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
