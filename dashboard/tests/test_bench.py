"""The benchmark runs through and reports every measurement; how fast things are is no test."""

import io
import os
import re
import subprocess
import sys

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from activity.models import Reminder, WatchedDate
from contracts.models import Contract
from core.tenancy import ALL, organization_scope
from dashboard.bench import database, floor, pages, report
from dashboard.bench.filling import Size, fill
from dashboard.bench.measuring import Answer, Ask, Measured, Target, measure
from dashboard.bench.planning import PlanningSize
from dashboard.management.commands.bench import Command
from evaluations.models import Score
from reviews.models import Review, ReviewMark
from vendors.models import Vendor

SMALL = Size(
    vendors=50,
    marks=1_016,
    candidates=2,
    criteria=2,
    evaluators=2,
    contracts=12,
    watched=60,
    review_marks=300,
    planning=PlanningSize(plans=2, proposals=2, questions=2, lines=2),
)
ROWS = [
    "floor list, behind the portal's middleware",
    "home",
    "vendor list",
    "vendor list, page 4",
    "vendor search",
    "vendor filter",
    "vendor detail",
    "evaluation list",
    "activity list",
    "ranking 2 × 2 × 2",
    "what-if 2 × 2 × 2, 10 000 draws",
    "score grid 2 × 2 × 2",
    "contract list",
    "contract list, page 4",
    "contract search",
    "contract filter",
    "contract detail",
    "portfolio of contracts",
    "calendar",
    "review list",
    "standing list",
    "standing list, by score",
    "reviews of a contract",
    "vendor trend",
    "record a review",
    "renewal list",
    "did we choose well",
    "concentration",
    "plan list",
    "plan detail",
    "needs assessment",
    "proofs list",
    "proofs search",
    "costs 2 × 2 × 60 months",
    "proposals 2 × 2",
    "create vendor",
    "save a score",
    "save a review's mark",
]


# What is measured is PostgreSQL; once is enough.
pytestmark = pytest.mark.once


@pytest.fixture
def filled(transactional_db):
    return fill(SMALL)


@organization_scope(ALL)
def test_it_fills_as_much_as_asked_for_and_the_same_each_time(filled):
    assert Vendor.objects.count() == 50
    assert Contract.objects.count() == 12
    assert WatchedDate.objects.count() == 60
    # 11 signed contracts, 8 criteria, 4 quarters: the first number of quarters that is enough.
    assert ReviewMark.objects.count() == 11 * 8 * 4
    assert Review.objects.closed().count() == 11 * 4
    assert filled.reviews.open.contract == filled.reviews.plan.contract
    assert filled.reviews.criterion.measured_reviews == 4
    assert filled.contract.safe_notice_on or filled.contract.term_ends_on
    assert Score.objects.count() == 2 * 8 + 1_000
    assert str(filled.vendor) == str(Vendor.objects.order_by("pk").first())
    assert (filled.cell.mark, filled.cell.scorecard.evaluator) == (2, filled.person)
    assert filled.closed.is_closed
    assert filled.open.is_scoring


def test_every_page_answers_and_every_row_is_printed(filled):
    out = io.StringIO()
    command = Command(stdout=out)
    measured = command.measure(pages.Visit(filled), 1)
    assert [(one.target.what, one.problem) for one in measured] == [(row, "") for row in ROWS]
    command.say(*report.pages(measured))
    printed = out.getvalue()
    for row in ROWS:
        assert re.search(rf"^{re.escape(row)} +[\d.]+ +[\d.]+", printed, re.MULTILINE), row
    with organization_scope(ALL):
        assert Vendor.objects.filter(name__startswith="Bench ").count() == 3 + 1
        filled.cell.refresh_from_db()
    assert filled.cell.version == 1 + 3 + 1


def test_only_the_pages_with_a_word_in_their_name_are_measured(filled):
    command = Command(stdout=io.StringIO())
    measured = command.measure(pages.Visit(filled), 1, "vendor list")
    assert [one.target.what for one in measured] == ["vendor list", "vendor list, page 4"]
    with pytest.raises(CommandError, match="No page has 'nothing' in its name"):
        command.measure(pages.Visit(filled), 1, "nothing")


def test_the_engine_the_first_visit_and_memory_are_reported(filled, monkeypatch):
    monkeypatch.setattr("evaluations.bench_engine.run", lambda: [("score", 7.0, 6.0)])
    out = io.StringIO()
    over = Command(stdout=out).others(pages.Visit(filled))
    assert "score" in over
    assert re.search(r"^score +7\.00 +6 +OVER$", out.getvalue(), re.MULTILINE)
    assert re.search(r"^first page load: requests +\d+\.00 +7 ", out.getvalue(), re.MULTILINE)
    assert re.search(r"^first page load: kB compressed +[\d.]+ +120 ", out.getvalue(), re.MULTILINE)


