"""The report as Markdown, to paste: the same facts as on the page, every word of people escaped."""

import re
from collections.abc import Iterable, Iterator, Sequence

from django.utils.formats import date_format
from django.utils.text import Truncator

from launches.views.brief import Brief, Lines

LONGEST = 300
_SPECIAL = re.compile(r"([\\`*_{}\[\]<>#|~&$!])")
# What begins a list or underlines a heading where a line begins with it.
_LEADING = re.compile(r"^(?:([-+=])|(\d+)([.)]))")


def escaped(text: str) -> str:
    """`text` on one line, such that Markdown shows it as it is."""
    line = Truncator(" ".join(text.split())).chars(LONGEST)
    return _LEADING.sub(lambda at: f"{at[2] or ''}\\{at[1] or at[3]}", _SPECIAL.sub(r"\\\1", line))


def markdown(brief: Brief, address: str) -> str:
    """`address` leads to the launch."""
    return "\n\n".join(part for part in _parts(brief, address) if part) + "\n"


def _parts(brief: Brief, address: str) -> Iterator[str]:
    launch, standing = brief.launch, brief.standing
    yield f"# {escaped(launch.name)}, {launch.get_stage_display()}"
    said = f"{standing.why[:1].upper()}{standing.why[1:]} {standing.change}".strip()
    yield f"**{standing.verdict.label}.** {escaped(said)}"
    yield _table(
        [figure.label for figure in brief.figures],
        [[f"{figure.value} ({figure.note})" if figure.note else figure.value for figure in brief.figures]],
    )
    costs = [
        [cost.row.blocker.short_name, str(cost.row.days), f"{cost.row.critical} %", cost.without]
        for cost in brief.costs
    ]
    head = ["Blocker", "Days bought", "Decides", "Without it"]
    yield from _section("What costs most", _table(head, costs) if costs else "")
    told = [f"{entry.sentence} {entry.note}".strip() for entry in brief.news]
    yield from _section(f"Since Monday, {date_format(brief.since, 'j M')}", _list(told, brief.more_news))
    yield from _section("Decisions", _lines(brief.decisions))
    yield from _section("Gaps open" if launch.launched_at else "Promised for later", _lines(brief.gaps))
    yield from _section("Sign-offs", _lines(brief.gates))
    yield f"As of {date_format(brief.now, 'j M Y, H:i e')}: <{address}>"


def _section(title: str, body: str) -> Iterable[str]:
    return (f"## {title}", body) if body else ()


def _lines(lines: Lines) -> str:
    said = [f"{line.word}: {line.name}{f' ({line.note})' if line.note else ''}" for line in lines.shown]
    return _list(said, lines.others)


def _list(said: Sequence[str], others: int) -> str:
    more = [f"and {others} more"] if others else []
    return "\n".join(f"- {escaped(line)}" for line in [*said, *more])


def _table(head: Sequence[str], body: Sequence[Sequence[str]]) -> str:
    rule = "|".join(" --- " for _ in head)
    rows = [" | ".join(escaped(cell) for cell in row) for row in (head, *body)]
    return "\n".join([f"| {rows[0]} |", f"|{rule}|", *(f"| {row} |" for row in rows[1:])])
