"""How firm a ranking is, on numbers small enough to check by hand."""

import json
import math
from dataclasses import replace
from decimal import Decimal

import numpy as np
import pytest

from evaluations import analysis, engine
from evaluations.analysis import analyse
from evaluations.analysis.findings import Change, Dominated, LeftOut, Unproven
from evaluations.calculation import Table, rank
from evaluations.inputs import (
    CandidateInput,
    CriterionInput,
    EvaluatorInput,
    Inputs,
    MarkInput,
    ModeratedInput,
)

QUALITY, COST, SPEED = 11, 12, 13
NORTHWIND, KESTREL, CORVID = 1, 2, 3
ANNA, BEN, CLEO = 21, 22, 23
NAMES = {NORTHWIND: "Northwind", KESTREL: "Kestrel", CORVID: "Corvid"}
PEOPLE = {ANNA: "Anna", BEN: "Ben", CLEO: "Cleo"}


def criterion(pk: int, weight: int, kind: str = "judged") -> CriterionInput:
    return CriterionInput(pk, f"C{pk}", kind, Decimal(weight), Decimal(0), Decimal(100))


def inputs(
    marks: dict[int, dict[int, list]],
    weights=((QUALITY, 60), (COST, 40)),
    evidence="",
    **extra,
) -> Inputs:
    """`marks`: evaluator → candidate → marks in the order of the criteria, None for none, "N/A"."""
    rows = [
        MarkInput(
            evaluator,
            candidate,
            pk,
            None if mark in {None, "N/A"} else Decimal(str(mark)),
            mark == "N/A",
            evidence,
        )
        for evaluator, by_candidate in marks.items()
        for candidate, row in by_candidate.items()
        for (pk, _), mark in zip(weights, row, strict=True)
        if mark is not None
    ]
    candidates = sorted({row.candidate for row in rows})
    return Inputs(
        criteria=[criterion(pk, weight) for pk, weight in weights],
        candidates=[CandidateInput(pk, NAMES[pk], pk) for pk in candidates],
        evaluators=[EvaluatorInput(pk, PEOPLE[pk], True) for pk in marks],
        marks=rows,
        asked={pk: len(marks) for pk, _ in weights},
        **extra,
    )


# Northwind 90·0.6 + 40·0.4 = 70, Kestrel 60·0.6 + 80·0.4 = 68. At a weight q of Quality they have
# 40 + 50q and 80 − 20q: equal at q = 4/7.
CLOSE = inputs({ANNA: {NORTHWIND: [90, 40], KESTREL: [60, 80]}})
EQUAL_AT = 4 / 7


def analysed(given: Inputs, **options) -> analysis.Analysis:
    return analyse(rank(given), **options)


def test_the_shares_of_the_three_weight_models():
    found = analysed(CLOSE)
    around, same_order, anything = found.models
    quality = np.linspace(EQUAL_AT, 1, 200_001)  # its weight is Beta(30, 20) near 60 %
    density = quality**29 * (1 - quality) ** 19 * math.exp(math.lgamma(50) - math.lgamma(30))
    density *= math.exp(-math.lgamma(20))
    expected = float(density[:-1].sum() * (quality[1] - quality[0]))
    doubt = 4 * 0.005
    assert around.standings[0].first == pytest.approx(expected, abs=doubt)
    assert same_order.standings[0].first == pytest.approx((1 - EQUAL_AT) / 0.5, abs=doubt)
    assert anything.standings[0].first == pytest.approx(1 - EQUAL_AT, abs=doubt)
    assert anything.standings[0].weights[0] == pytest.approx((1 + EQUAL_AT) / 2, abs=doubt)
    for model in found.models:
        assert [row.candidate for row in model.standings] == [NORTHWIND, KESTREL]
        assert sum(row.first for row in model.standings) == pytest.approx(1)
    verdict = found.verdict
    assert (verdict.code, verdict.candidate) == ("too_close", NORTHWIND)
    assert verdict.share == around.standings[0].first
    assert verdict.standard_error == pytest.approx(
        math.sqrt(verdict.share * (1 - verdict.share) / 10_000)
    )


def test_a_leader_far_ahead_is_clear_and_nothing_changes_it():
    found = analysed(inputs({ANNA: {NORTHWIND: [90, 90], KESTREL: [60, 80]}}))
    assert (found.verdict.code, found.verdict.share) == ("clear", 1.0)
    assert found.changes == ()
    assert found.dominated == (Dominated(KESTREL, (NORTHWIND,)),)
    assert [row.leader for row in found.left_out] == [NORTHWIND, NORTHWIND]
    assert all(row.weights == () for row in [model.standings[1] for model in found.models])


