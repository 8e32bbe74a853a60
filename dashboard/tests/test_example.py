"""The example organization: believable, loaded once, one's own copy, gone with one button.

Loading takes seconds, so one loaded example serves all that is asked of it.
"""

from io import StringIO

from django.core.management import call_command
from pytest_django.asserts import assertContains, assertRedirects

from accounts.models import Organization, User
from core.tenancy import ALL, organization_scope
from evaluations import results
from evaluations.models import Award, Evaluation
from evaluations.verifying import verify
from vendors.models import Vendor


def load() -> str:
    out = StringIO()
    call_command("load_example", stdout=out)
    return out.getvalue()


def test_it_is_loaded_once_and_removed_with_one_button(client, db):
    assert "owner@example.com" in load()
    assert load() == load()
    assert Organization.objects.filter(is_example=True).count() == 1
    assert client.login(email="owner@example.com", password="look-around-2026")
    with organization_scope(ALL):
        shows_what_the_portal_is_about()
        has_a_decision_whose_record_holds()
        has_one_about_to_be_decided()
    is_removed_and_never_comes_back(client)


def shows_what_the_portal_is_about():
    open_one = Evaluation.objects.get(state="scoring")
    closed = Evaluation.objects.get(title__startswith="Backup")
    assert open_one.candidates.exclude(vendor=None).count() == 5
    assert open_one.candidates.filter(vendor=None).count() == 1
    assert open_one.scorecards.count() == 3
    found = results.ranking(closed)
    assert [v.candidate.name for v in found.ranked][0] == "Saltmarsh Backup"
    assert [v.candidate.name for v in found.ineligible] == ["Quayside Support"]
    assert any(cell.not_applicable for v in found.vendors for cell in v.cells) is False
    marks = open_one.scorecards.get(evaluator_name="Samir Haddad").scores
    assert marks.filter(not_applicable=True).count() == 1
    assert marks.filter(criterion__kind="gate", mark=0).count() == 1
    assert marks.count() == 6 * 6 - 1


def has_a_decision_whose_record_holds():
    award = Award.objects.select_related("evaluation", "record").get()
    assert (award.state, award.winner.name) == ("announced", "Saltmarsh Backup")
    assert verify(award).identical
    assert award.letters.count() == 4
    assert award.conditions.exclude(settled_at=None).count() == 1
    assert award.evaluation.moderated_marks.count() == 1


def has_one_about_to_be_decided():
    """Likely but not clear, with marks worth talking about, proofs missing, and weights of two people."""
    evaluation = Evaluation.objects.get(title__startswith="Network")
    found = results.ranking(evaluation)
    firm = results.analysis_of(evaluation, found)
    assert (found.leaders[0].candidate.name, firm.verdict.code) == (
        "Harbour Managed Services",
        "likely",
    )
    assert firm.changes
    assert firm.agreement.talk
    assert firm.evidence.cells
    assert evaluation.weights_from["people"] == ["Olivia Marsh", "Samir Haddad"]


def is_removed_and_never_comes_back(client):
    example = Organization.objects.get(is_example=True)
    client.force_login(User.objects.get(email="admin@example.com"))
    assertContains(client.get(f"/o/{example.slug}/settings/"), "Remove")
    client.post(f"/o/{example.slug}/settings/remove/")
    assert not Organization.objects.filter(pk=example.pk).exists()
    with organization_scope(ALL):
        assert not Vendor.objects.exists()
        assert not Evaluation.objects.exists()
    assert load() == ""
    assert not Organization.objects.filter(is_example=True).exists()


def test_anyone_may_have_a_copy_of_their_own_and_its_people_go_with_it(client, acme, viewer):
    client.force_login(viewer.user)
    before = User.objects.count()
    response = client.post("/o/acme/example/")
    copy = Organization.objects.get(is_example=True)
    assertRedirects(response, f"/o/{copy.slug}/")
    assert client.post("/o/acme/example/").url == f"/o/{copy.slug}/"
    assert Organization.objects.filter(is_example=True).count() == 1
    member = viewer.user.memberships.get(organization=copy)
    assert member.role == "admin"
    assert User.objects.count() == before + 4
    client.post(f"/o/{copy.slug}/settings/remove/")
    assert User.objects.count() == before
