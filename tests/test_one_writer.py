"""One rule, one writer: what a verb of a model owns is written in that model's modules, and nowhere else."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from django.apps import apps

from launches.models import Blocker, Deferral, Launch, SignOff, Waiver
from readiness.models import Readiness, Requirement, Versioned
from readiness.models.versioned import SecondWriter, bring

ROOT = Path(__file__).parents[1]
PACKAGES = ("readiness", "launches")

# By model: the fields that only its verbs write, and where these stand.
OWNED = {
    "Readiness": (
        ("readiness/models/cell.py", "readiness/models/declaring.py"),
        "state declared_by declared_at override_reason accepted unseen importance",
    ),
    "Item": (
        (
            "readiness/models/item.py",
            "readiness/models/signing.py",
            "readiness/models/claiming.py",
            "readiness/models/recording.py",
            "readiness/models/run_result.py",
        ),
        """state since outcome streak misses recent flapping excused last_at signed_by effective_on expires_on
        stale_at next_run_at lease_until run_number paused paused_by""",
    ),
    "Blocker": (
        (
            "launches/models/blocker.py",
            "launches/models/blocker_steps.py",
            "launches/models/transitions.py",
            "launches/models/told.py",
        ),
        "state opened_at reopened_at reopenings started_at closed_at",
    ),
    "Decision": (
        ("launches/models/decision.py", "launches/models/told.py"),
        "requested_by requested_at approved_by approved_at expires_on warned_for alone acknowledgements",
    ),
    "Launch": (("launches/models/launch.py",), "target launched_at"),
    "TargetMove": (("launches/models/launch.py", "launches/models/target_move.py"), "before after at"),
    "SignOff": (
        ("launches/models/signoff.py",),
        "decision decided_by decided_at fingerprint asked_by asked_at",
    ),
    "GoRecord": (("launches/models/go.py",), "decision withdrawn_by withdrawn_at withdrawn_reason"),
    "Snapshot": (("launches/models/snapshot.py",), "p50 p85 p95 chance"),
    "Versioned": (("readiness/models/", "launches/models/"), "version"),
}
MODELS = {
    "Readiness",
    "Item",
    "Blocker",
    "Waiver",
    "Deferral",
    "Launch",
    "TargetMove",
    "SignOff",
    "GoRecord",
    "Result",
}
FIELDS = {name for _, names in OWNED.values() for name in names.split()}
WRITERS = {
    "update", "put", "create", "get_or_create", "update_or_create", "bulk_update", "write_back", "put_back",
}  # fmt: skip
# Doors that only verbs go through.
DOORS = {"write_back", "put_back", "bulk_update", "bulk_create", "put_decision", "put_decisions", "entering"}
# Rows and objects of their own, which no verb owns: documents of the search, notices, the forecast of a day,
# a day of a check, and cells as history tells of them.
UNOWNED = {
    "launches/status/snapshots.py",
    "launches/planning/scope.py",
    "launches/search/indexing.py",
    "launches/notifications/queue.py",
    "readiness/models/daily.py",
}


@dataclass(frozen=True, order=True)
class Written:
    """Where something owned is written by somebody else."""

    path: str
    line: int
    what: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.what}"


def second_writers() -> list[str]:
    found = set()
    for package in PACKAGES:
        for path in sorted((ROOT / package).rglob("*.py")):
            name = str(path.relative_to(ROOT))
            if "/migrations/" not in name and name not in UNOWNED:
                found |= set(writes(name, ast.parse(path.read_text())))
    return [str(each) for each in sorted(found)]


def writes(path: str, tree: ast.AST) -> Iterator[Written]:
    for node in ast.walk(tree):
        for target in targets(node):
            if is_model_field(target) and foreign(path, target.attr):
                yield Written(path, target.lineno, f"sets .{target.attr}")
        if isinstance(node, ast.Call):
            yield from calls(path, node)


def targets(node: ast.AST) -> list[ast.expr]:
    if isinstance(node, ast.Assign):
        nested = [each.elts if isinstance(each, ast.Tuple) else [each] for each in node.targets]
        return [one for each in nested for one in each]
    return [node.target] if isinstance(node, ast.AugAssign) else []


def is_model_field(target: ast.expr) -> bool:
    """`row.state`; an object's own attributes are its own, unless it is a model."""
    owner = target.value if isinstance(target, ast.Attribute) else None
    return isinstance(owner, ast.Name | ast.Attribute) and not (
        isinstance(owner, ast.Name) and owner.id == "self"
    )


