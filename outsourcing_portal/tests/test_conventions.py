"""Rules a linter does not know. Each failure message says where to put the code instead."""

import ast
import functools
import importlib
import inspect
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.db import models

from core.models import TenantModel

ROOT = Path(__file__).resolve().parents[2]
APPS = [
    "core",
    "activity",
    "accounts",
    "planning",
    "vendors",
    "evaluations",
    "contracts",
    "reviews",
]
APPS += ["dashboard"]
WRITES = {"create", "bulk_create", "get_or_create", "update_or_create", "update", "delete"}
WRITES |= {"bulk_update", "save"}
# Of the portal itself, or of somebody who is no member yet: nobody's membership did it.
NO_MEMBER = {
    "evaluations.actions.proposal_answers.save_answers": "the vendor, who has no account",
    "evaluations.actions.proposal_answers.hand_in": "the vendor, who has no account",
    "evaluations.actions.proposal_answers.take_back": "the vendor, who has no account",
    "evaluations.actions.proposal_answers.decline": "the vendor, who has no account",
    "evaluations.actions.proposal_answers.reconsider": "the vendor, who has no account",
    "evaluations.actions.proposal_answers.ask": "the vendor, who has no account",
    "evaluations.actions.proposal_answers.note_seen": "the vendor, who has no account",
    "vendors.actions.diligence_answers.save_answers": "the vendor, who has no account",
    "vendors.actions.diligence_answers.mark_seen": "the vendor, who has no account",
    "planning.actions.stakeholder_answers.save_stakeholder_view": "whoever has the private link",
    "planning.actions.stakeholder_answers.note_stakeholder_page_seen": "whoever has the private link",
    "reviews.actions.vendor_view.save_answers": "the vendor, who has no account",
    "vendors.actions.reference_answers.note_first_look": "a client of the vendor, without an account",
    "vendors.actions.reference_answers.save_answers": "a client of the vendor, without an account",
    "planning.actions.plan_report.make_report": "the worker",
    "reviews.actions.plans.refresh_due": "the worker",
    "reviews.actions.vendor_view.ask_automatically": "the worker",
    "evaluations.actions.request_opening.open_due": "the worker",
    "reviews.actions.results.make_report": "the worker",
    "reviews.actions.survey_answers.answer_survey": "somebody without an account",
    "reviews.actions.survey_days.keep_surveys": "the worker",
    "reviews.actions.survey_schedules.make_due_surveys": "the worker",
    "reviews.actions.renewal_days.open_due_briefs": "the worker",
    "reviews.actions.credits.expire_due": "the worker",
    "contracts.actions.document_text.read_document_text": "the worker",
    "activity.actions.mail.queue_mail": "called by the actions of people",
    "activity.actions.mail.cancel_mail": "called by the actions of people",
    "activity.actions.mail.deliver_mail": "the worker",
    "activity.actions.reports.fail_file": "the worker",
    "activity.actions.reports.give_up_files": "the worker",
    "activity.actions.mail.note_lost_mail": "the worker",
    "activity.actions.mail.send_due_mail": "the worker",
    "activity.actions.reminders.send_due_reminders": "the worker",
    "evaluations.actions.analysis.keep_analysis": "called by the actions of people",
    "evaluations.actions.award_report.make_report": "the worker",
    "reviews.actions.seen_reports.make_paper": "the worker",
    "activity.actions.watching.watch_days": "called by the actions of people",
    "contracts.actions.refreshing.refresh_due": "the worker",
    "accounts.actions.create_organization": "the maker becomes its first member",
    "accounts.actions.start_with_organization": "signing up",
    "dashboard.actions.load_example": "the portal, or somebody who looks around on their own",
    "accounts.actions.change_name": "a person, in all their organizations",
    "accounts.actions.accept_invitation": "who accepts becomes a member by it",
    "accounts.actions.join_as_new_person": "who accepts becomes a member by it",
}
NOT_ONE_TRANSACTION = {
    "planning.actions.plan_report.make_report": "the claim is committed before the PDF is made",
    "reviews.actions.plans.refresh_due": "one bad contract must not undo the others",
    "reviews.actions.vendor_view.ask_automatically": "one bad review must not undo the others",
    "evaluations.actions.request_opening.open_due": "one bad request must not undo the others",
    "reviews.actions.results.make_report": "the claim is committed before the PDF is made",
    "reviews.actions.survey_days.keep_surveys": "one bad survey must not undo the others",
    "reviews.actions.survey_schedules.make_due_surveys": "each survey is one transaction",
    "reviews.actions.renewal_days.open_due_briefs": "each batch is one transaction",
    "reviews.actions.credits.expire_due": "each organization is one transaction",
    "activity.actions.mail.deliver_mail": "the claim is committed before anything is sent",
    "activity.actions.mail.send_due_mail": "one bad mail must not undo the others",
    "contracts.actions.refreshing.refresh_due": "one bad contract must not undo the others",
    "activity.actions.reminders.send_due_reminders": "each batch is one transaction",
    "evaluations.actions.award_report.make_report": "the claim is committed before the PDF is made",
    "reviews.actions.seen_reports.make_paper": "the claim is committed before the PDF is made",
    "contracts.actions.document_text.read_document_text": "the claim is committed before the reading",
}
# Read-only helpers that stand beside the verbs which need them.
NO_VERB = {
    "accounts.actions.invitation_for",
    "evaluations.actions.moderation.refusal",
}


