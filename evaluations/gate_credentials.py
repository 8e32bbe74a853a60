"""Gates that ask for a credential: what each candidate's vendor has on file for them, and what that means."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from core.templatetags.ui import format_date
from evaluations.models import Candidate, Evaluation, EvaluationCriterion, Evidence, GateCredential
from vendors.credential_queries import Proof, proof_of
from vendors.models import Credential
from vendors.proofs import PROVES, State, is_named

# The best of what is on file counts.
BEST_FIRST = (State.VALID, State.SOON, State.UNCHECKED, State.EXPIRED)
PASS, FAIL = "1", "0"


@dataclass(frozen=True)
class GateState:
    """One candidate at one gate. `proof` is the best credential on file, None if there is none."""

    candidate: Candidate
    criterion: EvaluationCriterion
    gate: GateCredential
    proof: Proof | None

    @property
    def key(self) -> str:
        """That of the cell, as in scorecards.Cell."""
        return f"{self.candidate.pk}-{self.criterion.pk}"

    @property
    def asked(self) -> str:
        """What the gate asks for: "Certificate “ISO 27001”"."""
        return asked_for(self.gate)

    @property
    def mark(self) -> str:
        """What the evaluator may take over; "" while nothing on file says either."""
        if self.proof is None or self.proof.state == State.UNCHECKED:
            return ""
        return PASS if self.proof.state in PROVES else FAIL

    @property
    def evidence(self) -> str:
        return Evidence.DOCUMENT

    @property
    def words(self) -> str:
        """What the mark rests on, for the comment beside it."""
        if self.proof is None:
            return ""
        row = self.proof.credential
        parts = [row.name, f"number {row.number}" if row.number else ""]
        if row.expires_on:
            until = "expired on" if self.proof.state == State.EXPIRED else "valid until"
            parts.append(f"{until} {format_date(row.expires_on)}")
        if row.checked_on and row.checked_by:
            parts.append(f"checked on {format_date(row.checked_on)} by {row.checked_by.name}")
        return ", ".join(filter(None, parts))


def asked_for(gate: GateCredential) -> str:
    """In words."""
    kind = dict(Credential.Kind.choices).get(gate.kind, gate.kind)
    return f"{kind} “{gate.name}”" if gate.name else kind


def gates_of(evaluation: Evaluation) -> dict[int, GateCredential]:
    """What is asked for, by criterion; one query."""
    rows = GateCredential.objects.filter(criterion__evaluation=evaluation, criterion__kind="gate")
    return {row.criterion_id: row for row in rows}


def states_of(
    criteria: Iterable[EvaluationCriterion], candidates: Sequence[Candidate], today: dt.date
) -> list[GateState]:
    """Each of these candidates at each of these gates that ask for something; one query if the criteria come
    with their `gate_credential`. Staying in-house has no vendor who could show anything."""
    gates = [row for row in criteria if row.is_gate and hasattr(row, "gate_credential")]
    if not gates:
        return []
    vendors = {row.vendor_id for row in candidates if row.vendor_id}
    kinds = {row.gate_credential.kind for row in gates}
    on_file = _on_file(vendors, kinds, today)
    return [
        GateState(
            candidate,
            criterion,
            criterion.gate_credential,
            _best(criterion.gate_credential, on_file.get(candidate.vendor_id, [])),
        )
        for criterion in gates
        for candidate in candidates
        if candidate.vendor_id
    ]


def _on_file(vendors: set[int], kinds: set[str], today: dt.date) -> dict[int, list[Proof]]:
    rows = Credential.objects.kept().filter(vendor__in=vendors, kind__in=kinds)
    found: dict[int, list[Proof]] = {}
    for row in rows.select_related("checked_by__user").order_by("-expires_on", "-pk"):
        found.setdefault(row.vendor_id, []).append(proof_of(row, today))
    return found


def _best(gate: GateCredential, proofs: Iterable[Proof]) -> Proof | None:
    fit = [
        proof
        for proof in proofs
        if proof.credential.kind == gate.kind and is_named(gate.name, proof.credential.name)
    ]
    return min(fit, key=lambda proof: BEST_FIRST.index(proof.state), default=None)
