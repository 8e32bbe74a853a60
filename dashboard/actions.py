"""Making the example organization: every step by the same actions that people use."""

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal

from django.db import transaction
from django.utils import timezone

from accounts.actions import change_organization, create_organization
from accounts.models import Membership, Organization, User
from accounts.permissions import Role
from core.tenancy import organization_scope
from dashboard import (
    example,
    example_contracts,
    example_planning,
    example_reviews,
    example_sourcing,
)
from evaluations import actions as evaluations
from evaluations.actions import awards, moderation, results, weighting
from evaluations.actions.award_conditions import ConditionDraft, settle_condition
from evaluations.actions.award_letters import draft_letters
from evaluations.actions.from_plan import start_evaluation
from evaluations.actions.scoring import CellInput, declare_conflict, save_scores, submit_scorecard
from evaluations.models import CriteriaSet, Evaluation
from evaluations.standard_set import NAME as STANDARD
from evaluations.standard_set import STANDARD_SET
from evaluations.weight_answers import Decision as WeightDecision
from evaluations.weight_answers import asked_criteria, everybody
from evaluations.weighting import ORDER, digest
from planning.models import OutsourcingPlan
from vendors import actions as vendors
from vendors.models import Vendor


@transaction.atomic
def load_example(*, user: User | None = None) -> Organization | None:
    """Make the example organization, whole or not at all.

    With `user` it is a copy of their own, with them as Admin and a cast that nobody can sign in as.
    Without, it is the one with printed logins: made once; None if it was there or was removed.
    """
    if user is not None:
        boss = create_organization(
            name=f"{example.ORGANIZATION} (example)", user=user, is_example=True
        )
    elif User.objects.filter(email=_address("owner", None)).exists():
        return None
    else:
        first = example.PEOPLE[0]
        person = User.objects.create_user(_address("admin", None), example.PASSWORD, first.name)
        boss = create_organization(
            name=f"{example.ORGANIZATION} (example)", user=person, is_example=True
        )
    organization = boss.organization
    where = {"country": "DE", "time_zone": "Europe/Berlin"}
    with organization_scope(organization):
        change_organization(
            organization=organization, values=where, version=organization.version, by=boss
        )
        organization.refresh_from_db()
        cast = _people(boss, organization if user is not None else None)
        _fill(cast)
    return organization


def _address(login: str, copy: Organization | None) -> str:
    return f"{login}@{copy.slug}.example.com" if copy else f"{login}@example.com"


def _people(boss: Membership, copy: Organization | None) -> dict[str, Membership]:
    cast = {"admin": boss}
    for person in example.PEOPLE[1:]:
        password = None if copy else example.PASSWORD
        user = User.objects.create_user(_address(person.login, copy), password, person.name)
        cast[person.login] = Membership.objects.create(
            user=user, organization=boss.organization, role=Role(person.role)
        )
    return cast


def _fill(cast: dict[str, Membership]) -> None:
    register: dict[str, Vendor] = {}
    for values in example.VENDORS:
        vendor = vendors.create_vendor(
            values={**values, "inside_owner": cast["manager"]}, by=cast["manager"]
        )
        register[vendor.name] = vendor
    criteria_set = evaluations.create_criteria_set(
        name="Standard criteria with insurance gate",
        drafts=[*STANDARD_SET, example.GATE_DRAFT],
        note="The standard criteria, and no vendor without insurance.",
        by=cast["admin"],
    )
    example_sourcing.know_vendors(register, cast)
    plan = example_planning.live_through(cast)
    found = {
        choice.title: _evaluate(choice, criteria_set, register, cast, plan)
        for choice in (example.BACKUP, example.NETWORK, example.HELP_DESK)
    }
    example_sourcing.quote(found[example.HELP_DESK.title], cast["manager"])
    example_sourcing.try_out(found[example.NETWORK.title], "Brightdesk IT", cast)
    example_sourcing.promise(found[example.BACKUP.title], example.BACKUP_WINNER, cast["manager"])
    example_sourcing.ask_for_proposals(register, criteria_set, cast)
    for draft in example_contracts.DRAFTS:
        contract = example_contracts.draw_up(draft, register[draft.vendor], cast)
        if draft.title == example_contracts.NETWORK:
            example_reviews.live_through(contract, cast)
        elif draft.title == example_contracts.BACKUP:
            example_reviews.compare_with_promise(contract, cast)
            example_sourcing.place_promises(contract, cast["manager"])