def modules(*kinds: str) -> list[Path]:
    """`views.py` and `views/*.py` of every app."""
    found = [p for kind in kinds for app in APPS for p in (ROOT / app).glob(f"{kind}.py")]
    found += [p for kind in kinds for app in APPS for p in (ROOT / app / kind).glob("**/*.py")]
    return sorted(path for path in found if path.read_text().strip())


def named(path: Path) -> str:
    return str(path.relative_to(ROOT))


@functools.cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text())


def places(paths: Iterable[Path], wrong: Callable[[ast.AST], bool]) -> list[str]:
    """`path:line` of everything that is wrong in these modules."""
    return [
        f"{named(path)}:{node.lineno}"  # type: ignore[attr-defined]
        for path in paths
        for node in ast.walk(tree(path))
        if wrong(node)
    ]


ALL_CODE = sorted(
    path for app in APPS for path in (ROOT / app).rglob("*.py") if "migrations" not in path.parts
)
OUR_CODE = [path for path in ALL_CODE if "tests" not in path.parts]


# Views, forms, tasks --------------------------------------------------------------------------------


def is_write(node: ast.AST) -> bool:
    if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
        return False
    if node.func.attr == "update" and _is_plain_dict(node.func.value):
        return False
    return node.func.attr in WRITES and not _is_action(node.func.value)


def _is_plain_dict(node: ast.AST) -> bool:
    """`context.update(…)`, `attrs.update(…)`: a dictionary, no rows."""
    name = node.id if isinstance(node, ast.Name) else getattr(node, "attr", "")
    return name in {"context", "attrs", "errors", "extra", "initial", "data"}


def _is_action(node: ast.AST) -> bool:
    """`actions.update(…)` would be a verb of ours."""
    return isinstance(node, ast.Name) and node.id.endswith("actions")


NEVER_WRITE = modules("views", "forms", "tasks", "filters", "tables")


def test_only_actions_write():
    assert places(NEVER_WRITE, is_write) == [], "write through a function in actions.py"


def test_queries_start_from_the_organization():
    """A person is found before there is an organization: `User.objects` alone may be asked.

    `Model.objects.none()` asks for nothing: a form's field has it until it knows the organization.
    """
    nothing = {
        id(node.value)
        for path in NEVER_WRITE
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Attribute) and node.attr == "none"
    }

    def wrong(node: ast.AST) -> bool:
        return (
            isinstance(node, ast.Attribute)
            and node.attr in {"objects", "_base_manager", "_default_manager"}
            and id(node) not in nothing
            and not (isinstance(node.value, ast.Name) and node.value.id == "User")
        )

    found = places(NEVER_WRITE, wrong)
    assert found == [], "start from request.org.<model>_set, not Model.objects"


