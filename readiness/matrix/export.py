"""The matrix as a file, one cell a row, which `manage.py load_plan` reads again in either language."""

from collections.abc import Iterator
from typing import Any

from django.http import StreamingHttpResponse
from django.utils.translation import pgettext, pgettext_lazy
from django.views.decorators.http import require_safe

from readiness.matrix.matrix_views import Filters
from readiness.models import Readiness
from readiness.requests import Request
from readiness.sheets.writing import Dialect, csv_response

COLUMNS = (
    pgettext_lazy("column", "region"),
    pgettext_lazy("column", "integration"),
    pgettext_lazy("column", "state"),
    pgettext_lazy("column", "importance"),
    pgettext_lazy("column", "team"),
)


@require_safe
def matrix_csv(request: Request) -> StreamingHttpResponse:
    """`?for=spreadsheet` is in the dialect of one in the reader's language; filters are the page's."""
    dialect = Dialect.of_reader() if request.GET.get("for") == "spreadsheet" else Dialect()
    return csv_response("readiness", COLUMNS, _rows(request), dialect)


def _rows(request: Request) -> Iterator[list[Any]]:
    asked = Filters.of(request.GET)
    wanted = {"integration__team__slug": asked.team, "integration__kind": asked.kind, "state": asked.state}
    cells = Readiness.objects.visible_to(request.user).filter(
        **{name: value for name, value in wanted.items() if value}
    )
    for cell in cells.select_related("region", "integration__team").order_by(
        "region__name", "integration__name", "pk"
    ):
        team = cell.integration.team
        importance = cell.get_importance_display()
        state = pgettext("state", "ready by declaration") if cell.declared_over else cell.get_state_display()
        yield [cell.region.name, cell.integration.name, state, importance, team.name if team else ""]
