"""Gates that ask for a credential: said in set-up, shown beside the mark, taken over only by a button."""

import datetime as dt
from typing import Any

import pytest
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from core.tenancy import ALL, organization_scope
from evaluations.gate_credentials import states_of
from evaluations.models import Evaluation, GateCredential, Score
from evaluations.tests.builders import make_evaluation
from evaluations.tests.scoring_case import base, cell_of
from vendors.models import Credential, Reference
from vendors.proofs import is_named

CRITERIA = [
    {"name": "Certified", "kind": "gate", "worst": 0, "best": 1, "anchors": []},
    {"name": "Insured", "kind": "gate", "worst": 0, "best": 1, "anchors": []},
    "Satisfaction",
    "Security",
]


@pytest.mark.parametrize(
    ("wanted", "name", "fits"),
    [
        ("", "Anything", True),
        ("ISO 27001", "ISO/IEC 27001:2022", True),
        ("iso/iec 27001", "ISO 27001", False),
        ("ISO 27001", "ISO 9001", False),
    ],
)
def test_which_one_is_asked_for(wanted, name, fits):
    assert is_named(wanted, name) is fits


@pytest.fixture
def evaluation(acme, evaluator, manager) -> Evaluation:
    """Scoring; the gate Certified asks for ISO 27001, Insured for nothing that is on file."""
    found = make_evaluation(
        acme,
        criteria=CRITERIA,
        evaluators=[evaluator],
        candidates=["Northwind", "Contoso", "Stay in-house"],
    )
    with organization_scope(ALL):
        GateCredential.objects.create(
            organization=acme,
            criterion=found.criteria.get(name="Certified"),
            kind="certificate",
            name="ISO 27001",
        )
    return found


@organization_scope(ALL)
def on_file(
    evaluation: Evaluation, by: Any, days: int, *, checked: bool = True, **fields: Any
) -> None:
    """A certificate of Northwind that holds so many days more."""
    today = timezone.localdate()
    values = {"kind": "certificate", "name": "ISO/IEC 27001:2022", "number": "IS 7", **fields}
    Credential.objects.create(
        organization=evaluation.organization,
        vendor=evaluation.candidates.get(name="Northwind").vendor,
        expires_on=today + dt.timedelta(days=days),
        checked_on=today if checked else None,
        checked_by=by if checked else None,
        created_by=by,
        **values,
    )


@organization_scope(ALL)
def states(evaluation: Evaluation) -> list[tuple[str, str, str]]:
    found = states_of(
        list(evaluation.criteria.order_by("position")),
        list(evaluation.candidates.order_by("position")),
        timezone.localdate(),
    )
    return [(row.candidate.name, row.proof.state if row.proof else "", row.mark) for row in found]


def test_the_best_on_file_counts_and_only_what_was_checked_says_anything(evaluation, manager):
    contoso = ("Contoso", "", "")
    assert states(evaluation) == [("Northwind", "", ""), contoso]
    on_file(evaluation, manager, -1, name="ISO 27001 of 2020")
    assert states(evaluation)[0] == ("Northwind", "expired", "0")
    on_file(evaluation, manager, 900, checked=False)
    assert states(evaluation)[0] == ("Northwind", "unchecked", "")
    on_file(evaluation, manager, 900, kind="membership")
    on_file(evaluation, manager, 900, name="ISO 9001")
    assert states(evaluation)[0] == ("Northwind", "unchecked", "")
    on_file(evaluation, manager, 30)
    assert states(evaluation) == [("Northwind", "soon", "1"), contoso]


@organization_scope(ALL)
def marks() -> list[tuple[str, str, str, str]]:
    return [
        (row.criterion.name, f"{row.mark:.0f}", row.evidence, row.comment)
        for row in Score.objects.select_related("criterion").order_by("pk")
    ]


def url_of(
    evaluation: Evaluation, criterion: str = "Certified", candidate: str = "Northwind"
) -> str:
    pks = cell_of(evaluation, criterion, candidate).replace("-", "/")
    return f"{base(evaluation)}{pks}/proof/"


