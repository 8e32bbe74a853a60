"""The register: search, filters, order, pages; the same few queries however many vendors there are."""

import re

import pytest
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from core.tenancy import ALL, organization_scope
from vendors import actions
from vendors.models import Vendor
from vendors.tests.builders import FULL, LIST, add


def shown(client, query: str = "") -> list[str]:
    """The names on the page, in order."""
    response = client.get(LIST + query)
    assert response.status_code == 200
    with organization_scope(ALL):
        return [row.record.name for row in response.context["table"].page.object_list]


@pytest.fixture
def three(manager) -> list[Vendor]:
    return [
        add(manager, "Zeta IT", country="DE", services=["Help desk"], size="1"),
        add(manager, "ärzte Netz", status="active", country="GB", services=["Network", "Backup"]),
        add(manager, "Contoso Ltd", trading_name="Contoso", website="https://contoso.example"),
    ]


def test_everybody_who_belongs_here_sees_it(client, three, viewer):
    client.force_login(viewer.user)
    response = client.get(LIST)
    assertContains(response, "Contoso Ltd")
    assertContains(response, "Germany")
    assertContains(response, "3 vendors")
    assertNotContains(response, "Add a vendor")


def test_accents_do_not_change_the_order(client, three, viewer):
    client.force_login(viewer.user)
    assert shown(client) == ["ärzte Netz", "Contoso", "Zeta IT"]
    assert shown(client, "?sort=-name") == ["Zeta IT", "Contoso", "ärzte Netz"]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("?sort=status", ["ärzte Netz", "Contoso", "Zeta IT"]),
        ("?sort=-country", ["ärzte Netz", "Zeta IT", "Contoso"]),
        ("?sort=updated", ["Zeta IT", "ärzte Netz", "Contoso"]),
        ("?q=CONTOSO", ["Contoso"]),
        ("?q=arzte", ["ärzte Netz"]),
        ("?q=netz+ÄRZTE", ["ärzte Netz"]),
        ("?q=ontos", ["Contoso"]),
        ("?q=contoso.example", ["Contoso"]),
        ("?q=desk", ["Zeta IT"]),
        ("?q=%25", []),
        ("?q=_", []),
        ("?status=active", ["ärzte Netz"]),
        ("?service=back", ["ärzte Netz"]),
        ("?country=germany", ["Zeta IT"]),
        ("?country=gb", ["ärzte Netz"]),
        ("?country=nowhere", []),
        ("?size=1", ["Zeta IT"]),
        ("?q=zeta&status=active", []),
    ],
)
def test_search_filters_and_order(client, three, viewer, query, found):
    client.force_login(viewer.user)
    assert shown(client, query) == found


@pytest.mark.parametrize("words", ["IE-512345", "ie512345", "IE1234567T", "fair", "legal: support"])
def test_numbers_and_notes_are_searched(client, manager, words):
    values = {**FULL, "notes": "Met at the fair. Legal."}
    add(manager, values.pop("legal_name"), **values)
    client.force_login(manager.user)
    assert shown(client, f"?q={words}") == ["Northwind"]


@pytest.mark.parametrize(
    "query",
    [
        "?status=nonsense",
        "?size=%00",
        "?archived=maybe",
        "?q=%00",
        "?q=" + "x" * 5000,
        "?service=" + "x" * 500,
        "?country=%F0%9F%9A%80",
        "?page=0",
        "?page=-1",
        "?page=" + "9" * 40,
        "?page=x",
        "?sort=nonsense,-name,,;drop",
        "?sort=%00",
        "?sort=organization__name",
        "?per_page=100000",
        "?q[]=1&status[]=active",
    ],
)
def test_a_wrong_address_never_breaks_the_page(client, three, viewer, query):
    client.force_login(viewer.user)
    response = client.get(LIST + query)
    assert response.status_code == 200
    assert response.context["count"] <= 3


def test_pages_of_25(client, manager):
    for number in range(30):
        add(manager, f"Vendor {number:02}")
    client.force_login(manager.user)
    assert len(shown(client)) == 25
    assert shown(client, "?page=2") == [f"Vendor {number}" for number in range(25, 30)]
    assertContains(client.get(LIST), "1–25 of 30 vendors")


