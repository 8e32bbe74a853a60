"""Recording a review: saving field by field, several people, closing, the frozen record."""

import datetime as dt
import json
from dataclasses import replace
from decimal import Decimal
from html.parser import HTMLParser
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from pytest_django.asserts import assertContains, assertRedirects

from activity.models import FrozenRecord, LogEntry, WatchedDate
from contracts.models import Contract
from core.tenancy import ALL, organization_scope
from reviews import review_rows
from reviews.actions import closing
from reviews.actions.criteria import change_review_criteria
from reviews.models import CorrectiveAction, Issue, Review, ReviewCriterion, ReviewMark
from reviews.tests import review_case as case
from reviews.verifying import verify


@pytest.fixture(autouse=True)
def woken(monkeypatch):
    """The broker is down: nothing is sent, only noted."""
    monkeypatch.setattr("core.jobs.wake", lambda *words: None)


@pytest.fixture
def contract(manager, owner) -> Contract:
    return case.running(manager, owner)


@pytest.fixture
def review(contract) -> Review:
    return case.review_of(contract)


@pytest.fixture
def signed_in(client, manager):
    client.force_login(manager.user)
    return client


def at(review: Review, page: str = "") -> str:
    return f"/o/acme/reviews/{review.pk}/{page}"


class _Fields(HTMLParser):
    """What a browser would send of the form `review`, as the page came."""

    def __init__(self) -> None:
        super().__init__()
        self.values: dict[str, str] = {}
        self.area = ""

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        found = dict(attrs)
        if found.get("form") != "review":
            return
        if tag == "textarea":
            self.area = found["name"]
            self.values[self.area] = ""
        elif tag == "input" and (found.get("type") != "radio" or "checked" in found):
            self.values[found["name"]] = found.get("value", "")

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":
            self.area = ""

    def handle_data(self, data: str) -> None:
        if self.area:
            self.values[self.area] += data.removeprefix("\n")


def fields(response: Any) -> dict[str, str]:
    parser = _Fields()
    parser.feed(response.content.decode())
    return parser.values


def key(contract: Contract, name: str) -> str:
    return f"mark-{case.criterion(contract, name).pk}"


def typed(contract: Contract, **marks: str) -> dict[str, str]:
    return {key(contract, name): mark for name, mark in marks.items()}


FULL = {"Quality": "4", "Cost": "3", "Insured": "1"}


def stored(review: Review) -> Review:
    with organization_scope(ALL):
        found: Review = Review.objects.select_related(*review_rows.RELATED).get(pk=review.pk)
        return found


def marks(review: Review) -> dict[str, tuple[str, bool, str]]:
    with organization_scope(ALL):
        rows = ReviewMark.objects.filter(review=review).select_related("criterion")
        return {
            row.criterion.name: (str(row.mark), row.not_applicable, row.comment) for row in rows
        }


def trail(verb: str) -> list[LogEntry]:
    with organization_scope(ALL):
        return list(LogEntry.objects.filter(verb=verb).order_by("pk"))


# Saving ---------------------------------------------------------------------------------------------


def test_what_is_typed_is_saved_once_and_nothing_else(signed_in, contract, review):
    page = fields(signed_in.get(at(review, "record/")))
    sent = {
        **page,
        **typed(contract, Quality="4", Cost="N/A"),
        f"comment-{case.criterion(contract, 'Quality').pk}": "Quick and kind.",
        "minutes": "Long talk.",
    }
    for _ in range(2):
        assertRedirects(signed_in.post(at(review, "record/"), sent), at(review, "record/"))
    assert marks(review) == {
        "Quality": ("4.0000", False, "Quick and kind."),
        "Cost": ("None", True, ""),
    }
    row = stored(review)
    assert (row.minutes, row.held_on, row.standing, row.version) == ("Long talk.", None, "", 2)
    assert row.started_at is not None
    [line] = trail("review.recorded")
    assert line.after == {
        "review": review.period_label,
        "Quality": "4 (Quick and kind.)",
        "Cost": "N/A",
        "minutes": "10 characters",
    }
    again = fields(signed_in.get(at(review, "record/")))
    typed_in = {name for name in sent if not name.startswith("shown-")}
    assert {name: again[name] for name in typed_in} == {name: sent[name] for name in typed_in}


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("Quality", "6", "Type a whole number from 0 to 5, or N/A."),
        ("Insured", "2", "Choose pass or fail, or N/A."),
        ("held_on", "2999-01-01", "This day is still to come."),
        ("held_on", "yesterday", "Write the day as 2026-04-14, or leave it empty."),
        ("attendees", "x" * 2001, "at most 2000 characters"),
        ("standing", "purple", "purple is not one of the available choices"),
    ],
)
def test_what_is_wrong_with_one_field_stands_there_and_the_rest_is_kept(
    signed_in, contract, review, name, value, words
):
    page = fields(signed_in.get(at(review, "record/")))
    field = key(contract, name) if name in FULL else name
    sent = {**page, **typed(contract, Cost="2"), field: value}
    response = signed_in.post(at(review, "record/"), sent)
    assertContains(response, words, status_code=422)
    shown = fields(response)
    # A radio button that does not exist can't be shown again.
    if field not in {"standing", *typed(contract, Quality="", Insured="")}:
        assert shown[field] == value
    assert marks(review) == {"Cost": ("2.0000", False, "")}
    assert stored(review).attendees == ""


