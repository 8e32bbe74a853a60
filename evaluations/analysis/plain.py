"""Frozen dataclasses to JSON-ready data and back, by their type hints.

Understands nested dataclasses, tuples of one kind (`tuple[X, ...]`), `X | None`, and plain values.
JSON knows no NaN: what is not known is None.
"""

from dataclasses import fields, is_dataclass
from functools import cache
from types import NoneType, UnionType
from typing import Any, get_args, get_origin, get_type_hints


def as_data(value: Any) -> Any:
    """Dataclasses become dicts, tuples become lists."""
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: as_data(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, tuple):
        return [as_data(item) for item in value]
    return value


def from_data(kind: Any, data: Any) -> Any:
    """The inverse. KeyError, TypeError or ValueError for data of another shape."""
    if get_origin(kind) is UnionType:
        inner = next(part for part in get_args(kind) if part is not NoneType)
        return None if data is None else from_data(inner, data)
    if get_origin(kind) is tuple:
        if not isinstance(data, list):
            raise TypeError(f"expected a list, got {type(data).__name__}")
        item_kind = get_args(kind)[0]
        if item_kind is float and all(type(item) is float for item in data):
            return tuple(data)  # most of an analysis are rows of shares
        return tuple(from_data(item_kind, item) for item in data)
    if is_dataclass(kind):
        make: Any = kind
        return make(**{name: from_data(hint, data[name]) for name, hint in _hints(make).items()})
    # JSON writes 1.0 and 1 alike in some tools; a float field takes both back.
    if kind is float and isinstance(data, int) and not isinstance(data, bool):
        return float(data)
    if not isinstance(data, kind):
        raise TypeError(f"expected {kind.__name__}, got {type(data).__name__}")
    return data


@cache
def _hints(kind: type) -> dict[str, Any]:
    return get_type_hints(kind)