def test_how_far_a_weight_may_move_and_what_is_said_of_it():
    found = analysed(CLOSE)
    quality, cost = found.stability
    assert (quality.low, quality.high) == (pytest.approx(EQUAL_AT), 1)
    assert (quality.below, quality.above) == (KESTREL, None)
    assert (cost.low, cost.high) == (0, pytest.approx(1 - EQUAL_AT))
    # With two criteria there is one thing to say: Cost beyond 42.9 %, so 43 %.
    assert found.changes == (
        Change("weight", KESTREL, pytest.approx(0.03), COST, pytest.approx(0.4), 0.43),
    )


def test_what_is_said_does_change_the_leader_and_comes_smallest_first():
    given = inputs(
        {ANNA: {NORTHWIND: [90, 40, 70], KESTREL: [60, 80, 72], CORVID: [40, 60, 100]}},
        weights=((QUALITY, 50), (COST, 30), (SPEED, 20)),
    )
    found = analysed(given)
    assert {change.kind for change in found.changes} == {"weight", "transfer"}
    amounts = [round(change.amount, 9) for change in found.changes]
    assert amounts == sorted(amounts)
    for change in found.changes:
        table = Table(given)
        weights = dict(zip((QUALITY, COST, SPEED), (0.5, 0.3, 0.2), strict=True))
        if change.kind == "weight":
            rest = 1 - weights[change.criterion]
            weights = {pk: share / rest * (1 - change.weight) for pk, share in weights.items()}
        else:
            weights[change.source] = change.source_weight
        weights[change.criterion] = change.weight
        assert sum(weights.values()) == pytest.approx(1)
        table.reweighed(weights)
        assert int(np.argmax(table.scores.total)) == change.leader - 1


def test_the_lead_with_less_and_with_more_weight():
    quality, cost = analysed(CLOSE).tornado
    assert (quality.less, quality.more) == (pytest.approx(65 - 70), pytest.approx(75 - 66))
    assert (cost.less, cost.more) == (pytest.approx(75 - 66), pytest.approx(65 - 70))


def test_who_leads_without_one_criterion_or_evaluator():
    given = inputs(
        {
            ANNA: {NORTHWIND: [100, 60], KESTREL: [40, 60]},
            BEN: {NORTHWIND: [70, 50], KESTREL: [80, 60]},
            CLEO: {NORTHWIND: [60, 50], KESTREL: [70, 60]},
        }
    )
    found = analysed(given)
    assert found.compared == (NORTHWIND, KESTREL)
    assert found.left_out == (
        LeftOut("evaluator", ANNA, KESTREL),
        LeftOut("evaluator", BEN, NORTHWIND),
        LeftOut("evaluator", CLEO, NORTHWIND),
        LeftOut("criterion", QUALITY, KESTREL),
        LeftOut("criterion", COST, NORTHWIND),
    )
    assert found.changes[-1] == Change("evaluator", KESTREL, evaluator=ANNA)
    assert found.agreement.same_first == 1
    assert found.agreement.own_orders == 3
    assert 0 < found.models[0].standings[0].confidence < 1


def test_an_agreed_mark_holds_whoever_is_left_out():
    given = inputs({ANNA: {NORTHWIND: [100, 50], KESTREL: [50, 50]}, BEN: {KESTREL: [90, 50]}})
    agreed = ModeratedInput(KESTREL, QUALITY, Decimal(90), False, "Shown to us", "Olivia")
    found = analysed(replace(given, moderated=[agreed]))
    assert [row.leader for row in found.left_out if row.kind == "evaluator"] == [
        None,  # without Anna nobody has marked Northwind, so nobody leads for certain
        NORTHWIND,
    ]
    assert found.agreement.talk == ()
    assert [(row.candidate, row.criterion) for row in analysed(given).agreement.talk] == []


def test_one_candidate_none_and_an_ineligible_one_are_said_not_computed():
    one = analysed(inputs({ANNA: {NORTHWIND: [90, 40], KESTREL: [60, None]}}))
    assert (one.reason, one.compared, one.verdict, one.models) == (
        "only_one",
        (NORTHWIND,),
        None,
        (),
    )
    assert one.evidence.candidate == NORTHWIND
    none = analysed(inputs({ANNA: {NORTHWIND: [90, None], KESTREL: [60, None]}}))
    assert (none.reason, none.compared, none.evidence) == ("nobody", (), None)


def test_a_shared_first_place_is_too_close_to_call():
    found = analysed(inputs({ANNA: {NORTHWIND: [50, 50], KESTREL: [50, 50]}}))
    assert (found.verdict.code, found.verdict.share) == ("too_close", 0.5)
    assert (found.lead, found.changes) == (0.0, ())


