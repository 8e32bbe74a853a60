"""Service levels and support hours of a contract: written, changed, removed, shown."""

import datetime as dt
import uuid
from decimal import Decimal
from typing import Any

import pytest
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from activity.models import LogEntry
from contracts.actions import levels as actions
from contracts.actions.refusals import NotFit, NotNow
from contracts.models import Amendment, Contract, ContractTerms, PriceLine, ServiceLevel
from contracts.versions import copy_terms
from core.tenancy import ALL, organization_scope
from core.versions import Stale
from vendors.models import Vendor

UP = {
    "metric": "availability",
    "name": "Availability",
    "comparator": "at_least",
    "target": "99.5",
    "unit": "percent",
    "hours": "round_clock",
    "window": "month",
    "source": "Their monitoring",
    "credits": "below 99.5: 5 %\nbelow 99: 10 %",
    "claim_days": "30",
}
ANSWER = {
    "metric": "response",
    "name": "First response",
    "comparator": "at_most",
    "target": "4",
    "unit": "hours",
    "hours": "support",
    "window": "month",
}
OFFICE = {
    "support_days": ["0", "1", "2", "3", "4"],
    "support_from": "09:00",
    "support_to": "17:00",
    "support_zone": "europe/dublin",
    "support_holidays": "Ireland",
}


@pytest.fixture
def contract(manager) -> Contract:
    """A draft of 1,200 a month."""
    with organization_scope(ALL):
        vendor = Vendor.objects.create(
            organization=manager.organization,
            legal_name="Northwind",
            name="Northwind",
            support_hours="Mon–Fri 9–17",
        )
        row = Contract.objects.create(
            organization=manager.organization, vendor=vendor, title="Help desk", created_by=manager
        )
        terms = ContractTerms.objects.create(
            organization=row.organization,
            contract=row,
            currency="EUR",
            start_on=dt.date(2026, 1, 1),
        )
        PriceLine.objects.create(
            organization=row.organization,
            terms=terms,
            kind="flat",
            label="All",
            amount=Decimal(1200),
            period="month",
        )
        return row


def url(contract: Contract, rest: str = "") -> str:
    return f"/o/acme/contracts/{contract.pk}/service-levels/{rest}"


def clean(**changes: Any) -> dict[str, Any]:
    """As the form hands over a level."""
    return {
        "metric": "availability",
        "name": "Availability",
        "priority": "",
        "comparator": "at_least",
        "target": Decimal("99.5"),
        "unit": "percent",
        "share": None,
        "hours": "round_clock",
        "window": "month",
        "source": "",
        "exclusions": "",
        "credits": [],
        "credit_cap_percent": None,
        "claim_days": None,
        "position": None,
        **changes,
    }


def add(contract: Contract, by: Any, **changes: Any) -> ServiceLevel:
    with organization_scope(ALL):
        return actions.add_level(contract=contract, values=clean(**changes), by=by)


def rows(contract: Contract) -> list[tuple[str, Decimal, int]]:
    with organization_scope(ALL):
        found = ServiceLevel.objects.filter(terms__contract=contract).order_by("position", "pk")
        return [(row.name, row.target, row.position) for row in found]


def trail() -> list[tuple[str, dict, dict]]:
    with organization_scope(ALL):
        lines = LogEntry.objects.order_by("pk")
        return [(line.verb, line.before, line.after) for line in lines]


def sign(contract: Contract, by: Any) -> None:
    with organization_scope(ALL):
        contract.stage, contract.manager, contract.signed_by = "signed", by, by
        contract.signed_on = contract.starts_on = dt.date(2026, 1, 1)
        contract.save()
        contract.terms_versions.update(
            agreed_at=dt.datetime.now(dt.UTC), from_on=contract.starts_on
        )


def amend(contract: Contract, by: Any) -> ContractTerms:
    with organization_scope(ALL):
        amendment = Amendment.objects.create(
            organization=contract.organization,
            contract=contract,
            number=1,
            title="Faster",
            creation_key=uuid.uuid4(),
            created_by=by,
        )
        source = contract.terms_versions.get(number=1)
        return copy_terms(source, amendment=amendment, number=2, from_on=dt.date(2027, 1, 1))


def plain(response: Any) -> str:
    return " ".join(response.content.decode().replace("\N{NO-BREAK SPACE}", " ").split())


# Written --------------------------------------------------------------------------------------------


