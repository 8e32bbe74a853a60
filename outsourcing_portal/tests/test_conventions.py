"""Rules a linter does not know. Each failure message says where to put the code instead."""

import ast
import functools
import importlib
import inspect
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.db import models

from core.models import TenantModel

ROOT = Path(__file__).resolve().parents[2]
APPS = ["core", "activity", "accounts", "vendors", "evaluations", "contracts", "reviews"]
APPS += ["dashboard"]
WRITES = {"create", "bulk_create", "get_or_create", "update_or_create", "update", "delete"}
WRITES |= {"bulk_update", "save"}
# Of the portal itself, or of somebody who is no member yet: nobody's membership did it.
NO_MEMBER = {
    "contracts.actions.document_text.read_document_text": "the worker",
    "activity.actions.mail.queue_mail": "called by the actions of people",
    "activity.actions.mail.deliver_mail": "the worker",
    "activity.actions.mail.note_lost_mail": "the worker",
    "activity.actions.mail.send_due_mail": "the worker",
    "activity.actions.reminders.send_due_reminders": "the worker",
    "evaluations.actions.analysis.keep_analysis": "called by the actions of people",
    "evaluations.actions.award_report.make_report": "the worker",
    "evaluations.actions.award_report.fail_report": "the worker",
    "evaluations.actions.award_report.give_up_reports": "the worker",
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
    "activity.actions.mail.deliver_mail": "the claim is committed before anything is sent",
    "activity.actions.mail.send_due_mail": "one bad mail must not undo the others",
    "contracts.actions.refreshing.refresh_due": "one bad contract must not undo the others",
    "activity.actions.reminders.send_due_reminders": "each batch is one transaction",
    "evaluations.actions.award_report.make_report": "the claim is committed before the PDF is made",
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


def each(*kinds: str) -> Any:
    return pytest.mark.parametrize("path", modules(*kinds), ids=named)


@functools.cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text())


def lines(path: Path, wrong: Callable[[ast.AST], bool]) -> list[int]:
    return [node.lineno for node in ast.walk(tree(path)) if wrong(node)]  # type: ignore[attr-defined]


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


@each("views", "forms", "tasks", "filters", "tables")
def test_only_actions_write(path):
    assert lines(path, is_write) == [], "write through a function in actions.py"


@each("views", "forms", "tasks", "filters", "tables")
def test_queries_start_from_the_organization(path):
    """A person is found before there is an organization: `User.objects` alone may be asked.

    `Model.objects.none()` asks for nothing: a form's field has it until it knows the organization.
    """
    nothing = {
        id(node.value)
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

    assert lines(path, wrong) == [], "start from request.org.<model>_set, not Model.objects"


@each("actions", "models", "queries", "results")
def test_actions_and_models_know_no_request(path):
    def wrong(node: ast.AST) -> bool:
        return (isinstance(node, ast.arg) and node.arg == "request") or (
            isinstance(node, ast.Name) and node.id == "request"
        )

    assert lines(path, wrong) == [], "hand over what you need of the request, not the request"


# Everywhere -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", OUR_CODE, ids=named)
def test_roles_are_compared_in_the_permission_table_only(path):
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

    if named(path) != "accounts/permissions.py":
        assert lines(path, wrong) == [], (
            "ask member.can(Perm.…), and put the rule in permissions.py"
        )


@pytest.mark.parametrize("path", OUR_CODE, ids=named)
def test_nothing_is_marked_safe_and_no_signal_is_used(path):
    names = {node.id for node in ast.walk(tree(path)) if isinstance(node, ast.Name)}
    names |= {node.attr for node in ast.walk(tree(path)) if isinstance(node, ast.Attribute)}
    imported = {
        f"{node.module}.{alias.name}"
        for node in ast.walk(tree(path))
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }
    assert not {"mark_safe", "SafeText", "csrf_exempt", "receiver"} & names, (
        "use format_html for markup, and plain calls instead of signals"
    )
    assert not [name for name in imported if "signals" in name.split(".")], (
        "call it from the action that makes it happen"
    )


@pytest.mark.parametrize("path", sorted(ROOT.glob("templates/**/*.html")), ids=named)
def test_templates_escape_everything(path):
    text = path.read_text()
    assert "|safe" not in text, "user text is never markup; use format_html in a tag"
    assert "autoescape off" not in text, "user text is never markup"
    if named(path) != "templates/includes/mail.html":
        assert " style=" not in text, "the policy refuses it; use a class"
        assert "<style" not in text, "the policy refuses it; use a stylesheet in static/"
    assert " onclick=" not in text, "the policy refuses it; use a file in static/"


@pytest.mark.parametrize("path", OUR_CODE, ids=named)
def test_every_module_says_what_it_is(path):
    if path.read_text().strip():
        assert ast.get_docstring(tree(path)), "begin the module with a line that says what it is"


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
each_action = pytest.mark.parametrize(("name", "action"), ACTIONS, ids=[n for n, _ in ACTIONS])


@each_action
def test_an_action_says_what_it_means_to_the_person(name, action):
    assert inspect.getdoc(action), f"{name} needs a docstring: what it means to the person"


@each_action
def test_an_action_takes_its_words_by_name(name, action):
    kinds = {parameter.kind for parameter in inspect.signature(action).parameters.values()}
    assert kinds <= {inspect.Parameter.KEYWORD_ONLY, inspect.Parameter.VAR_KEYWORD}, (
        f"{name}(*, …): keyword-only; a helper that is no verb goes to queries.py, or gets a _"
    )


@each_action
def test_an_action_knows_who_does_it(name, action):
    known = "by" in inspect.signature(action).parameters
    assert known != (name in NO_MEMBER), f"{name} needs `by: Membership`, or a line in NO_MEMBER"


@each_action
def test_an_action_happens_as_a_whole_or_not_at_all(name, action):
    atomic = _is_atomic(name)
    assert atomic != (name in NOT_ONE_TRANSACTION), f"put @transaction.atomic on {name}"


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


@pytest.mark.parametrize("model", OURS, ids=lambda model: model._meta.label)
def test_days_end_in_on_and_moments_in_at(model):
    for field in model._meta.concrete_fields:
        if field.name in OF_DJANGO or model._meta.label == "core.KeptCount":
            continue
        if isinstance(field, models.DateTimeField):
            assert field.name.endswith("_at"), f"{model._meta.label}.{field.name}"
        elif isinstance(field, models.DateField):
            assert field.name.endswith("_on"), f"{model._meta.label}.{field.name}"


@pytest.mark.parametrize("model", OURS, ids=lambda model: model._meta.label)
def test_links_never_keep_an_organization_from_being_deleted(model):
    for field in model._meta.concrete_fields:
        if isinstance(field, models.ForeignKey):
            assert field.remote_field.on_delete is not models.PROTECT, (
                f"{model._meta.label}.{field.name}: RESTRICT instead of PROTECT"
            )


@pytest.mark.parametrize("model", OURS, ids=lambda model: model._meta.label)
def test_no_money_is_a_float(model):
    floats = [f.name for f in model._meta.concrete_fields if isinstance(f, models.FloatField)]
    assert floats == [], "Decimal keeps what was written"


@pytest.mark.parametrize("model", OURS, ids=lambda model: model._meta.label)
def test_rows_of_an_organization_are_behind_the_tenant_manager(model):
    has = any(field.name == "organization" for field in model._meta.concrete_fields)
    if has and model._meta.label != "accounts.Membership":
        assert issubclass(model, TenantModel), "inherit from core.models.TenantModel"
        assert "InCurrentOrganization" in repr(model.objects.all().query.where.children)