def test_two_people_mark_beside_each_other_and_nothing_is_overwritten(
    client, manager, owner, contract, review
):
    """Both opened the page; each saves by the page's script."""
    client.force_login(owner.user)
    page = fields(client.get(at(review, "record/")))
    theirs = {**page, **typed(contract, Quality="5"), "minutes": "Olga’s", "autosave": "1"}
    assert client.post(at(review, "record/"), theirs).status_code == 200
    client.force_login(manager.user)
    # Another criterion: saved, and the page learns what the other one marked.
    mine = {**page, **typed(contract, Cost="2"), "autosave": "1"}
    response = client.post(at(review, "record/"), mine)
    assert response.status_code == 200
    assert fields(response)[key(contract, "Quality")] == "5"
    assert (fields(response)["minutes"], stored(review).minutes) == ("Olga’s", "Olga’s")
    # The same criterion and the minutes: both stand there, what is stored stays.
    mine |= {**typed(contract, Quality="1"), "minutes": "Mine"}
    response = client.post(at(review, "record/"), mine)
    assertContains(response, "<strong>5, by Olga</strong>", status_code=409, html=True)
    assertContains(response, "<strong>Olga’s</strong>", status_code=409, html=True)
    assert (marks(review)["Quality"], stored(review).minutes) == (("5.0000", False, ""), "Olga’s")
    # Not by sending it once more either: only by the button that says so.
    assert client.post(at(review, "record/"), mine).status_code == 409
    name = key(contract, "Quality")
    now = response.content.decode().split(f'name="shown-{name}" value="')[2].split('"')[0]
    response = client.post(at(review, "record/"), {**mine, f"shown-{name}": now, "drop": "minutes"})
    assert response.status_code == 200
    assert fields(response)["minutes"] == "Olga’s"
    assert (marks(review)["Quality"], stored(review).minutes) == (("1.0000", False, ""), "Olga’s")
    assert [line.actor_name for line in trail("review.recorded")][-1] == manager.name


def test_a_mark_that_went_with_its_scale_is_told(signed_in, manager, contract, review):
    """The page was opened with the old scale; then somebody changed it."""
    case.mark(review, "Quality", "3", manager)
    page = fields(signed_in.get(at(review, "record/")))
    plan = case.plan_of(contract)
    with organization_scope(ALL):
        drafts = [row.draft for row in plan.criteria.current()]
        drafts[0] = replace(drafts[0], kind="measured", best=Decimal(10), unit="points")
        change_review_criteria(plan=plan, drafts=drafts, version=plan.version, by=manager)
    mine = {**page, **typed(contract, Quality="4"), "autosave": "1"}
    response = signed_in.post(at(review, "record/"), mine)
    assertContains(response, "<strong>no mark</strong>", status_code=409, html=True)
    assert marks(review) == {}


# Closing --------------------------------------------------------------------------------------------


