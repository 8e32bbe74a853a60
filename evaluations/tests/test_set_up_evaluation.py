"""From an empty form to open scoring; what is refused on the way, and what is frozen after."""

import datetime as dt
from dataclasses import replace
from decimal import Decimal

import pytest
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from accounts.permissions import Role
from activity.models import LogEntry, OutgoingMail
from conftest import make_member
from core.errors import Refused
from core.tenancy import ALL, organization_scope
from evaluations import actions
from evaluations.actions.candidates import MOST_CANDIDATES, Frozen
from evaluations.actions.setup import NotReady
from evaluations.criteria import CriterionDraft
from evaluations.models import Candidate, Evaluation, EvaluationCriterion
from evaluations.standard_set import STANDARD_SET
from evaluations.tests.builders import give_mark
from evaluations.tests.posting import rows, weights
from vendors.models import Vendor

LIST = "/o/acme/evaluations/"
FIVE = ["Quality", "Satisfaction", "Cost", "Security", "Cultural fit"]


@pytest.fixture
def standard(acme, admin):
    with organization_scope(acme):
        return actions.add_standard_set(by=admin)


@pytest.fixture
def evaluation(acme, manager, standard) -> Evaluation:
    """Just started: it has its criteria and nothing else."""
    with organization_scope(acme):
        return actions.create_evaluation(title="Help desk", criteria_set=standard, by=manager)


@pytest.fixture
def vendors(acme) -> list[Vendor]:
    with organization_scope(ALL):
        return [
            Vendor.objects.create(organization=acme, name=name, legal_name=name)
            for name in ("Northwind", "Contoso")
        ]


@pytest.fixture
def ready(acme, manager, evaluator, evaluation, vendors) -> Evaluation:
    """Everything is there; scoring can be opened."""
    with organization_scope(acme):
        actions.add_candidates(evaluation=evaluation, vendors=vendors, by=manager)
        return actions.set_evaluators(
            evaluation=evaluation,
            criteria_of={evaluator: list(evaluation.criteria.all())},
            version=1,
            by=manager,
        )


@pytest.fixture
def opened(acme, manager, ready) -> Evaluation:
    with organization_scope(acme):
        return actions.open_scoring(evaluation=ready, by=manager)


@pytest.fixture
def url(evaluation) -> str:
    return f"{LIST}{evaluation.pk}/"


def fresh(evaluation: Evaluation) -> Evaluation:
    with organization_scope(ALL):
        return Evaluation.objects.get(pk=evaluation.pk)


def criteria_of(evaluation: Evaluation) -> list[tuple[str, Decimal]]:
    with organization_scope(ALL):
        rows = EvaluationCriterion.objects.filter(evaluation=evaluation).order_by("position")
        return list(rows.values_list("name", "weight"))


def candidates_of(evaluation: Evaluation) -> list[str]:
    with organization_scope(ALL):
        found = Candidate.objects.filter(evaluation=evaluation).order_by("position")
        return list(found.values_list("name", flat=True))


def judges(evaluation: Evaluation) -> dict[str, list[str]]:
    with organization_scope(ALL):
        return {
            card.evaluator_name: [row.name for row in card.criteria.order_by("position")]
            for card in evaluation.scorecards.order_by("evaluator_name")
        }


def verbs() -> list[str]:
    with organization_scope(ALL):
        return list(LogEntry.objects.order_by("pk").values_list("verb", flat=True))


# Starting -----------------------------------------------------------------------------------------


def test_an_evaluation_starts_with_a_copy_of_the_criteria_once(client, manager, standard, acme):
    client.force_login(manager.user)
    response = client.get(f"{LIST}new/")
    assertContains(response, "Standard criteria – Quality 30, Satisfaction 20, Cost 20")
    data = {
        "title": "Help desk 🚀",
        "service": "Phone",
        "reason": "Ann retires.",
        "criteria_set": standard.pk,
        "due_on": "2099-12-31",
        "creation_key": response.context["form"]["creation_key"].value(),
    }
    for _ in range(2):
        response = client.post(f"{LIST}new/", data)
        with organization_scope(acme):
            row = Evaluation.objects.get()
        assertRedirects(response, f"{LIST}{row.pk}/setup/")
    assert (row.title, row.service, row.reason) == ("Help desk 🚀", "Phone", "Ann retires.")
    assert (row.due_on, row.created_by, row.state) == (dt.date(2099, 12, 31), manager, "setup")
    assert criteria_of(row) == [(draft.name, draft.weight) for draft in STANDARD_SET]
    assert verbs() == ["criteria_set.created", "evaluation.created"]


