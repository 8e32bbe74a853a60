"""What is measured, and the limits: how many times its floor each page may take."""

import gzip
import itertools
import json
import re
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.staticfiles import finders
from django.core.handlers.wsgi import WSGIHandler
from django.test import Client
from django.urls import reverse

from dashboard.bench import floor
from dashboard.bench.filling import Filled
from dashboard.bench.measuring import Ask, Target, send
from dashboard.bench.reviews import FilledReviews
from reviews.entries import mark_key, shown_of_mark

PAGE, RANKING, CREATE, SAVE = 3.0, 6.0, 6.0, 4.0
RECORD = 6.0  # a page of many fields, as the ranking is one of many numbers
WHAT_IF = 150 / 2.3  # 150 ms at the floor of an idle machine, see docs/performance.md
FIRST_LOAD_BYTES, FIRST_LOAD_REQUESTS = 120_000, 7
WORKER_MEGABYTES = 120
CSRF_TOKEN = "b" * 32
LINKED = re.compile(rb'(?:href|src)="([^"]+)"')
ADDRESS_IN_STYLES = re.compile(rb"""url\(["']?([^"')#?]+)""")


class Visit:
    """A signed-in person's way through the portal of `filled`."""

    def __init__(self, filled: Filled) -> None:
        self.filled = filled
        self.application = WSGIHandler()
        client = Client()
        client.force_login(filled.person.user)
        session = client.cookies[settings.SESSION_COOKIE_NAME].value
        names = ((settings.SESSION_COOKIE_NAME, session), (settings.CSRF_COOKIE_NAME, CSRF_TOKEN))
        self.cookies = "; ".join(f"{name}={value}" for name, value in names)
        organization = urlencode({"organization": filled.organization.pk})
        self.floor_list = Ask(floor.LIST, organization, self.cookies)
        self.floor_insert = Ask(floor.INSERT, "", self.cookies, body=b"")

    def targets(self) -> list[Target]:
        """In the order of the report."""
        filled = self.filled
        closed, opened = {"evaluation_id": filled.closed.pk}, {"evaluation_id": filled.open.pk}
        vendor = {"vendor_id": filled.vendor.pk}
        behind = floor.application(settings.MIDDLEWARE)
        by = "{} × {} × {}".format(*filled.size.largest)
        return [
            Target(
                "floor list, behind the portal's middleware",
                behind,
                lambda: self.floor_list,
                200,
                self.floor_list,
            ),
            self._page("home", "dashboard:home"),
            self._page("vendor list", "vendors:vendor_list"),
            self._page("vendor list, page 4", "vendors:vendor_list", "page=4"),
            self._page("vendor search", "vendors:vendor_list", "q=harbour+desk"),
            self._page("vendor filter", "vendors:vendor_list", "status=active&country=Ireland"),
            self._page("vendor detail", "vendors:vendor_detail", where=vendor),
            self._page("evaluation list", "evaluations:evaluation_list"),
            self._page("activity list", "dashboard:activity_list"),
            self._page(f"ranking {by}", "evaluations:ranking", limit=RANKING, where=closed),
            self._page(
                f"what-if {by}, 10 000 draws",
                "evaluations:what_if",
                "how=median",
                where=closed,
                limit=WHAT_IF,
            ),
            self._page(
                f"score grid {by}", "evaluations:score_evaluation", limit=None, where=opened
            ),
            *self._contract_pages(),
            *self._review_pages(),
            *self._planning_pages(),
            Target(
                "create vendor",
                self.application,
                self._vendors(),
                302,
                self.floor_insert,
                CREATE,
            ),
            Target("save a score", self.application, self._cells(), 200, self.floor_insert, SAVE),
            *self._review_writes(),
        ]

    def _contract_pages(self) -> list[Target]:
        """What is about contracts; the portfolio and the calendar have no limit."""
        contract = self.filled.contract
        if contract is None:
            return []
        listed, one = "contracts:contract_list", {"contract_id": contract.pk}
        filtered = "status=running&kind=standalone&notice=90"
        return [
            self._page("contract list", listed),
            self._page("contract list, page 4", listed, "page=4"),
            self._page("contract search", listed, "q=harbour+desk"),
            self._page("contract filter", listed, filtered),
            self._page("contract detail", "contracts:contract_detail", where=one),
            self._page("portfolio of contracts", "contracts:portfolio", limit=None),
            self._page("calendar", "dashboard:calendar", limit=None),
        ]

    def _review_pages(self) -> list[Target]:
        """What is about reviews; what goes over all of them at once has no limit."""
        filled = self.filled.reviews
        if filled is None:
            return []
        contract = {"contract_id": filled.plan.contract_id}
        vendor = {"vendor_id": filled.plan.contract.vendor_id}
        one = {"review_id": filled.open.pk}
        return [
            self._page("review list", "reviews:review_list"),
            self._page("standing list", "reviews:standing_list"),
            self._page("standing list, by score", "reviews:standing_list", "sort=score"),
            self._page("reviews of a contract", "reviews:contract_reviews", where=contract),
            self._page("vendor trend", "reviews:vendor_trend", where=vendor),
            self._page("record a review", "reviews:record_review", where=one, limit=RECORD),
            self._page("renewal list", "reviews:renewal_list"),
            self._page("did we choose well", "reviews:choices", limit=None),
            self._page("concentration", "reviews:concentration", limit=None),
        ]

    def _planning_pages(self) -> list[Target]:
        """What comes before a contract. Pages that reckon or show everything at once have no limit."""
        filled = self.filled.planning
        if filled is None:
            return []
        plan, asked = {"plan_id": filled.plan.pk}, {"evaluation_id": filled.evaluation.pk}
        size = self.filled.size.planning
        costs = f"costs {size.proposals} × {size.lines} × 60 months"
        compared = f"proposals {size.proposals} × {size.questions}"
        return [
            self._page("plan list", "planning:plan_list"),
            self._page("plan detail", "planning:plan_detail", where=plan, limit=None),
            self._page("needs assessment", "planning:needs_assessment", limit=None),
            self._page("proofs list", "vendors:credential_list"),
            self._page("proofs search", "vendors:credential_list", "q=harbour+desk"),
            self._page(costs, "evaluations:cost_list", where=asked, limit=None),
            self._page(compared, "evaluations:proposals_compare", where=asked, limit=None),
        ]

    def _review_writes(self) -> list[Target]:
        filled = self.filled.reviews
        if filled is None:
            return []
        marks = self._review_marks(filled)
        save = Target("save a review's mark", self.application, marks, 200, self.floor_insert, SAVE)
        return [save]

    def _review_marks(self, filled: FilledReviews) -> Callable[[], Ask]:
        """The same mark again and again, each time another one, with the fingerprint of the one before."""
        path = self._address("reviews:record_review", review_id=filled.open.pk)
        key = mark_key(filled.criterion.pk)
        marks = itertools.chain([""], itertools.cycle(["3", "4"]))
        typed = itertools.pairwise(marks)

        def ask() -> Ask:
            before, mark = next(typed)
            values = {
                "autosave": "1",
                key: mark,
                f"comment-{filled.criterion.pk}": "",
                f"shown-{key}": shown_of_mark(before, ""),
            }
            return Ask(path, "", self.cookies, urlencode(values).encode(), token=CSRF_TOKEN)

        return ask

    def _address(self, name: str, **where: Any) -> str:
        return reverse(name, kwargs={"org": self.filled.organization.slug, **where})

    def _page(
        self,
        what: str,
        name: str,
        query: str = "",
        *,
        limit: float | None = PAGE,
        where: dict[str, int] | None = None,
    ) -> Target:
        ask = Ask(self._address(name, **(where or {})), query, self.cookies)
        return Target(what, self.application, lambda: ask, 200, self.floor_list, limit)

    def _vendors(self) -> Callable[[], Ask]:
        """Forms for vendors that are not there yet, all filled in alike."""
        path = self._address("vendors:create_vendor")

        def ask() -> Ask:
            key = uuid.uuid4()
            values = {
                "creation_key": key,
                "legal_name": f"Bench {key} Ltd",
                "website": f"https://{key}.example",
                "country": "Ireland",
                "services": "Help desk, Network",
                "status": "prospect",
            }
            body = urlencode(values).encode()
            return Ask(path, "", self.cookies, body, token=CSRF_TOKEN)

        return ask

    def _cells(self) -> Callable[[], Ask]:
        """The same cell again and again, each time with another mark and the version it has by then."""
        cell, path = (
            self.filled.cell,
            self._address("evaluations:save_score", evaluation_id=self.filled.open.pk),
        )
        versions = itertools.count(cell.version)

        def ask() -> Ask:
            version = next(versions)
            values = {
                "scorecard": cell.scorecard_id,
                "candidate": cell.candidate_id,
                "criterion": cell.criterion_id,
                "version": version,
                "mark": 3 + version % 2,
                "evidence": "demo",
                "comment": "",
            }
            body = json.dumps({name: str(value) for name, value in values.items()}).encode()
            return Ask(path, "", self.cookies, body, "application/json", CSRF_TOKEN)

        return ask

    def first_load(self, name: str = "evaluations:evaluation_list") -> tuple[int, int]:
        """(requests, compressed bytes) of a page with an empty browser cache: the page, what it links, and
        what those stylesheets load."""
        page = send(self.application, Ask(self._address(name), "", self.cookies)).body
        waiting = {address.decode() for address in LINKED.findall(page)}
        files: dict[str, bytes] = {}
        while waiting:
            address = waiting.pop()
            found = _static_file(address)
            if found is None or address in files:
                continue
            files[address] = found.read_bytes()
            if found.suffix == ".css":
                base = address.rpartition("/")[0]
                linked = ADDRESS_IN_STYLES.findall(files[address])
                waiting |= {f"{base}/{one.decode()}" for one in linked}
        sizes = [len(gzip.compress(body, 6)) for body in [page, *files.values()]]
        return len(sizes), sum(sizes)


def _static_file(address: str) -> Path | None:
    if not address.startswith(settings.STATIC_URL):
        return None
    found = finders.find(address.removeprefix(settings.STATIC_URL))
    return Path(found) if found else None