def foreign(path: str, field: str) -> bool:
    """Whether `field` is owned, and by none whose verbs stand in `path`."""
    owners = [paths for paths, names in OWNED.values() if field in names.split()]
    return bool(owners) and not any(path.startswith(each) for paths in owners for each in paths)


def calls(path: str, call: ast.Call) -> Iterator[Written]:
    name = called(call)
    in_models = path.startswith(("readiness/models/", "launches/models/"))
    if not in_models and (name in DOORS or is_setattr(call)):
        yield Written(path, call.lineno, f"{name}()")
    if name in MODELS and not in_models and (set(told(call)) & FIELDS or has_stars(call)):
        yield Written(path, call.lineno, f"{name}()")
    if name in WRITERS and not in_models:
        for field in told(call):
            if foreign(path, field):
                yield Written(path, call.lineno, f"{name}({field}=…)")


def called(call: ast.Call) -> str:
    function = call.func
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")


def is_setattr(call: ast.Call) -> bool:
    return called(call) == "setattr"


def has_stars(call: ast.Call) -> bool:
    """Whether some of what it is called with cannot be read here."""
    return any(keyword.arg is None for keyword in call.keywords)


def told(call: ast.Call) -> Iterator[str]:
    """The names of fields in a call: its keywords, and the words in its lists."""
    yield from (keyword.arg for keyword in call.keywords if keyword.arg)
    for argument in [*call.args, *(keyword.value for keyword in call.keywords)]:
        for node in ast.walk(argument):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value in FIELDS:
                yield node.value


def test_nothing_writes_what_a_verb_owns_but_its_verbs() -> None:
    assert second_writers() == []


def test_a_second_writer_is_found() -> None:
    text = (
        "cell.state = 'ready'\n"
        "Blocker.objects.filter(pk=1).update(closed_at=now)\n"
        "write_back(rows, ['streak'])\n"
        "Waiver(blocker=blocker, alone=True)\n"
        "self.state = 'mine'\n"
    )
    found = sorted(writes("launches/plan/cells.py", ast.parse(text)))
    assert [(each.line, each.what) for each in found] == [
        (1, "sets .state"),
        (2, "update(closed_at=…)"),
        (3, "write_back()"),
        (3, "write_back(streak=…)"),
        (4, "Waiver()"),
    ]


def test_what_a_verb_owns_is_no_fact_that_a_file_brings() -> None:
    for row, name in (
        (Blocker(), "state"),
        (Waiver(), "approved_by"),
        (Deferral(), "expires_on"),
        (Launch(), "launched_at"),
        (Launch(pk=1), "target"),
        (SignOff(), "decision"),
        (SignOff(pk=1), "is_required"),
        (Requirement(pk=1), "level"),
        (Readiness(), "state"),
    ):
        with pytest.raises(SecondWriter, match=f"A verb of {type(row).__name__} writes {name}"):
            bring(row, {name: None})
    launch = Launch()
    assert bring(launch, {"name": "Europe", "target": None}) == {"name", "target"}


def test_each_field_that_a_verb_owns_is_one_of_its_model() -> None:
    for model in apps.get_models():
        if issubclass(model, Versioned):
            owned = f"{model.by_verbs} {model.changed_by_verbs}".split()
            assert set(owned) <= {field.name for field in model._meta.get_fields()}, model
    table = {name: set(names.split()) for name, (_, names) in OWNED.items()}
    for model in (Blocker, Launch, SignOff, Readiness):
        assert table[model.__name__] <= set(f"{model.by_verbs} {model.changed_by_verbs}".split())