def test_changing_the_set_never_touches_the_copy(acme, admin, evaluation, standard):
    drafts = [*STANDARD_SET[:4], replace(STANDARD_SET[4], name="Manners")]
    with organization_scope(acme):
        actions.change_criteria_set(
            criteria_set=standard, name="S", drafts=drafts, version=1, by=admin
        )
    assert [name for name, _ in criteria_of(evaluation)] == FIVE
    with organization_scope(acme):
        assert str(fresh(evaluation).criteria_from) == "Standard criteria, version 1"


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"title": " "}, "This field is required."),
        ({"title": "x" * 201}, "at most 200 characters (it has 201)"),
        ({"title": "a\nb"}, "This must be one line"),
        ({"reason": "a\0b"}, "Null characters are not allowed."),
        ({"criteria_set": ""}, "Choose the criteria to start from."),
        ({"criteria_set": "9" * 30}, "is not one of the available choices"),
        ({"criteria_set": "NaN"}, "is not one of the available choices"),
        ({"due_on": "soon"}, "Write the day like 2026-12-31."),
        ({"due_on": "2001-02-03"}, "This day has passed. Choose today or later."),
        ({"due_on": "9999-12-31"}, "Choose a day between 2000 and 2100."),
        ({"due_on": "0001-01-01"}, "Choose a day between 2000 and 2100."),
    ],
)
def test_a_start_that_makes_no_sense_is_refused(client, manager, standard, changed, words):
    client.force_login(manager.user)
    data = {"title": "T", "service": "Kept service", "criteria_set": standard.pk, "reason": ""}
    response = client.post(f"{LIST}new/", data | changed)
    assertContains(response, words, status_code=422)
    assertContains(response, "Kept service", status_code=422)
    response = client.post(f"{LIST}new/", data | changed, headers={"HX-Request": "true"})
    assertNotContains(response, "<html", status_code=422)


def test_without_a_criteria_set_the_page_says_what_comes_first(
    client, manager, admin, acme, standard
):
    with organization_scope(acme):
        actions.archive_criteria_set(criteria_set=standard, by=admin)
    client.force_login(manager.user)
    assertContains(client.get(f"{LIST}new/"), "Ask an Admin to restore or make one.")
    client.force_login(admin.user)
    assertContains(client.get(f"{LIST}new/"), "/o/acme/evaluations/criteria/new/")


# The checklist ------------------------------------------------------------------------------------


def test_the_checklist_says_what_is_missing_and_what_comes_next(client, manager, url):
    client.force_login(manager.user)
    response = client.get(f"{url}setup/")
    for words in (
        "Before scoring can open",
        "Written down, without a due date.",
        "5 criteria, weights add up to 100.",
        "None yet. Add at least 2.",
        "Nobody yet. Choose who scores.",
        "Comes with the evaluators.",
        "Next: Candidates",
    ):
        assertContains(response, words)
    assertNotContains(response, "Open scoring")


def test_a_complete_set_up_can_be_opened(client, manager, ready, url):
    client.force_login(manager.user)
    response = client.get(f"{url}setup/")
    for words in ("Ready to open", "2 candidates.", "1 evaluator.", "judges all criteria"):
        assertContains(response, words)
    assertContains(response, "Open scoring")


def test_readers_see_the_set_up_but_no_way_to_change_it(client, viewer, ready, url):
    client.force_login(viewer.user)
    response = client.get(f"{url}setup/")
    assertContains(response, "Northwind")
    for words in ("Open scoring", "Delete", "Edit", "Add or remove"):
        assertNotContains(response, words)


@pytest.mark.parametrize("count", [2, 6])
def test_the_set_up_pages_take_the_same_queries_however_much_there_is(
    client, acme, manager, evaluation, url, count, django_assert_max_num_queries
):
    with organization_scope(ALL):
        new = [
            Vendor.objects.create(organization=acme, name=f"V{n}", legal_name=f"V{n}")
            for n in range(count)
        ]
        actions.add_candidates(evaluation=evaluation, vendors=new, by=manager)
    client.force_login(manager.user)
    for page in ("setup/", "edit/", "criteria/", "candidates/", "evaluators/"):
        client.get(url + page)
        with django_assert_max_num_queries(12):
            assert client.get(url + page).status_code == 200


