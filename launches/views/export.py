"""A list of blockers as a file: the same rows, filters and columns as on the page."""

import csv
from collections.abc import Iterable, Iterator
from typing import Any

from django.http import StreamingHttpResponse
from django.utils import timezone, translation
from django.utils.translation import get_language, pgettext_lazy
from django.views.decorators.http import require_safe

from launches.views.lists import ListPage
from launches.views.page import LaunchPage, visible_launch
from launches.views.rows import BlockerRow
from readiness.requests import Request

COLUMNS = (
    pgettext_lazy("column", "days bought"),
    pgettext_lazy("column", "state"),
    pgettext_lazy("column", "blocker"),
    pgettext_lazy("column", "why"),
    pgettext_lazy("column", "launch"),
    pgettext_lazy("column", "team"),
    pgettext_lazy("column", "owner"),
    pgettext_lazy("column", "best"),
    pgettext_lazy("column", "likely"),
    pgettext_lazy("column", "worst"),
    pgettext_lazy("column", "due"),
    pgettext_lazy("column", "severity"),
    pgettext_lazy("column", "certainty"),
    pgettext_lazy("column", "kind"),
    pgettext_lazy("column", "source"),
    pgettext_lazy("column", "since"),
    pgettext_lazy("column", "address"),
)
# A spreadsheet takes a text that begins like this for a formula, and runs it.
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


@require_safe
def blockers_csv(request: Request) -> StreamingHttpResponse:
    page = ListPage(request.user, timezone.now(), request.GET)
    return _file(request, "blockers", page.every_row())


@require_safe
def launch_csv(request: Request, slug: str) -> StreamingHttpResponse:
    launch = visible_launch(request.user, slug)
    page = LaunchPage(launch, request.user, timezone.now(), request.GET)
    return _file(request, f"blockers-{slug}", page.table.rows)


class Echo:
    """What a writer of CSV writes to: it hands back each line."""

    def write(self, line: str) -> str:
        return line


def _file(request: Request, name: str, rows: Iterable[BlockerRow]) -> StreamingHttpResponse:
    site = request.build_absolute_uri("/")[:-1]
    response = StreamingHttpResponse(
        _lines(rows, site, get_language()), content_type="text/csv; charset=utf-8"
    )
    response["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return response


def _lines(rows: Iterable[BlockerRow], site: str, language: str | None) -> Iterator[str]:
    """Written once the request is over, so each line has to know its language."""
    writer = csv.writer(Echo())
    # So that spreadsheets read it as UTF-8.
    yield "\ufeff"
    with translation.override(language):
        head = writer.writerow(COLUMNS)
    yield head
    for row in rows:
        with translation.override(language):
            line = writer.writerow([_safe(value) for value in _values(row, site)])
        yield line


def _values(row: BlockerRow, site: str) -> list[Any]:
    blocker = row.blocker
    return [
        row.days,
        blocker.get_state_display(),
        blocker.title,
        row.why,
        blocker.launch.name,
        blocker.team or "",
        blocker.owner.label if blocker.owner else "",
        *(blocker.points or ("", "", "")),
        blocker.due or "",
        blocker.get_severity_display(),
        blocker.get_certainty_display(),
        blocker.get_kind_display(),
        blocker.get_source_display(),
        f"{blocker.opened_at:%Y-%m-%d}",
        site + blocker.get_absolute_url(),
    ]


def _safe(value: Any) -> str:
    text = str(value)
    return f"'{text}" if text.lstrip(" ").startswith(FORMULA) else text
