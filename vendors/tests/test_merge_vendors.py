"""Two entries for one company become one: compared field by field, nothing lost, nothing doubled."""

import pytest
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from core.tenancy import ALL, organization_scope
from evaluations.models import Candidate, Evaluation
from vendors import actions
from vendors.actions import CannotMerge, IsMerged
from vendors.models import Contact, Vendor
from vendors.queries import profile_of
from vendors.tests.builders import FULL, LIST, add, add_person, fresh, trail

MERGE = f"{LIST}merge/"


@pytest.fixture
def keep(manager) -> Vendor:
    return add(manager, **FULL)


@pytest.fixture
def other(manager) -> Vendor:
    return add(
        manager,
        "North Wind Support Limited",
        website="https://northwind.example",
        services=["Network", "Chat support"],
        languages=["English", "German"],
        country="GB",
        tax_number="GB-1",
        notes="Called in May.",
        status="active",
    )


def url(keep: Vendor, other: Vendor) -> str:
    return f"{MERGE}?keep={keep.pk}&other={other.pk}"


def as_shown(client, address: str) -> dict[str, str]:
    form = client.get(address).context["form"]
    return {name: str(form[name].value()) for name in form.fields}


def evaluation(manager, title: str, *vendors: Vendor) -> Evaluation:
    own = {"organization": manager.organization}
    with organization_scope(ALL):
        row = Evaluation.objects.create(**own, title=title, created_by=manager)
        for position, vendor in enumerate(vendors):
            Candidate.objects.create(
                **own, evaluation=row, vendor=vendor, name=vendor.name, position=position
            )
        return row


def candidacies(vendor: Vendor) -> list[str]:
    with organization_scope(ALL):
        return [str(c.evaluation) for c in Candidate.objects.filter(vendor=vendor).order_by("pk")]


# Choosing -------------------------------------------------------------------------------------------


def test_the_duplicate_is_suggested_or_found(client, manager, keep, other):
    client.force_login(manager.user)
    response = client.get(f"{MERGE}?keep={keep.pk}")
    assertContains(response, "Looks the same")
    assertContains(response, f"?keep={keep.pk}&amp;other={other.pk}")
    add(manager, "Contoso")
    response = client.get(f"{MERGE}?keep={keep.pk}&q=conto")
    assertContains(response, "Contoso")
    assertContains(client.get(f"{MERGE}?q=nothing-like-it"), "No other vendor fits")


def test_without_anything_chosen_the_one_that_stays_is_asked_for(client, manager, keep):
    client.force_login(manager.user)
    assertContains(client.get(MERGE), "which one stays?")
    assertContains(client.get(f"{MERGE}?q=northwind"), f"?keep={keep.pk}")


@pytest.mark.parametrize("junk", ["x", "", "-1", "9" * 40, "%00", "１"])
def test_junk_in_the_address_is_nothing_chosen(client, manager, keep, junk):
    client.force_login(manager.user)
    assertContains(client.get(f"{MERGE}?keep={junk}"), "which one stays?")
    assertContains(client.get(f"{MERGE}?keep={keep.pk}&other={junk}&q=%00"), "is a duplicate of")


def test_an_entry_is_no_duplicate_of_itself(client, manager, keep):
    client.force_login(manager.user)
    assertContains(client.get(url(keep, keep)), "is a duplicate of Northwind?")
    with organization_scope(ALL), pytest.raises(CannotMerge, match="one and the same"):
        actions.merge_vendors(keep=keep, other=keep, values={}, versions={keep.pk: 1}, by=manager)


def test_htmx_gets_what_was_found(client, manager, keep, other):
    client.force_login(manager.user)
    address = f"{MERGE}?keep={keep.pk}&q=north"
    part = client.get(address, headers={"HX-Request": "true"}).content.decode().strip()
    assert part.startswith('<div id="found"')
    assert part in client.get(address).content.decode()


# Comparing ------------------------------------------------------------------------------------------