# Basics -------------------------------------------------------------------------------------------


def test_the_basics_are_changed(client, manager, evaluation, url):
    client.force_login(manager.user)
    data = {"title": "Service desk", "service": "Mail", "reason": "", "version": 1}
    data["due_on"] = timezone.localdate().isoformat()
    assertRedirects(client.post(f"{url}edit/", data), f"{url}setup/")
    row = fresh(evaluation)
    assert (row.title, row.service, row.version) == ("Service desk", "Mail", 2)
    assert verbs()[-1] == "evaluation.changed"
    client.post(f"{url}edit/", data | {"version": 2})
    assert fresh(evaluation).version == 2  # nothing changed


def test_who_changes_the_basics_second_sees_both(client, acme, manager, evaluation, url):
    with organization_scope(acme):
        actions.change_evaluation(
            evaluation=evaluation, values={"title": "Theirs"}, version=1, by=manager
        )
    client.force_login(manager.user)
    data = {"title": "Mine", "service": "", "reason": "", "due_on": "", "version": 1}
    response = client.post(f"{url}edit/", data)
    words = "Title: “Theirs” is saved, you entered “Mine”"
    assertContains(response, words, status_code=409)
    assert fresh(evaluation).title == "Theirs"
    assertRedirects(client.post(f"{url}edit/", data | {"version": 2}), f"{url}setup/")
    assert fresh(evaluation).title == "Mine"
    response = client.post(f"{url}edit/", data)
    assertContains(response, "Nothing here: another part of the evaluation", status_code=409)


# Criteria -----------------------------------------------------------------------------------------


def stored_rows(evaluation: Evaluation) -> dict[str, str]:
    with organization_scope(ALL):
        drafts = [row.draft for row in evaluation.criteria.order_by("position")]
    return {"version": str(fresh(evaluation).version), **rows(drafts)}


def test_criteria_are_adjusted_for_this_evaluation_only(client, manager, ready, url, standard):
    client.force_login(manager.user)
    data = weights(stored_rows(ready), 40, 20, 20, 20)
    data |= {"c0-name": "Satisfaction", "c1-name": "Quality", "c4-name": "Manners"}
    data |= {"c4-kind": "gate", "c4-row": ""}
    assertRedirects(client.post(f"{url}criteria/", data), f"{url}setup/")
    assert criteria_of(ready) == [
        ("Satisfaction", 40),
        ("Quality", 20),
        ("Cost", 20),
        ("Security", 20),
        ("Manners", 0),
    ]
    assert judges(ready) == {"Eve": ["Satisfaction", "Quality", "Cost", "Security", "Manners"]}
    assert verbs()[-1] == "evaluation.criteria_changed"
    with organization_scope(ALL):
        assert [draft.name for draft in standard.versions.get().drafts] == FIVE


def test_criteria_that_do_not_add_up_are_refused(client, manager, evaluation, url):
    client.force_login(manager.user)
    response = client.post(f"{url}criteria/", stored_rows(evaluation) | {"c0-weight": "42"})
    assertContains(response, "That is 12 too many.", status_code=422)
    assertContains(response, 'value="42"', status_code=422)
    assert criteria_of(evaluation)[0] == ("Quality", 30)


def test_criteria_without_a_change_stay_and_foreign_rows_are_new(acme, manager, evaluation):
    with organization_scope(acme):
        drafts = [row.draft for row in evaluation.criteria.order_by("position")]
        same = actions.change_evaluation_criteria(
            evaluation=evaluation, drafts=drafts, version=1, by=manager
        )
        assert same.version == 1
        other = actions.create_evaluation(
            title="Other", criteria_set=acme.criteriaset_set.get(), by=manager
        )
        actions.change_evaluation_criteria(
            evaluation=other,
            drafts=[CriterionDraft("Only", Decimal(100), row=drafts[0].row)],
            version=1,
            by=manager,
        )
    assert [name for name, _ in criteria_of(evaluation)] == FIVE
    assert criteria_of(other) == [("Only", 100)]