def test_actions_and_models_know_no_request():
    def wrong(node: ast.AST) -> bool:
        return (isinstance(node, ast.arg) and node.arg == "request") or (
            isinstance(node, ast.Name) and node.id == "request"
        )

    found = places(modules("actions", "models", "queries", "results"), wrong)
    assert found == [], "hand over what you need of the request, not the request"


# Everywhere -----------------------------------------------------------------------------------------


def test_roles_are_compared_in_the_permission_table_only():
    """Storing a role is fine; deciding by one is not: ask `member.can(Perm.…)`."""

    def wrong(node: ast.AST) -> bool:
        if not isinstance(node, ast.Compare):
            return False
        sides = [node.left, *node.comparators]
        return any(
            isinstance(side, ast.Attribute)
            and isinstance(side.value, ast.Name)
            and side.value.id == "Role"
            for side in sides
        )

    elsewhere = [path for path in OUR_CODE if named(path) != "accounts/permissions.py"]
    found = places(elsewhere, wrong)
    assert found == [], "ask member.can(Perm.…), and put the rule in permissions.py"


def test_nothing_is_marked_safe_and_no_signal_is_used():
    unsafe = {"mark_safe", "SafeText", "csrf_exempt", "receiver"}

    def marked(node: ast.AST) -> bool:
        return getattr(node, "id", None) in unsafe or getattr(node, "attr", None) in unsafe

    def signals(node: ast.AST) -> bool:
        return isinstance(node, ast.ImportFrom) and any(
            "signals" in f"{node.module}.{alias.name}".split(".") for alias in node.names
        )

    assert places(OUR_CODE, marked) == [], "format_html makes markup; plain calls, no signals"
    assert places(OUR_CODE, signals) == [], "call it from the action that makes it happen"


TEMPLATES = {named(path): path.read_text() for path in sorted(ROOT.glob("templates/**/*.html"))}
# A mail client reads no stylesheet.
WITH_STYLES = {"templates/includes/mail.html"}


@pytest.mark.parametrize(
    ("words", "allowed", "instead"),
    [
        ("|safe", set(), "user text is never markup; use format_html in a tag"),
        ("autoescape off", set(), "user text is never markup"),
        (" style=", WITH_STYLES, "the policy refuses it; use a class"),
        ("<style", WITH_STYLES, "the policy refuses it; use a stylesheet in static/"),
        (" onclick=", set(), "the policy refuses it; use a file in static/"),
    ],
)
def test_templates_escape_everything(words, allowed, instead):
    found = {name for name, text in TEMPLATES.items() if words in text}
    assert found - allowed == set(), instead


def test_every_module_says_what_it_is():
    silent = [
        named(path)
        for path in OUR_CODE
        if path.read_text().strip() and not ast.get_docstring(tree(path))
    ]
    assert silent == [], "begin the module with a line that says what it is"


# Actions --------------------------------------------------------------------------------------------


def all_actions() -> Iterator[tuple[str, Callable[..., Any]]]:
    """What other modules call of `actions`: the parts of a package may share helpers among themselves."""
    called = set().union(*(names_called(path) for path in OUR_CODE if path not in ACTION_MODULES))
    for path in ACTION_MODULES:
        module = importlib.import_module(named(path).removesuffix(".py").replace("/", "."))
        for name, thing in inspect.getmembers(module, inspect.isfunction):
            own = thing.__module__ == module.__name__ and not name.startswith("_")
            if own and (name in called or path.stem == "actions"):
                yield f"{module.__name__}.{name}", thing


ACTION_MODULES = modules("actions")