def test_both_values_are_shown_and_something_sensible_is_chosen(client, manager, keep, other):
    client.force_login(manager.user)
    address = url(keep, other)
    response = client.get(address)
    for text in (
        "Northwind Support Ltd",
        "North Wind Support Limited",
        "United Kingdom",
        "nothing",
    ):
        assertContains(response, text)
    chosen = as_shown(client, address)
    assert (chosen["country"], chosen["services"], chosen["notes"]) == ("keep", "both", "both")
    assert response.context["form"].same == [("Languages", "English, German")]
    turned = as_shown(client, url(other, keep))
    assert (turned["time_zone"], turned["trading_name"]) == ("other", "keep")


def test_merged_as_chosen(client, manager, keep, other):
    add_person(manager, keep, "Nora")
    add_person(manager, other, "Liam")
    evaluation(manager, "Help desk", other)
    client.force_login(manager.user)
    address = url(keep, other)
    body = as_shown(client, address) | {"country": "other", "tax_number": "keep"}
    assertRedirects(client.post(address, body), f"{LIST}{keep.pk}/")
    kept, gone = fresh(keep), fresh(other)
    assert profile_of(kept) == {
        **FULL,
        "inside_owner": None,
        "country": "GB",
        "services": ["Help desk", "Network", "Chat support"],
        "notes": "Met at the fair.\n\nCalled in May.",
    }
    assert (gone.merged_into_id, gone.archived_at is None) == (keep.pk, False)
    assert candidacies(keep) == ["Help desk"]
    with organization_scope(ALL):
        people = list(Contact.objects.order_by("pk").values_list("name", "vendor", "is_main"))
    assert people == [("Nora", keep.pk, True), ("Liam", keep.pk, False)]
    [*_, (who, verb, before, after)] = trail(keep)
    assert (who, verb, before["country"], after["country"]) == (
        "Mia",
        "vendor.merged",
        "Ireland",
        "United Kingdom",
    )
    assert after["merged"] == "North Wind Support Limited"
    assert after["moved"] == {"contacts": 1, "candidates": 1}
    assert trail(other)[-1][1:] == ("vendor.merged_away", {}, {"merged into": "Northwind"})


def test_the_main_contact_of_the_duplicate_becomes_it_where_there_was_none(manager, keep, other):
    add_person(manager, other, "Liam")
    merge(manager, keep, other)
    with organization_scope(ALL):
        assert list(keep.contacts.values_list("name", "is_main")) == [("Liam", True)]


def merge(by, keep: Vendor, other: Vendor) -> Vendor:
    with organization_scope(ALL):
        versions = {row.pk: fresh(row).version for row in (keep, other)}
        return actions.merge_vendors(keep=keep, other=other, values={}, versions=versions, by=by)


def test_what_was_merged_before_points_to_the_last_one(manager, keep, other):
    first = add(manager, "First")
    merge(manager, other, first)
    merge(manager, keep, other)
    assert fresh(first).merged_into_id == keep.pk


def test_the_old_page_points_to_the_kept_one_and_changes_nothing_more(client, manager, keep, other):
    merge(manager, keep, other)
    client.force_login(manager.user)
    response = client.get(f"{LIST}{other.pk}/")
    assertContains(response, f'<a href="{LIST}{keep.pk}/">Northwind</a>')
    assertNotContains(response, f"{other.pk}/edit/")
    for what in ("archive/", "restore/"):
        response = client.post(f"{LIST}{other.pk}/{what}", follow=True)
        assertContains(response, "was merged into Northwind")
    response = client.post(
        f"{LIST}{other.pk}/edit/", {"legal_name": "X", "status": "active", "version": 2}
    )
    assertContains(response, "was merged into Northwind", status_code=422)
    response = client.post(f"{LIST}{other.pk}/contacts/add/", {"name": "X"})
    assertContains(response, "was merged into Northwind", status_code=422)
    assert client.get(url(keep, other)).status_code == 404
    assert fresh(other).version == 2


