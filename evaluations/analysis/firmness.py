"""How firm the first place is: other weights, and what would change the leader."""

from evaluations.analysis.findings import (
    ANY,
    AROUND,
    CLEAR,
    LIKELY,
    SAME_ORDER,
    TOO_CLOSE,
    Model,
    Standing,
    Verdict,
)
from evaluations.analysis.problem import Problem
from evaluations.engine.arguments import FloatArray
from evaluations.engine.robustness import acceptability, draw_weights

CONCENTRATION = 50.0
CLEAR_FROM, LIKELY_FROM = 0.9, 0.7


def models(problem: Problem, draws: int, seed: int) -> tuple[Model, ...]:
    """The three weight models, each with the same seed."""
    return tuple(_model(problem, name, draws, seed) for name in (AROUND, SAME_ORDER, ANY))


def verdict(around: Model) -> Verdict:
    """Clear, likely or too close to call, for the leader in the model around the given weights."""
    leader = around.standings[0]
    code = (
        CLEAR
        if leader.first >= CLEAR_FROM
        else LIKELY
        if leader.first >= LIKELY_FROM
        else TOO_CLOSE
    )
    return Verdict(code, leader.candidate, leader.first, leader.standard_error)


def _model(problem: Problem, name: str, draws: int, seed: int) -> Model:
    weights = draw_weights(name, problem.weights, draws, seed, CONCENTRATION)
    found = acceptability(problem.points, weights, applicable=problem.mask)
    return Model(
        name,
        tuple(
            Standing(
                candidate=pk,
                ranks=_floats(found.rank_share[row]),
                standard_error=float(found.standard_error[row]),
                weights=_floats(found.central_weights[row]) if found.first[row] > 0 else (),
                confidence=None,
            )
            for row, pk in enumerate(problem.candidates)
        ),
    )


def _floats(values: FloatArray) -> tuple[float, ...]:
    return tuple(float(value) for value in values)
