"""Values recorded for a contract: typed, corrected, imported, and read by a review."""

import datetime as dt
import uuid
from decimal import Decimal

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from pytest_django.asserts import assertContains, assertRedirects

from activity.models import LogEntry, WatchedDate
from contracts.models import Amendment, ServiceLevel
from contracts.versions import copy_terms
from core.errors import Refused
from core.periods import Period
from core.spreadsheets import write_xlsx
from core.tenancy import ALL, organization_scope
from reviews import measured
from reviews.actions import measuring as actions
from reviews.actions.credits import follow_contracts
from reviews.models import Measurement, MeasurementImport, ServiceCredit
from reviews.tests import review_case

D = dt.date
NOW = dt.datetime(2026, 6, 15, 10, tzinfo=dt.UTC)
Q1 = Period(D(2026, 1, 1), D(2026, 3, 31))


@pytest.fixture(autouse=True)
def today():
    with time_machine.travel(NOW):
        yield


@pytest.fixture
def contract(manager, owner):
    """In force since 1 July 2025 at EUR 100 a month; reviewed since 1 October."""
    return review_case.running(manager, owner)


@pytest.fixture
def level(contract) -> ServiceLevel:
    with organization_scope(ALL):
        return ServiceLevel.objects.get(terms__contract=contract)


def entry(level, first_on, value=None, pair=None, **more) -> actions.Entry:
    numbers = [Decimal(one) for one in pair] if pair else [None, None]
    found = None if value is None else Decimal(value)
    return actions.Entry(level.lineage, first_on, found, *numbers, **more)


def keep(contract, by, *entries):
    with organization_scope(ALL):
        return actions.record_measurements(contract=contract, entries=entries, by=by)


def stored() -> list[Measurement]:
    with organization_scope(ALL):
        return list(Measurement.objects.order_by("first_on"))


def credits() -> list[ServiceCredit]:
    with organization_scope(ALL):
        return list(ServiceCredit.objects.order_by("measurement__first_on"))


def claim_days() -> list[dt.date]:
    with organization_scope(ALL):
        rows = WatchedDate.objects.filter(kind="credit.claim")
        return list(rows.values_list("due_on", flat=True))


def at(contract, page="") -> str:
    return f"{review_case.AREA}contract/{contract.pk}/measurements/{page}"


def name(level, month: str) -> str:
    return f"{level.lineage.hex}-{month}01"


def test_a_quarter_is_typed_on_one_page(client, manager, contract, level):
    client.force_login(manager.user)
    page = client.get(at(contract, "record/?on=2026-01-01"))
    assertContains(page, "What was measured in Q1 2026?")
    body = {
        name(level, "202601"): "99.6",
        name(level, "202602"): "9 880 / 10000",
        name(level, "202603"): "0 of 0",
    }
    url = at(contract, "record/?on=2026-01-01")
    for _ in range(2):  # sent twice, it is there once
        assertRedirects(client.post(url, body), at(contract, "?on=2026-01-01"))
    told = [(m.first_on, m.last_on, m.value, m.numerator, m.met, m.source) for m in stored()]
    assert told == [
        (D(2026, 1, 1), D(2026, 1, 31), Decimal("99.6"), None, True, "typed"),
        (D(2026, 2, 1), D(2026, 2, 28), Decimal("98.8"), Decimal(9880), False, "typed"),
        (D(2026, 3, 1), D(2026, 3, 31), None, Decimal(0), None, "typed"),
    ]
    [credit] = credits()
    assert (credit.percent, credit.price, credit.amount, credit.currency) == (
        Decimal(10),
        Decimal(100),
        Decimal("10.00"),
        "EUR",
    )
    # 30 days after 28 February: the day has passed.
    assert (credit.claim_by_on, credit.state) == (D(2026, 3, 30), "expired")
    assert credit.settled_on == D(2026, 3, 31)
    with organization_scope(ALL):
        lines = LogEntry.objects.filter(verb="review.measured").order_by("pk")
        assert [line.after for line in lines][1] == {
            "level": "Availability of the desk",
            "window": "February 2026",
            "value": "98.8\N{NO-BREAK SPACE}% (9,880 of 10,000)",
            "kept": False,
        }


