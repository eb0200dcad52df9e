"""A cell seen from a launch: the same panel, and the launch behind it follows at once."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone

from launches.pages.common import page_behind, visible_launch, with_changes
from readiness.matrix import cells
from readiness.requests import Request

CellView = Callable[..., HttpResponse]


def from_launch(view: CellView) -> CellView:
    """`view` of a cell below the address of a launch; a write by htmx brings the launch along."""

    @wraps(view)
    def seen(request: Request, slug: str, integration_slug: str, **more: Any) -> HttpResponse:
        launch = visible_launch(request.user, slug)
        base_url = reverse("launch-cell", args=[slug, integration_slug])
        response = view(request, launch.region.slug, integration_slug, base_url=base_url, **more)
        if request.htmx and request.method != "GET" and response.status_code == 200:
            return with_changes(request, response, page_behind(request, launch, timezone.now()))
        return response

    return seen


cell = from_launch(cells.cell)
declare = from_launch(cells.declare)
set_importance = from_launch(cells.set_importance)
set_estimate = from_launch(cells.set_estimate)
sign_off = from_launch(cells.sign_off)
