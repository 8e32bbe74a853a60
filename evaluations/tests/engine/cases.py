"""The published tables in ``evaluations/tests/cases`` as tests read them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

CASES = Path(__file__).resolve().parent.parent / "cases"


def load(name: str) -> dict[str, Any]:
    """One case by its file name without the ending."""
    case: dict[str, Any] = json.loads((CASES / f"{name}.json").read_text(encoding="utf-8"))
    return case