def test_not_applicable_is_weighed_anew_and_ends_the_second_opinions():
    given = inputs({ANNA: {NORTHWIND: [90, "N/A"], KESTREL: [60, 80]}})
    found = analysed(given)
    assert found.verdict.code == "clear"  # 90 against anything from 60 to 80
    assert (found.opinions_reason, found.opinions) == ("not_applicable", ())
    assert found.dominated == ()
    assert analysis.from_data(json.loads(json.dumps(found.as_data(), allow_nan=False))) == found


def test_a_single_criterion_has_no_weights_to_doubt():
    found = analysed(inputs({ANNA: {NORTHWIND: [90], KESTREL: [60]}}, weights=((QUALITY, 100),)))
    assert (found.verdict.share, found.changes, found.left_out) == (1.0, (), ())
    assert [(row.low, row.high) for row in found.stability] == [(0, 1)]


# Evaluators ---------------------------------------------------------------------------------------


def test_agreement_with_nobody_with_one_and_without_a_common_cell():
    assert analysed(CLOSE).agreement.reason == "one_evaluator"
    apart = inputs({ANNA: {NORTHWIND: [90, 40]}, BEN: {KESTREL: [60, 80]}})
    assert analysed(apart).agreement.reason == "no_overlap"
    recused = replace(CLOSE, evaluators=[EvaluatorInput(ANNA, "Anna", True, recused=True)])
    assert analysed(recused).agreement.reason == "no_evaluator"


def test_harsh_and_kind_evaluators_and_the_order_without_that():
    given = inputs(
        {
            ANNA: {NORTHWIND: [70], CORVID: [80]},
            BEN: {KESTREL: [60], CORVID: [50]},
        },
        weights=((QUALITY, 100),),
    )
    found = analysed(given).agreement
    assert [(row.evaluator, row.points, row.cells) for row in found.offsets] == [
        (ANNA, 15, 1),
        (BEN, -15, 1),
    ]
    # Counted as they are: Northwind 70, Corvid 65, Kestrel 60. Without: 55, 65, 75.
    assert found.corrected == (KESTREL, CORVID, NORTHWIND)


def test_when_everybody_marked_everything_harshness_moves_nobody():
    given = inputs(
        {
            ANNA: {NORTHWIND: [90, 50], KESTREL: [70, 60]},
            BEN: {NORTHWIND: [60, 30], KESTREL: [50, 40]},
        }
    )
    found = analysed(given).agreement
    assert [round(row.points, 6) for row in found.offsets] == [11.25, -11.25]
    assert (found.corrected, found.same_first, found.cells) == ((), 2, 4)
    marks = np.array([[90, 50, 70, 60], [60, 30, 50, 40]])
    assert found.alpha == pytest.approx(engine.krippendorff_alpha(marks, "interval"))
    assert (found.alpha_word, found.w, found.w_word) == ("weak", None, "")


def test_measured_figures_say_nothing_about_agreement():
    given = inputs(
        {
            ANNA: {NORTHWIND: [90, 50], KESTREL: [70, 60]},
            BEN: {NORTHWIND: [60, 30], KESTREL: [50, 40]},
        }
    )
    measured = [replace(row, kind="measured") for row in given.criteria]
    found = analysed(replace(given, criteria=measured)).agreement
    assert (found.reason, found.cells, found.alpha, found.offsets) == ("", 0, None, ())
    assert found.own_orders == 2


def test_the_order_agrees_where_three_are_compared():
    rows = {NORTHWIND: [90, 50], KESTREL: [70, 40], CORVID: [10, 20]}
    found = analysed(inputs({ANNA: rows, BEN: rows})).agreement
    assert (found.w, found.w_word, found.alpha, found.alpha_word) == (1, "strong", 1, "strong")
    same = {pk: [50, 50] for pk in NAMES}
    found = analysed(inputs({ANNA: same, BEN: same})).agreement
    assert (found.alpha, found.alpha_word) == (None, "all_alike")


def test_cells_worth_talking_about_are_those_a_rank_depends_on():
    given = inputs(
        {
            ANNA: {NORTHWIND: [100, 40], KESTREL: [62, 70]},
            BEN: {NORTHWIND: [80, 40], KESTREL: [58, 90]},
        }
    )
    talk = analysed(given).agreement.talk
    # 70 to 68. Northwind's Quality moves its total by ±6, Kestrel's Cost by ±4, its Quality by ±1.2.
    assert [(row.candidate, row.criterion) for row in talk] == [
        (NORTHWIND, QUALITY),
        (KESTREL, COST),
    ]
    assert talk[0].effect == pytest.approx(0.6 * math.sqrt(200))
    assert (talk[0].low, talk[0].high) == (80, 100)


