"""What the leader's points rest on, and what to have proven first."""

from evaluations.analysis.findings import Evidence, Unproven
from evaluations.calculation import Cell, Ranking
from evaluations.inputs import UNPROVEN


def leaders_evidence(ranking: Ranking) -> Evidence | None:
    """The (first) leader's evidence; None without a leader or without points."""
    if not ranking.leaders or not ranking.leaders[0].evidence:
        return None
    leader = ranking.leaders[0]
    cells = [
        Unproven(leader.candidate.pk, cell.criterion.pk, points, grades, _decides(ranking, points))
        for cell in leader.cells
        for points, grades in [_unproven(cell)]
        if points > 0
    ]
    return Evidence(
        candidate=leader.candidate.pk,
        claim=leader.evidence.get("claim", 0.0),
        guess=leader.evidence.get("guess", 0.0),
        unnamed=leader.evidence.get("", 0.0),
        cells=tuple(sorted(cells, key=lambda cell: -cell.points)),
    )


def _unproven(cell: Cell) -> tuple[float, tuple[str, ...]]:
    """The points of a cell that rest on nothing better, and on what they rest."""
    if cell.measured:
        return 0.0, ()
    marks = [mark for mark in cell.marks if mark.mark is not None]
    grades = [mark.evidence for mark in marks if mark.evidence in UNPROVEN]
    points = (cell.contribution or 0.0) * len(grades) / len(marks) if marks else 0.0
    return points, tuple(sorted(set(grades), reverse=True))


def _decides(ranking: Ranking, points: float) -> bool:
    """Whether without these points somebody else would be first, or share the first place."""
    if len(ranking.leaders) > 1:
        return True
    return ranking.margin is not None and points >= ranking.margin
