"""The parameters of a check as people write them: YAML, and JSON because it is a part of YAML."""

import json
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from typing import Any

import yaml
from django.core.exceptions import ValidationError
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from readiness import probes
from readiness.web.nesting import MOST_LEVELS

# In pure Python, megabytes of it would keep a web process busy for minutes.
LONGEST = 30_000


class _PlainLoader(yaml.SafeLoader):
    """Without aliases, since a few lines of them can stand for gigabytes, and with few levels.

    Each level costs calls, and more for the parser the deeper it is.
    """

    levels = 0

    def compose_node(self, parent: Any, index: Any) -> Any:
        if self.check_event(yaml.AliasEvent):
            raise yaml.YAMLError(_("Aliases (*name) are not allowed here."))
        if self.levels > MOST_LEVELS:
            raise yaml.YAMLError(_("it is nested too deeply"))
        self.levels += 1
        try:
            return super().compose_node(parent, index)
        finally:
            self.levels -= 1


def read_parameters(kind: str, text: str, regions: Iterable[object] = ()) -> dict[str, Any]:
    """What `text` says, for a check of `kind` in each of `regions`. Raises `ValidationError`."""
    parameters = parsed(text)
    if parameters is None:
        parameters = {}
    if not kind and not parameters:
        return {}
    if not kind:
        raise ValidationError(_("Parameters need a kind of check; empty them for one by hand."))
    if not isinstance(parameters, dict):
        raise ValidationError(_("Write one “name: value” on each line."))
    if found := problems(kind, parameters, regions):
        raise ValidationError(found)
    return parameters


def parsed(text: str) -> Any:
    """The JSON that `text` is. Raises `ValidationError`."""
    if len(text) > LONGEST:
        raise ValidationError(
            _("It is longer than %(count)s characters.")
            % {"count": number_format(LONGEST, force_grouping=True)}
        )
    try:
        value = yaml.load(text, _PlainLoader)  # noqa: S506 - a safe loader, made stricter
        json.dumps(value, allow_nan=False)
    except (yaml.YAMLError, RecursionError) as error:
        raise ValidationError(_("This is not YAML: %(problem)s") % {"problem": _first_line(error)}) from error
    except (TypeError, ValueError) as error:
        raise ValidationError(
            _("Only texts, numbers, true and false, and lists of them; quote dates.")
        ) from error
    return storable(value)


def problems(kind: str, parameters: Mapping[str, Any], regions: Iterable[object] = ()) -> list[str]:
    """What is wrong with them: lines of `field: what is expected`.

    What is wrong in some of `regions` only, such as an address that checks may not go to, names them. A
    region that lacks a fact is not wrong: it may get one before the check runs there.
    """
    if found := probes.validate(kind, parameters):
        return found
    places: dict[str, list[str]] = {}
    for region in regions:
        with suppress(probes.Unfillable):
            for problem in probes.find(kind).problems_in(parameters, probes.facts_of(region)):
                places.setdefault(problem, []).append(str(region))
    return [_there(problem, names) for problem, names in places.items()]


def _there(problem: str, names: Sequence[str]) -> str:
    field, __, message = problem.partition(": ")
    said = _("in %(places)s, %(problem)s") % {"places": ", ".join(names), "problem": message}
    return f"{field}: {said}"


def storable(value: Any) -> Any:
    """`value` (JSON), if PostgreSQL takes it: no NUL, no half characters. Raises `ValidationError`."""
    written = json.dumps(value, ensure_ascii=False)
    try:
        written.encode()
    except UnicodeEncodeError as error:
        raise ValidationError(_("There is half a character in it, which cannot be kept.")) from error
    if "\\u0000" in written.replace("\\\\", ""):
        raise ValidationError(_("There is a NUL in it, which cannot be kept."))
    return value


def write_parameters(parameters: dict[str, Any]) -> str:
    return yaml.safe_dump(parameters, allow_unicode=True, sort_keys=False) if parameters else ""


def _first_line(error: Exception) -> str:
    mark = getattr(error, "problem_mark", None)
    told = {"problem": getattr(error, "problem", None) or error}
    if mark is None:
        return _("%(problem)s.") % told
    return _("%(problem)s on line %(line)d.") % {**told, "line": mark.line + 1}
