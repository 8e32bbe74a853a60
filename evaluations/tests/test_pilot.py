"""A pilot (T1): success criteria, results with evidence, measured marks beside the estimates, the decision."""

import datetime as dt
import uuid
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from activity.models import LogEntry, WatchedDate
from core.errors import Refused
from core.fields import PaperField
from core.models import StoredFile
from core.tenancy import ALL, organization_scope
from core.versions import Stale
from evaluations import results
from evaluations.actions import pilot_measuring, pilots
from evaluations.actions.moderation import Agreement, CannotModerate, moderate
from evaluations.inputs import from_data
from evaluations.models import Evaluation, MeasuredMark, Pilot, PilotCriterion
from evaluations.pilots import before_and_after, is_met, suggestions
from evaluations.tests.award_case import candidate, closed_evaluation, make_award
from evaluations.verifying import verify
from outsourcing_portal.tests.world import World
from planning.tests.plan_rows import add_parts, make_plan

TODAY = dt.date(2026, 11, 20)


@pytest.fixture
def evaluation(acme, owner, evaluator):
    return closed_evaluation(acme, owner, evaluator)


def prepared(evaluation, by, name="Northwind", **fields):
    values = {
        "candidate": candidate(evaluation, name),
        "scope": "First-line support for the sales team",
        "starts_on": TODAY,
        "ends_on": TODAY + dt.timedelta(days=30),
        "budget": Decimal(2000),
        "manager": by,
    }
    return pilots.create_pilot(
        evaluation=evaluation, values=values | fields, by=by, creation_key=uuid.uuid4()
    )


def with_line(pilot, by, criterion="Quality"):
    values = {
        "text": "Tickets solved at first contact",
        "comparator": "at_least",
        "target": Decimal(70),
        "unit": "%",
        "criterion": pilot.candidate.evaluation.criteria.filter(name=criterion).first(),
    }
    pilot.refresh_from_db()
    return pilots.add_pilot_criterion(pilot=pilot, values=values, version=pilot.version, by=by)


def running(evaluation, by, **fields):
    pilot = prepared(evaluation, by, **fields)
    with_line(pilot, by)
    pilot.refresh_from_db()
    return pilots.start_pilot(pilot=pilot, version=pilot.version, by=by)


def measured(pilot, by, value="61", mark="1", **fields):
    line = pilot.criteria.select_related("pilot__candidate").get()
    values = {
        "value": Decimal(value),
        "measured_on": TODAY,
        "evidence": "212 tickets of our ticket system",
        "file": None,
        "mark": mark,
        "mark_reason": "Two in five callers had to call again.",
    }
    return pilot_measuring.measure_pilot(
        line=line, values=values | fields, version=line.version, by=by
    )


@pytest.mark.parametrize(
    ("comparator", "value", "met"),
    [
        ("at_least", "70", True),
        ("at_least", "69.9999", False),
        ("at_most", "70", True),
        ("at_most", "70.0001", False),
        ("at_most", None, None),
    ],
)
def test_equal_is_enough_and_not_measured_is_neither(comparator, value, met):
    row = PilotCriterion(comparator=comparator, target=Decimal(70))
    assert is_met(row, None if value is None else Decimal(value)) is met


@organization_scope(ALL)
def test_what_is_measured_counts_beside_the_estimates(evaluation, owner, manager):
    before = results.ranking(evaluation)
    pilot = running(evaluation, manager)
    line = measured(pilot, manager)
    after = results.ranking(evaluation)
    assert [vendor.candidate.name for vendor in before.leaders] == ["Northwind"]
    northwind = after.of(pilot.candidate_id)
    cell = next(cell for cell in northwind.cells if cell.criterion.name == "Quality")
    assert (cell.mark, cell.measured, cell.given) == (
        1.0,
        True,
        2,
    )  # both estimates are still there
    assert [mark.mark for mark in cell.marks] == [5.0, 5.0]
    assert cell.moderated.reason == (
        "Tickets solved at first contact: 61 %. Two in five callers had to call again."
    )
    assert northwind.evidence["measured"] == pytest.approx(cell.contribution / northwind.total)
    effect = before_and_after(Pilot.objects.select_related("candidate__evaluation").get())
    moved = {one.candidate.name: (one.before.rank, one.after.rank) for one in effect.lines}
    assert moved["Northwind"] == (before.of(pilot.candidate_id).rank, northwind.rank)
    assert effect.lines[0].before.total is not None
    # What was agreed on for the cell is refused, what was measured is told.
    agreed = Agreement(pilot.candidate_id, line.criterion_id, 0, "4", "They were ill.")
    with pytest.raises(CannotModerate, match="A pilot measured this"):
        moderate(evaluation_id=evaluation.pk, agreed=agreed, by=owner)
    # Measured again: the same row, another mark; without a mark the estimates count.
    measured(pilot, manager, value="75", mark="4", mark_reason="Reached.")
    assert results.ranking(evaluation).of(pilot.candidate_id).cells[0].mark == 4.0
    measured(pilot, manager, value="75", mark="", mark_reason="")
    assert results.ranking(evaluation).of(pilot.candidate_id).cells[0].mark == 5.0
    assert MeasuredMark.objects.get().version == 3


