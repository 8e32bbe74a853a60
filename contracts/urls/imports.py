"""Addresses of importing contracts."""

from typing import Any

urlpatterns: list[Any] = []
