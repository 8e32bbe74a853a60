"""The checklist of clauses: saved together, never over somebody else's answer without showing both."""

import re

import pytest
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from activity.models import LogEntry
from contracts.clauses import CLAUSES
from contracts.models import Clause, Contract
from contracts.tests.papers import make_contract
from core.tenancy import ALL, organization_scope


@pytest.fixture
def contract(manager) -> Contract:
    return make_contract(manager)


def url(contract: Contract, what: str = "clauses/") -> str:
    return f"/o/{contract.organization.slug}/contracts/{contract.pk}/{what}"


def save(contract: Contract) -> str:
    return url(contract, "clauses/save/")


def fields(page) -> dict[str, str]:
    """What a browser would send back, unchanged."""
    form = page.context["form"]
    return {field.html_name: field.value() or "" for field in form}


def stored(contract: Contract) -> dict[str, tuple[str, str, str, int]]:
    with organization_scope(ALL):
        rows = Clause.objects.filter(contract=contract).order_by("pk")
        return {row.key: (row.state, row.place, row.note, row.version) for row in rows}


def test_the_eighteen_of_the_issue_in_their_order():
    assert " ".join(clause.key for clause in CLAUSES) == (
        "scope price payment service_levels termination exit_help dispute data_protection "
        "confidentiality intellectual_property subcontractors audit_right liability insurance "
        "continuity key_people price_review scaling"
    )


def test_saved_together_and_told_in_the_trail(client, manager, contract):
    client.force_login(manager.user)
    body = fields(client.get(url(contract)))
    assert sum(key.endswith("-seen") for key in body) == 18
    assert stored(contract) == {}
    body |= {"scope-state": "present", "scope-place": "§ 2, page 3", "scope-note": "a\r\nb"}
    body |= {"exit_help-state": "absent"}
    assertRedirects(client.post(save(contract), body), url(contract))
    assert stored(contract) == {
        "scope": ("present", "§ 2, page 3", "a\nb", 1),
        "exit_help": ("absent", "", "", 1),
    }
    with organization_scope(ALL):
        line = LogEntry.objects.get(verb="contract.clauses_changed")
    assert line.before == {"scope": "Not looked at yet", "exit_help": "Not looked at yet"}
    assert line.after == {"scope": "Present, § 2, page 3, a\nb", "exit_help": "Absent"}


def test_sent_twice_or_unchanged_nothing_happens(client, manager, contract):
    client.force_login(manager.user)
    body = fields(client.get(url(contract))) | {"scope-state": "present"}
    client.post(save(contract), body)
    again = client.post(save(contract), body, follow=True)
    assertContains(again, "Nothing was changed.")
    assertContains(client.post(save(contract), fields(again), follow=True), "Nothing was changed.")
    assert stored(contract) == {"scope": ("present", "", "", 1)}
    with organization_scope(ALL):
        assert LogEntry.objects.filter(verb="contract.clauses_changed").count() == 1


def test_two_people_on_different_clauses_do_not_meet(client, manager, owner, contract):
    client.force_login(manager.user)
    mine = fields(client.get(url(contract))) | {"price-state": "negotiated"}
    theirs = fields(client.get(url(contract))) | {"scope-state": "present"}
    client.post(save(contract), theirs)
    assertRedirects(client.post(save(contract), mine), url(contract))
    assert stored(contract) == {
        "scope": ("present", "", "", 1),
        "price": ("negotiated", "", "", 1),
    }


def test_the_second_one_on_the_same_clause_sees_both(client, manager, contract):
    client.force_login(manager.user)
    mine = fields(client.get(url(contract)))
    mine |= {"scope-state": "absent", "scope-note": "Nowhere", "price-place": "Annex B"}
    theirs = fields(client.get(url(contract)))
    client.post(save(contract), theirs | {"scope-state": "present", "payment-state": "present"})
    page = client.post(save(contract), mine)
    assert page.status_code == 409
    assert page.context["differing"] == [("Scope", "Present", "Absent, Nowhere")]
    assert stored(contract)["scope"] == ("present", "", "", 1)
    assert "price" not in stored(contract)
    again = fields(page)
    assert again["payment-state"] == "present"
    assertRedirects(client.post(save(contract), again), url(contract))
    assert stored(contract) == {
        "scope": ("absent", "", "Nowhere", 2),
        "payment": ("present", "", "", 1),
        "price": ("unchecked", "Annex B", "", 1),
    }


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"scope-state": "perhaps"}, "Select a valid choice"),
        ({"scope-place": "a\u202eb"}, "one line"),
        ({"scope-note": "x" * 2001}, "at most 2000"),
        ({"scope-seen": "x:y"}, "Load the page again"),
        ({"scope-seen": ""}, "required"),
    ],
)
def test_refused_with_what_was_written(client, manager, contract, changed, words):
    client.force_login(manager.user)
    body = fields(client.get(url(contract))) | {"price-place": "Annex B"} | changed
    page = client.post(save(contract), body)
    assertContains(page, words, status_code=422)
    assertContains(page, 'value="Annex B"', status_code=422)
    assert stored(contract) == {}


def test_one_state_only(client, manager, contract):
    client.force_login(manager.user)
    client.post(save(contract), fields(client.get(url(contract))) | {"scope-state": "absent"})
    page = client.get(url(contract) + "?state=absent")
    assert [line.clause.key for line in page.context["lines"]] == ["scope"]
    assertContains(page, "Absent 1")
    body = fields(page) | {"scope-state": "present"}
    assertRedirects(client.post(save(contract) + "?state=absent", body), url(contract))
    empty = client.get(url(contract) + "?state=absent")
    assertContains(empty, "None of the clauses is in this state")
    assert len(client.get(url(contract) + "?state=nonsense").context["lines"]) == 18


def test_asked_for_without_a_form_the_address_shows_the_page(client, manager, contract):
    client.force_login(manager.user)
    assertRedirects(client.get(save(contract)), url(contract))


def test_who_may(client, viewer, outsider, contract):
    client.force_login(viewer.user)
    page = client.get(url(contract))
    assertContains(page, "Exit help")
    assertNotContains(page, "Save the clauses")
    assert client.post(save(contract), {"scope-seen": "0:x"}).status_code == 403
    client.force_login(outsider.user)
    assert client.get(url(contract)).status_code == 404
    assert client.get(f"/o/globex/contracts/{contract.pk}/clauses/").status_code == 404
    client.logout()
    assert client.get(url(contract)).url.startswith("/accounts/login/")


def test_what_people_write_stays_text(client, manager, contract):
    client.force_login(manager.user)
    body = fields(client.get(url(contract)))
    client.post(save(contract), body | {"scope-place": "<b>1</b>", "scope-note": "</textarea><b>"})
    content = client.get(url(contract)).content.decode()
    assert "<b>" not in re.sub(r"<body.*?<main", "", content, flags=re.DOTALL)


def test_few_queries(client, manager, contract, django_assert_max_num_queries):
    client.force_login(manager.user)
    body = fields(client.get(url(contract)))
    with django_assert_max_num_queries(8):
        client.get(url(contract))
    client.post(save(contract), body | {f"{clause.key}-state": "present" for clause in CLAUSES})
    with django_assert_max_num_queries(8):
        client.get(url(contract))
