"""Criteria sets: made, edited as versions, archived; who may, and who may not."""

from dataclasses import replace
from decimal import Decimal

import pytest
from pytest_django.asserts import (
    assertContains,
    assertNotContains,
    assertRedirects,
    assertTemplateUsed,
)

from accounts.actions import create_organization
from accounts.models import User
from activity.models import LogEntry
from core.tenancy import ALL, organization_scope
from core.versions import Stale
from evaluations import actions
from evaluations.actions.criteria import CannotSaveCriteria
from evaluations.criteria import CriterionDraft
from evaluations.models import CriteriaSet, Criterion
from evaluations.standard_set import STANDARD_SET
from evaluations.tests.posting import rows, weights

LIST = "/o/acme/evaluations/criteria/"


@pytest.fixture
def standard(acme, admin) -> CriteriaSet:
    with organization_scope(acme):
        return actions.add_standard_set(by=admin)


@pytest.fixture
def url(standard) -> str:
    return f"{LIST}{standard.pk}/"


def saved(standard: CriteriaSet) -> list[tuple[str, Decimal]]:
    """Names and weights of the current version."""
    with organization_scope(ALL):
        standard.refresh_from_db()
        drafts = standard.versions.get(number=standard.version).drafts
        return [(draft.name, draft.weight) for draft in drafts]


def form(standard, drafts=STANDARD_SET, **more) -> dict[str, str]:
    return {"name": standard.name, "version": standard.version, **rows(drafts), **more}


# Every organization starts with the standard set ---------------------------------------------------


def test_a_new_organization_has_the_standard_criteria(db):
    user = User.objects.create_user("new@example.com", None, "New")
    member = create_organization(name="Fresh", user=user)
    with organization_scope(member.organization):
        row = CriteriaSet.objects.get()
        assert (row.name, row.version) == ("Standard criteria", 1)
        assert [draft.name for draft in row.versions.get().drafts] == [
            "Quality",
            "Satisfaction",
            "Cost",
            "Security",
            "Cultural fit",
        ]
        assert LogEntry.objects.get(verb="criteria_set.created").after == {
            "Quality": "30",
            "Satisfaction": "20",
            "Cost": "20",
            "Security": "20",
            "Cultural fit": "10",
        }


# Reading -------------------------------------------------------------------------------------------


def test_everybody_reads_the_list_and_the_set(client, viewer, url):
    client.force_login(viewer.user)
    response = client.get(LIST)
    assertContains(response, "Standard criteria")
    assertContains(response, "5 weighted criteria")
    assertNotContains(response, "New criteria set")
    response = client.get(url)
    assertContains(response, "How good is the work that this vendor would do for us")
    assertContains(response, "Higher marks are better (0 to 5).", 5)
    assertContains(response, "Outstanding: measured results over years")
    assertNotContains(response, "Archive")


def test_history_says_who_changed_which_weight(client, viewer, admin, acme, standard, url):
    drafts = list(STANDARD_SET)
    drafts[0] = replace(drafts[0], weight=Decimal(35))
    drafts[1] = replace(drafts[1], weight=Decimal(15))
    with organization_scope(acme):
        actions.change_criteria_set(
            criteria_set=standard,
            name="Our criteria",
            drafts=drafts,
            note="Quality first",
            version=1,
            by=admin,
        )
    client.force_login(viewer.user)
    response = client.get(url)
    for words in ("Quality 30 → 35", "Satisfaction 20 → 15", "Quality first", "Ada, "):
        assertContains(response, words)
    assertContains(response, "The set was called “Standard criteria”, now “Our criteria”")
    response = client.get(f"{url}versions/1/")
    assertContains(response, "This is an older version")
    assertContains(response, "Changed since, up to version 2")
    assertContains(response, "Quality 30 → 35")
    response = client.get(f"{url}versions/2/")
    assertContains(response, "Changed in this version")
    assertNotContains(response, "Changed since")
    for missing in ("0", "3", "9" * 30):
        assert client.get(f"{url}versions/{missing}/").status_code == 404


def test_an_empty_list_says_what_to_do_first(client, admin, viewer):
    client.force_login(admin.user)
    assertContains(client.get(LIST), "Start with the five standard criteria")
    client.force_login(viewer.user)
    assertContains(client.get(LIST), "An Admin can make one.")


