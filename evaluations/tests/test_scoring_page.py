"""The page of a scorecard, and saving all its cells at once from a plain form."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from core.tenancy import ALL, organization_scope
from evaluations.models import Evaluation
from evaluations.tests.builders import add_evaluator, fill, give_mark, make_evaluation
from evaluations.tests.scoring_case import (
    CRITERIA,
    base,
    cell_of,
    evaluation_card,
    log_lines,
    payload,
    send,
    stored,
)


@pytest.fixture
def evaluation(acme, evaluator) -> Evaluation:
    return make_evaluation(acme, criteria=CRITERIA, evaluators=[evaluator])


@pytest.fixture
def signed_in(client, evaluator):
    client.force_login(evaluator.user)
    return client


# The page -----------------------------------------------------------------------------------------


def test_nothing_is_chosen_beforehand(signed_in, evaluation):
    page = signed_in.get(base(evaluation)).content.decode()
    assert " selected" not in page
    assert " checked" not in page
    assert f'id="c{cell_of(evaluation)}" name="cell-{cell_of(evaluation)}-mark" value=""' in page


def test_only_the_assigned_criteria_are_shown(client, evaluation, manager):
    add_evaluator(evaluation, manager, criteria=["Hours"])
    client.force_login(manager.user)
    page = client.get(base(evaluation))
    assertContains(page, "24 h is worst, 2 h is best.")
    assertNotContains(page, "Old scale")


def test_the_page_says_what_is_missing_and_what_lacks_evidence(signed_in, evaluation, evaluator):
    card = evaluation_card(evaluation, evaluator)
    give_mark(card, "Northwind", "Quality", 4)
    page = signed_in.get(base(evaluation))
    assertContains(page, "<strong data-done>1</strong> of <span data-total>8</span> marked")
    assertContains(page, "<span data-unproven>1</span> without evidence")
    assertNotContains(page, f'data-missing="{cell_of(evaluation)}"')
    assertContains(page, f'data-missing="{cell_of(evaluation, "Hours")}"')


def test_one_candidate_at_a_time(signed_in, evaluation, evaluator):
    give_mark(evaluation_card(evaluation, evaluator), "Contoso", "Quality", 4, comment="Fine")
    candidate = payload(evaluation, candidate="Contoso")["candidate"]
    page = signed_in.get(f"{base(evaluation)}?candidate={candidate}")
    assertContains(page, "candidate 2 of 2")
    assertContains(page, "Fine")
    assertContains(page, "Answers within a day")
    assertNotContains(page, "Next candidate")


@pytest.mark.parametrize("wanted", ["0", "x", "9" * 30, "-1", "١"])
def test_an_unknown_candidate_is_not_found(signed_in, evaluation, wanted):
    assert signed_in.get(f"{base(evaluation)}?candidate={wanted}").status_code == 404


def test_the_page_takes_the_same_queries_whatever_the_size(client, acme, evaluator, manager):
    client.force_login(evaluator.user)
    small = make_evaluation(acme, evaluators=[evaluator])
    large = make_evaluation(
        acme,
        criteria=[f"C{n}" for n in range(9)],
        candidates=[f"V{n}" for n in range(12)],
        evaluators=[evaluator, manager],
    )
    fill(evaluation_card(large, evaluator))
    client.get(base(small))
    counts = []
    for evaluation in (small, large):
        with CaptureQueriesContext(connection) as captured:
            assert client.get(base(evaluation)).status_code == 200
        counts.append(len(captured))
    assert counts[0] == counts[1] <= 12


# All cells at once, without a script --------------------------------------------------------------


def shown_in(page) -> str:
    return page.context["sheet"].shown_versions


def form_data(evaluation, page, **marks) -> dict:
    data = {"scorecard": payload(evaluation)["scorecard"], "shown": shown_in(page)}
    for name, mark in marks.items():
        data[f"cell-{cell_of(evaluation, name.replace('_', ' '))}-mark"] = mark
    return data


def save(client, evaluation, data):
    return client.post(f"{base(evaluation)}save/", data)


def test_the_grid_saves_at_once(signed_in, evaluation, evaluator):
    data = form_data(
        evaluation, signed_in.get(base(evaluation)), Quality="5", Hours="2,5", Insured="1"
    )
    assertRedirects(save(signed_in, evaluation, data), base(evaluation))
    assert [row[0] for row in stored()] == ["5.0000", "2.5000", "1.0000"]
    [line] = log_lines()
    assert (line.verb, line.sealed, line.actor) == ("scores.saved", True, evaluator)
    assert line.after["Northwind · Hours"] == {"mark": "2.5"}


def test_a_second_sending_of_the_form_changes_nothing(signed_in, evaluation):
    data = form_data(evaluation, signed_in.get(base(evaluation)), Quality="5")
    save(signed_in, evaluation, data)
    assertRedirects(save(signed_in, evaluation, data), base(evaluation))
    assert stored() == [("5.0000", False, "", "", 1)]
    assert len(log_lines()) == 1


def test_bad_cells_come_back_with_their_input_and_the_rest_is_kept(signed_in, evaluation):
    data = form_data(evaluation, signed_in.get(base(evaluation)), Quality="7", Hours="3")
    response = save(signed_in, evaluation, data)
    assertContains(response, "1 cell was not saved; see below.", status_code=422)
    assertContains(response, "Type a whole number from 0 to 5, or N/A.", status_code=422)
    assertContains(response, 'value="7"', status_code=422)
    assert [row[0] for row in stored()] == ["3.0000"]


def test_a_cell_changed_elsewhere_is_shown_beside_ones_own(signed_in, evaluation):
    send(signed_in, evaluation, mark="2", comment="", evidence="")
    page = signed_in.get(base(evaluation))
    send(signed_in, evaluation, mark="3", version=1, comment="", evidence="")
    response = save(signed_in, evaluation, form_data(evaluation, page, Quality="5"))
    assertContains(response, "Somebody changed this", status_code=422)
    assertContains(response, "Stored now: 3.", status_code=422)
    assertContains(response, 'value="5"', status_code=422)
    # What the page shows now is based on the stored version: saving again is a choice.
    again = form_data(evaluation, response, Quality="5")
    assertRedirects(save(signed_in, evaluation, again), base(evaluation))
    assert [row[0] for row in stored()] == ["5.0000"]


def test_cells_left_as_they_were_shown_never_overwrite(signed_in, evaluation):
    send(signed_in, evaluation, mark="2")
    page = signed_in.get(base(evaluation))
    send(signed_in, evaluation, mark="3", version=1)
    data = form_data(evaluation, page, Quality="2", Hours="4")
    assertRedirects(save(signed_in, evaluation, data), base(evaluation))
    assert [row[0] for row in stored()] == ["3.0000", "4.0000"]


def test_marks_from_the_grid_leave_evidence_and_comment_alone(signed_in, evaluation):
    send(signed_in, evaluation, mark="2")
    page = signed_in.get(base(evaluation))
    save(signed_in, evaluation, form_data(evaluation, page, Quality="4"))
    assert stored() == [("4.0000", False, "demo", "Ran well", 2)]


def test_the_page_of_one_candidate_saves_everything_and_goes_on(signed_in, evaluation):
    first, second = (
        payload(evaluation, candidate=v)["candidate"] for v in ("Northwind", "Contoso")
    )
    page = signed_in.get(f"{base(evaluation)}?candidate={first}")
    prefix = f"cell-{cell_of(evaluation)}"
    data = form_data(evaluation, page, Quality="N/A") | {
        f"{prefix}-evidence": "guess",
        f"{prefix}-comment": "one\r\ntwo",
        "candidate": first,
        "then": second,
    }
    assertRedirects(save(signed_in, evaluation, data), f"{base(evaluation)}?candidate={second}")
    assert stored() == [("None", True, "guess", "one\ntwo", 1)]


def test_bad_comment_and_evidence_come_back_on_the_page_of_one_candidate(signed_in, evaluation):
    candidate = payload(evaluation)["candidate"]
    page = signed_in.get(f"{base(evaluation)}?candidate={candidate}")
    prefix = f"cell-{cell_of(evaluation)}"
    data = form_data(evaluation, page, Quality="4") | {
        "candidate": candidate,
        f"{prefix}-comment": "y" * 2001,
        f"{prefix}-evidence": "",
    }
    response = save(signed_in, evaluation, data)
    assertContains(response, "this one has 2001", status_code=422)
    assertContains(response, "y" * 2001, status_code=422)
    response = save(
        signed_in, evaluation, data | {f"{prefix}-evidence": "x", f"{prefix}-comment": ""}
    )
    assertContains(response, "from the list", status_code=422)
    assert stored() == []


def test_cells_from_elsewhere_are_refused(signed_in, evaluation, globex, outsider):
    foreign = make_evaluation(globex, evaluators=[outsider])
    data = form_data(evaluation, signed_in.get(base(evaluation)))
    data[f"cell-{cell_of(foreign)}-mark"] = "4"
    assert save(signed_in, evaluation, data).status_code == 422
    assert stored() == []


def test_a_form_for_another_scorecard_is_refused(signed_in, evaluation, manager):
    other = add_evaluator(evaluation, manager)
    data = form_data(evaluation, signed_in.get(base(evaluation)), Quality="4")
    for wrong in (other.pk, "", "x", "9" * 30):
        response = save(signed_in, evaluation, data | {"scorecard": wrong})
        assertContains(response, "not on your scorecard", status_code=422)
    assert stored() == []


def test_a_form_after_closing_is_refused_with_the_reason(signed_in, evaluation):
    data = form_data(evaluation, signed_in.get(base(evaluation)), Quality="4")
    with organization_scope(ALL):
        Evaluation.objects.update(state=Evaluation.State.CLOSED)
    response = save(signed_in, evaluation, data)
    assertContains(response, "Scoring is closed; nothing can be changed any more.", status_code=422)
    assert stored() == []


def test_saving_many_cells_takes_constant_queries(client, acme, evaluator):
    evaluation = make_evaluation(
        acme, candidates=["Northwind", *(f"V{n}" for n in range(20))], evaluators=[evaluator]
    )
    client.force_login(evaluator.user)
    page = client.get(base(evaluation))
    counts = []
    for many in (1, 20):
        data = form_data(evaluation, page)
        for number in range(many):
            data[f"cell-{cell_of(evaluation, 'Cost', f'V{number}')}-mark"] = "4"
        with CaptureQueriesContext(connection) as captured:
            assert save(client, evaluation, data).status_code == 302
        counts.append(len(captured))
    assert counts[1] <= counts[0] + 1
