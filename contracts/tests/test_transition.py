"""The transition plan in the browser's eyes: planned, done, accepted, handed over."""

import datetime as dt
import uuid

import pytest
from django.urls import reverse

from activity.models import LogEntry, WatchedDate
from contracts.actions import handover
from contracts.actions import transition as actions
from contracts.actions.refusals import NotFit, NotNow
from contracts.models import HandoverItem, TransitionPhase, TransitionTask
from core.errors import Refused
from core.tenancy import ALL, organization_scope
from core.versions import Stale
from outsourcing_portal.tests.world import World

TODAY = dt.date(2027, 3, 10)


@pytest.fixture(autouse=True)
def _now(time_machine):
    time_machine.move_to(dt.datetime(2027, 3, 10, 12, tzinfo=dt.UTC), tick=False)


@pytest.fixture
def world(acme, manager):
    return World(acme, manager)


@pytest.fixture
def signed(acme, manager):
    return World(acme, manager, "signed")


def address(world, name, **at):
    return reverse(
        f"contracts:{name}",
        kwargs={"org": world.organization.slug, "contract_id": world.contract.pk, **at},
    )


def task_data(world, **given):
    return {
        "title": "Teach the vendor",
        "phase": world.phase.pk,
        "side": "us",
        "due_on": "2027-04-01",
        "creation_key": str(uuid.uuid4()),
        **given,
    }


def plan(world, title, due_on=TODAY, **values):
    values = {"phase": world.phase, "title": title, "side": "us", "due_on": due_on, **values}
    return actions.add_task(contract=world.contract, values=values, by=world.by)


def verbs(world):
    return list(
        LogEntry.objects.about(world.contract).order_by("pk").values_list("verb", flat=True)
    )


# The page -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("today", "first_due_on"),
    [
        ("2026-02-26", dt.date(2025, 12, 11)),  # three weeks before the start on 1 January 2026
        ("2026-02-27", dt.date(2026, 3, 6)),  # all of it would be over: it begins today
    ],
)
@organization_scope(ALL)
def test_an_empty_plan_offers_a_usual_one_and_gets_it_once(
    client, world, manager, time_machine, today, first_due_on
):
    time_machine.move_to(f"{today}T09:00:00Z")
    client.force_login(manager.user)
    page = client.get(address(world, "transition_plan"))
    assert "Begin with a usual plan" in page.content.decode()
    for _ in range(2):
        assert client.post(address(world, "add_standard_transition")).status_code == 302
    tasks = TransitionTask.objects.filter(phase__contract=world.contract)
    assert tasks.count() == 11
    assert world.contract.handover_items.count() == 5
    first = tasks.order_by("position").first()
    assert first.due_on == first_due_on
    assert verbs(world) == ["contract.transition_begun"]


@organization_scope(ALL)
def test_without_a_start_the_usual_plan_says_what_is_missing(world, manager):
    world.terms.start_on = None
    world.terms.save()
    with pytest.raises(NotNow, match="when the contract starts"):
        actions.add_standard_transition(contract=world.contract, by=manager)


@organization_scope(ALL)
def test_the_page_takes_the_same_queries_however_long(
    client, world, manager, django_assert_num_queries
):
    client.force_login(manager.user)
    earlier = plan(world, "First")
    client.get(address(world, "transition_plan"))
    with django_assert_num_queries(7):
        client.get(address(world, "transition_plan"))
    for title in "abc":
        plan(world, title, after=[earlier], owner=manager)
        HandoverItem.objects.create(
            organization=world.organization,
            contract=world.contract,
            kind="training",
            title=title,
            side="us",
        )
    with django_assert_num_queries(7):
        page = client.get(address(world, "transition_plan")).content.decode()
    assert page.count("Waits for: First") == 3


@organization_scope(ALL)
def test_late_ones_and_impossible_ones_are_said(client, world, manager):
    late = plan(world, "Late one", TODAY - dt.timedelta(days=3))
    plan(world, "Too early", TODAY - dt.timedelta(days=4), after=[late])
    client.force_login(manager.user)
    page = client.get(address(world, "transition_plan")).content.decode()
    assert "<strong>2 late</strong>" in page
    assert "by 3 days" in page
    assert "Due before what it waits for: Late one" in page


# Tasks --------------------------------------------------------------------------------------------


@organization_scope(ALL)
def test_a_task_is_planned_once_and_stands_in_the_audit_trail(client, world, manager):
    client.force_login(manager.user)
    data = task_data(world, acceptance="Three requests solved", owner=manager.pk)
    for _ in range(2):
        answer = client.post(address(world, "create_task"), data)
        task = TransitionTask.objects.get()
        assert answer.url == f"{address(world, 'transition_plan')}#task-{task.pk}"
    line = LogEntry.objects.about(world.contract).get()
    assert line.verb == "contract.task_added"
    assert line.after == {
        "phase": "Prepare",
        "title": "Teach the vendor",
        "side": "We",
        "owner": "Mia",
        "due": "2027-04-01",
        "acceptance": "Three requests solved",
    }