def test_two_people_at_the_criteria_see_both(client, acme, manager, evaluation, url):
    data = stored_rows(evaluation)
    with organization_scope(acme):
        drafts = [row.draft for row in evaluation.criteria.order_by("position")]
        drafts[:2] = [
            replace(drafts[0], weight=Decimal(25)),
            replace(drafts[1], weight=Decimal(25)),
        ]
        actions.change_evaluation_criteria(
            evaluation=evaluation, drafts=drafts, version=1, by=manager
        )
    client.force_login(manager.user)
    response = client.post(f"{url}criteria/", data)
    assertContains(response, "Quality 25 → 30", status_code=409)
    response = client.post(f"{url}criteria/", weights(data, 25, 25))
    assertContains(response, "Nothing: what you entered is what is stored now.", status_code=409)


# Candidates ---------------------------------------------------------------------------------------


def test_vendors_are_found_and_added_from_the_register(
    client, acme, manager, vendors, evaluation, url, globex
):
    with organization_scope(ALL):
        gone = Vendor.objects.create(
            organization=acme, name="Gone", legal_name="Gone", archived_at=timezone.now()
        )
        foreign = Vendor.objects.create(organization=globex, name="Foreign", legal_name="Foreign")
    client.force_login(manager.user)
    here = f"{url}candidates/"
    response = client.get(f"{here}?q=NORTH")
    assertContains(response, "Northwind")
    for hidden in ("Contoso", "Gone", "Foreign"):
        assertNotContains(response, hidden)
    assertContains(client.get(f"{here}?q=zzz"), "No vendor in the register fits “zzz”")
    assert client.get(f"{here}?q=a%00b").status_code == 200
    ids = [vendors[0].pk, gone.pk, foreign.pk, "x", "9" * 30]
    for _ in range(2):
        assertRedirects(client.post(here, {"vendor": ids}), here)
    assert candidates_of(evaluation) == ["Northwind"]
    assert verbs().count("evaluation.candidates_added") == 1
    assertNotContains(client.get(here), f'value="{vendors[0].pk}"')


def test_adding_nobody_is_refused(client, manager, vendors, evaluation, url):
    client.force_login(manager.user)
    response = client.post(f"{url}candidates/", {"vendor": ["9" * 30]})
    assertContains(response, "Tick at least one vendor.", status_code=422)


def test_htmx_searches_the_register_alone(client, manager, vendors, url):
    client.force_login(manager.user)
    response = client.get(f"{url}candidates/?q=cont", headers={"HX-Request": "true"})
    assertContains(response, "Contoso")
    assertNotContains(response, "<html")


def test_the_register_is_shown_25_at_a_time(client, acme, manager, evaluation, url):
    with organization_scope(ALL):
        for number in range(26):
            Vendor.objects.create(organization=acme, legal_name=f"V{number:02}")
    client.force_login(manager.user)
    response = client.get(f"{url}candidates/")
    assertContains(response, "V24")
    assertNotContains(response, "V25")
    assertContains(response, "The first 25 by name.")


def test_a_new_vendor_joins_the_register_once(client, acme, manager, evaluation, url):
    client.force_login(manager.user)
    here = f"{url}candidates/new/"
    data = {"name": "Tailspin 🚀", "creation_key": "0" * 32}
    for _ in range(2):
        assertRedirects(client.post(here, data), f"{url}candidates/")
    assert candidates_of(evaluation) == ["Tailspin 🚀"]
    with organization_scope(ALL):
        assert Vendor.objects.get().name == "Tailspin 🚀"
    assert "vendor.added" in verbs()
    assertContains(client.post(here, {"name": "x\0"}), "This must be one line", status_code=422)


def test_a_name_of_the_register_is_only_added_as_another_company(
    client, manager, vendors, evaluation, url
):
    client.force_login(manager.user)
    here = f"{url}candidates/new/"
    response = client.post(here, {"name": "NORTHWIND"})
    assertContains(response, "The register has Northwind already.", status_code=422)
    assertContains(response, "This is another company of the same name", status_code=422)
    assert candidates_of(evaluation) == []
    assertRedirects(client.post(here, {"name": "NORTHWIND", "another": "on"}), f"{url}candidates/")
    assert candidates_of(evaluation) == ["NORTHWIND"]


def test_staying_in_house_competes_once(client, manager, evaluation, url):
    client.force_login(manager.user)
    for _ in range(2):
        assertRedirects(client.post(f"{url}candidates/in-house/"), f"{url}candidates/")
    assert candidates_of(evaluation) == ["Stay in-house"]
    assertNotContains(client.get(f"{url}candidates/"), "Add “Stay in-house”")