def test_closing_freezes_everything_and_plans_on(
    signed_in, manager, contract, review, django_capture_on_commit_callbacks
):
    with organization_scope(ALL):
        agreed = CorrectiveAction.objects.create(
            organization=contract.organization,
            contract=contract,
            review=review,
            title="Ask before closing",
            side="vendor",
            owner=manager,
            due_on=case.today() + dt.timedelta(days=30),
            state="agreed",
            created_by=manager,
        )
    page = fields(signed_in.get(at(review, "record/")))
    sent = {**page, **typed(contract, **FULL), "agreements": "Meet on site."}
    for _ in range(2):
        assertRedirects(signed_in.post(at(review, "close/"), sent), at(review))
    row = stored(review)
    assert (row.state, row.standing, row.standing_proposed) == ("closed", "green", "green")
    assert (row.score, row.held_on, row.closed_by) == (Decimal("72.000"), case.today(), manager)
    data = json.loads(row.record.content)
    assert data["review"]["agreements"] == "Meet on site."
    assert [(line["name"], line["mark"], line["promised"]) for line in data["criteria"]] == [
        ("Quality", "4", "4"),
        ("Cost", "3", "3"),
        ("Insured", "1", "1"),
    ]
    assert data["results"]["score"] == 72.0
    assert [(line["points"], line["promised"]) for line in data["results"]["criteria"]] == [
        (80.0, 80.0),
        (60.0, 60.0),
        (None, None),
    ]
    assert data["results"]["reasons"] == [
        {"standing": "green", "text": "The score is 72 points of 100."}
    ]
    [line] = trail("review.closed")
    assert line.after == {
        "review": row.period_label,
        "held on": case.today().isoformat(),
        "standing": "Good",
        "score": "72.000",
        "record": 1,
        "SHA-256": row.record.sha256,
    }
    plan = case.plan_of(contract)
    assert (plan.standing, plan.score, plan.held_on) == ("green", row.score, case.today())
    with organization_scope(ALL):
        agreed.refresh_from_db()
        assert agreed.state == "open"
        due = WatchedDate.objects.filter(kind="review.due", target_id=review.pk)
        assert [day.due_on for day in due.exclude(due_on=None)] == []
        assert FrozenRecord.objects.count() == 1
    assertContains(signed_in.get(at(review)), "Meet on site.")
    assertRedirects(signed_in.get(at(review, "record/")), at(review))
    late = signed_in.post(at(review, "record/"), {**sent, "minutes": "late", "autosave": "1"})
    assert (late.status_code, stored(review).minutes) == (410, "")


@pytest.mark.parametrize(
    ("said", "place", "words"),
    [
        ({"Quality": "4", "Cost": "3"}, "Insured", "1 criterion has no mark: Insured."),
        ({"Insured": "1"}, "Quality", "2 criteria have no mark: Quality, Cost."),
        ({**FULL, "standing": "red"}, "standing_reason", "not what is suggested."),
        ({**FULL, "Quality": "N/A", "Cost": "N/A"}, "standing", "nothing to suggest a standing"),
    ],
)
def test_what_is_missing_is_told_at_its_place(signed_in, contract, review, said, place, words):
    page = fields(signed_in.get(at(review, "record/")))
    given = {name: value for name, value in said.items() if name in FULL}
    rest = {name: value for name, value in said.items() if name not in FULL}
    response = signed_in.post(at(review, "close/"), {**page, **typed(contract, **given), **rest})
    assertContains(response, words, status_code=422)
    field = key(contract, place) if place in FULL else place
    after = response.content.decode().split(f'id="state-{field}"')[1]
    assert "Not closed yet" in after.split("record-error")[1].split("</p>")[0]
    row = stored(review)
    # What was typed is kept all the same.
    assert (row.state, len(marks(review)), row.standing) == (
        "open",
        len(given),
        rest.get("standing", ""),
    )


def test_another_standing_needs_a_reason_that_everybody_reads(signed_in, contract, review):
    with organization_scope(ALL):
        Issue.objects.create(
            organization=contract.organization,
            contract=contract,
            title="Data lost",
            severity="critical",
            side="vendor",
            opened_on=case.today(),
            created_by=contract.manager,
        )
    page = fields(signed_in.get(at(review, "record/")))
    sent = {**page, **typed(contract, **FULL), "standing": "amber", "standing_reason": "Restored."}
    assertRedirects(signed_in.post(at(review, "close/"), sent), at(review))
    row = stored(review)
    assert (row.standing, row.standing_proposed, row.standing_reason) == (
        "amber",
        "red",
        "Restored.",
    )
    assertContains(
        signed_in.get(at(review)), "Suggested was “In trouble”. Chosen instead, because: Restored."
    )


# Seeing ---------------------------------------------------------------------------------------------


def test_last_time_and_what_was_promised_stand_beside_each_field(
    signed_in, manager, contract, review
):
    case.closed(case.review_of(contract, 2), manager, Quality="3", Cost="5", Insured="1")
    response = signed_in.get(at(review, "record/"))
    sheet = response.context["sheet"]
    assert [(row.before, row.promised, row.before_at, row.promised_at) for row in sheet.marks] == [
        ("3", "4", "58.3%", "75.0%"),
        ("5", "3", "91.7%", "58.3%"),
        ("pass", "pass", "", ""),
    ]
    assert not [name for name in fields(response) if name.startswith("mark-")]  # nothing answered