@pytest.mark.parametrize(
    ("month", "text", "error"),
    [
        ("202605", "101", "can’t be measured"),
        ("202605", "ninety", "isn't a number"),
        ("202605", "41 of 40", "more than all"),
        ("202605", "3 h", "measured in %"),
        ("202605", "-1", "less than 0"),
    ],
)
def test_what_cannot_be_stands_at_its_field(client, manager, contract, level, month, text, error):
    client.force_login(manager.user)
    body = {name(level, "202604"): "99", name(level, month): text}
    response = client.post(at(contract, "record/"), body)
    assert response.status_code == 422
    form = response.context["form"]
    assert list(form.errors) == [name(level, month)]
    assert error in form.errors[name(level, month)][0]
    assertContains(response, text, status_code=422)
    assert stored() == []


def test_a_window_that_runs_or_is_not_promised_is_refused(manager, contract, level):
    for wrong in (
        entry(level, D(2026, 6, 1), "99"),
        entry(level, D(2025, 6, 1), "99"),
        entry(level, D(2026, 1, 1), "90", pair=("1", "2")),
        actions.Entry(uuid.uuid4(), D(2026, 1, 1), Decimal(99)),
    ):
        with pytest.raises(Refused) as refused:
            keep(contract, manager, entry(level, D(2026, 5, 1), "99"), wrong)
        assert refused.value.field == wrong.key
    assert stored() == []


def test_two_people_see_what_differs(client, manager, contract, level):
    keep(contract, manager, entry(level, D(2026, 5, 1), "99.9"))
    client.force_login(manager.user)
    key = name(level, "202605")
    body = {key: "99.7", f"seen-{key}": "", f"version-{key}": ""}
    response = client.post(at(contract, "record/"), body)
    assert response.status_code == 409
    assert response.context["differing"] == [("Availability of the desk, May 2026", "99.9", "99.7")]
    assert [row.value for row in stored()] == [Decimal("99.9")]
    shown = response.context["form"]
    again = {n: shown[n].value() for n in (key, f"seen-{key}", f"version-{key}")}
    assert again == {key: "99.7", f"seen-{key}": "99.9", f"version-{key}": "1"}
    client.post(at(contract, "record/"), again)
    assert [row.value for row in stored()] == [Decimal("99.7")]


def test_one_value_is_corrected_and_taken_back(client, manager, contract, level):
    [row] = keep(contract, manager, entry(level, D(2026, 5, 1), "98"))
    assert [credit.amount for credit in credits()] == [Decimal("10.00")]
    assert claim_days() == [D(2026, 6, 30)]
    client.force_login(manager.user)
    url = f"{review_case.AREA}measurements/{row.pk}/edit/"
    assertRedirects(
        client.post(url, {"value": "99.2", "note": "Without the move", "version": 1}),
        at(contract, "?on=2026-05-01"),
    )
    assert [credit.amount for credit in credits()] == [Decimal("5.00")]
    assert client.post(url, {"value": "99.3", "note": "", "version": 1}).status_code == 409
    client.post(url, {"value": "99.9", "note": "", "version": 2})
    assert credits() == []
    assert claim_days() == []
    client.post(url.replace("edit", "remove"))
    assert stored() == []


