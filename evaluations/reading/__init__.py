"""A ranking and its analysis made ready to read: names instead of keys, rows for the charts. Pure.

The ranking page and the decision report show the same `Reading`, so they cannot say different things.
"""

from collections.abc import Iterable
from decimal import Decimal
from functools import cached_property

from core.charts import Profile, RankRow, TornadoRow
from evaluations.analysis import findings
from evaluations.analysis.findings import Analysis, Change, Swapped
from evaluations.analysis.firmness import EVALUATOR
from evaluations.calculation import Ranking, VendorResult
from evaluations.inputs import EVIDENCE_WORDS
from evaluations.reading.names import hidden_names, nameless
from evaluations.reading.rows import (
    SHOWN_CHANGES,
    CentralRow,
    ChangeRow,
    DiffersRow,
    ModelTable,
    OffsetRow,
    OpinionRow,
    ProofRow,
    Strip,
    TalkRow,
)
from evaluations.whatif import Scenario

__all__ = ["Reading", "hidden_names", "nameless"]

MOST_PROFILES = 6
FEWEST_AXES, MOST_AXES = 3, 15
SHOWN_ROWS = 5
FEW_CELLS = 20
SHOWN_RANKS = 12
HARSH_FROM = 5.0
"""Points by which somebody must lie off the others to be called harsh or kind."""

MODEL_WORDS = {
    findings.AROUND: "Weights near those given",
    findings.SAME_ORDER: "Same order of importance",
    findings.ANY: "Any priorities at all",
}
MODEL_NOTES = {
    findings.AROUND: "What if each weight were somewhat higher or lower than agreed? This is what the"
    " sentence on top speaks of.",
    findings.SAME_ORDER: "What if only the order of the criteria were right, and their weights anything"
    " in that order?",
    findings.ANY: "What if nobody had said what matters? Who leads here too hardly depends on the weights.",
}


