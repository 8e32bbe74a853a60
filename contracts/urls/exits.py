"""Addresses of the exit plan."""

from typing import Any

urlpatterns: list[Any] = []
