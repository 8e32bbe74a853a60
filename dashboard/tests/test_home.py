"""Home: three ways to begin when empty, then what needs each person."""

import re
from decimal import Decimal
from urllib.parse import unquote

from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains

from contracts.models import Contract, ExitPlan
from core.tenancy import ALL, organization_scope
from dashboard import home as home_module
from dashboard.home import Portfolio
from dashboard.tests.watched import in_days, watch
from evaluations.models import WeightAnswer
from evaluations.tests.award_case import award_at, closed_evaluation, make_award
from evaluations.tests.builders import add_evaluator, fill, make_evaluation
from vendors.models import Vendor


def test_a_new_organization_gets_three_ways_to_begin(client, acme, admin):
    client.force_login(admin.user)
    page = client.get("/o/acme/")
    for words in ("Start an evaluation", "Import a spreadsheet", "Look around the example"):
        assertContains(page, words)


def test_a_viewer_of_an_empty_organization_is_offered_only_the_example(client, acme, viewer):
    client.force_login(viewer.user)
    page = client.get("/o/acme/")
    assertContains(page, "Look around the example")
    assertNotContains(page, "Import a spreadsheet")


def test_each_person_sees_what_needs_them(client, acme, owner, evaluator):
    evaluation = make_evaluation(acme, evaluators=[evaluator], title="New help desk")
    client.force_login(evaluator.user)
    assertContains(client.get("/o/acme/"), "Score the candidates of “New help desk”")
    client.force_login(owner.user)
    assertContains(client.get("/o/acme/"), "Nothing needs you now.")
    with organization_scope(ALL):
        card = evaluation.scorecards.get()
        fill(card)
        card.submitted_at = evaluation.created_at
        card.save()
    assertContains(client.get("/o/acme/"), "Close the scoring of “New help desk”")
    client.force_login(evaluator.user)
    assertNotContains(client.get("/o/acme/"), "Close the scoring")


def queries(client) -> int:
    with CaptureQueriesContext(connection) as seen:
        client.get("/o/acme/")
    return len(seen)


def test_the_number_of_queries_is_constant(client, acme, owner, evaluator):
    make_evaluation(acme, evaluators=[owner], title="One")
    client.force_login(owner.user)
    client.get("/o/acme/")
    one = queries(client)
    for title in ("Two", "Three"):
        evaluation = make_evaluation(acme, evaluators=[owner], title=title)
        add_evaluator(evaluation, evaluator)
    assert queries(client) == one
    assert one <= 12


def test_other_organizations_evaluations_are_not_on_home(client, acme, owner, globex, outsider):
    make_evaluation(globex, evaluators=[outsider], title="Globex secret")
    client.force_login(owner.user)
    assertNotContains(client.get("/o/acme/"), "Globex secret")


def test_an_award_waits_for_those_who_may_approve_it(client, acme, owner, manager, admin):
    award = make_award(closed_evaluation(acme, owner, title="New help desk"), owner, "proposed")
    words = "Approve or return the award of “New help desk”"
    for member, seen in ((admin, True), (owner, True), (manager, False)):
        client.force_login(member.user)
        assert (words in client.get("/o/acme/").content.decode()) == seen
    acme.awards_need_two = True
    acme.save()
    client.force_login(owner.user)
    assertContains(client.get("/o/acme/"), "Nothing needs you now.")
    client.force_login(admin.user)
    assertContains(client.get("/o/acme/"), award_at(award))


def test_a_closed_evaluation_waits_for_somebody_to_propose(client, acme, owner, manager, viewer):
    evaluation = closed_evaluation(acme, owner, title="New help desk")
    closed_evaluation(acme, owner, title="From a sheet", imported_from="scores.xlsx")
    client.force_login(viewer.user)
    assertNotContains(client.get("/o/acme/"), "Decide on")
    client.force_login(manager.user)
    assertContains(client.get("/o/acme/"), "Decide on “New help desk”")
    assertNotContains(client.get("/o/acme/"), "Decide on “From a sheet”")
    award = make_award(evaluation, owner, "returned")
    assertContains(client.get("/o/acme/"), "Change the returned award of “New help desk”")
    with organization_scope(ALL):
        type(award).objects.update(state="proposed")
    page = client.get("/o/acme/")
    assertNotContains(page, "Decide on")
    assertContains(page, "Waiting for approval")