def test_how_sure_a_candidate_is_had_other_such_evaluators_scored():
    """Three of 100, 50 and 0 drawn anew make more than 45 on average in 17 of 27 panels."""
    given = inputs(
        {
            ANNA: {NORTHWIND: [100], KESTREL: [45]},
            BEN: {NORTHWIND: [50], KESTREL: [45]},
            CLEO: {NORTHWIND: [0], KESTREL: [45]},
        },
        weights=((QUALITY, 100),),
    )
    for model in analysed(given).models:
        northwind, kestrel = model.standings
        assert northwind.confidence == pytest.approx(17 / 27, abs=0.06)
        assert (kestrel.first, kestrel.confidence) == (0, None)
    two = {ANNA: [60, 40], BEN: [50, 50]}
    few = inputs({pk: {NORTHWIND: row, KESTREL: [10, 90]} for pk, row in two.items()})
    assert analysed(few).models[0].standings[0].confidence is None


# Second opinions and evidence ---------------------------------------------------------------------


def test_second_opinions_agree_or_say_where_they_differ():
    found = analysed(CLOSE)
    assert [row.method for row in found.opinions] == ["topsis", "promethee"]
    promethee = found.opinions[1]
    # Each beats the other by more than 25 points on its own criterion: 0.6 against 0.4.
    assert promethee.order == (NORTHWIND, KESTREL)
    assert promethee.values == (pytest.approx(0.2), pytest.approx(-0.2))
    assert promethee.differs == ()
    huge = inputs({ANNA: {NORTHWIND: [60, 100], KESTREL: [90, 40]}})  # 76 to 70, by one huge lead
    swapped = analysed(huge).opinions[1].differs
    assert [(row.above, row.below, row.criterion, row.weakest) for row in swapped] == [
        (KESTREL, NORTHWIND, QUALITY, QUALITY)
    ]


def test_what_the_leaders_points_rest_on_heaviest_first():
    given = inputs({ANNA: {NORTHWIND: [90, 40], KESTREL: [60, 80]}})
    grades = {(NORTHWIND, QUALITY): "claim", (NORTHWIND, COST): "measured"}
    marks = [row._replace(evidence=grades.get(row[1:3], "demo")) for row in given.marks]
    evidence = analysed(replace(given, marks=marks)).evidence
    assert evidence.candidate == NORTHWIND
    assert (evidence.claim, evidence.guess, evidence.unnamed) == (pytest.approx(54 / 70), 0, 0)
    assert evidence.cells == (
        Unproven(NORTHWIND, QUALITY, pytest.approx(54), ("claim",), decides=True),
    )


# Keeping it ---------------------------------------------------------------------------------------


def test_an_analysis_survives_json_and_comes_out_the_same_again():
    given = inputs({ANNA: {NORTHWIND: [90, 40], KESTREL: [60, 80]}, BEN: {NORTHWIND: [80, 50]}})
    found = analysed(given)
    assert analysis.from_data(json.loads(json.dumps(found.as_data(), allow_nan=False))) == found
    assert analysed(given) == found
    assert (found.draws, found.seed, found.engine) == (10_000, analysis.SEED, engine.VERSION)
    assert (found.numpy, found.random_index) == (np.__version__, "saaty")


@pytest.mark.parametrize("data", [None, {}, {"engine": 1}, []])
def test_anything_else_is_no_analysis(data):
    with pytest.raises((KeyError, TypeError, ValueError)):
        analysis.from_data(data)


def test_the_key_names_what_it_was_computed_from():
    key = analysis.key(rank(CLOSE))
    assert analysis.key(rank(CLOSE)) == key
    renamed = [replace(row, name="Somebody") for row in CLOSE.candidates]
    assert analysis.key(rank(replace(CLOSE, candidates=renamed))) == key
    first = CLOSE.marks[0]
    agreed = ModeratedInput(first.candidate, first.criterion, first.mark, False, "So it is")
    others = [
        replace(CLOSE, marks=[first._replace(mark=Decimal(91)), *CLOSE.marks[1:]]),
        replace(CLOSE, marks=[first._replace(evidence="demo"), *CLOSE.marks[1:]]),
        replace(CLOSE, criteria=[criterion(QUALITY, 61), criterion(COST, 39)]),
        replace(CLOSE, moderated=[agreed]),
    ]
    keys = {analysis.key(rank(other)) for other in others} | {analysis.key(rank(CLOSE), seed=1)}
    assert len(keys - {key}) == 5