def test_a_candidate_is_taken_out_again(client, manager, acme, ready, url):
    client.force_login(manager.user)
    with organization_scope(acme):
        row = Candidate.objects.get(name="Northwind")
    response = client.post(f"{url}candidates/{row.pk}/remove/")
    assertRedirects(response, f"{url}candidates/")
    assert client.post(f"{url}candidates/{row.pk}/remove/").status_code == 404
    assert candidates_of(ready) == ["Contoso"]
    with organization_scope(acme):
        actions.remove_candidate(candidate=row, by=manager)  # gone already: nothing happens
    assert verbs().count("evaluation.candidate_removed") == 1


def test_two_vendors_of_one_name_are_told_apart(acme, manager, evaluation):
    with organization_scope(acme):
        same = [
            Vendor.objects.create(organization=acme, trading_name=name, legal_name=str(at))
            for at, name in enumerate(["Echo", "echo", "Echo"])
        ]
        actions.add_candidates(evaluation=evaluation, vendors=same, by=manager)
    assert sorted(candidates_of(evaluation)) == ["Echo", "Echo (3)", "echo (2)"]


def test_there_is_a_most_of_candidates(acme, manager, evaluation):
    with organization_scope(acme):
        many = Vendor.objects.bulk_create(
            Vendor(organization=acme, name=f"V{n}", legal_name="V")
            for n in range(MOST_CANDIDATES + 1)
        )
        with pytest.raises(Refused, match="200 candidates at most"):
            actions.add_candidates(evaluation=evaluation, vendors=many, by=manager)


# Evaluators ---------------------------------------------------------------------------------------


def test_evaluators_judge_everything_until_that_is_narrowed(
    client, acme, manager, evaluator, evaluation, url, viewer
):
    client.force_login(manager.user)
    here = f"{url}evaluators/"
    response = client.get(here)
    assertContains(response, "Choose who scores")
    assertContains(response, "Mia")
    assertNotContains(response, "Vik")
    data = {"version": 1, "evaluator": [evaluator.pk, manager.pk, viewer.pk]}
    assertRedirects(client.post(here, data), f"{url}setup/")
    assert judges(evaluation) == {"Eve": FIVE, "Mia": FIVE}
    with organization_scope(acme):
        first, *rest = evaluation.criteria.order_by("position").values_list("pk", flat=True)
    data = {
        "version": 2,
        "evaluator": [evaluator.pk, manager.pk],
        f"judges-{evaluator.pk}": [first],
        f"judges-{manager.pk}": [*rest, "x", "9" * 30],
    }
    assertRedirects(client.post(here, data), f"{url}setup/")
    assert judges(evaluation) == {"Eve": FIVE[:1], "Mia": FIVE[1:]}
    assertContains(client.get(f"{url}setup/"), "judges Quality")
    data = {"version": 3, "evaluator": [evaluator.pk], f"judges-{evaluator.pk}": [first]}
    assertRedirects(client.post(here, data), f"{url}setup/")
    assert judges(evaluation) == {"Eve": FIVE[:1]}
    assertContains(client.get(f"{url}setup/"), "Nobody judges Satisfaction, Cost, Security and")
    client.post(here, data | {"version": 4})
    assert fresh(evaluation).version == 4  # nothing changed


def test_the_numbers_of_scorecards_do_not_follow_the_names(acme, manager, evaluation):
    """Where names are hidden, a record and the address of a what-if still tell these numbers."""
    people = [make_member(acme, Role.EVALUATOR, f"{letter}lice") for letter in "abcdefghijklmnop"]
    with organization_scope(ALL):
        judged = list(evaluation.criteria.all())
        actions.set_evaluators(
            evaluation=evaluation,
            criteria_of=dict.fromkeys(people, judged),
            version=evaluation.version,
            by=manager,
        )
        names = list(evaluation.scorecards.order_by("pk").values_list("evaluator_name", flat=True))
    assert sorted(names) == [person.name for person in people]
    assert names != sorted(names)


def test_an_evaluator_without_a_criterion_is_refused(client, manager, evaluator, ready, url):
    client.force_login(manager.user)
    data = {"version": 2, "evaluator": [evaluator.pk]}
    words = "Choose at least one criterion for Eve, or untick the name."
    assertContains(client.post(f"{url}evaluators/", data), words, status_code=422)
    response = client.post(f"{url}evaluators/", data, headers={"HX-Request": "true"})
    assertNotContains(response, "<html", status_code=422)