@pytest.mark.parametrize("count", [1, 3])
def test_pages_take_the_same_queries_however_long_they_are(
    client, admin, acme, standard, url, count, django_assert_num_queries
):
    with organization_scope(acme):
        for number in range(count):
            actions.create_criteria_set(name=f"Set {number}", drafts=STANDARD_SET, by=admin)
            drafts = [*STANDARD_SET, CriterionDraft(f"Gate {number}", kind="gate")]
            actions.change_criteria_set(
                criteria_set=standard,
                name=standard.name,
                drafts=drafts,
                version=number + 1,
                by=admin,
            )
    client.force_login(admin.user)
    client.get(LIST)
    with django_assert_num_queries(5):
        client.get(LIST)
    with django_assert_num_queries(7):
        client.get(url)


# Saving --------------------------------------------------------------------------------------------


def test_saving_makes_a_new_version_and_leaves_the_old_one(client, admin, acme, standard, url):
    client.force_login(admin.user)
    data = weights(form(standard, note="More for quality"), 35, 15)
    assertRedirects(client.post(f"{url}edit/", data), url)
    assert saved(standard)[:2] == [("Quality", 35), ("Satisfaction", 15)]
    with organization_scope(acme):
        first, second = standard.versions.order_by("number")
        assert [draft.weight for draft in first.drafts] == [30, 20, 20, 20, 10]
        assert (second.note, second.created_by) == ("More for quality", admin)
        line = LogEntry.objects.get(verb="criteria_set.changed")
        assert line.before == {"Quality weight": "30", "Satisfaction weight": "20"}
        assert line.after == {"Quality weight": "35", "Satisfaction weight": "15"}


def test_saving_without_a_change_makes_no_version(client, admin, standard, url):
    client.force_login(admin.user)
    response = client.post(f"{url}edit/", form(standard), follow=True)
    assertContains(response, "Nothing was changed, so there is no new version.")
    standard.refresh_from_db()
    assert standard.version == 1


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"c0-weight": "20"}, "The weights add up to 90. 10 are missing."),
        ({"c0-weight": "42"}, "The weights add up to 112. That is 12 too many."),
        ({"c0-weight": "-1"}, "A weight lies between 0 and 100."),
        ({"c0-weight": "NaN"}, "Write the weight as a number, for example 25 or 33.333."),
        ({"c0-weight": "inf"}, "Write the weight as a number, for example 25 or 33.333."),
        ({"c0-weight": "1e400"}, "A weight lies between 0 and 100."),
        ({"c0-weight": "9" * 30}, "A weight lies between 0 and 100."),
        ({"c0-weight": "30.0001"}, "Use at most three decimals."),
        ({"c0-weight": "lots"}, "Write the weight as a number, for example 25 or 33.333."),
        ({"c0-name": ""}, "Give this criterion a name."),
        ({"c0-name": "COST "}, "“Cost” is in the list already."),
        ({"c0-name": "a\0b"}, "This must be one line, without line breaks or control characters."),
        ({"c0-question": "a\0b"}, "Null characters are not allowed."),
        ({"c0-name": "a\nb"}, "This must be one line, without line breaks or control characters."),
        ({"c0-name": "x" * 101}, "at most 100 characters (it has 101)"),
        ({"c0-kind": "best"}, "Select a valid choice. best is not one of the available choices."),
        ({"c0-kind": "measured"}, "Fix this number before anybody marks."),
        (
            {"c0-kind": "measured", "c0-worst": "5", "c0-best": "5.0"},
            "Worst and best must be two different numbers.",
        ),
        (
            {"c0-kind": "measured", "c0-worst": "40,000", "c0-best": "1"},
            "Write a number like 40000 or 99.5.",
        ),
        ({"c0-anchor_3": "x" * 301}, "at most 300 characters (it has 301)"),
        ({"name": " "}, "This field is required."),
        ({"name": "x" * 121}, "at most 120 characters (it has 121)"),
        ({"note": "x" * 301}, "at most 300 characters (it has 301)"),
    ],
)
def test_what_is_wrong_is_refused_beside_it_with_the_input_kept(
    client, admin, standard, url, changed, words
):
    client.force_login(admin.user)
    data = form(standard, note="Kept note") | changed | {"c4-question": "A kept question?"}
    response = client.post(f"{url}edit/", data)
    assertContains(response, words, status_code=422)
    assertContains(response, "A kept question?", status_code=422)
    standard.refresh_from_db()
    assert standard.version == 1


