"""Addresses of the keys register."""

from typing import Any

urlpatterns: list[Any] = []