def test_home_says_who_was_awarded(client, acme, owner, viewer):
    client.force_login(viewer.user)
    one, other = (closed_evaluation(acme, owner, title=title) for title in ("One", "Other"))
    assertContains(client.get("/o/acme/"), "Not awarded yet", count=2)
    make_award(one, owner, "approved")
    make_award(other, owner, "approved", winner="Stay in-house", rationale="x" * 20)
    page = client.get("/o/acme/")
    assertContains(page, "Awarded</span> to Northwind")
    assertContains(page, "Stays in-house")


def test_awards_do_not_add_queries(client, acme, owner):
    make_award(closed_evaluation(acme, owner), owner, "proposed")
    client.force_login(owner.user)
    client.get("/o/acme/")
    one = queries(client)
    for state in ("proposed", "approved", "announced"):
        make_award(closed_evaluation(acme, owner), owner, state)
    assert queries(client) == one
    assert one <= 12


def test_the_icon_in_the_page_is_the_one_of_the_file(client, acme, viewer):
    client.force_login(viewer.user)
    page = client.get("/o/acme/").content.decode()
    written = re.search(r'href="data:image/svg\+xml,([^"]+)"', page)[1]
    file = (settings.BASE_DIR / "static" / "favicon.svg").read_text().strip()
    assert unquote(written) == file.replace('"', "'")


# Watched days and contracts --------------------------------------------------------------------------


def contract_at(org, by, stage: str, **fields):
    with organization_scope(ALL):
        vendor, _ = Vendor.objects.get_or_create(organization=org, name="Northwind")
        usual = {"manager": by, "created_by": by, "title": f"Desk {stage}"}
        if stage == "signed":
            usual |= {"signed_on": in_days(-9), "starts_on": in_days(-9), "currency": "EUR"}
        return Contract.objects.create(
            organization=org, vendor=vendor, stage=stage, **{**usual, **fields}
        )


def needed(client) -> list[str]:
    return [day.row.title for day in client.get("/o/acme/").context["home"].days]


def test_days_ahead_need_whoever_is_responsible_and_the_owners(
    client, acme, owner, manager, viewer
):
    stake = "If you do nothing you commit to EUR 14,832 until 1 August 2027."
    watch(acme, 40, "Notice", responsible=manager, sentence=stake)
    watch(acme, 20, "Nobody’s", kind="contract.key")
    watch(acme, 10, "Task", kind="transition.task", responsible=manager)
    watch(acme, -3, "Overdue", kind="transition.task", responsible=manager)
    watch(acme, 91, "Far away", responsible=manager)
    watch(acme, 30, "Put off", responsible=manager, snoozed_until_on=in_days(5))
    watch(acme, 30, "Settled", responsible=manager, settled_at=timezone.now())
    client.force_login(manager.user)
    assert needed(client) == ["Overdue", "Task", "Notice"]
    page = client.get("/o/acme/")
    assertContains(page, stake)
    assertContains(page, "Overdue</span> <span")
    client.force_login(owner.user)
    assert needed(client) == ["Overdue", "Nobody’s", "Notice"]
    client.force_login(viewer.user)
    assert needed(client) == []
    assert client.get("/o/acme/").context["home"].portfolio.days_ahead == 4


def test_many_late_tasks_hide_no_day_that_binds(client, acme, manager):
    for number in range(9):
        watch(acme, -9, f"Task {number}", kind="transition.task", responsible=manager)
    watch(acme, 40, "Notice", responsible=manager)
    watch(acme, 50, "Renewal", kind="renewal.decide", responsible=manager)
    client.force_login(manager.user)
    assert needed(client) == [*(f"Task {number}" for number in range(8)), "Notice", "Renewal"]
    assertContains(client.get("/o/acme/"), "See all days that are due")


