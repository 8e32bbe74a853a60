"""Every write about criteria sets and evaluations. Each function is one thing a person can be said to have done."""

from evaluations.actions.candidates import (
    add_candidates,
    add_in_house,
    add_new_candidate,
    remove_candidate,
)
from evaluations.actions.criteria import (
    add_standard_set,
    archive_criteria_set,
    change_criteria_set,
    create_criteria_set,
    restore_criteria_set,
)
from evaluations.actions.evaluators import set_evaluators
from evaluations.actions.setup import (
    change_evaluation,
    change_evaluation_criteria,
    create_evaluation,
    delete_evaluation,
    open_scoring,
)

__all__ = [
    "add_candidates",
    "add_in_house",
    "add_new_candidate",
    "add_standard_set",
    "archive_criteria_set",
    "change_criteria_set",
    "change_evaluation",
    "change_evaluation_criteria",
    "create_criteria_set",
    "create_evaluation",
    "delete_evaluation",
    "open_scoring",
    "remove_candidate",
    "restore_criteria_set",
    "set_evaluators",
]
