"""The private link by which a vendor answers a request for proposals."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