def test_a_review_sees_its_windows_and_what_came_before(
    manager, contract, level, django_assert_num_queries
):
    keep(
        contract,
        manager,
        entry(level, D(2025, 12, 1), "99.9"),
        entry(level, D(2026, 1, 1), "99.8"),
        entry(level, D(2026, 2, 1), "99.1"),
    )
    row = review_case.fresh(contract)
    with organization_scope(ALL), django_assert_num_queries(3):
        [line] = measured.of_period(row, Q1)
    assert (line.name, line.target) == (
        "Availability of the desk",
        "at least 99.5\N{NO-BREAK SPACE}%",
    )
    assert (line.value, line.previous) == (
        "99.1\N{NO-BREAK SPACE}%",
        "99.9\N{NO-BREAK SPACE}%",
    )
    assert (line.met, line.attainment.kept, line.attainment.measured, line.missing) == (
        False,
        1,
        2,
        1,
    )
    assert line.trend == "worse"
    assert [cell.state for cell in line.cells] == ["kept", "missed", "missing"]


def test_the_page_is_read_in_few_queries(
    client, manager, contract, level, django_assert_max_num_queries
):
    for count in (1, 5):
        months = [D(2025, 12 - n, 1) for n in range(count)]
        keep(contract, manager, *(entry(level, day, "98", version=1) for day in months))
        client.force_login(manager.user)
        client.get(at(contract))
        with django_assert_max_num_queries(12):
            assertContains(client.get(at(contract, "?on=2025-12-01")), "missed")


def test_an_amendment_that_reaches_back_judges_anew(manager, contract, level):
    """From 1 March 98 % are promised, and EUR 200 a month; February stays as it was."""
    months = [D(2026, month, 1) for month in (2, 3, 5)]
    keep(contract, manager, *(entry(level, day, "98.5") for day in months))
    assert [(c.amount, c.state) for c in credits()] == [
        (Decimal(10), "expired"),
        (Decimal(10), "expired"),
        (Decimal(10), "due"),
    ]
    with organization_scope(ALL):
        first = contract.terms_versions.get(number=1)
        amendment = Amendment.objects.create(
            organization=contract.organization, contract=contract, number=1, created_by=manager
        )
        terms = copy_terms(first, amendment=amendment, number=2, from_on=D(2026, 3, 1))
        terms.service_levels.update(
            target=Decimal(98), credits=[{"worse_than": "99", "percent": "1"}]
        )
        terms.price_lines.update(amount=Decimal(200))
        terms.agreed_at = NOW
        terms.save()
        row = review_case.fresh(contract)
        for _ in range(2):
            follow_contracts(contracts=[row], today=D(2026, 6, 15))
    assert [(m.met, m.version) for m in stored()] == [(False, 1), (True, 2), (True, 2)]
    assert [(c.price, c.amount) for c in credits()] == [
        (Decimal(100), Decimal(10)),
        (Decimal(200), Decimal(2)),
        (Decimal(200), Decimal(2)),
    ]


CSV = "Service level,Window,Value,Cases kept,Cases,Note\n"


def upload(client, contract, text: str, kind: str = "values.csv"):
    file = SimpleUploadedFile(kind, text.encode())
    return client.post(at(contract, "import/"), {"file": file}, follow=True)


def test_a_table_is_looked_at_and_taken_over(client, manager, contract, level):
    keep(contract, manager, entry(level, D(2026, 1, 1), "99.6"))
    client.force_login(manager.user)
    page = upload(
        client,
        contract,
        CSV + "availability of the desk,2026-01,99.6,,,\n"
        "Availability of the desk,2026-02-01,,995,1000,Report of the vendor\n"
        'Availability of the desk,March 2026,"98,5 %",,,\nAvailability of the desk,2026-04,,,,\n',
    )
    assert [(row["state"], row["window"]) for row in page.context["rows"]] == [
        ("same", "January 2026"),
        ("new", "February 2026"),
        ("new", "March 2026"),
    ]
    assertContains(page, "Record 2 values")
    [address] = [url for url, _ in page.redirect_chain]
    for _ in range(2):
        assertRedirects(client.post(address), at(contract))
    told = [(m.first_on.month, m.value, m.note, m.source) for m in stored()]
    assert told == [
        (1, Decimal("99.6"), "", "typed"),
        (2, Decimal("99.5"), "Report of the vendor", "imported"),
        (3, Decimal("98.5"), "", "imported"),
    ]