def test_a_contact_of_a_merged_vendor_can_not_be_changed_there(manager, keep, other):
    liam = add_person(manager, other, "Liam")
    with organization_scope(ALL):
        liam = Contact.objects.select_related("vendor").get(pk=liam.pk)
        merge(manager, keep, other)
        with pytest.raises(IsMerged):
            actions.remove_contact(contact=liam, by=manager)


# Refused --------------------------------------------------------------------------------------------


def test_candidates_of_one_evaluation_stay_two(client, manager, keep, other):
    evaluation(manager, "Help desk 2026", keep, other)
    evaluation(manager, "Network", other)
    add_person(manager, other, "Liam")
    client.force_login(manager.user)
    address = url(keep, other)
    response = client.post(address, as_shown(client, address))
    assertContains(response, "Both are candidates in “Help desk 2026”", status_code=422)
    assert (fresh(keep).version, fresh(other).version) == (1, 1)
    assert candidacies(other) == ["Help desk 2026", "Network"]
    assert trail(keep)[-1][1] == "vendor.added"


def test_whoever_changed_meanwhile_is_looked_at_again(client, manager, owner, keep, other):
    client.force_login(manager.user)
    address = url(keep, other)
    body = as_shown(client, address)
    with organization_scope(ALL):
        actions.edit_vendor(vendor=other, values={"country": "FR"}, version=1, by=owner)
    response = client.post(address, body)
    assertContains(response, "changed while you were comparing", status_code=409)
    assertContains(response, "France", status_code=409)
    assert fresh(other).merged_into_id is None
    again = {name: str(response.context["form"][name].value()) for name in body}
    assert client.post(address, again).status_code == 302


def test_an_archived_entry_can_not_stay_but_can_be_the_duplicate(client, manager, keep, other):
    with organization_scope(ALL):
        actions.archive_vendor(vendor=other, by=manager)
    client.force_login(manager.user)
    response = client.post(url(other, keep), as_shown(client, url(other, keep)))
    assertContains(response, "is archived. Restore it first", status_code=422)
    response = client.post(url(keep, other), as_shown(client, url(keep, other)))
    assert response.status_code == 302


def test_sent_twice_it_is_merged_once(client, manager, keep, other):
    client.force_login(manager.user)
    body = as_shown(client, url(keep, other))
    client.post(url(keep, other), body)
    assert client.post(url(keep, other), body).status_code == 404
    with organization_scope(ALL), pytest.raises(CannotMerge, match="already"):
        actions.merge_vendors(
            keep=keep, other=other, values={}, versions={keep.pk: 2, other.pk: 2}, by=manager
        )
    assert fresh(keep).version == 2


def test_a_choice_that_is_none_is_refused(client, manager, keep, other):
    client.force_login(manager.user)
    body = as_shown(client, url(keep, other))
    for junk in ({"country": "both"}, {"country": ""}, {"keep_version": "x"}):
        assert client.post(url(keep, other), body | junk).status_code == 422
    assert fresh(keep).version == 1


def test_notes_too_long_together_are_not_joined(client, manager, keep, other):
    with organization_scope(ALL):
        for vendor in (keep, other):
            actions.edit_vendor(
                vendor=vendor, values={"notes": vendor.name * 300}, version=1, by=manager
            )
        actions.edit_vendor(vendor=keep, values={"notes": "x" * 9000}, version=2, by=manager)
    client.force_login(manager.user)
    assert as_shown(client, url(keep, other))["notes"] == "keep"


def test_who_may(client, manager, viewer, evaluator, outsider, keep, other):
    address = url(keep, other)
    assert client.get(address).url.startswith("/accounts/login/")
    for member, status in ((viewer, 403), (evaluator, 403), (outsider, 404)):
        client.force_login(member.user)
        assert client.get(address).status_code == status
        assert client.post(address, {}).status_code == status
    client.force_login(outsider.user)
    theirs = add(outsider, "Theirs")
    foreign = f"/o/globex/vendors/merge/?keep={theirs.pk}&other={other.pk}"
    assert client.get(foreign).status_code == 404
    assert client.post(foreign, {}).status_code == 404
    assert client.get(f"/o/globex/vendors/merge/?keep={keep.pk}").status_code == 404