def test_a_level_is_added_and_said_in_words_and_money(client, manager, contract):
    client.force_login(manager.user)
    response = client.post(url(contract, "new/"), UP)
    with organization_scope(ALL):
        level = ServiceLevel.objects.get()
    assertRedirects(response, url(contract) + f"#level-{level.pk}", fetch_redirect_response=False)
    assert level.credits == [
        {"worse_than": "99.5", "percent": "5"},
        {"worse_than": "99", "percent": "10"},
    ]
    page = plain(client.get(url(contract)))
    assert "99.5 % allows 3 h 36 min down a month (of 30 days)." in page
    assert (
        "At 98.7 % you get 10 % of the month’s price back, EUR 120; claim it within 30 days."
        in page
    )
    assert "Nothing is missing" in page
    assert trail() == [
        (
            "contract.service_level_added",
            {},
            {
                "service level": "Availability",
                "promise": "Works at least 99.5\N{NO-BREAK SPACE}% of the time.",
                "counted": "Round the clock",
                "measured over": "month",
                "measured by": "Their monitoring",
                "credits": [
                    "99.5\N{NO-BREAK SPACE}%: 5\N{NO-BREAK SPACE}%",
                    "99\N{NO-BREAK SPACE}%: 10\N{NO-BREAK SPACE}%",
                ],
            },
        )
    ]


def test_an_outage_on_friday_is_answered_on_monday(client, manager, contract):
    client.force_login(manager.user)
    client.post(url(contract, "new/"), ANSWER)
    assertContains(client.get(url(contract)), "the support hours are not said")
    client.post(url(contract, "support-hours/"), {**OFFICE, "version": 1, "support_holidays": ""})
    manager.organization.time_zone = "Europe/Dublin"
    manager.organization.save()
    page = plain(client.get(url(contract)))
    assert "An outage on Friday 16:30 gets its first answer by Monday 12:30." in page
    assert "A first response is promised, a resolution is not." in page
    manager.organization.time_zone = "Europe/Berlin"
    manager.organization.save()
    page = plain(client.get(url(contract)))
    assert "by Monday 12:30 (11:30 in Europe/Dublin)." in page


def test_sent_twice_it_is_there_once_but_no_twin_is_taken(client, manager, contract):
    client.force_login(manager.user)
    for _ in range(2):
        assert client.post(url(contract, "new/"), UP).status_code == 302
    response = client.post(url(contract, "new/"), {**UP, "name": "AVAILABILITY", "target": "99"})
    assert response.status_code == 422
    assert list(response.context["form"].errors) == ["name"]
    assert rows(contract) == [("Availability", Decimal("99.5"), 1)]
    assert len(trail()) == 1


@pytest.mark.parametrize(
    ("changes", "field", "message"),
    [
        ({"name": ""}, "name", "This field is required."),
        ({"metric": "speed"}, "metric", "Select a valid choice"),
        ({"unit": "hours"}, "comparator", "This is promised as “at most”."),
        ({"unit": "days"}, "unit", "Availability is given in %, or as the time down"),
        ({"comparator": "at_most", "credits": "above 99.5: 5"}, "comparator", "“at least”"),
        ({"target": "101"}, "target", "More than 100 % can’t be measured."),
        ({"target": "NaN"}, "target", "Write a number like"),
        ({"target": "-1"}, "target", "greater than or equal to 0"),
        ({"share": "90", "credits": "", "claim_days": ""}, "share", "have a share of cases"),
        ({"share": "0"}, "share", "In 0 % of cases nothing is promised"),
        ({"credits": "lots"}, "credits", "Line 1, “lots”: write it like “below 99.5: 5 %”."),
        ({"credits": "above 99: 5"}, "credits", "here worse means below"),
        ({"credits": "", "claim_days": "30"}, "claim_days", "There is nothing to claim"),
        ({"credits": "", "credit_cap_percent": "9", "claim_days": ""}, "credit_cap_percent", "A cap needs credits"),
        ({"credit_cap_percent": "0"}, "credit_cap_percent", "pays nothing back"),
        ({"claim_days": "366"}, "claim_days", "less than or equal to 365"),
        ({"exclusions": "a\x00b"}, "exclusions", ""),
        ({"metric": "first_contact"}, "hours", "This is not counted in hours"),
        ({"metric": "satisfaction", "unit": "count", "hours": ""}, "unit", "in points or in %"),
        ({"metric": "response", "unit": "hours", "comparator": "at_most", "target": "0", "credits": "", "claim_days": ""}, "target", "no time"),
        ({"metric": "resolution", "unit": "days", "comparator": "at_most", "target": "400", "credits": "", "claim_days": ""}, "target", "At most a year"),
    ],
)  # fmt: skip
def test_wrong_input_stands_at_its_field(client, manager, contract, changes, field, message):
    client.force_login(manager.user)
    response = client.post(url(contract, "new/"), {**UP, **changes})
    assert response.status_code == 422
    assert list(response.context["form"].errors) == [field]
    assert message in plain(response)
    assert rows(contract) == []


