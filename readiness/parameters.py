"""The parameters of a check as people write them: YAML, and JSON because it is a part of YAML."""

import json
from typing import Any

import yaml
from django.core.exceptions import ValidationError

from readiness import probes


class _PlainLoader(yaml.SafeLoader):
    """Without aliases: a few lines of them can stand for gigabytes."""

    def compose_node(self, parent: Any, index: Any) -> Any:
        if self.check_event(yaml.AliasEvent):
            raise yaml.YAMLError("Aliases (*name) are not allowed here.")
        return super().compose_node(parent, index)


def read_parameters(kind: str, text: str) -> dict[str, Any]:
    """What `text` says, for a check of `kind`. Raises `ValidationError`."""
    try:
        parameters = yaml.load(text, _PlainLoader)  # noqa: S506 - a safe loader, made stricter
        json.dumps(parameters)
    except (yaml.YAMLError, RecursionError) as error:
        raise ValidationError(f"This is not YAML: {_first_line(error)}") from error
    except TypeError as error:
        raise ValidationError(
            "Only texts, numbers, true and false, and lists of them; quote dates."
        ) from error
    if parameters is None:
        parameters = {}
    if not kind and not parameters:
        return {}
    if not kind:
        raise ValidationError("Parameters need a kind of check; empty them for one by hand.")
    if not isinstance(parameters, dict):
        raise ValidationError("Write one “name: value” on each line.")
    if problems := probes.validate(kind, parameters):
        raise ValidationError(problems)
    return parameters


def write_parameters(parameters: dict[str, Any]) -> str:
    return yaml.safe_dump(parameters, allow_unicode=True, sort_keys=False) if parameters else ""


def _first_line(error: Exception) -> str:
    mark = getattr(error, "problem_mark", None)
    where = f" on line {mark.line + 1}" if mark else ""
    return f"{getattr(error, 'problem', None) or error}{where}."