def test_two_people_choosing_evaluators_see_both(client, manager, ready, url):
    client.force_login(manager.user)
    data = {"version": 1, "evaluator": [manager.pk]}
    response = client.post(f"{url}evaluators/", data)
    assertContains(response, "Saved now:", status_code=409)
    assertContains(response, "Eve: all criteria", status_code=409)
    assert judges(ready) == {"Eve": FIVE}


def test_actions_refuse_evaluators_who_may_not_score(acme, manager, viewer, evaluator, ready):
    with organization_scope(acme):
        everything = list(ready.criteria.all())
        for criteria_of, words in [
            ({viewer: everything}, "Vik may not score"),
            ({evaluator: []}, "Choose at least one criterion for Eve"),
        ]:
            with pytest.raises(Refused, match=words):
                actions.set_evaluators(
                    evaluation=ready, criteria_of=criteria_of, version=2, by=manager
                )


# Opening ------------------------------------------------------------------------------------------


def test_opening_freezes_and_asks_every_evaluator_once(
    client, acme, manager, evaluator, ready, url
):
    client.force_login(manager.user)
    for _ in range(2):
        response = client.post(f"{url}open/", {"version": 2})
        assertRedirects(response, url, fetch_redirect_response=False)
    assertRedirects(client.get(url), f"{url}score/")
    row = fresh(ready)
    assert (row.state, row.version) == ("scoring", 3)
    assert row.opened_at is not None
    mail = OutgoingMail.objects.get()
    assert (mail.to, mail.subject) == ("eve@acme.example", "Please score: Help desk")
    assert mail.key == f"evaluation-opened:{ready.pk}:{evaluator.pk}"
    assert f"/o/acme/evaluations/{ready.pk}/score/" in mail.text
    assert f"/o/acme/evaluations/{ready.pk}/score/" in mail.html
    assert verbs().count("evaluation.scoring_opened") == 1


def test_the_mail_names_the_day_and_keeps_markup_as_text(acme, manager, ready):
    with organization_scope(acme):
        ready = actions.change_evaluation(
            evaluation=ready,
            values={"title": "<b>Desk</b>", "due_on": dt.date(2099, 12, 31), "service": "A & B"},
            version=2,
            by=manager,
        )
        actions.open_scoring(evaluation=ready, by=manager)
    mail = OutgoingMail.objects.get()
    assert mail.subject == "Please score: <b>Desk</b> (until 31 Dec 2099)"
    assert "“<b>Desk</b>”" in mail.text
    assert "Service: A & B" in mail.text
    assert "by 31 Dec 2099." in mail.text
    assert "<b>Desk" not in mail.html


def test_opening_says_everything_that_is_missing(client, manager, evaluation, url):
    client.force_login(manager.user)
    response = client.post(f"{url}open/", {"version": 1})
    assert response.status_code == 422
    refusal = response.context["refusal"]
    assert refusal == (
        "Scoring can't be opened yet. Candidates: None yet. Add at least 2."
        " Evaluators: Nobody yet. Choose who scores."
        " Every criterion has a judge: Comes with the evaluators."
    )
    assert fresh(evaluation).in_setup
    assert OutgoingMail.objects.count() == 0


def test_opening_what_changed_meanwhile_is_refused(client, acme, manager, ready, url):
    with organization_scope(acme):
        actions.change_evaluation(
            evaluation=ready, values={"title": "Other"}, version=2, by=manager
        )
    client.force_login(manager.user)
    for version in ("2", "", "NaN", "9" * 30):
        response = client.post(f"{url}open/", {"version": version})
        assertContains(response, "Somebody changed this evaluation meanwhile.", status_code=409)
    assert fresh(ready).in_setup


@pytest.mark.parametrize("change", ["left", "demoted"])
def test_who_can_no_longer_score_does_not_count(acme, manager, evaluator, ready, change):
    evaluator.ended_at = timezone.now() if change == "left" else None
    evaluator.role = Role.VIEWER if change == "demoted" else Role.EVALUATOR
    evaluator.save()
    with organization_scope(acme), pytest.raises(NotReady, match="Nobody yet"):
        actions.open_scoring(evaluation=ready, by=manager)


