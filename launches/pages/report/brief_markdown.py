"""The report as Markdown, to paste: the same facts as on the page, every word of people escaped."""

import re
from collections.abc import Iterable, Iterator, Sequence

from django.utils.formats import date_format
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from launches.pages.report.brief import Brief, BriefLine, BriefLines
from readiness.days import day_in_words

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
    launch, status = brief.launch, brief.status
    yield f"# {escaped(launch.name)}, {launch.get_stage_display()}"
    said = f"{status.why[:1].upper()}{status.why[1:]} {status.change}".strip()
    yield f"**{status.word}.** {escaped(said)}"
    yield _table(
        [figure.label for figure in brief.figures],
        [[f"{figure.value} ({figure.note})" if figure.note else figure.value for figure in brief.figures]],
    )
    costs = [
        [
            cost.row.blocker.short_name,
            str(cost.row.days),
            cost.row.decides or "—",
            cost.without,
        ]
        for cost in brief.costs
    ]
    head = [_("Blocker"), _("Days bought"), pgettext("share", "Critical path"), _("Without it")]
    yield from _section(_("Costliest blockers"), _table(head, costs) if costs else "")
    since = _("Since Monday, %(day)s") % {"day": day_in_words(brief.since, brief.status.today)}
    told = [f"{entry.sentence} {entry.note}".strip() for entry in brief.news]
    yield from _section(since, _list(told, brief.more_news))
    yield from _section(_("Decisions"), _lines(brief.decisions))
    yield from _section(_("Gaps open") if launch.launched_at else _("Promised for later"), _lines(brief.gaps))
    yield from _section(_("Sign-offs"), _lines(brief.gates))
    moment = date_format(brief.now, "j M Y, H:i e")
    yield _("As of %(moment)s: <%(address)s>") % {"moment": moment, "address": address}


def _section(title: str, body: str) -> Iterable[str]:
    return (f"## {title}", body) if body else ()


def _lines(lines: BriefLines) -> str:
    return _list([_line(line) for line in lines.shown], lines.others)


def _line(line: BriefLine) -> str:
    told = {"state": line.word, "name": line.name, "note": line.note}
    return (_("%(state)s: %(name)s (%(note)s)") if line.note else _("%(state)s: %(name)s")) % told


def _list(said: Sequence[str], others: int) -> str:
    more = (
        [ngettext("and %(count)s more", "and %(count)s more", others) % {"count": others}] if others else []
    )
    return "\n".join(f"- {escaped(line)}" for line in [*said, *more])


def _table(head: Sequence[str], body: Sequence[Sequence[str]]) -> str:
    rule = "|".join([" --- "] * len(head))
    rows = [" | ".join(escaped(cell) for cell in row) for row in (head, *body)]
    return "\n".join([f"| {rows[0]} |", f"|{rule}|", *(f"| {row} |" for row in rows[1:])])
