"""Home: three ways to begin when empty, then what needs each person."""

import re
from urllib.parse import unquote

from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pytest_django.asserts import assertContains, assertNotContains

from core.tenancy import ALL, organization_scope
from evaluations.tests.award_case import award_at, closed_evaluation, make_award
from evaluations.tests.builders import add_evaluator, fill, make_evaluation


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