class Reading:
    """`ranking` and `analysis` together. `names` replaces evaluators' names (pk → shown name)."""

    def __init__(
        self, ranking: Ranking, analysis: Analysis, names: dict[int, str] | None = None
    ) -> None:
        self.ranking = ranking
        self.analysis = analysis
        self._vendors = {vendor.candidate.pk: vendor for vendor in ranking.vendors}
        self._criteria = {criterion.pk: criterion for criterion in ranking.criteria}
        self._evaluators = {card.pk: card.name for card in ranking.evaluators} | (names or {})

    # The sentence ---------------------------------------------------------------------------------

    @property
    def leader(self) -> str:
        verdict = self.analysis.verdict
        return self._name(verdict.candidate) if verdict else ""

    @property
    def margin_of_error(self) -> str:
        """The sampling error of the leader's share in percentage points, one decimal."""
        verdict = self.analysis.verdict
        return f"{verdict.standard_error * 100:.1f}" if verdict else ""

    @property
    def always(self) -> bool:
        """The leader was first in every single draw: there is no share to be unsure about."""
        return self.analysis.verdict is not None and self.analysis.verdict.share == 1

    @property
    def draws(self) -> str:
        return f"{self.analysis.draws:,}"

    @property
    def only_criterion(self) -> bool:
        """With one weight there is nothing to weigh against."""
        return sum(1 for criterion in self.ranking.criteria if criterion.weight) < 2

    @cached_property
    def changes(self) -> list[ChangeRow]:
        """What would change the leader, smallest first."""
        return [self._change(change) for change in self.analysis.changes]

    @property
    def first_changes(self) -> list[ChangeRow]:
        return self.changes[:SHOWN_CHANGES]

    @property
    def more_changes(self) -> list[ChangeRow]:
        return self.changes[SHOWN_CHANGES:]

    # How firm is it -------------------------------------------------------------------------------

    @cached_property
    def models(self) -> list[ModelTable]:
        return [self._model(model) for model in self.analysis.models]

    @cached_property
    def central(self) -> list[CentralRow]:
        """For each candidate the weights with which it is first, whatever the priorities."""
        model = self.analysis.model(findings.ANY)
        return [
            CentralRow(self._name(row.candidate), row.first, row.weights, row.confidence)
            for row in (model.standings[:SHOWN_RANKS] if model else ())
        ]

    @property
    def shows_confidence(self) -> bool:
        return any(row.confidence is not None for row in self.central)

    @cached_property
    def strips(self) -> list[Strip]:
        """Weights that can change the leader, the least room first, then those that cannot."""
        return [
            Strip(
                self._criteria[row.criterion],
                row.weight,
                row.low,
                row.high,
                self._name(row.below),
                self._name(row.above),
            )
            for row in sorted(self.analysis.stability, key=_room)
        ]

    @property
    def touchy(self) -> list[Strip]:
        return [strip for strip in self.strips if strip.below or strip.above]

    @property
    def indifferent(self) -> list[Strip]:
        return [strip for strip in self.strips if not (strip.below or strip.above)]

    @cached_property
    def tornado(self) -> list[TornadoRow]:
        rows = [
            TornadoRow(self._criteria[row.criterion].name, row.less, row.more)
            for row in self.analysis.tornado
        ]
        return sorted(rows, key=lambda row: -row.width)

    @property
    def lead(self) -> float:
        return self.analysis.lead or 0.0

    @property
    def runner_up(self) -> str:
        """Who is next: the one the lead is over now."""
        return self._name(self.analysis.compared[1]) if len(self.analysis.compared) > 1 else ""

    @property
    def less_words(self) -> str:
        return f"{self.delta} percentage points less"

    @property
    def more_words(self) -> str:
        return f"{self.delta} percentage points more"

    @property
    def delta(self) -> str:
        """The tornado's step in percentage points."""
        return f"{self.analysis.delta * 100:g}"

    @cached_property
    def left_out(self) -> list[tuple[str, str, str]]:
        """Kind, whom or what, and who leads without: evaluators by the name shown, then criteria."""
        without = self.analysis.left_out
        people = [
            (row.kind, self._evaluators.get(row.pk, ""), self._name(row.leader))
            for row in without
            if row.kind == EVALUATOR
        ]
        criteria = [
            (row.kind, self._criteria[row.pk].name, self._name(row.leader))
            for row in without
            if row.kind != EVALUATOR
        ]
        return [*sorted(people), *criteria]

    @property
    def leaves_leader(self) -> bool:
        """Whether leaving out any one evaluator or criterion leaves the leader first."""
        return all(leader == self.leader for _, _, leader in self.left_out)

    # Profiles -------------------------------------------------------------------------------------

    @cached_property
    def axes(self) -> list[str]:
        """The criteria of the radar; empty where a radar could not be read."""
        names = [criterion.name for criterion in self.ranking.criteria]
        return names if FEWEST_AXES <= len(names) <= MOST_AXES else []

    @cached_property
    def profiles(self) -> list[Profile]:
        """The first six of the table; what is missing or does not apply stays a gap."""
        return [
            Profile(vendor.candidate.name, [cell.points for cell in vendor.cells])
            for vendor in self.ranking.vendors[:MOST_PROFILES]
        ]

    # Evaluators -----------------------------------------------------------------------------------

    @cached_property
    def offsets(self) -> list[OffsetRow]:
        """The kindest first."""
        return [
            OffsetRow(
                self._evaluators.get(row.evaluator, ""), row.points, row.cells, _word(row.points)
            )
            for row in self.analysis.agreement.offsets
        ]

    @property
    def off_the_others(self) -> list[OffsetRow]:
        return [row for row in self.offsets if row.word]

    @cached_property
    def corrected(self) -> list[str]:
        """The order with harshness taken away; empty when it is the same."""
        return [self._name(pk) for pk in self.analysis.agreement.corrected]

    @cached_property
    def talk(self) -> list[TalkRow]:
        return [
            TalkRow(
                self._vendors[row.candidate],
                self._criteria[row.criterion],
                row.effect,
                row.low,
                row.high,
            )
            for row in self.analysis.agreement.talk
        ]

    @property
    def first_talk(self) -> list[TalkRow]:
        return self.talk[:SHOWN_ROWS]

    @property
    def more_talk(self) -> int:
        return len(self.talk) - len(self.first_talk)

    @property
    def few_marks(self) -> bool:
        """So few marks to compare that the number may well be chance."""
        return self.analysis.agreement.cells < FEW_CELLS

    # Second opinions ------------------------------------------------------------------------------

    @cached_property
    def opinions(self) -> list[OpinionRow]:
        return [
            OpinionRow(
                method=row.method,
                leader=self._name(row.order[0]),
                same_leader=self._vendors[row.order[0]].rank == 1,
                same_order=not row.differs,
                lines=[
                    (place, self._name(pk), value, self._vendors[pk].rank)
                    for place, (pk, value) in enumerate(
                        zip(row.order, row.values, strict=True), start=1
                    )
                ],
                differs=[self._differs(swapped) for swapped in row.differs],
            )
            for row in self.analysis.opinions
        ]

    @cached_property
    def dominated(self) -> list[tuple[str, list[str]]]:
        """Who could be dropped without a thought: others are nowhere worse and somewhere better."""
        return [
            (self._name(row.candidate), [self._name(pk) for pk in row.by])
            for row in self.analysis.dominated
        ]

    # Evidence -------------------------------------------------------------------------------------

    @cached_property
    def proofs(self) -> list[ProofRow]:
        evidence = self.analysis.evidence
        return [
            ProofRow(self._criteria[row.criterion], row.points, _rests_on(row.grades), row.decides)
            for row in (evidence.cells if evidence else ())
        ]

    @property
    def first_proofs(self) -> list[ProofRow]:
        return self.proofs[:SHOWN_ROWS]

    @property
    def more_proofs(self) -> list[ProofRow]:
        return self.proofs[SHOWN_ROWS:]

    @property
    def evidence_of(self) -> VendorResult | None:
        evidence = self.analysis.evidence
        return self._vendors[evidence.candidate] if evidence else None

    # ----------------------------------------------------------------------------------------------

    def _name(self, pk: int | None) -> str:
        return self._vendors[pk].candidate.name if pk is not None else ""

    def _points(self, candidate: int, criterion: int | None) -> float | None:
        cells = self._vendors[candidate].cells
        return next((cell.points for cell in cells if cell.criterion.pk == criterion), None)

    def _change(self, change: Change) -> ChangeRow:
        criterion = self._criteria.get(change.criterion or 0)
        source = self._criteria.get(change.source or 0)
        return ChangeRow(
            kind=change.kind,
            leader=self._name(change.leader),
            criterion=criterion.name if criterion else "",
            source=source.name if source else "",
            evaluator=self._evaluators.get(change.evaluator or 0, ""),
            now=_percent(change.now, places=1),
            weight=_percent(change.weight),
            amount=_percent(change.amount),
            opens=_scenario(change),
        )

    def _model(self, model: findings.Model) -> ModelTable:
        first = max(model.standings, key=lambda row: row.first)
        shown = model.standings[:SHOWN_RANKS]
        return ModelTable(
            name=model.name,
            title=MODEL_WORDS[model.name],
            note=MODEL_NOTES[model.name],
            rows=[RankRow(self._name(row.candidate), row.ranks[:SHOWN_RANKS]) for row in shown],
            leader=self._name(first.candidate),
            first=first.first,
            standard_error=first.standard_error,
            cut=len(model.standings) - len(shown),
        )

    def _differs(self, row: Swapped) -> DiffersRow:
        return DiffersRow(
            above=self._name(row.above),
            below=self._name(row.below),
            criterion=self._criteria.get(row.criterion or 0),
            above_points=self._points(row.above, row.criterion),
            below_points=self._points(row.below, row.criterion),
            weakest=self._criteria.get(row.weakest or 0),
            weakest_points=self._points(row.below, row.weakest),
        )


