"""Letters of award and regret: what they say, that they tell nothing of others, and how they are kept."""

import datetime as dt

import pytest
from django.urls import reverse

from core.tenancy import ALL, organization_scope
from evaluations import letters
from evaluations.actions.award_letters import CannotWrite, change_letter, draft_letters
from evaluations.forms.awards import MOST_CONDITIONS
from evaluations.models import Award, AwardLetter, ModeratedMark, Score
from evaluations.tests.builders import fill, make_award, make_evaluation
from evaluations.tests.record_case import frozen_award
from vendors.models import Contact

NAMES = ["Northwind", "Contoso", "Fabrikam", "Stay in-house"]
FACTS = letters.Facts(
    candidate="Contoso",
    contact="",
    service="Help desk",
    sender="Olga",
    organization="Acme",
    strongest="Quality",
    weakest="Cost",
    conditions=["Insurance until March"],
)


@pytest.fixture
def award(acme, owner) -> Award:
    evaluation = make_evaluation(acme, candidates=NAMES, evaluators=[owner], state="closed")
    with organization_scope(ALL):
        card = evaluation.scorecards.get()
    fill(card)
    return make_award(evaluation, owner, "Northwind", "Contoso", state="approved")


def url(award: Award, name: str, **more: int) -> str:
    at = {"org": "acme", "evaluation_id": award.evaluation_id, "award_id": award.pk, **more}
    return reverse(f"evaluations:{name}", kwargs=at)


@organization_scope(ALL)
def stored(award: Award) -> dict[str, AwardLetter]:
    return {row.candidate.name: row for row in award.letters.select_related("candidate")}


def test_each_kind_says_its_own():
    assert letters.subject(letters.AWARD, FACTS) == "Help desk: we would like to work with you"
    award = letters.body(letters.AWARD, FACTS)
    assert "- Insurance until March" in award
    assert award.startswith("Dear Contoso,\n\n")
    assert award.endswith("Kind regards\nOlga\nAcme")
    bench = letters.body(letters.BENCH, FACTS)
    assert "come back to you" in bench
    regret = letters.body(letters.REGRET, FACTS)
    assert "most in your offer was Quality; what convinced us least was Cost." in regret
    assert "Insurance" not in bench + regret


def test_without_differences_no_strong_and_weak_side_is_named():
    facts = letters.Facts("Contoso", "Carla", "Help desk", "Olga", "Acme")
    assert "convinced us" not in letters.body(letters.REGRET, facts)
    assert letters.body(letters.REGRET, facts).startswith("Dear Carla,")


@organization_scope(ALL)
def test_one_draft_for_each_vendor_and_only_once(award, owner):
    vendor = award.evaluation.candidates.get(name="Contoso").vendor
    Contact.objects.create(
        organization=award.organization, vendor=vendor, name="Carla", is_main=True
    )
    assert len(draft_letters(award=award, by=owner)) == 3
    assert draft_letters(award=award, by=owner) == []
    kept = {row.candidate.name: row for row in award.letters.select_related("candidate")}
    assert sorted(kept) == ["Contoso", "Fabrikam", "Northwind"]
    assert kept["Contoso"].body.startswith("Dear Carla,")
    for name, letter in kept.items():
        others = set(NAMES) - {name}
        assert not [other for other in others if other in letter.body + letter.subject]


@organization_scope(ALL)
@pytest.mark.parametrize("state", ["draft", "proposed", "returned", "withdrawn"])
def test_no_letter_before_the_approval(award, owner, state):
    Award.objects.filter(pk=award.pk).update(state=state)
    with pytest.raises(CannotWrite, match="when the award is approved"):
        draft_letters(award=award, by=owner)


@organization_scope(ALL)
def test_saving_the_same_again_changes_nothing(award, owner):
    letter = draft_letters(award=award, by=owner)[0]
    same = {"subject": letter.subject, "body": letter.body, "sent_on": None}
    change_letter(letter=letter, **same, version=1, by=owner)
    letter.refresh_from_db()
    assert letter.version == 1


def test_drafting_and_changing_in_the_browser(award, owner, client):
    client.force_login(owner.user)
    assert "No letter is drafted yet" in client.get(url(award, "award_letters")).text
    page = client.post(url(award, "draft_letters"), follow=True)
    assert "3 letters drafted." in page.text
    letter = stored(award)["Fabrikam"]
    at = url(award, "edit_letter", letter_id=letter.pk)
    assert letter.body[:20] in client.get(at).text
    data = {"subject": "No", "body": "Dear Fabrikam, no.", "sent_on": "2026-03-01", "version": 1}
    page = client.post(at, data, follow=True)
    assert "The letter to Fabrikam is saved." in page.text
    letter = stored(award)["Fabrikam"]
    assert (letter.subject, letter.body, letter.sent_on, letter.version) == (
        "No",
        "Dear Fabrikam, no.",
        dt.date(2026, 3, 1),
        2,
    )


