"""The ranking from stored marks: pooled, weighed, gated, ranked – and every input kept beside its number."""

from decimal import Decimal

import pytest

from core.tenancy import ALL, organization_scope
from evaluations import results
from evaluations.models import Evaluation
from evaluations.tests import builders
from evaluations.tests.builders import make_evaluation
from evaluations.tests.engine.cases import load

CRITERIA = [
    {"name": "Quality", "weight": Decimal(60)},
    {"name": "Cost", "weight": Decimal(40)},
]
GATE = {"name": "Insured", "kind": "gate", "weight": Decimal(0), "worst": 0, "best": 1}


ranking_of = organization_scope(ALL)(results.ranking)


@organization_scope(ALL)
def give_mark(evaluation, member, candidate, criterion, mark, **extra) -> None:
    """One member's mark; "N/A" for not applicable."""
    card = evaluation.scorecards.get(evaluator=member)
    if mark == "N/A":
        builders.give_mark(card, candidate, criterion, not_applicable=True, **extra)
    else:
        builders.give_mark(card, candidate, criterion, mark, **extra)


@pytest.fixture
def evaluation(acme, owner, manager) -> Evaluation:
    return make_evaluation(acme, criteria=CRITERIA, evaluators=[owner, manager])


def line(found: results.Ranking, name: str) -> results.VendorResult:
    return next(vendor for vendor in found.vendors if vendor.candidate.name == name)


def test_marks_are_pooled_turned_into_points_and_weighed(evaluation, owner, manager):
    for who, quality, cost in ((owner, 5, 2), (manager, 3, 2)):
        give_mark(evaluation, who, "Northwind", "Quality", quality, evidence="document")
        give_mark(evaluation, who, "Northwind", "Cost", cost, evidence="claim")
        give_mark(evaluation, who, "Contoso", "Quality", 3)
        give_mark(evaluation, who, "Contoso", "Cost", 5)
    found = ranking_of(evaluation)
    first, second = found.vendors
    assert [(v.candidate.name, v.rank, v.total) for v in found.vendors] == [
        ("Contoso", 1, pytest.approx(76)),
        ("Northwind", 2, pytest.approx(64)),
    ]
    quality = second.cells[0]
    assert (quality.mark, quality.points, quality.weight) == (4, 80, 60)
    assert quality.contribution == pytest.approx(48)
    assert quality.spread == pytest.approx(2**0.5)
    assert [mark.mark for mark in quality.marks] == [3, 5]
    assert second.evidence == {"document": pytest.approx(0.75), "claim": pytest.approx(0.25)}
    assert second.unproven_share == pytest.approx(0.25)
    assert first.unproven_share == 1
    assert found.margin == pytest.approx(12)


def test_missing_is_not_zero_and_is_not_ranked(evaluation, owner):
    give_mark(evaluation, owner, "Northwind", "Quality", 5)
    give_mark(evaluation, owner, "Contoso", "Quality", 3)
    give_mark(evaluation, owner, "Contoso", "Cost", 3)
    northwind = line(ranking_of(evaluation), "Northwind")
    assert (northwind.rank, northwind.total) == (0, None)
    assert (northwind.low, northwind.high) == (60, 100)
    assert northwind.coverage == pytest.approx(0.6)
    assert northwind.possible_rank == (1, 1)
    assert [cell.criterion.name for cell in northwind.missing_cells] == ["Cost"]


def test_not_applicable_shares_its_weight_and_gives_way_to_a_mark(evaluation, owner, manager):
    give_mark(evaluation, owner, "Northwind", "Quality", 4)
    give_mark(evaluation, owner, "Northwind", "Cost", "N/A")
    give_mark(evaluation, owner, "Contoso", "Quality", 3)
    give_mark(evaluation, owner, "Contoso", "Cost", "N/A")
    give_mark(evaluation, manager, "Contoso", "Cost", 1)
    found = ranking_of(evaluation)
    northwind, contoso = line(found, "Northwind"), line(found, "Contoso")
    assert northwind.total == pytest.approx(80)
    assert northwind.cells[1].not_applicable
    assert northwind.cells[0].weight == 100
    assert contoso.total == pytest.approx(0.6 * 60 + 0.4 * 20)
    assert not contoso.cells[1].not_applicable