def test_an_evaluator_takes_it_over_by_a_button(
    client, evaluation, evaluator, manager, django_assert_max_num_queries
):
    on_file(evaluation, manager, 900)
    client.force_login(evaluator.user)
    cell = cell_of(evaluation, "Certified")
    one = f"{base(evaluation)}?candidate={cell.partition('-')[0]}"
    with django_assert_max_num_queries(13):
        page = client.get(one)
    assertContains(page, "Asked for: Certificate “ISO 27001”.")
    assertContains(page, "Mark “pass”")
    assertNotContains(page, " checked")
    assertContains(client.get(base(evaluation)), "What is on file for the gates")
    assert marks() == [], "looking fills nothing"
    with organization_scope(ALL):
        scorecard = evaluation.scorecards.get()
    body = {"scorecard": scorecard.pk, "shown": "", "candidate": cell.partition("-")[0]}
    typed = {f"cell-{cell_of(evaluation, 'Satisfaction')}-mark": "4"}
    response = client.post(url_of(evaluation), {**body, **typed})
    assertRedirects(response, one)
    [rated, gate] = marks()
    assert rated[:2] == ("Satisfaction", "4"), "what was typed on the page is kept"
    assert gate[:3] == ("Certified", "1", "document")
    assert gate[3].startswith("ISO/IEC 27001:2022, number IS 7, valid until ")
    client.post(url_of(evaluation), body)
    assert len(marks()) == 2
    assertNotContains(client.get(one), "Mark “pass”")
    for other in (url_of(evaluation, "Insured"), url_of(evaluation, "Certified", "Contoso")):
        assert client.post(other, body).status_code == 422
    assert len(marks()) == 2
    client.force_login(manager.user)
    assert client.post(url_of(evaluation), body).status_code == 404, "no scorecard of theirs"


def test_what_clients_say_stands_beside_satisfaction(client, evaluation, evaluator, manager):
    with organization_scope(ALL):
        vendor = evaluation.candidates.get(name="Northwind").vendor
        common = {"organization": vendor.organization, "vendor": vendor, "created_by": manager}
        Reference.objects.create(
            **common,
            name="Rae",
            company="X",
            found="vendor",
            answers={"satisfied": 4},
            called_on="2026-01-02",
        )
        Reference.objects.create(
            **common, name="Kim", company="Y", found="vendor", answers={"satisfied": 1}
        )
    client.force_login(evaluator.user)
    one = f"{base(evaluation)}?candidate={cell_of(evaluation, 'Security').partition('-')[0]}"
    page = client.get(one)
    known = f"/o/acme/evaluations/{evaluation.pk}/score/{one.partition('=')[2]}/known/"
    for about in ("references", "security"):
        assertContains(page, f"{known}?about={about}")
    part = client.get(f"{known}?about=references")
    assert part.context["references"].line("satisfied").count == 1, "a draft is not read"
    assertContains(part, "All of them were named by the vendor")
    assertContains(
        client.get(f"{known}?about=security"), "Nobody has asked Northwind about security"
    )
    hours = client.get(f"{known}?about=hours")
    assertContains(hours, "Nobody has said yet when both sides work")
    in_house = cell_of(evaluation, "Security", "Stay in-house").partition("-")[0]
    assert client.get(known.replace(one.partition("=")[2], in_house)).status_code == 404


# Saying which ----------------------------------------------------------------------------------------


def test_which_credential_a_gate_asks_for_is_said_in_set_up(
    client, acme, manager, viewer, evaluator
):
    evaluation = make_evaluation(acme, criteria=CRITERIA, evaluators=[evaluator], state="setup")
    place = f"/o/acme/evaluations/{evaluation.pk}/criteria/proofs/"
    with organization_scope(ALL):
        certified, insured = evaluation.criteria.filter(kind="gate").order_by("position")
    client.force_login(viewer.user)
    assert client.get(place).status_code == 403
    client.force_login(manager.user)
    assertContains(client.get(place), "Which proof does a gate ask for?")
    body = {f"kind_{certified.pk}": "certificate", f"name_{certified.pk}": "ISO 27001"}
    wrong = client.post(place, {f"name_{insured.pk}": "Liability", "version": evaluation.version})
    assert (wrong.status_code, list(wrong.context["form"].errors)) == (422, [f"kind_{insured.pk}"])
    response = client.post(place, {**body, "version": evaluation.version})
    assertRedirects(
        response, f"/o/acme/evaluations/{evaluation.pk}/setup/", fetch_redirect_response=False
    )
    stale = client.post(place, {"version": evaluation.version})
    assert stale.status_code == 409
    assert stale.context["differing"] == [("Certified", "Certificate “ISO 27001”", "")]
    with organization_scope(ALL):
        [row] = GateCredential.objects.all()
        assert (row.criterion, row.kind, row.name) == (certified, "certificate", "ISO 27001")
    client.post(place, {"version": evaluation.version + 1})
    with organization_scope(ALL):
        assert GateCredential.objects.count() == 0
        Evaluation.objects.update(state="scoring")
    assert client.post(place, {**body, "version": evaluation.version + 2}).status_code == 302
    with organization_scope(ALL):
        assert GateCredential.objects.count() == 0