def test_work_over_many_rows_is_reported(filled):
    out = io.StringIO()
    assert Command(stdout=out).scans(pages.Visit(filled)) == []
    for what in ("due days, all new +60", "due days, none due +60", "days derived anew +12"):
        assert re.search(
            rf"^{what} +[\d.]+ +\([\d.]+\) +\d+ +\d+ +ok$", out.getvalue(), re.MULTILINE
        ), what
    with organization_scope(ALL):
        assert Contract.objects.count() == 12 + 12
        assert Reminder.objects.exists()
        assert WatchedDate.objects.filter(kind="contract.notice").exists()


def test_a_page_that_fails_is_named_and_the_others_are_measured(transactional_db):
    plain = floor.application([])
    list_of_nobody = Ask(floor.LIST, "organization=0")
    targets = [
        Target("gone", plain, lambda: Ask("/gone/"), 200, list_of_nobody, 3),
        Target("itself", plain, lambda: list_of_nobody, 200, list_of_nobody, 1000),
    ]
    gone, itself = measure(targets, plain, 2)
    assert (gone.problem, gone.is_over, gone.answers) == ("answered 404 instead of 200", True, [])
    assert (itself.problem, itself.is_over, len(itself.answers)) == ("", False, 2)
    assert itself.queries == 1
    assert report.pages([gone])[1].endswith("FAILED: answered 404 instead of 200")


def test_growth_compares_each_page_by_its_own_floor(db):
    def took(seconds: float, floor_seconds: float) -> list[Measured]:
        ask = Ask(floor.LIST)
        target = Target("list", floor.application([]), lambda: ask, 200, ask, 3)
        answer, under = Answer(200, b"", seconds, 0.001), Answer(200, b"", floor_seconds, 0.001)
        return [Measured(target, answers=[answer], floor_answers=[under])]

    [(what, ratio, limit)] = report.grown(took(0.002, 0.001), took(0.006, 0.002))
    assert (what, ratio, limit) == ("list", pytest.approx(1.5), 1.3)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"vendors": 0}, "At least one vendor and one repeat are needed."),
        ({"repeats": 0}, "At least one vendor and one repeat are needed."),
    ],
)
def test_nothing_is_nothing_to_measure(options, said):
    with pytest.raises(CommandError, match=said):
        call_command("bench", **options)


def test_with_debug_it_refuses(settings):
    settings.DEBUG = True
    with pytest.raises(CommandError, match="Unset DEBUG"):
        call_command("bench")


def test_strict_ends_with_what_is_over(db, monkeypatch):
    monkeypatch.setattr("dashboard.management.commands.bench.own_database", database_as_it_is)
    monkeypatch.setattr(Command, "one_size", lambda self, options: ["home"])
    call_command("bench", vendors=50)
    with pytest.raises(CommandError, match="Over the limit: home."):
        call_command("bench", vendors=50, strict=True)


def test_it_makes_and_drops_a_database_of_its_own(monkeypatch):
    made = []
    creation = connection.creation
    monkeypatch.setattr(creation, "create_test_db", lambda **how: made.append(how))
    monkeypatch.setattr(creation, "destroy_test_db", lambda name, **how: made.append(name))
    given = connection.settings_dict["NAME"]
    with pytest.raises(ZeroDivisionError), database.own_database():
        made.append(1 / 0)
    assert made[-1] == given


def test_portal_bench_uses_the_server_named_and_a_data_folder_of_its_own(tmp_path):
    """What is refused before anything is made, so that no server is needed."""
    command = "import sys; from outsourcing_portal.bench import main; main(sys.argv[1:])"
    ran = subprocess.run(
        [sys.executable, "-c", command, "--vendors", "0"],
        capture_output=True,
        text=True,
        env={
            **os.environ,
            "DATABASE_URL": f"sqlite:///{tmp_path}/given.sqlite3",
            "PORTAL_VAR": str(tmp_path / "var"),
            "DEBUG": "1",
        },
    )
    assert ran.returncode == 1
    assert "At least one vendor and one repeat are needed." in ran.stderr
    assert list(tmp_path.iterdir()) == []


class database_as_it_is:  # noqa: N801 - stands in for a context manager
    def __enter__(self):
        return None

    def __exit__(self, *error):
        return None