def _percent(share: float | None, places: int = 4) -> str:
    """A share as percent with what it was rounded to: 34, 20.5."""
    return "" if share is None else f"{share * 100:.{places}f}".rstrip("0").rstrip(".")


def _scenario(change: Change) -> str:
    """The address part that opens the what-if page at this change."""
    without = frozenset() if change.evaluator is None else frozenset({change.evaluator})
    weights = {
        pk: Decimal(_percent(weight))
        for pk, weight in ((change.criterion, change.weight), (change.source, change.source_weight))
        if pk is not None and weight is not None
    }
    return Scenario(weights=weights, evaluators=without).query()


def _room(row: findings.Interval) -> tuple[bool, float]:
    """Intervals somebody waits outside of come first, the nearest end first."""
    room = [row.weight - row.low] * (row.below is not None)
    room += [row.high - row.weight] * (row.above is not None)
    return not room, min(room, default=0.0)


def _word(points: float) -> str:
    return "kind" if points >= HARSH_FROM else "harsh" if points <= -HARSH_FROM else ""


def _rests_on(grades: Iterable[str]) -> str:
    """What the marks rest on, in words: “vendor’s claim, guess”."""
    words = [EVIDENCE_WORDS.get(grade, "nothing named") for grade in grades]
    return ", ".join(word[0].lower() + word[1:] for word in words)
