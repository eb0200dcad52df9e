"""How values look in a plan file."""

import re
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any

import yaml

from launches.plan.document import FLOAT, INTEGER
from readiness.models import User

Tree = dict[str, Any]

# Line breaks that a reader would turn into another one; in double quotes they are escaped.
UNEVEN = re.compile("[\r\x85\u2028\u2029]")


class YamlLine(dict[str, Any]):
    """A mapping that is written on one line."""


class YamlFlow(list[Any]):
    """A list that is written on one line."""


class Dumper(yaml.SafeDumper):
    """Quotes what `document.resolved` would read as something else than text, and no more."""

    yaml_implicit_resolvers: dict[str, Any] = {}

    def ignore_aliases(self, _: Any) -> bool:
        """What is the same twice is written twice."""
        return True

    def mapping_on_one_line(self, value: YamlLine) -> yaml.MappingNode:
        return self.represent_mapping("tag:yaml.org,2002:map", value, flow_style=True)

    def list_on_one_line(self, value: YamlFlow) -> yaml.SequenceNode:
        return self.represent_sequence("tag:yaml.org,2002:seq", value, flow_style=True)

    def words(self, value: str) -> yaml.ScalarNode:
        style = "|" if "\n" in value else None
        if UNEVEN.search(value):
            style = '"'
        return self.represent_scalar("tag:yaml.org,2002:str", value, style=style)


Dumper.add_representer(YamlLine, Dumper.mapping_on_one_line)
Dumper.add_representer(YamlFlow, Dumper.list_on_one_line)
Dumper.add_representer(str, Dumper.words)
Dumper.add_implicit_resolver("tag:yaml.org,2002:null", re.compile(r"(?:|~|null)\Z"), ["", "~", "n"])
Dumper.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile(r"(?:true|false)\Z"), ["t", "f"])
Dumper.add_implicit_resolver("tag:yaml.org,2002:int", INTEGER, list("-+0123456789"))
Dumper.add_implicit_resolver("tag:yaml.org,2002:float", FLOAT, list("-+0123456789"))


def written(plan: Any) -> str:
    text: str = yaml.dump(
        plan, Dumper=Dumper, allow_unicode=True, sort_keys=False, width=100, default_flow_style=False
    )
    return text


def given(values: dict[str, Any]) -> dict[str, Any]:
    """Without what says nothing: a fresh row has it by itself. False and 0 say something."""
    return {key: value for key, value in values.items() if value not in (None, "", [], {})}


def slug(row: Any) -> str | None:
    return None if row is None else str(row.slug)


def person(user: User | None) -> str | None:
    return None if user is None else user.username


def day(at: date | datetime | None) -> str | None:
    if isinstance(at, datetime):
        at = at.astimezone(UTC).date()
    return None if at is None else at.isoformat()


def moment(at: datetime | None) -> str | None:
    """A day where that is all there is to say; otherwise to the last digit."""
    if at is None or at.astimezone(UTC).time() == time():
        return day(at)
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")


def text(value: str) -> str:
    return value.rstrip()


def points(estimate: tuple[Decimal, Decimal, Decimal] | None) -> YamlFlow | None:
    if estimate is None:
        return None
    return YamlFlow(int(point) if point == int(point) else float(point) for point in estimate)
