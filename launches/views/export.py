"""A list of blockers as a file: the same rows, filters and columns as on the page."""

import csv
from collections.abc import Iterable, Iterator
from typing import Any

from django.http import StreamingHttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from launches.views.lists import ListPage
from launches.views.page import LaunchPage, visible_launch
from launches.views.rows import BlockerRow
from readiness.requests import Request

COLUMNS = (
    "days bought",
    "state",
    "blocker",
    "why",
    "launch",
    "team",
    "owner",
    "best",
    "likely",
    "worst",
    "due",
    "severity",
    "certainty",
    "kind",
    "source",
    "since",
    "address",
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
    response = StreamingHttpResponse(_lines(rows, site), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return response


def _lines(rows: Iterable[BlockerRow], site: str) -> Iterator[str]:
    writer = csv.writer(Echo())
    # So that spreadsheets read it as UTF-8.
    yield "\ufeff"
    yield writer.writerow(COLUMNS)
    for row in rows:
        yield writer.writerow([_safe(value) for value in _values(row, site)])


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
