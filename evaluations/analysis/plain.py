"""Frozen dataclasses to JSON-ready data and back, by their type hints.

Understands nested dataclasses, tuples of one kind (`tuple[X, ...]`), `X | None`, and plain values.
JSON knows no NaN: what is not known is None.
"""

from collections.abc import Callable
from dataclasses import fields, is_dataclass
from functools import cache
from types import NoneType, UnionType
from typing import Any, get_args, get_origin, get_type_hints

Reader = Callable[[Any], Any]


def as_data(value: Any) -> Any:
    """Dataclasses become dicts, tuples become lists."""
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: as_data(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, tuple):
        return [as_data(item) for item in value]
    return value


def from_data(kind: Any, data: Any) -> Any:
    """The inverse. KeyError, TypeError or ValueError for data of another shape."""
    return _reader(kind)(data)


@cache
def _reader(kind: Any) -> Reader:
    """What reads this kind: looked up once, since an analysis has thousands of values of few kinds."""
    if get_origin(kind) is UnionType:
        return _optional(next(part for part in get_args(kind) if part is not NoneType))
    if get_origin(kind) is tuple:
        return _row(get_args(kind)[0])
    if is_dataclass(kind):
        return _fields(kind)
    return _value(kind)


def _optional(kind: Any) -> Reader:
    inner = _reader(kind)
    return lambda data: None if data is None else inner(data)


def _row(kind: Any) -> Reader:
    inner = _reader(kind)

    def read(data: Any) -> Any:
        if not isinstance(data, list):
            raise TypeError(f"expected a list, got {type(data).__name__}")
        if kind is float and all(type(item) is float for item in data):
            return tuple(data)  # most of an analysis are rows of shares
        return tuple(map(inner, data))

    return read


def _fields(kind: Any) -> Reader:
    inner = [(name, _reader(hint)) for name, hint in get_type_hints(kind).items()]
    return lambda data: kind(**{name: read(data[name]) for name, read in inner})


def _value(kind: Any) -> Reader:
    def read(data: Any) -> Any:
        # JSON writes 1.0 and 1 alike in some tools; a float field takes both back.
        if kind is float and isinstance(data, int) and not isinstance(data, bool):
            return float(data)
        if not isinstance(data, kind):
            raise TypeError(f"expected {kind.__name__}, got {type(data).__name__}")
        return data

    return read