def test_owners_see_every_day_for_notice_and_for_deciding_of_a_renewal(
    client, acme, owner, manager
):
    for kind, title in (
        ("contract.notice", "Notice"),
        ("renewal.decide", "Renewal"),
        ("transition.task", "Task"),
    ):
        watch(acme, 20, title, kind=kind, responsible=manager)
    client.force_login(owner.user)
    assert needed(client) == ["Notice", "Renewal"]
    assertNotContains(client.get("/o/acme/"), "See all days that are due")


def test_contracts_wait_for_a_signature_or_to_be_finished(client, acme, owner, manager, viewer):
    contract_at(acme, manager, "draft", title="Mine")
    contract_at(acme, owner, "draft", title="Another’s")
    contract_at(acme, manager, "in_approval", title="To sign")
    for member, seen in ((manager, ["Mine"]), (owner, ["Another’s", "To sign"]), (viewer, [])):
        client.force_login(member.user)
        home = client.get("/o/acme/").context["home"]
        assert [row.title for row in (*home.drafts, *home.to_sign)] == seen


def test_running_contracts_at_a_glance(client, acme, owner, globex, outsider):
    contract_at(acme, owner, "signed", yearly_cost=Decimal("1200.10"))
    contract_at(acme, owner, "signed", yearly_cost=Decimal("0.20"))
    contract_at(acme, owner, "signed", yearly_cost=Decimal(500), currency="CHF")
    planned = contract_at(acme, owner, "signed")
    contract_at(acme, owner, "signed", yearly_cost=Decimal(9), starts_on=in_days(9))
    contract_at(acme, owner, "signed", yearly_cost=Decimal(9), ends_on=in_days(0))
    contract_at(globex, outsider, "signed", yearly_cost=Decimal(9))
    with organization_scope(acme):
        ExitPlan.objects.create(organization=acme, contract=planned, currency="EUR")
    client.force_login(owner.user)
    page = client.get("/o/acme/")
    assert page.context["home"].portfolio == Portfolio(
        running=4,
        spend=[("CHF", Decimal(500)), ("EUR", Decimal("1200.30"))],
        unpriced=1,
        without_exit=3,
    )
    assertContains(page, "EUR\N{NO-BREAK SPACE}1,200.30")
    assertContains(page, "without 1 whose price is not known")


def test_too_many_contracts_are_not_added_up_here(client, acme, owner, monkeypatch):
    monkeypatch.setattr(home_module, "MOST_RUNNING", 1)
    monkeypatch.setattr(home_module, "MOST_DAYS", 1)
    for number in range(3):
        contract_at(acme, owner, "signed", yearly_cost=Decimal(9))
        watch(acme, number)
    client.force_login(owner.user)
    portfolio = client.get("/o/acme/").context["home"].portfolio
    assert (portfolio.too_many, portfolio.spend, portfolio.days_in_words) == (
        True,
        [],
        "more than 1",
    )


def test_contracts_and_days_do_not_add_queries(client, acme, admin, evaluator):
    def add() -> None:
        watch(acme, 3, responsible=admin)
        for stage in ("draft", "in_approval", "signed"):
            contract_at(acme, admin, stage)
        make_evaluation(acme, evaluators=[admin, evaluator], state="setup")

    for member in (admin, evaluator):
        add()
        client.force_login(member.user)
        client.get("/o/acme/")
        one = queries(client)
        for _ in range(3):
            add()
        assert queries(client) == one
        assert one <= 12


def test_evaluators_are_asked_what_the_criteria_weigh(client, acme, owner, evaluator, viewer):
    evaluation = make_evaluation(acme, evaluators=[evaluator], state="setup", title="New desk")
    words = "Say what the criteria of “New desk” weigh for you"
    for member, seen in ((evaluator, True), (owner, False), (viewer, False)):
        client.force_login(member.user)
        assert (words in client.get("/o/acme/").content.decode()) == seen
    with organization_scope(acme):
        WeightAnswer.objects.create(
            organization=acme, evaluation=evaluation, member=evaluator, way="points"
        )
    client.force_login(evaluator.user)
    assertContains(client.get("/o/acme/"), "Nothing needs you now.")