@organization_scope(ALL)
def test_inputs_with_and_without_measured_marks_are_written_and_read(evaluation, manager):
    plain = results.read_inputs(evaluation)
    assert "measured" not in str(plain.as_data()["moderated"])
    measured(running(evaluation, manager), manager)
    inputs = results.read_inputs(evaluation)
    assert [row["measured"] for row in inputs.as_data()["moderated"]] == [True]
    assert from_data(inputs.as_data()).as_data() == inputs.as_data()


@organization_scope(ALL)
def test_an_award_on_measured_marks_is_frozen_and_verified(evaluation, owner, manager):
    pilot = running(evaluation, manager)
    measured(pilot, manager, mark="4")
    award = make_award(evaluation, owner, "approved", rationale="The pilot showed it.")
    assert [check.state for check in verify(award).checks if check.state == "differs"] == []
    with pytest.raises(Refused, match="The award is decided on these marks"):
        measured(pilot, manager, value="80", mark="5")
    MeasuredMark.objects.update(mark=Decimal(2))
    found = [one for check in verify(award).checks for one in check.differences]
    assert any("Northwind on Quality" in str(one) for one in found)


@organization_scope(ALL)
def test_the_steps_of_a_pilot(evaluation, owner, manager):
    with pytest.raises(Refused, match="Choose one of the vendors"):
        prepared(evaluation, manager, name="Stay in-house")
    pilot = prepared(evaluation, manager, scope="")
    with pytest.raises(Refused, match="open pilot with Northwind"):
        prepared(evaluation, manager)
    with pytest.raises(Refused, match="Say what is tried"):
        pilots.start_pilot(pilot=pilot, version=pilot.version, by=manager)
    values = {"scope": "All of sales", "ends_on": TODAY}
    with pytest.raises(Refused, match="comes after the first"):
        pilots.edit_pilot(pilot=pilot, values=values, version=pilot.version, by=manager)
    values = {"scope": "All of sales"}
    pilot = pilots.edit_pilot(pilot=pilot, values=values, version=pilot.version, by=manager)
    with pytest.raises(Refused, match="at least one success criterion"):
        pilots.start_pilot(pilot=pilot, version=pilot.version, by=manager)
    line = with_line(pilot, manager)
    with pytest.raises(Refused, match="Another line measures"):
        with_line(pilot, manager)
    with pytest.raises(Refused, match="Start the pilot first"):
        measured(pilot, manager)
    pilot.refresh_from_db()
    with pytest.raises(Stale):
        pilots.start_pilot(pilot=pilot, version=1, by=manager)
    pilot = pilots.start_pilot(pilot=pilot, version=pilot.version, by=manager)
    assert WatchedDate.objects.get(kind="pilot.end").due_on == TODAY + dt.timedelta(days=30)
    longer = {"ends_on": TODAY + dt.timedelta(days=44), "reason": "The holidays."}
    pilot = pilots.extend_pilot(pilot=pilot, values=longer, version=pilot.version, by=manager)
    assert (pilot.extended, pilot.first_ends_on) == (1, TODAY + dt.timedelta(days=30))
    assert WatchedDate.objects.get(kind="pilot.end").due_on == longer["ends_on"]
    measured(pilot, manager)
    with pytest.raises(Refused, match="measured already"):
        pilots.remove_pilot_criterion(line=line, by=manager)
    said = {"decision": "stop", "reason": "Missed.", "spent": Decimal(1900)}
    pilot = pilots.decide_pilot(pilot=pilot, values=said, version=pilot.version, by=owner)
    again = pilots.decide_pilot(pilot=pilot, values=said, version=pilot.version, by=owner)
    assert (again.state, again.version) == (Pilot.State.DECIDED, pilot.version)
    assert not WatchedDate.objects.filter(kind="pilot.end").exists()
    verbs = LogEntry.objects.filter(verb__startswith="pilot.").order_by("pk")
    assert list(verbs.values_list("verb", flat=True)) == [
        "pilot.prepared",
        "pilot.changed",
        "pilot.criterion_added",
        "pilot.started",
        "pilot.extended",
        "pilot.measured",
        "pilot.decided",
    ]


@organization_scope(ALL)
def test_cancelling_lets_the_estimates_count_again(evaluation, manager):
    pilot = running(evaluation, manager)
    measured(pilot, manager)
    pilot.refresh_from_db()
    pilots.cancel_pilot(pilot=pilot, version=pilot.version, by=manager)
    assert results.ranking(evaluation).of(pilot.candidate_id).cells[0].mark == 5.0
    assert prepared(evaluation, manager).number == 2


