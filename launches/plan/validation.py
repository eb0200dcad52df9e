"""From a document to a plan, or to all that is wrong with it in words a person can act on."""

from collections.abc import Iterator
from copy import deepcopy
from datetime import date
from typing import Any, NamedTuple, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from launches.plan.document import Document, read
from launches.plan.problems import LoadRefused, Path, Problem, listed, nearest, shown
from launches.plan.schema import PlanFile

WANTED = {
    "string_type": "text (in quotes when it looks like a number)",
    "int_type": "a whole number",
    "bool_type": "true or false",
    "list_type": "a list",
    "dict_type": "a mapping",
    "model_type": "a mapping",
    "model_attributes_type": "a mapping",
    "string_too_short": "some text",
}
LIMITS = {
    "string_too_long": "at most {max_length} characters",
    "too_long": "at most {max_length} of them",
    "greater_than_equal": "at least {ge}",
    "less_than_equal": "at most {le}",
}
PATTERNS = {
    r"^[-a-zA-Z0-9_]+$": "a slug (letters, digits, - and _)",
    r"^[\w.@+-]+$": "a user name (letters, digits and @ . + - _)",
    "^[pfe]{0,21}$": "at most 21 of the letters p, f and e",
}


# So often what is left of a plan is looked at again, without what was wrong with it.
ROUNDS = 5


class ParsedPlan(NamedTuple):
    """A document as a plan: all of it, or what can be read of it beside the `problems` at `wrong`."""

    plan: PlanFile
    problems: list[Problem]
    wrong: frozenset[Path] = frozenset()


def parsed(text: str, name: str, today: date) -> tuple[PlanFile, Document]:
    """Raises `Refused` with everything that is wrong with the shape at once."""
    document = read(text, name)
    shape = shaped(document, today)
    if shape.problems:
        raise LoadRefused(name, shape.problems)
    return shape.plan, document


def shaped(document: Document, today: date) -> ParsedPlan:
    """The plan that `document` holds, as far as it has the shape of one."""
    data = document.data
    problems: set[Problem] = set()
    wrong: set[Path] = set()
    for _round in range(ROUNDS):
        try:
            plan = PlanFile.model_validate(data, context={"today": today})
            return ParsedPlan(plan, list(problems), frozenset(wrong))
        except ValidationError as error:
            found = error.errors(include_url=False)
        if data is document.data:
            problems = {_problem(document, details) for details in found}
            data = deepcopy(data)
        wrong |= {_cut(data, details) for details in found}
    return ParsedPlan(PlanFile.model_validate({}), list(problems), frozenset({()}))


def _cut(data: Any, error: ErrorDetails) -> Path:
    """Take what is wrong out of `data`, so that the rest can be read; where it was."""
    path = tuple(step for step in error["loc"] if step != "[key]")
    names_mapping = error["type"] in ("model_type", "dict_type", "model_attributes_type")
    end = len(path) - 1 if error["type"] == "missing" else len(path)
    at = data
    for number, step in enumerate(path[:end]):
        if not isinstance(at, dict) or step not in at:
            # Within a list, or a value of its own: all of it goes.
            break
        if number == end - 1 or not isinstance(at[step], dict):
            if names_mapping:
                at[step] = {}
            else:
                del at[step]
            break
        at = at[step]
    return path


def _problem(document: Document, error: ErrorDetails) -> Problem:
    path = tuple(step for step in error["loc"] if step != "[key]")
    return document.problem(path, f"expected {_wanted(error, path)}, got {_got(error, path)}")


def _wanted(error: ErrorDetails, path: Path) -> str:
    kind, context = error["type"], error.get("ctx", {})
    if kind == "extra_forbidden":
        return _known_key(path)
    if kind == "literal_error":
        words = context["expected"].replace("'", "")
        return f"{words}{nearest(str(error['input']), words.replace(' or ', ', ').split(', '))}"
    if kind == "string_pattern_mismatch":
        return PATTERNS.get(context["pattern"], error["msg"])
    if kind == "expected":
        return str(context["expected"])
    if kind == "missing":
        return f"the key {path[-1]}"
    return LIMITS[kind].format(**context) if kind in LIMITS else WANTED.get(kind, error["msg"])


def _got(error: ErrorDetails, path: Path) -> str:
    if error["type"] == "missing":
        return "nothing"
    if error["type"] == "extra_forbidden":
        return f"“{path[-1]}”"
    return shown(error["input"])


def _known_key(path: Path) -> str:
    keys = sorted(_keys(path[:-1]))
    near = nearest(str(path[-1]), keys)
    return f"a known key{near}" if near else f"one of the keys {listed(keys)}"


def _keys(path: Path) -> Iterator[str]:
    """The keys that the schema has at `path`."""
    at: Any = PlanFile
    for step in path:
        if thing := _thing(at):
            fields = {field.alias or name: field for name, field in thing.model_fields.items()}
            at = fields[str(step)].annotation
        else:
            at = _inside(at)
    if thing := _thing(at):
        yield from (field.alias or name for name, field in thing.model_fields.items())


def _thing(annotation: Any) -> type[BaseModel] | None:
    """The class in `annotation`, also when it may be null; none when it is a mapping or list of things."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    if get_origin(annotation) in (dict, list):
        return None
    return next((thing for each in get_args(annotation) if (thing := _thing(each))), None)


def _inside(annotation: Any) -> Any:
    """What the values of the mapping or list in `annotation` are."""
    if get_origin(annotation) in (dict, list):
        return get_args(annotation)[-1]
    return _inside(get_args(annotation)[0])