def names_called(path: Path) -> set[str]:
    """`x` of every `actions.x` in the module, and what it imports from a part of a package."""
    handles, names = set(), set()
    for node in ast.walk(tree(path)):
        if not isinstance(node, ast.ImportFrom) or node.module is None:
            continue
        for alias in node.names:
            if alias.name == "actions" or node.module.endswith(".actions"):
                handles.add(alias.asname or alias.name)
            if ".actions" in node.module:
                names.add(alias.name)
    return names | {
        node.attr
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Attribute)
        and isinstance(node.value, ast.Name)
        and node.value.id in handles
    }


ACTIONS = [(name, thing) for name, thing in all_actions() if name not in NO_VERB]


def test_an_action_says_what_it_means_to_the_person():
    silent = [name for name, action in ACTIONS if not inspect.getdoc(action)]
    assert silent == [], "a docstring: what it means to the person"


def test_an_action_takes_its_words_by_name():
    words = {inspect.Parameter.KEYWORD_ONLY, inspect.Parameter.VAR_KEYWORD}
    found = [
        name
        for name, action in ACTIONS
        if not {one.kind for one in inspect.signature(action).parameters.values()} <= words
    ]
    assert found == [], (
        "keyword-only (*, …); a helper that is no verb goes to queries.py, or gets a _"
    )


def test_an_action_knows_who_does_it():
    without = {name for name, action in ACTIONS if "by" not in inspect.signature(action).parameters}
    assert without == set(NO_MEMBER), "`by: Membership`, or a line in NO_MEMBER"


def test_an_action_happens_as_a_whole_or_not_at_all():
    loose = {name for name, _ in ACTIONS if not _is_atomic(name)}
    assert loose == set(NOT_ONE_TRANSACTION), (
        "@transaction.atomic, or a line in NOT_ONE_TRANSACTION"
    )


def _is_atomic(name: str) -> bool:
    module, _, function = name.rpartition(".")
    path = ROOT / f"{module.replace('.', '/')}.py"
    path = path if path.exists() else ROOT / module.replace(".", "/") / "__init__.py"
    [found] = [
        node
        for node in tree(path).body
        if isinstance(node, ast.FunctionDef) and node.name == function
    ]
    return "transaction.atomic" in [ast.unparse(node) for node in found.decorator_list]


def test_the_exceptions_still_exist():
    names = {name for name, _ in all_actions()}
    assert NO_VERB | NO_MEMBER.keys() | NOT_ONE_TRANSACTION.keys() <= names


# Models ---------------------------------------------------------------------------------------------

OURS = [model for app in APPS for model in apps.get_app_config(app).get_models()]
OF_DJANGO = {"last_login", "date_joined"}


def test_days_end_in_on_and_moments_in_at():
    endings = {models.DateTimeField: "_at", models.DateField: "_on"}
    odd = [
        f"{model._meta.label}.{field.name}"
        for model in OURS
        for field in model._meta.concrete_fields
        if field.name not in OF_DJANGO and model._meta.label != "core.KeptCount"
        if not field.name.endswith(endings.get(type(field), ""))
    ]
    assert odd == []


def test_links_never_keep_an_organization_from_being_deleted():
    protected = [
        f"{model._meta.label}.{field.name}"
        for model in OURS
        for field in model._meta.concrete_fields
        if isinstance(field, models.ForeignKey) and field.remote_field.on_delete is models.PROTECT
    ]
    assert protected == [], "RESTRICT instead of PROTECT"


def test_no_money_is_a_float():
    floats = [
        f"{model._meta.label}.{field.name}"
        for model in OURS
        for field in model._meta.concrete_fields
        if isinstance(field, models.FloatField)
    ]
    assert floats == [], "Decimal keeps what was written"


def test_rows_of_an_organization_are_behind_the_tenant_manager():
    open_to_all = [
        model._meta.label
        for model in OURS
        if any(field.name == "organization" for field in model._meta.concrete_fields)
        and model._meta.label != "accounts.Membership"
        and not issubclass(model, TenantModel)
    ]
    assert open_to_all == [], "inherit from core.models.TenantModel"
