"""The communication plan: its lines on one page."""

import pytest
from pytest_django.asserts import assertContains, assertRedirects

from contracts.actions.communication import edit_communication
from contracts.actions.refusals import NotNow
from contracts.models import CommunicationLine, Contract
from contracts.tests.record_case import at, draft, fresh
from contracts.words import LINE_FIELDS
from core.tenancy import ALL, organization_scope
from vendors.tests.builders import trail

OUTAGES = {
    "purpose": "Outages",
    "roles": "Us – help desk lead",
    "channel": "Phone",
    "frequency": "At once",
    "format": "Call",
}
REPORT = {**dict.fromkeys(LINE_FIELDS, ""), "purpose": "Report", "frequency": "Monthly"}


def posted(*lines: dict[str, str], version: int = 1) -> dict[str, str]:
    body = {
        "version": str(version),
        "lines-TOTAL_FORMS": str(len(lines)),
        "lines-INITIAL_FORMS": "0",
    }
    for n, line in enumerate(lines):
        body |= {f"lines-{n}-{name}": value for name, value in line.items()}
    return body


def kept(contract: Contract) -> list[dict[str, str]]:
    with organization_scope(ALL):
        rows = CommunicationLine.objects.filter(contract=contract).order_by("position", "pk")
        return list(rows.values(*LINE_FIELDS))


@pytest.fixture
def contract(manager) -> Contract:
    return draft(manager)


@pytest.fixture
def url(contract) -> str:
    return at(contract, "communication/")


def test_lines_are_kept_in_their_order_and_empty_ones_left_out(client, manager, contract, url):
    client.force_login(manager.user)
    empty = dict.fromkeys(LINE_FIELDS, " ")
    assertRedirects(client.post(url, posted(OUTAGES, empty, REPORT)), at(contract))
    assert kept(contract) == [OUTAGES, REPORT]
    assert fresh(contract).version == 2
    assert trail(contract)[-1][3] == {
        "communication": ["Outages: Us – help desk lead, Phone, At once, Call", "Report: Monthly"]
    }
    assertContains(client.get(at(contract)), "Us – help desk lead")
    client.post(url, posted(OUTAGES, REPORT, version=2))  # the same again
    assert fresh(contract).version == 2
    client.post(url, posted(REPORT, version=2))
    assert kept(contract) == [REPORT]


def test_who_is_slower_sees_both(client, manager, owner, contract, url):
    with organization_scope(ALL):
        edit_communication(contract=contract, lines=[REPORT], version=1, by=owner)
    client.force_login(manager.user)
    response = client.post(url, posted(OUTAGES))
    assert response.status_code == 409
    mine = "Outages: Us – help desk lead, Phone, At once, Call"
    assert response.context["differing"] == [("Line 1", "Report: Monthly", mine)]
    assert kept(contract) == [REPORT]
    client.post(url, posted(OUTAGES, version=2))
    assert kept(contract) == [OUTAGES]


@pytest.mark.parametrize(
    "lines",
    [
        [{**OUTAGES, "purpose": ""}],
        [{**OUTAGES, "channel": "x" * 121}],
        [{**OUTAGES, "roles": "two\nlines"}],
        [REPORT] * 41,
    ],
)
def test_what_makes_no_sense_is_refused(client, manager, contract, url, lines):
    client.force_login(manager.user)
    assert client.post(url, posted(*lines)).status_code == 422
    assert client.post(url, {"version": "1"}).status_code == 422  # no rows at all
    assert kept(contract) == []


def test_a_withdrawn_contract_stays_as_it_was(client, manager, contract, url):
    with organization_scope(ALL):
        Contract.objects.filter(pk=contract.pk).update(stage="withdrawn")
        with pytest.raises(NotNow):
            edit_communication(contract=contract, lines=[REPORT], version=1, by=manager)
    client.force_login(manager.user)
    assertRedirects(client.get(url), at(contract))


@pytest.mark.parametrize(("who", "status"), [("evaluator", 403), ("outsider", 404)])
def test_who_may_not(client, request, contract, url, who, status):
    client.force_login(request.getfixturevalue(who).user)
    assert (client.post(url, posted(REPORT)).status_code, kept(contract)) == (status, [])