def test_bad_input_stays_and_says_why(award, owner, client):
    with organization_scope(ALL):
        letter = draft_letters(award=award, by=owner)[0]
    client.force_login(owner.user)
    at = url(award, "edit_letter", letter_id=letter.pk)
    page = client.post(at, {"subject": "", "body": "kept text", "sent_on": "1850-01-01"})
    assert page.status_code == 422
    assert "kept text" in page.text
    assert "Choose a day between 2000 and 2100." in page.text


def test_two_people_at_one_letter(award, owner, client):
    with organization_scope(ALL):
        letter = draft_letters(award=award, by=owner)[0]
        change_letter(
            letter=letter, subject="Theirs", body="Their text", sent_on=None, version=1, by=owner
        )
    client.force_login(owner.user)
    at = url(award, "edit_letter", letter_id=letter.pk)
    data = {"subject": "Mine", "body": "My text", "sent_on": "", "version": 1}
    page = client.post(at, data)
    assert page.status_code == 409
    assert "Subject: stored is “Theirs”" in page.text
    assert "My text" in page.text
    page = client.post(at, {**data, "version": 2}, follow=True)
    assert page.status_code == 200
    with organization_scope(ALL):
        letter.refresh_from_db()
    assert letter.body == "My text"


def test_saved_as_it_was_shown_nothing_is_changed(award, owner, client):
    """A browser sends other line breaks than those of the draft."""
    with organization_scope(ALL):
        letter = draft_letters(award=award, by=owner)[0]
    client.force_login(owner.user)
    body = letter.body.replace("\n", "\r\n")
    data = {"subject": letter.subject, "body": body, "sent_on": "", "version": 1}
    assert client.post(url(award, "edit_letter", letter_id=letter.pk), data).status_code == 302
    with organization_scope(ALL):
        letter.refresh_from_db()
    assert letter.version == 1


def test_sent_twice_it_is_saved_once(award, owner, client):
    with organization_scope(ALL):
        letter = draft_letters(award=award, by=owner)[0]
    client.force_login(owner.user)
    data = {"subject": "Mine", "body": "My text", "sent_on": "", "version": 1}
    for _ in range(2):
        assert client.post(url(award, "edit_letter", letter_id=letter.pk), data).status_code == 302
    with organization_scope(ALL):
        letter.refresh_from_db()
    assert letter.version == 2


def test_the_longest_list_of_conditions_can_be_saved_in_a_letter(award, owner, client):
    with organization_scope(ALL):
        for place in range(MOST_CONDITIONS):
            award.conditions.create(organization=award.organization, text="x" * 500, position=place)
        draft_letters(award=award, by=owner)
    letter = stored(award)["Northwind"]
    client.force_login(owner.user)
    data = {"subject": "Yes", "body": letter.body, "sent_on": "", "version": 1}
    assert client.post(url(award, "edit_letter", letter_id=letter.pk), data).status_code == 302


@organization_scope(ALL)
def test_letters_of_an_earlier_decision_tell_of_its_marks_only(acme, owner, manager):
    """Scoring was opened again, and what was weakest is strongest now."""
    award = frozen_award(acme, owner, manager)
    before = {row.candidate_id: row.body for row in draft_letters(award=award, by=owner)}
    assert any("convinced us most" in body for body in before.values())
    AwardLetter.objects.all().delete()
    Score.objects.filter(criterion__name="Quality").update(mark=5)
    Score.objects.filter(criterion__name="Cost").update(mark=1)
    ModeratedMark.objects.all().delete()
    assert {row.candidate_id: row.body for row in draft_letters(award=award, by=owner)} == before


@pytest.mark.parametrize("who", ["viewer", "evaluator"])
def test_who_may_only_read(award, request, client, who, owner):
    with organization_scope(ALL):
        letter = draft_letters(award=award, by=owner)[0]
    client.force_login(request.getfixturevalue(who).user)
    page = client.get(url(award, "award_letters"))
    assert letter.subject in page.text
    assert client.get(url(award, "edit_letter", letter_id=letter.pk)).status_code == 403
    assert client.post(url(award, "draft_letters")).status_code == 403


def test_reopened_nothing_is_told(award, owner, client):
    client.force_login(owner.user)
    with organization_scope(ALL):
        type(award.evaluation).objects.update(state="scoring")
    for name in ("award_letters", "award_report", "award_report_file"):
        assert client.get(url(award, name)).status_code == 404