def test_it_stands_where_it_was_put(manager, contract):
    for name in ("A", "B", "C"):
        add(contract, manager, name=name)
    add(contract, manager, name="first", position=0)
    assert [(name, at) for name, _, at in rows(contract)] == [
        ("first", 0),
        ("A", 1),
        ("B", 2),
        ("C", 3),
    ]


def test_there_is_an_end(manager, contract, monkeypatch):
    monkeypatch.setattr(actions, "MOST_LEVELS", 1)
    add(contract, manager)
    with pytest.raises(NotFit, match="1 service levels at most"):
        add(contract, manager, name="B")


# Changed --------------------------------------------------------------------------------------------


def test_a_level_is_changed(client, manager, contract):
    level = add(contract, manager)
    client.force_login(manager.user)
    edit = url(contract, f"{level.pk}/edit/")
    shown = client.get(edit).context["form"].initial
    assert (shown["target"], shown["credits"], shown["version"]) == ("99.5", "", 1)
    body = {**UP, "target": "99.9", "credits": "below 99.9: 5", "position": "1"}
    assert client.post(edit, {**body, "version": 1}).status_code == 302
    assert rows(contract) == [("Availability", Decimal("99.9"), 1)]
    verb, before, after = trail()[-1]
    assert verb == "contract.service_level_changed"
    assert before == {
        "service level": "Availability",
        "target": "99.5\N{NO-BREAK SPACE}%",
        "measured by": "",
        "credits": [],
        "days to claim": None,
    }
    assert after["target"] == "99.9\N{NO-BREAK SPACE}%"
    assert client.post(edit, {**body, "version": 2}).status_code == 302
    assert len(trail()) == 2, "saved untouched nothing changes"


def test_the_second_one_sees_both(client, manager, owner, contract):
    level = add(contract, manager)
    with organization_scope(ALL):
        values = clean(target=Decimal(99), window="year")
        actions.change_level(level=level, values=values, version=1, by=owner)
    client.force_login(manager.user)
    body = {**UP, "source": "", "credits": "", "claim_days": ""}
    response = client.post(url(contract, f"{level.pk}/edit/"), {**body, "version": 1})
    assert response.status_code == 409
    assert response.context["differing"] == [
        ("Target", "99", "99.5"),
        ("Measured over each", "year", "month"),
    ]
    client.post(url(contract, f"{level.pk}/edit/"), {**body, "version": 2})
    assert rows(contract) == [("Availability", Decimal("99.5"), 1)]


def test_a_level_is_removed_and_removed_again(client, manager, owner, contract):
    level = add(contract, manager)
    client.force_login(manager.user)
    response = client.post(url(contract, f"{level.pk}/remove/"), follow=True)
    assertContains(response, "“Availability” is no service level any more.")
    assert rows(contract) == []
    assert trail()[-1][0] == "contract.service_level_removed"
    with organization_scope(ALL):
        assert actions.remove_level(level=level, by=owner) is False
        with pytest.raises(NotNow, match="removed this service level meanwhile"):
            actions.change_level(level=level, values=clean(), version=1, by=owner)


# Packs ----------------------------------------------------------------------------------------------


def test_nothing_of_a_pack_is_chosen_beforehand(client, manager, contract):
    client.force_login(manager.user)
    assertNotContains(client.get(url(contract, "packs/")), " checked")
    response = client.post(url(contract, "packs/"))
    assert response.status_code == 422
    assertContains(response, "Tick at least one level.", status_code=422)
    response = client.post(url(contract, "packs/"), {"levels": ["nonsense"]})
    assertContains(response, "not in the packs any more", status_code=422)


def test_chosen_levels_of_packs_are_added_once(client, manager, contract):
    client.force_login(manager.user)
    body = {"levels": ["help_desk.response_urgent", "infrastructure.availability"]}
    response = client.post(url(contract, "packs/"), body, follow=True)
    assertContains(response, "2 service levels added; their values are usual ones.")
    assert [(name, at) for name, _, at in rows(contract)] == [
        ("First response", 1),
        ("Availability of servers and network", 2),
    ]
    assert trail()[-1][1:] == (
        {},
        {"service levels": ["First response (urgent)", "Availability of servers and network"]},
    )
    response = client.post(url(contract, "packs/"), body, follow=True)
    assertContains(response, "Nothing added: they were there already.")
    assert len(trail()) == 1