def test_who_left_is_not_asked_and_the_page_says_so(
    client, acme, manager, evaluator, owner, ready, url
):
    with organization_scope(acme):
        everything = list(ready.criteria.all())
        wanted = {evaluator: everything, owner: everything}
        actions.set_evaluators(evaluation=ready, criteria_of=wanted, version=2, by=manager)
    evaluator.ended_at = timezone.now()
    evaluator.save()
    client.force_login(manager.user)
    assertContains(client.get(f"{url}setup/"), "Can no longer score")
    with organization_scope(acme):
        actions.open_scoring(evaluation=ready, by=manager)
    assert [mail.to for mail in OutgoingMail.objects.all()] == ["olga@acme.example"]


def test_a_due_date_that_passed_is_missing_too(acme, manager, ready):
    with organization_scope(acme):
        ready = actions.change_evaluation(
            evaluation=ready, values={"due_on": dt.date(2020, 1, 1)}, version=2, by=manager
        )
        with pytest.raises(NotReady, match="The due date is in the past"):
            actions.open_scoring(evaluation=ready, by=manager)


# After opening ------------------------------------------------------------------------------------


def test_after_opening_the_page_says_what_is_frozen(client, manager, opened, url):
    client.force_login(manager.user)
    response = client.get(f"{url}setup/")
    assertContains(response, "Frozen since scoring opened")
    assertContains(response, "Move the due date")
    assertContains(response, "Add an evaluator")
    assertNotContains(response, "Delete")
    for page in ("criteria/", "candidates/"):
        assertRedirects(client.get(url + page), f"{url}setup/")


def test_after_opening_nothing_is_changed_but_the_due_date(client, acme, manager, opened, url):
    client.force_login(manager.user)
    day = timezone.localdate() + dt.timedelta(days=9)
    data = {"title": "Sneaky", "due_on": day.isoformat(), "version": 3}
    assertRedirects(client.post(f"{url}edit/", data), f"{url}setup/")
    assert (fresh(opened).title, fresh(opened).due_on) == ("Help desk", day)
    with organization_scope(acme):
        row = fresh(opened)
        north = row.candidates.get(name="Northwind")
        drafts = [criterion.draft for criterion in row.criteria.all()]
        for action, words in [
            (actions.change_evaluation, {"values": {"title": "x"}, "version": 4}),
            (actions.change_evaluation_criteria, {"drafts": drafts, "version": 4}),
            (actions.add_candidates, {"vendors": []}),
            (actions.add_in_house, {}),
        ]:
            with pytest.raises(Frozen, match="Scoring has been opened"):
                action(evaluation=row, by=manager, **words)
        with pytest.raises(Frozen):
            actions.remove_candidate(candidate=north, by=manager)
        with pytest.raises(Refused, match="what people marked is kept"):
            actions.delete_evaluation(evaluation=row, by=manager)
    for path in ("candidates/in-house/", f"candidates/{north.pk}/remove/", "delete/"):
        assertContains(client.post(url + path), "Scoring has been opened", status_code=422)
    response = client.post(f"{url}candidates/new/", {"name": "Late"})
    assertContains(response, "Scoring has been opened", status_code=422)


def test_evaluators_join_late_and_leave_before_they_begin(
    client, acme, manager, owner, evaluator, opened, url
):
    client.force_login(manager.user)
    here = f"{url}evaluators/"
    data = {"version": 3, "evaluator": [evaluator.pk, owner.pk]}
    assertRedirects(client.post(here, data), f"{url}setup/")
    assert judges(opened) == {"Eve": FIVE, "Olga": FIVE}
    assert list(OutgoingMail.objects.order_by("pk").values_list("to", flat=True)) == [
        "eve@acme.example",
        "olga@acme.example",
    ]
    with organization_scope(acme):
        give_mark(opened.scorecards.get(evaluator=evaluator), "Northwind", "Cost", 3)
    assertContains(client.get(here), "has begun, so stays")
    # Eve has begun: her box is disabled, so the browser doesn't send it, and she stays.
    assertRedirects(client.post(here, {"version": 4}), f"{url}setup/")
    assert judges(opened) == {"Eve": FIVE}


def test_after_opening_every_criterion_keeps_its_judge(
    client, acme, manager, evaluator, opened, url
):
    client.force_login(manager.user)
    response = client.post(f"{url}evaluators/", {"version": 3})
    words = "Nobody would judge Quality, Satisfaction, Cost and 2 more."
    assertContains(response, words, status_code=422)
    with organization_scope(acme):
        some = list(opened.criteria.all())[:2]
        with pytest.raises(Refused, match="what Eve judges can't be changed"):
            actions.set_evaluators(
                evaluation=opened, criteria_of={evaluator: some}, version=3, by=manager
            )
        give_mark(opened.scorecards.get(), "Northwind", "Cost", 3)
        with pytest.raises(Refused, match="Eve has given marks already"):
            actions.set_evaluators(
                evaluation=opened,
                criteria_of={manager: list(opened.criteria.all())},
                version=3,
                by=manager,
            )