def test_archived_and_merged_vendors_are_left_out_unless_asked_for(client, three, manager):
    with organization_scope(ALL):
        actions.archive_vendor(vendor=three[0], by=manager)
    client.force_login(manager.user)
    assert shown(client) == ["ärzte Netz", "Contoso"]
    assert shown(client, "?archived=archived") == ["Zeta IT"]
    assert shown(client, "?archived=all") == ["ärzte Netz", "Contoso", "Zeta IT"]
    assert shown(client, "?archived=nonsense") == ["ärzte Netz", "Contoso"]


def test_the_same_few_queries_for_one_and_for_three(
    client, manager, viewer, django_assert_max_num_queries
):
    client.force_login(viewer.user)
    counts = []
    for names in (["One"], ["Two", "Three"]):
        for name in names:
            add(manager, name, country="DE", services=["Help desk"])
        client.get(LIST)
        with django_assert_max_num_queries(12) as queries:
            client.get(LIST)
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 6


def test_the_filters_name_no_rows(client, three, viewer):
    client.force_login(viewer.user)
    form = client.get(LIST).context["filter"].form
    choices = sum(len(getattr(field, "choices", [])) for field in form.fields.values())
    assert choices < 25


def test_htmx_gets_the_results_alone_and_they_are_those_of_the_page(client, three, viewer):
    client.force_login(viewer.user)
    whole = client.get(f"{LIST}?q=contoso").content.decode()
    part = client.get(f"{LIST}?q=contoso", headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in part
    assert part.strip().startswith('<div id="results">')
    assert part.strip() in whole


def test_an_empty_register_says_how_to_begin(client, manager, viewer):
    client.force_login(manager.user)
    response = client.get(LIST)
    assertContains(response, "No vendor yet")
    assertContains(response, f"{LIST}import/")
    assertContains(response, f"{LIST}new/")
    client.force_login(viewer.user)
    assertNotContains(client.get(LIST), f"{LIST}new/")


def test_nothing_found_offers_to_clear_the_filters(client, three, viewer):
    client.force_login(viewer.user)
    response = client.get(f"{LIST}?q=nothing-like-this")
    assertContains(response, "Clear the filters")
    assertNotContains(response, "No vendor yet")


def test_all_archived_says_so(client, manager):
    vendor = add(manager, "Only")
    with organization_scope(ALL):
        actions.archive_vendor(vendor=vendor, by=manager)
    client.force_login(manager.user)
    assertContains(client.get(LIST), "Every vendor is archived")


def test_text_is_shown_as_text(client, manager):
    add(manager, "<script>alert(1)</script>", services=["<b>x</b>"])
    client.force_login(manager.user)
    response = client.get(LIST)
    assertContains(response, "&lt;script&gt;alert(1)&lt;/script&gt;")
    assertNotContains(response, "<script>alert(1)")
    assertNotContains(response, "<b>x</b>")


def test_nobody_else_sees_it(client, three, outsider):
    assertRedirects(client.get(LIST), f"/accounts/login/?next={LIST}")
    client.force_login(outsider.user)
    assert client.get(LIST).status_code == 404
    assertNotContains(client.get("/o/globex/vendors/?archived=all"), "Contoso")


def test_a_change_is_shown_as_the_last_one(client, three, manager):
    with organization_scope(ALL):
        actions.edit_vendor(vendor=three[0], values={"notes": "x"}, version=1, by=manager)
        assert Vendor.objects.get(pk=three[0].pk).updated_at <= timezone.now()
    client.force_login(manager.user)
    assert shown(client, "?sort=-updated")[0] == "Zeta IT"


def test_the_filters_show_what_was_asked_for(client, three, viewer):
    client.force_login(viewer.user)
    page = client.get(f"{LIST}?q=%3Cb%3E&status=active&sort=-name").content.decode()
    assert re.search('name="q" [^>]* type="search" value="&lt;b&gt;"', page)
    assert '<option value="active" selected>Active</option>' in page
    assert '<input type="hidden" name="sort" value="-name">' in page
    assert f'action="{LIST}"' in page
    assert "&lt;b&gt;" not in client.get(LIST).content.decode()
