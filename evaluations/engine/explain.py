"""What can be said about a ranking: findings as a code and numbers; templates put them in words.

Every finding has a ``code``; vendors and criteria are indices, weights and shares run from 0 to 1,
margins are points. As in ``robustness.py``, only complete and eligible vendors are handed over.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import ArrayLike

from evaluations.engine import arguments
from evaluations.engine.arguments import BoolArray, FloatArray
from evaluations.engine.crosscheck import dominates
from evaluations.engine.ranking import Scores, score
from evaluations.engine.sampling import Acceptability
from evaluations.engine.sensitivity import Stability, flip, stability

CLEAR = 0.90
"""First in at least this share of the draws around the weights: the leader is clear."""

LIKELY = 0.70
"""First in at least this share, but not clear: the leader is likely. Below: too close to call."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """How sure the first place is."""

    code: str
    """``"clear"``, ``"likely"`` or ``"too_close"``."""
    leader: int
    """Who has the highest total; the first in the order given if several are tied."""
    leaders: tuple[int, ...]
    """Everybody on rank 1."""
    runner_up: int
    """The best of those who are not on rank 1; −1 if there is none."""
    margin: float
    """The leader's total less the next vendor's, tied or not; NaN for a single vendor."""
    share: float
    """In which share of the draws the leader comes first."""
    standard_error: float
    """Sampling error of that share."""


@dataclass(frozen=True, slots=True)
class Lead:
    """One vendor leads, another one comes next."""

    code: ClassVar[str] = "lead"
    leader: int
    runner_up: int
    margin: float


@dataclass(frozen=True, slots=True)
class Tie:
    """Several vendors share the first rank."""

    code: ClassVar[str] = "tie"
    vendors: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Alone:
    """There is only one vendor."""

    code: ClassVar[str] = "alone"
    leader: int


@dataclass(frozen=True, slots=True)
class WeightChange:
    """If this criterion counted ``needed`` instead of ``weight``, ``leader`` would draw level."""

    code: ClassVar[str] = "weight_change"
    criterion: int
    weight: float
    needed: float
    leader: int


@dataclass(frozen=True, slots=True)
class Transfer:
    """The smallest weight moved from one criterion to another that makes ``leader`` draw level."""

    code: ClassVar[str] = "transfer"
    source: int
    target: int
    amount: float
    leader: int


@dataclass(frozen=True, slots=True)
class Steady:
    """However much or little one of these criteria counts, the leader stays."""

    code: ClassVar[str] = "steady"
    criteria: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Dominated:
    """``by`` are nowhere worse than ``vendor`` and somewhere better: no weights can help it."""

    code: ClassVar[str] = "dominated"
    vendor: int
    by: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class NeverFirst:
    """These vendors came first in none of the draws over any weights."""

    code: ClassVar[str] = "never_first"
    vendors: tuple[int, ...]


Finding = Lead | Tie | Alone | Verdict | WeightChange | Transfer | Steady | Dominated | NeverFirst


def verdict(acceptability: Acceptability, scores: Scores) -> Verdict:
    """Whether the leader is clear, likely, or too close to call.

    Args:
        acceptability: over draws of the ``"around"`` model.
        scores: of the same vendors.

    Returns:
        :class:`Verdict`. Several on rank 1 are always too close to call.

    Raises:
        ValueError: another number of vendors in the two, or nobody is ranked.
    """
    if len(acceptability.first) != len(scores.rank):
        raise ValueError(
            f"acceptability: is about {len(acceptability.first)} vendors, "
            f"scores about {len(scores.rank)}"
        )
    leaders = tuple(np.flatnonzero(scores.rank == 1).tolist())
    if not leaders:
        raise ValueError("scores: nobody is ranked")
    leader = leaders[0]
    share = float(acceptability.first[leader])
    return Verdict(
        code=verdict_code(share, tied=len(leaders) > 1),
        leader=leader,
        leaders=leaders,
        runner_up=_runner_up(scores),
        margin=_margin(scores, leader),
        share=share,
        standard_error=float(acceptability.standard_error[leader]),
    )


def verdict_code(share: float, *, tied: bool) -> str:
    """``"clear"``, ``"likely"`` or ``"too_close"``; a shared first place is always too close to call.

    Args:
        share: 0–1, of the draws in which the leader comes first.
        tied: whether the first place is shared.
    """
    if tied or share < LIKELY:
        return "too_close"
    return "clear" if share >= CLEAR else "likely"


def sentences(
    points: ArrayLike,
    weights: ArrayLike,
    *,
    applicable: ArrayLike | None = None,
    around: Acceptability | None = None,
    anything: Acceptability | None = None,
) -> tuple[Finding, ...]:
    """Everything worth saying, in the order to say it.

    Who leads (:class:`Lead`, :class:`Tie` or :class:`Alone`); with ``around`` the
    :class:`Verdict`; what would change the leader, the smallest change of one weight first
    (:class:`WeightChange`), then the smallest :class:`Transfer`; the criteria that cannot
    (:class:`Steady`); who is :class:`Dominated`; with ``anything`` who is :class:`NeverFirst`.
    Among tied leaders there is none to change, and next to a single vendor nothing to compare:
    what is said then leaves that out.

    Args:
        points: [V,C] 0–100, complete.
        weights: [C] normalised.
        applicable: [V,C], see ``robustness.py``. Only vendors with the same criteria can dominate
            each other.
        around: :func:`acceptability` of the same vendors in the ``"around"`` model.
        anything: the same in the ``"any"`` model.

    Raises:
        ValueError: as :func:`stability`; another number of vendors in ``around`` or ``anything``.
    """
    firm = stability(points, weights, applicable=applicable)  # checks all there is to check
    given = arguments.array("points", points)
    share = arguments.shares("weights", weights)
    applies = np.ones(given.shape, np.bool_)
    if applicable is not None:
        applies = arguments.mask("applicable", applicable, given.shape)
    for name, found in (("around", around), ("anything", anything)):
        if found is not None and len(found.first) != len(given):
            raise ValueError(f"{name}: is about {len(found.first)} vendors, not {len(given)}")
    scores = score(given, share, applies)
    if len(given) == 1:
        return (Alone(leader=0),)

    leaders = tuple(np.flatnonzero(scores.rank == 1).tolist())
    findings: list[Finding] = []
    if len(leaders) > 1:
        findings.append(Tie(vendors=leaders))
    else:
        margin = _margin(scores, firm.leader)
        findings.append(Lead(leader=firm.leader, runner_up=_runner_up(scores), margin=margin))
    if around is not None:
        findings.append(verdict(around, scores))
    if len(leaders) == 1:
        findings += _changes(firm, share)
        if (move := flip(given, share, applicable=applies)) is not None:
            findings.append(Transfer(move.source, move.target, move.amount, move.leader))
        findings += _steady(firm)
    findings += _dominated(given, applies)
    if anything is not None and not anything.first.all():
        never = np.flatnonzero(anything.first == 0)
        findings.append(NeverFirst(vendors=tuple(never.tolist())))
    return tuple(findings)


def _runner_up(scores: Scores) -> int:
    """The first of those with the best rank below 1; −1 if there is none."""
    behind = np.where(scores.rank > 1, scores.rank, np.iinfo(np.int64).max)
    return int(behind.argmin()) if (scores.rank > 1).any() else -1


def _margin(scores: Scores, leader: int) -> float:
    """The leader's total less the best of the other ranked vendors'."""
    others = scores.rank > 0
    others[leader] = False
    if not others.any():
        return float("nan")
    return float(scores.total[leader] - scores.total[others].max())


def _changes(firm: Stability, share: FloatArray) -> list[Finding]:
    """Both ends of every weight's range, the nearest first."""
    ends = [
        WeightChange(
            criterion=criterion,
            weight=float(share[criterion]),
            needed=float(edge[criterion]),
            leader=int(firm.next_leader[criterion, side]),
        )
        for criterion in range(len(share))
        for side, edge in enumerate((firm.low, firm.high))
        if firm.next_leader[criterion, side] >= 0
    ]
    return [*sorted(ends, key=lambda change: abs(change.needed - change.weight))]


def _steady(firm: Stability) -> list[Finding]:
    criteria = np.flatnonzero((firm.next_leader < 0).all(axis=1))
    return [Steady(criteria=tuple(criteria.tolist()))] if len(criteria) else []


def _dominated(points: FloatArray, applies: BoolArray) -> list[Finding]:
    alike = (applies[:, None] == applies[None, :]).all(axis=2)
    over = dominates(np.where(applies, points, 0.0)) & alike
    return [
        Dominated(vendor=int(vendor), by=tuple(np.flatnonzero(over[:, vendor]).tolist()))
        for vendor in np.flatnonzero(over.any(axis=0))
    ]