def _evaluate(
    choice: example.Choice,
    criteria_set: CriteriaSet,
    register: dict[str, Vendor],
    cast: dict[str, Membership],
    plan: OutsourcingPlan,
) -> Evaluation:
    boss = cast["owner"]
    due_on = timezone.localdate() + dt.timedelta(days=10)
    if choice.planned:
        evaluation = start_evaluation(
            plan=plan,
            criteria_set=CriteriaSet.objects.get(name=STANDARD),
            title=choice.title,
            due_on=due_on,
            by=boss,
        )
    else:
        evaluation = evaluations.create_evaluation(
            title=choice.title,
            service=choice.service,
            reason=choice.reason,
            criteria_set=criteria_set,
            due_on=None if choice.closed else due_on,
            by=boss,
        )
    evaluations.add_candidates(
        evaluation=evaluation, vendors=[register[name] for name in choice.candidates], by=boss
    )
    if choice.in_house:
        evaluations.add_in_house(evaluation=evaluation, by=boss)
    criteria = list(evaluation.criteria.order_by("position", "pk"))
    evaluation = evaluations.set_evaluators(
        evaluation=evaluation,
        criteria_of={cast[login]: criteria for login in choice.marks},
        version=Evaluation.objects.get(pk=evaluation.pk).version,
        by=boss,
    )
    _weigh(choice, evaluation, cast)
    evaluation = evaluations.open_scoring(evaluation=evaluation, by=boss)
    for login in choice.marks:
        _score(choice, login, evaluation, cast[login])
    if choice.closed:
        results.close_scoring(evaluation=evaluation, by=boss)
        _agree(choice, evaluation, cast["manager"])
    if choice.decision:
        _decide(choice.decision, evaluation, cast)
    return evaluation


def _weigh(choice: example.Choice, evaluation: Evaluation, cast: dict[str, Membership]) -> None:
    """Two people put the criteria into order; the owner takes the mean of both."""
    drafts = asked_criteria(evaluation)
    for login, order in choice.orders.items():
        weighting.answer_weights(
            evaluation=evaluation,
            way=ORDER,
            given={"order": [str(drafts[int(place)].row) for place in order]},
            asked=digest(drafts),
            version=0,
            by=cast[login],
        )
    if choice.orders:
        answers = everybody(evaluation, drafts).counted
        weighting.decide_weights(
            evaluation=evaluation,
            decision=WeightDecision(answers=[answer.key for answer in answers]),
            version=Evaluation.objects.get(pk=evaluation.pk).version,
            by=cast["owner"],
        )


def _agree(choice: example.Choice, evaluation: Evaluation, by: Membership) -> None:
    criteria = list(evaluation.criteria.order_by("position", "pk"))
    for cell in choice.agreed:
        candidate = evaluation.candidates.get(name=cell.candidate)
        agreed = moderation.Agreement(
            candidate.pk, criteria[cell.place].pk, 0, cell.mark, cell.reason
        )
        moderation.moderate(evaluation_id=evaluation.pk, agreed=agreed, by=by)


def _decide(
    decision: example.Decision, evaluation: Evaluation, cast: dict[str, Membership]
) -> None:
    """The manager proposes, the owner approves and announces; one condition is settled already."""
    candidates = {row.name: row for row in evaluation.candidates.all()}
    today = timezone.localdate()
    award = awards.create_award(
        evaluation=evaluation,
        values={
            "winner": candidates[decision.winner],
            "winner_quote": Decimal(decision.winner_quote),
            "runner_up": candidates[decision.runner_up],
            "runner_up_quote": Decimal(decision.runner_up_quote),
            "runner_up_quoted_on": today - dt.timedelta(days=decision.quoted_days_ago),
            "runner_up_expires_on": today + dt.timedelta(days=decision.valid_for_days),
            "rationale": decision.rationale,
        },
        conditions=[ConditionDraft(None, text) for text in decision.conditions],
        by=cast["manager"],
        propose=True,
    )
    award = awards.approve_award(award=award, version=award.version, by=cast["owner"])
    award = awards.announce_award(award=award, by=cast["owner"])
    conditions = list(award.conditions.order_by("position", "pk"))
    for place, note in decision.settled:
        settle_condition(condition=conditions[place], note=note, by=cast["manager"])
    draft_letters(award=award, by=cast["manager"])


def _score(choice: example.Choice, login: str, evaluation: Evaluation, by: Membership) -> None:
    card = declare_conflict(
        evaluation_id=evaluation.pk, has_conflict=False, note="", confirmed=False, by=by
    )
    save_scores(
        evaluation_id=evaluation.pk,
        scorecard_id=card.pk,
        cells=list(_cells(choice, login, evaluation)),
        by=by,
    )
    if login in choice.submitted:
        submit_scorecard(evaluation_id=evaluation.pk, by=by)


def _cells(choice: example.Choice, login: str, evaluation: Evaluation) -> Iterator[CellInput]:
    criteria = list(evaluation.criteria.order_by("position", "pk"))
    candidates = {row.name: row.pk for row in evaluation.candidates.all()}
    words = {"p": "1", "f": "0", "n": "N/A"}
    for name, marks in choice.marks[login].items():
        for place, (criterion, letter) in enumerate(zip(criteria, marks, strict=True)):
            if letter == ".":
                continue
            grade = "" if letter == "n" else example.EVIDENCE[choice.evidence[login][place]]
            comment = choice.comments.get((login, name, place), "")
            yield CellInput(
                candidates[name], criterion.pk, 0, words.get(letter, letter), grade, comment
            )