def test_a_pack_that_does_not_fit_in_is_refused(client, manager, contract, monkeypatch):
    monkeypatch.setattr(actions, "MOST_LEVELS", 1)
    client.force_login(manager.user)
    body = {"levels": ["help_desk.response_urgent", "infrastructure.availability"]}
    response = client.post(url(contract, "packs/"), body)
    assertContains(response, "service levels at most", status_code=422)
    assertContains(response, " checked", count=2, status_code=422)


# Support hours --------------------------------------------------------------------------------------


def test_support_hours_are_said(client, manager, contract):
    client.force_login(manager.user)
    hours = url(contract, "support-hours/")
    assertContains(client.get(hours), "Their profile says: Mon–Fri 9–17.")
    assertRedirects(client.post(hours, {**OFFICE, "version": 1}), url(contract))
    said = "Mon–Fri 09:00–17:00 (Europe/Dublin), not on public holidays of Ireland"
    assertContains(client.get(url(contract)), said)
    assert trail()[-1] == (
        "contract.support_hours_changed",
        {"support hours": ""},
        {"support hours": said},
    )
    client.post(hours, {**OFFICE, "version": 2})
    assert len(trail()) == 1, "saved untouched nothing changes"
    shown = client.get(hours).context["form"].initial
    assert (shown["support_days"], shown["version"]) == (["0", "1", "2", "3", "4"], 2)
    client.post(hours, {"support_round_clock": "on", "version": 2})
    assertContains(client.get(url(contract)), "Round the clock, every day.")
    client.post(hours, {"version": 3})
    assertContains(client.get(url(contract)), "Not said yet.")


@pytest.mark.parametrize(
    ("changes", "fields"),
    [
        ({"support_days": []}, ["support_days"]),
        ({"support_from": ""}, ["support_from"]),
        ({"support_to": "25:00"}, ["support_to"]),
        ({"support_to": "09:00"}, ["support_to"]),
        ({"support_zone": ""}, ["support_zone"]),
        ({"support_zone": "Dublin"}, ["support_zone"]),
        ({"support_holidays": "Atlantis"}, ["support_holidays"]),
        ({"support_round_clock": "on"}, ["support_round_clock"]),
        ({"support_days": [], "support_to": ""}, ["support_days", "support_to"]),
    ],
)
def test_half_of_the_hours_is_none(client, manager, contract, changes, fields):
    client.force_login(manager.user)
    response = client.post(url(contract, "support-hours/"), {**OFFICE, "version": 1, **changes})
    assert response.status_code == 422
    assert list(response.context["form"].errors) == fields


def test_whole_days_are_from_midnight_to_midnight(client, manager, contract):
    client.force_login(manager.user)
    body = {**OFFICE, "support_from": "00:00", "support_to": "00:00", "version": 1}
    client.post(url(contract, "support-hours/"), body)
    assertContains(client.get(url(contract)), "Mon–Fri 00:00–00:00 the next day")


def test_hours_changed_meanwhile_are_shown(client, manager, owner, contract):
    client.force_login(owner.user)
    client.post(url(contract, "support-hours/"), {**OFFICE, "version": 1})
    client.force_login(manager.user)
    body = {**OFFICE, "support_to": "18:00", "support_days": ["0"], "support_holidays": ""}
    response = client.post(url(contract, "support-hours/"), {**body, "version": 1})
    assert response.status_code == 409
    assert response.context["differing"] == [
        ("Weekdays", "Mon–Fri", "Mon"),
        ("To", "17:00", "18:00"),
        ("Not on public holidays of", "Ireland", ""),
    ]


# After the signature --------------------------------------------------------------------------------


def test_what_is_signed_is_changed_by_an_amendment_only(client, manager, contract):
    level = add(contract, manager)
    sign(contract, manager)
    client.force_login(manager.user)
    page = plain(client.get(url(contract)))
    assert "This is signed and in force; an amendment changes it" in page
    assert "Add a service level" not in page
    for rest in ("new/", "packs/", "support-hours/", f"{level.pk}/edit/", f"{level.pk}/remove/"):
        response = client.post(url(contract, rest), UP, follow=True)
        assertContains(response, "This contract is signed. Begin an amendment")
    with organization_scope(ALL):
        terms = contract.terms_versions.get()
        with pytest.raises(NotNow):
            actions.add_pack(contract=contract, keys=["help_desk.satisfaction"], by=manager)
        with pytest.raises(NotNow):
            actions.change_support_hours(terms=terms, values={}, version=1, by=manager)
    assert rows(contract) == [("Availability", Decimal("99.5"), 1)]


