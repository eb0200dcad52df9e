"""An address that only takes forms, opened as a page: it says so, where Django answers nothing."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

Answer = Callable[[HttpRequest], HttpResponse]


def wrong_method_middleware(answer: Answer) -> Answer:
    """A page, or a part for htmx; machines have the status and `Allow`."""

    def answered(request: HttpRequest) -> HttpResponse:
        response = answer(request)
        is_part = "HX-Request" in request.headers
        reads = is_part or "text/html" in request.headers.get("Accept", "")
        if response.status_code != 405 or response.streaming or response.content or not reads:
            return response
        page = render(request, "405.html", {"is_part": is_part}, status=405)
        page["Allow"] = response["Allow"]
        return page

    return answered