@pytest.mark.parametrize(("page", "most"), [("", 12), ("record/", 12)])
def test_the_number_of_questions_does_not_grow(
    signed_in, manager, contract, review, page, most, django_assert_max_num_queries
):
    signed_in.get(at(review, page))
    with django_assert_max_num_queries(most) as few:
        signed_in.get(at(review, page))
    count = len(few)
    with organization_scope(ALL):
        plan = case.plan_of(contract)
        for number in range(12):
            row = case.add_criterion(plan, f"More {number}", 0, "gate", position=10 + number)
            ReviewMark.objects.create(
                organization=plan.organization, review=review, criterion=row, mark=1, by=manager
            )
            Issue.objects.create(
                organization=plan.organization,
                contract=plan.contract,
                title=f"Issue {number}",
                severity="low",
                side="us",
                owner=manager,
                opened_on=case.today(),
                created_by=manager,
            )
        assert ReviewCriterion.objects.filter(plan=plan).count() == 15
    with django_assert_max_num_queries(count):
        signed_in.get(at(review, page))


def test_who_may_not_sees_or_does_nothing(client, viewer, manager, contract, review, outsider):
    sent = typed(contract, **FULL)
    assert client.post(at(review, "close/"), sent).status_code == 302  # to sign in
    client.force_login(viewer.user)
    assert client.get(at(review)).status_code == 200
    for page in ("record/", "close/"):
        assert client.post(at(review, page), sent).status_code == 403
    client.force_login(outsider.user)
    for page in ("", "record/", "verify/", "record.json"):
        assert client.get(at(review, page)).status_code == 404
    client.force_login(manager.user)
    for page in ("verify/", "record.json"):
        assertRedirects(client.get(at(review, page)), at(review))  # there is no record yet
    assert (marks(review), stored(review).state) == ({}, "open")


# Verifying ------------------------------------------------------------------------------------------


@pytest.fixture
def frozen(contract, review, manager) -> Review:
    for name, mark in FULL.items():
        case.mark(review, name, mark, manager)
    with organization_scope(ALL):
        closing.close_review(review=review, by=manager)
    return stored(review)


def test_a_closed_review_is_identical_until_somebody_changes_a_row(signed_in, frozen, tmp_path):
    assertContains(
        signed_in.get(at(frozen, "verify/")), "Nothing was changed since the review was closed."
    )
    file = tmp_path / "review.json"
    file.write_bytes(signed_in.get(at(frozen, "record.json")).content)
    out = StringIO()
    call_command("verify_record", str(file), stdout=out)
    assert out.getvalue().splitlines()[-1] == "identical"
    assert "Review " in out.getvalue()
    with organization_scope(ALL):
        ReviewMark.objects.filter(review=frozen, criterion__name="Cost").update(mark=5)
        Review.objects.filter(pk=frozen.pk).update(minutes="Something else", score=99)
        found = verify(stored(frozen))
    assert [check.state for check in found.checks] == ["ok", "ok", "ok", "differs"]
    assert sorted(found.checks[-1].lines) == [
        "Criterion Cost › mark: record 3, now 5",
        "Review › minutes: record nothing, now “Something else”",
        "Review › score: record 72.0, now 99.0",
    ]


def test_a_changed_record_is_told(frozen):
    content = frozen.record.content.replace('"mark":"4"', '"mark":"5"')
    with organization_scope(ALL):
        super(
            type(FrozenRecord.objects.all()), FrozenRecord.objects.filter(pk=frozen.record.pk)
        ).update(content=content)
        found = verify(stored(frozen))
    assert [check.state for check in found.checks] == ["differs", "ok", "differs", "differs"]
    assert "Result › Quality › points: record 80.0, now 100.0" in found.checks[2].lines


def test_a_held_review_that_was_made_a_missed_one_is_told(signed_in, frozen):
    with organization_scope(ALL):
        Review.objects.filter(pk=frozen.pk).update(state="missed")
    words = "Review › state: record “closed”, now “missed”"
    assertContains(signed_in.get(at(frozen, "verify/")), "1 difference")
    with organization_scope(ALL):
        assert verify(stored(frozen)).checks[-1].lines == [words]


def test_what_another_version_of_the_rule_suggested_is_not_suggested_anew(frozen, monkeypatch):
    with organization_scope(ALL):
        monkeypatch.setattr("reviews.standing_rule.RED_BELOW", 90.0)
        assert verify(stored(frozen)).count > 0
        monkeypatch.setattr("reviews.standing_rule.VERSION", 2)
        found = verify(stored(frozen))
    assert found.identical
    assert "suggested by version 1 of the rule; this is version 2" in found.checks[2].words