def test_goals_and_quality_of_the_plan_are_offered_as_criteria(evaluation, acme, manager):
    with organization_scope(acme):
        plan = make_plan(manager)
        add_parts(plan)
        Evaluation.objects.update(plan=plan)
        pilot = prepared(Evaluation.objects.get(pk=evaluation.pk), manager)
        offered = suggestions(pilot, [])
    assert [(row.source, row.query["text"]) for row in offered if row.source != "criterion"] == [
        ("goal of the plan", "First response"),
        ("quality that the plan asks for", "Answers in German"),
        ("quality that the plan asks for", "Friendly"),
    ]


def test_the_pages_from_preparing_to_a_decision(evaluation, acme, owner, manager, viewer):
    client = Client()
    client.force_login(manager.user)
    kwargs = {"org": acme.slug, "evaluation_id": evaluation.pk}
    create = reverse("evaluations:create_pilot", kwargs=kwargs)
    northwind = candidate(evaluation, "Northwind").pk
    today = timezone.localdate()
    form = {
        "candidate": northwind,
        "scope": "Sales team",
        "starts_on": today,
        "ends_on": today,
        "budget": "-1",
        "creation_key": uuid.uuid4(),
    }
    refused = client.post(create, form)
    assert refused.status_code == 422
    assert refused.context["form"].errors["budget"] == [
        "Ensure this value is greater than or equal to 0."
    ]
    form |= {"budget": "900", "ends_on": today + dt.timedelta(days=20), "manager": manager.pk}
    made = client.post(create, form)
    assert client.post(create, form).headers["Location"] == made.headers["Location"]  # sent twice
    page = made.headers["Location"]
    assert "Cost" in client.get(page).content.decode()  # offered as a success criterion
    pilot = newest(Pilot)
    line = {"text": "Solved at once", "comparator": "at_least", "target": "70", "unit": "%"}
    line |= {"criterion": quality(evaluation).pk, "version": pilot.version}
    assert client.post(f"{page}criteria/add/", line).status_code == 302
    assert client.post(f"{page}start/", {"version": newest(Pilot).version}).status_code == 302
    row = newest(PilotCriterion)
    measure = reverse("evaluations:measure_pilot", args=[acme.slug, row.pk])
    sent = {
        "value": "61",
        "measured_on": today,
        "evidence": "Ticket system",
        "mark": "9",
        "mark_reason": "Missed",
        "version": row.version,
    }
    refused = client.post(measure, sent)
    assert refused.status_code == 422
    assert refused.context["form"].errors["mark"] == ["Type a whole number from 0 to 5, or N/A."]
    proof = SimpleUploadedFile("tickets.csv", b"a;b\n1;2\n")
    assert client.post(measure, sent | {"mark": "1", "file": proof}).status_code == 302
    shown = client.get(page).content.decode()
    assert "The ranking before and after" in shown
    assert "mark <strong>1</strong> counts instead of the estimates" in shown
    file = client.get(reverse("evaluations:pilot_file", args=[acme.slug, row.pk]))
    assert (b"".join(file.streaming_content), file["X-Content-Type-Options"]) == (
        b"a;b\n1;2\n",
        "nosniff",
    )
    assert client.get(f"{page}decide/").status_code == 403  # deciding is the owner's
    client.force_login(owner.user)
    decided = {
        "decision": "go",
        "reason": "Good people",
        "version": newest(Pilot).version,
    }
    assert client.post(f"{page}decide/", decided).status_code == 302
    client.force_login(viewer.user)
    assert "Good people" in client.get(page).content.decode()


@pytest.mark.parametrize("lines", [1, 6])
def test_a_pilot_takes_the_same_queries_however_much_it_has_to_show(
    acme, admin, lines, client, django_assert_max_num_queries
):
    with organization_scope(ALL):
        world = World(acme, admin, "closed")
        for number in range(lines):
            world.pilot.criteria.create(
                organization=acme, text=f"{number}", comparator="at_most", target=1
            )
    client.force_login(admin.user)
    page = reverse("evaluations:pilot_detail", args=[acme.slug, world.pilot.pk])
    with django_assert_max_num_queries(10):
        assert client.get(page).status_code == 200
    listed = reverse("evaluations:pilot_list", args=[acme.slug, world.evaluation.pk])
    with django_assert_max_num_queries(7):
        assert client.get(listed).status_code == 200


@organization_scope(ALL)
def test_another_proof_takes_the_place_of_the_first_one(evaluation, manager, files):
    pilot = running(evaluation, manager)
    for name in ("first.txt", "second.txt"):
        upload = SimpleUploadedFile(name, b"212 tickets", "text/plain")
        measured(pilot, manager, file=PaperField().clean(upload))
    assert StoredFile.objects.get().filename == "second.txt"


@organization_scope(ALL)
def newest(model):
    return model.objects.latest("pk")


@organization_scope(ALL)
def quality(evaluation):
    return evaluation.criteria.get(name="Quality")
