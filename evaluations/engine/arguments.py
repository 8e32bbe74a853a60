"""Checks on what callers hand to the engine, in one place so that every message reads alike.

Each function returns the argument as a NumPy array (never changed, copied only if it must be
converted) or raises ``ValueError`` beginning with the argument's name.
"""

from __future__ import annotations

import operator
from math import fsum
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]

LARGEST = 1e100
"""Numbers beyond this are refused as infinite, so that no product or square can overflow."""

FULL = 100.0
"""Points run from 0 to this."""

_FLOAT64 = np.dtype(np.float64)

_ROUNDING = 1e-9
"""Points outside 0–100 by no more than this come from rounding and are put back on the edge."""


def array(name: str, value: ArrayLike, ndim: int | None = None) -> FloatArray:
    """``value`` as float64, refused unless it is numeric, not empty and has ``ndim`` axes.

    ``None`` inside a list counts as missing (NaN). Infinite values are *not* looked for here.
    """
    if type(value) is not np.ndarray or value.dtype != _FLOAT64:
        try:
            raw = np.asarray(value)
            if raw.dtype.kind not in "biufO":
                raise TypeError(f"got {raw.dtype}")
            value = raw.astype(np.float64)
        except (TypeError, ValueError, OverflowError) as error:
            raise ValueError(f"{name}: expected a regular array of numbers ({error})") from error
    if ndim is not None and value.ndim != ndim:
        raise ValueError(f"{name}: expected {ndim} axes, got shape {value.shape}")
    if value.size == 0:
        raise ValueError(f"{name}: is empty, shape {value.shape}")
    return value


def numbers(name: str, value: ArrayLike, ndim: int | None = None) -> FloatArray:
    """Finite numbers; NaN is refused."""
    result = array(name, value, ndim)
    if np.isnan(result).any():
        raise ValueError(f"{name}: has a missing value (NaN) where every value is needed")
    return _without_infinity(name, result)


def marks(name: str, value: ArrayLike, ndim: int | None = None) -> FloatArray:
    """Finite numbers or NaN for missing."""
    return _without_infinity(name, array(name, value, ndim))


def number(name: str, value: float) -> float:
    """One finite number."""
    return float(numbers(name, value, 0))


def _without_infinity(name: str, value: FloatArray) -> FloatArray:
    if (np.abs(value) > LARGEST).any():
        raise ValueError(f"{name}: has an infinite value")
    return value


def points(name: str, value: ArrayLike, ndim: int | None = None) -> tuple[FloatArray, bool]:
    """Points 0–100 or NaN for missing; and whether none is missing."""
    result = array(name, value, ndim)
    # argmin and argmax return the place of a NaN if there is one, and NaN fails both tests, so
    # that one look answers for complete points: this is the path that has to be fast.
    if result.item(result.argmin()) >= 0.0 and result.item(result.argmax()) <= FULL:
        return result, True
    missing = np.isnan(result)
    if ((result < -_ROUNDING) | (result > FULL + _ROUNDING)).any():
        raise ValueError(f"{name}: has a value outside 0 to 100")
    return np.clip(result, 0.0, FULL), not missing.any()


def weights(name: str, value: ArrayLike, count: int | None = None) -> tuple[FloatArray, float]:
    """Weights as given, one for each of ``count`` criteria, and their sum.

    The sum is the exactly rounded one (``fsum``), so the order of the criteria cannot move it.
    """
    result = array(name, value, 1)
    if count is not None and len(result) != count:
        raise ValueError(f"{name}: expected {count} values, got {len(result)}")
    listed: list[float] = result.tolist()
    if min(listed) < 0.0:
        raise ValueError(f"{name}: has a negative value")
    # A NaN is either the largest, which fails the test, or makes the sum NaN.
    total = fsum(listed) if max(listed) <= LARGEST else np.nan
    if total != total:
        raise ValueError(f"{name}: has a missing (NaN) or infinite value")
    if total == 0.0:
        raise ValueError(f"{name}: are all zero")
    return result, total


def shares(name: str, value: ArrayLike, count: int | None = None) -> FloatArray:
    """Weights normalised to sum to 1."""
    given, total = weights(name, value, count)
    return given / total


def mask(name: str, value: ArrayLike, shape: tuple[int, ...]) -> BoolArray:
    """A boolean array of exactly this shape (0 and 1 are accepted for no and yes)."""
    try:
        given = np.asarray(value)
    except ValueError as error:
        raise ValueError(f"{name}: expected a regular array ({error})") from error
    if given.shape != shape:
        raise ValueError(f"{name}: expected shape {shape}, got {given.shape}")
    if given.dtype != np.bool_ and not np.isin(given, (0, 1)).all():
        raise ValueError(f"{name}: expected true or false for every value")
    return given.astype(np.bool_)


def same_shape(name: str, value: NDArray[Any], other_name: str, other: NDArray[Any]) -> None:
    """Refuse two arrays that ought to go in pairs and do not."""
    if value.shape != other.shape:
        raise ValueError(
            f"{name}: shape {value.shape} does not match {other_name}, shape {other.shape}"
        )


def whole(name: str, value: int) -> int:
    """A whole number of any integer type; true and false are not numbers here."""
    try:
        if isinstance(value, (bool, np.bool_)):
            raise TypeError("a truth value")
        return operator.index(value)
    except TypeError as error:
        raise ValueError(f"{name}: expected a whole number, got {value!r}") from error


def choice(name: str, value: str, allowed: tuple[str, ...]) -> str:
    """One of the allowed words."""
    if value not in allowed:
        raise ValueError(f"{name}: expected one of {', '.join(allowed)}, got {value!r}")
    return value