def test_what_is_wrong_in_a_table_says_where(client, manager, contract, level):
    client.force_login(manager.user)
    page = upload(
        client,
        contract,
        CSV + "Availability,2026-01,99,,,\n"
        "Availability of the desk,June 2026,99,,,\n"
        "Availability of the desk,soon,99,,,\n"
        "Availability of the desk,2026-02,120,,,\n"
        "Availability of the desk,2026-03,,5,,\n"
        "Availability of the desk,2026-04,99,,,\n"
        "Availability of the desk,2026-04,98,,,\n",
    )
    told = [
        (row["cell"], row["problem"]) for row in page.context["rows"] if row["state"] == "wrong"
    ]
    assert [cell for cell, _ in told] == ["A2", "B3", "B4", "C5", "D6", "B8"]
    assert told[1][1] == "June 2026 is not over yet."
    [address] = [url for url, _ in page.redirect_chain]
    assert client.post(address).status_code == 422
    assert stored() == []
    empty = upload(client, contract, CSV)
    assert empty.status_code == 422
    with organization_scope(ALL):
        assert MeasurementImport.objects.count() == 1


def test_the_template_comes_back_as_it_was_given(client, manager, contract, level):
    client.force_login(manager.user)
    given = client.get(at(contract, "template/")).content.decode("utf-8-sig")
    lines = given.splitlines()
    assert lines[0] == "Service level,From,Window,Value,Cases kept,Cases,Note"
    assert lines[1].startswith("Availability of the desk,2025-10-01,October 2025,")
    assert len(lines) == 9  # October to May: reviews began in October
    filled = given.replace("May 2026,,", "May 2026,99.9,")
    page = upload(client, contract, filled)
    assert [row["window"] for row in page.context["rows"]] == ["May 2026"]


def test_a_workbook_is_read_as_it_shows(client, manager, contract, level):
    rows = [
        ["Service level", "From", "Value", "Note"],
        ["Availability of the desk", D(2026, 4, 1), Decimal("99.75"), "n" * 501],
        ["Availability of the desk", D(2026, 5, 1), Decimal("98.25"), "Two\nlines"],
    ]
    client.force_login(manager.user)
    for some, states in ((rows, ["wrong", "new"]), ([rows[0], rows[2]], ["new"])):
        file = SimpleUploadedFile("values.xlsx", write_xlsx(some, "Values"))
        page = client.post(at(contract, "import/"), {"file": file}, follow=True)
        assert [row["state"] for row in page.context["rows"]] == states
    client.post(page.redirect_chain[0][0])
    assert [(row.first_on, row.value, row.note) for row in stored()] == [
        (D(2026, 5, 1), Decimal("98.25"), "Two lines")
    ]


def test_a_review_leads_there_and_back(client, manager, contract, level):
    review = review_case.review_of(contract)
    client.force_login(manager.user)
    url = at(contract, f"record/?review={review.pk}")
    assertContains(client.get(url), "What was measured in Q1 2026?")
    assertRedirects(
        client.post(url, {name(level, "202602"): "99.9"}),
        f"{review_case.AREA}{review.pk}/record/",
        fetch_redirect_response=False,
    )
    assert [row.first_on for row in stored()] == [D(2026, 2, 1)]
    for wrong in ("review=x", f"review={'9' * 30}", "on=2026-02-31", "on=0001-01-01"):
        assert client.get(at(contract, f"record/?{wrong}")).status_code == 404


def test_a_draft_says_when_it_begins(client, manager):
    contract = review_case.record_case.draft(manager)
    client.force_login(manager.user)
    for page in ("", "record/", "import/"):
        assert client.get(at(contract, page)).status_code == 200
