"""The whole permission table: who may do what. Nothing else in the project asks for a role.

Rights add up upwards: each role has everything that the one below it has (product.md, "Who uses it").
"""

from enum import StrEnum

from django.db import models


class Perm(StrEnum):
    """One thing a member may do. Pages ask for it by `member_view`, templates by the `can` filter."""

    ORG_VIEW = "org:view"
    ACTIVITY_VIEW = "activity:view"
    PLAN_VIEW = "plan:view"
    VENDOR_VIEW = "vendor:view"
    CRITERIA_VIEW = "criteria:view"
    EVALUATION_VIEW = "evaluation:view"
    CONTRACT_VIEW = "contract:view"
    REVIEW_VIEW = "review:view"

    SCORE = "evaluation:score"

    PLAN_EDIT = "plan:edit"
    VENDOR_EDIT = "vendor:edit"
    EVALUATION_MANAGE = "evaluation:manage"
    EVALUATION_MODERATE = "evaluation:moderate"
    AWARD_PROPOSE = "award:propose"
    CONTRACT_EDIT = "contract:edit"
    REMINDER_SNOOZE = "reminder:snooze"
    REVIEW_EDIT = "review:edit"
    RENEWAL_VOTE = "renewal:vote"

    PLAN_APPROVE = "plan:approve"
    EVALUATION_CLOSE = "evaluation:close"
    EVALUATION_DECIDE = "evaluation:decide"
    CONTRACT_SIGN = "contract:sign"
    REMINDER_ESCALATION = "reminder:escalation"
    RENEWAL_DECIDE = "renewal:decide"

    CRITERIA_EDIT = "criteria:edit"
    MEMBER_MANAGE = "member:manage"
    ORG_EDIT = "org:edit"


class Role(models.TextChoices):
    """Lowest first; the order is the rank."""

    VIEWER = "viewer", "Viewer"
    EVALUATOR = "evaluator", "Evaluator"
    MANAGER = "manager", "Manager"
    OWNER = "owner", "Owner"
    ADMIN = "admin", "Admin"

    @property
    def perms(self) -> frozenset[Perm]:
        return ROLE_PERMS[self]

    @property
    def meaning(self) -> str:
        return ROLE_MEANINGS[self]


ADDED_BY_ROLE = {
    Role.VIEWER: {
        Perm.ORG_VIEW,
        Perm.ACTIVITY_VIEW,
        Perm.PLAN_VIEW,
        Perm.VENDOR_VIEW,
        Perm.CRITERIA_VIEW,
        Perm.EVALUATION_VIEW,
        Perm.CONTRACT_VIEW,
        Perm.REVIEW_VIEW,
    },
    Role.EVALUATOR: {Perm.SCORE},
    Role.MANAGER: {
        Perm.PLAN_EDIT,
        Perm.VENDOR_EDIT,
        Perm.EVALUATION_MANAGE,
        Perm.EVALUATION_MODERATE,
        Perm.AWARD_PROPOSE,
        Perm.CONTRACT_EDIT,
        Perm.REMINDER_SNOOZE,
        Perm.REVIEW_EDIT,
        Perm.RENEWAL_VOTE,
    },
    Role.OWNER: {
        Perm.PLAN_APPROVE,
        Perm.EVALUATION_CLOSE,
        Perm.EVALUATION_DECIDE,
        Perm.CONTRACT_SIGN,
        Perm.REMINDER_ESCALATION,
        Perm.RENEWAL_DECIDE,
    },
    Role.ADMIN: {Perm.CRITERIA_EDIT, Perm.MEMBER_MANAGE, Perm.ORG_EDIT},
}

ROLE_PERMS: dict[Role, frozenset[Perm]] = {}
_so_far: set[Perm] = set()
for _role in Role:
    _so_far |= ADDED_BY_ROLE[_role]
    ROLE_PERMS[_role] = frozenset(_so_far)

ROLE_MEANINGS = {
    Role.VIEWER: "reads everything, changes nothing",
    Role.EVALUATOR: "reads everything, and scores the candidates they are asked to score",
    Role.MANAGER: "keeps plans and vendors, sets up evaluations, moderates, proposes awards and drafts contracts,"
    " besides scoring",
    Role.OWNER: "approves plans, closes the scoring, decides, approves awards and signs contracts, besides all"
    " that a Manager does",
    Role.ADMIN: "does everything, including criteria, people and the organization",
}
