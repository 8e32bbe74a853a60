"""The benchmark's tables, as text."""

from collections.abc import Sequence

from dashboard.bench.measuring import Measured
from dashboard.bench.scans import Scan

GROWTH = 1.3
PAGE_WIDTH, NUMBER_WIDTH = 44, 9
HEADINGS = ["p50 ms", "× floor", "(CPU)", "limit", "queries", "kB gz", ""]


def line(what: str, cells: Sequence[str]) -> str:
    """One row of a table."""
    return (what.ljust(PAGE_WIDTH) + "".join(cell.rjust(NUMBER_WIDTH) for cell in cells)).rstrip()


def verdict(*, over: bool, limit: float | None) -> str:
    """Nothing where there is no limit."""
    return "" if limit is None else "OVER" if over else "ok"


def pages(measured: Sequence[Measured]) -> list[str]:
    """The table of pages and writes."""
    return [line("what", HEADINGS), *(_page(one) for one in measured)]


def _page(one: Measured) -> str:
    if one.problem:
        return line(one.target.what, [f"  FAILED: {one.problem}"])
    limit = one.target.limit
    cells = [
        f"{one.milliseconds:.2f}",
        f"{one.ratio:.2f}",
        f"({one.computing_ratio:.2f})",
        "" if limit is None else f"{limit:g}",
        str(one.queries),
        f"{one.size / 1000:.1f}",
        verdict(over=one.is_over, limit=limit),
    ]
    return line(one.target.what, cells)


def ratios(
    heading: str, rows: Sequence[tuple[str, float, float]], number: str = "ratio"
) -> list[str]:
    """(what, ratio, limit) of other measurements."""
    lines = [
        line(what, [f"{ratio:.2f}", f"{limit:g}", verdict(over=ratio > limit, limit=limit)])
        for what, ratio, limit in rows
    ]
    return [line(heading, [number, "limit", ""]), *lines]


def scanned(rows: Sequence[Scan]) -> list[str]:
    """The table of work that goes over many rows."""
    lines = [
        line(
            one.what,
            [
                f"{one.rows:,}",
                f"{one.seconds:.2f}",
                f"({one.computing:.2f})",
                f"{one.limit:g}",
                str(one.queries),
                verdict(over=one.is_over, limit=one.limit),
            ],
        )
        for one in rows
    ]
    return [
        line("work over many rows", ["rows", "seconds", "(CPU)", "limit", "queries", ""]),
        *lines,
    ]


def grown(small: Sequence[Measured], large: Sequence[Measured]) -> list[tuple[str, float, float]]:
    """How many times as long each page takes in the larger database, both measured by their own floor,
    so that the machine's mood of the hour drops out."""
    return [
        (little.target.what, big.ratio / little.ratio, GROWTH)
        for little, big in zip(small, large, strict=True)
        if not little.problem and not big.problem and little.target.limit is not None
    ]