def test_one_failed_gate_makes_ineligible_and_keeps_the_would_be_rank(acme, owner, manager):
    evaluation = make_evaluation(acme, criteria=[*CRITERIA, GATE], evaluators=[owner, manager])
    for name, mark in (("Northwind", 5), ("Contoso", 3)):
        for criterion in ("Quality", "Cost"):
            give_mark(evaluation, owner, name, criterion, mark)
        give_mark(evaluation, owner, name, "Insured", 1)
    give_mark(evaluation, manager, "Northwind", "Insured", 0)
    found = ranking_of(evaluation)
    northwind, contoso = line(found, "Northwind"), line(found, "Contoso")
    assert (northwind.eligible, northwind.rank, northwind.would_be_rank) == (False, 0, 1)
    assert [cell.criterion.name for cell in northwind.failed_gates] == ["Insured"]
    assert (contoso.rank, found.leaders) == (1, [contoso])
    assert found.ineligible == [northwind]


def test_an_unanswered_gate_is_not_passed_and_a_not_applicable_one_is(acme, owner):
    evaluation = make_evaluation(acme, criteria=[*CRITERIA, GATE], evaluators=[owner])
    for name in ("Northwind", "Contoso"):
        for criterion in ("Quality", "Cost"):
            give_mark(evaluation, owner, name, criterion, 3)
    give_mark(evaluation, owner, "Contoso", "Insured", "N/A")
    found = ranking_of(evaluation)
    assert line(found, "Northwind").eligible is False
    assert line(found, "Contoso").eligible is True


def test_a_recused_evaluators_marks_do_not_count(evaluation, owner, manager):
    for who, mark in ((owner, 5), (manager, 1)):
        for name in ("Northwind", "Contoso"):
            for criterion in ("Quality", "Cost"):
                give_mark(evaluation, who, name, criterion, mark)
    with organization_scope(ALL):
        card = evaluation.scorecards.get(evaluator=manager)
        card.has_conflict = True
        card.save()
    found = ranking_of(evaluation)
    assert [vendor.total for vendor in found.vendors] == [100, 100]
    assert [vendor.rank for vendor in found.vendors] == [1, 1]
    assert all(vendor.tied for vendor in found.vendors)
    assert [evaluator.pk for evaluator in found.recused] == [card.pk]
    assert found.margin is None


def test_a_measured_number_is_clipped_to_its_fixed_scale(acme, owner):
    price = {"name": "Price", "kind": "measured", "weight": 100, "worst": 4000, "best": 2000}
    evaluation = make_evaluation(
        acme, criteria=[price], candidates=["A", "B", "C"], evaluators=[owner]
    )
    for name, amount in (("A", 3000), ("B", 5000), ("C", 1500)):
        give_mark(evaluation, owner, name, "Price", amount)
    found = ranking_of(evaluation)
    assert [(v.candidate.name, v.total) for v in found.vendors] == [("C", 100), ("A", 50), ("B", 0)]


def test_contributions_add_up_to_the_total_exactly(evaluation, owner):
    for name, quality, cost in (("Northwind", 1, 2), ("Contoso", 4, 3)):
        give_mark(evaluation, owner, name, "Quality", quality)
        give_mark(evaluation, owner, name, "Cost", cost)
    for vendor in ranking_of(evaluation).vendors:
        assert sum(cell.contribution for cell in vendor.cells) == vendor.total


def test_a_published_table_comes_out_of_the_database_as_printed(acme, owner):
    """Goodwin & Wright (2004), the office location problem, through rows instead of arrays."""
    case = load("wsm-goodwin-wright-office")
    names = case["expected"]["criteria"]
    criteria = [
        {"name": name, "weight": Decimal(str(round(weight * 100, 3))), "worst": 0, "best": 100}
        for name, weight in zip(names, case["weights"], strict=True)
    ]
    offices = case["expected"]["alternatives"]
    evaluation = make_evaluation(acme, criteria=criteria, candidates=offices, evaluators=[owner])
    for office, row in zip(offices, case["matrix"], strict=True):
        for name, mark in zip(names, row, strict=True):
            give_mark(evaluation, owner, office, name, Decimal(str(mark)))
    found = ranking_of(evaluation)
    for office, total, rank in zip(
        offices, case["expected"]["scores"], case["expected"]["ranking"], strict=True
    ):
        result = line(found, office)
        assert result.total == pytest.approx(total, abs=case["tolerance"]["scores"])
        assert result.rank == rank


def test_the_number_of_queries_does_not_depend_on_size(
    acme, owner, manager, django_assert_num_queries
):
    small = make_evaluation(acme, criteria=["One"], evaluators=[owner])
    large = make_evaluation(
        acme,
        criteria=["One", "Two", "Three"],
        candidates=list("ABCDE"),
        evaluators=[owner, manager],
    )
    give_mark(small, owner, "Northwind", "One", 3)
    for name in "ABCDE":
        give_mark(large, owner, name, "Two", 3)
    for evaluation in (small, large):
        with django_assert_num_queries(5):
            ranking_of(evaluation)
