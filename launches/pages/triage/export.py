"""A list of blockers as a file: the same rows, filters and columns as on the page."""

from collections.abc import Iterable
from typing import Any

from django.http import StreamingHttpResponse
from django.utils import timezone
from django.utils.translation import pgettext_lazy
from django.views.decorators.http import require_safe

from launches.pages.common import LaunchPage, visible_launch
from launches.pages.lists.rows import BlockerRow
from launches.pages.triage.blocker_list import ListPage
from readiness.requests import Request
from readiness.sheets.writing import Dialect, csv_response

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


@require_safe
def blockers_csv(request: Request) -> StreamingHttpResponse:
    page = ListPage(request.user, timezone.now(), request.GET)
    return _file(request, "blockers", page.every_row())


@require_safe
def launch_csv(request: Request, slug: str) -> StreamingHttpResponse:
    launch = visible_launch(request.user, slug)
    page = LaunchPage(launch, request.user, timezone.now(), request.GET)
    return _file(request, f"blockers-{slug}", page.table.rows)


def _file(request: Request, name: str, rows: Iterable[BlockerRow]) -> StreamingHttpResponse:
    """`?for=spreadsheet` is in the dialect of one in the reader's language."""
    site = request.build_absolute_uri("/")[:-1]
    dialect = Dialect.of_reader() if request.GET.get("for") == "spreadsheet" else Dialect()
    return csv_response(name, COLUMNS, (_values(row, site) for row in rows), dialect)


def _values(row: BlockerRow, site: str) -> list[Any]:
    blocker = row.blocker
    return [
        row.days,
        blocker.get_state_display(),
        blocker.title,
        row.why,
        blocker.launch.name,
        blocker.team or "",
        blocker.owner.label_as_owner if blocker.owner else "",
        *(blocker.points or ("", "", "")),
        blocker.due or "",
        blocker.get_severity_display(),
        blocker.get_certainty_display(),
        blocker.get_kind_display(),
        blocker.get_source_display(),
        timezone.localdate(blocker.opened_at),
        site + blocker.get_absolute_url(),
    ]
