"""Fill a database of its own and measure the pages beside a floor. `./portal bench` brings the server."""

from argparse import ArgumentParser
from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import connection

from core.collector import settle
from dashboard.bench import floor, pages, report
from dashboard.bench.database import own_database
from dashboard.bench.filling import Size, fill
from dashboard.bench.measuring import Measured, forget_peak_memory, measure, peak_memory
from dashboard.bench.scans import scans
from evaluations import bench_engine

GROWTH_SIZES = (1_000, 100_000)
LARGEST_EVALUATION = 50 * 10 * 10


class Command(BaseCommand):
    help = "Fill a database of its own, measure the pages beside a floor, and say what is over its limit."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--vendors", type=int, default=10_000, help="how many (10000)")
        parser.add_argument("--marks", type=int, default=100_000, help="at least (100000)")
        parser.add_argument("--contracts", type=int, default=20_000, help="how many (20000)")
        parser.add_argument("--watched", type=int, default=100_000, help="days (100000)")
        parser.add_argument(
            "--review-marks", type=int, default=1_000_000, help="of closed reviews (1000000)"
        )
        parser.add_argument("--repeats", type=int, default=40, help="of every measurement (40)")
        parser.add_argument(
            "--growth", action="store_true", help="compare 1 000 with 100 000 vendors instead"
        )
        parser.add_argument(
            "--only",
            default="",
            metavar="WORD",
            help="only pages with this word in their name, for example vendor",
        )
        parser.add_argument(
            "--scans", action="store_true", help="only the work that goes over many rows"
        )
        parser.add_argument(
            "--strict", action="store_true", help="end with 1 when something is over its limit"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if settings.DEBUG:
            raise CommandError("With DEBUG the portal is slower than in use. Unset DEBUG.")
        if min(options["vendors"], options["repeats"]) < 1:
            raise CommandError("At least one vendor and one repeat are needed.")
        if options["growth"]:
            over = self.growth(options)
        else:
            with own_database():
                over = self.one_size(options)
        if over and options["strict"]:
            raise CommandError(f"Over the limit: {', '.join(over)}.")

    def say(self, *lines: str) -> None:
        """At once: filling takes a while."""
        for text in lines:
            self.stdout.write(text)
        self.stdout.flush()

    def one_size(self, options: dict[str, Any]) -> list[str]:
        """Fill the database that is there, measure, and name what is over."""
        size = Size(
            options["vendors"],
            options["marks"],
            contracts=options["contracts"],
            watched=options["watched"],
            review_marks=options["review_marks"],
        )
        visit = self.fill(size)
        if options["scans"]:
            return self.scans(visit)
        measured = self.measure(visit, options["repeats"], options["only"])
        self.say(*report.pages(measured), "")
        over = [one.target.what for one in measured if one.is_over]
        if options["only"]:
            return over
        return over + self.others(visit) + self.scans(visit)

    def growth(self, options: dict[str, Any]) -> list[str]:
        """The same pages in a small and in a large database."""
        sides = []
        for vendors in GROWTH_SIZES:
            with own_database():
                visit = self.fill(_grown_to(vendors, options))
                sides.append(self.measure(visit, options["repeats"], options["only"]))
            self.say(*report.pages(sides[-1]), "")
        rows = report.grown(*sides)
        self.say(*report.ratios("{:,} vendors / {:,} vendors".format(*GROWTH_SIZES[::-1]), rows))
        failed = [one.target.what for side in sides for one in side if one.problem]
        return failed + _over(rows)

    def fill(self, size: Size) -> pages.Visit:
        """Fill, and sign in."""
        what = f"{size.vendors:,} vendors, {size.contracts:,} contracts"
        what += f", {size.review_marks:,} marks of reviews"
        self.say(f"Filling {connection.display_name}: {what} ...")
        visit = pages.Visit(fill(size))
        settle()  # as the web server does after loading
        forget_peak_memory()
        return visit

    def measure(self, visit: pages.Visit, repeats: int, only: str = "") -> list[Measured]:
        """Everything (or what has `only` in its name) `repeats` times, in one process, one request after
        the other."""
        self.say(f"Measuring {repeats} times, each page right after its floor ...", "")
        targets = [one for one in visit.targets() if only in one.what]
        if not targets:
            raise CommandError(f"No page has {only!r} in its name.")
        return measure(targets, floor.application([]), repeats)

    def scans(self, visit: pages.Visit) -> list[str]:
        """Looking for due days, deriving days anew, an import. Last, since they change what is there."""
        over = []
        for at, one in enumerate(scans(visit.filled)):
            self.say(*report.scanned([one])[1 if at else 0 :])
            over += [one.what] if one.is_over else []
        return over

    def others(self, visit: pages.Visit) -> list[str]:
        """The engine, what a first visit loads, and memory."""
        rows = list(bench_engine.run())
        self.say(*report.ratios("engine", rows), "")
        requests, size = visit.first_load()
        first = [
            ("first page load: requests", requests, pages.FIRST_LOAD_REQUESTS),
            ("first page load: kB compressed", size / 1000, pages.FIRST_LOAD_BYTES / 1000),
        ]
        peak = peak_memory()
        if peak is not None:
            first.append(("most memory of this process: MB", peak / 1e6, pages.WORKER_MEGABYTES))
        self.say(*report.ratios("first visit, memory", first, "number"))
        return _over([*rows, *first])


def _grown_to(vendors: int, options: dict[str, Any]) -> Size:
    """Contracts grow with the vendors as far as was asked for."""
    contracts = min(2 * vendors, options["contracts"])
    marks = min(options["marks"], 2 * LARGEST_EVALUATION)
    review_marks = min(options["review_marks"], 50 * contracts)
    return Size(
        vendors, marks, contracts=contracts, watched=2 * contracts, review_marks=review_marks
    )


def _over(rows: Iterable[tuple[str, float, float]]) -> list[str]:
    return [what for what, ratio, limit in rows if ratio > limit]