@pytest.mark.parametrize(
    ("given", "field", "message"),
    [
        ({"starts_on": "2027-05-01"}, "due_on", "It is due before it begins."),
        ({"due_on": ""}, "due_on", "This field is required."),
        ({"due_on": "1999-12-31"}, "due_on", "Choose a day between 2000 and 2100."),
        ({"side": ""}, "side", "This field is required."),
        ({"side": "vendor", "owner": "MIA"}, "owner", "Somebody of ours can't do"),
        ({"title": "two\nlines"}, "title", "This must be one line"),
        ({"phase": "0"}, "phase", "Select a valid choice."),
    ],
)
@organization_scope(ALL)
def test_what_does_not_fit_stands_at_its_field_and_the_input_is_kept(
    client, world, manager, given, field, message
):
    client.force_login(manager.user)
    if "owner" in given:
        given = {**given, "owner": manager.pk}
    answer = client.post(address(world, "create_task"), task_data(world, note="kept", **given))
    assert answer.status_code == 422
    assert answer.context["form"].errors[field][0].startswith(message)
    assert 'value="kept"' in answer.content.decode()
    assert not TransitionTask.objects.exists()


@organization_scope(ALL)
def test_two_people_at_one_task(client, world, manager):
    task = plan(world, "Old")
    client.force_login(manager.user)
    url = address(world, "edit_task", task_id=task.pk)
    values = {"phase": world.phase, "title": "Theirs", "side": "us", "due_on": TODAY}
    actions.change_task(task=task, values=values, version=1, by=manager)
    answer = client.post(url, task_data(world, title="Mine", version=1, due_on="2027-03-10"))
    assert answer.status_code == 409
    assert answer.context["differing"] == [("Task", "Theirs", "Mine")]
    assert client.post(url, task_data(world, title="Mine", version=2)).status_code == 302
    task.refresh_from_db()
    assert task.title == "Mine"
    with pytest.raises(Stale):
        actions.change_task(task=task, values=values, version=1, by=manager)


@organization_scope(ALL)
def test_a_circle_is_refused_at_its_field(client, world, manager):
    first = plan(world, "First")
    second = plan(world, "Second", after=[first])
    client.force_login(manager.user)
    data = task_data(world, title="First", version=1, after=[second.pk])
    answer = client.post(address(world, "edit_task", task_id=first.pk), data)
    assert answer.status_code == 422
    assert answer.context["form"].errors["after"] == [
        "“Second” itself has to wait for this task, so neither could begin."
    ]
    assert not first.after.exists()


@organization_scope(ALL)
def test_done_accepted_and_open_again(client, world, manager):
    task = plan(world, "Restore a backup", acceptance="The file is back")
    client.force_login(manager.user)
    with pytest.raises(NotNow, match="not done yet"):
        actions.accept_task(task=task, by=manager)
    client.post(address(world, "finish_task", task_id=task.pk), {"done_on": "2027-03-09"})
    client.post(address(world, "accept_task", task_id=task.pk))
    task.refresh_from_db()
    assert (task.done_on, task.accepted_by) == (dt.date(2027, 3, 9), manager)
    client.post(address(world, "reopen_task", task_id=task.pk))
    task.refresh_from_db()
    assert (task.done_on, task.accepted_by, task.accepted_at) == (None, None, None)
    assert verbs(world) == [
        "contract.task_added",
        "contract.task_done",
        "contract.task_accepted",
        "contract.task_reopened",
    ]


@pytest.mark.parametrize(
    ("given", "message"),
    [("2027-03-11", "A day in the future"), ("soon", "“soon” is no day")],
)
@organization_scope(ALL)
def test_a_wrong_day_of_being_done_is_said(client, world, manager, given, message):
    task = plan(world, "Restore a backup")
    client.force_login(manager.user)
    url = address(world, "finish_task", task_id=task.pk)
    page = client.post(url, {"done_on": given}, follow=True)
    assert [str(one).startswith(message) for one in page.context["messages"]] == [True]
    task.refresh_from_db()
    assert task.done_on is None


@organization_scope(ALL)
def test_another_contracts_phase_is_no_place_for_a_task(world, acme, manager):
    other = World(acme, manager)
    other.vendor = world.vendor
    values = {"phase": other.phase, "title": "x", "side": "us", "due_on": TODAY}
    with pytest.raises(NotFit, match="phase of this plan"):
        actions.add_task(contract=world.contract, values=values, by=manager)


@organization_scope(ALL)
def test_a_phase_with_tasks_stays_an_empty_one_goes(client, world, manager):
    task = plan(world, "Only one")
    client.force_login(manager.user)
    url = address(world, "remove_phase", phase_id=world.phase.pk)
    client.post(url)
    assert TransitionPhase.objects.count() == 1
    client.post(address(world, "remove_task", task_id=task.pk))
    client.post(url)
    assert not TransitionPhase.objects.exists()