def test_several_things_wrong_are_said_at_once_each_with_a_link(client, admin, standard, url):
    client.force_login(admin.user)
    data = form(standard) | {"name": "", "c0-name": "", "c2-weight": "x"}
    response = client.post(f"{url}edit/", data)
    assertContains(response, '<a href="#id_name">Name of the set</a>', status_code=422)
    assertContains(response, '<a href="#id_c0-name">Criterion 1, name</a>', status_code=422)
    assertContains(response, '<a href="#id_c2-weight">Criterion 3, weight</a>', status_code=422)


def test_leftovers_of_another_kind_do_not_get_in_the_way(client, admin, standard, url):
    client.force_login(admin.user)
    gate = {"c0-kind": "gate", "c0-weight": "lots", "c0-worst": "?", "c0-anchor_0": "x" * 999}
    data = weights(form(standard), "", 30, 30, 30, 10) | gate
    assertRedirects(client.post(f"{url}edit/", data), url)
    with organization_scope(ALL):
        row = Criterion.objects.get(version__number=2, name="Quality")
        assert (row.kind, row.weight, row.worst, row.best, row.anchors) == ("gate", 0, 0, 1, [])


def test_measured_criteria_keep_their_scale_and_say_it(client, admin, standard, url):
    client.force_login(admin.user)
    data = form(standard) | {
        "c2-kind": "measured",
        "c2-worst": "40000",
        "c2-best": "20000.5",
        "c2-unit": "EUR",
    }
    response = client.post(f"{url}edit/", data, follow=True)
    assertContains(response, "Lower is better: 0 points at 40,000 EUR, 100 at 20,000.5 EUR.")


def test_names_come_back_as_they_were_written(client, admin, standard, url):
    client.force_login(admin.user)
    name = "Qualität 🚀 <b>עברית</b>"
    client.post(f"{url}edit/", form(standard) | {"c0-name": name})
    assert saved(standard)[0] == (name, 30)


def test_fifty_criteria_and_not_one_more(client, admin, standard, url):
    client.force_login(admin.user)
    many = [CriterionDraft(f"C{at}", Decimal(2)) for at in range(50)]
    response = client.post(f"{url}edit/", form(standard, [*many, CriterionDraft("Extra")]))
    assertContains(response, "At most 50 criteria; these are 51.", status_code=422)
    assertRedirects(client.post(f"{url}edit/", form(standard, many)), url)
    assert len(saved(standard)) == 50


def test_who_saves_second_sees_both_and_loses_nothing(client, admin, acme, standard, url):
    drafts = list(STANDARD_SET)
    drafts[0], drafts[1] = (
        replace(drafts[0], weight=Decimal(35)),
        replace(drafts[1], weight=Decimal(15)),
    )
    with organization_scope(acme):
        actions.change_criteria_set(
            criteria_set=standard, name="Renamed", drafts=drafts, version=1, by=admin
        )
    client.force_login(admin.user)
    data = weights(form(standard), 25, 20, 20, 25)
    response = client.post(f"{url}edit/", data)
    assertContains(response, "Somebody saved this while you were editing.", status_code=409)
    assertContains(response, "Quality 35 → 25", status_code=409)
    assertContains(
        response, "The set is called “Renamed”, you wrote “Standard criteria”", status_code=409
    )
    assertContains(response, '<input type="hidden" name="version" value="2"', status_code=409)
    assert saved(standard)[0] == ("Quality", 35)
    assertRedirects(client.post(f"{url}edit/", data | {"version": "2"}), url)
    assert saved(standard)[0] == ("Quality", 25)


def test_actions_refuse_what_the_form_would(acme, admin, standard):
    with organization_scope(acme):
        with pytest.raises(CannotSaveCriteria, match="10 are missing"):
            actions.create_criteria_set(
                name="Bad", drafts=[CriterionDraft("A", Decimal(90))], by=admin
            )
        with pytest.raises(Stale):
            actions.change_criteria_set(
                criteria_set=standard, name="x", drafts=STANDARD_SET, version=9, by=admin
            )


# Making --------------------------------------------------------------------------------------------


