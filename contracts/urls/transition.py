"""Addresses of the transition plan and the handover."""

from typing import Any

urlpatterns: list[Any] = []