def test_the_draft_of_an_amendment_is_edited_beside_what_is_in_force(client, manager, contract):
    level = add(contract, manager)
    sign(contract, manager)
    terms = amend(contract, manager)
    client.force_login(manager.user)
    page = plain(client.get(url(contract)))
    assert "This is in force. Amendment 1, “Faster”, is a draft" in page
    with organization_scope(ALL):
        copy = terms.service_levels.get()
    body = {**UP, "target": "99.9", "credits": "below 99.9: 5", "version": 1}
    response = client.post(url(contract, f"{copy.pk}/edit/"), body)
    listed = url(contract) + "?of=amendment"
    assertRedirects(response, f"{listed}#level-{copy.pk}", fetch_redirect_response=False)
    assert "Works at least 99.9 % of the time." in plain(client.get(listed))
    assert "Works at least 99.5 % of the time." in plain(client.get(url(contract)))
    assert trail()[-1][2]["amendment"] == "Amendment 1: Faster"
    response = client.post(url(contract, f"{level.pk}/edit/"), body, follow=True)
    assertContains(response, "That one is in force.")
    with organization_scope(ALL):
        signed_terms = contract.terms_versions.get(number=1)
        for act in (
            lambda: actions.change_level(level=level, values=clean(), version=1, by=manager),
            lambda: actions.remove_level(level=level, by=manager),
            lambda: actions.change_support_hours(
                terms=signed_terms, values={}, version=1, by=manager
            ),
        ):
            with pytest.raises(NotNow, match="can’t be changed any more"):
                act()
        with pytest.raises(Stale):
            actions.change_support_hours(terms=terms, values={}, version=9, by=manager)
    assert client.get(url(contract, "new/")).context["of"] == "?of=amendment"
    with organization_scope(ALL):
        Amendment.objects.update(stage="in_approval")
    assertContains(client.get(url(contract)), "waits for signature")


@pytest.mark.parametrize(
    ("stage", "said"),
    [("in_approval", "This contract waits for signature."), ("withdrawn", "was withdrawn")],
)
def test_other_stages_say_why_nothing_can_be_changed(client, manager, contract, stage, said):
    with organization_scope(ALL):
        contract.stage = stage
        contract.save()
    client.force_login(manager.user)
    assertContains(client.get(url(contract)), said)
    assertContains(client.post(url(contract, "new/"), UP, follow=True), said, count=2)


# Who ------------------------------------------------------------------------------------------------


def test_who_may(client, manager, viewer, evaluator, outsider, contract):
    level = add(contract, manager)
    edits = ["new/", "packs/", "support-hours/", f"{level.pk}/edit/", f"{level.pk}/remove/"]
    for rest in ["", *edits]:
        address = url(contract, rest)
        client.logout()
        assertRedirects(client.get(address), f"/accounts/login/?next={address}")
        client.force_login(outsider.user)
        assert client.get(address).status_code == 404
        assert client.post(address.replace("acme", "globex"), UP).status_code == 404
    for member in (viewer, evaluator):
        client.force_login(member.user)
        assert client.get(url(contract)).status_code == 200
        assertNotContains(client.get(url(contract)), f"{level.pk}/edit/")
        for rest in edits:
            assert client.post(url(contract, rest), UP).status_code == 403
    assert rows(contract) == [("Availability", Decimal("99.5"), 1)]


def test_a_level_of_another_contract_is_not_found(client, manager, contract):
    level = add(contract, manager)
    with organization_scope(ALL):
        other = Contract.objects.create(
            organization=contract.organization,
            vendor=contract.vendor,
            title="B",
            created_by=manager,
        )
        ContractTerms.objects.create(organization=contract.organization, contract=other)
    client.force_login(manager.user)
    for rest in ("edit/", "remove/"):
        assert client.post(url(other, f"{level.pk}/{rest}"), UP).status_code == 404


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_takes_as_many_queries_for_three_as_for_one(
    client, manager, contract, count, django_assert_num_queries
):
    for at in range(count):
        add(contract, manager, name=f"Level {at}")
    client.force_login(manager.user)
    client.get(url(contract))
    with django_assert_num_queries(6):
        client.get(url(contract))