def test_a_set_is_made_from_the_standard_one_once(client, admin, standard):
    client.force_login(admin.user)
    response = client.get(f"{LIST}new/")
    assertTemplateUsed(response, "evaluations/create_criteria_set.html")
    assertContains(response, 'value="Quality"')
    data = {"name": "Network", "creation_key": response.context["form"]["creation_key"].value()}
    data |= rows(STANDARD_SET)
    for _ in range(2):
        response = client.post(f"{LIST}new/", data)
        with organization_scope(ALL):
            made = CriteriaSet.objects.get(name="Network")
        assertRedirects(response, f"{LIST}{made.pk}/")
    assert saved(made) == [(draft.name, draft.weight) for draft in STANDARD_SET]


def test_a_set_may_start_empty_or_from_another(client, admin, standard, outsider, globex):
    client.force_login(admin.user)
    assertContains(client.get(f"{LIST}new/?start=empty"), "Criterion 3: new")
    assertContains(client.get(f"{LIST}new/?start={standard.pk}"), 'value="Cultural fit"')
    with organization_scope(globex):
        foreign = actions.add_standard_set(by=outsider)
    for start in (foreign.pk, "nonsense", "9" * 30, "-1"):
        assert client.get(f"{LIST}new/?start={start}").status_code == 404


def test_two_sets_of_one_name_are_refused(client, admin, standard):
    client.force_login(admin.user)
    data = {"name": "standard  CRITERIA", **rows(STANDARD_SET)}
    response = client.post(f"{LIST}new/", data)
    assertContains(response, "There is a criteria set called", status_code=422)


# Archiving -----------------------------------------------------------------------------------------


def test_an_archived_set_is_out_of_the_way_and_comes_back(client, admin, acme, standard, url):
    client.force_login(admin.user)
    for _ in range(2):
        assertRedirects(client.post(f"{url}archive/"), LIST)
    assertContains(client.get(LIST), "Archived (1)")
    response = client.post(f"{url}edit/", form(standard) | {"c0-name": "Better"})
    assertContains(response, "This criteria set is archived.", status_code=422)
    for _ in range(2):
        assertRedirects(client.post(f"{url}restore/"), url)
    assertNotContains(client.get(LIST), "Archived")
    with organization_scope(acme):
        verbs = LogEntry.objects.order_by("pk").values_list("verb", flat=True)
        assert list(verbs)[1:] == ["criteria_set.archived", "criteria_set.restored"]


def test_a_name_that_was_taken_meanwhile_can_not_come_back(client, admin, acme, standard, url):
    with organization_scope(acme):
        actions.archive_criteria_set(criteria_set=standard, by=admin)
        actions.add_standard_set(by=admin)
    client.force_login(admin.user)
    response = client.post(f"{url}restore/", follow=True)
    assertContains(response, "There is a criteria set called “Standard criteria” already.")


# Who may -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["new/", "{pk}/edit/", "{pk}/archive/", "{pk}/restore/"])
def test_only_admins_change_criteria_sets(client, owner, standard, path):
    address = LIST + path.format(pk=standard.pk)
    assert client.post(address).status_code == 302  # to the sign-in page
    client.force_login(owner.user)
    assert client.post(address).status_code == 403


PATHS = ["", "edit/", "versions/1/", "archive/", "restore/"]


@pytest.mark.parametrize("path", PATHS)
def test_another_organizations_set_is_not_found(client, admin, outsider, globex, standard, path):
    with organization_scope(globex):
        foreign = actions.add_standard_set(by=outsider)
    client.force_login(admin.user)
    assert client.post(f"{LIST}{foreign.pk}/{path}").status_code == 404
    client.force_login(outsider.user)
    assert client.post(f"{LIST}{standard.pk}/{path}").status_code == 404


def test_htmx_gets_the_form_alone_and_is_sent_on(client, admin, standard, url):
    client.force_login(admin.user)
    headers = {"HX-Request": "true"}
    response = client.post(f"{url}edit/", form(standard) | {"c0-weight": "1"}, headers=headers)
    assertContains(response, "29 are missing", status_code=422)
    assertNotContains(response, "<html", status_code=422)
    data = weights(form(standard), 35, 15)
    response = client.post(f"{url}edit/", data, headers=headers)
    assert (response.status_code, response.headers["HX-Redirect"]) == (200, url)
