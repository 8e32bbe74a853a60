"""What an outsourcing plan still lacks before it is approved, and what would make it better. Pure.

`plan` is a planning.models.OutsourcingPlan or anything shaped like one; its lists are given apart.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

DONE, MISSING, ADVISED = "done", "missing", "advised"


@dataclass(frozen=True)
class Check:
    """One part: is it there, must it be (`missing`) or should it (`advised`), in words, and the URL name
    of the page where it is said."""

    title: str
    state: str
    words: str
    url_name: str

    @property
    def ok(self) -> bool:
        return self.state == DONE


@dataclass(frozen=True)
class Completeness:
    """All checks in the order of the page."""

    checks: list[Check]

    @property
    def missing(self) -> list[Check]:
        return [check for check in self.checks if check.state == MISSING]

    @property
    def advised(self) -> list[Check]:
        return [check for check in self.checks if check.state == ADVISED]

    @property
    def done(self) -> int:
        return sum(check.ok for check in self.checks)

    @property
    def of(self) -> int:
        return len(self.checks)

    @property
    def first_open(self) -> Check | None:
        """What to do next: what is missing before what is advised."""
        return next(iter([*self.missing, *self.advised]), None)


def check_plan(plan: Any, lists: Mapping[str, Sequence[Any]]) -> Completeness:
    """`lists`: goals, requirements, training, surveys, communication, risks, baseline and stakeholders."""
    return Completeness(
        [
            *_said(plan),
            _goals(lists["goals"]),
            _requirements(lists["requirements"], "qualification", "Minimum qualification"),
            _requirements(lists["requirements"], "quality", "Minimum quality level"),
            _listed(
                lists["training"],
                "Training of the vendor",
                "how the vendor learns your product",
                "edit_training",
            ),
            _listed(
                lists["surveys"],
                "Surveys",
                "when satisfaction is asked for",
                "edit_planned_surveys",
            ),
            _stakeholders(lists["stakeholders"]),
            _listed(
                lists["communication"],
                "Communication",
                "who hears what, how and how often",
                "edit_communication",
            ),
            _risks(lists["risks"]),
            _growth(plan.growth),
            _listed(
                lists["baseline"],
                "Cost in-house",
                "what it costs today, to compare with",
                "edit_baseline",
            ),
        ]
    )


def _said(plan: Any) -> list[Check]:
    """What is said on the plan's own form."""
    rows = [
        ("Delegated manager", plan.manager_id, "Name who will manage the vendor.", MISSING),
        ("Why", plan.why, "Say why you outsource it.", MISSING),
        ("What is in", plan.scope_in, "Say what the vendor is to do.", MISSING),
        ("What is not", plan.scope_out, "Say what stays with you.", ADVISED),
        ("Term", plan.term_months, "Say for how many months; cost is compared over them.", MISSING),
        ("Start", plan.starts_on, "Say when it should start.", ADVISED),
        ("Your systems", plan.understanding, "Say what a vendor has to know of them.", ADVISED),
        (
            "Budget and hoped-for cost",
            plan.budget is not None and plan.hoped_cost is not None,
            "They are the fixed scale on which cost is marked.",
            ADVISED,
        ),
    ]
    return [
        Check(title, DONE if value else state, "" if value else words, "edit_plan")
        for title, value, words, state in rows
    ]


def _listed(rows: Sequence[Any], title: str, what: str, url_name: str) -> Check:
    if rows:
        return Check(title, DONE, "", url_name)
    return Check(title, ADVISED, f"Say {what}.", url_name)


def _goals(goals: Sequence[Any]) -> Check:
    if goals:
        return Check("Goals", DONE, "", "edit_goals")
    words = "Name at least one goal with a number and a day; the reviews check it."
    return Check("Goals", MISSING, words, "edit_goals")


def _requirements(rows: Sequence[Any], part: str, title: str) -> Check:
    if any(row.part == part for row in rows):
        return Check(title, DONE, "", "edit_requirements")
    return Check(title, ADVISED, "Say what is the least that you accept.", "edit_requirements")


def _stakeholders(people: Sequence[Any]) -> Check:
    title = "Stakeholders"
    if not people:
        return Check(
            title, ADVISED, "Name those who are affected, and ask them.", "add_stakeholder"
        )
    silent = [row for row in people if not (row.answered_at or row.noted_by_id)]
    if not silent:
        return Check(title, DONE, "", "")
    words = f"{len(silent)} of {len(people)} have not said anything yet."
    return Check(title, ADVISED, words, "")


def _risks(risks: Sequence[Any]) -> Check:
    title = "Risks"
    if not risks:
        words = "Name what could go wrong: lock-in, control, confidentiality, morale."
        return Check(title, ADVISED, words, "edit_risks")
    bare = [row for row in risks if not (row.owner_id and row.mitigation)]
    if not bare:
        return Check(title, DONE, "", "edit_risks")
    words = f"{len(bare)} of {len(risks)} have no owner, or nothing is done about them."
    return Check(title, ADVISED, words, "edit_risks")


def _growth(growth: Mapping[str, Any]) -> Check:
    if growth:
        return Check("Growth", DONE, "", "edit_growth")
    return Check("Growth", ADVISED, "Say how much of it there may be at the end.", "edit_growth")