def test_marks_of_somebody_who_left_stay(acme, manager, evaluator, opened):
    evaluator.ended_at = timezone.now()
    evaluator.save()
    with organization_scope(acme):
        actions.set_evaluators(
            evaluation=opened,
            criteria_of={manager: list(opened.criteria.all())},
            version=3,
            by=manager,
        )
    assert judges(opened) == {"Eve": FIVE, "Mia": FIVE}


def test_after_closing_nothing_is_changed_at_all(client, acme, manager, opened, url):
    with organization_scope(acme):
        Evaluation.objects.filter(pk=opened.pk).update(state="closed", closed_at=timezone.now())
    client.force_login(manager.user)
    for page in ("edit/", "evaluators/", "criteria/", "candidates/"):
        assertRedirects(client.get(url + page), f"{url}setup/")
    with organization_scope(acme):
        row = fresh(opened)
        with pytest.raises(Refused, match="Scoring is closed"):
            actions.change_evaluation(
                evaluation=row, values={"due_on": None}, version=3, by=manager
            )
        with pytest.raises(Refused, match="Scoring is closed"):
            actions.set_evaluators(evaluation=row, criteria_of={}, version=3, by=manager)
        assert actions.open_scoring(evaluation=row, by=manager).is_closed


# Deleting -----------------------------------------------------------------------------------------


def test_what_was_never_opened_can_be_thrown_away(client, acme, manager, ready, url):
    client.force_login(manager.user)
    assertRedirects(client.post(f"{url}delete/"), LIST)
    assert client.post(f"{url}delete/").status_code == 404
    with organization_scope(acme):
        assert not Evaluation.objects.exists()
        assert Vendor.objects.count() == 2
        actions.delete_evaluation(evaluation=ready, by=manager)  # gone already: nothing happens
    assert verbs().count("evaluation.deleted") == 1


# Who may ------------------------------------------------------------------------------------------

WRITES = [
    "edit/",
    "criteria/",
    "candidates/",
    "candidates/new/",
    "candidates/in-house/",
    "candidates/1/remove/",
    "evaluators/",
    "open/",
    "delete/",
]


@pytest.mark.parametrize("path", WRITES)
def test_only_managers_set_up(client, evaluator, manager, outsider, url, path):
    assert client.post(url + path).status_code == 302  # to the sign-in page
    client.force_login(evaluator.user)
    assert client.post(url + path).status_code == 403
    client.force_login(outsider.user)
    assert client.post(url + path).status_code == 404
    foreign = (url + path).replace("/acme/", "/globex/")
    assert client.post(foreign).status_code == 404


def test_only_managers_start_one(client, evaluator):
    assert client.get(f"{LIST}new/").status_code == 302
    client.force_login(evaluator.user)
    assert client.get(f"{LIST}new/").status_code == 403


def test_a_set_or_candidate_of_elsewhere_is_not_taken(
    client, manager, outsider, globex, evaluation, url, standard
):
    with organization_scope(globex):
        foreign = actions.add_standard_set(by=outsider)
        theirs = actions.create_evaluation(title="T", criteria_set=foreign, by=outsider)
        [candidate] = actions.add_in_house(evaluation=theirs, by=outsider)
    client.force_login(manager.user)
    data = {"title": "T", "criteria_set": foreign.pk}
    response = client.post(f"{LIST}new/", data)
    assertContains(response, "is not one of the available choices", status_code=422)
    assert client.post(f"{url}candidates/{candidate.pk}/remove/").status_code == 404
    assert client.get(f"{LIST}{theirs.pk}/setup/").status_code == 404


def test_candidates_of_another_evaluation_are_not_found(client, acme, manager, ready, url):
    with organization_scope(acme):
        other = actions.create_evaluation(
            title="Other", criteria_set=acme.criteriaset_set.get(), by=manager
        )
        [candidate] = actions.add_in_house(evaluation=other, by=manager)
    client.force_login(manager.user)
    assert client.post(f"{url}candidates/{candidate.pk}/remove/").status_code == 404
    assert candidates_of(other) == ["Stay in-house"]
