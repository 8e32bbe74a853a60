"""Money is reckoned exactly and rounded once, at the end. Pure."""

from decimal import Decimal
from fractions import Fraction


def cents(exact: Fraction) -> Decimal:
    """Rounded half up (away from zero) to cents."""
    size = (abs(exact) * 200 + 1) // 2
    return Decimal(size if exact >= 0 else -size).scaleb(-2)
