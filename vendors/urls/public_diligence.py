"""The private link by which a vendor answers our security questions."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