@organization_scope(ALL)
def test_a_phase_is_added_once_and_renamed(client, world, manager):
    client.force_login(manager.user)
    data = {"name": "Settle", "creation_key": str(uuid.uuid4())}
    for _ in range(2):
        client.post(address(world, "create_phase"), data)
    phase = TransitionPhase.objects.get(name="Settle")
    url = address(world, "edit_phase", phase_id=phase.pk)
    assert client.post(url, {"name": "Rest", "version": 1}).status_code == 302
    assert client.post(url, {"name": "Other", "version": 1}).status_code == 409


# Handover -----------------------------------------------------------------------------------------


@organization_scope(ALL)
def test_a_document_is_expected_received_and_missing_again(client, world, manager):
    client.force_login(manager.user)
    data = {
        "title": "Network plan",
        "kind": "documentation",
        "side": "vendor",
        "creation_key": str(uuid.uuid4()),
    }
    for _ in range(2):
        client.post(address(world, "create_handover_item"), data)
    item = HandoverItem.objects.get()
    url = address(world, "receive_handover_item", item_id=item.pk)
    client.post(url)
    item.refresh_from_db()
    assert (item.received_on, item.received_by) == (TODAY, manager)
    client.post(url, {"missing": "1"})
    item.refresh_from_db()
    assert (item.received_on, item.received_by) == (None, None)
    edit = address(world, "edit_handover_item", item_id=item.pk)
    assert client.post(edit, {**data, "title": "Map", "version": 3}).status_code == 302
    assert client.post(edit, {**data, "title": "Plan", "version": 3}).status_code == 409
    client.post(address(world, "remove_handover_item", item_id=item.pk))
    assert not HandoverItem.objects.exists()


# Days that are watched ------------------------------------------------------------------------------


def watched():
    return list(WatchedDate.objects.order_by("pk").values_list("kind", "due_on", "responsible"))


@organization_scope(ALL)
def test_of_a_signed_contract_the_days_are_watched_until_they_are_done(signed, manager, owner):
    task = plan(signed, "Teach", owner=owner, acceptance="Works")
    values = {"kind": "training", "title": "Portal", "side": "vendor", "due_on": TODAY}
    item = handover.add_handover_item(contract=signed.contract, values=values, by=manager)
    assert watched() == [
        ("transition.task", TODAY, owner.pk),
        ("transition.handover", TODAY, manager.pk),
    ]
    found = WatchedDate.objects.get(kind="transition.task")
    assert found.path == f"{address(signed, 'transition_plan')}#task-{task.pk}"
    actions.finish_task(task=task, done_on=TODAY, by=manager)
    assert len(watched()) == 2  # it still has to be accepted
    actions.accept_task(task=task, by=manager)
    handover.receive_handover_item(item=item, received_on=TODAY, by=manager)
    assert watched() == []


@organization_scope(ALL)
def test_of_a_draft_nothing_is_watched(world, manager):
    plan(world, "Teach")
    assert watched() == []


@organization_scope(ALL)
def test_a_removed_task_is_watched_no_more(signed, manager):
    actions.remove_task(task=plan(signed, "Teach"), by=manager)
    assert watched() == []


def test_a_secret_is_no_place_where_it_is_kept(client, manager, world):
    client.force_login(manager.user)
    secret = "Password: hunter2-Tr0ub4dor&3"
    data = {"kind": "access", "title": "Admin account", "side": "vendor", "kept_at": secret}
    answer = client.post(address(world, "create_handover_item"), data)
    assert answer.status_code == 422
    assert "This looks like a password" in answer.content.decode()
    assert "hunter2" not in answer.content.decode()
    with organization_scope(ALL):
        for act in (
            lambda: handover.add_handover_item(contract=world.contract, values=data, by=manager),
            lambda: handover.change_handover_item(
                item=world.handover_item, values={"kept_at": secret}, version=1, by=manager
            ),
        ):
            with pytest.raises(Refused, match="never the secret itself"):
                act()
        assert not HandoverItem.objects.exclude(kept_at="").exists()


@organization_scope(ALL)
def test_of_a_contract_that_is_over_nothing_is_watched(signed, manager):
    task = plan(signed, "Teach")
    signed.contract.terminated_on = TODAY
    signed.contract.save()
    actions.finish_task(task=task, done_on=TODAY, by=manager)
    actions.reopen_task(task=task, by=manager)
    plan(signed, "One more")
    assert watched() == []


@organization_scope(ALL)
def test_the_overview_counts_as_the_plan_does(client, signed, manager):
    """What still has to be accepted is not done yet, on either page."""
    plan(signed, "Not begun")
    for title, acceptance in (("Done", ""), ("To accept", "It works"), ("Accepted", "It works")):
        task = plan(signed, title, acceptance=acceptance)
        actions.finish_task(task=task, done_on=TODAY, by=manager)
    actions.accept_task(task=task, by=manager)
    client.force_login(manager.user)
    plan_page = client.get(address(signed, "transition_plan")).context["plan"]
    overview = client.get(address(signed, "contract_detail")).context["progress"]
    counted = (plan_page.progress.finished, plan_page.progress.total)
    assert counted == (overview.tasks_done, overview.tasks) == (2, 4)
